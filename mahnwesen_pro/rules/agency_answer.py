"""What a collection agency answers, read from a file: CSV, or XML by a published schema.

Nothing in a file is trusted: entities and document types are refused, nothing is fetched, size and
depth are limited, and every line is read by itself with its own problem.
"""

import codecs
import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from lxml import etree

from .opening import read_day

NAMESPACE = "urn:mahnwesen-pro:collection-answer:1"
MAX_BYTES = 10_000_000
LARGEST = Decimal(10) ** 12

#: What an agency may say, and what it is called in files.
KINDS = {
    "accepted": ("accepted", "angenommen"),
    "payment": ("payment", "zahlung", "zahlungseingang"),
    "instalments": ("instalment", "instalments", "installment", "rate", "raten", "ratenzahlung"),
    "cost": ("cost", "costs", "kosten"),
    "returned": ("returned", "zurückgegeben", "rückgabe"),
    "closed": ("closed", "abgeschlossen", "erledigt"),
}
#: Answers that need an amount.
WITH_AMOUNT = ("payment", "instalments", "cost")

#: Heads of the columns, in small letters.
HEADS = {
    "case": ("case", "reference", "aktenzeichen", "akte", "unser zeichen"),
    "kind": ("type", "kind", "art", "meldung"),
    "date": ("date", "datum"),
    "amount": ("amount", "betrag"),
    "currency": ("currency", "währung"),
    "agency_ref": ("agency reference", "agency_ref", "ihr zeichen", "zeichen inkasso"),
    "note": ("note", "comment", "bemerkung", "text"),
}
NEEDED = ("case", "kind", "date")


class BadFile(ValueError):
    """The file as a whole cannot be read; the first argument is a code that says why."""


class Row(NamedTuple):
    """One answer as it was understood; ``problem`` is a code, empty when all is well."""

    number: int
    case: str
    kind: str
    day: date | None
    amount: Decimal
    currency: str
    agency_ref: str
    note: str
    problem: str = ""


def read(content: bytes, today: date) -> list[Row]:
    """Return the answers of a file.

    :raise BadFile: "size", "empty", "xml", "entities", "root", or "columns" with the missing names

    >>> text = "Aktenzeichen;Art;Datum;Betrag\\nI/1;Zahlung;01.10.2026;1.234,56\\nI/2;Gruss;;"
    >>> rows = read(text.encode(), date(2026, 11, 23))
    >>> [(row.case, row.kind, row.amount, row.problem) for row in rows]
    [('I/1', 'payment', Decimal('1234.56'), ''), ('I/2', '', Decimal('0'), 'kind')]
    >>> try:
    ...     read(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', date(2026, 11, 23))
    ... except BadFile as error:
    ...     print(error)
    entities
    """
    if len(content) > MAX_BYTES:
        raise BadFile("size")
    content = content.removeprefix(codecs.BOM_UTF8)
    if not content.strip():
        raise BadFile("empty")
    lines = _read_xml(content) if content.lstrip()[:1] == b"<" else _read_csv(content)
    return [_parse(number, cells, today) for number, cells in lines]


def _read_csv(content):
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if not text.strip():
        raise BadFile("empty")
    first = text.lstrip().splitlines()[0]
    delimiter = ";" if first.count(";") >= first.count(",") else ","
    try:
        table = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise BadFile("csv") from error
    heads = [cell.strip().lower() for cell in table[0]]
    places = {
        column: heads.index(name)
        for column, known in HEADS.items()
        for name in known
        if name in heads
    }
    missing = [name for name in NEEDED if name not in places]
    if missing:
        raise BadFile("columns", missing)
    return [
        (number, {name: _cell(line, place) for name, place in places.items()})
        for number, line in enumerate(table[1:], start=2)
        if any(cell.strip() for cell in line)
    ]


def _cell(line: Sequence[str], place: int) -> str:
    return line[place].strip() if place < len(line) else ""


def _read_xml(content):
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        code = "entities" if b"<!ENTITY" in content or b"<!DOCTYPE" in content else "xml"
        raise BadFile(code) from error
    if root.getroottree().docinfo.doctype:
        raise BadFile("entities")
    if root.tag != f"{{{NAMESPACE}}}answers":
        raise BadFile("root")
    return [
        (node.sourceline, {**node.attrib, "kind": node.get("type", ""), "note": node.text or ""})
        for node in root.iter(f"{{{NAMESPACE}}}answer")
    ]


def _parse(number: int, cells: Mapping[str, str], today: date) -> Row:
    kind = next(
        (kind for kind, names in KINDS.items() if cells["kind"].strip().lower() in names), ""
    )
    day, amount = read_day(cells.get("date")), read_amount(cells.get("amount", ""))
    problem = ""
    if not cells.get("case", "").strip():
        problem = "case"
    elif not kind:
        problem = "kind"
    elif not day:
        problem = "date"
    elif day > today:
        problem = "future"
    elif amount is None or amount < 0 or amount > LARGEST or (kind in WITH_AMOUNT and not amount):
        problem = "amount"
    return Row(
        *(number, cells.get("case", "").strip(), kind, day, amount or Decimal(0)),
        cells.get("currency", "").strip().upper(),
        cells.get("agency_ref", "").strip()[:64],
        cells.get("note", "").strip()[:1000],
        problem,
    )


def read_amount(text: str) -> Decimal | None:
    """Return an amount written the German or the English way; None when it is none.

    >>> [str(read_amount(text)) for text in ("1.234,56", "1,234.56", "1234.5", "12 ", "", "1,5")]
    ['1234.56', '1234.56', '1234.5', '12', '0', '1.5']
    >>> [read_amount(text) for text in ("ten", "NaN", "1e3", "1.2.3,4,5", "1.234567")]
    [None, None, None, None, None]
    """
    text = text.strip().replace("\xa0", "").replace(" ", "")
    if not text:
        return Decimal(0)
    if set(text) - set("0123456789.,-"):
        return None
    decimal_mark = max(text.rfind("."), text.rfind(","))
    if decimal_mark >= 0:
        whole, cents = (
            text[:decimal_mark].replace(".", "").replace(",", ""),
            text[decimal_mark + 1 :],
        )
        if len(cents) > 2 or text.count(text[decimal_mark]) > 1:
            return None
        text = f"{whole}.{cents}"
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
