"""Default (Verzug): the first day for which interest may be charged, and what brought it about.

Not being paid on the due date is not enough. § 286 BGB asks for a day that was *agreed*, for a
reminder, or for thirty days; of several the earliest counts. Without default there is no interest,
no fee and no lump sum, whatever the level of a letter says.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple

from .workdays import DAY, next_workday

#: Days after which default comes without a reminder, § 286 (3) BGB.
THIRTY = timedelta(days=30)


class Reminder(NamedTuple):
    """The first reminder of an item: the day it arrived, and the day by which it asked to pay."""

    received: date
    deadline: date | None = None


class Terms(NamedTuple):
    """What the default of one item depends on.

    ``is_agreed``: the due date was agreed with the customer, by contract, order or accepted terms;
    a date that only stands on the invoice is none (BGH III ZR 91/07). ``has_notice``: the invoice
    tells consumers of the thirty days. ``knows_thirty_days``: the country's law has that rule.
    """

    due: date
    received: date
    is_agreed: bool = False
    is_consumer: bool = True
    has_notice: bool = False
    reminder: Reminder | None = None
    knows_thirty_days: bool = True


class Default(NamedTuple):
    """The first day of default with its reason, or no day and the reason why not.

    ``reason`` is agreed, reminder, deadline or thirty_days; without a day it is no_trigger, or
    no_notice when only the notice for consumers is missing. ``trigger`` is the day that has to
    pass, before it moves on to a working day.
    """

    start: date | None
    reason: str
    trigger: date | None = None

    def has_begun(self, day: date) -> bool:
        """Tell whether the debtor is in default on ``day``."""
        return self.start is not None and self.start <= day


def default(terms: Terms, holidays: Collection[date] = ()) -> Default:
    """Return when default begins.

    Agreed to be paid by a day of the calendar (§ 286 (2) no. 1). A day without work moves on to the
    next working day, and default begins after that (§ 193):

    >>> due = date(2026, 10, 31)                            # a Saturday
    >>> agreed = Terms(due, date(2026, 10, 1), is_agreed=True)
    >>> default(agreed).start, default(agreed).reason
    (datetime.date(2026, 11, 3), 'agreed')

    A reminder counts from the day after it arrived (§ 286 (1)), one with a deadline from the day
    after the deadline:

    >>> late = Terms(date(2026, 5, 1), date(2026, 4, 3))
    >>> default(late._replace(reminder=Reminder(date(2026, 5, 15)))).start
    datetime.date(2026, 5, 16)
    >>> default(late._replace(reminder=Reminder(date(2026, 5, 15), date(2026, 5, 26)))).start
    datetime.date(2026, 5, 27)

    Thirty days after the due date and the receipt of the invoice (§ 286 (3)); a consumer has to
    have been told so in the invoice:

    >>> day = date(2026, 10, 1)
    >>> default(Terms(day, day, is_consumer=False)).start
    datetime.date(2026, 11, 3)
    >>> default(Terms(day, day))
    Default(start=None, reason='no_notice', trigger=None)
    >>> default(Terms(day, day, has_notice=True)).start
    datetime.date(2026, 11, 3)

    A reminder that arrived before the due date is void:

    >>> default(Terms(day, day, reminder=Reminder(day, day))).start
    """
    found = [
        Default(next_workday(day, holidays) + DAY if shifts else day + DAY, reason, day)
        for day, reason, shifts in _triggers(terms)
    ]
    if found:
        return min(found, key=lambda one: one.start)
    return Default(None, "no_notice" if terms.knows_thirty_days else "no_trigger")


def _triggers(terms):
    """Yield (day that has to pass, reason, whether the day moves on to a working day)."""
    if terms.is_agreed:
        yield terms.due, "agreed", True
    reminder = terms.reminder
    if reminder and reminder.received > terms.due:
        if reminder.deadline and reminder.deadline > reminder.received:
            yield reminder.deadline, "deadline", True
        else:
            yield reminder.received, "reminder", False
    if terms.knows_thirty_days and (terms.has_notice or not terms.is_consumer):
        yield max(terms.due, terms.received) + THIRTY, "thirty_days", True
