import io

from odoo import models
from odoo.exceptions import UserError

from . import letter_engine

#: Reports of this addon are drawn by our engine; wkhtmltopdf is not needed for them.
OURS = "mahnwesen_pro."
LETTER = "mahnwesen_pro.dunning_letter"


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        report = self._get_report(report_ref)
        if not report.report_name.startswith(OURS):
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)
        return {
            record.id: {
                "stream": io.BytesIO(self._get_dunning_pdf(report, record, data)),
                "attachment": None,
            }
            for record in self.env[report.model].browse(res_ids)
        }

    def _get_dunning_pdf(self, report, record, data=None):
        """Return the PDF of one record: the letter that was sent, else a new drawing."""
        record.check_access("read")
        record = record.sudo()  # a salesperson may see the notice, but not the invoices behind it
        is_letter = report.report_name == LETTER
        stored = record._get_stored_letter() if is_letter else None
        if stored:
            return stored
        values = {**(data or {}), "report_type": "pdf"}
        values = self._get_rendering_context(report, record.ids, values)
        values["docs"] = record  # knows the records beside it, so one query reads for all of them
        html = self._render_template(report.report_name, values)
        attachments = record._get_letter_attachments() if is_letter else ()
        font = record.company_id.font or "Lato"
        try:
            return letter_engine.draw(html.decode(), font, attachments)
        except OSError as error:
            raise UserError(
                self.env._(
                    "The letter cannot be drawn: the libraries of Pango are missing on the server. "
                    "Install them, on Debian with “apt install libpango-1.0-0 libpangoft2-1.0-0 "
                    "libharfbuzz-subset0”. (%s)",
                    error,
                )
            ) from error
