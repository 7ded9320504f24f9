from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, html2plaintext


class DunningNotice(models.Model):
    """What complaints mean for a reminder: its rest, its reply, its customer's page."""

    _inherit = "dunning.notice"

    complaint_count = fields.Integer(
        string="Complaints", compute="_compute_complaint_count", compute_sudo=False
    )

    def _compute_complaint_count(self):
        for notice in self:
            domain = notice._get_complaint_domain()
            notice.complaint_count = self.env["dunning.complaint"].search_count(domain)

    def _get_complaint_domain(self):
        return ["|", ("notice_id", "in", self.ids), ("move_ids", "in", self.claim_ids.move_id.ids)]

    # === THE REST IS DUNNED IN A FRIENDLY WAY ===

    def _get_texts(self):
        """Say in a friendly sentence that a part waits, and that this letter is about the rest."""
        texts = super()._get_texts()
        sentence = "" if self.is_frozen else self._get_contested_sentence()
        if sentence:
            for name in ("letter_opening", "email_body"):
                head, _gap, rest = texts[name].partition("\n\n")
                parts = (
                    (head, sentence, rest) if self._is_greeting(head) else (sentence, head, rest)
                )
                texts[name] = "\n\n".join(part for part in parts if part)
        return texts

    @staticmethod
    def _is_greeting(paragraph):
        return paragraph.rstrip().endswith((",", "!")) and "\n" not in paragraph.strip()

    def _get_contested_sentence(self):
        """Return the sentence about what is set aside because of complaints; "" for nothing."""
        self.ensure_one()
        partly = self.claim_ids.filtered(lambda line: line.amount_blocked > 0)
        if not partly:
            return ""
        blocks = self.env["dunning.block"].sudo()  # a block counts whoever writes the letter
        contested = blocks.search(
            [
                ("move_id", "in", partly.move_id.ids),
                ("complaint_role", "=", "contested"),
                ("released", "=", False),
            ]
        ).move_id
        partly = partly.filtered(lambda line: line.move_id in contested)
        if not partly:
            return ""
        notice = self.with_context(lang=self.lang)
        return notice.env._(
            "Thank you for telling us what you are not satisfied with. While we look into it, we "
            "have set aside %(amount)s of %(invoices)s. This letter is only about the rest.",
            amount=format_amount(
                notice.env, sum(partly.mapped("amount_blocked")), self.currency_id
            ),
            invoices=", ".join(partly.move_id.mapped("name")),
        )

    # === A REPLY BECOMES A COMPLAINT ===

    def action_record_complaint(self):
        """Ask what the customer complains about."""
        self.ensure_one()
        return self.env["dunning.complaint.wizard"]._open(notice=self)

    def action_reply_complaint(self, message_id=None):
        """Turn what the customer has answered into a complaint: his words, his files, one click.

        :param int message_id: the answer; the newest one when empty
        """
        self.ensure_one()
        message = self._get_reply(message_id)
        if not message:
            raise UserError(self.env._("The customer has not written anything here yet."))
        files = [(one.name, one.raw) for one in message.attachment_ids.sudo()]  # they come along
        author = message.author_id
        house = author.commercial_partner_id == self.partner_id.commercial_partner_id
        complaint = self.env["dunning.complaint"].open(
            self,
            html2plaintext(message.body or "").strip() or message.subject,
            source="reply",
            files=files,
            contact_id=author.id if house else False,
        )
        if self.reply_state == "unread":
            self.action_reply_handled()
        return {
            "type": "ir.actions.act_window",
            "res_model": complaint._name,
            "res_id": complaint.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _get_reply(self, message_id):
        answers = self.message_ids.filtered(self._is_reply)
        if message_id:
            return answers.filtered(lambda message: message.id == message_id)
        return answers.sorted("id")[-1:]

    def action_open_complaints(self):
        """Open the complaints about the items of the notice."""
        return self.env["dunning.complaint"]._open_list(self._get_complaint_domain())

    # === THE CUSTOMER'S PAGE ===

    def _get_contestable_moves(self):
        """Return the invoices of the notice, for the page on which the customer complains."""
        self.ensure_one()
        return self.claim_ids.move_id.filtered(lambda move: move.state == "posted")

    def _get_own_complaints(self):
        """Return the open complaints about the notice, for its customer's eyes."""
        return self.env["dunning.complaint"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("closed_on", "=", False),
                ("move_ids", "in", self.claim_ids.move_id.ids),
            ]
        )
