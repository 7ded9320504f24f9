from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

#: Pauses before another try when the mail server could not be reached, in minutes.
RETRY_MINUTES = (5, 15, 60, 240, 720)

#: Failures that mean "nobody was reached there", not "try again".
ADDRESS_FAILURES = ("mail_email_invalid", "mail_email_missing")


class DunningDelivery(models.Model):
    """One attempt to deliver a notice on one channel, with what proves it."""

    _name = "dunning.delivery"
    _description = "Dunning Delivery"
    _inherit = ["dunning.delivery.return"]
    _order = "id desc"
    _rec_name = "notice_id"

    notice_id = fields.Many2one("dunning.notice", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="notice_id.company_id", store=True)
    partner_id = fields.Many2one(related="notice_id.partner_id")
    level_id = fields.Many2one(related="notice_id.level_id")
    channel = fields.Selection(
        [("email", "E-mail"), ("letter", "Letter")], required=True, readonly=True
    )
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("returned", "Came Back"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        default="queued",
        readonly=True,
        index=True,
    )
    address = fields.Text(readonly=True, help="Where it went: e-mail or postal address.")
    mail_mail_id = fields.Many2one("mail.mail", readonly=True, index="btree_not_null")
    message_id = fields.Char(
        string="Message-ID", readonly=True, help="Finds the mail again in the server's log."
    )
    attempts = fields.Integer(readonly=True)
    retry_at = fields.Datetime(readonly=True, help="The next try after a connection error.")
    failure_type = fields.Char(readonly=True)
    failure_reason = fields.Char(readonly=True)
    is_settled = fields.Boolean(
        readonly=True, help="The notice has drawn its conclusion from this delivery."
    )
    date_done = fields.Datetime(
        string="Dispatched on",
        readonly=True,
        help="When the mail server took it or it was printed.",
    )

    _waiting_idx = models.Index("(state, channel) WHERE state = 'queued'")

    @api.model
    def _queue(self, notices):
        """Queue the frozen letter of ``notices`` on their channels and return the deliveries."""
        vals = []
        for notice in notices:
            if notice.send_email:
                vals.append(self._prepare_vals(notice, "email", notice._get_email()))
            if notice.send_letter:
                vals.append(self._prepare_vals(notice, "letter", notice.address_sent))
        deliveries = self.sudo().create(vals)  # rows of evidence are written by the system only
        deliveries.filtered(lambda delivery: delivery.channel == "email")._create_mails()
        return deliveries

    @api.model
    def _queue_letter(self, notice):
        """Queue only a letter for ``notice``, because its e-mail failed."""
        system = self.sudo()  # rows of evidence are written by the system only
        return system.create(self._prepare_vals(notice, "letter", notice.address_sent))

    @api.model
    def _prepare_vals(self, notice, channel, address):
        return {"notice_id": notice.id, "channel": channel, "address": address}

    def _create_mails(self):
        """Create one outgoing mail per delivery and wake the mail queue."""
        if not self:
            return
        replies = self.notice_id._get_reply_addresses()
        files = self._create_mail_attachments()
        mails = self.env["mail.mail"].sudo()  # clerks may not write mails directly
        vals = [
            {
                **delivery._prepare_mail_vals(),
                "reply_to": replies[delivery.notice_id.id],
                "attachment_ids": [fields.Command.set(files[delivery])],
            }
            for delivery in self
        ]
        for delivery, mail in zip(self, mails.create(vals), strict=True):
            delivery.write({"mail_mail_id": mail.id, "message_id": mail.message_id})
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action", raise_if_not_found=False)
        if queue:
            queue.sudo()._trigger()  # waking the queue is part of sending

    def _prepare_mail_vals(self):
        notice = self.notice_id
        clerk, company = notice.user_id, notice.company_id
        body = notice._render_email()
        return {
            "subject": notice.email_subject,
            "body": body,
            "body_html": body,
            "email_from": company.email_formatted or clerk.email_formatted,
            "email_to": self.address,
            "model": "dunning.notice",
            "res_id": notice.id,
            "message_type": "email_outgoing",
            "auto_delete": False,
        }

    def _create_mail_attachments(self):
        """Create the files of all mails together and return {delivery: ids of its attachments}."""
        files = [
            (delivery, name, content)
            for delivery in self
            for name, content in delivery.notice_id._get_email_attachments()
        ]
        attachments = (
            self.env["ir.attachment"]
            .sudo()  # they belong to mails, see above
            .create(
                [
                    {
                        "name": name,
                        "raw": content,
                        "res_model": "mail.message",
                        "mimetype": "application/pdf",
                    }
                    for _delivery, name, content in files
                ]
            )
        )
        ids = {delivery: [] for delivery in self}
        for (delivery, _name, _content), attachment in zip(files, attachments, strict=True):
            ids[delivery].append(attachment.id)
        return ids

    def _record_mail_outcome(self, failure_type, failure_reason):
        """Note what the mail queue made of the mail; called by ``mail.mail``, never raises.

        :param failure_type: None when the mail server took the mail
        """
        now = fields.Datetime.now()
        for delivery in self:
            attempts = delivery.attempts + 1
            vals = {
                "attempts": attempts,
                "failure_type": failure_type,
                "failure_reason": failure_reason,
                "retry_at": False,
            }
            if not failure_type:
                vals |= {"state": "sent", "date_done": now}
            elif self._is_final_failure(failure_type, failure_reason, attempts):
                vals["state"] = "failed"
            else:
                vals["retry_at"] = now + timedelta(minutes=RETRY_MINUTES[attempts - 1])
            delivery.write(vals)

    @staticmethod
    def _is_final_failure(failure_type, failure_reason, attempts):
        """Whether another try is pointless: nobody is reached, or it was tried often enough."""
        return (
            failure_type in ADDRESS_FAILURES
            or "SMTPRecipientsRefused" in (failure_reason or "")
            or attempts > len(RETRY_MINUTES)
        )

    def action_print(self):
        """Open the chosen letters as one PDF in postal order."""
        self.notice_id.check_access("write")
        return self.env["dunning.print.wizard"]._open(
            [("id", "in", self.ids), ("channel", "=", "letter"), ("state", "=", "queued")]
        )

    def action_mark_printed(self):
        """Confirm that the letters are printed and on their way: their notices are sent."""
        self.notice_id.check_access("write")
        todo = self.filtered(lambda d: d.channel == "letter" and d.state == "queued")
        if not todo:
            raise UserError(self.env._("There is no letter that waits for printing."))
        system = todo.sudo()  # rows of evidence are written by the system only
        system.write({"state": "sent", "date_done": fields.Datetime.now(), "attempts": 1})
        todo.notice_id._settle()
        return True

    def _fail_lost_mails(self):
        """A mail that somebody deleted or cancelled will never be delivered."""
        # rows of evidence are written by the system only
        lost = self.sudo().filtered(
            lambda delivery: (
                delivery.state == "queued"
                and delivery.channel == "email"
                and (not delivery.mail_mail_id or delivery.mail_mail_id.state == "cancel")
            )
        )
        lost.write(
            {
                "state": "failed",
                "failure_reason": self.env._("The e-mail was deleted or cancelled."),
            }
        )

    def _mark_settled(self):
        # rows of evidence are written by the system only
        done = self.sudo().filtered(lambda d: d.state in ("sent", "failed") and not d.is_settled)
        done.is_settled = True

    def _withdraw(self):
        """Stop what has not left the house yet: mails in the queue, letters not printed."""
        # rows of evidence are written by the system only
        queued = self.sudo().filtered(lambda delivery: delivery.state == "queued")
        queued.mail_mail_id.filtered(lambda mail: mail.state in ("outgoing", "exception")).cancel()
        queued.state = "withdrawn"

    @api.model
    def _cron_settle(self, batch=200):
        """Draw the conclusions from what became of the mails: sent, failed, or another try."""
        self._cron_retry()
        domain = [
            ("notice_id.state", "in", ("sending", "sent")),
            "|",
            "&",
            ("state", "in", ("sent", "failed")),
            ("is_settled", "=", False),
            "&",
            "&",
            ("state", "=", "queued"),
            ("channel", "=", "email"),
            "|",
            ("mail_mail_id", "=", False),
            ("mail_mail_id.state", "=", "cancel"),
        ]
        todo = self.search(domain, limit=batch, order="id").notice_id
        self.env["ir.cron"]._commit_progress(remaining=len(todo))
        for notice in todo:
            notice._settle_alone()
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _cron_retry(self):
        """Put mails back into the queue whose pause is over."""
        due = self.search(
            [("state", "=", "queued"), ("retry_at", "<=", fields.Datetime.now())], limit=1000
        )
        due.mail_mail_id.mark_outgoing()
        due.retry_at = False
