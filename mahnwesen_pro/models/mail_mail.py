from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Tell the deliveries of dunning notices what became of their mails.

        Only their rows are written here: the mail queue must not stumble over us.
        """
        deliveries = self.env["dunning.delivery"].sudo()  # the queue may run as anybody
        found = deliveries.search([("mail_mail_id", "in", self.ids), ("state", "=", "queued")])
        if found:
            reason = failure_reason or self[:1].failure_reason
            found._record_mail_outcome(failure_type, reason)
            self.env.ref("mahnwesen_pro.ir_cron_dunning_settle").sudo()._trigger()
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )
