"""Whether an item is dunned today, and if not, every reason why.

A reason is data: a code, the day from which it no longer stands in the way (None when nobody can
tell), and what a sentence about it needs.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .ladder import Level, Step, earliest_day, next_level

ZERO = Decimal(0)


class Block(NamedTuple):
    """A stop on an item: the whole of it (``amount`` None) or a part, in the item's currency.

    ``label``: why, the id of a reason or a word, without a comma.
    """

    amount: Decimal | None
    end: date | None
    label: str


class Policy(NamedTuple):
    """How a customer is dunned. Minimums in company currency, spacing in days."""

    id: int
    mode: str  # dun, statement, never, insolvent, deceased
    levels: tuple[Level, ...]
    minimum_item: Decimal = ZERO
    minimum_letter: Decimal = ZERO
    letter_spacing: int = 0
    netting: str = "reduce"  # what open credits do to a reminder: reduce, show, ignore


class Item(NamedTuple):
    """One open receivable. ``residual`` in its currency, ``rate`` turns that into company currency.

    ``rank``, ``sent`` and ``deadline`` describe the last notice that was really sent for it.
    ``steps`` are all of them.
    ``stops`` are reasons outside the rules: a payment on its way, an invoice that is blocked, ...
    ``policy`` is one of the item's own, for example after a returned direct debit.
    ``told`` are the (rank, day) on which the salesperson was told of a level before it comes.
    """

    line_id: int
    move_id: int
    due: date
    currency_id: int
    residual: Decimal
    rate: Decimal = Decimal(1)
    rank: int = 0
    sent: date | None = None
    deadline: date | None = None
    cap: int = 0
    blocks: tuple[Block, ...] = ()
    stops: tuple["Reason", ...] = ()
    told: tuple[tuple[int, date], ...] = ()
    policy: Policy | None = None
    steps: tuple[Step, ...] = ()

    @property
    def blocked(self) -> Decimal:
        """The part that is stopped, at most the whole residual."""
        if not self.blocks:
            return ZERO
        if any(block.amount is None for block in self.blocks):
            return self.residual
        return min(self.residual, sum((block.amount for block in self.blocks), ZERO))

    @property
    def dunnable(self) -> Decimal:
        """What may be dunned: residual less what is stopped, never below zero."""
        return max(ZERO, self.residual - self.blocked)


class Reason(NamedTuple):
    """Why an item is not dunned, and the first day on which that will have passed.

    ``detail`` is what the sentence names, ``record`` the id of what it speaks of, if any.
    """

    code: str
    until: date | None = None
    detail: str = ""
    record: int = 0


#: Every reason, the most telling first: this order picks the one that stands in a list.
CODES = (
    "blocked",
    "insolvent",
    "deceased",
    "move_blocked",
    "reply_unread",
    "payment_seen",
    "online_pending",
    "in_payment",
    "draft_credit",
    "einvoice_rejected",
    "not_sent",
    "company_pause",
    "no_followup",
    "no_policy",
    "never",
    "in_progress",
    "call_waiting",
    "exhausted",
    "item_cap",
    "partner_cap",
    "veto",
    "too_early",
    "statement_early",
    "item_minimum",
    "level_minimum",
    "debtor_spacing",
    "address_wrong",
    "no_address",
    "net_credit",
    "letter_minimum",
)


def step(item: Item, policy: Policy) -> Level | None:
    """Return the level that comes next for ``item`` under ``policy``, if any."""
    return next_level(policy.levels, item.rank) if policy.mode == "dun" else None


def item_reasons(
    item: Item, policy: Policy | None, today: date, partner_cap: int = 0
) -> list[Reason]:
    """Return everything that speaks against dunning ``item`` today; empty means: dun it.

    >>> ladder = (Level(10, 1, 7, 0, 10), Level(20, 2, 21, 14, 7))
    >>> policy = Policy(1, "dun", ladder, minimum_item=Decimal(5))
    >>> item = Item(1, 1, date(2026, 11, 1), 1, Decimal(100))
    >>> item_reasons(item, policy, date(2026, 11, 8))
    []
    >>> item_reasons(item, policy, date(2026, 11, 7))
    [Reason(code='too_early', until=datetime.date(2026, 11, 8), detail='', record=0)]
    >>> half = item._replace(blocks=(Block(Decimal(97), date(2026, 12, 1), "complaint"),))
    >>> [reason.code for reason in item_reasons(half, policy, date(2026, 11, 7))]
    ['too_early', 'item_minimum']
    """
    reasons = list(item.stops)
    if item.blocks and not item.dunnable:
        reasons.append(_blocked(item.blocks))
    if policy is None:
        return [*reasons, Reason("no_policy")]
    if policy.mode != "dun":
        return [*reasons, Reason(policy.mode)]
    reasons += _step_reasons(item, policy, today, partner_cap)
    if 0 < item.dunnable * item.rate < policy.minimum_item:
        reasons.append(Reason("item_minimum"))
    return reasons


def _step_reasons(item, policy, today, partner_cap):
    level = step(item, policy)
    if level is None:
        yield Reason("exhausted")
        return
    if item.cap and level.rank > item.cap:
        yield Reason("item_cap")
    if partner_cap and level.rank > partner_cap:
        yield Reason("partner_cap")
    first_day = earliest_day(level, item.due, item.sent, item.deadline)
    if today < first_day:
        yield Reason("too_early", first_day)
    if 0 < item.dunnable * item.rate < level.minimum:
        yield Reason("level_minimum")


def _blocked(blocks):
    ends = [block.end for block in blocks]
    until = None if None in ends else max(ends) + timedelta(days=1)
    return Reason("blocked", until, name_blocks(blocks))


def name_blocks(blocks: Iterable[Block]) -> str:
    """Return why something is paused, as the sentence about it wants to know.

    >>> name_blocks([Block(None, None, "7"), Block(Decimal(5), None, "discount")] * 2)
    '7,discount'
    """
    return ",".join(dict.fromkeys(block.label for block in blocks))


def dunnable_from(reasons: list[Reason]) -> date | None:
    """Return the day from which all ``reasons`` have passed; None when one of them has no date.

    >>> early = Reason("too_early", date(2026, 11, 8))
    >>> dunnable_from([early, Reason("blocked", date(2026, 12, 1))])
    datetime.date(2026, 12, 1)
    >>> dunnable_from([early, Reason("never")])
    """
    days = [reason.until for reason in reasons]
    return None if not days or None in days else max(days)


def most_telling(reasons: list[Reason]) -> Reason:
    """Return the reason to show where there is room for one.

    >>> most_telling([Reason("too_early"), Reason("blocked")]).code
    'blocked'
    """
    return min(reasons, key=lambda reason: CODES.index(reason.code))
