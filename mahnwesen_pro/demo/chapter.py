"""What every chapter of the demo story is made of: what it adds, and the stage it plays on."""

from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from freezegun import freeze_time

#: What keeps the real clock while the story's stands still: mails really leave.
UNFROZEN = ["smtplib", "socket", "select"]


class Show(NamedTuple):
    """What a visitor must be able to see: at least one record of a model."""

    what: str
    model: str
    domain: list


class Chapter:
    """One topic's part of the story; a topic adds a file with a subclass to ``story.CHAPTERS``."""

    #: Customers of its own (:class:`customers.Customer`): their invoices are posted and the weekly
    #: runs meet them like everybody else.
    customers = ()

    #: What its visitors see (:class:`Show`); the story ends with an error where it is missing.
    shows = ()

    def before_run(self, stage, days_ago):
        """What happens in the week before the run ``days_ago``, with the clock set to that day."""

    def tell(self, stage):
        """What happens today, after the last run: what a visitor finds this morning."""


@dataclass
class Stage:
    """Where chapters play: the clerk's environment, and who is who by name."""

    env: object
    company: object
    people: dict  # login -> user
    partners: dict  # customer's name -> partner
    logins: dict = field(default_factory=dict)  # login -> who that is; chapters may add some

    def at(self, days_ago):
        """Set the clock back by so many days, within a ``with``."""
        if not days_ago:
            return nullcontext()
        day = date.today() - timedelta(days=days_ago)
        return freeze_time(day, ignore=UNFROZEN)

    def partner(self, name):
        return self.partners[name].with_env(self.env)

    def invoices(self, name):
        """Return the posted invoices of a customer, the oldest first."""
        return self.env["account.move"].search(
            [
                ("commercial_partner_id", "=", self.partners[name].id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
            ],
            order="invoice_date, id",
        )

    def notices(self, name):
        """Return the dunning notices of a customer, the newest first."""
        return self.env["dunning.notice"].search(
            [("partner_id", "=", self.partners[name].id)], order="id desc"
        )

    def send(self, notices):
        """Approve, send and deliver; whoever approves last has every right."""
        for person in ("henrik", "admin"):
            notices.with_user(self.people[person]).action_approve()
        notices.with_user(self.people["henrik"]).action_send()
        self.deliver(notices)

    def deliver(self, notices):
        """Let the mail server take the e-mails, print the letters."""
        # Messages leave before the mail queue is worked off.
        self.env.cr.commit()  # pylint: disable=invalid-commit
        self.env["mail.mail"].sudo().process_email_queue()
        self.env["dunning.delivery"].sudo()._cron_settle()
        letters = notices.delivery_ids.filtered(
            lambda delivery: delivery.channel == "letter" and delivery.state == "queued"
        )
        if letters:
            letters.action_mark_printed()
