from odoo import fields, models


class DunningClaimReturnWizard(models.TransientModel):
    """Asks when the bank returned a direct debit, whose fault it was and what it took."""

    _name = "dunning.claim.return.wizard"
    _description = "Returned Direct Debit"

    move_id = fields.Many2one("account.move", string="Invoice", required=True)
    currency_id = fields.Many2one(related="move_id.currency_id")
    date = fields.Date(string="Returned on", required=True, default=fields.Date.context_today)
    reason = fields.Char(help="What the bank says, for example: no cover.")
    is_own_fault = fields.Boolean(
        string="Our own Fault",
        help="Wrong amount, wrong day or no mandate: then the customer pays nothing for it.",
    )
    cost = fields.Monetary(
        string="Taken by the Bank",
        help="Exactly the bank's own fee and that of the other bank, as on the statement. No lump "
        "sum and no work of yours (BGH Xa ZR 40/08).",
    )

    def _open(self, move):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Direct Debit was Returned"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {"default_move_id": move.id},
        }

    def action_confirm(self):
        """Open the invoice again and keep the cost."""
        self.ensure_one()
        cost = 0 if self.is_own_fault else self.cost
        self.move_id._dunning_return_debit(self.date, cost, self.reason or "")
        return {"type": "ir.actions.act_window_close"}
