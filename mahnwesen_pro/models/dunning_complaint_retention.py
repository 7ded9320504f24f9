from odoo import models
from odoo.fields import Domain

#: What could tell of a person; reason, fault, amounts, days and the end stay for the evaluation.
PERSONAL = (
    "access_token",
    "chosen_by",
    "closing_note",
    "contact_id",
    "letter_body",
    "letter_subject",
    "pdf_file",
    "pdf_name",
    "pdf_sha256",
    "summary",
)


class DunningComplaintRetention(models.AbstractModel):
    """What a customer complained of is forgotten after some years, with all that he handed in.

    His words and our answers are business letters: they are kept as long as those.
    """

    _name = "dunning.complaint.retention"
    _description = "Retention of Complaints"
    _inherit = ["dunning.retention"]

    def _get_years_field(self):
        return "dunning_complaint_years"

    def _get_letter_years(self, company):
        return company._get_dunning_letter_years()

    def _get_ended_domain(self, limit):
        return Domain("closed_on", "<", limit) & self._get_settled_domain()

    def _prepare_anonymised_vals(self):
        return {**dict.fromkeys(PERSONAL, False), "customer_words": ""}

    def _get_own_files(self):
        """Return what was laid beside the options; what belongs to another record stays there."""
        files = self.option_ids.attachment_ids
        return files.filtered(lambda file: file.res_model in (False, "dunning.complaint.option"))
