from odoo import api, fields, models


class DunningWaiveWizard(models.TransientModel):
    """Asks why charges are waived."""

    _name = "dunning.waive.wizard"
    _description = "Waive Charges"

    charge_ids = fields.Many2many("dunning.notice.charge", required=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_amount")
    amount = fields.Monetary(compute="_compute_amount")
    amount_paid = fields.Monetary(string="Paid before", compute="_compute_amount")
    reason = fields.Char(required=True)

    @api.depends("charge_ids")
    def _compute_amount(self):
        for wizard in self:
            wizard.currency_id = wizard.charge_ids.currency_id[:1]
            wizard.amount = sum(wizard.charge_ids.mapped("amount_asked"))
            claims = wizard.charge_ids.origin_id | wizard.charge_ids
            wizard.amount_paid = claims._get_booked_items()._get_dunning_paid()

    def action_waive(self):
        """Waive the charges with the reason."""
        self.ensure_one()
        return self.charge_ids.action_waive(self.reason)
