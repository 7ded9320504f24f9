from odoo import api, models


class AccountMove(models.Model):
    """What an invoice tells of reminders that are confidential."""

    _inherit = "account.move"

    @api.depends("commercial_partner_id.dunning_is_confidential")
    def _compute_dunning_level(self):
        """Keep the level of confidential customers off their invoices, which everybody in the
        books may read; for managers it stands on the notices.
        """
        confidential = self.filtered("commercial_partner_id.dunning_is_confidential")
        confidential.dunning_level_id = False
        confidential.dunning_date_last = False
        return super(AccountMove, self - confidential)._compute_dunning_level()

    @api.depends_context("uid")
    def _compute_dunning_date_next(self):
        return super()._compute_dunning_date_next()

    @api.depends_context("uid")
    def _compute_dunning_is_paused(self):
        return super()._compute_dunning_is_paused()

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
