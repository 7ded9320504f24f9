"""Complaints: our own deadlines, what of the claims is contested, and how a complaint ends.

The claim stays due while the customer contests a part of it; only this part is not dunned. Amounts
are in the currency of the invoice, service times in working days.
"""

import re
from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .calls import add_workdays
from .workdays import DAY, is_workday

ZERO = Decimal(0)

#: An amount as people type it: groups of three, then one or two decimals after point or comma.
AMOUNT = re.compile(r"(?P<whole>\d{1,3}(?:[.,']\d{3})+|\d{1,9})(?:[.,](?P<cents>\d{1,2}))?")
THOUSANDS = re.compile(r"[.,']")
NOT_AMOUNT = re.compile(r"[\s€$£]|EUR|USD|CHF")


class Invoice(NamedTuple):
    """An invoice that is contested: its total and what is open of it, in its own currency."""

    id: int
    total: Decimal
    residual: Decimal


def service_day(opened: date, days: int, holidays: Collection[date] = ()) -> date:
    """Return the day by whose end we have to act: ``days`` working days after the complaint came.

    A complaint that comes on a Friday is to be answered within three days by Wednesday; Christmas
    and the weekend do not count.

    >>> service_day(date(2026, 11, 27), 3)
    datetime.date(2026, 12, 2)
    >>> service_day(date(2026, 12, 23), 2, {date(2026, 12, 25), date(2026, 12, 26)})
    datetime.date(2026, 12, 28)

    Zero days means the day itself, or the next working day where none is worked:

    >>> service_day(date(2026, 11, 28), 0)
    datetime.date(2026, 11, 30)
    """
    return add_workdays(opened, days, holidays)


def workdays_between(first: date, last: date, holidays: Collection[date] = ()) -> int:
    """Return how many working days lie after ``first`` up to and including ``last``.

    >>> workdays_between(date(2026, 11, 27), date(2026, 12, 1))
    2
    >>> workdays_between(date(2026, 12, 1), date(2026, 11, 27))
    0
    """
    count, day = 0, first
    while day < last:
        day += DAY
        count += is_workday(day, holidays)
    return count


def contest(invoices: Iterable[Invoice], amount: Decimal) -> list[tuple[int, Decimal | None]]:
    """Return [(invoice, contested amount or None for the whole of it)], in the given order.

    Without an amount each invoice is contested as a whole:

    >>> first, second = Invoice(1, Decimal(100), Decimal(60)), Invoice(2, Decimal(50), Decimal(50))
    >>> contest([first, second], ZERO)
    [(1, None), (2, None)]

    An amount is used up from the first one on, up to what is open of it:

    >>> contest([first, second], Decimal(80))
    [(1, Decimal('60')), (2, Decimal('20'))]

    More than is open may be contested, for a part was paid already; the last one takes the rest.
    What stays above its total is not taken:

    >>> contest([first], Decimal(80))
    [(1, Decimal('80'))]
    >>> contest([first], Decimal(500))
    [(1, Decimal('100'))]
    """
    invoices = list(invoices)
    if not amount:
        return [(invoice.id, None) for invoice in invoices]
    found, rest = [], amount
    for invoice in invoices:
        most = invoice.total if invoice == invoices[-1] else invoice.residual
        part = min(rest, most)
        if part > ZERO:
            found.append((invoice.id, part))
        rest -= part
    return found


def outcome(contested: Decimal, conceded: Decimal) -> str:
    """Return how a complaint ends to which the customer has chosen a solution.

    >>> outcome(Decimal(100), Decimal(100)), outcome(Decimal(100), Decimal(40))
    ('accepted', 'partly')

    A solution without money (a repair, an explanation) is accepted as it was agreed:

    >>> outcome(Decimal(100), ZERO)
    'accepted'
    """
    return "partly" if ZERO < conceded < contested else "accepted"


def read_amount(text: str) -> Decimal | None:
    """Return the amount that a customer has typed, in the German or the English way; None for none.

    >>> read_amount("1.234,50"), read_amount("1,234.50"), read_amount("12,5 €")
    (Decimal('1234.50'), Decimal('1234.50'), Decimal('12.5'))
    >>> read_amount("1.000"), read_amount("12.50")
    (Decimal('1000'), Decimal('12.50'))
    >>> read_amount(""), read_amount("a lot"), read_amount("-5"), read_amount("1e9")
    (None, None, None, None)
    """
    digits = NOT_AMOUNT.sub("", text)
    found = AMOUNT.fullmatch(digits)
    if not found:
        return None
    whole = THOUSANDS.sub("", found["whole"])
    return Decimal(f"{whole}.{found['cents']}" if found["cents"] else whole)
