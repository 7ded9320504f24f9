"""When to call: the day after a deadline, the next attempt, the caps that keep it decent.

>>> from datetime import date
>>> add_workdays(date(2026, 11, 27), 1)                 # Friday -> Monday
datetime.date(2026, 11, 30)
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from .workdays import DAY, is_workday, next_workday

WEEK = timedelta(days=7)


def add_workdays(day: date, count: int, holidays: Collection[date] = ()) -> date:
    """Return the day that lies ``count`` working days after ``day``; 0 = the next working day.

    >>> add_workdays(date(2026, 11, 23), 2)
    datetime.date(2026, 11, 25)
    >>> add_workdays(date(2026, 11, 28), 0)             # a Saturday
    datetime.date(2026, 11, 30)
    """
    while count:
        day += DAY
        count -= is_workday(day, holidays)
    return next_workday(day, holidays)


def next_attempt(
    last: date, earlier: Iterable[date], cap: int, holidays: Collection[date] = ()
) -> date:
    """Return the next working day on which another attempt keeps within ``cap`` tries in 7 days.

    :param last: the day of the attempt that has just failed
    :param earlier: days of all attempts, ``last`` among them
    :param cap: how many attempts within seven days are decent; 0 = no limit

    >>> monday = date(2026, 11, 23)
    >>> next_attempt(monday, [monday], 3)
    datetime.date(2026, 11, 24)
    >>> days = [monday, date(2026, 11, 24), date(2026, 11, 25)]
    >>> next_attempt(days[-1], days, 3)                 # the fourth waits until a week has passed
    datetime.date(2026, 11, 30)
    """
    days = sorted(earlier)
    day = add_workdays(last, 1, holidays)
    while cap and sum(day - WEEK < tried <= day for tried in days) >= cap:
        day = add_workdays(day, 1, holidays)
    return day
