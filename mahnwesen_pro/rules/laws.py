"""What the law of a country says about late payment: interest, lump sum, fees.

Sources and how sure they are stand in the manual. Rates in percent or percentage points a year,
amounts in the currency that is named.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .interest import Rate

#: Types of debtors that are no consumers. Who is not known counts as consumer.
NO_CONSUMERS = frozenset({"business", "public"})


class Law(NamedTuple):
    """The rules of one country.

    ``business_points`` and ``consumer_points`` come on top of the base rate; a ``..._rate`` is
    fixed instead. ``lump_sum`` is owed by businesses once per overdue payment, in
    ``lump_currency``. ``fee_ceiling`` is what courts still let a consumer pay for a letter.
    ``fee_agreed_only``: reminder fees are owed only where they were agreed.
    ``owes_collection_cost``: the debtor in default owes what collecting adequately costs.
    ``paragraph_consumer`` is cited for interest of consumers where that is another one.
    ``letter_years``: for how long business letters have to be kept, from the end of the year on.
    """

    country: str
    business_points: Decimal | None = None
    consumer_points: Decimal | None = None
    business_rate: Decimal | None = None
    consumer_rate: Decimal | None = None
    lump_sum: Decimal = Decimal(0)
    lump_currency: str = "EUR"
    fee_ceiling: Decimal | None = None
    fee_agreed_only: bool = False
    owes_collection_cost: bool = False
    knows_thirty_days: bool = False
    business_since: date = date.min
    business_points_before: Decimal | None = None
    paragraph_interest: str = ""
    paragraph_consumer: str = ""
    paragraph_lump_sum: str = ""
    letter_years: int = 0


#: § 288 BGB; since 29 July 2014 9 points and the lump sum, before that 8 points (Art. 229 § 34
#: EGBGB). Fee: cost of material only, BGH VIII ZR 95/18. Cost of collecting: §§ 280, 286 BGB.
#: Letters: § 257 (4) HGB, § 147 (3) AO.
GERMANY = Law(
    country="DE",
    business_points=Decimal(9),
    consumer_points=Decimal(5),
    lump_sum=Decimal(40),
    fee_ceiling=Decimal("2.50"),
    owes_collection_cost=True,
    knows_thirty_days=True,
    business_since=date(2014, 7, 29),
    business_points_before=Decimal(8),
    paragraph_interest="§ 288 BGB",
    paragraph_lump_sum="§ 288 (5) BGB",
    letter_years=6,
)

#: §§ 456, 458 UGB between businesses, §§ 1333, 1000 ABGB otherwise. Cost of collecting: § 1333 (2)
#: ABGB. Letters: § 212 UGB, § 132 BAO.
AUSTRIA = Law(
    country="AT",
    business_points=Decimal("9.2"),
    consumer_rate=Decimal(4),
    lump_sum=Decimal(40),
    owes_collection_cost=True,
    paragraph_interest="§ 456 UGB",
    paragraph_consumer="§§ 1333, 1000 ABGB",
    paragraph_lump_sum="§ 458 UGB",
    letter_years=7,
)

#: Art. 104 OR for everybody; no lump sum, fees only where they were agreed. Letters: Art. 958f OR.
SWITZERLAND = Law(
    country="CH",
    business_rate=Decimal(5),
    consumer_rate=Decimal(5),
    fee_agreed_only=True,
    paragraph_interest="Art. 104 OR",
    letter_years=10,
)

LAWS = {law.country: law for law in (GERMANY, AUSTRIA, SWITZERLAND)}


def law_of(country: str) -> Law | None:
    """Return the law of a country by its code, None where we know none.

    >>> law_of("AT").business_points, law_of("FR")
    (Decimal('9.2'), None)
    """
    return LAWS.get(country)


def letter_years(law: Law | None) -> int:
    """Return for how many calendar years business letters are kept; the longest we know, where we
    do not know the law.

    >>> letter_years(GERMANY), letter_years(AUSTRIA), letter_years(None)
    (6, 7, 10)
    """
    return law.letter_years if law else max(one.letter_years for one in LAWS.values())


def may_charge(law: Law | None, country: str, is_agreed: bool) -> bool:
    """Tell whether a debtor in ``country`` can be charged at all.

    Abroad the law may say something else, so nothing is charged unless it was agreed.

    >>> may_charge(GERMANY, "AT", False), may_charge(GERMANY, "FR", False)
    (True, False)
    >>> may_charge(GERMANY, "FR", True)
    True
    """
    return is_agreed or (law is not None and country in LAWS)


def owes_collection_cost(law: Law | None) -> bool:
    """Tell whether a debtor in default surely owes what collecting adequately costs.

    >>> owes_collection_cost(GERMANY), owes_collection_cost(SWITZERLAND), owes_collection_cost(None)
    (True, False, False)
    """
    return law is not None and law.owes_collection_cost


def is_business(debtor: str) -> bool:
    """Tell whether a debtor is certainly no consumer.

    >>> is_business("public"), is_business("unknown")
    (True, False)
    """
    return debtor in NO_CONSUMERS


def needs_base_rates(law: Law | None) -> bool:
    """Tell whether interest depends on base rates in this country.

    >>> needs_base_rates(AUSTRIA), needs_base_rates(SWITZERLAND)
    (True, False)
    """
    return bool(law and (law.business_points or law.consumer_points))


def rates(
    law: Law | None,
    base_rates: Iterable[Rate],
    debtor: str,
    arisen: date = date.max,
    is_price: bool = True,
    agreed: Decimal | None = None,
) -> list[Rate]:
    """Return the yearly rates for a debtor.

    :param base_rates: the base rates of the country
    :param debtor: consumer, business, public or unknown (which counts as consumer)
    :param arisen: the day on which the claim came into being
    :param is_price: the claim is the price of goods or services (Entgeltforderung)
    :param agreed: a fixed rate that was agreed with the customer (§ 288 (3) BGB)

    >>> half = [Rate(date(2026, 7, 1), date(2026, 12, 31), Decimal("1.52"))]
    >>> [rates(GERMANY, half, debtor)[0].percent for debtor in ("business", "unknown")]
    [Decimal('10.52'), Decimal('6.52')]
    >>> rates(GERMANY, half, "business", is_price=False)[0].percent
    Decimal('6.52')
    >>> rates(GERMANY, half, "business", arisen=date(2014, 7, 28))[0].percent
    Decimal('9.52')

    A negative base rate is taken off:

    >>> negative = [half[0]._replace(percent=Decimal("-0.88"))]
    >>> rates(GERMANY, negative, "consumer")[0].percent
    Decimal('4.12')
    >>> [rates(SWITZERLAND, (), "business")[0].percent, rates(AUSTRIA, (), "consumer")[0].percent]
    [Decimal('5'), Decimal('4')]
    """
    points, fixed = _surcharge(law, debtor, arisen, is_price)
    if agreed is not None:
        points, fixed = None, agreed
    if fixed is not None:
        return [Rate(date.min, date.max, fixed)]
    if points is None:
        return []
    return [Rate(rate.start, rate.end, rate.percent + points, rate.percent) for rate in base_rates]


def _surcharge(law, debtor, arisen, is_price):
    """Return (points above the base rate, fixed rate); one of them is None."""
    if law is None:
        return None, None
    if not is_business(debtor) or not is_price:
        return law.consumer_points, law.consumer_rate
    if arisen < law.business_since:
        return law.business_points_before, law.business_rate
    return law.business_points, law.business_rate


def interest_paragraph(law: Law, debtor: str, is_price: bool = True) -> str:
    """Return what is cited for the rate of a debtor, see :func:`rates`.

    >>> [interest_paragraph(AUSTRIA, debtor) for debtor in ("business", "unknown")]
    ['§ 456 UGB', '§§ 1333, 1000 ABGB']
    >>> interest_paragraph(GERMANY, "consumer")
    '§ 288 BGB'
    """
    if is_business(debtor) and is_price:
        return law.paragraph_interest
    return law.paragraph_consumer or law.paragraph_interest


def lump_sum(law: Law | None, debtor: str, arisen: date = date.max, is_price: bool = True):
    """Return the lump sum that a debtor owes for one overdue payment, in ``lump_currency``.

    >>> [lump_sum(GERMANY, debtor) for debtor in ("public", "consumer", "unknown")]
    [Decimal('40'), Decimal('0'), Decimal('0')]
    >>> lump_sum(GERMANY, "business", arisen=date(2014, 7, 28))
    Decimal('0')
    """
    owed = law and is_business(debtor) and is_price and arisen >= law.business_since
    return law.lump_sum if owed else Decimal(0)
