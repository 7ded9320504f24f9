from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestBaseRate(DunningCommon):
    """The base rates: complete where interest is counted from them, kept by a manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.germany = cls.env.ref("base.de")
        cls.Rate = cls.env["dunning.base.rate"].with_user(cls.manager)

    def rate_on(self, day):
        """Return the German base rate of a day."""
        rates = self.Rate._get_rates(self.germany)
        return next(rate.percent for rate in rates if rate.start <= day <= rate.end)

    def test_germany_is_complete_from_2002_on(self):
        rates = sorted(self.Rate._get_rates(self.germany))
        self.assertEqual((rates[0].start, rates[-1].end), (date(2002, 1, 1), date(2026, 12, 31)))
        for day, percent in (
            (date(2002, 1, 1), "2.57"),
            (date(2008, 6, 30), "3.32"),
            (date(2016, 6, 30), "-0.83"),
            (date(2022, 12, 31), "-0.88"),
            (date(2025, 7, 1), "1.27"),
            (date(2026, 7, 1), "1.52"),
        ):
            self.assertEqual(self.rate_on(day), Decimal(percent), day)

    def test_what_is_not_certain_is_marked(self):
        uncertain = self.Rate.search([("is_uncertain", "=", True)])
        self.assertEqual(uncertain.country_id.code, "AT")
        self.assertIn(date(2026, 7, 1), uncertain.mapped("date_from"))

    def test_a_manager_enters_the_next_half_year(self):
        new = self.Rate.create({"rate": 1.77})
        self.assertEqual(new.country_id, self.germany)
        self.assertEqual((new.date_from, new.date_to), (date(2027, 1, 1), date(2027, 6, 30)))
        self.assertEqual(self.rate_on(date(2027, 2, 1)), Decimal("1.77"))

    def test_a_clerk_only_reads(self):
        with self.assertRaises(AccessError):
            self.env["dunning.base.rate"].create({"rate": 1.77})

    def test_no_day_has_two_rates(self):
        with self.assertRaisesRegex(ValidationError, "overlap"):
            self.Rate.create({"date_from": "2026-12-01", "rate": 1.77})

    def test_no_day_in_between_has_none(self):
        with self.assertRaisesRegex(ValidationError, "no rate is known between"):
            self.Rate.create({"date_from": "2027-07-01", "rate": 1.77})

    def test_only_the_newest_rates_can_be_deleted(self):
        german = self.Rate.search([("country_id", "=", self.germany.id)], order="date_from")
        with self.assertRaisesRegex(UserError, "only the newest"):
            german[3].unlink()
        german[-1:].unlink()
        self.assertEqual(self.Rate._get_last_day(self.germany), date(2026, 6, 30))
