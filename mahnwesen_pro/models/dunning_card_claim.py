from odoo import models
from odoo.fields import Domain

from ..rules import discount


class DunningCard(models.Model):
    """The cards about returned direct debits and cash discounts."""

    _inherit = "dunning.card"

    def _unpaid(self, *payment_states):
        invoices = Domain("move_type", "=", "out_invoice") & Domain("state", "=", "posted")
        return self._own() & invoices & Domain("payment_state", "in", payment_states)

    def _card_returned(self):
        """Invoices whose direct debit the bank returned, as long as something is open on them."""
        returned = Domain("dunning_returned_on", "!=", False)
        return "account.move", self._unpaid("not_paid", "partial") & returned, "amount_residual"

    def _card_discounts(self):
        """Invoices of which a cash discount was deducted that the customer had no right to."""
        part_paid = self.env["account.move"].search(self._unpaid("partial"))
        deductions = part_paid._get_dunning_deductions()
        wrong = [line for line, one in deductions.items() if one.kind != discount.GRANTED]
        return "account.move", self._own() & Domain("line_ids", "in", wrong), "amount_residual"
