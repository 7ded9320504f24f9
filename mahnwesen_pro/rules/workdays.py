"""Working days: Monday to Friday without the holidays that the caller passes in.

>>> from datetime import date
>>> christmas = {date(2026, 12, 25), date(2026, 12, 26)}
>>> next_workday(date(2026, 12, 25), christmas)     # Friday and holiday -> Monday
datetime.date(2026, 12, 28)
"""

from collections.abc import Collection
from datetime import date, timedelta

DAY = timedelta(days=1)
SATURDAY = 5


def is_workday(day: date, holidays: Collection[date] = ()) -> bool:
    """Tell whether ``day`` is neither Saturday, Sunday nor a holiday.

    >>> is_workday(date(2026, 11, 21)), is_workday(date(2026, 11, 23))
    (False, True)
    """
    return day.weekday() < SATURDAY and day not in holidays


def next_workday(day: date, holidays: Collection[date] = ()) -> date:
    """Return ``day`` itself, or the first working day after it (§ 193 BGB).

    >>> next_workday(date(2026, 10, 31))                # a Saturday
    datetime.date(2026, 11, 2)
    >>> next_workday(date(2026, 11, 2))
    datetime.date(2026, 11, 2)
    """
    while not is_workday(day, holidays):
        day += DAY
    return day


def workdays_before(day: date, count: int, holidays: Collection[date] = ()) -> date:
    """Return the day that lies ``count`` working days before ``day``.

    >>> workdays_before(date(2026, 11, 23), 2)          # Monday -> Thursday
    datetime.date(2026, 11, 19)
    """
    while count:
        day -= DAY
        count -= is_workday(day, holidays)
    return day


def deadline(letter_date: date, days_to_pay: int, holidays: Collection[date] = ()) -> date:
    """Return the last day to pay: ``days_to_pay`` calendar days after the letter, on a working day.

    >>> deadline(date(2026, 11, 12), 10)                # the 22nd is a Sunday
    datetime.date(2026, 11, 23)
    """
    return next_workday(letter_date + timedelta(days=days_to_pay), holidays)
