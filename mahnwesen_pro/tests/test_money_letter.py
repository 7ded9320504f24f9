import io
import re

from pypdf import PdfReader

from odoo.tests import tagged

from .test_money_story import MoneyCommon


@tagged("post_install", "-at_install")
class TestMoneyLetter(MoneyCommon):
    """The letter with charges: short in front, the calculation on a page of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.business.sudo().lang = "en_US"
        cls.env = cls.env(context={**cls.env.context, "force_report_rendering": True})

    def pages(self, notice):
        """Return the texts of the pages of the letter."""
        pdf = notice.with_env(self.env)._render_pdf()
        return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]

    def story(self):
        invoice = self.owed(5950, "2026-04-30", self.business)
        self.reminded(invoice, "2026-05-11")
        with self.at(day="2026-08-14"):
            self.pay(invoice, 3000)
        return self.noticed(invoice, "2026-11-22")

    def test_a_customer_can_redo_the_interest_with_a_pocket_calculator(self):
        pages = self.pages(self.story())
        self.assertNotIn("÷", pages[0])
        text = pages[-1].replace("\xa0", " ")
        found = re.findall(r"([\d,.]+) × ([\d.]+) ÷ 100 × (\d+) ÷ (\d+)\s+([\d,.]+)", text)
        self.assertEqual(len(found), 3, text)
        total = 0
        for principal, rate, days, year, amount in found:
            redone = float(principal.replace(",", "")) * float(rate) / 100 * int(days) / int(year)
            self.assertAlmostEqual(redone, float(amount), delta=0.005)
            total += float(amount)
        self.assertAlmostEqual(total, 263.45, 2)
        self.assertIn("263.45", text)

    def test_the_page_says_since_when_and_why(self):
        text = self.pages(self.story())[-1]
        self.assertIn("In default since", text)
        self.assertIn("was agreed", text)
        self.assertIn("§ 288 BGB", text.replace("\xa0", " "))
        self.assertIn("paid or credited", text)
        self.assertIn("base rate 1.27 + 9.00", text.replace("\n", " "))

    def test_the_first_page_names_each_kind_once(self):
        first = self.owed(5950, "2026-04-30", self.business)
        second = self.owed(1000, "2026-04-30", self.business)
        self.reminded(first, "2026-05-11")
        self.reminded(second, "2026-05-11")
        text = self.pages(self.noticed(first, "2026-11-22"))[0]
        self.assertEqual(text.count("Default Interest"), 1)
        self.assertIn("2 overdue invoices at", text)

    def test_without_charges_the_letter_has_no_second_page(self):
        self.owed(1000, "2026-10-15", self.business)
        notice = self.propose().notice_ids
        self.assertEqual(len(self.pages(notice)), 1)

    def test_what_was_waived_is_not_printed(self):
        notice = self.story()
        notice.charge_ids.with_user(self.manager).action_waive("Goodwill")
        pages = self.pages(notice)
        self.assertEqual(len(pages), 1)
        self.assertNotIn("Lump Sum", pages[0])
