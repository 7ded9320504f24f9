"""When to call: the day after a deadline, the next attempt, the caps that keep it decent.

>>> from datetime import date
>>> add_workdays(date(2026, 11, 27), 1)                 # Friday -> Monday
datetime.date(2026, 11, 30)
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

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


class CallRule(NamedTuple):
    """A call that belongs to a level: ``moment`` is before, with, after. Days are working days."""

    id: int
    level_id: int
    moment: str
    days: int = 1
    minimum: Decimal = Decimal(0)
    wait: int = 3


class CallFact(NamedTuple):
    """A call with a debtor. ``wait_until``: the day up to which a letter waits for it.

    ``settled``: no letter waits for it any more; somebody was talked to, or a person has decided
    that nobody calls.
    """

    day: date
    settled: bool = False
    wait_until: date | None = None


class Step(NamedTuple):
    """The claims of a letter that stand on the same level now. ``amount`` in company currency.

    ``last``: id of that level, 0 before the first letter; ``sent`` and ``deadline`` are those of
    its letter, ``due`` is the oldest due date.
    """

    amount: Decimal
    due: date
    last: int = 0
    sent: date | None = None
    deadline: date | None = None


def call_day(rule: CallRule, sent: date, deadline: date, holidays: Collection[date] = ()) -> date:
    """Return the day on which the call of a letter is made.

    >>> rule = CallRule(1, 10, "after")
    >>> call_day(rule, date(2026, 11, 16), date(2026, 11, 27))
    datetime.date(2026, 11, 30)
    >>> call_day(rule._replace(moment="with", days=0), date(2026, 11, 16), date(2026, 11, 27))
    datetime.date(2026, 11, 16)
    """
    return add_workdays(deadline if rule.moment == "after" else sent, rule.days, holidays)


def letter_waits(
    level_id: int,
    steps: Iterable[Step],
    rules: Mapping[int, Iterable[CallRule]],
    facts: Collection[CallFact],
    today: date,
    holidays: Collection[date] = (),
) -> tuple[CallRule, date] | None:
    """Return the call that a letter waits for and the last day of waiting; None: it may go.

    :param level_id: the level of the letter
    :param steps: what stands on the letter
    :param rules: {level: its calls}
    :param facts: calls with the debtor

    >>> rules = {20: [CallRule(1, 20, "before", 0, Decimal(5000))], 10: [CallRule(2, 10, "after")]}
    >>> monday = date(2026, 11, 23)
    >>> big = Step(Decimal(6000), date(2026, 11, 1))
    >>> rule, until = letter_waits(20, [big], rules, [], monday)
    >>> rule.moment, until
    ('before', datetime.date(2026, 11, 26))
    >>> letter_waits(20, [big._replace(amount=Decimal(4999))], rules, [], monday)

    Whoever was talked to since the claim fell due gets the letter; so does he who was not reached
    while the letter waited.

    >>> letter_waits(20, [big], rules, [CallFact(date(2026, 11, 20), settled=True)], monday)
    >>> letter_waits(20, [big], rules, [CallFact(monday, wait_until=date(2026, 11, 20))], monday)
    >>> second = Step(Decimal(6), date(2026, 10, 1), 10, date(2026, 11, 9), date(2026, 11, 20))
    >>> letter_waits(30, [second], rules, [], monday)[1]
    datetime.date(2026, 11, 26)
    """
    for rule, since, day in _get_calls(level_id, tuple(steps), rules, today, holidays):
        own = [fact for fact in facts if fact.day >= since]
        ends = [fact.wait_until for fact in own if fact.wait_until]
        until = min(ends) if ends else add_workdays(day, rule.wait, holidays)
        if today <= until and not any(fact.settled for fact in own):
            return rule, until
    return None


def _get_calls(level_id, steps, rules, today, holidays):
    """Yield (rule, the day from which a call counts for it, the day on which it is made)."""
    amount = sum(step.amount for step in steps)
    for rule in rules.get(level_id, ()):
        if rule.moment == "before" and amount >= rule.minimum:
            yield rule, min(step.due for step in steps), today
    for step in steps:
        for rule in rules.get(step.last, ()):
            if rule.moment != "before" and step.amount >= rule.minimum:
                since = step.deadline if rule.moment == "after" else step.sent
                yield rule, since, call_day(rule, step.sent, step.deadline, holidays)


class Standing(NamedTuple):
    """What decides how early somebody is called. ``amount`` in company currency."""

    amount: Decimal
    days_overdue: int
    broken: int = 0
    days_unreached: int | None = None
    at_fixed_time: bool = False


def priority(standing: Standing) -> int:
    """Return the points of a call, at most 200: whoever has more is called earlier.

    A time that was agreed comes first. Then the sum (a point for each 100, at most 40), the delay
    (a point a day, at most 30), promises that were not kept (10 each, at most 20), and how long
    nobody has talked with the customer (a point for each three days, at most 10).

    >>> priority(Standing(Decimal(4000), 45, broken=1))
    90
    >>> priority(Standing(Decimal(250), 12, days_unreached=7))
    16
    >>> priority(Standing(Decimal(0), 0, days_unreached=0, at_fixed_time=True))
    100
    """
    unreached = 30 if standing.days_unreached is None else standing.days_unreached
    return (
        100 * standing.at_fixed_time
        + min(40, int(standing.amount // 100))
        + min(30, max(0, standing.days_overdue))
        + min(20, 10 * standing.broken)
        + min(10, unreached // 3)
    )


def untried_half(tries: Iterable[tuple[int, bool]]) -> str:
    """Return the half of the day that was not tried yet, "" if both were or none (METHOD T1).

    >>> untried_half([(9, False), (10, False)])
    'afternoon'
    >>> untried_half([(9, False), (14, False)])
    ''
    """
    halves = {"morning" if hour < 12 else "afternoon" for hour, _reached in tries}
    return {("morning",): "afternoon", ("afternoon",): "morning"}.get(tuple(halves), "")


def best_hours(tries: Iterable[tuple[int, bool]]) -> tuple[int, int, int] | None:
    """Return (hour, reached, tried) of the two hours in which a customer is reached best.

    :param tries: (hour of the day, somebody was reached) of earlier calls

    >>> best_hours([(9, False), (10, True), (11, True), (14, False)])
    (10, 2, 2)
    >>> best_hours([(9, False)])
    """
    counted = defaultdict(lambda: [0, 0])
    for hour, reached in tries:
        window = counted[hour - hour % 2]
        window[0] += reached
        window[1] += 1
    found = [(reached / tried, reached, -hour) for hour, (reached, tried) in counted.items()]
    if not found or not max(found)[0]:
        return None
    hour = -max(found)[2]
    return (hour, *counted[hour])
