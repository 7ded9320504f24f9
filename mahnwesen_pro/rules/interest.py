"""Default interest: simple, by the day, on the principal alone (§§ 288, 289 BGB).

The first day is the first day of default, the last one the day of the letter; both count. On the
day of a payment its amount no longer bears interest. Every line is rounded half up by itself, so
that the letter adds up. Interest and costs never bear interest.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .workdays import DAY

ZERO = Decimal(0)
CENT = Decimal("0.01")

#: How days are counted: name of the setting and what a year is divided by.
CONVENTIONS = ("act_365", "act_act", "act_360", "30_360")


class Rate(NamedTuple):
    """The yearly rate in percent from ``start`` to ``end``, both included.

    ``base`` is the base rate in it, None for a fixed rate.
    """

    start: date
    end: date
    percent: Decimal
    base: Decimal | None = None


class Payment(NamedTuple):
    """What lowered the principal on a day."""

    day: date
    amount: Decimal


class Segment(NamedTuple):
    """Days on which neither principal nor rate changed: one line of the calculation.

    ``amount`` = ``principal`` x ``percent`` / 100 x ``days`` / ``divisor``, rounded half up.
    """

    start: date
    end: date
    days: int
    principal: Decimal
    percent: Decimal
    base: Decimal | None
    divisor: int
    amount: Decimal

    @property
    def exact(self) -> Decimal:
        """The amount before it is rounded."""
        return self.principal * self.percent * self.days / (100 * self.divisor)

    def to_json(self) -> list:
        """Return plain JSON values (amounts as strings, so that no cent is lost)."""
        return [str(value) if isinstance(value, date | Decimal) else value for value in self]

    @classmethod
    def from_json(cls, values: Sequence) -> "Segment":
        """Read what :meth:`to_json` wrote.

        >>> day = date(2026, 8, 1)
        >>> line = Segment(day, day, 1, Decimal(100), Decimal(5), None, 365, Decimal("0.01"))
        >>> Segment.from_json(line.to_json()) == line
        True
        """
        start, end, days, principal, percent, base, divisor, amount = values
        return cls(
            date.fromisoformat(start),
            date.fromisoformat(end),
            days,
            Decimal(principal),
            Decimal(percent),
            None if base is None else Decimal(base),
            divisor,
            Decimal(amount),
        )


class Interest(NamedTuple):
    """The lines of a calculation; ``unknown_from`` is the first day whose rate nobody knows.

    Interest ends before such a day: too little is harmless, a guess is not.
    """

    segments: tuple[Segment, ...] = ()
    unknown_from: date | None = None

    @property
    def amount(self) -> Decimal:
        """The sum of the rounded lines, as it stands on the letter."""
        return sum((segment.amount for segment in self.segments), ZERO)

    @property
    def exact(self) -> Decimal:
        """The sum before rounding."""
        return sum((segment.exact for segment in self.segments), ZERO)


def interest(
    principal: Decimal,
    payments: Iterable[Payment],
    rates: Iterable[Rate],
    start: date,
    end: date,
    convention: str = "act_365",
    unit: Decimal = CENT,
) -> Interest:
    """Return the interest on a principal from ``start`` to ``end``, both days included.

    :param principal: what was owed before the first payment
    :param payments: what lowered it, in any order
    :param rates: yearly rates, see :class:`Rate`
    :param convention: one of :data:`CONVENTIONS`
    :param unit: the smallest amount of the currency

    1,000.00 between businesses, agreed due date 31 July 2026, up to 31 August (EX1):

    >>> rates = [Rate(date(2026, 1, 1), date(2026, 6, 30), Decimal("10.27")),
    ...     Rate(date(2026, 7, 1), date(2026, 12, 31), Decimal("10.52"))]
    >>> interest(Decimal(1000), (), rates, date(2026, 8, 1), date(2026, 8, 31)).amount
    Decimal('8.93')

    A payment in part on 14 August, from that day on the rest bears interest (EX6):

    >>> found = interest(Decimal(5950), [Payment(date(2026, 8, 14), Decimal(3000))], rates,
    ...     date(2026, 5, 1), date(2026, 11, 22))
    >>> [(line.days, line.principal, line.amount) for line in found.segments]
    ... # doctest: +NORMALIZE_WHITESPACE
    [(61, Decimal('5950'), Decimal('102.12')), (44, Decimal('5950'), Decimal('75.46')),
    (101, Decimal('2950'), Decimal('85.87'))]

    Where the rate is not known, interest ends:

    >>> later = interest(Decimal(1000), (), rates, date(2026, 12, 31), date(2027, 1, 31))
    >>> later.segments[0].days, later.unknown_from
    (1, datetime.date(2027, 1, 1))
    """
    payments = sorted(payments)
    known = sorted(rates)
    segments, day = [], start
    while day <= end:
        rate = next((rate for rate in known if rate.start <= day <= rate.end), None)
        if rate is None:
            return Interest(tuple(segments), day)
        still_owed = principal - sum((p.amount for p in payments if p.day <= day), ZERO)
        later = [payment.day - DAY for payment in payments if payment.day > day]
        last = min([end, rate.end, *later, *_year_end(day, end, convention)])
        if still_owed > 0:
            segments.append(_segment(day, last, still_owed, rate, convention, unit))
        elif not later:
            break
        day = last + DAY
    return Interest(tuple(_joined(segments, convention, unit)))


def _segment(start, end, principal, rate, convention, unit):
    line = Segment(
        start,
        end,
        days_between(start, end, convention),
        principal,
        rate.percent,
        rate.base,
        divisor(start, convention),
        ZERO,
    )
    return line._replace(amount=line.exact.quantize(unit, ROUND_HALF_UP))


def _joined(segments, convention, unit):
    """Make one line of neighbours that differ in nothing, for example where a rate was renewed."""
    joined = []
    for segment in segments:
        last = joined[-1] if joined else None
        alike = last and last[3:7] == segment[3:7] and last.end + DAY == segment.start
        if alike:
            rate = Rate(last.start, segment.end, segment.percent, segment.base)
            joined[-1] = _segment(
                last.start, segment.end, segment.principal, rate, convention, unit
            )
        else:
            joined.append(segment)
    return joined


def _year_end(day, end, convention):
    """Yield the end of the year where the divisor changes with it."""
    if convention == "act_act" and day.year < end.year:
        yield date(day.year, 12, 31)


def divisor(day: date, convention: str) -> int:
    """Return by how many days a year is divided.

    >>> [divisor(date(2024, 2, 1), convention) for convention in CONVENTIONS]
    [365, 366, 360, 360]
    """
    if convention == "act_act":
        leap = day.year % 4 == 0 and (day.year % 100 != 0 or day.year % 400 == 0)
        return 366 if leap else 365
    return 365 if convention == "act_365" else 360


def days_between(start: date, end: date, convention: str = "act_365") -> int:
    """Return how many days of interest lie from ``start`` to ``end``, both included.

    >>> days_between(date(2026, 5, 16), date(2026, 6, 30))
    46
    >>> days_between(date(2026, 5, 16), date(2026, 6, 30), "30_360")
    45
    """
    if convention == "30_360":
        return _commercial(end + DAY) - _commercial(start)
    return (end - start).days + 1


def _commercial(day):
    """Number the days of a calendar whose months have thirty days."""
    return 360 * day.year + 30 * day.month + min(day.day, 30)
