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
    overtaken_ids = fields.Many2many("dunning.notice", string="Left Out", readonly=True)

    @api.depends("delivery_ids")
    def _compute_count(self):
        for wizard in self:
            wizard.count = len(wizard.delivery_ids)

    @api.model
    def _open(self, domain):
        """Return the action that prints the queued letter deliveries of ``domain``.

        Letters that would not go out as they are today are left out, and named.
        """
        deliveries = self.env["dunning.delivery"].search(domain)
        if not deliveries:
            raise UserError(self.env._("There is no letter that waits for printing."))
        waiting = deliveries.notice_id.filtered(lambda notice: notice.state == "sending")
        overtaken = waiting._find_overtaken()
        deliveries -= overtaken.delivery_ids
        if not deliveries:
            raise UserError(
                self.env._(
                    "Nothing is printed: since %s was written, something was paid, credited or "
                    "paused. Cancel it; the next run proposes what is still open.",
                    ", ".join(overtaken.mapped("display_name")),
                )
            )
        wizard = self.create(
            {
                "overtaken_ids": [fields.Command.set(overtaken.ids)],
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

    def action_cancel_overtaken(self):
        """Cancel the letters that were left out; asks for the reason."""
        return self.overtaken_ids.action_cancel()

    def action_mark_printed(self):
        """Confirm that the letters are printed; their notices are sent."""
        self.delivery_ids.action_mark_printed()
        return {"type": "ir.actions.act_window_close"}
