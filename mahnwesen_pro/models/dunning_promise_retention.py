from odoo import models
from odoo.fields import Domain


class DunningPromiseRetention(models.AbstractModel):
    """Who gave a promise is forgotten after some years; amount, day and what became of it stay."""

    _name = "dunning.promise.retention"
    _description = "Retention of Promises to Pay"
    _inherit = ["dunning.retention"]

    def _get_years_field(self):
        return "dunning_promise_years"

    def _get_ended_domain(self, limit):
        ended = Domain("state", "!=", "open") & Domain("date_closed", "<", limit)
        return ended & Domain("to_follow_up", "=", False) & self._get_settled_domain()

    def _prepare_anonymised_vals(self):
        return {"person": "", "note": False, "cancel_reason": False}
