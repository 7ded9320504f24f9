from odoo import api, models
from odoo.tools import SQL

from ..rules import discount
from ..tools import to_decimal


class DunningClaimDiscount(models.AbstractModel):
    """Finds rests of invoices that are cash discounts, with one query for any number of items."""

    _name = "dunning.claim.discount"
    _description = "Recognition of Cash Discounts"

    @api.model
    def _find(self, company, line_ids):
        """Return {journal item: :class:`discount.Deduction`} of open items."""
        found = {}
        for line_id, gross, residual, paid_on, percent, until in self._query(line_ids):
            offer = percent and discount.Offer(to_decimal(percent), until)
            deduction = discount.recognise(
                to_decimal(gross),
                to_decimal(residual),
                paid_on,
                offer or None,
                company.dunning_discount_grace,
            )
            if deduction:
                found[line_id] = deduction
        return found

    @api.model
    def _query(self, line_ids):
        """Return what was invoiced, what is open, when money came last, and the agreed discount."""
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        self.env["account.payment.term"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.amount_currency::text, line.amount_residual_currency::text,
                       MAX(other.date) FILTER (WHERE journal.type IN ('bank', 'cash', 'credit')),
                       CASE WHEN term.early_discount THEN term.discount_percentage END,
                       CASE WHEN term.early_discount
                            THEN move.invoice_date + term.discount_days END
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN account_partial_reconcile part ON part.debit_move_id = line.id
                  JOIN account_move_line other ON other.id = part.credit_move_id
                  JOIN account_journal journal ON journal.id = other.journal_id
                  LEFT JOIN account_payment_term term ON term.id = move.invoice_payment_term_id
                 WHERE line.id = ANY(%s) AND move.move_type = 'out_invoice'
                   AND line.amount_residual_currency > 0
                   AND line.amount_residual_currency * 20 <= line.amount_currency
                 GROUP BY line.id, move.id, term.id
                """,
                list(line_ids),
            )
        )
