import re

from odoo import fields, models

from ..rules import laws
from ..rules.calls import add_workdays


class ResCompany(models.Model):
    """How late payment counts here: what was agreed, when letters arrive, how days are counted."""

    _inherit = "res.company"

    dunning_due_agreed = fields.Boolean(
        string="Due Dates are Agreed",
        help="Your contracts, orders or accepted terms name the term of payment. Then customers "
        "are in default after the due date without a reminder. A term that only stands on the "
        "invoice does not do that.",
        prefetch="dunning",
    )
    dunning_invoice_notice_since = fields.Date(
        string="Invoices Tell of 30 Days since",
        help="From this date on your invoices tell consumers that default comes 30 days after due "
        "date and receipt (§ 286 (3) BGB). Only then the rule holds for them.",
        prefetch="dunning",
    )
    dunning_receipt_days = fields.Integer(
        string="Letters Arrive after",
        default=3,
        help="In working days, unless the day is known.",
        prefetch="dunning",
    )
    dunning_receipt_days_email = fields.Integer(
        string="E-mails Arrive after",
        default=1,
        help="In working days, unless the day is known.",
        prefetch="dunning",
    )
    dunning_day_count = fields.Selection(
        [
            ("act_365", "Exact days / 365"),
            ("act_act", "Exact days / 365, in leap years 366"),
            ("30_360", "Months of 30 days / 360"),
            ("act_360", "Exact days / 360"),
        ],
        string="Days of Interest",
        default="act_365",
        required=True,
        help="No law fixes it. The first is usual in Germany, the second is the least attackable.",
        prefetch="dunning",
    )

    dunning_waive_limit = fields.Monetary(
        string="Clerks may Waive up to",
        default=50.0,
        help="Charges of one notice; a dunning manager may waive any amount.",
        prefetch="dunning",
    )

    _waive_limit_positive = models.Constraint(
        "CHECK(dunning_waive_limit >= 0)",
        "The limit for waivers cannot be negative: enter 0 or more.",
    )
    _receipt_positive = models.Constraint(
        "CHECK(dunning_receipt_days >= 0 AND dunning_receipt_days_email >= 0)",
        "Nothing arrives before it was sent: enter 0 or more working days.",
    )

    def _get_dunning_receipt(self, sent, by_letter, holidays):
        """Return the day on which something sent on ``sent`` is taken to have arrived."""
        days = self.dunning_receipt_days if by_letter else self.dunning_receipt_days_email
        return add_workdays(sent, days, holidays)

    def _get_dunning_law(self):
        """Return the :class:`laws.Law` of the company's country, None where none is known."""
        self.ensure_one()
        return laws.law_of(self.country_id.code)

    def _cite_dunning_law(self, paragraph):
        """Return a paragraph as the reader's language cites it, never torn by a line break.

        “§ 288 (5) BGB” is „§ 288 Abs. 5 BGB“ in German.
        """
        cited = re.sub(
            r"\((?P<number>\d+)\)",
            lambda found: self.env._("(%(number)s)", **found.groupdict()),
            paragraph,
        )
        return re.sub(r"§ (?=\d)", "§\N{NO-BREAK SPACE}", cited)
