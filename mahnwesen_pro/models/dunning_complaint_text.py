from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import placeholders

#: What the texts may name in braces; the values come from the complaint (see _get_text_values).
GAPS = (
    "addressee",
    "amount",
    "answer_by",
    "clerk",
    "clerk_email",
    "clerk_phone",
    "company",
    "date",
    "deadline",
    "dispute_body",
    "invoices",
    "number",
    "option",
    "pause",
    "reason",
    "reason_text",
    "valid_until",
)

KINDS = [
    ("acknowledge", "Acknowledgement"),
    ("acknowledge_request", "Acknowledgement where nothing is contested"),
    ("pause", "Acknowledgement: what is contested waits"),
    ("offer", "Options offered"),
    ("closing", "Complaint settled"),
    ("withdrawn", "Complaint withdrawn"),
    ("rejection", "Rejection: draft of the letter"),
    ("dispute_no", "Consumers: we take no part in dispute resolution"),
    ("dispute_yes", "Consumers: we take part in dispute resolution"),
    ("apology", "Apology"),
    ("satisfaction", "One question afterwards"),
]


class DunningComplaintText(models.Model):
    """A text around complaints, under the word check."""

    _name = "dunning.complaint.text"
    _description = "Text for Complaints"
    _inherit = ["dunning.complaint.wording", "dunning.wording.text"]
    _rec_name = "kind"

    kind = fields.Selection(KINDS, required=True, readonly=True)

    _kind_unique = models.Constraint("UNIQUE(kind)", "There is one text of each kind.")

    @api.model
    def _get_gaps(self):
        return GAPS

    @api.model
    def _get(self, kind):
        """Return the text of a kind; whoever reads it, it is the same."""
        texts = self.sudo()  # customers see it in the letter
        return texts.search([("kind", "=", kind)], limit=1)

    def _fill(self, values):
        """Return (subject, body) with their gaps filled; a paragraph without content goes."""
        self.ensure_one()
        filled = placeholders.fill(self.body, values)
        paragraphs = [part for part in filled.split("\n\n") if part.strip()]
        return placeholders.fill(self.subject, values), "\n\n".join(paragraphs)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The complaints need this text. Change it instead."))
