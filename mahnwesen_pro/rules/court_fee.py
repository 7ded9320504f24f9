"""What the court and an agency may cost: fees by the value of the claim.

Court: half a fee of § 34 GKG with at least 38.00 euro (KV 1100 GKG), as in force since 1 June 2025.
Agency: what a lawyer might ask at most (§ 13e RDG): fees of § 13 RVG and expenses of VV 7002.
"""

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import NamedTuple

CENT = Decimal("0.01")
MINIMUM_COURT = Decimal("38.00")

#: From that value on a lawsuit belongs before the regional court (§ 23 no. 1 GVG).
DISTRICT_COURT_UP_TO = Decimal("10000.00")

#: Fee rates of VV 2300 (2) RVG for undisputed claims.
SIMPLE, NORMAL, HIGHEST = Decimal("0.5"), Decimal("0.9"), Decimal("1.3")
#: VV 7002 RVG: a fifth of the fees, at most 20 euro.
EXPENSES, MAXIMUM_EXPENSES = Decimal("0.2"), Decimal("20.00")


class Step(NamedTuple):
    """Up to ``limit`` the fee rises by ``rise`` for each begun ``width`` of the value, in euro."""

    limit: Decimal
    width: Decimal
    rise: Decimal


class AgencyCost(NamedTuple):
    """What an agency may ask for a claim without VAT, in euro: ``fee`` and ``expenses``.

    The fee is ``rate`` times ``unit``, the single fee of § 13 RVG for the ``value``.
    """

    value: Decimal
    unit: Decimal
    rate: Decimal
    fee: Decimal
    expenses: Decimal

    @property
    def total(self) -> Decimal:
        """Fee and expenses together."""
        return self.fee + self.expenses


def _steps(*rows):
    return tuple(Step(*map(Decimal, row)) for row in rows)


#: § 34 (1) GKG: the fee up to 500 euro, and how it rises.
COURT_FIRST = Decimal("40.00")
#: Above the last step the table was not checked: the court is asked.
COURT = _steps(("2000", "500", "21"), ("10000", "1000", "22.50"))
#: § 13 (1), (2) RVG up to 10,000 euro; a higher value is estimated by the last step's fee.
LAWYER_UP_TO_50, LAWYER_FIRST = Decimal("31.50"), Decimal("51.50")
LAWYER = _steps(("2000", "500", "41.50"), ("10000", "1000", "59.50"))


def court_fee(value: Decimal) -> Decimal | None:
    """Return the fee for an order for payment by the main claim, in euro; None above 10,000.

    >>> [str(court_fee(Decimal(value))) for value in (100, 1000, 1001, 2000, 3000, 5000, 10000)]
    ['38.00', '38.00', '41.00', '51.50', '62.75', '85.25', '141.50']
    >>> court_fee(Decimal("3500"))
    Decimal('74.00')
    >>> court_fee(Decimal(10001))
    """
    if value > COURT[-1].limit:
        return None
    return max(_round(_climb(value, COURT_FIRST, COURT) / 2), MINIMUM_COURT)


def agency_cost(value: Decimal, rate: Decimal = NORMAL) -> AgencyCost:
    """Return what an agency may ask for an undisputed claim over ``value``, in euro.

    500.00 euro (EX11): 0.9 of 51.50 and a fifth of that for expenses.

    >>> cost = agency_cost(Decimal(500))
    >>> str(cost.unit), str(cost.fee), str(cost.expenses), str(cost.total)
    ('51.50', '46.35', '9.27', '55.62')
    >>> [str(agency_cost(Decimal(value), SIMPLE).total) for value in (50, 500, 1000, 5000)]
    ['18.90', '30.90', '55.80', '197.25']
    >>> [str(agency_cost(Decimal(value)).total) for value in (50, 500, 1000, 5000)]
    ['34.02', '55.62', '100.44', '339.05']
    >>> [str(agency_cost(Decimal(value), HIGHEST).total) for value in (500, 1000)]
    ['80.34', '140.90']
    """
    value = min(value, LAWYER[-1].limit)
    unit = LAWYER_UP_TO_50 if value <= 50 else _climb(value, LAWYER_FIRST, LAWYER)
    fee = _round(unit * rate)
    expenses = min(_round(fee * EXPENSES), MAXIMUM_EXPENSES)
    return AgencyCost(value, unit, rate, fee, expenses)


def _climb(value, fee, steps):
    """Return the fee of ``value`` by rising from 500 euro step by step."""
    reached = Decimal(500)
    for step in steps:
        top = min(value, step.limit)
        if top > reached:
            begun = ((top - reached) / step.width).to_integral_value(ROUND_CEILING)
            fee += begun * step.rise
        reached = step.limit
    return fee


def _round(amount):
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)
