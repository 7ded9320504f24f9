from odoo import api, fields, models

from ..rules import installments as rules
from ..tools import to_decimal


class DunningInstallment(models.Model):
    """One instalment of a plan: its day, what it pays off, and what has come in for it."""

    _name = "dunning.installment"
    _description = "Instalment"
    _order = "plan_id, sequence"

    plan_id = fields.Many2one(
        "dunning.installment.plan", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    partner_id = fields.Many2one(related="plan_id.partner_id")
    currency_id = fields.Many2one(related="plan_id.currency_id")
    sequence = fields.Integer(string="No.", required=True)
    date = fields.Date(string="Due on", required=True)
    date_limit = fields.Date(
        string="Last Day",
        required=True,
        help="The day and the tolerance of the company: a payment of this day is still in time.",
    )
    principal = fields.Monetary(string="Pays off", required=True)
    interest = fields.Monetary()
    amount = fields.Monetary(string="Instalment", required=True)
    amount_due = fields.Monetary(
        string="To Pay", help="Less than agreed when a credit has reduced the debt."
    )
    amount_paid = fields.Monetary(string="Paid")
    amount_missing = fields.Monetary(compute="_compute_amount_missing")
    paid_on = fields.Date()
    state = fields.Selection(
        [("open", "Open"), ("paid", "Paid"), ("missed", "Missed"), ("lapsed", "Not needed")],
        required=True,
        default="open",
    )
    reminded_on = fields.Date(help="The customer was reminded of this instalment.")

    @api.depends("amount_due", "amount_paid")
    def _compute_amount_missing(self):
        for installment in self:
            missing = installment.amount_due - installment.amount_paid
            installment.amount_missing = installment.currency_id.round(missing)

    @api.depends("plan_id", "sequence")
    def _compute_display_name(self):
        for installment in self:
            plan = installment.plan_id.display_name
            installment.display_name = f"{plan}, {installment.sequence}"

    def _as_rules(self):
        """Return the instalments as plain values."""
        return [
            rules.Installment(one.date, to_decimal(one.principal), to_decimal(one.interest))
            for one in self
        ]

    def _apply_standings(self, standings):
        """Write how the instalments stand (:class:`rules.Standing`), where that has changed."""
        for installment, standing in zip(self, standings, strict=True):
            vals = {
                "state": standing.state,
                "amount_due": float(standing.due),
                "amount_paid": float(standing.paid),
                "paid_on": standing.paid_on,
            }
            if any(installment[name] != (value or False) for name, value in vals.items()):
                installment.write(vals)
