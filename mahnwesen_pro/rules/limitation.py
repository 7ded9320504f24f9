"""When claims become statute-barred (§§ 195 to 217 BGB): the last day, and how it moves.

The regular period is three years from the end of the year in which the claim arose (§§ 195, 199
BGB). Time during which it is suspended is not counted (§ 209); an acknowledgement or a part payment
starts it anew (§ 212); a title is good for thirty years (§ 197). A reminder stops nothing.

Austria counts three years from the day on which the money could first be claimed (§ 1486 ABGB).
What suspends or restarts it there is not known here, so nothing is counted: the date is the
earliest one, and a person confirms it. For other countries nothing is computed: a person has to
find out.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

DAY = timedelta(days=1)
YEARS = 3
YEARS_OF_TITLE = 30

#: Laws that this module knows, by the country of the creditor.
COUNTRIES = ("DE", "AT")
#: Laws of which it is also known what suspends and restarts the period.
WITH_EVENTS = ("DE",)

#: While one of these lasts, time is not counted (§ 203, § 204 (1) nos. 1 and 3 BGB).
SUSPENDING = ("negotiation", "court_order", "action")
#: After one of these the period runs anew from that day (§ 212 (1) BGB).
RESTARTING = ("payment", "acknowledgement", "enforcement")

#: Months by which negotiations (§ 203) and proceedings (§ 204 (2)) reach beyond their end.
AFTER_NEGOTIATION = 3
AFTER_COURT = 6


class Event(NamedTuple):
    """What suspends or restarts the period: ``start`` and ``end`` are its first and last day.

    ``end`` is None while it lasts; events that restart have none.
    """

    kind: str
    start: date
    end: date | None = None


class Limitation(NamedTuple):
    """The last day on which the claim can be secured, and how it came about.

    ``expires`` is None where the law of the country is not known here.
    """

    arisen: date
    expires: date | None
    suspended: bool = False
    days_added: int = 0
    restarted: date | None = None


def arisen(invoice: date, delivery: date | None, due: date | None, agreed: bool) -> date:
    """Return the day on which a claim arose, conservatively.

    An *agreed* due date counts; a date that only the invoice names does not, so the earlier of
    delivery and invoice is taken.

    >>> delivered, invoiced, due = date(2025, 12, 20), date(2026, 1, 5), date(2026, 1, 19)
    >>> arisen(invoiced, delivered, due, agreed=True)
    datetime.date(2026, 1, 19)
    >>> arisen(invoiced, delivered, due, agreed=False)
    datetime.date(2025, 12, 20)
    """
    if agreed and due:
        return due
    return min(delivery or invoice, invoice)


def compute(
    day: date, events: Iterable[Event] = (), today: date | None = None, country: str = "DE"
) -> Limitation:
    """Return when a claim that arose on ``day`` becomes statute-barred.

    :param today: day of the question; what still suspends is counted up to it

    Without events, from the end of the year:

    >>> compute(date(2026, 1, 19)).expires, compute(date(2025, 12, 20)).expires
    (datetime.date(2029, 12, 31), datetime.date(2028, 12, 31))

    Negotiations are not counted, and it ends three months after them at the earliest:

    >>> talks = Event("negotiation", date(2028, 6, 1), date(2028, 6, 30))
    >>> compute(date(2025, 12, 20), [talks]).expires
    datetime.date(2029, 1, 30)
    >>> late = Event("negotiation", date(2028, 12, 20), date(2028, 12, 24))
    >>> compute(date(2025, 12, 20), [late]).expires
    datetime.date(2029, 3, 24)

    Talks in the year in which the claim arose change nothing, because no time runs yet:

    >>> early = Event("negotiation", date(2025, 4, 1), date(2025, 5, 1))
    >>> compute(date(2025, 3, 1), [early]).expires
    datetime.date(2028, 12, 31)

    A part payment starts the three years anew; one after the last day changes nothing:

    >>> compute(date(2026, 1, 19), [Event("payment", date(2027, 3, 1))]).expires
    datetime.date(2030, 3, 1)
    >>> compute(date(2026, 1, 19), [Event("payment", date(2030, 3, 1))]).expires
    datetime.date(2029, 12, 31)

    Proceedings suspend until six months after their end; a title holds for thirty years:

    >>> order = Event("court_order", date(2029, 12, 1), date(2030, 1, 31))
    >>> compute(date(2026, 1, 19), [order]).expires     # 1 December to 31 July: 243 days
    datetime.date(2030, 8, 31)
    >>> compute(date(2026, 1, 19), [Event("title", date(2030, 2, 1))]).expires
    datetime.date(2029, 12, 31)
    >>> compute(date(2026, 1, 19), [Event("title", date(2029, 2, 1))]).expires
    datetime.date(2059, 2, 1)

    What lasts is counted up to the day of the question:

    >>> lasting = compute(date(2025, 12, 20), [talks._replace(end=None)], date(2028, 6, 10))
    >>> lasting.expires, lasting.suspended
    (datetime.date(2029, 1, 10), True)

    In Austria neither the year's end nor any event makes it later; other laws are not guessed:

    >>> compute(date(2026, 1, 19), [Event("payment", date(2027, 3, 1))], country="AT").expires
    datetime.date(2029, 1, 19)
    >>> compute(date(2026, 1, 19), country="CH").expires
    """
    if country not in COUNTRIES:
        return Limitation(day, None)
    if country not in WITH_EVENTS:
        return Limitation(day, add_years(day, YEARS))
    year_end = date(day.year, 12, 31)
    first, last = year_end + DAY, add_years(year_end, YEARS)
    ordered = sorted(events, key=lambda event: event.start)
    pauses = _pauses(ordered, today or last)
    restarted = None
    for event in ordered:
        if event.kind in (*RESTARTING, "title") and first <= event.start <= _extend(
            first, last, pauses
        ):
            years = YEARS_OF_TITLE if event.kind == "title" else YEARS
            restarted, first = event.start, event.start + DAY
            last = add_years(event.start, years)
    expires = _extend(first, last, pauses)
    for event in ordered:
        if event.kind == "negotiation" and first <= (event.end or event.start) <= expires:
            expires = max(expires, add_months(event.end or today or expires, AFTER_NEGOTIATION))
    lasting = any(e.kind in SUSPENDING and not e.end and e.start <= expires for e in ordered)
    return Limitation(day, expires, lasting, (expires - last).days, restarted)


def is_earliest(country: str) -> bool:
    """Whether the day of :func:`compute` is only the earliest one, because no event counts.

    >>> is_earliest("AT"), is_earliest("DE"), is_earliest("CH")
    (True, False, False)
    """
    return country in COUNTRIES and country not in WITH_EVENTS


def last_day_arisen(horizon: date, country: str = "DE") -> date:
    """Return the last day on which a claim arose that may be lost by ``horizon``, before events.

    >>> last_day_arisen(date(2029, 12, 30)), last_day_arisen(date(2029, 12, 31))
    (datetime.date(2025, 12, 31), datetime.date(2026, 12, 31))
    >>> last_day_arisen(date(2029, 5, 1), "AT")
    datetime.date(2026, 5, 1)
    """
    if is_earliest(country):
        return add_years(horizon, -YEARS)
    is_year_end = (horizon.month, horizon.day) == (12, 31)
    return date(horizon.year - YEARS - (not is_year_end), 12, 31)


def warning(expires: date | None, today: date) -> str:
    """Return how near the last day is: "unknown", "passed", "three_months", "six_months" or "".

    >>> last = date(2026, 12, 31)
    >>> warning(last, date(2026, 6, 30)), warning(last, date(2026, 7, 1))
    ('six_months', 'six_months')
    >>> warning(last, date(2026, 11, 23)), warning(last, date(2027, 1, 1))
    ('three_months', 'passed')
    >>> warning(date(2027, 12, 31), date(2026, 11, 23)), warning(None, date(2026, 11, 23))
    ('', 'unknown')
    """
    if not expires:
        return "unknown"
    if expires < today:
        return "passed"
    for months, code in ((3, "three_months"), (6, "six_months")):
        if expires <= add_months(today, months) or _is_month_end_before(expires, today, months):
            return code
    return ""


def add_years(day: date, years: int) -> date:
    """Return the same day some years on; 29 February becomes the 28th.

    >>> add_years(date(2028, 2, 29), 3)
    datetime.date(2031, 2, 28)
    """
    return add_months(day, 12 * years)


def add_months(day: date, months: int) -> date:
    """Return the same day some months on, or the last of a shorter month (§ 188 (3) BGB).

    >>> add_months(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _is_month_end_before(expires, today, months):
    """Whether a last of a month lies ``months`` ahead of another last of a month."""
    return (today + DAY).day == 1 and expires == add_months(today + DAY, months) - DAY


def _pauses(events: Sequence[Event], today: date) -> list[tuple[date, date]]:
    """Return the times that are not counted, joined where they overlap."""
    joined: list[tuple[date, date]] = []
    for event in events:
        if event.kind not in SUSPENDING:
            continue
        end = event.end or max(today, event.start)
        if event.kind != "negotiation" and event.end:
            end = add_months(end, AFTER_COURT)
        if joined and event.start <= joined[-1][1] + DAY:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((event.start, end))
    return joined


def _extend(first, last, pauses):
    """Return ``last`` moved by the days of the pauses that lie in the period."""
    for start, end in pauses:
        if start > last:
            break
        last += max((end - max(start, first)).days + 1, 0) * DAY
    return last
