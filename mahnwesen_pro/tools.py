"""Small bridges between the values of Odoo and those of the rules."""

from decimal import Decimal


def to_decimal(amount: float) -> Decimal:
    """Return a monetary float as the exact decimal that it prints as.

    >>> to_decimal(0.1) + to_decimal(0.2)
    Decimal('0.3')
    """
    return Decimal(str(amount))
