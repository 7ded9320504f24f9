from datetime import date

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

        The year of the invoice decides; three years after its end the first claims are lost.
        """
        horizon = limitation.add_months(self.env.company._dunning_today(), 6)
        last = date(horizon.year - limitation.YEARS - 1, 12, 31)
        if horizon.month == 12 and horizon.day == 31:
            last = last.replace(year=last.year + 1)
        unpaid = Domain("payment_state", "in", ("not_paid", "partial"))
        unpaid &= Domain("state", "=", "posted") & Domain("move_type", "=", "out_invoice")
        old = Domain("invoice_date", "<=", last) | Domain("delivery_date", "<=", last)
        return "account.move", self._own() & unpaid & old, "amount_residual"
