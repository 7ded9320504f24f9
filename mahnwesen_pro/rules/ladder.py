"""The ladder: which level an item reaches next, and on which day at the earliest.

A level is known here by its *rank*, its position in the policy, starting at 1. An item climbs one
rank at a time; the rank it stands on is the highest one that was really sent.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple


class Level(NamedTuple):
    """One step of a policy. Periods in days, ``minimum`` and ``fee`` in company currency.

    ``interest`` and ``lump_sum``: the level asks for them where the law grants them.
    """

    id: int
    rank: int
    days_after_due: int
    days_since_previous: int
    days_to_pay: int
    minimum: Decimal = Decimal(0)
    fee: Decimal = Decimal(0)
    send_email: bool = True
    send_letter: bool = False
    letter_to_consumers: bool = False
    interest: bool = False
    lump_sum: bool = False
    veto_days: int = 0  # the salesperson is told so many days before


class Step(NamedTuple):
    """A notice that was sent for an item: its level, its days, the policy of the level."""

    rank: int
    sent: date
    deadline: date | None = None
    policy_id: int | None = None


def standing(steps: Sequence[Step]) -> dict:
    """Return where an item stands that had these notices, the highest level last.

    >>> standing([Step(1, date(2026, 11, 2), date(2026, 11, 12))])["rank"]
    1
    >>> standing([])
    {'rank': 0, 'sent': None, 'deadline': None}
    """
    rank, sent, deadline, _policy_id = steps[-1] if steps else (0, None, None, None)
    return {"rank": rank, "sent": sent, "deadline": deadline}


def next_level(levels: Sequence[Level], rank: int) -> Level | None:
    """Return the level after ``rank`` (0 = nothing sent yet), or None when the ladder is exhausted.

    >>> ladder = [Level(10, 1, 7, 0, 10), Level(20, 2, 21, 14, 7)]
    >>> next_level(ladder, 0).id, next_level(ladder, 1).id, next_level(ladder, 2)
    (10, 20, None)
    """
    return levels[rank] if rank < len(levels) else None


def earliest_day(
    level: Level, due: date, sent: date | None = None, deadline: date | None = None
) -> date:
    """Return the first day on which ``level`` may be sent.

    Three conditions hold at once: the days after the due date, the days since the previous notice
    was *sent*, and the deadline of that notice has passed.

    >>> second = Level(20, 2, 21, 14, 7)
    >>> earliest_day(second, date(2026, 11, 1), sent=date(2026, 11, 20))
    datetime.date(2026, 12, 4)
    >>> earliest_day(second, date(2026, 11, 1), date(2026, 11, 20), deadline=date(2026, 12, 10))
    datetime.date(2026, 12, 11)
    """
    days = [due + timedelta(days=level.days_after_due)]
    if sent:
        days.append(sent + timedelta(days=level.days_since_previous))
    if deadline:
        days.append(deadline + timedelta(days=1))
    return max(days)


def backward_steps(levels: Sequence[Level]) -> list[tuple[int, str]]:
    """Return what is impossible in a ladder as (rank, problem), empty when it can be climbed.

    ``due``: the level comes earlier after the due date than the one before it. ``deadline``: it
    would be sent while the deadline of the one before still runs.

    >>> backward_steps([Level(1, 1, 7, 0, 10), Level(2, 2, 5, 14, 7), Level(3, 3, 35, 6, 7)])
    [(2, 'due'), (3, 'deadline')]
    """
    problems = []
    for previous, level in pairwise(levels):
        if level.days_after_due < previous.days_after_due:
            problems.append((level.rank, "due"))
        if level.days_since_previous < previous.days_to_pay:
            problems.append((level.rank, "deadline"))
    return problems
