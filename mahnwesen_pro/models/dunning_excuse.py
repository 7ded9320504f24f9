from odoo import fields, models

from .dunning_call import OUTCOMES


class DunningExcuse(models.Model):
    """A card for the guide: what is often heard, how to meet it, where it leads (METHOD T13)."""

    _name = "dunning.excuse"
    _description = "Excuse"
    _inherit = ["dunning.wording.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, help="What the customer says.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    answer = fields.Text(required=True, translate=True, help="A good sentence in return.")
    questions = fields.Text(translate=True, help="Open questions to use, one per line.")
    avoid = fields.Text(string="Better not", translate=True, help="One sentence per line.")
    outcome = fields.Selection(
        OUTCOMES, string="Leads to", help="The outcome that the card offers."
    )

    def _get_wording_texts(self):
        return ("answer", "questions")

    def _as_cards(self):
        """Return the cards as the guide shows them."""
        return [
            {
                "id": card.id,
                "name": card.name,
                "answer": card.answer,
                "questions": (card.questions or "").splitlines(),
                "avoid": (card.avoid or "").splitlines(),
                "outcome": card.outcome or "",
            }
            for card in self
        ]
