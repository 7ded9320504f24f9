"""What of a letter is still open on a later day, for the customer's own page.

The letter is a snapshot. Since then the customer may have paid, a credit may have been used up, or
a part may have been set aside while it is being clarified.
"""

from collections.abc import Iterable
from decimal import Decimal

ZERO = Decimal(0)


def item(asked: Decimal, residual: Decimal, paused: Decimal = ZERO) -> Decimal:
    """Return how much of an item of the letter is open today, never more than the letter says.

    :param asked: the item's amount on the letter
    :param residual: what is open in the books today
    :param paused: the part of it that is set aside today

    >>> item(Decimal(100), residual=Decimal(100))
    Decimal('100')
    >>> item(Decimal(100), residual=Decimal(40))
    Decimal('40')

    Thirty of a hundred are disputed, the letter asked for seventy, forty were paid:

    >>> item(Decimal(70), residual=Decimal(60), paused=Decimal(30))
    Decimal('30')
    >>> item(Decimal(70), residual=Decimal(0), paused=Decimal(30))
    Decimal('0')
    """
    return max(ZERO, min(asked, residual - paused))


def charges(asked: Decimal, claims: Iterable[Decimal]) -> Decimal:
    """Return the charges that are asked for today: none once the claims themselves are paid.

    >>> charges(Decimal(5), [Decimal(0), Decimal(40)])
    Decimal('5')
    >>> charges(Decimal(5), [Decimal(0)])
    Decimal('0')
    """
    return asked if any(claims) else ZERO


def total(claims: Iterable[Decimal], credits_: Iterable[Decimal], charges: Decimal) -> Decimal:
    """Return what is to be paid today: claims less credits plus charges, nothing below zero.

    >>> total([Decimal(100), Decimal(20)], [Decimal(30)], Decimal(5))
    Decimal('95')
    >>> total([Decimal(20)], [Decimal(30)], Decimal(0))
    Decimal('0')
    """
    return max(ZERO, sum(claims, ZERO) - sum(credits_, ZERO) + charges)
