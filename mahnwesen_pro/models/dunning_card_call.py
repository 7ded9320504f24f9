from datetime import timedelta

from odoo import models
from odoo.fields import Domain


class DunningCard(models.Model):
    _inherit = "dunning.card"

    def _due_calls(self, day):
        planned = Domain("state", "=", "planned")
        return self._own() & planned & Domain("date", "<=", day)

    def _card_calls_today(self):
        mine = Domain("user_id", "=", self.env.uid)
        today = self.env.company._dunning_today()
        return "dunning.call", self._due_calls(today) & mine, "amount_open"

    def _card_calls_team(self):
        others = Domain("user_id", "!=", self.env.uid)
        yesterday = self.env.company._dunning_today() - timedelta(days=1)
        return "dunning.call", self._due_calls(yesterday) & others, "amount_open"

    def _card_calls_unconfirmed(self):
        states = ("unanswered", "corrected", "failed")
        open_answers = Domain("summary_state", "in", states) & Domain("summary_done", "=", False)
        return "dunning.call", self._own() & open_answers, None
