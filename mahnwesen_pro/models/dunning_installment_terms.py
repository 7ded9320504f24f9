from odoo import fields, models
from odoo.exceptions import ValidationError

from ..rules import installments as rules
from ..tools import to_decimal

#: The fields of the terms, for whoever hands them on.
TERMS = (
    "split_by",
    "count",
    "amount_each",
    "date_first",
    "rhythm",
    "day_of_month",
    "rate",
    "with_acknowledgement",
    "person",
    "offer_until",
)


class DunningInstallmentTerms(models.AbstractModel):
    """What a plan is made of, shared by the plan and by the dialogue that asks for it.

    Whoever inherits knows what is to be paid off: :meth:`_get_debt`.
    """

    _name = "dunning.installment.terms"
    _description = "Terms of an Instalment Plan"

    currency_id = fields.Many2one("res.currency", readonly=True)
    date_agreed = fields.Date(
        string="As of", required=True, readonly=True, help="Interest and payments count from here."
    )
    split_by = fields.Selection(
        [("count", "Number of instalments"), ("amount", "Amount of an instalment")],
        required=True,
        default="count",
    )
    count = fields.Integer(string="Instalments", default=3)
    amount_each = fields.Monetary(string="Each Instalment")
    date_first = fields.Date(string="First Instalment", required=True)
    rhythm = fields.Selection(
        [("weekly", "Every week"), ("fortnightly", "Every two weeks"), ("monthly", "Every month")],
        required=True,
        default="monthly",
    )
    day_of_month = fields.Integer(
        help="Day of the second and the following instalments. 0 = the day of the first one."
    )
    rate = fields.Float(
        string="Interest",
        digits=(5, 2),
        help="Percent a year, simple. 0 = none. With consumers leave it at 0: a deferral for money "
        "may need more than a click (§ 506 BGB); ask a lawyer before.",
    )
    with_acknowledgement = fields.Boolean(
        string="Acknowledgement of the Debt",
        help="Puts the acknowledgement into the agreement. Only a manager may do that.",
    )
    person = fields.Char(string="Agreed with")
    offer_until = fields.Date(string="Accept by", help="Until then its items are paused.")

    def _get_debt(self):
        """Return what is to be paid off, as Decimal in the currency."""
        raise NotImplementedError

    def _get_schedule(self):
        """Return the :class:`rules.Installment` list of the terms.

        :raise ValidationError: when they make no plan
        """
        self.ensure_one()
        total = self._get_debt()
        unit = to_decimal(self.currency_id.rounding)
        self._check_schedule(total, unit)
        if self.split_by == "count":
            parts = rules.split(total, self.count, unit)
        else:
            parts = rules.split_by(total, to_decimal(self.amount_each))
        days = rules.days(self.date_first, len(parts), self.rhythm, self.day_of_month)
        convention = self.company_id.dunning_day_count
        rate = to_decimal(self.rate)
        return rules.schedule(parts, days, self.date_agreed, rate, unit, convention)

    def _check_schedule(self, total, unit):
        each = total / self.count if self.split_by == "count" and self.count > 0 else None
        if self.split_by == "amount" and self.amount_each > 0:
            each = to_decimal(self.amount_each)
        if not each or each < unit or each > total or total / each > rules.MOST:
            raise ValidationError(
                self.env._(
                    "These terms make no plan: choose between 1 and %s instalments.", rules.MOST
                )
            )
        if self.date_first < self.date_agreed:
            raise ValidationError(self.env._("The first instalment lies in the past."))
        if self.offer_until and self.offer_until > self.date_first:
            raise ValidationError(
                self.env._(
                    "The customer has to accept the plan before its first instalment is due. "
                    "Choose an earlier day in “Accept by”."
                )
            )
