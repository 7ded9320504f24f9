import base64
import io
import re
from datetime import date
from decimal import Decimal

import openpyxl
from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..rules.claim import LAW, PRINCIPAL
from .common import DunningCommon

D = Decimal


def day(text):
    """Read a date as it is written in Germany."""
    return date(*map(int, reversed(text.split("."))))


class ClaimCommon(DunningCommon):
    """Invoices and payments on given days, due dates agreed, and the statement about them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.sudo().write(
            {"dunning_debtor_type": "business", "dunning_due_agreed": "yes", "lang": "en_US"}
        )

    def invoice(self, amount, due, **values):
        """Post an invoice over ``amount`` that falls due on a day, dated 30 days before."""
        with self.at(day=due):
            invoice = self.overdue_invoice(0, amount)
        invoice.write(values)
        return invoice

    def receive(self, invoice, amount, when):
        with self.at(day=when):
            return self.pay(invoice, amount)

    def remind(self, *days):
        """Propose and send on each of these days, the last level as the manager."""
        for when in days:
            with self.at(day=day(when)):
                self.send(self.propose().notice_ids.with_user(self.manager))

    def statement(self, until, order=LAW, **kwargs):
        return self.env["dunning.claim.statement"]._get_statement(
            self.company, self.customer, until, order, **kwargs
        )

    def sheet(self, until, order=LAW, **kwargs):
        (sheet,) = self.statement(until, order, **kwargs).sheets
        return sheet

    def assertOwed(self, sheet, principal, interest, costs, total):
        owed = (sheet.principal, sheet.interest, sheet.costs, sheet.total)
        self.assertEqual(owed, (D(principal), D(interest), D(costs), D(total)))


@tagged("post_install", "-at_install")
class TestClaimExamples(ClaimCommon):
    """The worked examples EX1 to EX11 through posted invoices and payments, to the cent."""

    def consumer(self):
        self.customer.sudo().dunning_debtor_type = "consumer"

    def assertSegments(self, sheet, *expected):
        steps = [s for one in sheet.accounts for s in one.steps if s.kind == "interest"]
        found = [(s.source.days, str(s.amount)) for s in steps]
        self.assertEqual(found, list(expected))

    def test_ex1_a_business_pays_a_month_late(self):
        self.invoice(1000, day("31.07.2026"))
        sheet = self.sheet(day("31.08.2026"))
        self.assertOwed(sheet, "1000", "8.93", "0", "1008.93")
        self.assertSegments(sheet, (31, "8.93"))

    def test_ex2_a_consumer_over_a_change_of_the_rate(self):
        self.consumer()
        self.invoice(2400, day("15.05.2026"))
        sheet = self.sheet(day("30.09.2026"))
        self.assertSegments(sheet, (46, "18.96"), (92, "39.44"))
        self.assertOwed(sheet, "2400", "58.40", "0", "2458.40")

    def test_ex3_two_changes_and_the_lump_sum(self):
        self.invoice(11900, day("14.04.2025"))
        sheet = self.sheet(day("22.11.2026"), with_lump_sums=True)
        self.assertSegments(sheet, (77, "282.92"), (365, "1222.13"), (145, "497.32"))
        self.assertOwed(sheet, "11900", "2002.37", "40", "13942.37")

    def test_ex4_a_leap_year_in_both_ways(self):
        self.invoice(5000, day("30.10.2023"))
        self.assertOwed(self.sheet(day("31.03.2024")), "5000", "260.26", "0", "5260.26")
        self.company.sudo().dunning_day_count = "act_act"
        self.assertOwed(self.sheet(day("31.03.2024")), "5000", "259.83", "0", "5259.83")

    def test_ex5_a_negative_base_rate(self):
        self.consumer()
        self.invoice(1000, day("30.09.2022"))
        self.assertOwed(self.sheet(day("31.03.2023")), "1000", "26.70", "0", "1026.70")

    def test_ex6_a_payment_in_part_in_both_orders(self):
        invoice = self.invoice(5950, day("30.04.2026"))
        self.receive(invoice, 3000, day("14.08.2026"))
        by_law = self.sheet(day("22.11.2026"), with_lump_sums=True)
        self.assertSegments(by_law, (61, "102.12"), (44, "75.46"), (101, "92.21"))
        self.assertOwed(by_law, "3167.58", "92.21", "0", "3259.79")
        lenient = self.sheet(day("22.11.2026"), PRINCIPAL, with_lump_sums=True)
        self.assertSegments(lenient, (61, "102.12"), (44, "75.46"), (101, "85.87"))
        self.assertOwed(lenient, "2950", "263.45", "40", "3253.45")

    def test_ex7_a_consumer_with_the_material_cost_of_a_letter(self):
        self.consumer()
        self.first_notice.sudo().write({"fee": 2.5, "send_letter": True})
        invoice = self.invoice(800, day("10.04.2026"))
        self.remind("20.04.2026", "11.05.2026")
        self.receive(invoice, 300, day("20.07.2026"))
        sheet = self.sheet(day("31.10.2026"))
        self.assertSegments(sheet, (81, "11.13"), (19, "2.72"), (104, "9.59"))
        self.assertOwed(sheet, "516.35", "9.59", "0", "525.94")

    def test_ex8_payments_that_do_not_reach_the_principal(self):
        invoice = self.invoice(2000, day("02.02.2026"))
        self.receive(invoice, 30, day("15.06.2026"))
        self.receive(invoice, 50, day("17.08.2026"))
        sheet = self.sheet(day("30.09.2026"), with_lump_sums=True)
        self.assertSegments(sheet, (132, "74.28"), (16, "9.00"), (47, "27.09"), (45, "25.94"))
        self.assertOwed(sheet, "2000", "96.31", "0", "2096.31")

    def test_ex9_a_due_date_on_a_saturday(self):
        self.consumer()
        self.invoice(1234.56, day("31.10.2026"))
        sheet = self.sheet(day("22.11.2026"))
        self.assertSegments(sheet, (20, "4.41"))

    def test_ex10_thirty_days_for_a_business_but_not_for_a_consumer(self):
        due = day("01.10.2026")
        self.invoice(1000, due, dunning_due_agreed="no", dunning_received_on=due)
        (account,) = self.sheet(day("22.11.2026")).accounts
        self.assertEqual(account.claim.start, day("03.11.2026"))
        self.consumer()
        (account,) = self.sheet(day("22.11.2026")).accounts
        self.assertIsNone(account.claim.start)
        self.assertEqual(account.total, 1000)

    def test_ex11_the_lump_sum_is_set_off_against_the_fees(self):
        (self.first_notice + self.final_notice).sudo().write({"fee": 5, "send_letter": True})
        self.final_notice.sudo().charge_lump_sum = True
        self.invoice(1000, day("31.07.2026"))
        self.remind("10.08.2026", "31.08.2026")
        self.assertEqual(self.sheet(day("31.08.2026")).costs, 5)
        self.assertEqual(self.sheet(day("31.08.2026"), with_lump_sums=True).costs, 40)
        self.remind("21.09.2026")
        self.assertEqual(self.sheet(day("21.09.2026")).costs, 40)


@tagged("post_install", "-at_install")
class TestClaimStatement(ClaimCommon):
    """What the claim statement covers, and how it looks on paper and as a table."""

    def test_it_shows_the_day_that_is_asked_for(self):
        invoice = self.invoice(1000, day("31.07.2026"))
        self.receive(invoice, None, day("01.09.2026"))
        self.invoice(500, day("30.09.2026"))
        sheet = self.sheet(day("31.08.2026"))
        self.assertOwed(sheet, "1000", "8.93", "0", "1008.93")
        self.assertEqual(self.sheet(day("01.10.2026")).principal, 500)
        self.assertFalse(self.statement(day("31.07.2025")).sheets)

    def test_a_credit_note_lowers_the_principal_in_both_orders(self):
        invoice = self.invoice(1000, day("31.07.2026"))
        with self.at(day=day("11.08.2026")):
            credit = self.credit_note(400)
            (invoice + credit).line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
            ).reconcile()
        for order in (LAW, PRINCIPAL):
            (account,) = self.sheet(day("31.08.2026"), order).accounts
            self.assertEqual(account.principal, 600)
            self.assertEqual(
                [s.source.days for s in account.steps if s.kind == "interest"], [10, 21]
            )

    def test_open_credits_are_deducted_and_never_make_it_negative(self):
        self.invoice(100, day("31.07.2026"))
        self.credit_note(30)
        sheet = self.sheet(day("23.11.2026"))
        self.assertEqual(sheet.credit, 30)
        self.assertEqual(sheet.total, 70 + sheet.interest)
        self.credit_note(500)
        self.assertEqual(self.sheet(day("23.11.2026")).total, 0)

    def test_another_currency_has_a_sheet_of_its_own(self):
        usd = self.env.ref("base.USD").sudo()
        usd.active = True
        self.invoice(100, day("31.07.2026"))
        with self.at(day=day("31.07.2026")):
            self.overdue_invoice(0, 200, currency=usd)
        sheets = self.statement(day("31.08.2026")).sheets
        self.assertEqual(
            {sheet.currency_id for sheet in sheets}, {usd.id, self.company.currency_id.id}
        )

    def test_abroad_only_the_principal_is_claimed_unless_charges_were_agreed(self):
        self.customer.sudo().country_id = self.env.ref("base.fr")
        self.invoice(1000, day("31.07.2026"))
        self.assertOwed(
            self.sheet(day("31.08.2026"), with_lump_sums=True), "1000", "0", "0", "1000"
        )
        self.customer.sudo().dunning_charges_agreed = True
        self.assertEqual(self.sheet(day("31.08.2026")).interest, D("8.93"))

    def test_a_day_beyond_the_known_rates_is_told(self):
        self.invoice(1000, day("31.07.2026"))
        self.assertEqual(self.sheet(day("31.01.2027")).unknown_from, day("01.01.2027"))
        wizard = self.wizard(date=day("31.01.2027"))
        self.assertEqual(wizard.unknown_from, day("01.01.2027"))

    def sent_notices(self):
        """Send the three letters for an invoice of 31 July; the last one charges everything."""
        self.final_notice.sudo().write({"charge_lump_sum": True, "charge_interest": True})
        invoice = self.invoice(1000, day("31.07.2026"))
        self.remind("10.08.2026", "31.08.2026", "21.09.2026")
        return invoice, self.notice_of(invoice)

    def test_the_letter_and_the_statement_of_the_same_day_say_the_same(self):
        _invoice, notice = self.sent_notices()
        self.assertTrue(notice.amount_charges > 40)
        self.assertEqual(self.sheet(notice.date).total, D(str(notice.amount_total)))

    def test_what_was_waived_is_not_claimed(self):
        _invoice, notice = self.sent_notices()
        notice.charge_ids.with_user(self.manager).action_waive("Goodwill")
        sheet = self.sheet(day("30.09.2026"), with_lump_sums=True)
        self.assertEqual(sheet.costs, 0)
        (step,) = [s for one in sheet.accounts for s in one.steps if s.kind == "interest"]
        self.assertEqual(step.source.start, day("22.09.2026"))

    def test_a_paid_invoice_stays_for_the_charges_that_were_asked_for(self):
        invoice, _notice = self.sent_notices()
        self.receive(invoice, None, day("01.10.2026"))
        sheet = self.sheet(day("15.10.2026"), PRINCIPAL)
        self.assertEqual((sheet.principal, sheet.costs), (0, 40))
        self.assertGreater(sheet.interest, 0)

    def test_another_company_is_not_counted(self):
        self.invoice(1000, day("31.07.2026"))
        other = self.env["res.company"].sudo().create({"name": "Other"})
        statement = self.env["dunning.claim.statement"]._get_statement(
            other, self.customer, day("31.08.2026"), LAW
        )
        self.assertFalse(statement.sheets)

    def test_ten_times_the_items_take_the_same_queries(self):
        counted = []
        for number in (2, 20):
            for _number in range(number):
                self.receive(self.invoice(100, day("31.07.2026")), 10, day("14.08.2026"))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.sheet(day("22.11.2026"))
            counted.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counted[1], counted[0] + 2)

    # === ON PAPER ===

    def wizard(self, **values):
        action = self.customer.action_dunning_claim()
        return self.env["dunning.claim.wizard"].with_context(**action["context"]).create(values)

    def test_the_clerk_opens_it_from_the_customer_and_sees_the_sums(self):
        self.company.sudo().dunning_payment_order = "principal"
        self.invoice(1000, day("31.07.2026"))
        action = self.customer.action_dunning_claim()
        with Form(self.env["dunning.claim.wizard"].with_context(**action["context"])) as form:
            self.assertEqual(form.order, "principal")
            form.date = "2026-08-31"
            form.with_lump_sums = True
            self.assertEqual(form.amount_total, 1048.93)
            self.assertEqual(form.amount_interest, 8.93)

    def test_the_paper_can_be_redone_with_a_pocket_calculator(self):
        invoice = self.invoice(5950, day("30.04.2026"))
        self.receive(invoice, 3000, day("14.08.2026"))
        wizard = self.wizard(date=day("22.11.2026"), with_lump_sums=True, order="law")
        html = str(
            self.env["ir.qweb"]._render("mahnwesen_pro.dunning_claim", {"docs": wizard.sudo()})
        )
        for text in (
            "5,950.00 × 10.27 % × 61 days / 365",
            "on costs 40.00, interest 177.58, principal 2,782.42",
            "3,167.58 × 10.52 % × 101 days / 365",
            "In default from 05/01/2026: to be paid by 04/30/2026 as agreed",
            "§ 367 (1) BGB",
            "3,259.79",
        ):
            self.assertIn(text, html)
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        pdf, kind = report._render_qweb_pdf("mahnwesen_pro.dunning_claim", wizard.ids)
        self.assertEqual((pdf[:4], kind), (b"%PDF", "pdf"))

    def pages(self, **values):
        """Return the lines of every page of the statement."""
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        ids = self.wizard(date=day("22.11.2026"), **values).ids
        pdf, _kind = report._render_qweb_pdf("mahnwesen_pro.dunning_claim", ids)
        return [page.extract_text().splitlines() for page in PdfReader(io.BytesIO(pdf)).pages]

    def test_no_page_begins_with_a_sum_and_totals_never_stand_alone(self):
        movement = re.compile(r"\d\d/\d\d/\d{4} .*")
        seen = set()
        for number in range(1, 9):
            self.invoice(1000 * number, day("30.04.2026"))
            pages = self.pages(with_lump_sums=number % 2)
            seen.add(len(pages))
            for page in pages:
                lines = [line for line in page if movement.match(line) or line.startswith("Owed")]
                self.assertGreater(len(lines), 1, (number, page))
                self.assertFalse(lines[0].startswith("Owed"), (number, page))
                self.assertTrue(movement.match(lines[-2]), (number, page))
            self.assertTrue([line for line in pages[-1] if line.startswith("Owed")], number)
        self.assertLessEqual({1, 2}, seen)

    def test_the_table_reckons_by_itself(self):
        invoice = self.invoice(5950, day("30.04.2026"))
        self.receive(invoice, 3000, day("14.08.2026"))
        wizard = self.wizard(date=day("22.11.2026"), with_lump_sums=True, order="law")
        content = base64.b64decode(wizard.xlsx_file)
        page = openpyxl.load_workbook(io.BytesIO(content)).active
        values = openpyxl.load_workbook(io.BytesIO(content), data_only=True).active
        column = [cell.value for cell in page["I"]]
        self.assertTrue(any(str(value).startswith("=ROUND(F") for value in column))
        self.assertTrue(str(column[-1]).startswith("=MAX(0,"))
        self.assertEqual(values["I"][-1].value, 3259.79)
        self.assertIn("xlsx_file", wizard.action_download()["url"])

    def test_callers_see_their_own_customers_only_and_nobody_a_confidential_one(self):
        self.invoice(100, day("31.07.2026"))
        caller = self.colleague
        groups = ("base.group_user", "mahnwesen_pro.group_dunning_caller")
        caller.sudo().group_ids = [Command.set([self.env.ref(name).id for name in groups])]
        statement = self.env["dunning.claim.statement"].with_user(caller)
        with self.assertRaises(AccessError):
            statement._get_statement(self.company, self.customer, day("31.08.2026"))
        self.customer.sudo().user_id = caller
        found = statement._get_statement(self.company, self.customer, day("31.08.2026"))
        self.assertTrue(found.sheets)
        self.customer.sudo().dunning_is_confidential = True
        with self.assertRaises(AccessError):
            self.statement(day("31.08.2026"))

    def draw(self, wizard, user):
        report = self.env["ir.actions.report"].with_user(user)
        report = report.with_context(force_report_rendering=True)
        return report._render_qweb_pdf("mahnwesen_pro.dunning_claim", wizard.ids)

    def test_a_salesperson_draws_no_statement_of_a_customer_who_is_not_his(self):
        self.invoice(100, day("31.07.2026"))
        caller = self.colleague
        caller.sudo().group_ids = self.env.ref("mahnwesen_pro.group_dunning_caller").sudo()
        question = {
            "partner_id": self.customer.id,
            "company_id": self.company.id,
            "currency_id": self.company.currency_id.id,
        }
        wizard = self.env["dunning.claim.wizard"].with_user(caller).create(question)
        with self.assertRaisesRegex(AccessError, "what Bäckerei Sommer GmbH owes"):
            self.draw(wizard, caller)
        self.customer.sudo().user_id = caller
        pdf, _kind = self.draw(wizard, caller)
        self.assertTrue(pdf.startswith(b"%PDF"))
        self.customer.sudo().dunning_is_confidential = True
        with self.assertRaisesRegex(AccessError, "what Bäckerei Sommer GmbH owes"):
            self.draw(wizard, caller)

    def test_nobody_draws_a_statement_of_another_company(self):
        self.invoice(100, day("31.07.2026"))
        stranger = self.colleague
        nord = self.env["res.company"].sudo().create({"name": "Nord AG"})
        stranger.sudo().write({"company_ids": [Command.set(nord.ids)], "company_id": nord.id})
        question = {
            "partner_id": self.customer.id,
            "company_id": self.company.id,
            "currency_id": self.company.currency_id.id,
        }
        wizard = self.env["dunning.claim.wizard"].with_user(stranger).create(question)
        with self.assertRaises(AccessError):
            self.draw(wizard, stranger)
        statement = self.env["dunning.claim.statement"].with_user(stranger)
        with self.assertRaisesRegex(AccessError, "choose a company of yours"):
            statement._get_statement(self.company, self.customer, day("31.08.2026"))

    def test_nothing_owed_is_told(self):
        with self.assertRaisesRegex(Exception, "owed nothing"):
            self.wizard().action_print()
