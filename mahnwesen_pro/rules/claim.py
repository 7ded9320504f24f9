"""The account of a claim: principal, interest, costs and payments by day, in two orders.

By § 367 (1) BGB a payment goes on costs, then on interest, then on the principal; so the principal
bears interest for longer. Books usually put money on the invoice: principal first. That is the
creditor's free concession. Both are right; a statement says which one it follows.

Interest is counted to the day before a payment. It never bears interest itself (§ 289 BGB), and
neither do costs.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .interest import CENT, Rate, Segment, interest
from .workdays import DAY

ZERO = Decimal(0)

#: The orders in which a payment can be used: by § 367 (1) BGB, or as it stands in the books.
LAW, PRINCIPAL = "law", "principal"
ORDERS = {
    LAW: ("costs", "interest", "principal"),
    PRINCIPAL: ("principal", "costs", "interest"),
}

#: Costs that the lump sum of § 288 (5) BGB is set off against. What a bank takes for a returned
#: debit is no cost of recovery: it is owed beside the lump sum.
RECOVERY = frozenset({"fee", "collection"})


class Cost(NamedTuple):
    """What is owed beside principal and interest, from ``day`` on. ``id`` is for the caller.

    ``paid``: what the books have put on it.
    """

    day: date
    amount: Decimal
    kind: str
    id: int = 0
    paid: Decimal = ZERO


class Receipt(NamedTuple):
    """What lowered the claim on a day.

    ``kind`` payment is money. Anything else (a credit note, a write-off) lowers the principal
    itself, whatever the order. ``on_costs``: the books have put this money on a cost;
    ``on_interest``: on interest.
    """

    day: date
    amount: Decimal
    kind: str = "payment"
    id: int = 0
    on_costs: bool = False
    on_interest: bool = False


class Claim(NamedTuple):
    """One item with all that belongs to it, amounts in its currency.

    ``start`` is the first day of default, None while there is none: then no interest runs.
    """

    id: int
    day: date
    principal: Decimal
    start: date | None = None
    rates: tuple[Rate, ...] = ()
    costs: tuple[Cost, ...] = ()
    receipts: tuple[Receipt, ...] = ()


class Step(NamedTuple):
    """One line of an account and the balances after it.

    ``kind`` is principal, interest, cost, payment or credit; ``source`` the segment, cost or
    receipt behind it. What reduces the claim has a negative ``amount``; ``used`` says on what it
    went: costs, interest, principal, and what is left over.
    """

    day: date
    kind: str
    amount: Decimal
    source: Segment | Cost | Receipt | None
    costs: Decimal
    interest: Decimal
    principal: Decimal
    used: tuple[Decimal, Decimal, Decimal, Decimal] = (ZERO, ZERO, ZERO, ZERO)

    @property
    def balance(self) -> Decimal:
        """What is owed after this line."""
        return self.costs + self.interest + self.principal


class Account(NamedTuple):
    """The account of a claim up to a day.

    ``surplus`` is money beyond the claim. ``unknown_from``: the first day whose rate nobody knows;
    interest ends before it.
    """

    claim: Claim
    steps: tuple[Step, ...]
    costs: Decimal
    interest: Decimal
    principal: Decimal
    surplus: Decimal = ZERO
    unknown_from: date | None = None

    @property
    def total(self) -> Decimal:
        """What is owed on the last day: principal, interest and costs."""
        return self.costs + self.interest + self.principal


def account(
    claim: Claim, end: date, order: str = LAW, convention: str = "act_365", unit: Decimal = CENT
) -> Account:
    """Return the account of a claim up to ``end``, that day included.

    :param order: :data:`LAW` or :data:`PRINCIPAL`
    :param convention: how days are counted, see :mod:`interest`
    :param unit: the smallest amount of the currency

    5,950.00 between businesses, in default from 1 May 2026, lump sum, 3,000.00 on 14 August (EX6):

    >>> rates = (Rate(date(2026, 1, 1), date(2026, 6, 30), Decimal("10.27")),
    ...     Rate(date(2026, 7, 1), date(2026, 12, 31), Decimal("10.52")))
    >>> claim = Claim(1, date(2026, 4, 1), Decimal(5950), date(2026, 5, 1), rates,
    ...     costs=(Cost(date(2026, 5, 1), Decimal(40), "lump_sum"),),
    ...     receipts=(Receipt(date(2026, 8, 14), Decimal(3000)),))
    >>> by_law = account(claim, date(2026, 11, 22))
    >>> str(by_law.principal), str(by_law.interest), str(by_law.total)
    ('3167.58', '92.21', '3259.79')
    >>> str(account(claim, date(2026, 11, 22), PRINCIPAL).total)
    '3253.45'

    What the books have put on interest leaves the costs as they are:

    >>> booked = Receipt(date(2026, 8, 14), Decimal(50), on_interest=True)
    >>> account(claim._replace(receipts=(booked,)), date(2026, 8, 14)).costs
    Decimal('40')

    Without default there is nothing but the principal, and a credit note lowers that:

    >>> early = claim._replace(start=None, costs=(),
    ...     receipts=(Receipt(date(2026, 8, 14), Decimal(950), "credit"),))
    >>> account(early, date(2026, 11, 22)).total
    Decimal('5000')
    """
    ledger = _Ledger(claim, order, convention, unit)
    for event in _events(claim, end):
        if isinstance(event, Receipt):
            ledger.run_to(event.day - DAY)
        ledger.add(event)
    ledger.run_to(end)
    return ledger.close()


def _events(claim, end):
    """Return costs and receipts up to ``end`` in an order that does not depend on how they came.

    Of one day, costs come first, then what lowers the principal itself, then money.
    """
    events = [event for event in (*claim.costs, *claim.receipts) if event.day <= end]
    return sorted(
        events,
        key=lambda event: (
            event.day,
            0 if isinstance(event, Cost) else 2 if event.kind == "payment" else 1,
            isinstance(event, Receipt) and not (event.on_costs or event.on_interest),
            event.id,
            event.amount,
        ),
    )


class _Ledger:
    """The running balances of an account."""

    def __init__(self, claim, order, convention, unit):
        self.claim, self.order = claim, ORDERS[order]
        self.convention, self.unit = convention, unit
        self.owed = {"costs": ZERO, "interest": ZERO, "principal": claim.principal}
        self.surplus, self.unknown_from = ZERO, None
        self.next_day = claim.start
        self.steps = []
        self._note(claim.day, "principal", claim.principal, None)

    def run_to(self, day):
        """Let interest run on the present principal up to ``day``."""
        if not self.next_day or self.next_day > day:
            return
        if self.owed["principal"] > 0:
            found = interest(
                self.owed["principal"],
                (),
                self.claim.rates,
                self.next_day,
                day,
                self.convention,
                self.unit,
            )
            self.unknown_from = self.unknown_from or found.unknown_from
            for segment in found.segments:
                self.owed["interest"] += segment.amount
                self._note(segment.end, "interest", segment.amount, segment)
        self.next_day = day + DAY

    def add(self, event):
        """Add a cost, or use what came in."""
        if isinstance(event, Cost):
            self.owed["costs"] += event.amount
            self._note(event.day, "cost", event.amount, event)
            return
        rest, used = event.amount, dict.fromkeys(self.owed, ZERO)
        for part in self._get_order(event):
            used[part] = min(rest, self.owed[part])
            self.owed[part] -= used[part]
            rest -= used[part]
        self.surplus += rest
        kind = "payment" if event.kind == "payment" else "credit"
        split = (used["costs"], used["interest"], used["principal"], rest)
        self._note(event.day, kind, -event.amount, event, split)

    def _get_order(self, receipt):
        if receipt.on_interest:
            return ("interest", "costs", "principal")
        if receipt.on_costs:
            return ORDERS[LAW]
        if receipt.kind != "payment":
            return ("principal", "interest", "costs")
        return self.order

    def _note(self, day, kind, amount, source, used=(ZERO, ZERO, ZERO, ZERO)):
        self.steps.append(Step(day, kind, amount, source, **self.owed, used=used))

    def close(self):
        return Account(
            self.claim,
            tuple(self.steps),
            **self.owed,
            surplus=self.surplus,
            unknown_from=self.unknown_from,
        )


def set_off(costs: Mapping[int, Iterable[Cost]]) -> dict[int, list[Cost]]:
    """Set the lump sums off against the costs of recovery, § 288 (5) sentence 3 BGB.

    What was paid on costs of recovery lowers the lump sums; what is unpaid of them is owed as far
    as it exceeds what is left of the lump sums. The oldest come first.

    :param costs: {item: its costs}; a reminder may be for several items, so all are looked at
    :return: the same, lowered

    Two reminders at 5.00 each: 40.00 altogether, not 50.00. An agency for 55.62: 55.62 (EX11).

    >>> day, five = date(2026, 8, 1), Decimal(5)
    >>> lump, fee = Cost(day, Decimal(40), "lump_sum"), Cost(day, five, "fee")
    >>> agency = Cost(day, Decimal("55.62"), "collection")
    >>> def left(*some):
    ...     return " + ".join(str(cost.amount) for cost in set_off({7: some})[7])
    >>> left(lump, fee, fee), left(lump, agency), left(fee, fee)
    ('40', '40 + 15.62', '5 + 5')
    >>> left(lump, Cost(day, Decimal("3.50"), "return_cost"))
    '40 + 3.50'

    A reminder that was paid stays what it was paid for, the lump sum is lowered:

    >>> left(lump, fee._replace(paid=five), fee)
    '35 + 5'
    """
    every = [cost for some in costs.values() for cost in some]
    lumps = sum((cost.amount for cost in every if cost.kind == "lump_sum"), ZERO)
    paid = min(lumps, sum((cost.paid for cost in every if cost.kind in RECOVERY), ZERO))
    rest, left = lumps - paid, {}
    for item, some in costs.items():
        left[item] = []
        for cost in sorted(some, key=lambda cost: (cost.day, cost.id)):
            part = ZERO
            if cost.kind == "lump_sum":
                part = min(paid, cost.amount)
                paid -= part
            elif cost.kind in RECOVERY:
                part = min(rest, cost.amount - cost.paid)
                rest -= part
            if cost.amount > part:
                left[item].append(cost._replace(amount=cost.amount - part))
    return left


class Part(NamedTuple):
    """A part of a debt that money can go on: its kind (cost, interest, principal) and its size."""

    id: int
    kind: str
    amount: Decimal


def allocate(amount: Decimal, parts: Iterable[Part], order: str) -> dict[int, Decimal]:
    """Propose on what ``amount`` goes, in the order given; what is left over goes on nothing.

    :param parts: in the order of their age
    :return: {id of the part: amount}

    >>> parts = [Part(1, "principal", Decimal(100)), Part(2, "costs", Decimal(40)),
    ...     Part(3, "interest", Decimal(5))]
    >>> allocate(Decimal(50), parts, LAW)
    {2: Decimal('40'), 3: Decimal('5'), 1: Decimal('5')}
    >>> allocate(Decimal(120), parts, PRINCIPAL)
    {1: Decimal('100'), 2: Decimal('20'), 3: Decimal('0')}
    """
    used = {}
    for kind in ORDERS[order]:
        for part in parts:
            if part.kind == kind:
                used[part.id] = min(amount, part.amount)
                amount -= used[part.id]
    return used


#: How a payment stands to what a letter asked for.
EXACT, PRINCIPAL_ONLY, TOO_LITTLE, TOO_MUCH = "exact", "principal_only", "too_little", "too_much"


def compare(paid: Decimal, total: Decimal, principal: Decimal) -> str:
    """Say how a payment stands to a letter over ``total``, of which ``principal`` is no charge.

    >>> [compare(Decimal(paid), Decimal(145), Decimal(100)) for paid in (145, 100, 60, 120, 200)]
    ['exact', 'principal_only', 'too_little', 'too_little', 'too_much']
    """
    if paid == total:
        return EXACT
    if paid > total:
        return TOO_MUCH
    return PRINCIPAL_ONLY if paid == principal else TOO_LITTLE


class Open(NamedTuple):
    """Money or a credit note that nobody has put on an item yet; ``amount`` is positive."""

    id: int
    day: date
    amount: Decimal


class Sheet(NamedTuple):
    """What a customer owes in one currency on a day: the accounts of his items, less open credits.

    >>> day = date(2026, 8, 1)
    >>> first = account(Claim(1, day, Decimal(100)), day)
    >>> sheet = Sheet(1, (first,), (Open(7, day, Decimal(30)),))
    >>> sheet.total, sheet._replace(credits=(Open(7, day, Decimal(130)),)).total
    (Decimal('70'), Decimal('0'))
    """

    currency_id: int
    accounts: tuple[Account, ...]
    credits: tuple[Open, ...] = ()

    @property
    def principal(self) -> Decimal:
        """The principal that is still owed."""
        return sum((one.principal for one in self.accounts), ZERO)

    @property
    def interest(self) -> Decimal:
        """The interest that is still owed."""
        return sum((one.interest for one in self.accounts), ZERO)

    @property
    def costs(self) -> Decimal:
        """The costs that are still owed."""
        return sum((one.costs for one in self.accounts), ZERO)

    @property
    def credit(self) -> Decimal:
        """What is open in the customer's favour, money beyond a claim included."""
        surplus = sum((one.surplus for one in self.accounts), ZERO)
        return surplus + sum((one.amount for one in self.credits), ZERO)

    @property
    def total(self) -> Decimal:
        """What is to be paid, never below zero."""
        return max(ZERO, self.principal + self.interest + self.costs - self.credit)

    @property
    def unknown_from(self) -> date | None:
        """The first day whose interest rate nobody knows, if one is needed."""
        return min((one.unknown_from for one in self.accounts if one.unknown_from), default=None)
