from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_dunning_contract(self):
        """Return (subject, day) of the contract: the order behind the invoice names its day."""
        subject, day = super()._get_dunning_contract()
        orders = self.sudo().line_ids.sale_line_ids.order_id  # whoever prepares the case
        if not orders:
            return subject, day
        first = orders.sorted("date_order")[0]
        names = ", ".join(orders.mapped("name"))
        return self.env._("%(what)s, order %(orders)s", what=subject, orders=names), (
            first.date_order.date()
        )
