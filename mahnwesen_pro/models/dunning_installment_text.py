from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import placeholders

#: What the texts may name in braces; the values come from the plan (see _get_text_values there).
GAPS = (
    "addressee",
    "clerk",
    "company",
    "customer",
    "date",
    "deadline",
    "installments",
    "invoices",
    "missing",
    "missed_on",
    "next_date",
    "number",
    "offer_until",
    "rate",
    "total",
)

KINDS = [
    ("agreement", "Agreement: beginning"),
    ("terms", "Agreement: terms"),
    ("acknowledgement", "Agreement: acknowledgement of the debt"),
    ("offer", "E-mail with the agreement"),
    ("reminder", "Reminder of an instalment"),
]


class DunningInstallmentText(models.Model):
    """A text around instalment plans: the agreement, the e-mail with it, the friendly reminder."""

    _name = "dunning.installment.text"
    _description = "Text for Instalment Plans"
    _inherit = ["dunning.wording.text"]
    _rec_name = "kind"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    subject = fields.Char(help="Subject or heading.")

    _kind_unique = models.Constraint("UNIQUE(kind)", "There is one text of each kind.")

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for text in self:
            text.display_name = kinds.get(text.kind, "")

    @api.model
    def _get_gaps(self):
        return GAPS

    def _get_wording_tone(self):
        """Agreements are firm by nature; what is sent as a reminder stays friendly."""
        return "friendly" if self.kind in ("offer", "reminder") else "firm"

    def _get_word_findings(self, words):
        """Here we have given way already, in a talk: words for that do not disturb. Whoever
        acknowledges a debt does so in the text made for it, and nowhere else.
        """
        allowed = {"concession"} | ({"acknowledgement"} & {self.kind})
        return super()._get_word_findings([one for one in words if one.kind not in allowed])

    @api.model
    def _get(self, kind):
        """Return the text of a kind; whoever reads it, it is the same."""
        texts = self.sudo()  # customers and salespeople see it in the letter
        return texts.env.ref(f"mahnwesen_pro.dunning_installment_text_{kind}")

    def _fill(self, values):
        """Return (subject, body) with their gaps filled."""
        self.ensure_one()
        return placeholders.fill(self.subject, values), placeholders.fill(self.body, values)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The plans need this text. Change it instead."))
