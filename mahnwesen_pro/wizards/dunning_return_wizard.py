from odoo import api, fields, models

from ..models.dunning_delivery_return import RETURN_REASONS


class DunningReturnWizard(models.TransientModel):
    """Asks why letters came back."""

    _name = "dunning.return.wizard"
    _description = "Letters that Came Back"

    delivery_ids = fields.Many2many("dunning.delivery", string="Letters", required=True)
    reason = fields.Selection(RETURN_REASONS, required=True, default="moved")
    note = fields.Char(help="What the post wrote on the envelope, for example the new address.")

    @api.model
    def _open(self, deliveries):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Came Back"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {"default_delivery_ids": deliveries.ids},
        }

    def action_confirm(self):
        """Note that the letters came back."""
        self.delivery_ids.action_mark_returned(self.reason, self.note or "")
        return {"type": "ir.actions.act_window_close"}
