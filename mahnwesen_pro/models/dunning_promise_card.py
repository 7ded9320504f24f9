from odoo import models
from odoo.fields import Domain


class DunningCard(models.Model):
    """The cards about promises and instalment plans."""

    _inherit = "dunning.card"

    def _card_promises_due(self):
        due = Domain("state", "=", "open") & Domain("date", "<=", "today")
        return "dunning.promise", self._own() & due, "amount"

    def _card_promises_broken(self):
        return "dunning.promise", self._own() & Domain("to_follow_up", "=", True), "amount"

    def _card_promises_confirm(self):
        waiting = Domain("confirmation", "=", "waiting") & Domain("state", "!=", "cancelled")
        return "dunning.promise", self._own() & waiting, "amount"

    def _card_plans_missed(self):
        missed = Domain("state", "=", "running") & Domain("missed_count", ">", 0)
        return (
            "dunning.installment.plan",
            self._own() & (missed | Domain("to_follow_up", "=", True)),
            "amount_rest",
        )
