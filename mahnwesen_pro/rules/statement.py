"""Letters outside the ladder: they list everything that is open and raise no level.

The statement of account takes the place of reminders and has a rhythm of its own. A letter to an
insolvency administrator or to heirs is written once, when a person asks for it.
"""

from datetime import date, timedelta

from .bundling import Claim, Debtor, Decision, Draft, Skip
from .channels import choose
from .eligibility import ZERO, Reason, name_blocks

#: Reasons at one item that keep the whole statement back: what it says would be wrong or unwelcome.
HOLDING = frozenset(
    {
        "company_pause",
        "draft_credit",
        "in_payment",
        "online_pending",
        "payment_seen",
        "reply_unread",
    }
)


def decide(debtor: Debtor, today: date) -> Decision:
    """Decide on the statements of account of ``debtor``: one per currency in which he is late.

    Everything open stands on it, also what is not due yet and what is paused; the ranks stay.

    >>> from decimal import Decimal
    >>> from .eligibility import Item, Policy
    >>> from .ladder import Level
    >>> policy = Policy(1, "statement", (Level(10, 0, 1, 0, 10),), letter_spacing=30)
    >>> late, fresh = date(2026, 11, 1), date(2026, 11, 30)
    >>> debtor = Debtor(7, policy, 7, (Item(1, 1, late, 1, Decimal(90), rank=2),
    ...     Item(2, 2, fresh, 1, Decimal(50))))
    >>> [draft.total for draft in decide(debtor, date(2026, 11, 23)).drafts]
    [Decimal('140')]

    The next one follows when the days of the policy have passed.

    >>> written = debtor._replace(letters={1: date(2026, 11, 10)})
    >>> decide(written, date(2026, 11, 23)).skips[0].reasons
    (Reason(code='statement_early', until=datetime.date(2026, 12, 10), detail='', record=0),)
    """
    drafts, skips, to_reconcile = [], [], False
    for items in _by_currency(debtor):
        late = [item for item in items if item.due < today]
        if not late:
            continue
        draft = _draft(debtor, items)
        against = tuple(dict.fromkeys(_reasons(draft, late, today)))
        to_reconcile |= any(reason.code == "net_credit" for reason in against)
        if not against:
            drafts.append(draft)
        for item in late if against else ():
            skips.append(Skip(debtor, item, against))
    not_due = sum(item.due >= today for item in debtor.items)
    return Decision(debtor, tuple(drafts), tuple(skips), not_due, to_reconcile)


def write_once(debtor: Debtor, today: date) -> Decision:
    """Decide on the one letter to an administrator or to heirs: everything open, due or not.

    >>> from decimal import Decimal
    >>> from .eligibility import Item, Policy
    >>> from .ladder import Level
    >>> policy = Policy(1, "insolvent", (Level(10, 0, 1, 0, 14),))
    >>> debtor = Debtor(7, policy, 9, (Item(1, 1, date(2026, 12, 1), 1, Decimal(90)),))
    >>> [draft.total for draft in write_once(debtor, date(2026, 11, 23)).drafts]
    [Decimal('90')]
    """
    drafts, skips = [], []
    for items in _by_currency(debtor):
        draft = _draft(debtor, items)
        against = tuple(_letter_reasons(draft))
        if not against:
            drafts.append(draft)
        for item in items if against else ():
            skips.append(Skip(debtor, item, against))
    return Decision(debtor, tuple(drafts), tuple(skips), 0, False)


def _by_currency(debtor):
    currencies = dict.fromkeys(item.currency_id for item in debtor.items)
    return [[i for i in debtor.items if i.currency_id == currency] for currency in currencies]


def _draft(debtor, items):
    """One letter with all open items of a currency, whole: it claims nothing, it informs."""
    level, currency_id = debtor.policy.levels[0], items[0].currency_id
    whole = sorted(items, key=lambda item: (item.due, item.line_id))
    return Draft(
        debtor=debtor,
        currency_id=currency_id,
        level=level,
        claims=tuple(Claim(item._replace(blocks=()), level, item.residual) for item in whole),
        credits=tuple(credit for credit in debtor.credits if credit.currency_id == currency_id),
        charges=(),
        channels=choose(level, debtor.has_email, debtor.has_address, debtor.is_consumer),
    )


def _reasons(draft, late, today):
    """Yield what speaks against a statement today."""
    debtor, policy = draft.debtor, draft.debtor.policy
    yield from debtor.stops
    if draft.currency_id in debtor.busy:
        yield Reason("in_progress")
    for item in late:
        yield from (reason for reason in item.stops if reason.code in HOLDING)
    if not any(item.dunnable for item in late):
        yield Reason("blocked", None, name_blocks(b for i in late for b in i.blocks))
    first_day = min(item.due for item in late) + timedelta(days=draft.level.days_after_due)
    last = debtor.letters.get(draft.currency_id)
    if last:
        first_day = max(first_day, last + timedelta(days=policy.letter_spacing))
    if today < first_day:
        yield Reason("statement_early", first_day)
    yield from _letter_reasons(draft)
    if ZERO < draft.total * draft.claims[0].item.rate < policy.minimum_letter:
        yield Reason("letter_minimum")


def _letter_reasons(draft):
    """Yield what speaks against any letter."""
    if not draft.channels:
        yield Reason("address_wrong" if draft.debtor.address_wrong else "no_address")
    if draft.total <= 0:
        yield Reason("net_credit")
