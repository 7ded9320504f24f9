from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_amount

from ..rules import laws
from ..tools import to_decimal


class DunningLevel(models.Model):
    """What a level charges. The first one never does: it is what creates the default."""

    _inherit = "dunning.level"

    charge_interest = fields.Boolean(
        string="Default Interest",
        help="By law, or as agreed with the customer, from the first day of default on.",
    )
    charge_lump_sum = fields.Boolean(
        string="Late Payment Lump Sum",
        help="40 euro for each overdue invoice of a business, once; reminder fees are set off "
        "against it. A customer with eight invoices owes it eight times: better on the last level.",
    )
    fee_note = fields.Char(compute="_compute_fee_note")

    @api.depends("fee")
    @api.depends_context("company", "lang")
    def _compute_fee_note(self):
        for level in self:
            company = level.company_id or self.env.company
            law = laws.law_of(company.country_id.code)
            too_high = law and law.fee_ceiling and to_decimal(level.fee) > law.fee_ceiling
            level.fee_note = too_high and self.env._(
                "Consumers owe no more than the cost of material. Above %s a fee is hard to "
                "defend.",
                format_amount(self.env, float(law.fee_ceiling), company.currency_id),
            )

    @api.constrains("charge_interest", "charge_lump_sum", "sequence", "active")
    def _check_first_level_free(self):
        for policy in self.policy_id:
            first = policy.level_ids.filtered("rank").sorted("rank")[:1]
            if first.charge_interest or first.charge_lump_sum:
                raise ValidationError(
                    self.env._(
                        "“%s” is the first level and cannot charge anything: without default "
                        "neither interest nor a lump sum is owed.",
                        first.name,
                    )
                )

    def _as_rule(self):
        return (
            super()
            ._as_rule()
            ._replace(interest=self.charge_interest, lump_sum=self.charge_lump_sum)
        )
