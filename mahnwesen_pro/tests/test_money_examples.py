from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from odoo.tests import BaseCase, tagged

from ..rules import default, interest, laws
from ..rules.interest import Payment

D = Decimal

#: The German base rates that the examples need, as the Bundesbank announced them.
BASE_RATES = [
    interest.Rate(date.fromisoformat(start), date.fromisoformat(end), D(percent))
    for start, end, percent in (
        ("2016-07-01", "2022-12-31", "-0.88"),
        ("2023-01-01", "2023-06-30", "1.62"),
        ("2023-07-01", "2023-12-31", "3.12"),
        ("2024-01-01", "2024-06-30", "3.62"),
        ("2024-07-01", "2024-12-31", "3.37"),
        ("2025-01-01", "2025-06-30", "2.27"),
        ("2025-07-01", "2026-06-30", "1.27"),
        ("2026-07-01", "2026-12-31", "1.52"),
    )
]


def day(text):
    """Read a date as it is written in Germany."""
    return date(*map(int, reversed(text.split("."))))


@tagged("post_install", "-at_install")
class TestMoneyExamples(BaseCase):
    """The worked examples of docs/legal, to the cent: EX1 to EX10 by the plain rules alone."""

    def interest(self, amount, debtor, start, end, payments=(), convention="act_365"):
        return interest.interest(
            D(amount),
            [Payment(day(when), D(paid)) for when, paid in payments],
            laws.rates(laws.GERMANY, BASE_RATES, debtor),
            day(start),
            day(end),
            convention,
        )

    def assertInterest(self, found, lines, total, once=None):
        """The lines as [(days, amount)], their sum, and the sum that is rounded only once."""
        self.assertEqual(
            [(s.days, s.amount) for s in found.segments], [(n, D(x)) for n, x in lines]
        )
        self.assertEqual(found.amount, D(total))
        rounded = found.exact.quantize(interest.CENT, ROUND_HALF_UP)
        self.assertEqual(rounded, D(once or total))

    def test_ex1_a_business_pays_a_month_late(self):
        found = self.interest("1000", "business", "01.08.2026", "31.08.2026")
        self.assertInterest(found, [(31, "8.93")], "8.93")

    def test_ex2_a_consumer_over_a_change_of_the_rate(self):
        found = self.interest("2400", "consumer", "16.05.2026", "30.09.2026")
        self.assertInterest(found, [(46, "18.96"), (92, "39.44")], "58.40", once="58.41")

    def test_ex2_counted_in_other_ways(self):
        for convention, total in (("30_360", "57.93"), ("act_360", "59.22")):
            found = self.interest(
                "2400", "consumer", "16.05.2026", "30.09.2026", convention=convention
            )
            rounded = found.exact.quantize(interest.CENT, ROUND_HALF_UP)
            self.assertEqual(rounded, D(total), convention)

    def test_ex3_a_business_over_two_changes(self):
        found = self.interest("11900", "business", "15.04.2025", "22.11.2026")
        lines = [(77, "282.92"), (365, "1222.13"), (145, "497.32")]
        self.assertInterest(found, lines, "2002.37", once="2002.38")
        self.assertEqual(
            D(11900) + found.amount + laws.lump_sum(laws.GERMANY, "business"), D("13942.37")
        )

    def test_ex4_a_leap_year_in_both_ways(self):
        fixed = self.interest("5000", "business", "31.10.2023", "31.03.2024")
        self.assertInterest(fixed, [(62, "102.94"), (91, "157.32")], "260.26", once="260.25")
        exact = self.interest("5000", "business", "31.10.2023", "31.03.2024", convention="act_act")
        self.assertInterest(exact, [(62, "102.94"), (91, "156.89")], "259.83", once="259.82")

    def test_ex5_a_negative_base_rate_is_taken_off(self):
        found = self.interest("1000", "consumer", "01.10.2022", "31.03.2023")
        self.assertEqual([s.percent for s in found.segments], [D("4.12"), D("6.62")])
        self.assertInterest(found, [(92, "10.38"), (90, "16.32")], "26.70", once="26.71")

    def test_ex6_a_payment_in_part_goes_on_the_principal_as_odoo_assigns_it(self):
        found = self.interest(
            "5950", "business", "01.05.2026", "22.11.2026", [("14.08.2026", "3000")]
        )
        lines = [(61, "102.12"), (44, "75.46"), (101, "85.87")]
        self.assertInterest(found, lines, "263.45")
        total = D("2950") + found.amount + laws.lump_sum(laws.GERMANY, "business")
        self.assertEqual(total, D("3253.45"))

    def test_ex6_to_ex8_the_periods_between_payments(self):
        """What the claim statement adds up when money pays costs and interest first, § 367 BGB."""
        for amount, debtor, start, end, lines in (
            ("5950", "business", "01.05.2026", "13.08.2026", [(61, "102.12"), (44, "75.46")]),
            ("3167.58", "business", "14.08.2026", "22.11.2026", [(101, "92.21")]),
            ("800", "consumer", "11.04.2026", "19.07.2026", [(81, "11.13"), (19, "2.72")]),
            ("516.35", "consumer", "20.07.2026", "31.10.2026", [(104, "9.59")]),
            ("2000", "business", "03.02.2026", "14.06.2026", [(132, "74.28")]),
            ("2000", "business", "15.06.2026", "16.08.2026", [(16, "9.00"), (47, "27.09")]),
            ("2000", "business", "17.08.2026", "30.09.2026", [(45, "25.94")]),
        ):
            with self.subTest(amount=amount, start=start):
                found = self.interest(amount, debtor, start, end)
                self.assertEqual(
                    [(s.days, s.amount) for s in found.segments], [(n, D(x)) for n, x in lines]
                )

    def test_ex9_a_due_date_on_a_saturday_moves_on(self):
        terms = default.Terms(day("31.10.2026"), day("01.10.2026"), is_agreed=True)
        begins = default.default(terms)
        self.assertEqual(begins.start, day("03.11.2026"))
        found = self.interest("1234.56", "consumer", "03.11.2026", "22.11.2026")
        self.assertInterest(found, [(20, "4.41")], "4.41")
        wrong = self.interest("1234.56", "consumer", "01.11.2026", "22.11.2026")
        self.assertEqual(wrong.amount, D("4.85"))

    def test_ex10_thirty_days_for_businesses_and_for_consumers_who_were_told(self):
        received = day("01.10.2026")
        terms = default.Terms(received, received, is_consumer=False)
        self.assertEqual(default.default(terms).start, day("03.11.2026"))
        consumer = terms._replace(is_consumer=True)
        self.assertIsNone(default.default(consumer).start)
        told = consumer._replace(has_notice=True)
        self.assertEqual(default.default(told).start, day("03.11.2026"))
