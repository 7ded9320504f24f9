"""Cash discount (Skonto): recognises a rest that is left because a customer deducted one.

A discount is an offer with a condition: paid within the days, and no more than the percentage. Who
pays later, or deducts more, still owes the difference.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

CENT = Decimal("0.01")

#: A rest above this share of the invoice, in percent, is no discount any more.
HIGHEST = Decimal(5)

LATE, HIGH, NOT_AGREED, GRANTED = "late", "high", "not_agreed", "granted"


class Offer(NamedTuple):
    """The discount that was agreed: ``percent`` of the invoice up to the day ``until``."""

    percent: Decimal
    until: date


class Deduction(NamedTuple):
    """What a customer deducted: ``allowed`` was his right, ``owed`` was not.

    ``kind``: late, high (more than agreed), not_agreed, or granted (it was his right, only nobody
    has booked it).
    """

    kind: str
    allowed: Decimal
    owed: Decimal
    offer: Offer | None = None


def recognise(
    gross: Decimal,
    residual: Decimal,
    paid_on: date | None,
    offer: Offer | None = None,
    grace_days: int = 0,
) -> Deduction | None:
    """Return the discount behind the rest of an invoice, None where the rest is none.

    :param gross: amount of the invoice
    :param residual: what is still open of it
    :param paid_on: the day of the last payment
    :param grace_days: days that a payment may take longer than the offer says

    >>> offer = Offer(Decimal(2), date(2026, 11, 10))
    >>> recognise(Decimal(1000), Decimal(20), date(2026, 11, 20), offer)[:3]
    ('late', Decimal('0'), Decimal('20'))
    >>> recognise(Decimal(1000), Decimal(30), date(2026, 11, 9), offer)[:3]
    ('high', Decimal('20.00'), Decimal('10.00'))
    >>> recognise(Decimal(1000), Decimal(20), date(2026, 11, 9), offer)[:3]
    ('granted', Decimal('20'), Decimal('0'))
    >>> recognise(Decimal(1000), Decimal(20), date(2026, 11, 12), offer, grace_days=3).kind
    'granted'

    Where nothing was agreed, a round percentage gives it away; any other rest is a payment in part:

    >>> recognise(Decimal(1000), Decimal(30), date(2026, 11, 9)).kind
    'not_agreed'
    >>> recognise(Decimal(1000), Decimal("31.70"), date(2026, 11, 9))
    >>> recognise(Decimal(1000), Decimal(300), date(2026, 11, 9), offer)
    >>> recognise(Decimal(1000), Decimal(1000), None, offer)
    """
    if paid_on is None or residual <= 0 or residual * 100 > gross * HIGHEST:
        return None
    if offer is None:
        round_one = _is_round(gross, residual)
        return Deduction(NOT_AGREED, Decimal(0), residual) if round_one else None
    allowed = (gross * offer.percent / 100).quantize(CENT, ROUND_HALF_UP)
    if (paid_on - offer.until).days > grace_days:
        near = residual <= allowed + CENT or _is_round(gross, residual)
        return Deduction(LATE, Decimal(0), residual, offer) if near else None
    if residual <= allowed + CENT:
        return Deduction(GRANTED, residual, Decimal(0), offer)
    return Deduction(HIGH, allowed, residual - allowed, offer)


def _is_round(gross, residual):
    """Whether the rest is a whole or half percentage of the invoice, to the cent."""
    return any(
        abs(residual - (gross * half / 200).quantize(CENT, ROUND_HALF_UP)) <= CENT
        for half in range(2, int(HIGHEST) * 2 + 1)
    )
