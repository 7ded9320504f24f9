import base64

from odoo import models
from odoo.tools import split_every

from . import pdf_joiner


class DunningNotice(models.Model):
    """The letter of a notice on screen and on paper."""

    _name = "dunning.notice"
    _inherit = ["dunning.notice", "dunning.letter.content", "dunning.letter.transfer"]

    def action_preview(self):
        """Open the letter as PDF in a new tab; several notices make one document."""
        ids = ",".join(map(str, self.ids))
        return {
            "type": "ir.actions.act_url",
            "url": f"/report/pdf/mahnwesen_pro.dunning_letter/{ids}",
            "target": "new",
        }

    def _get_stored_letter(self):
        """Return the PDF bytes of the letter that was sent, None as long as there is none."""
        self.ensure_one()
        if not self.pdf_sha256:
            return None
        return base64.b64decode(self.with_context(bin_size=False).pdf_file)

    def _get_letter_attachments(self):
        """Return (file name, content) of the invoices' own PDFs, where the level sends them along.

        Only documents that exist already: an invoice is never drawn anew.
        """
        self.ensure_one()
        if not self.level_id.attach_invoices:
            return []
        invoices = self.line_ids.filtered(lambda line: line.kind == "claim").move_id
        documents = [invoice._get_invoice_legal_documents("pdf") for invoice in invoices]
        return [(document["filename"], document["content"]) for document in documents if document]

    def _get_correction_base_filename(self):
        """Return the file name of the correction letter without its ending."""
        self.ensure_one()
        number = (self.name or "").replace("/", "-")
        return self.with_context(lang=self.lang).env._("Correction of %s", number)

    def _get_print_batch(self):
        """Return the letters of the notices as one PDF, in postal order."""
        return pdf_joiner.join(self.sorted(lambda n: n._get_postal_key())._iter_letters())

    def _iter_letters(self):
        """Yield the letters as PDF bytes, few in memory at a time."""
        for part in split_every(50, self.ids, self.browse):
            for notice in part:
                yield notice._get_stored_letter() or notice._render_pdf()
            self.env.invalidate_all()

    def _get_postal_key(self):
        """Order of the post: letters within the country first, then by country, zip and name."""
        self.ensure_one()
        addressee = self.addressee_id
        abroad = addressee.country_id - self.company_id.country_id
        return (abroad.name or "", addressee.zip or "", self.partner_id.name or "", self.id)
