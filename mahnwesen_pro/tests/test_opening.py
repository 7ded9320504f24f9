import base64
import io
from datetime import date

import openpyxl

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestOpening(DunningCommon):
    """Reminders sent before the addon came are recorded; the ladder goes on from there."""

    def _import(self, lines, name="earlier.csv"):
        content = "\n".join(lines).encode()
        return self.env["dunning.opening.wizard"].create(
            {
                "company_id": self.company.id,
                "file": base64.b64encode(content),
                "file_name": name,
            }
        )

    def test_a_recorded_reminder_lets_the_ladder_go_on(self):
        invoice = self.overdue_invoice(60)
        wizard = self.env["dunning.opening.wizard"].create(
            {"move_ids": invoice.ids, "level": 1, "date": date(2026, 10, 20)}
        )
        wizard.action_record()
        self.assertEqual(invoice.dunning_level_id, self.reminder)
        self.assertEqual(invoice.dunning_date_last, date(2026, 10, 20))
        self.propose()
        self.assertDunned(invoice, self.first_notice)

    def test_an_invoice_overdue_for_long_does_not_start_friendly_again(self):
        invoice = self.overdue_invoice(200)
        self._import(["invoice;level;date", f"{invoice.name};2;15.06.2026"]).action_import()
        self.propose()
        self.assertDunned(invoice, self.final_notice)

    def test_a_level_beyond_every_ladder_is_a_wrong_line_like_any_other(self):
        name = self.overdue_invoice(60).name
        levels = ("inf", "1e400", "99999999999", "-1", "1.5")
        wizard = self._import(["invoice;level;date", *(f"{name};{n};15.06.2026" for n in levels)])
        wizard.action_preview()
        self.assertEqual(wizard.problem_count, len(levels))
        self.assertEqual(
            set(wizard.line_ids.mapped("problem")),
            {"The level has to be a whole number, for example 1."},
        )

    def test_a_reminder_without_its_day_is_asked_for_it(self):
        wizard = self.env["dunning.opening.wizard"].create(
            {"move_ids": self.overdue_invoice(60).ids, "date": False}
        )
        with self.assertRaisesRegex(UserError, "Enter the day"):
            wizard.action_record()

    def test_a_table_that_is_none_is_refused_with_words(self):
        with self.assertRaisesRegex(UserError, "cannot be read as CSV"):
            self._import(["invoice;level;date\rRE/1;1;2026-10-01"]).action_preview()
        with self.assertRaisesRegex(UserError, "has to name the columns"):
            self._import(["\ufeff"]).action_preview()

    def _post_invoices(self, count, due):
        """Post that many invoices of one customer at once."""
        invoices = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": due,
                    "invoice_date_due": due,
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "Goods", "price_unit": 100, "tax_ids": [Command.clear()]}
                        )
                    ],
                }
                for _number in range(count)
            ]
        )
        invoices.action_post()
        return invoices

    def test_of_a_thousand_lines_the_ten_wrong_ones_are_named_and_nothing_is_half_recorded(self):
        invoices = self._post_invoices(330, date(2026, 6, 1))
        known, paid = invoices[0].name, self.overdue_invoice(90)
        self.pay(paid)
        days = ((1, "2026-07-01"), (2, "15.07.2026"), (3, "2026-08-01"))
        good = [f"{invoice.name};{level};{day}" for invoice in invoices for level, day in days]
        self.assertEqual(len(good), 990)
        wrong = {  # line of the file, as a spreadsheet counts it: (line, what is told of it)
            2: ("RE/unknown;1;2026-07-01", "no customer invoice RE/unknown"),
            101: (f"{known};one;2026-07-01", "whole number"),
            202: (f"{known};9;2026-07-01", "no level 9"),
            303: (f"{known};1;soon", "cannot be read"),
            404: (f"{known};1;2027-10-01", "future"),
            505: (";1;2026-07-01", "number of the invoice is missing"),
            606: (f"{known};1;2026-07-02", "recorded already"),
            707: (f"{paid.name};1;2026-07-01", "is paid"),
            808: (f"{known};0;2026-07-01", "whole number"),
            1001: (f"{known};1;", "cannot be read"),
        }
        lines = ["Rechnung;Stufe;Datum", *good]
        for number, (line, _problem) in sorted(wrong.items()):
            lines.insert(number - 1, line)
        self.assertEqual(len(lines), 1001)
        wizard = self._import(lines)
        wizard.action_preview()
        self.assertEqual((wizard.line_count, wizard.problem_count), (1000, 10))
        named = {line.number: line.problem for line in wizard.line_ids if line.problem}
        self.assertEqual(named.keys(), wrong.keys())
        for number, (_line, problem) in wrong.items():
            self.assertIn(problem, named[number])
        with self.assertRaises(UserError):
            wizard.action_import()
        self.assertFalse(invoices.dunning_line_ids)
        right = [line for number, line in enumerate(lines, 1) if number not in wrong]
        self._import(right).action_import()
        self.assertEqual(len(invoices.dunning_line_ids), 990)
        self.assertEqual(invoices.dunning_level_id, self.final_notice)

    def test_a_spreadsheet_is_read_like_a_csv_file(self):
        invoice = self.overdue_invoice(30)
        book = openpyxl.Workbook()
        book.active.append(["Invoice", "Level", "Date"])
        book.active.append([invoice.name, 1, date(2026, 11, 2)])
        buffer = io.BytesIO()
        book.save(buffer)
        wizard = self._import([""], "earlier.xlsx")
        wizard.file = base64.b64encode(buffer.getvalue())
        wizard.action_import()
        self.assertEqual(invoice.dunning_level_id, self.reminder)

    def test_a_broken_file_and_missing_columns_get_a_clear_sentence(self):
        with self.assertRaisesRegex(UserError, "XLSX"):
            self._import(["no spreadsheet"], "earlier.xlsx").action_preview()
        with self.assertRaisesRegex(UserError, "level"):
            self._import(["invoice;date", "RE/1;2026-10-01"]).action_preview()

    def test_the_same_level_is_not_recorded_twice(self):
        invoice = self.overdue_invoice(30)
        line = f"{invoice.name};1;2026-11-02"
        self._import(["invoice;level;date", line]).action_import()
        wizard = self._import(["invoice;level;date", line])
        wizard.action_preview()
        self.assertEqual(wizard.problem_count, 1)

    def test_the_notice_says_that_it_was_recorded_and_has_no_letter(self):
        invoice = self.overdue_invoice(30)
        self._import(["invoice;level;date", f"{invoice.name};1;2026-11-02"]).action_import()
        notice = self.notice_of(invoice)
        self.assertTrue(notice.is_opening)
        self.assertFalse(notice.pdf_file or notice.delivery_ids)
