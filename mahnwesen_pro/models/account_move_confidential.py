from odoo import models


class AccountMove(models.Model):
    """What an invoice tells of reminders that are confidential."""

    _inherit = "account.move"

    def _get_dunning_hidden(self):
        """Return the invoices whose reminders are not for the user's eyes."""
        return self.filtered(lambda move: move.commercial_partner_id.dunning_is_hidden)

    def _get_dunning_hidden_sentence(self):
        return self.env._("Reminders of this customer are confidential. Ask a dunning manager.")

    def dunning_explain(self, date=None):
        hidden = self._get_dunning_hidden()
        rows = super(AccountMove, self - hidden).dunning_explain(date)
        sentence = self._get_dunning_hidden_sentence()
        return rows + [
            {
                "move_id": move.id,
                "date_due": move.invoice_date_due,
                "amount_open": move.amount_residual,
                "level": "",
                "reasons": [sentence],
                "dunnable_from": None,
            }
            for move in hidden
        ]

    def _get_dunning_sentence(self):
        sentence = super()._get_dunning_sentence()
        return sentence and (
            self._get_dunning_hidden_sentence() if self._get_dunning_hidden() else sentence
        )
