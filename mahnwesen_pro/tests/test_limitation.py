from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .collection_common import CollectionCommon


@tagged("post_install", "-at_install")
class TestLimitation(CollectionCommon):
    """Until when a claim can be secured, with what moves that day."""

    def setUp(self):
        super().setUp()
        self.invoice = self.overdue_invoice(100, 500)

    def expires(self):
        self.invoice.invalidate_recordset(["dunning_limitation_date"])
        return self.invoice.dunning_limitation_date

    def record(self, kind, start, end=None):
        return self.env["dunning.limitation"].create(
            {
                "move_id": self.invoice.id,
                "kind": kind,
                "date_start": start,
                "date_end": end,
                "note": "Letter of that day",
            }
        )

    def test_three_years_from_the_end_of_the_year(self):
        self.assertEqual(self.expires(), date(2029, 12, 31))

    def test_delivered_last_year_it_is_a_year_earlier_unless_the_date_was_agreed(self):
        self.invoice.delivery_date = date(2025, 12, 20)
        self.assertEqual(self.expires(), date(2029, 12, 31))
        self.company.sudo().dunning_due_agreed = False
        self.assertEqual(self.expires(), date(2028, 12, 31))

    def test_negotiations_suspend_it(self):
        self.record("negotiation", date(2028, 6, 1), date(2028, 6, 30))
        self.assertEqual(self.expires(), date(2030, 1, 30))

    def test_a_part_payment_restarts_it(self):
        with self.at(day=date(2027, 3, 1)):
            self.pay(self.invoice, 100)
        with self.at(day=date(2027, 3, 2)):
            self.assertEqual(self.expires(), date(2030, 3, 1))

    def test_an_acknowledgement_restarts_it_and_has_no_end(self):
        self.record("acknowledgement", date(2028, 2, 1))
        self.assertEqual(self.expires(), date(2031, 2, 1))
        with self.assertRaises(ValidationError):
            self.record("acknowledgement", date(2028, 2, 1), date(2028, 3, 1))

    def test_a_title_holds_for_thirty_years(self):
        self.record("title", date(2028, 2, 1))
        self.assertEqual(self.expires(), date(2058, 2, 1))

    def test_in_austria_it_is_the_earliest_day_whatever_happened_since(self):
        self.company.sudo().country_id = self.env.ref("base.at")
        self.assertEqual(self.expires(), date(2029, 8, 15))
        self.record("negotiation", date(2028, 6, 1), date(2028, 6, 30))
        self.record("acknowledgement", date(2028, 8, 1))
        self.record("title", date(2028, 9, 1))
        self.assertEqual(self.expires(), date(2029, 8, 15))

    def test_in_austria_the_start_screen_counts_from_the_day(self):
        self.company.sudo().country_id = self.env.ref("base.at")
        card = self.env.ref("mahnwesen_pro.dunning_card_limitation")
        for day, listed in ((date(2029, 2, 14), False), (date(2029, 2, 15), True)):
            with self.at(day=day):
                self.assertEqual(self.invoice in self.listed(card), listed)

    def test_old_invoices_stand_on_the_start_screen_six_months_before(self):
        card = self.env.ref("mahnwesen_pro.dunning_card_limitation")
        with self.at(day=date(2029, 5, 1)):
            card.invalidate_recordset()
            self.assertNotIn(self.invoice, self.listed(card))
        with self.at(day=date(2029, 7, 2)):
            card.invalidate_recordset()
            self.assertIn(self.invoice, self.listed(card))

    def listed(self, card):
        model, domain, _field = card._get_source()
        return self.env[model].search(domain)
