"""Whether to hand a debtor over to a collection agency: a recommendation that explains itself.

It is the last resort and there is no general rule (METHOD C1): the rule weighs what speaks for it
(METHOD C2) against the relationship (METHOD C3); a person decides.

Each factor measures one fact between -1 and 1; times its weight it counts for (positive) or against
(negative) handing over. The sum is the score; two thresholds turn it into a verdict. Some facts
decide alone, whatever the score says.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

ZERO, ONE = Decimal(0), Decimal(1)

#: Verdicts from patient to final.
VERDICTS = (
    "not_yet",
    "talk",
    "last_chance",
    "hand_over",
    "management",
    "not_worth",
    "write_off",
)

#: Sums, counts and days at which a factor has its full weight.
FULL = {
    "days_overdue": 90,
    "proven": 3,
    "broken": 2,
    "no_proposal": 1,
    "unreached": 3,
    "amount": 2000,
    "limitation": 183,
    "years": 10,
}

#: Weights as they are shipped: plus speaks for handing over, minus against.
WEIGHTS = {
    "days_overdue": 25,
    "proven": 15,
    "broken": 15,
    "no_proposal": 15,
    "unreached": 5,
    "reached": -5,
    "late_share": 5,
    "amount": 5,
    "limitation": 20,
    "trust": 5,
    "years": -20,
    "revenue": -20,
    "orders": -10,
    "complaints": -50,
}


class Facts(NamedTuple):
    """What is known of a debtor. Sums are in company currency, periods in days.

    ``limitation`` counts the days up to the last one; None where it is not known. ``revenue`` and
    ``orders`` are those of the last twelve months and those not invoiced; ``orders`` is None where
    sales are not in Odoo. ``trust`` is -1 for a good, 1 for a bad debtor.
    """

    exhausted: bool = True
    days_overdue: int = 0
    proven: int = 0
    broken: int = 0
    reached: int = 0
    unreached: int = 0
    no_proposal: int = 0
    complaints: int = 0
    agreements: int = 0
    insolvent: bool = False
    deceased: bool = False
    years: Decimal = ZERO
    revenue: Decimal = ZERO
    orders: Decimal | None = None
    late_share: Decimal = ZERO
    trust: int = 0
    amount: Decimal = ZERO
    cost_agency: Decimal = ZERO
    cost_court: Decimal = ZERO
    limitation: int | None = None
    announced: bool = False

    @property
    def cost(self) -> Decimal:
        """What agency and court may cost together."""
        return self.cost_agency + self.cost_court


class Terms(NamedTuple):
    """The company's settings.

    :ivar last_chance: score from which a last letter is advised, before: talk first
    :ivar hand_over: score from which handing over is advised
    :ivar valued_years: from so many years on the customer is a long-standing partner; 0 = never
    :ivar valued_revenue: from so much revenue in twelve months on he is valuable; 0 = never
    :ivar cost_share: the sum has to be at least so many times the expected cost
    """

    last_chance: Decimal = Decimal(30)
    hand_over: Decimal = Decimal(45)
    valued_years: Decimal = Decimal(5)
    valued_revenue: Decimal = Decimal(25000)
    cost_share: Decimal = ONE


class Factor(NamedTuple):
    """One fact: how it was measured, how much it may count, and what it does count."""

    code: str
    value: Decimal | None
    weight: int
    points: Decimal


class Advice(NamedTuple):
    """``reason`` names what decided: the score, or the one fact that decided alone."""

    verdict: str
    reason: str
    score: Decimal
    factors: tuple[Factor, ...]


def is_valued(facts: Facts, terms: Terms) -> bool:
    """Whether the debtor is a long-standing or valuable customer (METHOD C3).

    >>> is_valued(Facts(years=Decimal(6)), Terms()), is_valued(Facts(revenue=Decimal(100)), Terms())
    (True, False)
    >>> is_valued(Facts(years=Decimal(6)), Terms(valued_years=ZERO))
    False
    """
    return bool(
        (terms.valued_years and facts.years >= terms.valued_years)
        or (terms.valued_revenue and facts.revenue >= terms.valued_revenue)
    )


def advise(facts: Facts, terms: Terms, weights: Mapping[str, int] = WEIGHTS) -> Advice:
    """Return the recommendation for one debtor.

    >>> lost = Facts(days_overdue=120, proven=3, broken=1, no_proposal=1, amount=Decimal(1500),
    ...              cost_agency=Decimal(142), cost_court=Decimal(38), announced=True)
    >>> def verdict(**changes):
    ...     advice = advise(lost._replace(**changes), Terms())
    ...     return advice.verdict, advice.reason
    >>> verdict()
    ('hand_over', 'score')
    >>> verdict(announced=False), verdict(no_proposal=0, broken=0, reached=1)
    (('last_chance', 'not_announced'), ('last_chance', 'score'))
    >>> verdict(no_proposal=0, broken=0, days_overdue=40), verdict(exhausted=False)
    (('talk', 'score'), ('not_yet', 'ladder'))

    What is contested or agreed is talked about first, whatever the score; who is insolvent is not
    handed over, and for whoever has died the heirs are asked:

    >>> verdict(complaints=1), verdict(agreements=1), verdict(insolvent=True)
    (('talk', 'complaint'), ('not_yet', 'agreement'), ('write_off', 'insolvent'))
    >>> verdict(deceased=True), verdict(deceased=True, limitation=-1)
    (('talk', 'deceased'), ('write_off', 'passed'))

    A small sum, or one that may be refused already, is not worth it:

    >>> verdict(amount=Decimal(90)), verdict(limitation=-1)
    (('not_worth', 'cost'), ('write_off', 'passed'))

    For a long-standing partner at most the management decides, and only after a talk:

    >>> verdict(years=Decimal(5)), verdict(years=Decimal(5), reached=1)
    (('talk', 'valued'), ('management', 'valued'))
    """
    factors = tuple(_factor(code, facts, terms, weight) for code, weight in weights.items())
    score = sum((factor.points for factor in factors), ZERO)
    verdict, reason = _decide(facts, terms, score)
    if verdict in ("last_chance", "hand_over") and is_valued(facts, terms):
        verdict, reason = ("management" if facts.reached else "talk"), "valued"
    return Advice(verdict, reason, score, factors)


def _decide(facts, terms, score):
    """Return (verdict, reason) before the relationship is looked at."""
    alone = (
        (facts.insolvent, "write_off", "insolvent"),
        (facts.limitation is not None and facts.limitation < 0, "write_off", "passed"),
        (facts.deceased, "talk", "deceased"),
        (facts.complaints, "talk", "complaint"),
        (facts.agreements, "not_yet", "agreement"),
        (not facts.exhausted, "not_yet", "ladder"),
        (facts.amount < facts.cost * terms.cost_share, "not_worth", "cost"),
        (score < terms.last_chance, "talk", "score"),
        (score < terms.hand_over, "last_chance", "score"),
        (not facts.announced, "last_chance", "not_announced"),
    )
    return next(
        ((verdict, reason) for holds, verdict, reason in alone if holds), ("hand_over", "score")
    )


def _factor(code, facts, terms, weight):
    """Measure one fact.

    >>> _factor("days_overdue", Facts(days_overdue=45), Terms(), 20)
    Factor(code='days_overdue', value=Decimal('45'), weight=20, points=Decimal('10.0'))
    >>> _factor("orders", Facts(), Terms(), -10)
    Factor(code='orders', value=None, weight=-10, points=Decimal('0.0'))
    >>> _factor("limitation", Facts(limitation=0), Terms(), 20).points
    Decimal('20.0')
    """
    value = getattr(facts, code)
    value = None if value is None else Decimal(value)
    measure = ZERO if value is None else MEASURES.get(code, _saturated)(code, value, facts, terms)
    points = (max(min(measure, ONE), -ONE) * weight).quantize(Decimal("0.1")) + ZERO  # no "-0"
    return Factor(code, value, weight, points)


def _saturated(code, value, facts, terms):
    return value / FULL[code]


#: Facts that are measured in a way of their own.
MEASURES: dict[str, Callable[..., Decimal]] = {
    "reached": lambda code, value, facts, terms: ONE if value and not facts.no_proposal else ZERO,
    "complaints": lambda code, value, facts, terms: value,
    "late_share": lambda code, value, facts, terms: value,
    "trust": lambda code, value, facts, terms: value,
    "limitation": lambda code, value, facts, terms: max(ONE - value / FULL[code], ZERO),
    "revenue": lambda code, value, facts, terms: value / (terms.valued_revenue or Decimal(25000)),
    "orders": lambda code, value, facts, terms: value / facts.amount if facts.amount else ZERO,
}
