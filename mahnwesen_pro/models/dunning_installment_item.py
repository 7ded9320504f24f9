from odoo import api, fields, models
from odoo.tools import SQL

from ..rules.promise import Payment
from ..tools import to_decimal
from .dunning_promise_cover import MONEY


class DunningInstallmentItem(models.Model):
    """One open item that is paid off by an instalment plan."""

    _name = "dunning.installment.item"
    _description = "Item of an Instalment Plan"
    _inherit = ["dunning.promise.cover"]

    plan_id = fields.Many2one(
        "dunning.installment.plan", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    partner_id = fields.Many2one(related="plan_id.partner_id")
    state = fields.Selection(related="plan_id.state")

    @api.model
    def _query_interest(self, company, partner_ids, first):
        """Return {(customer, currency): [payments of interest]} from the day ``first`` on.

        Interest of a plan is no item of its own. It is booked with the payment, on an income
        account, or claimed by an entry in a general journal with which the payment is reconciled.
        """
        self.env["account.partial.reconcile"].flush_model()
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH money AS (
                    SELECT line.id, line.move_id, line.date, partner.commercial_partner_id,
                           line.currency_id
                      FROM account_move_line line
                      JOIN res_partner partner ON partner.id = line.partner_id
                      JOIN account_account account ON account.id = line.account_id
                      JOIN account_journal journal ON journal.id = line.journal_id
                     WHERE account.account_type = 'asset_receivable'
                       AND line.parent_state = 'posted' AND line.amount_currency < 0
                       AND journal.type = ANY(%(money)s)
                       AND line.company_id = %(company)s AND line.date >= %(first)s
                       AND partner.commercial_partner_id = ANY(%(partners)s)
                )
                SELECT money.commercial_partner_id, money.currency_id, money.date,
                       part.credit_amount_currency::text
                  FROM money
                  JOIN account_partial_reconcile part ON part.credit_move_id = money.id
                  JOIN account_move_line claim ON claim.id = part.debit_move_id
                  JOIN account_journal journal ON journal.id = claim.journal_id
                 WHERE journal.type = 'general'
                 UNION ALL
                SELECT money.commercial_partner_id, money.currency_id, money.date,
                       (-income.amount_currency)::text
                  FROM (SELECT DISTINCT ON (move_id) * FROM money ORDER BY move_id, id) money
                  JOIN account_move_line income ON income.move_id = money.move_id
                  JOIN account_account account ON account.id = income.account_id
                 WHERE account.account_type IN ('income', 'income_other')
                   AND income.amount_currency < 0 AND income.currency_id = money.currency_id
                 ORDER BY 3
                """,
                money=list(MONEY),
                company=company.id,
                first=first,
                partners=list(partner_ids),
            )
        )
        interest = {}
        for partner_id, currency_id, day, amount in rows:
            payment = Payment(day, to_decimal(amount))
            interest.setdefault((partner_id, currency_id), []).append(payment)
        return interest
