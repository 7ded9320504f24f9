from odoo import SUPERUSER_ID, api, models
from odoo.tools import email_normalize, html2plaintext


class DunningComplaintIncoming(models.AbstractModel):
    """What comes by e-mail: new complaints to the address for them, and answers to ours."""

    _name = "dunning.complaint.incoming"
    _description = "E-mails about Complaints"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """A mail to the address for complaints opens one; nothing of it is lost."""
        values = custom_values or {}
        company = self.env["res.company"].browse(values.get("company_id")) or self.env.company
        complaints = self.with_user(SUPERUSER_ID).with_company(company)  # nobody of ours
        partner = complaints._find_sender(msg_dict)
        subject, words = msg_dict.get("subject"), html2plaintext(msg_dict.get("body") or "")
        complaint = complaints.open(
            partner,
            "\n\n".join(filter(None, [subject, words.strip()])) or complaints.env._("(no text)"),
            source="mail",
            company_id=company.id,
        )
        return complaint.with_env(self.env)

    @api.model
    def _find_sender(self, msg_dict):
        """Return who wrote; a contact is made of whoever is not known yet."""
        partners = self.env["res.partner"]
        known = partners.browse(msg_dict.get("author_id"))
        address = msg_dict.get("email_from") or ""
        return (
            known
            or partners._mail_find_partner_from_emails([address])[0]
            or partners.create({"name": address, "email": email_normalize(address) or address})
        )

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        if self._is_answer(message):
            complaint = self.sudo()  # whoever writes from outside may read nothing here
            complaint._schedule(
                "message",
                lambda here: here.env._("%s has written", here.partner_id.name),
                complaint.user_id,
            )
        return result

    def _is_answer(self, message):
        """Whether a person outside wrote, by e-mail or on the page."""
        author = message.author_id
        return (
            message.message_type in ("email", "comment")
            and (not author or author.partner_share)
            and not self.env.context.get("dunning_automatic_mail")
        )
