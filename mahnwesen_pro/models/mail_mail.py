import logging

from odoo import models

_logger = logging.getLogger(__name__)


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Tell the deliveries of dunning notices what became of their mails.

        Whatever goes wrong with us must not make the queue send a mail twice.
        """
        try:
            with self.env.cr.savepoint():
                self._tell_dunning_deliveries(failure_type, failure_reason)
        except Exception:
            _logger.exception("The outcome of mails %s could not be noted", self.ids)
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )

    def _tell_dunning_deliveries(self, failure_type, failure_reason):
        deliveries = self.env["dunning.delivery"].sudo()  # the queue may run as anybody
        found = deliveries.search([("mail_mail_id", "in", self.ids), ("state", "=", "queued")])
        if found:
            found._record_mail_outcome(failure_type, failure_reason or self[:1].failure_reason)
            settle = self.env.ref("mahnwesen_pro.ir_cron_dunning_settle")
            settle.sudo()._trigger()  # whoever runs the queue wakes our action, too
