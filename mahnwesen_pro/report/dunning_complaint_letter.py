from odoo import models

from .ir_actions_report import OURS

REJECTION = f"{OURS}dunning_complaint"


class DunningComplaint(models.Model):
    """The letter that rejects a complaint, in the look of the other letters."""

    _name = "dunning.complaint"
    _inherit = ["dunning.complaint", "dunning.letter.content"]

    def _get_letter_address(self):
        """Return the lines of the address and a class for its size, so that it fits the window."""
        self.ensure_one()
        addressee = self._get_addressee().with_company(self.company_id)
        return self._fit_address(addressee._dunning_address().splitlines())

    def _get_report_base_filename(self):
        """Return the file name of the letter without its ending, safe for every file system."""
        self.ensure_one()
        complaint = self.with_context(lang=self.lang)
        number = (self.name or "").replace("/", "-")
        return complaint.env._("Your complaint %s", number)


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_dunning_pdf(self, report, record, data):
        """A letter that was sent is never drawn again."""
        if report.report_name == REJECTION:
            record.check_access("read")
            stored = record.sudo()._get_stored_letter()  # whoever may read the complaint
            if stored:
                return stored
        return super()._get_dunning_pdf(report, record, data)
