"""The veto of sales: before a level that asks for it, the salesperson is told and may stop it.

Silence means go: the level follows once the days have passed since he was told. Where there is no
salesperson, nobody is waited for.
"""

from datetime import date, timedelta

from .eligibility import Item, Policy, Reason, item_reasons, step
from .ladder import Level, earliest_day


def told_on(item: Item, level: Level) -> date | None:
    """Return the day on which the salesperson was told of ``level`` for ``item``, if he was.

    >>> item = Item(1, 1, date(2026, 11, 1), 1, 100, told=((2, date(2026, 11, 20)),))
    >>> told_on(item, Level(20, 2, 21, 14, 7)), told_on(item, Level(30, 3, 35, 14, 7))
    (datetime.date(2026, 11, 20), None)
    """
    return max((day for rank, day in item.told if rank == level.rank), default=None)


def reasons(item: Item, policy: Policy | None, salesperson: str, today: date) -> list[Reason]:
    """Return the reason to wait for the salesperson, empty when there is none.

    >>> final = Level(30, 1, 7, 0, 7, veto_days=3)
    >>> policy = Policy(1, "dun", (final,))
    >>> item = Item(1, 1, date(2026, 11, 1), 1, 100)
    >>> reasons(item, policy, "", date(2026, 11, 23))
    []
    >>> [reason.until for reason in reasons(item, policy, "Tjark", date(2026, 11, 23))]
    [datetime.date(2026, 11, 26)]
    >>> told = item._replace(told=((1, date(2026, 11, 20)),))
    >>> reasons(told, policy, "Tjark", date(2026, 11, 23))
    []
    """
    level = step(item, policy) if policy and salesperson else None
    if not level or not level.veto_days:
        return []
    free = (told_on(item, level) or today) + timedelta(days=level.veto_days)
    return [Reason("veto", free, salesperson)] if today < free else []


def level_to_tell(item: Item, policy: Policy | None, today: date, cap: int = 0) -> Level | None:
    """Return the level of which the salesperson has to be told today, if any.

    He is told as many days before as the level asks for, and only of what would then be dunned.

    >>> policy = Policy(1, "dun", (Level(30, 1, 7, 0, 7, veto_days=3),))
    >>> item = Item(1, 1, date(2026, 11, 19), 1, 100)
    >>> level_to_tell(item, policy, date(2026, 11, 22))
    >>> level_to_tell(item, policy, date(2026, 11, 23)).id
    30
    """
    level = step(item, policy) if policy else None
    if not level or not level.veto_days or told_on(item, level):
        return None
    ahead = today + timedelta(days=level.veto_days)
    if ahead < earliest_day(level, item.due, item.sent, item.deadline):
        return None
    return None if item_reasons(item, policy, ahead, cap) else level
