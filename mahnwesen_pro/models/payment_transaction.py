from odoo import fields, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    dunning_notice_id = fields.Many2one("dunning.notice", readonly=True, index="btree_not_null")

    def _create_payment(self, **extra_create_values):
        """Use up the credits first that the notice has netted: its total is less by them. The
        payment goes on what the page asked for, not on what is set aside.
        """
        notice = self.dunning_notice_id
        notice._allocate_credits(notice.credit_ids.filtered("amount_open"))
        limited = self.with_context(dunning_limits=notice._get_payment_limits())
        payment = super(PaymentTransaction, limited)._create_payment(**extra_create_values)
        return payment.with_env(self.env)

    def _log_message_on_linked_documents(self, message):
        result = super()._log_message_on_linked_documents(message)
        if self.dunning_notice_id:
            self.dunning_notice_id._message_log(body=message)
        return result
