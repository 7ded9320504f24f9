"""Promises to pay: what a promise covers, how long it holds, and whether it was kept.

A promise is judged by the payments alone: those that carry a day up to its last day count. Credits
and write-offs are no payments; they lower what there is to pay.
"""

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .calls import add_workdays
from .workdays import next_workday

ZERO = Decimal(0)


class Payment(NamedTuple):
    """Money that was assigned to a claim, in the claim's currency."""

    day: date
    amount: Decimal


class Verdict(NamedTuple):
    """What became of a promise. ``needed`` is what had to be paid, ``paid`` what was, in time;
    ``missing`` is what is still to come, payments after the last day taken off.

    ``state`` is open, kept, partly, broken, or obsolete: there is nothing left to pay, and not
    because it was paid.
    """

    state: str
    needed: Decimal
    paid: Decimal
    missing: Decimal


def cover(amount: Decimal, items: Iterable[tuple[int, Decimal]]) -> list[tuple[int, Decimal]]:
    """Return which items a promised amount covers, and how much of each, the first ones first.

    :param items: pairs (item, what is open), oldest first

    >>> cover(Decimal(150), [(1, Decimal(100)), (2, Decimal(100)), (3, Decimal(50))])
    [(1, Decimal('100')), (2, Decimal('50'))]

    Nobody can promise more than he owes:

    >>> cover(Decimal(500), [(1, Decimal(100))])
    [(1, Decimal('100'))]
    """
    covered = []
    for item, still_open in items:
        part = min(amount, still_open)
        if part > 0:
            covered.append((item, part))
            amount -= part
    return covered


def last_day(day: date, tolerance: int, holidays: Collection[date] = ()) -> date:
    """Return the last day on which a payment still keeps the promise.

    A day without work moves on to the next working day (§ 193 BGB), then the tolerance counts.

    :param tolerance: working days that a transfer may take

    >>> last_day(date(2026, 11, 27), 2)                 # Friday -> Tuesday
    datetime.date(2026, 12, 1)
    >>> last_day(date(2026, 11, 28), 0)                 # Saturday -> Monday
    datetime.date(2026, 11, 30)
    """
    return add_workdays(next_workday(day, holidays), tolerance, holidays)


def since(payments: Iterable[Payment], before: Decimal) -> list[Payment]:
    """Return the payments without the first ``before``, which had come when the promise was made.

    >>> monday, friday = date(2026, 11, 23), date(2026, 11, 27)
    >>> since([Payment(friday, Decimal(30)), Payment(monday, Decimal(20))], Decimal(25))
    [Payment(day=datetime.date(2026, 11, 27), amount=Decimal('25'))]
    """
    rest = []
    for payment in sorted(payments):
        known = min(before, payment.amount)
        before -= known
        if payment.amount > known:
            rest.append(payment._replace(amount=payment.amount - known))
    return rest


def judge(
    promised: Decimal,
    last: date,
    today: date,
    payments: Iterable[Payment],
    still_open: Decimal,
    is_under_way: bool = False,
) -> Verdict:
    """Return what became of a promise.

    :param promised: the amount that was promised
    :param last: the last day on which a payment counts, see :func:`last_day`
    :param payments: what was paid on its items since it was made
    :param still_open: what is open on its items now
    :param is_under_way: money was seen that nobody has assigned yet: no promise is broken meanwhile

    >>> day, next_day = date(2026, 11, 30), date(2026, 12, 1)
    >>> half = [Payment(day, Decimal(50))]
    >>> judge(Decimal(100), day, day, half, Decimal(50)).state
    'open'
    >>> judge(Decimal(100), day, next_day, half, Decimal(50)).state
    'partly'
    >>> judge(Decimal(100), day, next_day, half * 2, Decimal(0)).state
    'kept'

    A day late is late, also when everything has been paid by now:

    >>> late = judge(Decimal(100), day, next_day, [Payment(next_day, Decimal(100))], Decimal(0))
    >>> late.state, late.missing
    ('broken', Decimal('0'))

    Who promised more than he owed keeps it by paying what he owes; a credit lowers it:

    >>> judge(Decimal(900), day, day, half * 2, Decimal(0)).state
    'kept'
    >>> judge(Decimal(100), day, day, half, Decimal(0))
    Verdict(state='kept', needed=Decimal('50'), paid=Decimal('50'), missing=Decimal('0'))
    >>> judge(Decimal(100), day, day, [], Decimal(0)).state
    'obsolete'
    """
    payments = list(payments)
    paid = sum((payment.amount for payment in payments if payment.day <= last), ZERO)
    total = sum((payment.amount for payment in payments), ZERO)
    needed = min(promised, total + still_open)
    if needed <= 0:
        state = "obsolete"
    elif paid >= needed:
        state = "kept"
    elif today <= last or is_under_way:
        state = "open"
    else:
        state = "partly" if paid else "broken"
    return Verdict(state, needed, paid, max(ZERO, needed - total))


def reliability(kept: int, decided: int) -> int | None:
    """Return how many of the promises that are decided were kept, in percent; None without any.

    >>> reliability(2, 3), reliability(0, 0)
    (67, None)
    """
    return round(100 * kept / decided) if decided else None
