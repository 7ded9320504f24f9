import base64

from odoo import api, fields, models
from odoo.exceptions import UserError


class DunningPrintWizard(models.TransientModel):
    """All letters that wait, as one PDF in postal order; marked as printed on confirmation."""

    _name = "dunning.print.wizard"
    _description = "Print Dunning Letters"

    delivery_ids = fields.Many2many("dunning.delivery", required=True, readonly=True)
    count = fields.Integer(compute="_compute_count", string="Letters")
    pdf_file = fields.Binary(string="Letters as PDF", readonly=True, attachment=False)
    pdf_name = fields.Char(readonly=True)

    @api.depends("delivery_ids")
    def _compute_count(self):
        for wizard in self:
            wizard.count = len(wizard.delivery_ids)

    @api.model
    def _open(self, domain):
        """Return the action that prints the queued letter deliveries of ``domain``."""
        deliveries = self.env["dunning.delivery"].search(domain)
        if not deliveries:
            raise UserError(self.env._("There is no letter that waits for printing."))
        wizard = self.create(
            {
                "delivery_ids": [fields.Command.set(deliveries.ids)],
                "pdf_file": base64.b64encode(deliveries.notice_id._get_print_batch()),
                "pdf_name": self.env._("Letters %s.pdf", self.env.company._dunning_today()),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Print Letters"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_mark_printed(self):
        """Confirm that the letters are printed; their notices are sent."""
        self.delivery_ids.action_mark_printed()
        return {"type": "ir.actions.act_window_close"}
