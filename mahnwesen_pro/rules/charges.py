"""Charges beside the principal. The first level never carries one: the letter that creates the
default is not billable (§§ 280, 286 BGB).
"""

from decimal import Decimal
from typing import NamedTuple

from .ladder import Level


class Charge(NamedTuple):
    """One ancillary claim in the letter's currency; ``kind`` says what it is for."""

    kind: str
    amount: Decimal


def charges(level: Level, rate: Decimal = Decimal(1)) -> tuple[Charge, ...]:
    """Return the charges of a letter at ``level``; ``rate`` converts company currency into its own.

    >>> charges(Level(2, 2, 21, 14, 7, fee=Decimal("1.20")))
    (Charge(kind='fee', amount=Decimal('1.20')),)
    >>> charges(Level(1, 1, 7, 0, 10, fee=Decimal("1.20")))
    ()
    """
    if level.rank <= 1 or not level.fee:
        return ()
    return (Charge("fee", (level.fee * rate).quantize(Decimal("0.01"))),)
