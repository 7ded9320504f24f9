from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import placeholders

#: What sentences of the guide may name in braces.
GAPS = (
    "caller",
    "company",
    "contact",
    "customer",
    "invoices",
    "total",
    "due_since",
    "next_level",
    "next_date",
    "promise_date",
    "promise_amount",
    "promise_person",
)


class DunningCallStep(models.Model):
    """One step of the guided call: a good sentence, open questions, and what to leave out."""

    _name = "dunning.call.step"
    _description = "Step of the Call Guide"
    _inherit = ["dunning.wording.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    moment = fields.Selection(
        [
            ("always", "In every call"),
            ("first", "In the first call only"),
            ("later", "From the second call on"),
        ],
        string="Shown",
        required=True,
        default="always",
    )
    input = fields.Selection(
        [
            ("none", "Nothing"),
            ("who", "Who is on the line"),
            ("notes", "What the customer says"),
            ("stance", "How they see the claim"),
            ("date", "Day and amount"),
            ("person", "Person who sees to it"),
            ("summary", "E-mail for the summary"),
        ],
        string="Asks for",
        required=True,
        default="none",
    )
    sentence = fields.Text(string="Say", required=True, translate=True)
    questions = fields.Text(
        string="Open Questions",
        translate=True,
        help="One per line; none that can be answered with yes or no.",
    )
    avoid = fields.Text(string="Better not", translate=True, help="One sentence per line.")
    avoid_first = fields.Text(
        string="Not in the First Call",
        translate=True,
        help="One sentence per line, shown in the first call on top of the others: nothing that "
        "could be heard as a threat.",
    )
    hint = fields.Text(translate=True, help="What to look out for, the law among it.")

    def _get_wording_texts(self):
        return ("sentence", "questions")

    @api.constrains("sentence", "questions")
    def _check_gaps(self):
        for step in self:
            text = f"{step.sentence}\n{step.questions or ''}"
            unknown = placeholders.unknown_gaps(text, GAPS)
            if unknown:
                raise ValidationError(
                    self.env._(
                        "“%(step)s”: {%(gap)s} is not known. Use one of these: %(known)s.",
                        step=step.name,
                        gap=unknown[0],
                        known=", ".join(f"{{{gap}}}" for gap in GAPS),
                    )
                )

    @api.model
    def _get_cards(self, is_first):
        """Return the steps of a call as the guide shows them: of the first one, or a later one."""
        shown = self.search([("moment", "in", ("always", "first" if is_first else "later"))])
        return [step._as_card(is_first) for step in shown]

    def _as_card(self, is_first):
        """Return the step as the guide shows it."""
        self.ensure_one()
        avoid = f"{self.avoid or ''}\n{(is_first and self.avoid_first) or ''}"
        return {
            "id": self.id,
            "name": self.name,
            "input": self.input,
            "sentence": self.sentence,
            "questions": _lines(self.questions),
            "avoid": _lines(avoid),
            "hint": self.hint or "",
        }


def _lines(text):
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
