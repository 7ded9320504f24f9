"""Tells the story of the demo company, week by week, through the product's own methods."""

import base64
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from freezegun import freeze_time

from . import books
from .chapter import UNFROZEN, Stage
from .claim import Claim
from .collection import Collection
from .company import PEOPLE, create_company, create_people
from .complaint import Complaints
from .customers import CUSTOMERS
from .money import Money
from .post import Post
from .promise import Promises
from .states import States
from .telephone import Telephone

#: Runs were held this many days ago, the last one today.
RUNS = (63, 56, 49, 42, 35, 28, 21, 14, 7, 0)

#: What the topics add, in this order (:class:`chapter.Chapter`).
CHAPTERS = (
    States(),
    Post(),
    Promises(),
    Collection(),
    Money(),
    Telephone(),
    Claim(),
    Complaints(),
)


def tell(env, out):
    """Tell the story on one day; see :func:`_tell`.

    Between midnight in Germany and midnight UTC two days are today: then it plays that evening.
    """
    with nullcontext() if _is_one_day() else freeze_time(_evening(), tick=True, ignore=UNFROZEN):
        return _tell(env, out)


def _is_one_day():
    return datetime.now(ZoneInfo("Europe/Berlin")).date() == datetime.now(UTC).date()


def _evening():
    return datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=3)


def _tell(env, out):
    """Create the demo company and its history; write the letters that were sent to ``out``.

    :param env: environment of a superuser, on a database with the addon and ``l10n_de``
    :param out: folder for the letters (``letters/*.pdf``)
    :return: {login: who that is}; the password is the login
    """
    company = create_company(env)
    people = create_people(env, company)
    env = env(user=people["svenja"], context={"lang": "de_DE", "allowed_company_ids": company.ids})
    everybody = [*CUSTOMERS, *(person for chapter in CHAPTERS for person in chapter.customers)]
    partners = books.create_customers(env, company, everybody)
    books.post_invoices(env, partners, date.today())
    named = {customer.name: partner for customer, partner in partners.items()}
    logins = {login: f"{name}, {job}" for login, (name, job, _group) in PEOPLE.items()}
    stage = Stage(env, company, people, named, logins)
    for days_ago in RUNS:
        with stage.at(days_ago):
            _hold_week(stage, partners, days_ago)
    for chapter in CHAPTERS:
        chapter.tell(stage)
        env.cr.commit()
    _check_shows(stage)
    _write_letters(env, Path(out) / "letters")
    return stage.logins


def _check_shows(stage):
    """:raise LookupError: when the story lacks something that a chapter promises to show"""
    everything = stage.env(user=stage.people["admin"])
    shows = [show for chapter in CHAPTERS for show in chapter.shows]
    missing = [
        show.what
        for show in shows
        if not everything[show.model].search([]).filtered_domain(show.domain)
    ]
    if missing:
        raise LookupError(f"The demo company does not show: {', '.join(missing)}")


def _hold_week(stage, partners, days_ago):
    """The money of a week, what the chapters bring, and the run at its end."""
    books.register_money(stage.env, partners, days_ago)
    if not days_ago:
        books.place_pauses(stage.env, partners, date.today())
        books.import_bank_statement(stage.env, partners)
    for chapter in CHAPTERS:
        chapter.before_run(stage, days_ago)
    notices = stage.env["dunning.run"].propose().notice_ids
    if not days_ago:  # half of the last run is left to the visitor
        notices = notices.filtered(lambda notice: notice.rank == 1 and notice.send_email)
        notices = notices[: len(notices) // 2]
    stage.send(notices)
    stage.env.cr.commit()


def _write_letters(env, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for notice in env["dunning.notice"].search([("pdf_file", "!=", False)]):
        (folder / notice.pdf_name).write_bytes(base64.b64decode(notice.pdf_file))
