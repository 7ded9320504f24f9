from odoo import fields, models


class DunningInstallmentItem(models.Model):
    """One open item that is paid off by an instalment plan."""

    _name = "dunning.installment.item"
    _description = "Item of an Instalment Plan"
    _inherit = ["dunning.promise.cover"]

    plan_id = fields.Many2one(
        "dunning.installment.plan", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    partner_id = fields.Many2one(related="plan_id.partner_id")
    state = fields.Selection(related="plan_id.state")
