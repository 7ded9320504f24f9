from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.tools import plaintext2html
from odoo.tools.mimetypes import guess_mimetype

from ..rules import uploads

#: Characters of the customer's words and of a name.
WORDS_LENGTH = 5000
NAME_LENGTH = 80

#: So many complaints are taken from a customer within an hour.
COMPLAINTS_PER_HOUR = 5

#: After the end the link still shows the page for so many days.
VIEW_DAYS = 90


class DunningComplaintPortal(models.AbstractModel):
    """The customer's page: what he said, what we offer, what he chooses; and what is refused.

    Customers have no access right on complaints. Every way there leads through
    :meth:`_find_for_portal`, and every complaint of theirs through :meth:`_receive`.
    """

    _name = "dunning.complaint.portal"
    _description = "Customer's Page of a Complaint"
    _inherit = ["dunning.portal.mixin"]

    satisfaction = fields.Selection(
        [("3", "Yes"), ("2", "Partly"), ("1", "No")],
        string="Satisfied",
        readonly=True,
        copy=False,
        help="What the customer answered to our one question.",
    )
    satisfaction_on = fields.Datetime(readonly=True, copy=False)

    # === WHO MAY OPEN IT ===

    def _compute_access_url(self):
        for complaint in self:
            complaint.access_url = f"/my/dunning/complaint/{complaint.id}"

    def _get_portal_link(self):
        """Return the address of the customer's page, with its secret."""
        self.ensure_one()
        return self.get_base_url() + self.get_portal_url()

    @api.model
    def _own_domain(self):
        """Return the domain of the complaints that the user sees after logging in."""
        user = self.env.user
        if user._is_public():
            return Domain.FALSE
        customer = user.partner_id.commercial_partner_id
        return Domain("partner_id.commercial_partner_id", "=", customer.id) & Domain(
            "company_id", "in", user.company_ids.ids
        )

    @api.model
    def _find_for_portal(self, complaint_id, token=None):
        """Return the complaint as superuser if the user or the token opens it, else nothing.

        Nothing tells a wrong token from a foreign, expired or invented complaint.
        """
        everything = self.sudo()  # customers have no access right; what follows decides
        found = everything.browse(complaint_id).exists()
        if found and (found._is_own() or found._has_token(token)):
            return found
        return everything.browse()

    def _get_link_end(self):
        """Return the last day on which the link opens the page: it outlives the complaint a bit."""
        self.ensure_one()
        today = self.company_id._dunning_today()
        closed = self.closed_on and fields.Date.to_date(self.closed_on)
        return (closed or today) + timedelta(days=VIEW_DAYS)

    # === WHAT IS REFUSED ===

    @api.model
    def _read_files(self, files):
        """Return [(name, content)] of uploads, under harmless names.

        :param files: pairs (name, content); what a file is follows from its content
        """
        found = []
        for name, content in files:
            kind = guess_mimetype(content)
            found.append((uploads.safe_name(name, kind), content))
        return found

    @api.model
    def _find_objection(self, files, company):
        """Return the first ``uploads.Objection`` to files [(name, content)]; None to take them."""
        facts = [
            uploads.File(name or "", len(content), guess_mimetype(content))
            for name, content in files
        ]
        size = company.dunning_complaint_file_size * 1024 * 1024
        return uploads.objection(facts, company.dunning_complaint_files, size)

    @api.model
    def _get_files_error(self, objection, company):
        """Return an ``uploads.Objection`` as a sentence for the customer."""
        code, name = objection
        size = company.dunning_complaint_file_size
        return {
            "too_many": self.env._(
                "Please send us %s files at most.", company.dunning_complaint_files
            ),
            "too_large": self.env._(
                "“%(name)s” is too large. A file may have %(size)s MB.", name=name, size=size
            ),
            "empty": self.env._("“%s” is empty. Please choose it once more.", name),
            "kind": self.env._(
                "“%s” cannot be taken. Please send photos (JPEG, PNG, WebP), PDF or plain text.",
                name,
            ),
        }[code]

    @api.model
    def _get_words_error(self, words):
        """Return why words cannot be taken, as a sentence for the customer; "" if they can."""
        if not words.strip():
            return self.env._("Please tell us in your own words what is wrong.")
        if len(words) > WORDS_LENGTH:
            return self.env._("Please shorten your text to %s characters.", WORDS_LENGTH)
        return ""

    @api.model
    def _is_too_often(self, partner):
        """Whether a customer has handed in so much within the last hour that it is no person."""
        lately = fields.Datetime.now() - timedelta(hours=1)
        complaints = self.sudo()  # counted, not shown
        found = complaints.search_count(
            [
                ("partner_id", "=", partner.commercial_partner_id.id),
                ("source", "=", "portal"),
                ("create_date", ">", lately),
            ],
            limit=COMPLAINTS_PER_HOUR,
        )
        return found >= COMPLAINTS_PER_HOUR

    # === WHAT ARRIVES ===

    @api.model
    def _receive(self, target, parts, words, reason, files, author):
        """Open the complaint that a customer has handed in on his page.

        :param target: the ``dunning.notice`` that he opened, or his invoice
        :param parts: [(invoices or lines, amount)] that he contests
        :param author: the ``res.partner`` who writes
        """
        complaints = self.with_user(SUPERUSER_ID)  # nobody of ours is at work
        return complaints.open(
            target.with_user(SUPERUSER_ID),
            words,
            reason=reason,
            parts=[(records.with_user(SUPERUSER_ID), amount) for records, amount in parts],
            source="portal",
            files=self._read_files(files),
            contact_id=author.id,
        )

    def _receive_message(self, text, files, author):
        """Put what the customer writes into the conversation; the responsible person is told."""
        self.ensure_one()
        self.with_context(mail_post_autofollow_author_skip=True).message_post(
            body=plaintext2html(text.strip()),
            attachments=self._read_files(files),
            author_id=author.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _receive_satisfaction(self, answer):
        """Keep the answer to our one question; the last one counts."""
        self.ensure_one()
        if self.closed_on and answer in dict(self._fields["satisfaction"].selection):
            self._write_own({"satisfaction": answer, "satisfaction_on": fields.Datetime.now()})

    def _get_own_messages(self):
        """Return what the customer and we have written to each other on the page."""
        self.ensure_one()
        return self.message_ids.filtered(
            lambda message: (
                message.message_type == "comment"
                and message.subtype_id == self.env.ref("mail.mt_comment")
                and not message.is_internal
            )
        ).sorted("id")

    def action_preview_page(self):
        """Open the page as the customer sees it."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "target": "new", "url": self.get_portal_url()}
