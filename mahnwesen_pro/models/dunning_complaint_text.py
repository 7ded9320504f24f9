from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

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
    "reason",
    "reason_text",
    "valid_until",
)

KINDS = [
    ("acknowledge", "Acknowledgement"),
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
    _inherit = ["dunning.complaint.wording"]
    _order = "sequence, id"
    _rec_name = "kind"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    sequence = fields.Integer(default=10)
    subject = fields.Char(required=True, translate=True)
    body = fields.Text(required=True, translate=True)

    _kind_unique = models.Constraint("UNIQUE(kind)", "There is one text of each kind.")

    @api.constrains("subject", "body")
    def _check_gaps(self):
        for text in self:
            unknown = placeholders.unknown_gaps(f"{text.subject}\n{text.body}", GAPS)
            if unknown:
                raise ValidationError(
                    self.env._(
                        "{%(gap)s} is not known. Use one of these: %(known)s.",
                        gap=unknown[0],
                        known=", ".join(f"{{{gap}}}" for gap in GAPS),
                    )
                )

    @api.model
    def _get_wording_texts(self):
        return ("subject", "body")

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
