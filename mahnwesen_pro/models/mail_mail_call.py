import logging

from odoo import models

_logger = logging.getLogger(__name__)


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Tell calls when the mail with their summary could not be delivered.

        Whatever goes wrong with us must not make the queue send a mail twice.
        """
        try:
            with self.env.cr.savepoint():
                calls = self.env["dunning.call"].sudo()  # the queue may run as anybody
                found = calls.search([("summary_mail_id", "in", self.ids)])
                found._record_summary_outcome(failure_type)
        except Exception:
            _logger.exception("The outcome of mails %s could not be noted", self.ids)
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )
