"""A claim as a file that a machine reads: XML by a published schema, and CSV.

The schema lies in ``static/xsd/collection_claim_1.xsd``; what is written here is checked against it
before it leaves. It holds what § 13a RDG asks for and what a collection agency needs, nothing else.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lxml import etree

NAMESPACE = "urn:mahnwesen-pro:collection-claim:1"
VERSION = "1.0"
ZERO = Decimal(0)

#: Heads of the CSV file: one line per invoice.
HEADS = (
    *("case", "debtor", "invoice", "invoice_date", "due_date", "amount", "paid", "open"),
    *("default_since", "interest", "limitation", "contract_date", "contract_subject", "currency"),
)
#: What a table calculation would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Party(NamedTuple):
    """Creditor or debtor. ``kind`` is consumer, business, public or unknown."""

    name: str
    street: str = ""
    zip: str = ""
    city: str = ""
    country: str = ""
    vat: str = ""
    registry: str = ""
    phone: str = ""
    email: str = ""
    number: str = ""
    kind: str = ""


class Payment(NamedTuple):
    day: date
    amount: Decimal
    kind: str


class Reminder(NamedTuple):
    """One reminder of an item: ``channel`` is email or letter, ``proof`` says how it is known."""

    day: date
    number: str
    level: int
    channel: str
    proof: str = ""


class Interest(NamedTuple):
    """One line of the interest calculation; ``percent`` a year."""

    start: date
    end: date
    days: int
    principal: Decimal
    percent: Decimal
    base: Decimal | None
    amount: Decimal


class Item(NamedTuple):
    """An invoice. ``interest_paid`` is what of the interest was paid."""

    number: str
    invoiced: date
    due: date
    is_agreed: bool
    amount: Decimal
    open: Decimal
    delivered: date | None = None
    contract_date: date | None = None
    contract_subject: str = ""
    default_since: date | None = None
    default_reason: str = ""
    limitation: date | None = None
    payments: tuple[Payment, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    interest: tuple[Interest, ...] = ()
    interest_paid: Decimal = ZERO

    @property
    def interest_sum(self) -> Decimal:
        """The interest that is still owed."""
        return sum((line.amount for line in self.interest), ZERO) - self.interest_paid


class Charge(NamedTuple):
    """A fee, a lump sum or a bank cost with its ground."""

    kind: str
    amount: Decimal
    explanation: str


class Claim(NamedTuple):
    """Everything that is handed over about one debtor, in one currency."""

    reference: str
    day: date
    currency: str
    creditor: Party
    debtor: Party
    iban: str = ""
    bic: str = ""
    deducts_vat: bool = True
    items: tuple[Item, ...] = ()
    charges: tuple[Charge, ...] = ()
    was_disputed: bool = False
    dispute: str = ""
    agreement: str = ""

    @property
    def principal(self) -> Decimal:
        return sum((item.open for item in self.items), ZERO)

    @property
    def interest(self) -> Decimal:
        return sum((item.interest_sum for item in self.items), ZERO)

    @property
    def costs(self) -> Decimal:
        return sum((charge.amount for charge in self.charges), ZERO)

    @property
    def total(self) -> Decimal:
        return self.principal + self.interest + self.costs


def to_xml(claim: Claim) -> bytes:
    """Return the claim as XML.

    >>> day = date(2026, 11, 23)
    >>> claim = Claim("I/1", day, "EUR", Party("Nord GmbH", kind="business"), Party("Sommer & Co"),
    ...               items=(Item("RE/1", day, day, True, Decimal("100.00"), Decimal("60.00")),))
    >>> root = etree.fromstring(to_xml(claim))
    >>> root.get("reference"), root.findtext(f"{{{NAMESPACE}}}debtor/{{{NAMESPACE}}}name")
    ('I/1', 'Sommer & Co')
    >>> root.findtext(f"{{{NAMESPACE}}}totals/{{{NAMESPACE}}}principal")
    '60.00'
    """
    root = etree.Element(f"{{{NAMESPACE}}}claim", nsmap={None: NAMESPACE})
    root.set("version", VERSION)
    root.set("reference", _text(claim.reference))
    root.set("date", claim.day.isoformat())
    root.set("currency", claim.currency)
    creditor = _party(root, "creditor", claim.creditor)
    _add(creditor, "iban", claim.iban)
    _add(creditor, "bic", claim.bic)
    _add(creditor, "deductsVat", claim.deducts_vat)
    _party(root, "debtor", claim.debtor)
    items = _add(root, "items")
    for item in claim.items:
        _item(items, item)
    charges = _add(root, "charges")
    for charge in claim.charges:
        node = _add(charges, "charge")
        node.set("kind", charge.kind)
        _add(node, "amount", charge.amount)
        _add(node, "explanation", charge.explanation)
    dispute = _add(root, "dispute", claim.dispute)
    if dispute is None:
        dispute = _add(root, "dispute")
    dispute.set("disputed", _text(claim.was_disputed))
    _add(root, "agreement", claim.agreement)
    totals = _add(root, "totals")
    for name in ("principal", "interest", "costs", "total"):
        _add(totals, name, getattr(claim, name))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def find_errors(xml: bytes, schema: bytes) -> list[str]:
    """Return what is wrong with a file by its schema, an empty list when it is valid."""
    validator = etree.XMLSchema(etree.fromstring(schema))
    if validator.validate(etree.fromstring(xml)):
        return []
    return [f"{error.line}: {error.message}" for error in validator.error_log]


def to_csv(claim: Claim) -> str:
    """Return one line per invoice, readable by table calculations and safe in them.

    >>> day = date(2026, 11, 23)
    >>> item = Item("RE/1", day, day, True, Decimal(100), Decimal(60), contract_subject="=1+1")
    >>> claim = Claim("I/1", day, "EUR", Party("Nord"), Party("Sommer"), items=(item,))
    >>> to_csv(claim).splitlines()[1]
    "I/1;Sommer;RE/1;2026-11-23;2026-11-23;100.00;40.00;60.00;;0.00;;;'=1+1;EUR"
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(HEADS)
    for item in claim.items:
        row = (
            *(claim.reference, claim.debtor.name, item.number, item.invoiced, item.due),
            *(item.amount, item.amount - item.open, item.open, item.default_since),
            *(item.interest_sum, item.limitation, item.contract_date, item.contract_subject),
            claim.currency,
        )
        writer.writerow([_cell(value) for value in row])
    return text.getvalue()


def _cell(value):
    text = _text(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


def _party(root, name, party):
    node = _add(root, name)
    node.set("kind", party.kind or "unknown")
    for field in Party._fields[:-1]:
        if field == "name" or getattr(party, field):
            _add(node, field, getattr(party, field) or "-")
    return node


def _item(items, item):
    node = _add(items, "item")
    node.set("number", _text(item.number))
    for name, value in (
        ("invoiceDate", item.invoiced),
        ("deliveryDate", item.delivered),
        ("contractDate", item.contract_date),
        ("contractSubject", item.contract_subject),
        ("dueDate", item.due),
        ("dueDateAgreed", item.is_agreed),
        ("amount", item.amount),
        ("open", item.open),
        ("defaultSince", item.default_since),
        ("defaultReason", item.default_reason),
        ("limitation", item.limitation),
    ):
        _add(node, name, value)
    _rows(node, "payments", "payment", item.payments, {"day": "date"})
    _rows(node, "reminders", "reminder", item.reminders, {"day": "date"})
    interest = _rows(node, "interest", "period", item.interest, {"start": "from", "end": "to"})
    if item.interest_paid:
        interest.set("paid", _text(item.interest_paid))


def _rows(node, name, row_name, rows: Sequence, renamed):
    parent = _add(node, name)
    for row in rows:
        element = _add(parent, row_name)
        for field, value in row._asdict().items():
            if value not in (None, ""):
                element.set(renamed.get(field, field), _text(value))
    return parent


def _add(parent, name, value=...):
    """Add an element; one that has no value is left out."""
    if value in (None, ""):
        return None
    node = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    if value is not ...:
        node.text = _text(value)
    return node


def _text(value):
    """Return a value as the schema wants it, without characters that XML cannot hold.

    >>> _text(Decimal("7.5")), _text(True), _text(date(2026, 1, 2)), _text("a\\x00b")
    ('7.50', 'true', '2026-01-02', 'ab')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return str(value.quantize(Decimal("0.01")) if value.as_tuple().exponent > -2 else value)
    if isinstance(value, date):
        return value.isoformat()
    return "".join(char for char in str(value) if char in "\t\n" or ord(char) >= 32)
