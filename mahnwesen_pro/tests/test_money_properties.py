import random
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..rules import charges, claim, laws, ledger
from ..rules.channels import Channels
from ..rules.default import Reminder
from ..rules.interest import CONVENTIONS, Payment, Rate, interest
from ..rules.ladder import Level
from ..rules.workdays import DAY

START = date(2024, 1, 1)
RATES = [
    Rate(date(2024, 1, 1), date(2024, 6, 30), Decimal("12.62")),
    Rate(date(2024, 7, 1), date(2024, 12, 31), Decimal("12.37")),
    Rate(date(2025, 1, 1), date(2027, 12, 31), Decimal("11.27")),
]
PROPERTY = settings(
    derandomize=True,
    deadline=None,
    max_examples=200,
    database=None,
    suppress_health_check=list(HealthCheck),
)

amounts = st.integers(min_value=1, max_value=10_000_000).map(lambda cents: Decimal(cents) / 100)
days = st.integers(min_value=0, max_value=900).map(lambda count: START + timedelta(days=count))
payments = st.lists(st.builds(Payment, days, amounts), max_size=5)
conventions = st.sampled_from(CONVENTIONS)


@tagged("post_install", "-at_install")
class TestMoneyProperties(BaseCase):
    """What holds for every ledger, whatever stands in it."""

    def test_interest_of_adjoining_periods_adds_up(self):
        @PROPERTY
        @given(amounts, payments, st.tuples(days, days, days).map(sorted), conventions)
        def check(principal, paid, when, convention):
            first, cut, last = when
            args = (principal, paid, RATES)
            whole = interest(*args, first, last, convention).exact
            before = interest(*args, first, cut, convention).exact
            after = interest(*args, cut + DAY, last, convention).exact
            self.assertAlmostEqual(whole, before + after, 12)

        check()

    def test_the_order_of_payments_within_a_day_does_not_matter(self):
        @PROPERTY
        @given(amounts, payments, days, days, st.randoms(use_true_random=False), conventions)
        def check(principal, paid, first, last, chance, convention):
            shuffled = paid.copy()
            chance.shuffle(shuffled)
            self.assertEqual(
                interest(principal, paid, RATES, first, last, convention),
                interest(principal, shuffled, RATES, first, last, convention),
            )

        check()

    def test_interest_is_never_negative_and_never_bears_interest(self):
        @PROPERTY
        @given(amounts, payments, days, days, conventions)
        def check(principal, paid, first, last, convention):
            found = interest(principal, paid, RATES, first, last, convention)
            for segment in found.segments:
                self.assertGreaterEqual(segment.amount, 0)
                self.assertLessEqual(segment.principal, principal)
            ends = [segment.end for segment in found.segments]
            starts = [segment.start for segment in found.segments]
            self.assertTrue(all(end < start for end, start in zip(ends, starts[1:], strict=False)))

        check()

    def test_fees_and_lump_sum_are_owed_once_whatever_was_paid_before(self):
        """Letter and statement ask for the greater of both, less what was paid on the fees."""
        day = START + timedelta(days=60)
        due = START + timedelta(days=30)
        entry = ledger.Entry(1, 1, 1, 1, Decimal(1000), START, due, START, is_agreed=True)
        entry = entry._replace(debtor="business")
        level = Level(3, 3, 35, 14, 7, lump_sum=True)
        tariff = charges.Tariff(day, laws.GERMANY, "DE", tuple(RATES))
        cents = st.integers(min_value=1, max_value=3_000).map(lambda count: Decimal(count) / 100)
        fees = st.lists(st.tuples(cents, st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(1)])))

        @PROPERTY
        @given(fees)
        def check(known):
            earlier = [
                charges.Earlier(number, "fee", fee, 0, is_paid=share == 1, paid=fee * share)
                for number, (fee, share) in enumerate(known)
            ]
            found = charges.charges(
                [charges.Claimed(1, level)],
                level,
                Channels(True, True),
                {1: entry},
                tariff,
                earlier,
            )
            asked = sum(charge.amount for charge in found)
            paid = sum(one.paid for one in earlier)
            self.assertEqual(asked, max(Decimal(40), sum(one.amount for one in earlier)) - paid)
            costs = [
                *(claim.Cost(START, one.amount, "fee", one.id, one.paid) for one in earlier),
                claim.Cost(day, Decimal(40), "lump_sum"),
            ]
            left = claim.set_off({1: costs})[1]
            self.assertEqual(sum(cost.amount for cost in left) - paid, asked)

        check()

    def test_ten_thousand_letters_add_up_and_charge_only_in_default(self):
        chance = random.Random(288)
        for _number in range(10_000):
            self.check_letter(chance)

    def check_letter(self, chance):
        today = START + timedelta(days=chance.randrange(30, 900))
        entries = [self.make_entry(chance, number, today) for number in range(chance.randint(1, 3))]
        level = Level(
            3,
            chance.randint(1, 3),
            35,
            14,
            7,
            fee=Decimal(chance.randint(0, 900)) / 100,
            interest=chance.random() < 0.8,
            lump_sum=chance.random() < 0.8,
        )
        channels = Channels(chance.random() < 0.5, True)
        law = chance.choice([laws.GERMANY, laws.AUSTRIA, laws.SWITZERLAND, None])
        tariff = charges.Tariff(today, law, chance.choice(["DE", "AT", "FR"]), tuple(RATES))
        found = charges.charges(
            [charges.Claimed(entry.line_id, level) for entry in entries],
            level,
            channels,
            {entry.line_id: entry for entry in entries},
            tariff,
        )
        knows = bool(law and law.knows_thirty_days)
        begun = {
            entry.line_id for entry in entries if ledger.default_of(entry, knows).has_begun(today)
        }
        for charge in found:
            self.assertGreater(charge.amount, 0)
            self.assertTrue(begun, "a charge without default")
            if charge.line_id:
                self.assertIn(charge.line_id, begun)
            if charge.kind == "interest":
                self.assertEqual(charge.amount, sum(s.amount for s in charge.segments))
        if level.rank == 1:
            self.assertFalse(found)
        lumps = sum(charge.amount for charge in found if charge.kind == "lump_sum")
        fees = sum(charge.amount for charge in found if charge.kind == "fee")
        self.assertLessEqual(fees, max(Decimal(0), level.fee - lumps))

    def make_entry(self, chance, number, today):
        booked = START + timedelta(days=chance.randrange(0, 800))
        due = booked + timedelta(days=chance.choice([0, 14, 30]))
        sent = due + timedelta(days=chance.randrange(1, 60))
        paid = tuple(
            ledger.Booking(
                due + timedelta(days=chance.randrange(1, 90)), Decimal(100), "payment", 1
            )
            for _payment in range(chance.randrange(3))
        )
        return ledger.Entry(
            line_id=number + 1,
            move_id=number + 1,
            partner_id=1,
            currency_id=1,
            principal=Decimal(chance.randrange(1, 500_000)) / 100,
            booked=booked,
            due=due,
            received=booked + timedelta(days=3),
            is_agreed=chance.random() < 0.3,
            debtor=chance.choice(["business", "public", "consumer", "unknown"]),
            reminder=Reminder(sent, sent + timedelta(days=10)) if chance.random() < 0.5 else None,
            bookings=tuple(one for one in paid if one.day <= today),
        )
