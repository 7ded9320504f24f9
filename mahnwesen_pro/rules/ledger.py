"""The bookings of one open item by day, as the rules of money need them."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .default import Default, Reminder, Terms, default

ZERO = Decimal(0)


class Booking(NamedTuple):
    """What lowered an item: ``kind`` is payment, credit (note) or other, ``move_id`` its entry."""

    day: date
    amount: Decimal
    kind: str
    move_id: int


class Entry(NamedTuple):
    """One receivable item with everything that happened to it up to a day, in its currency.

    ``principal`` is what it began with, ``booked`` the day of its entry, ``received`` the day on
    which the invoice arrived. ``debtor`` is consumer, business, public or unknown. ``is_price``:
    the price of goods or services. ``reminder`` is the first one that was sent for it.
    ``return_cost`` is what the bank took for a returned direct debit.
    """

    line_id: int
    move_id: int
    partner_id: int
    currency_id: int
    principal: Decimal
    booked: date
    due: date
    received: date
    is_agreed: bool = False
    has_notice: bool = False
    is_price: bool = True
    debtor: str = "unknown"
    reminder: Reminder | None = None
    bookings: tuple[Booking, ...] = ()
    return_cost: Decimal = ZERO

    @property
    def residual(self) -> Decimal:
        """What is still open.

        >>> paid = Booking(date(2026, 8, 14), Decimal(30), "payment", 7)
        >>> day = date(2026, 7, 1)
        >>> Entry(1, 1, 1, 1, Decimal(100), day, day, day, bookings=(paid,)).residual
        Decimal('70')
        """
        return self.principal - sum((booking.amount for booking in self.bookings), ZERO)


def default_of(entry: Entry, knows_thirty_days: bool, holidays=()) -> Default:
    """Return when the default of an item begins, see :func:`default.default`.

    >>> day = date(2026, 10, 1)
    >>> entry = Entry(1, 1, 1, 1, Decimal(100), day, day, day, debtor="business")
    >>> default_of(entry, knows_thirty_days=True).start
    datetime.date(2026, 11, 3)
    >>> default_of(entry, knows_thirty_days=False).reason
    'no_trigger'
    """
    return default(
        Terms(
            due=entry.due,
            received=entry.received,
            is_agreed=entry.is_agreed,
            is_consumer=entry.debtor not in ("business", "public"),
            has_notice=entry.has_notice,
            reminder=entry.reminder,
            knows_thirty_days=knows_thirty_days,
        ),
        holidays,
    )
