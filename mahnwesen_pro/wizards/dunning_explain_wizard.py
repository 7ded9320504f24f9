from odoo import api, fields, models


class DunningExplainWizard(models.TransientModel):
    """Shows for each open item what the next run makes of it, and why."""

    _name = "dunning.explain.wizard"
    _description = "Why Dunned or Not"

    line_ids = fields.One2many("dunning.explain.wizard.line", "wizard_id", readonly=True)

    @api.model
    def _open(self, rows):
        """Return the action that shows ``rows``, see ``account.move.dunning_explain``."""
        wizard = self.create(
            {
                "line_ids": [
                    fields.Command.create({**row, "reasons": "\n".join(row["reasons"])})
                    for row in rows
                ]
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What the Next Run Does"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }


class DunningExplainWizardLine(models.TransientModel):
    _name = "dunning.explain.wizard.line"
    _description = "Explanation of one Item"

    wizard_id = fields.Many2one("dunning.explain.wizard", required=True, ondelete="cascade")
    move_id = fields.Many2one("account.move", string="Invoice")
    currency_id = fields.Many2one(related="move_id.currency_id")
    date_due = fields.Date(string="Due Date")
    amount_open = fields.Monetary(string="Open")
    level = fields.Char(string="Will be Sent")
    reasons = fields.Text(string="Why not")
    dunnable_from = fields.Date()
