from odoo import fields, models
from odoo.fields import Command
from odoo.tools import format_amount, format_date


class DunningComplaintMail(models.AbstractModel):
    """What the customer gets to read, in his language, from texts that are data (METHOD K4)."""

    _name = "dunning.complaint.mail"
    _description = "Letters and E-mails about a Complaint"

    def _get_email(self):
        """Return the address of our answers, empty when there is none."""
        self.ensure_one()
        addressee = self._get_addressee()
        return addressee.email or self.partner_id._get_dunning_email(addressee) or ""

    def _get_text_values(self):
        """Return what fills the gaps of the texts, in the customer's language."""
        self.ensure_one()
        complaint = self.with_context(lang=self.lang)
        env, company = complaint.env, complaint.company_id
        reason = complaint.reason_id
        names = ", ".join(complaint.item_ids.move_id.mapped("name"))
        deadline = complaint.date_deadline or complaint._get_fresh_deadline()
        values = {
            "addressee": complaint._get_addressee().name or complaint.partner_id.name or "",
            "amount": format_amount(env, complaint.amount_contested, complaint.currency_id),
            "answer_by": format_date(env, complaint.date_answer_due),
            "clerk": complaint.user_id.name or company.name,
            "clerk_email": complaint.user_id.email or company.email or "",
            "clerk_phone": complaint.user_id.phone or company.phone or "",
            "company": company.name,
            "date": format_date(env, complaint.date),
            "deadline": format_date(env, deadline),
            "dispute_body": company.dunning_dispute_body or "",
            "invoices": names or env._("your message"),
            "number": complaint.name or "",
            "option": complaint.option_id.name or "",
            "reason": reason.name,
            "reason_text": reason.text or "",
            "valid_until": format_date(
                env,
                min(
                    complaint.option_ids.filtered(lambda one: one.state == "offered").mapped(
                        "valid_until"
                    ),
                    default=complaint.date_review,
                ),
            ),
        }
        return {**values, "pause": complaint._get_pause_words(values)}

    def _get_pause_words(self, values):
        """Return the sentence that what is contested waits; "" unless something waits."""
        self.ensure_one()
        if not self._get_blocks("contested"):
            return ""
        text = self.env["dunning.complaint.text"]._get("pause").with_context(lang=self.lang)
        return text._fill(values)[1]

    def _get_text(self, kind):
        """Return (subject, body) of a text with the values of the complaint."""
        self.ensure_one()
        text = self.env["dunning.complaint.text"]._get(kind).with_context(lang=self.lang)
        return text._fill(self._get_text_values())

    # === THE LETTERS ===

    def _acknowledge(self):
        """Say at once that the complaint has arrived, and what comes next (METHOD K2)."""
        self.ensure_one()
        if self._send("acknowledge" if self.contests else "acknowledge_request"):
            self._write_own({"acknowledged_on": fields.Datetime.now()})

    def action_acknowledged(self):
        """The customer was told by phone or letter that his complaint has arrived."""
        self._check_clerk()
        todo = self.filtered(
            lambda complaint: not complaint.acknowledged_on
        ).sudo()  # see the model
        todo._write_own({"acknowledged_on": fields.Datetime.now()})
        todo._finish("acknowledge")
        return True

    def _send_offer(self):
        options = self.option_ids.filtered(lambda one: one.state == "offered")
        self._send("offer", options=options)

    def _send_closing(self):
        self._send("closing" if self.resolution != "withdrawn" else "withdrawn")

    def _send_apology(self, notices, words):
        self._send("apology", extra=words, notices=notices.filtered("name"))

    def _send_rejection(self):
        """By e-mail with the letter; without an address somebody prints and posts it."""
        attachment = {
            "name": self.pdf_name,
            "raw": self._get_stored_letter(),
            "res_model": "mail.message",
            "mimetype": "application/pdf",
        }
        text = (self.letter_subject, self.letter_body)
        extra = "\n\n".join(self._get_dispute_paragraphs())
        if not self._send("rejection", text=text, extra=extra, attachments=[attachment]):
            self._schedule(
                "deliver",
                lambda here: here.env._("Print the letter that rejects it, and post it"),
                self.user_id,
            )

    def _ask_satisfaction(self):
        """One question, where the company wants to know."""
        if self.company_id.dunning_complaint_satisfaction:
            self._send("satisfaction")

    # === SENDING ===

    def _send(self, kind, text=None, extra="", attachments=(), **values):
        """Put an e-mail to the customer into Odoo's queue and leave it with the complaint.

        :return: whether an address is known
        """
        self.ensure_one()
        email = self._get_email()
        if not email:
            return False
        subject, body = text or self._get_text(kind)
        paragraphs = [*body.split("\n\n"), *(part for part in extra.split("\n\n") if part)]
        here = self.with_context(lang=self.lang)
        html = here.env["ir.qweb"]._render(
            "mahnwesen_pro.complaint_email",
            {
                "complaint": here,
                "company": here.company_id,
                "paragraphs": paragraphs,
                "kind": kind,
                "link": self._get_portal_link(),
                **{"options": here.env["dunning.complaint.option"], "notices": (), **values},
            },
        )
        mails = self.env["mail.mail"].sudo()  # clerks may not write mails directly
        clerk, company = self.user_id, self.company_id
        mails.create(
            {
                "subject": subject,
                "body": html,
                "body_html": html,
                "email_from": company.email_formatted or clerk.email_formatted,
                "reply_to": self._get_reply_to(),
                "email_to": email,
                "model": self._name,
                "res_id": self.id,
                "message_type": "email_outgoing",
                "auto_delete": False,
                "attachment_ids": [Command.create(vals) for vals in attachments],
            }
        )
        return True

    def _get_reply_to(self):
        """Return where answers go: to the complaint if Odoo takes in mails, else to the clerk."""
        clerk, company = self.user_id, self.company_id
        return self._notify_get_reply_to(
            default=clerk.email_formatted or company.email_formatted,
            author_id=(clerk.partner_id or company.partner_id).id,
        )[self.id]
