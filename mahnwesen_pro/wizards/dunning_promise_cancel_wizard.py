from odoo import api, fields, models


class DunningPromiseCancelWizard(models.TransientModel):
    """Asks why promises or instalment plans are cancelled."""

    _name = "dunning.promise.cancel.wizard"
    _description = "Cancel Promises and Plans"

    promise_ids = fields.Many2many("dunning.promise", readonly=True)
    plan_ids = fields.Many2many("dunning.installment.plan", readonly=True)
    reason = fields.Char(required=True)

    @api.model
    def _open(self, agreements):
        """Return the action that asks for the reason for cancelling ``agreements``."""
        field = "promise_ids" if agreements._name == "dunning.promise" else "plan_ids"
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {f"default_{field}": agreements.ids},
        }

    def action_cancel(self):
        """Cancel them with the reason."""
        self.promise_ids.action_cancel(self.reason)
        self.plan_ids.action_cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
