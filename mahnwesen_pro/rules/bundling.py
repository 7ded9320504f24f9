"""From the items of a debtor to letters: one letter per debtor and currency, credits netted."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from . import veto
from .channels import Channels, choose
from .charges import Charge
from .eligibility import ZERO, Item, Policy, Reason, item_reasons, step
from .ladder import Level


class Credit(NamedTuple):
    """An open credit note or unallocated payment; ``amount`` is positive, in its currency.

    ``shown``: the letter names it but does not deduct it.
    """

    line_id: int
    move_id: int
    due: date
    currency_id: int
    amount: Decimal
    shown: bool = False

    @property
    def deducted(self) -> Decimal:
        """What the letter is smaller by."""
        return ZERO if self.shown else self.amount


class Debtor(NamedTuple):
    """A customer with everything that is open; ``letters`` maps a currency to its last letter.

    ``address_wrong``: there is a postal address, but letters to it came back.
    ``busy`` are the currencies in which a notice is approved, edited or on its way. ``stops`` hold
    for everything of the customer; ``salesperson`` is told before levels that ask for it.
    """

    partner_id: int
    policy: Policy | None
    addressee_id: int
    items: tuple[Item, ...]
    credits: tuple[Credit, ...] = ()
    letters: Mapping[int, date] = MappingProxyType({})
    busy: frozenset[int] = frozenset()
    cap: int = 0
    has_email: bool = True
    has_address: bool = True
    address_wrong: bool = False
    is_consumer: bool = False
    stops: tuple[Reason, ...] = ()
    salesperson: str = ""


class Claim(NamedTuple):
    """An item on a letter with the level that it reaches there and the amount that is dunned."""

    item: Item
    level: Level
    amount: Decimal


class Draft(NamedTuple):
    """One letter to be proposed. Amounts in the letter's currency.

    Its charges are added afterwards, for all letters at once: they take the bookings of the items.
    """

    debtor: Debtor
    currency_id: int
    level: Level
    claims: tuple[Claim, ...]
    credits: tuple[Credit, ...]
    charges: tuple[Charge, ...]
    channels: Channels

    @property
    def amount_charges(self) -> Decimal:
        """What is asked for beside the claims."""
        return sum((charge.asked for charge in self.charges), ZERO)

    @property
    def total(self) -> Decimal:
        """Claims less credits plus charges."""
        return (
            sum((claim.amount for claim in self.claims), ZERO)
            - sum((credit.deducted for credit in self.credits), ZERO)
            + self.amount_charges
        )


class Skip(NamedTuple):
    """A due item that is not dunned, with all its reasons."""

    debtor: Debtor
    item: Item
    reasons: tuple[Reason, ...]


class Decision(NamedTuple):
    """What a run makes of one debtor. ``to_reconcile``: credits cover what would be dunned."""

    debtor: Debtor
    drafts: tuple[Draft, ...]
    skips: tuple[Skip, ...]
    not_due: int
    to_reconcile: bool


def decide(debtor: Debtor, today: date) -> Decision:
    """Decide over all open items of ``debtor``: the letters, and the reasons for the rest.

    >>> first = Level(10, 1, 7, 0, 10)
    >>> policy = Policy(1, "dun", (first,), minimum_letter=Decimal(25))
    >>> late, fresh = date(2026, 11, 1), date(2026, 11, 30)
    >>> debtor = Debtor(7, policy, 7, (Item(1, 1, late, 1, Decimal(90)),
    ...     Item(2, 2, fresh, 1, Decimal(50))))
    >>> decision = decide(debtor, date(2026, 11, 23))
    >>> [draft.total for draft in decision.drafts], decision.not_due
    ([Decimal('90')], 1)

    A credit reduces the letter; one that covers it stops the letter and asks for reconciliation.

    >>> covered = debtor._replace(credits=(Credit(3, 3, late, 1, Decimal(90)),))
    >>> decision = decide(covered, date(2026, 11, 23))
    >>> decision.drafts, decision.to_reconcile, decision.skips[0].reasons[0].code
    ((), True, 'net_credit')

    A policy may only show credits, or ignore them; nobody who owes nothing is shown a demand.

    >>> partly = covered._replace(credits=(Credit(3, 3, late, 1, Decimal(50)),))
    >>> for netting in ("reduce", "show", "ignore"):
    ...     chosen = partly._replace(policy=policy._replace(netting=netting))
    ...     [(d.total, len(d.credits)) for d in decide(chosen, date(2026, 11, 23)).drafts]
    [(Decimal('40'), 1)]
    [(Decimal('90'), 1)]
    [(Decimal('90'), 0)]
    """
    due = [item for item in debtor.items if item.due < today]
    claims, reasons = defaultdict(list), {}
    for item in due:
        reasons[item] = [*debtor.stops, *item_reasons(item, debtor.policy, today, debtor.cap)]
        reasons[item] += veto.reasons(item, debtor.policy, debtor.salesperson, today)
        if item.currency_id in debtor.busy:
            reasons[item].append(Reason("in_progress"))
        if not reasons[item]:
            level = step(item, debtor.policy)
            claims[item.currency_id].append(Claim(item, level, item.dunnable))
    drafts, to_reconcile = [], False
    for currency_id, bundle in claims.items():
        draft = _draft(debtor, currency_id, bundle)
        against = list(_letter_reasons(draft, today))
        to_reconcile |= any(reason.code == "net_credit" for reason in against)
        if not against:
            drafts.append(draft)
        for claim in bundle if against else ():
            reasons[claim.item] = against
    skips = tuple(Skip(debtor, item, tuple(why)) for item, why in reasons.items() if why)
    return Decision(debtor, tuple(drafts), skips, len(debtor.items) - len(due), to_reconcile)


def _draft(debtor, currency_id, claims):
    """Bundle claims of one currency; tone, channels and fee come from the highest level."""
    level = max((claim.level for claim in claims), key=lambda level: level.rank)
    return Draft(
        debtor,
        currency_id,
        level,
        tuple(sorted(claims, key=lambda claim: (claim.item.due, claim.item.line_id))),
        tuple(_net(debtor, currency_id)),
        (),
        choose(level, debtor.has_email, debtor.has_address, debtor.is_consumer),
    )


def _net(debtor, currency_id):
    """Yield the credits of a currency as the policy wants them on a reminder."""
    netting = debtor.policy.netting
    for credit in debtor.credits:
        if credit.currency_id == currency_id and netting != "ignore":
            yield credit._replace(shown=netting == "show")


def _letter_reasons(draft, today):
    """Yield what speaks against the letter as a whole."""
    debtor, policy = draft.debtor, draft.debtor.policy
    last = debtor.letters.get(draft.currency_id)
    if last and today < last + timedelta(days=policy.letter_spacing):
        yield Reason("debtor_spacing", last + timedelta(days=policy.letter_spacing))
    if not draft.channels:
        yield Reason("address_wrong" if debtor.address_wrong else "no_address")
    net = draft.total - draft.amount_charges
    shown = sum((credit.amount for credit in draft.credits if credit.shown), ZERO)
    if net <= shown:
        yield Reason("net_credit")
    elif net * draft.claims[0].item.rate < policy.minimum_letter:
        yield Reason("letter_minimum")
