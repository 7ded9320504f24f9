from odoo import models
from odoo.fields import Domain


class DunningCard(models.Model):
    """The cards about complaints."""

    _inherit = "dunning.card"

    def _card_complaints_answer(self):
        """Complaints that wait for our answer."""
        waiting = Domain("answered_on", "=", False) & Domain("closed_on", "=", False)
        return "dunning.complaint", self._own() & waiting, "amount_contested"

    def _card_complaints_late(self):
        late = Domain("is_answer_late", "=", True)
        return "dunning.complaint", self._own() & late, "amount_contested"

    def _card_complaints_chosen(self):
        return (
            "dunning.complaint",
            self._own() & Domain("state", "=", "chosen"),
            "amount_contested",
        )

    def _card_complaints_confirm(self):
        return (
            "dunning.complaint",
            self._own() & Domain("to_confirm", "=", True) & Domain("closed_on", "=", False),
            "amount_contested",
        )
