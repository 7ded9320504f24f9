from odoo import fields, models


class DunningOverrideWizard(models.TransientModel):
    """Asks why an order may pass in spite of the hold."""

    _name = "dunning.override.wizard"
    _description = "Let an Order Pass"

    order_id = fields.Many2one("sale.order", required=True)
    hold_reason = fields.Char(related="order_id.dunning_hold_reason", string="On Hold because")
    reason = fields.Char(required=True)

    def action_let_pass(self):
        """Let the order pass with the reason."""
        self.order_id._let_pass(self.reason)
        return True
