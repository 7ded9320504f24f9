from odoo import models
from odoo.fields import Domain

from ..rules import limitation


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
        """Open invoices that may become statute-barred within six months, before what moves that.

        The invoice or the delivery decides, whichever came first.
        """
        company = self.env.company
        horizon = limitation.add_months(company._dunning_today(), 6)
        last = limitation.last_day_arisen(horizon, company._get_limitation_country())
        unpaid = Domain("payment_state", "in", ("not_paid", "partial"))
        unpaid &= Domain("state", "=", "posted") & Domain("move_type", "=", "out_invoice")
        old = Domain("invoice_date", "<=", last) | Domain("delivery_date", "<=", last)
        return "account.move", self._own() & unpaid & old, "amount_residual"
