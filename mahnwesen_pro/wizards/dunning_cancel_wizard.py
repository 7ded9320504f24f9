from odoo import fields, models


class DunningCancelWizard(models.TransientModel):
    """Asks why notices are cancelled."""

    _name = "dunning.cancel.wizard"
    _description = "Cancel Dunning Notices"

    notice_ids = fields.Many2many("dunning.notice", required=True)
    has_sent = fields.Boolean(string="Includes Sent", compute="_compute_has_sent")
    reason = fields.Char(required=True)

    def _compute_has_sent(self):
        for wizard in self:
            wizard.has_sent = "sent" in wizard.notice_ids.mapped("state")

    def action_cancel(self):
        """Cancel the notices with the reason."""
        self.notice_ids.action_cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
