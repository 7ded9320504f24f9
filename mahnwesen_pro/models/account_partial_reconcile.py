from odoo import models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    def unlink(self):
        """What a payment has settled is owed again when the payment is taken off it."""
        items = self.debit_move_id
        res = super().unlink()
        self.env["dunning.notice.charge"]._reopen(items)
        return res
