from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """Confirm what was paid; an order on hold waits, for the money is booked in any case.

        The payment is written after the orders are confirmed: an error here would lose it.

        :return: the confirmed ``sale.order``
        """
        held = self.filtered(lambda tx: tx.sale_order_ids._filter_stopped())
        for order in held.sale_order_ids._filter_stopped():
            if order.state in ("draft", "sent") and order._is_confirmation_amount_reached():
                order._tell_paid_on_hold()
        return super(PaymentTransaction, self - held)._check_amount_and_confirm_order()
