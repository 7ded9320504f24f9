"""The legal gate before a debtor is handed over: one line per condition (METHOD C4).

A line is green, red, or asks a person to confirm. Red cannot be skipped: what it names has to be
put right first. Whoever confirms gives a name and a note.

A second gate of its own stands before a credit bureau (§ 31 (2) no. 4 BDSG).
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

GREEN, RED, CONFIRM = "green", "red", "confirm"

#: A bureau may be told four weeks after the first written reminder at the earliest.
BUREAU_DAYS = 28
BUREAU_REMINDERS = 2

#: Conditions that already the letter needs which announces handing over.
STOPS_ANNOUNCING = ("complaint", "credit", "agreement", "insolvency", "limitation")


class Line(NamedTuple):
    """One condition: ``reason`` says which sentence explains it, ``day`` and ``detail`` fill it."""

    code: str
    state: str
    reason: str
    day: date | None = None
    detail: str = ""


class Facts(NamedTuple):
    """What is known of the claim and its debtor on ``day``.

    :ivar default_since: first day of default of the youngest item; None where it is not certain
    :ivar reminder: "proven" (it arrived), "sent" (nothing is known to the contrary), "" (none)
    :ivar claim: open sum of the items, in company currency
    :ivar credits: the debtor's open credit notes and payments that nobody has allocated
    :ivar missing: names of the data of § 13a RDG that are not there
    :ivar limitation_earliest: whether the day is only the earliest one, so that a person confirms
    :ivar insurer_due: day by which an insurer or factor wants to know; None where there is none
    :ivar has_insurer: whether the claim is insured or sold
    :ivar announced: day by which the announcement of handing over asked to pay; None without one
    :ivar call_needed: whether a long-standing or valuable customer has to be called first
    """

    day: date
    overdue: bool
    default_since: date | None
    reminder: str
    complaints: int = 0
    claim: Decimal = Decimal(0)
    credits: Decimal = Decimal(0)
    agreements: int = 0
    state: str = "normal"
    address_complete: bool = True
    address_returned: bool = False
    missing: tuple[str, ...] = ()
    limitation: date | None = None
    limitation_warning: str = ""
    limitation_earliest: bool = False
    has_insurer: bool = False
    insurer_due: date | None = None
    insurer_told: date | None = None
    announced: date | None = None
    call_needed: bool = False
    called: date | None = None


class BureauFacts(NamedTuple):
    """What counts before a credit bureau is told: letters only, not e-mails."""

    day: date
    is_member: bool
    letters: tuple[date, ...]
    informed: bool
    complaints: int = 0


def check(facts: Facts) -> tuple[Line, ...]:
    """Return the lines of the gate before handing over.

    >>> ready = Facts(date(2026, 11, 23), True, date(2026, 9, 1), "proven",
    ...               limitation=date(2029, 12, 31), announced=date(2026, 11, 13))
    >>> {line.state for line in check(ready)}
    {'green'}
    >>> def states(**changes):
    ...     return [(line.code, line.state) for line in check(ready._replace(**changes))
    ...             if line.state != GREEN]
    >>> states(overdue=False), states(default_since=None), states(default_since=date(2026, 12, 1))
    ([('default', 'red')], [('default', 'confirm')], [('default', 'red')])
    >>> states(reminder="sent"), states(reminder="")
    ([('reminder', 'confirm')], [('reminder', 'red')])
    >>> states(complaints=1, agreements=1)
    [('complaint', 'red'), ('agreement', 'red')]
    >>> states(claim=Decimal(100), credits=Decimal(99)), states(credits=Decimal(0))
    ([('credit', 'confirm')], [])
    >>> states(claim=Decimal(100), credits=Decimal(100))
    [('credit', 'red')]
    >>> states(state="insolvent"), states(state="deceased")
    ([('insolvency', 'red')], [('insolvency', 'red')])
    >>> states(address_returned=True), states(address_complete=False)
    ([('address', 'red')], [('address', 'red')])
    >>> states(missing=("contract_date",))
    [('data', 'red')]
    >>> states(limitation_warning="passed"), states(limitation_warning="unknown")
    ([('limitation', 'red')], [('limitation', 'confirm')])
    >>> states(limitation_warning="three_months")
    []
    >>> states(limitation_earliest=True), states(limitation_warning="passed",
    ...                                              limitation_earliest=True)
    ([('limitation', 'confirm')], [('limitation', 'confirm')])
    >>> states(has_insurer=True), states(has_insurer=True, insurer_due=date(2026, 11, 22))
    ([('insurer', 'confirm')], [('insurer', 'red')])
    >>> states(has_insurer=True, insurer_due=date(2026, 11, 22), insurer_told=date(2026, 11, 20))
    []
    >>> states(announced=None), states(announced=date(2026, 11, 24))
    ([('announcement', 'confirm')], [('announcement', 'red')])
    >>> states(call_needed=True), states(call_needed=True, called=date(2026, 11, 20))
    ([('call', 'red')], [])
    """
    return (
        _default(facts),
        _reminder(facts),
        _line("complaint", facts.complaints, RED, "open", detail=str(facts.complaints)),
        _credit(facts),
        _line("agreement", facts.agreements, RED, "running", detail=str(facts.agreements)),
        _line("insolvency", facts.state != "normal", RED, facts.state),
        _address(facts),
        _line("data", facts.missing, RED, "missing", detail=",".join(facts.missing)),
        _limitation(facts),
        _insurer(facts),
        _announcement(facts),
        _call(facts),
    )


def stops_announcing(code: str, state: str, by_letter: bool) -> bool:
    """Whether a line forbids even to announce handing over.

    Who contests, has an agreement or owes nothing any more is not threatened; a letter needs an
    address that it can reach.

    >>> stops_announcing("complaint", RED, True), stops_announcing("complaint", GREEN, True)
    (True, False)
    >>> stops_announcing("address", RED, True), stops_announcing("address", RED, False)
    (True, False)
    >>> stops_announcing("call", RED, True)
    False
    """
    return state == RED and (code in STOPS_ANNOUNCING or (by_letter and code == "address"))


def check_bureau(facts: BureauFacts) -> tuple[Line, ...]:
    """Return the lines of the gate before a credit bureau.

    >>> letters = (date(2026, 10, 1), date(2026, 10, 20))
    >>> ready = BureauFacts(date(2026, 11, 23), True, letters, True)
    >>> [line.state for line in check_bureau(ready)]
    ['green', 'green', 'green', 'green', 'green']
    >>> bad = BureauFacts(date(2026, 11, 23), False, (date(2026, 11, 1),), False, 1)
    >>> [(line.code, line.state) for line in check_bureau(bad)]  # doctest: +NORMALIZE_WHITESPACE
    [('member', 'red'), ('letters', 'red'), ('first_letter', 'red'), ('informed', 'confirm'),
     ('undisputed', 'red')]
    >>> check_bureau(bad)[2].day
    datetime.date(2026, 11, 29)
    """
    first = min(facts.letters, default=None)
    ripe = first + timedelta(days=BUREAU_DAYS) if first else None
    return (
        _line("member", not facts.is_member, RED, "no_member"),
        _line(
            *("letters", len(facts.letters) < BUREAU_REMINDERS, RED, "too_few"),
            detail=str(len(facts.letters)),
        ),
        _line("first_letter", not ripe or ripe > facts.day, RED, "too_early", day=ripe),
        _line("informed", not facts.informed, CONFIRM, "not_known"),
        _line("undisputed", facts.complaints, RED, "disputed"),
    )


def may_pass(states: Iterable[str], confirmed: Iterable[bool]) -> bool:
    """Whether nothing is red and everything to confirm is confirmed.

    >>> states = ["green", "confirm"]
    >>> may_pass(states, [False, True]), may_pass(states, [False, False])
    (True, False)
    >>> may_pass(["red"], [True])
    False
    """
    return all(
        state == GREEN or (state == CONFIRM and done)
        for state, done in zip(states, confirmed, strict=True)
    )


def _line(code, holds, state, reason, day=None, detail=""):
    """Return a line with this state where something holds, else a green one."""
    return Line(code, state, reason, day, detail) if holds else Line(code, GREEN, "fine", day)


def _default(facts):
    if not facts.overdue:
        return Line("default", RED, "not_due")
    if not facts.default_since:
        return Line("default", CONFIRM, "not_certain")
    later = facts.default_since > facts.day
    return _line("default", later, RED, "not_yet", day=facts.default_since)


def _reminder(facts):
    states = {"proven": (GREEN, "fine"), "sent": (CONFIRM, "not_proven"), "": (RED, "none")}
    return Line("reminder", *states[facts.reminder])


def _credit(facts):
    """Credits that cover the claim leave nothing to hand over; smaller ones lower it."""
    state, reason = (RED, "covered") if facts.credits >= facts.claim else (CONFIRM, "open")
    return _line("credit", facts.credits > 0, state, reason, detail=str(facts.credits))


def _address(facts):
    if facts.address_returned:
        return Line("address", RED, "returned")
    return _line("address", not facts.address_complete, RED, "incomplete")


def _limitation(facts):
    code, day = facts.limitation_warning, facts.limitation
    if facts.limitation_earliest and day:
        return Line("limitation", CONFIRM, "earliest", day)
    state = {"passed": RED, "unknown": CONFIRM}.get(code, GREEN)
    return Line("limitation", state, code or "fine", day)


def _insurer(facts):
    if not facts.has_insurer:
        return Line("insurer", GREEN, "none")
    if facts.insurer_told and (not facts.insurer_due or facts.insurer_told <= facts.insurer_due):
        return Line("insurer", GREEN, "told", facts.insurer_told)
    if facts.insurer_due and facts.insurer_due < facts.day:
        return Line("insurer", RED, "missed", facts.insurer_due)
    return Line("insurer", CONFIRM, "ask", facts.insurer_due)


def _announcement(facts):
    if not facts.announced:
        return Line("announcement", CONFIRM, "none")
    waits = facts.announced >= facts.day
    return _line("announcement", waits, RED, "running", day=facts.announced)


def _call(facts):
    if not facts.call_needed:
        return Line("call", GREEN, "not_needed")
    return _line("call", not facts.called, RED, "needed", day=facts.called)
