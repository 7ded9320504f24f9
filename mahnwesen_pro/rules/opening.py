"""Reminders that were sent before or elsewhere, read from a table: one line per invoice.

A table has the columns invoice, level and date in any order; German heads are understood, too.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

#: Heads of the columns, in small letters.
HEADS = {
    "invoice": ("invoice", "invoice number", "number", "rechnung", "rechnungsnummer", "beleg"),
    "level": ("level", "dunning level", "stufe", "mahnstufe"),
    "date": ("date", "sent on", "datum", "versendet am", "mahndatum"),
}
#: No ladder has more levels.
HIGHEST_LEVEL = 99
DATE_FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y")


class Row(NamedTuple):
    """One line of the table as it was understood; ``problem`` is a code, empty when all is well."""

    number: int
    invoice: str
    level: int
    day: date | None
    problem: str = ""


def columns(heads: Sequence[object]) -> dict[str, int]:
    """Return where the columns stand, by name; a missing one is not in the result.

    >>> columns(["Rechnung", "Mahnstufe", "Datum"])
    {'invoice': 0, 'level': 1, 'date': 2}
    >>> columns(["Date", "Comment"])
    {'date': 0}
    """
    names = [str(head or "").strip().lower() for head in heads]
    return {
        column: names.index(name)
        for column, known in HEADS.items()
        for name in known
        if name in names
    }


def parse(number: int, cells: Sequence[object], places: Mapping[str, int], today: date) -> Row:
    """Read one line of the table.

    >>> places = {"invoice": 0, "level": 1, "date": 2}
    >>> parse(2, ["RE/1", "2", "01.10.2026"], places, date(2026, 11, 23))
    Row(number=2, invoice='RE/1', level=2, day=datetime.date(2026, 10, 1), problem='')
    >>> parse(3, ["RE/1", "two", "2026-10-01"], places, date(2026, 11, 23)).problem
    'level'
    >>> parse(4, ["RE/1", 1, "2027-01-01"], places, date(2026, 11, 23)).problem
    'future'
    """
    invoice, level, day = (_cell(cells, places[name]) for name in ("invoice", "level", "date"))
    rank, sent = _number(level), read_day(day)
    problem = ""
    if not str(invoice or "").strip():
        problem = "invoice"
    elif not rank:
        problem = "level"
    elif not sent:
        problem = "date"
    elif sent > today:
        problem = "future"
    return Row(number, str(invoice or "").strip(), rank, sent, problem)


def _cell(cells, place):
    return cells[place] if place < len(cells) else None


def _number(value):
    """Return the whole number of a level, 0 when it is none.

    >>> _number("2"), _number(2.0), _number("2. Mahnung"), _number(None), _number(-1)
    (2, 2, 0, 0, 0)
    >>> _number("inf"), _number("nan"), _number("1e12")
    (0, 0, 0)
    """
    try:
        number = float(str(value).strip())
    except ValueError:
        return 0
    return int(number) if 1 <= number <= HIGHEST_LEVEL and number.is_integer() else 0


def read_day(value):
    """Return a date from a date, a time or one of the usual ways to write it.

    >>> read_day("1.10.26"), read_day(datetime(2026, 10, 1, 8)), read_day("soon")
    (datetime.date(2026, 10, 1), datetime.date(2026, 10, 1), None)
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    for form in DATE_FORMATS:
        try:
            return datetime.strptime(str(value or "").strip(), form).date()
        except ValueError:
            continue
    return None
