from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class DunningVetoWizard(models.TransientModel):
    """Asks the salesperson why and until when a level is stopped."""

    _name = "dunning.veto.wizard"
    _description = "Stop a Reminder"

    veto_ids = fields.Many2many("dunning.veto", string="Items", readonly=True)
    note = fields.Text(string="Reason", required=True, help="What the dunning clerk needs to know.")
    date_end = fields.Date(
        string="Stopped until",
        required=True,
        default=lambda self: self.env.company._dunning_today() + timedelta(days=14),
        help="Last day of the pause. After it the reminder goes out without asking again.",
    )

    @api.constrains("date_end")
    def _check_date_end(self):
        for wizard in self:
            if wizard.date_end < self.env.company._dunning_today():
                raise UserError(self.env._("The day has passed. Choose a later one."))

    def action_stop(self):
        """Place the blocks and bring open proposals up to date."""
        self.ensure_one()
        blocks = self.veto_ids._stop(self.note, self.date_end)
        for company, placed in blocks.grouped("company_id").items():
            notices = self.env["dunning.notice"].sudo()  # a salesperson may not write notices
            notices._refresh_proposals(placed.partner_id.ids, company)
        return {"type": "ir.actions.act_window_close"}
