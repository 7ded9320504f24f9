"""Charges beside the principal, each with the facts that explain it.

The first level never carries one: the letter that creates the default is not billable (§§ 280, 286
BGB). Without default nothing is charged. A consumer pays no more than the cost of a paper letter,
a business the lump sum of 40 euro once per overdue item; what reminders cost is set off against it
(§ 288 (5) BGB). The cost of a returned direct debit is damage by itself (§ 280 (1) BGB).
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import NamedTuple

from . import laws
from .channels import Channels
from .default import Default
from .interest import CENT, Payment, Rate, Segment, interest
from .ladder import Level
from .ledger import Entry, default_of
from .workdays import DAY

ZERO = Decimal(0)

#: Every kind, in the order in which they stand on a letter.
KINDS = ("interest", "lump_sum", "fee", "return_cost")


class Charge(NamedTuple):
    """One ancillary claim in the letter's currency; ``kind`` says what it is for.

    ``line_id`` and ``move_id`` name the item, 0 for the letter as a whole. ``origin_id`` is the
    charge of an earlier letter that is restated. ``waived`` is the reason why it is not asked for.
    ``unknown_from``: interest ends before this day, because nobody knows the rate. ``paid``: what
    had been paid on what earlier letters charged for the same. ``set_off``: fees paid before, by
    which a lump sum is lowered.
    """

    kind: str
    amount: Decimal
    line_id: int = 0
    move_id: int = 0
    origin_id: int = 0
    waived: str = ""
    default: Default | None = None
    segments: tuple[Segment, ...] = ()
    payments: tuple[Payment, ...] = ()
    unknown_from: date | None = None
    paid: Decimal = ZERO
    set_off: Decimal = ZERO

    @property
    def asked(self) -> Decimal:
        """What the letter asks for."""
        return ZERO if self.waived else self.amount


class Earlier(NamedTuple):
    """A charge of a letter that was sent. ``until``: the last day of its interest.

    ``paid`` is what the books have put on it; ``is_paid``: nothing of it is owed any more.
    ``set_off``: by what fees paid before had lowered a lump sum. ``move_id`` is the invoice of what
    is charged once per invoice, whatever its instalments.
    """

    id: int
    kind: str
    amount: Decimal
    line_id: int
    is_waived: bool = False
    is_paid: bool = False
    until: date | None = None
    paid: Decimal = ZERO
    set_off: Decimal = ZERO
    move_id: int = 0

    @property
    def is_settled(self) -> bool:
        """Whether it is not asked for again."""
        return self.is_waived or self.is_paid

    @property
    def unpaid(self) -> Decimal:
        """What of it is still owed.

        >>> [str(Earlier(1, "fee", Decimal(40), 7, paid=Decimal(paid)).unpaid) for paid in (0, 15)]
        ['40', '25']
        """
        return max(ZERO, self.amount - self.paid)


class Claimed(NamedTuple):
    """An item on the letter: the level it reaches there, and what of it is set aside."""

    line_id: int
    level: Level
    blocked: Decimal = ZERO


class Tariff(NamedTuple):
    """What charges depend on beside the items. Rates of exchange into the letter's currency.

    ``country`` is the debtor's. ``is_agreed``: charges were agreed with him; ``agreed_rate`` is an
    agreed yearly interest in percent. ``fee_rate`` converts company currency, ``lump_rate`` the
    currency of the lump sum; None where no rate of exchange is known. ``waived`` maps (kind, item,
    earlier charge) to the reason why a charge on this very letter is not asked for.
    """

    day: date
    law: laws.Law | None
    country: str = ""
    base_rates: tuple[Rate, ...] = ()
    holidays: Collection[date] = ()
    convention: str = "act_365"
    unit: Decimal = CENT
    is_agreed: bool = False
    agreed_rate: Decimal | None = None
    fee_rate: Decimal | None = Decimal(1)
    lump_rate: Decimal | None = Decimal(1)
    waived: Mapping[tuple[str, int, int], str] = MappingProxyType({})


def asks(level: Level) -> bool:
    """Tell whether a level asks for charges at all; the first one never does.

    >>> asks(Level(2, 2, 21, 14, 7, fee=Decimal("1.20"))), asks(Level(2, 2, 21, 14, 7))
    (True, False)
    >>> asks(Level(1, 1, 7, 0, 10, fee=Decimal("1.20"), interest=True))
    False
    """
    return level.rank > 1 and bool(level.fee or level.interest or level.lump_sum)


def recovery_costs(costs: Iterable[Decimal], lump: Decimal) -> Decimal:
    """Return what is owed for the cost of recovery: the proved costs, at least the lump sum.

    The lump sum is set off against them, § 288 (5) sentence 3 BGB, never added. Two reminders at
    5.00, then an agency (EX11):

    >>> recovery_costs([Decimal(5), Decimal(5)], Decimal(40))
    Decimal('40')
    >>> recovery_costs([Decimal("55.62")], Decimal(40))
    Decimal('55.62')
    """
    return max(sum(costs, ZERO), lump)


def charges(
    claims: Iterable[Claimed],
    level: Level,
    channels: Channels,
    entries: Mapping[int, Entry],
    tariff: Tariff,
    earlier: Iterable[Earlier] = (),
    credits_: Iterable[Payment] = (),
) -> tuple[Charge, ...]:
    """Return the charges of one letter.

    :param claims: its items, the oldest first
    :param level: the highest level on it, which names the fee
    :param entries: the bookings of its items
    :param earlier: what letters that were sent have charged for these items
    :param credits_: credits that the letter nets; they lower the oldest items first

    >>> entry = Entry(7, 3, 1, 1, Decimal(1000), date(2026, 7, 1), date(2026, 7, 31),
    ...     date(2026, 7, 1), is_agreed=True, debtor="business")
    >>> final = Level(3, 3, 35, 14, 7, fee=Decimal(5), interest=True, lump_sum=True)
    >>> half = Rate(date(2026, 7, 1), date(2026, 12, 31), Decimal("1.52"))
    >>> tariff = Tariff(date(2026, 8, 31), laws.GERMANY, "DE", (half,))
    >>> def of(entry, level=final, channels=Channels(True, True), earlier=(), **values):
    ...     found = charges([Claimed(7, level)], level, channels, {7: entry},
    ...         tariff._replace(**values), earlier)
    ...     return [(charge.kind, str(charge.amount)) for charge in found]
    >>> of(entry)
    [('interest', '8.93'), ('lump_sum', '40.00')]

    A consumer owes no lump sum, and nothing for an e-mail:

    >>> of(entry._replace(debtor="consumer"))
    [('interest', '5.54'), ('fee', '5.00')]
    >>> of(entry._replace(debtor="consumer"), channels=Channels(True, False))
    [('interest', '5.54')]

    Without default there is no charge, nor on the first level, nor abroad:

    >>> of(entry._replace(is_agreed=False, received=date(2026, 8, 20)))
    []
    >>> of(entry, level=final._replace(rank=1)), of(entry, country="FR")
    ([], [])

    Of a fee of 5.00 that was paid the lump sum leaves 35.00: altogether 40.00.

    >>> of(entry, earlier=[Earlier(1, "fee", Decimal(5), 7, is_paid=True, paid=Decimal(5))])
    [('interest', '8.93'), ('lump_sum', '35.00')]

    A debit was returned twice, for 4.50 and then for 5.00. The first cost was asked for:

    >>> twice = entry._replace(return_cost=Decimal("9.50"))
    >>> first = Earlier(1, "return_cost", Decimal("4.50"), 7, move_id=3)
    >>> of(twice, level=final._replace(rank=1), earlier=[first])
    [('return_cost', '4.50'), ('return_cost', '5.00')]
    >>> of(twice, level=final._replace(rank=1), earlier=[first._replace(is_paid=True)])
    [('return_cost', '5.00')]

    It was too much, as was found out, or a part of it was paid:

    >>> of(entry._replace(return_cost=Decimal(3)), level=final._replace(rank=1), earlier=[first])
    [('return_cost', '3')]
    >>> of(twice, level=final._replace(rank=1), earlier=[first._replace(paid=Decimal(2))])
    [('return_cost', '2.50'), ('return_cost', '5.00')]
    """
    claims, earlier = list(claims), list(earlier)
    begun = {claim.line_id: _begun(entries[claim.line_id], tariff) for claim in claims}
    may = laws.may_charge(tariff.law, tariff.country, tariff.is_agreed)
    asking = [c for c in claims if may and begun[c.line_id] and c.level.rank > 1]
    netted = _net(claims, entries, credits_)
    found = [
        charge
        for claim in asking
        if claim.level.interest
        for charge in _interest(claim, entries, begun, netted, tariff, earlier)
    ]
    lumps = _lower(
        [
            charge
            for claim in asking
            if claim.level.lump_sum
            for charge in _lump_sum(entries[claim.line_id], begun, tariff, earlier)
        ],
        earlier,
    )
    fees = _fees(asking, level, channels, entries, tariff, earlier)
    found += [*lumps, *_set_off(fees, lumps, earlier), *_return_costs(claims, entries, earlier)]
    return tuple(_waive(charge, tariff) for charge in found if charge.amount)


def _begun(entry, tariff):
    """Return the default of an item if it has begun, else None."""
    knows = bool(tariff.law and tariff.law.knows_thirty_days)
    found = default_of(entry, knows, tariff.holidays)
    return found if found.has_begun(tariff.day) else None


def _net(claims, entries, credits_):
    """Return {item: [payments]}: what the credits of the letter lower, the oldest item first."""
    netted = {claim.line_id: [] for claim in claims}
    rest = {c.line_id: entries[c.line_id].residual - c.blocked for c in claims}
    for day, amount in sorted(credits_):
        for line_id, still_open in rest.items():
            part = min(amount, still_open)
            if part > 0:
                netted[line_id].append(Payment(day, part))
                rest[line_id] -= part
                amount -= part
    return netted


def _interest(claim, entries, begun, netted, tariff, earlier):
    entry, begins = entries[claim.line_id], begun[claim.line_id]
    payments = [Payment(one.day, one.amount) for one in entry.bookings] + netted[claim.line_id]
    known = [e for e in earlier if e.kind == "interest" and e.line_id == claim.line_id and e.until]
    settled = max((one.until for one in known if one.is_settled), default=begins.start - DAY)
    rates = laws.rates(
        tariff.law,
        tariff.base_rates,
        entry.debtor,
        entry.booked,
        entry.is_price,
        tariff.agreed_rate,
    )
    result = interest(
        entry.principal - claim.blocked,
        payments,
        rates,
        max(begins.start, settled + DAY),
        tariff.day,
        tariff.convention,
        tariff.unit,
    )
    paid = sum((one.paid for one in known if one.until > settled), ZERO)
    yield Charge(
        "interest",
        max(ZERO, result.amount - paid),
        entry.line_id,
        entry.move_id,
        default=begins,
        segments=result.segments,
        payments=tuple(sorted(payments)),
        unknown_from=result.unknown_from,
        paid=sum((one.paid for one in known), ZERO),
    )


def _lump_sum(entry, begun, tariff, earlier):
    """Yield the lump sum of an item: once, and as long as it is unpaid on every later letter."""
    known = [e for e in earlier if e.kind == "lump_sum" and e.line_id == entry.line_id]
    charge = Charge("lump_sum", ZERO, entry.line_id, entry.move_id, default=begun[entry.line_id])
    if known:
        if not any(one.is_settled for one in known):
            first = known[0]
            yield charge._replace(
                amount=first.unpaid, origin_id=first.id, paid=first.paid, set_off=first.set_off
            )
    elif tariff.lump_rate is not None:
        lump = laws.lump_sum(tariff.law, entry.debtor, entry.booked, entry.is_price)
        yield charge._replace(amount=_round(lump * tariff.lump_rate, tariff.unit))


def _fees(asking, level, channels, entries, tariff, earlier):
    """Return the fee of this letter and the unpaid ones of earlier letters."""
    if not asking:
        return []
    fees = [
        Charge("fee", one.unpaid, origin_id=one.id, paid=one.paid)
        for one in earlier
        if one.kind == "fee" and not one.is_settled
    ]
    to_business = all(laws.is_business(entries[claim.line_id].debtor) for claim in asking)
    costs = level.rank > 1 and tariff.fee_rate is not None and (to_business or channels.letter)
    refused = tariff.law and tariff.law.fee_agreed_only and not tariff.is_agreed
    if costs and not refused:
        fees.append(Charge("fee", _round(level.fee * tariff.fee_rate, tariff.unit)))
    return fees


def _lower(lumps, earlier):
    """Return the lump sums, lowered by the fees that were paid and have not lowered one yet."""
    alive = [one for one in earlier if not one.is_waived]
    rest = sum((one.paid for one in alive if one.kind == "fee"), ZERO)
    rest -= sum((one.set_off for one in alive), ZERO)
    lowered = []
    for lump in lumps:
        part = max(ZERO, min(rest, lump.amount))
        rest -= part
        lowered.append(lump._replace(amount=lump.amount - part, set_off=lump.set_off + part))
    return lowered


def _set_off(fees, lumps, earlier):
    """Yield the fees as far as they exceed the lump sums, the oldest fee first."""
    known = [one for one in earlier if one.kind == "lump_sum" and not one.is_waived]
    paid = [one.amount if one.is_paid else one.paid for one in known]
    rest = sum((charge.amount for charge in lumps), ZERO) + sum(paid, ZERO)
    for fee in fees:
        part = min(rest, fee.amount)
        rest -= part
        if fee.amount > part:
            yield fee._replace(amount=fee.amount - part)


def _return_costs(claims, entries, earlier):
    """Yield what the bank took for returned direct debits, once per invoice: what an earlier letter
    asked for until it is paid, and what came on top since.
    """
    done = set()
    for claim in claims:
        entry = entries[claim.line_id]
        if entry.move_id in done:
            continue
        done.add(entry.move_id)
        known = [e for e in earlier if e.kind == "return_cost" and e.move_id == entry.move_id]
        settled = (one.amount if one.is_settled else one.paid for one in known)
        rest = max(ZERO, entry.return_cost - sum(settled, ZERO))
        charge = Charge("return_cost", ZERO, entry.line_id, entry.move_id)
        for one in known:
            if not one.is_settled:
                part = min(rest, one.unpaid)
                rest -= part
                yield charge._replace(amount=part, origin_id=one.id, paid=one.paid)
        yield charge._replace(amount=rest)


def _waive(charge, tariff):
    key = (charge.kind, charge.line_id, charge.origin_id)
    return charge._replace(waived=tariff.waived.get(key, ""))


def _round(amount, unit):
    return amount.quantize(unit, ROUND_HALF_UP)
