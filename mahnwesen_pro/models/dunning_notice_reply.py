import textwrap

from odoo import fields, models
from odoo.tools import html2plaintext


class DunningNoticeReply(models.AbstractModel):
    """What customers answer: it arrives at the notice, and the next step waits for its reader."""

    _name = "dunning.notice.reply"
    _description = "Reply to a Dunning Notice"

    reply_state = fields.Selection(
        [("unread", "Unread"), ("handled", "Handled")],
        string="Reply",
        readonly=True,
        copy=False,
        tracking=True,
        help="While a reply is unread, the customer gets no further reminder.",
    )
    reply_on = fields.Datetime(string="Replied on", readonly=True, copy=False)

    _reply_idx = models.Index("(company_id, partner_id) WHERE reply_state = 'unread'")

    def _get_reply_addresses(self):
        """Return {notice id: where answers go}: to it where Odoo takes in mails, else its clerk."""
        return self._notify_get_reply_to_batch(
            defaults={
                notice.id: notice.user_id.email_formatted or notice.company_id.email_formatted
                for notice in self
            },
            author_ids={
                notice.id: (notice.user_id.partner_id or notice.company_id.partner_id).id
                for notice in self
            },
        )

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        if self._is_reply(message):
            notice = self.sudo()  # whoever writes from outside may read nothing here
            notice._in_language_of_task_user()._receive_reply(message)
        return result

    def _is_reply(self, message):
        """Whether a person outside wrote: by e-mail or in the portal, and not one of our users."""
        author = message.author_id
        return (
            message.message_type in ("email", "comment")
            and (not author or author.partner_share)
            and not self.env.context.get("dunning_automatic_mail")
        )

    def _receive_reply(self, message):
        """Hold the next step of the customer and give the clerk a task; one at a time."""
        self._write_own({"reply_state": "unread", "reply_on": fields.Datetime.now()})
        if not self._has_task("reply"):
            self._schedule_task(
                "reply",
                self.env._("Reply from %s", self.partner_id.display_name),
                textwrap.shorten(html2plaintext(message.body), 300),
            )

    def action_reply_handled(self):
        """The reply is read and dealt with: the next step may come."""
        self.check_access("write")
        unread = self.filtered(lambda notice: notice.reply_state == "unread")
        unread._write_own({"reply_state": "handled"})
        unread._finish_task("reply")
        return True
