from odoo import models
from odoo.fields import Domain

#: What could tell of a person, and the agreement that names him; sums and instalments stay.
PERSONAL = (
    "person",
    "address_sent",
    "accepted_name",
    "accepted_user_id",
    "access_token",
    "cancel_reason",
    "pdf_file",
    "pdf_name",
    "pdf_sha256",
)


class DunningInstallmentRetention(models.AbstractModel):
    """Who agreed on a plan is forgotten after some years, with the agreement as long as letters."""

    _name = "dunning.installment.retention"
    _description = "Retention of Instalment Plans"
    _inherit = ["dunning.retention"]

    def _get_years_field(self):
        return "dunning_promise_years"

    def _get_letter_years(self, company):
        return company._get_dunning_letter_years()

    def _get_ended_domain(self, limit):
        ended = Domain("state", "in", ("done", "ended", "cancelled"))
        ended &= Domain("date_closed", "<", limit) & Domain("to_follow_up", "=", False)
        return ended & self._get_settled_domain()

    def _prepare_anonymised_vals(self):
        return dict.fromkeys(PERSONAL, False)

    def _hook_anonymised(self):
        for customer, plans in self.grouped("partner_id").items():
            plans.addressee_id = customer  # the firm instead of the person
