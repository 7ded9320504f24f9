import base64
import hashlib

from odoo import fields, models
from odoo.tools import format_amount, format_date

from ..rules import epc, placeholders

#: Letter texts, frozen on the notice when it is sent.
LETTER_TEXTS = ("letter_subject", "letter_opening", "letter_closing")
EMAIL_TEXTS = ("email_subject", "email_body")

LETTER_REPORT = "mahnwesen_pro.dunning_letter_report"


class DunningNoticeText(models.AbstractModel):
    """What the customer reads: the level's texts with the values of the notice, and the PDF."""

    _name = "dunning.notice.text"
    _description = "Texts of a Dunning Notice"

    letter_subject = fields.Char(readonly=True, copy=False)
    letter_opening = fields.Text(readonly=True, copy=False)
    letter_closing = fields.Text(readonly=True, copy=False)
    email_subject = fields.Char(readonly=True, copy=False)
    email_body = fields.Text(readonly=True, copy=False)
    pdf_file = fields.Binary(string="Letter", attachment=True, readonly=True, copy=False)
    pdf_name = fields.Char(string="PDF Name", readonly=True, copy=False)
    pdf_sha256 = fields.Char(
        string="SHA-256 of the Letter",
        readonly=True,
        copy=False,
        help="Proves that it is unchanged.",
    )

    def _get_texts(self):
        """Return the texts as the customer reads them: frozen ones, else drafted from the level.

        Keys are :data:`LETTER_TEXTS` and :data:`EMAIL_TEXTS`.
        """
        self.ensure_one()
        names = LETTER_TEXTS + EMAIL_TEXTS
        if self.is_frozen:
            return {name: self[name] or "" for name in names}
        values = self._get_text_values()
        level = self.level_id.with_context(lang=self.lang)
        return {name: placeholders.fill(level[name] or "", values) for name in names}

    def _get_text_values(self):
        """Return what fills the gaps of the texts, in the customer's language."""
        self.ensure_one()
        notice = self.with_context(lang=self.lang)
        env, level = notice.env, notice.level_id
        claims = notice.claim_ids
        following = level._next_level()
        return {
            "addressee": notice.addressee_id.name or notice.partner_id.name or "",
            "company": notice.company_id.name,
            "clerk": notice.user_id.name or notice.company_id.name,
            "clerk_phone": notice.user_id.phone or notice.company_id.phone or "",
            "clerk_email": notice.user_id.email or notice.company_id.email or "",
            "date": format_date(env, notice.date),
            "deadline": format_date(env, notice.date_deadline),
            "total": format_amount(env, notice.amount_total, notice.currency_id),
            "total_in_words": notice.currency_id.amount_to_text(notice.amount_total),
            "number": notice.name or "",
            "invoices": epc.reference(dict.fromkeys(claims.mapped("move_id.name")), 60),
            "due_since": format_date(env, min(claims.mapped("date_due"), default=notice.date)),
            "level": level.name,
            "next_level": following.name or "",
            "next_date": format_date(env, notice._get_next_step_date() or notice.date_deadline),
        }

    def _render_email(self):
        """Return the body of the e-mail as HTML, the level's text in the customer's language."""
        self.ensure_one()
        notice = self.with_context(lang=self.lang)
        return (
            self.env["ir.qweb"]
            .with_context(lang=self.lang)
            ._render(
                "mahnwesen_pro.notice_email",
                {
                    "notice": notice,
                    "company": notice.company_id,
                    "concern": notice._get_texts().get("letter_concern"),
                    "paragraphs": notice._get_texts()["email_body"].split("\n\n"),
                },
            )
        )

    def _get_email_attachments(self):
        """Return (name, content) of what goes along: the frozen letter, and invoices on wish."""
        self.ensure_one()
        files = [(self.pdf_name, base64.b64decode(self.pdf_file))]
        if self.level_id.attach_invoices:
            for move in self.claim_ids.move_id:
                document = move._get_invoice_legal_documents("pdf", allow_fallback=True)
                if document:
                    files.append((document["filename"], document["content"]))
        return files

    def _render_pdf(self):
        """Return the letter as PDF: the one that was sent, else drawn as the notice stands."""
        self.ensure_one()
        reports = self.env["ir.actions.report"]
        report = reports.browse(self.env["ir.model.data"]._xmlid_to_res_id(LETTER_REPORT))
        return report._get_dunning_pdf(report.sudo(), self)  # sudo: as _get_report of Odoo

    def _freeze_texts(self):
        """Write the texts onto the notices as they are sent."""
        for notice in self:
            notice._write_own(notice._get_texts())

    def _freeze_pdf(self):
        """Draw the letters once and keep them with their hash. What was sent is never drawn again.

        The files are created together; writing the field would take several queries for each.
        """
        files = []
        for notice in self:
            pdf = notice._render_pdf()
            notice._write_own(
                {
                    "pdf_name": f"{notice._get_report_base_filename()}.pdf",
                    "pdf_sha256": hashlib.sha256(pdf).hexdigest(),
                }
            )
            files.append(notice._prepare_pdf_vals(pdf))
        attachments = self._as_own_method().env["ir.attachment"]
        attachments.sudo().create(files)  # as the field itself does it
        self.invalidate_recordset(["pdf_file"], flush=False)

    def _prepare_pdf_vals(self, pdf):
        """Return the values of the attachment that holds the field ``pdf_file``."""
        return {
            "name": "pdf_file",
            "res_model": self._name,
            "res_field": "pdf_file",
            "res_id": self.id,
            "type": "binary",
            "raw": pdf,
        }

    def _get_report_base_filename(self):
        """Return the file name of the letter without its ending, safe for every file system."""
        self.ensure_one()
        level = self.level_id.with_context(lang=self.lang)
        number = (self.name or self.env._("Draft")).replace("/", "-")
        return f"{level.name} {number}"
