"""What an approval stands for, and what became of it by the moment of sending.

An approval is given on facts. They may have changed since: a pure reduction (money came in) is
sent reduced, anything else goes back to the person who approved.
"""

from decimal import Decimal
from typing import NamedTuple


class Facts(NamedTuple):
    """What a notice was approved on. Amounts in its currency.

    ``items`` maps a receivable line to (residual, blocked, rank), ``credits`` one to its amount.
    ``charges`` names their kinds; interest is counted anew on the day of sending.
    """

    addressee: str
    level_id: int
    texts: str
    items: dict[int, tuple[Decimal, Decimal, int]]
    credits: dict[int, Decimal]
    charges: tuple[str, ...] = ()

    def to_json(self) -> dict:
        """Return plain JSON values (amounts as strings, so that no cent is lost)."""
        return {
            **self._asdict(),
            "items": {
                str(line): [str(residual), str(blocked), rank]
                for line, (residual, blocked, rank) in self.items.items()
            },
            "credits": {str(line): str(amount) for line, amount in self.credits.items()},
            "charges": list(self.charges),
        }

    @classmethod
    def from_json(cls, values: dict) -> "Facts":
        """Read what :meth:`to_json` wrote.

        >>> facts = Facts("Muster GmbH", 1, "a", {7: (Decimal("9.90"), Decimal(0), 1)}, {})
        >>> Facts.from_json(facts.to_json()) == facts
        True
        """
        return cls(
            values["addressee"],
            values["level_id"],
            values["texts"],
            {
                int(line): (Decimal(residual), Decimal(blocked), rank)
                for line, (residual, blocked, rank) in values["items"].items()
            },
            {int(line): Decimal(amount) for line, amount in values["credits"].items()},
            tuple(values["charges"]),
        )


class Difference(NamedTuple):
    """One thing that changed: ``code``, the receivable line, the amounts before and after."""

    code: str
    line_id: int = 0
    before: Decimal | None = None
    after: Decimal | None = None


#: Changes that only make the letter smaller because money came in.
REDUCTIONS = frozenset({"paid", "part_paid", "more_credit"})


def differences(before: Facts, after: Facts) -> list[Difference]:
    """Return what changed between two states of facts.

    >>> old = Facts("Muster GmbH", 1, "a", {7: (Decimal(90), Decimal(0), 1)}, {})
    >>> differences(old, old)
    []
    >>> differences(old, old._replace(items={7: (Decimal(40), Decimal(0), 1)}))
    [Difference(code='part_paid', line_id=7, before=Decimal('90'), after=Decimal('40'))]
    >>> [d.code for d in differences(old, old._replace(items={}, addressee="Muster AG"))]
    ['addressee', 'paid']
    """
    found = [
        Difference(code)
        for code, field in (("addressee", 0), ("level", 1), ("texts", 2))
        if before[field] != after[field]
    ]
    if not set(after.charges) <= set(before.charges):  # one less is nobody's disadvantage
        found.append(Difference("charges"))
    for line, (residual, blocked, rank) in before.items.items():
        found += _item_differences(line, residual, blocked, rank, after.items.get(line))
    for line in before.credits.keys() | after.credits.keys():
        old, new = before.credits.get(line, Decimal(0)), after.credits.get(line, Decimal(0))
        if old != new:
            found.append(Difference("more_credit" if new > old else "less_credit", line, old, new))
    return found


def _item_differences(line, residual, blocked, rank, now):
    if now is None:
        return [Difference("paid", line, residual, Decimal(0))]
    residual_now, blocked_now, rank_now = now
    found = []
    if residual_now != residual:
        code = "part_paid" if residual_now < residual else "more_open"
        found.append(Difference(code, line, residual, residual_now))
    if blocked_now != blocked:
        found.append(Difference("blocked", line, blocked, blocked_now))
    if rank_now != rank:
        found.append(Difference("rank", line))
    return found


def asks_too_much(found: list[Difference]) -> bool:
    """Tell whether a letter that was written before these changes asks for more than is right now.

    >>> paused = Difference("blocked", 7, Decimal(0), Decimal(40))
    >>> asks_too_much([paused]), asks_too_much([paused._replace(after=Decimal(0))])
    (True, False)
    >>> asks_too_much([Difference("part_paid", 7)]), asks_too_much([Difference("addressee")])
    (True, False)
    """
    return any(
        one.code in REDUCTIONS
        or one.code == "dropped"
        or (one.code == "blocked" and one.after > one.before)
        for one in found
    )


def is_reduction(found: list[Difference]) -> bool:
    """Tell whether the changes are nothing but money that came in.

    >>> paid = Difference("paid", 7)
    >>> is_reduction([paid]), is_reduction([paid, Difference("level")])
    (True, False)
    """
    return all(difference.code in REDUCTIONS for difference in found)
