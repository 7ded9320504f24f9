from odoo import fields, models


class DunningCallPlanWizard(models.TransientModel):
    """Plans a call with a customer: when, and who calls."""

    _name = "dunning.call.plan.wizard"
    _description = "Plan a Call"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, domain="[('parent_id', '=', False)]"
    )
    date = fields.Date(
        string="Call on",
        required=True,
        default=lambda self: self.env.company._dunning_today(),
    )
    user_id = fields.Many2one(
        "res.users",
        string="Who Calls",
        domain="[('share', '=', False)]",
        help="Empty: the customer's clerk.",
    )

    def action_plan(self):
        """Put the call on the list."""
        self.ensure_one()
        calls = self.env["dunning.call"]
        calls._check_may_call(self.partner_id, self.company_id)
        calls._plan(self.partner_id, self.company_id, "clerk", self.date, user=self.user_id)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
