from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import placeholders


class DunningWordingText(models.AbstractModel):
    """A text of its own: one of each kind, with gaps that a record fills, under the word check."""

    _name = "dunning.wording.text"
    _description = "Text with Gaps"
    _inherit = ["dunning.wording.mixin"]
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    subject = fields.Char(required=True, translate=True)
    body = fields.Text(required=True, translate=True)

    @api.model
    def _get_gaps(self):
        """Return what the texts may name in braces."""
        raise NotImplementedError

    @api.constrains("subject", "body")
    def _check_gaps(self):
        gaps = self._get_gaps()
        for text in self:
            unknown = placeholders.unknown_gaps(f"{text.subject}\n{text.body}", gaps)
            if unknown:
                raise ValidationError(
                    self.env._(
                        "{%(gap)s} is not known. Use one of these: %(known)s.",
                        gap=unknown[0],
                        known=", ".join(f"{{{gap}}}" for gap in gaps),
                    )
                )

    @api.model
    def _get_wording_texts(self):
        return ("subject", "body")
