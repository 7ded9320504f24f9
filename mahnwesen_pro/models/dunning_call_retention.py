from odoo import models
from odoo.fields import Domain

#: What could tell of a person; figures, dates and the outcome stay for the statistics.
PERSONAL = (
    "contact_id",
    "spoken_with",
    "number",
    "notes",
    "customer_words",
    "volunteered",
    "excuse_id",
    "promise_person",
    "paid_proof",
    "summary_email",
    "summary_body",
    "summary_correction",
    "summary_token",
)


class DunningCallRetention(models.AbstractModel):
    """What was noted on the phone is forgotten after some years; that a call took place stays."""

    _name = "dunning.call.retention"
    _description = "Retention of Calls"
    _inherit = ["dunning.retention"]

    def _get_years_field(self):
        return "dunning_call_years"

    def _get_ended_domain(self, limit):
        return Domain("state", "!=", "planned") & Domain("date", "<", limit)

    def _prepare_anonymised_vals(self):
        return dict.fromkeys(PERSONAL, False)
