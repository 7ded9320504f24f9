import base64
import io
from datetime import date

import openpyxl

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

    def test_a_thousand_lines_with_ten_wrong_ones_are_refused_as_a_whole(self):
        invoices = [self.overdue_invoice(30) for _number in range(10)]
        lines = [f"{invoice.name};1;2026-10-01" for invoice in invoices]
        good = lines * 99
        wrong = [
            "RE/unknown;1;2026-10-01",
            f"{invoices[0].name};one;2026-10-01",
            f"{invoices[0].name};9;2026-10-01",
            f"{invoices[0].name};1;soon",
            f"{invoices[0].name};1;2027-10-01",
            ";1;2026-10-01",
        ]
        wizard = self._import(["Rechnung;Stufe;Datum", *wrong, *good])
        wizard.action_preview()
        named = {line.number: line.problem for line in wizard.line_ids if line.number <= 7}
        self.assertEqual(set(named), {2, 3, 4, 5, 6, 7})
        self.assertTrue(all(named.values()))
        with self.assertRaises(UserError):
            wizard.action_import()
        self.assertFalse(invoices[0].dunning_line_ids)

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
