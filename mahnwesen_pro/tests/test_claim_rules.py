import os
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..rules import claim
from ..rules.interest import Rate

D = Decimal
FIRST = date(2025, 1, 1)
RATES = (
    Rate(date(2025, 1, 1), date(2025, 6, 30), D("11.27")),
    Rate(date(2025, 7, 1), date(2026, 6, 30), D("10.27")),
    Rate(date(2026, 7, 1), date(2026, 12, 31), D("10.52")),
)

money = st.integers(1, 5_000_00).map(lambda cents: D(cents) / 100)
days = st.integers(0, 600).map(lambda number: FIRST + timedelta(days=number))
costs = st.builds(claim.Cost, days, money, st.sampled_from(["fee", "lump_sum", "return_cost"]))
receipts = st.builds(
    claim.Receipt, days, money, st.sampled_from(["payment", "payment", "credit", "other"])
)
claims = st.builds(
    claim.Claim,
    id=st.just(1),
    day=st.just(FIRST),
    principal=money,
    start=st.one_of(st.none(), days),
    rates=st.just(RATES),
    costs=st.lists(costs, max_size=4).map(tuple),
    receipts=st.lists(receipts, max_size=6).map(tuple),
)
orders = st.sampled_from([claim.LAW, claim.PRINCIPAL])
END = date(2026, 11, 22)


#: More with DUNNING_EXAMPLES=10000.
random_ledgers = settings(
    derandomize=True,
    deadline=None,
    max_examples=int(os.environ.get("DUNNING_EXAMPLES", "200")),
    suppress_health_check=[HealthCheck.too_slow],
)


@tagged("post_install", "-at_install")
class TestClaimRules(BaseCase):
    """What holds for every account, whatever happened on it."""

    @random_ledgers
    @given(claims, orders)
    def test_the_total_is_the_sum_of_its_parts_and_never_negative(self, one, order):
        found = claim.account(one, END, order)
        self.assertEqual(sum(step.amount for step in found.steps), found.total - found.surplus)
        self.assertEqual(found.total, found.costs + found.interest + found.principal)
        self.assertGreaterEqual(min(found.costs, found.interest, found.principal), 0)
        self.assertGreaterEqual(found.surplus, 0)
        for step in found.steps:
            self.assertGreaterEqual(step.balance, 0)
            if step.amount < 0:
                self.assertEqual(sum(step.used), -step.amount)

    @random_ledgers
    @given(claims, orders, st.randoms(use_true_random=False))
    def test_within_a_day_the_order_of_bookings_does_not_matter(self, one, order, random):
        mixed = [list(one.costs), list(one.receipts)]
        for part in mixed:
            random.shuffle(part)
        shuffled = one._replace(costs=tuple(mixed[0]), receipts=tuple(mixed[1]))
        first, second = claim.account(one, END, order), claim.account(shuffled, END, order)
        self.assertEqual(first[2:], second[2:])

    @random_ledgers
    @given(claims)
    def test_without_default_no_interest_runs(self, one):
        found = claim.account(one._replace(start=None), END)
        self.assertEqual(found.interest, 0)
        self.assertFalse([step for step in found.steps if step.kind == "interest"])

    @random_ledgers
    @given(claims)
    def test_interest_bears_no_interest(self, one):
        for step in claim.account(one, END).steps:
            if step.kind == "interest":
                self.assertLessEqual(step.source.principal, one.principal)

    @random_ledgers
    @given(claims)
    def test_principal_first_is_never_worse_for_the_debtor(self, one):
        """Forgoing § 367 costs the creditor interest; apart from rounding it never adds any."""
        law, lenient = (claim.account(one, END, order) for order in claim.ORDERS)
        slack = D("0.01") * len(law.steps)
        self.assertLessEqual(lenient.total - lenient.surplus, law.total - law.surplus + slack)

    @random_ledgers
    @given(money, st.lists(money, max_size=5), st.lists(money, max_size=5), orders)
    def test_an_allocation_spends_each_cent_once(self, paid, principals, charges, order):
        parts = [
            claim.Part(number, kind, amount)
            for number, (kind, amount) in enumerate(
                [("principal", amount) for amount in principals]
                + [("costs", amount) for amount in charges]
            )
        ]
        used = claim.allocate(paid, parts, order)
        owed = sum(part.amount for part in parts)
        self.assertEqual(sum(used.values()), min(paid, owed))
        self.assertTrue(all(0 <= used[part.id] <= part.amount for part in parts))
