from odoo import models
from odoo.fields import Domain


class DunningCard(models.Model):
    """The cards about handing over."""

    _inherit = "dunning.card"

    def _card_advice(self):
        return "dunning.advice", self._own() & Domain("state", "=", "open"), "amount"

    def _card_cases_prepared(self):
        prepared = Domain("state", "=", "prepared")
        return "dunning.collection.case", self._own() & prepared, "amount_principal"

    def _card_cases_open(self):
        at_agency = Domain("state", "in", ("handed_over", "instalments", "partly_paid"))
        return "dunning.collection.case", self._own() & at_agency, "amount_principal"

    def _card_limitation(self):
        near = Domain("date_limitation", "<=", "today +6m") & Domain("state", "=", "open")
        return "dunning.advice", self._own() & near, "amount"
