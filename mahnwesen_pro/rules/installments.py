"""Instalment plans: amounts to the cent, their dates, which payment belongs to which instalment."""

import calendar
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .interest import Rate, interest
from .promise import Payment
from .workdays import DAY

ZERO = Decimal(0)
CENT = Decimal("0.01")

#: Days between two instalments; the other rhythms go by months.
DAYS = {"weekly": 7, "fortnightly": 14}

#: So many instalments missed at the same time end the plan.
MISSES_TO_END = 2

#: The most instalments of a plan.
MOST = 120


class Installment(NamedTuple):
    """One instalment: when it is due, what it pays off, and the interest that comes on top."""

    day: date
    principal: Decimal
    interest: Decimal = ZERO

    @property
    def amount(self) -> Decimal:
        """What is to be paid on that day."""
        return self.principal + self.interest


class Standing(NamedTuple):
    """How an instalment stands. ``due`` is what is left to ask for, after credits.

    ``state`` is open, paid, missed, or lapsed: a credit has made it superfluous.
    """

    state: str
    due: Decimal
    paid: Decimal
    paid_on: date | None


def split(total: Decimal, count: int, unit: Decimal = CENT) -> list[Decimal]:
    """Return ``count`` equal instalments that make up ``total``; the last one takes the odd cents.

    :param unit: the smallest coin of the currency

    >>> split(Decimal("100.00"), 3)
    [Decimal('33.33'), Decimal('33.33'), Decimal('33.34')]
    >>> split(Decimal(1000), 3, Decimal(1))
    [Decimal('333'), Decimal('333'), Decimal('334')]
    """
    part = (total / count / unit).to_integral_value(ROUND_FLOOR) * unit
    return [part] * (count - 1) + [total - part * (count - 1)]


def split_by(total: Decimal, part: Decimal) -> list[Decimal]:
    """Return instalments of ``part`` each; the last one pays what is left.

    >>> split_by(Decimal("470.11"), Decimal(200))
    [Decimal('200'), Decimal('200'), Decimal('70.11')]
    """
    count = int((total / part).to_integral_value(ROUND_FLOOR))
    rest = total - part * count
    return [part] * count + ([rest] if rest else [])


def days(first: date, count: int, rhythm: str, day_of_month: int = 0) -> list[date]:
    """Return the days of ``count`` instalments, the first on ``first``.

    :param rhythm: weekly, fortnightly or monthly
    :param day_of_month: for monthly: the day of the following ones; 0 = that of the first

    A short month has its own last day, the next one goes back to the day that was agreed:

    >>> [str(day) for day in days(date(2027, 1, 31), 3, "monthly")]
    ['2027-01-31', '2027-02-28', '2027-03-31']
    >>> [str(day) for day in days(date(2026, 12, 4), 3, "monthly", 15)]
    ['2026-12-04', '2027-01-15', '2027-02-15']
    >>> [str(day) for day in days(date(2026, 12, 4), 2, "weekly")]
    ['2026-12-04', '2026-12-11']
    """
    if rhythm in DAYS:
        return [first + timedelta(days=DAYS[rhythm] * number) for number in range(count)]
    wanted = day_of_month or first.day
    return [first, *(_day_in_month(first, number, wanted) for number in range(1, count))]


def _day_in_month(first, months, wanted):
    years, month = divmod(first.month - 1 + months, 12)
    year = first.year + years
    return date(year, month + 1, min(wanted, calendar.monthrange(year, month + 1)[1]))


def schedule(
    parts: Sequence[Decimal],
    dates: Sequence[date],
    start: date,
    rate: Decimal = ZERO,
    unit: Decimal = CENT,
    convention: str = "act_365",
) -> list[Installment]:
    """Return the instalments; each bears the simple interest of its time on what is not paid off.

    :param parts: what the instalments pay off
    :param start: the day of the agreement, from the next day on interest runs
    :param rate: percent a year; 0 = no interest
    :param convention: how days are counted, see ``interest.CONVENTIONS``

    >>> half_year = [date(2027, 1, 1), date(2027, 7, 2)]
    >>> for one in schedule([Decimal(500), Decimal(500)], half_year, date(2026, 7, 3), Decimal(5)):
    ...     print(one.day, one.principal, one.interest)
    2027-01-01 500 24.93
    2027-07-02 500 12.47
    """
    rest, result = sum(parts, ZERO), []
    for part, day in zip(parts, dates, strict=True):
        rates = [Rate(start, day, rate)] if rate and day > start else []
        borne = interest(rest, (), rates, start + DAY, day, convention).exact
        borne = (borne / unit).to_integral_value(ROUND_HALF_UP) * unit
        result.append(Installment(day, part, borne))
        rest, start = rest - part, max(start, day)
    return result


def assign(
    installments: Sequence[Installment],
    payments: Iterable[Payment],
    credited: Decimal,
    today: date,
    last_days: Sequence[date],
) -> list[Standing]:
    """Return how each instalment stands: payments go to them in order, credits to the last ones.

    :param credited: what is no longer owed without having been paid
    :param last_days: for each instalment the last day on which a payment is in time

    >>> plan = [Installment(date(2026, 12, day), Decimal(100)) for day in (1, 8, 15)]
    >>> paid = [Payment(date(2026, 12, 1), Decimal(60)), Payment(date(2026, 12, 3), Decimal(90))]
    >>> last = [one.day for one in plan]
    >>> for one in assign(plan, paid, Decimal(30), date(2026, 12, 9), last):
    ...     print(one.state, one.due, one.paid, one.paid_on)
    paid 100 100 2026-12-03
    missed 100 50 None
    open 70 0 None
    """
    due = _cut_from_the_end([one.amount for one in installments], credited)
    purse = [list(payment) for payment in sorted(payments)]
    standings = []
    for amount, last in zip(due, last_days, strict=True):
        paid, paid_on = _take(purse, amount)
        if not amount:
            state = "lapsed"
        elif paid >= amount:
            state = "paid"
        else:
            state, paid_on = ("missed" if today > last else "open"), None
        standings.append(Standing(state, amount, paid, paid_on))
    return standings


def _cut_from_the_end(amounts, credited):
    rest = []
    for amount in reversed(amounts):
        cut = min(amount, credited)
        credited -= cut
        rest.append(amount - cut)
    return rest[::-1]


def _take(purse, amount):
    """Take up to ``amount`` out of the purse; return how much it was and the day of the last."""
    taken, day = ZERO, None
    while purse and taken < amount:
        part = min(purse[0][1], amount - taken)
        taken, day = taken + part, purse[0][0]
        purse[0][1] -= part
        if not purse[0][1]:
            purse.pop(0)
    return taken, day


def misses(standings: Iterable[Standing]) -> int:
    """Return how many instalments are missed now."""
    return sum(standing.state == "missed" for standing in standings)


def conclude(standings: Sequence[Standing]) -> str:
    """Return what follows for the plan: done, obsolete, ended, missed, or running.

    Obsolete: the debt was cancelled or credited as a whole, nobody has paid anything.

    >>> missed = Standing("missed", Decimal(10), ZERO, None)
    >>> paid = Standing("paid", Decimal(10), Decimal(10), date(2026, 12, 1))
    >>> conclude([paid, missed]), conclude([missed, missed]), conclude([paid, paid])
    ('missed', 'ended', 'done')
    >>> conclude([Standing("lapsed", ZERO, ZERO, None)])
    'obsolete'
    """
    if not any(standing.state in ("open", "missed") for standing in standings):
        return "done" if any(standing.paid for standing in standings) else "obsolete"
    missed = misses(standings)
    if missed >= MISSES_TO_END:
        return "ended"
    return "missed" if missed else "running"


def draw(
    purse: Iterable[Payment], amount: Decimal, first: date
) -> tuple[list[Payment], list[Payment]]:
    """Return the payments that make up ``amount`` at most, and the purse without them.

    :param first: payments before this day stay in the purse

    >>> monday, friday = date(2026, 11, 23), date(2026, 11, 27)
    >>> purse = [Payment(monday, Decimal(50)), Payment(friday, Decimal(100))]
    >>> taken, rest = draw(purse, Decimal(70), friday)
    >>> [str(one.amount) for one in taken], [str(one.amount) for one in rest]
    (['70'], ['50', '30'])
    """
    taken, rest = [], []
    for payment in purse:
        part = min(payment.amount, amount) if payment.day >= first else ZERO
        if part > 0:
            taken.append(payment._replace(amount=part))
            amount -= part
        if payment.amount > part:
            rest.append(payment._replace(amount=payment.amount - part))
    return taken, rest
