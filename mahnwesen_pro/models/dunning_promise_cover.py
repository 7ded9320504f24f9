from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..rules.promise import ZERO, Payment, since
from ..tools import to_decimal

#: Journals whose entries are money; what comes from elsewhere lowers the debt, but nobody has paid.
MONEY = ("bank", "cash", "credit")


class Result(NamedTuple):
    """What became of an item: the payments since it was agreed, and what is open on it now."""

    payments: list[Payment]
    still_open: Decimal


class DunningPromiseCover(models.AbstractModel):
    """One open item that a promise or a plan covers: a snapshot, and what was paid on it since.

    Nothing hooks into reconciliation: the payments are read when somebody asks.
    """

    _name = "dunning.promise.cover"
    _description = "Item of a Promise or a Plan"
    _order = "date_due, id"
    _rec_name = "move_id"

    move_id = fields.Many2one(
        "account.move", string="Invoice", required=True, index=True, ondelete="cascade"
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Journal Item",
        index="btree_not_null",
        ondelete="set null",
        help="Becomes empty when the invoice is reset to draft; invoice and due date stay.",
    )
    date_due = fields.Date(string="Due Date", required=True)
    amount = fields.Monetary(string="Covered", help="The part of the item that is covered.")
    amount_open = fields.Monetary(string="Open", help="What was open when it was agreed.")
    amount_paid_before = fields.Monetary(
        string="Paid before", help="Payments that had been assigned when it was agreed."
    )
    currency_id = fields.Many2one("res.currency", required=True)

    @api.model
    def _prepare_cover_vals(self, covered):
        """Return the values of items for [(receivable line, amount that is covered)]."""
        lines = self.env["account.move.line"].union(*(line for line, _amount in covered))
        paid = self._query_payments(lines)
        return [
            {
                "move_id": line.move_id.id,
                "move_line_id": line.id,
                "date_due": line.date_maturity or line.date,
                "amount": amount,
                "amount_open": line.amount_residual_currency,
                "amount_paid_before": sum(payment.amount for payment in paid.get(line.id, ())),
                "currency_id": line.currency_id.id,
            }
            for line, amount in covered
        ]

    @api.model
    def _find_items(self, lines, domain=Domain.TRUE):
        """Return the items that were made of these receivable lines, also before a reset to draft.

        :param domain: further conditions
        """
        own = {(line.move_id, line.date_maturity or line.date) for line in lines}
        found = self.search(Domain("move_id", "in", lines.move_id.ids) & domain)
        return found.filtered(
            lambda item: (
                item.move_line_id in lines
                or (not item.move_line_id and (item.move_id, item.date_due) in own)
            )
        )

    # === WHAT BECAME OF THEM ===

    def _get_lines(self):
        """Return {item: its receivable lines today}; after a reset to draft by the due date."""
        receivables = self.env["account.move.line"].search_fetch(
            [
                ("move_id", "in", self.move_id.ids),
                ("account_id.account_type", "=", "asset_receivable"),
            ],
            ["move_id", "date_maturity", "date", "parent_state", "amount_residual_currency"],
        )
        by_move = receivables.grouped("move_id")
        return {
            item: item.move_line_id
            or by_move.get(item.move_id, receivables.browse()).filtered(
                lambda line, day=item.date_due: (line.date_maturity or line.date) == day
            )
            for item in self
        }

    def _get_paid_since(self):
        """Return {item: :class:`Result`}, in its currency.

        An invoice in draft is being corrected: it counts as open until it is posted or cancelled.
        """
        lines = self._get_lines()
        paid = self._query_payments(self.env["account.move.line"].union(*lines.values()))
        result = {}
        for item, own in lines.items():
            payments = [payment for line in own for payment in paid.get(line.id, ())]
            if item.move_id.state == "draft":
                still_open = to_decimal(item.amount_open)
            else:
                posted = own.filtered(lambda line: line.parent_state == "posted")
                still_open = sum(
                    (to_decimal(line.amount_residual_currency) for line in posted), ZERO
                )
            result[item] = Result(since(payments, to_decimal(item.amount_paid_before)), still_open)
        return result

    @api.model
    def _query_payments(self, lines):
        """Return {receivable line: [payments assigned to it]}; credits and write-offs are none."""
        self.env["account.partial.reconcile"].flush_model()
        self.env["account.move.line"].flush_model(["date", "journal_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT part.debit_move_id, money.date, part.debit_amount_currency::text
                  FROM account_partial_reconcile part
                  JOIN account_move_line money ON money.id = part.credit_move_id
                  JOIN account_journal journal ON journal.id = money.journal_id
                 WHERE part.debit_move_id = ANY(%s) AND journal.type = ANY(%s)
                 ORDER BY money.date, part.id
                """,
                lines.ids,
                list(MONEY),
            )
        )
        payments = {}
        for line_id, day, amount in rows:
            payments.setdefault(line_id, []).append(Payment(day, to_decimal(amount)))
        return payments

    # === MONEY ON ITS WAY ===

    def _is_in_motion(self, seen):
        """Whether money for one of the items was seen, or its invoice is being corrected.

        :param seen: ids from :meth:`_get_seen_lines`
        """
        drafts = any(move.state == "draft" for move in self.move_id)
        return drafts or bool(seen.intersection(self.move_line_id.ids))

    @api.model
    def _query_loose_payments(self, company, partner_ids):
        """Return {(customer, currency): [payments that nobody has assigned yet]}."""
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.commercial_partner_id, money.currency_id, money.date,
                       (-money.amount_residual_currency)::text
                  FROM account_move_line money
                  JOIN res_partner partner ON partner.id = money.partner_id
                  JOIN account_account account ON account.id = money.account_id
                  JOIN account_journal journal ON journal.id = money.journal_id
                 WHERE account.account_type = 'asset_receivable'
                   AND money.reconciled IS NOT TRUE AND money.parent_state = 'posted'
                   AND money.amount_residual_currency < 0
                   AND journal.type = ANY(%(money)s)
                   AND money.company_id = %(company)s
                   AND partner.commercial_partner_id = ANY(%(partners)s)
                 ORDER BY money.date, money.id
                """,
                money=list(MONEY),
                company=company.id,
                partners=list(partner_ids),
            )
        )
        loose = {}
        for partner_id, currency_id, day, amount in rows:
            payment = Payment(day, to_decimal(amount))
            loose.setdefault((partner_id, currency_id), []).append(payment)
        return loose

    @api.model
    def _get_seen_lines(self, company, partner_ids, date):
        """Return the ids of open items for which money was seen: at the bank, online, under way."""
        rows = self.env["dunning.facts"]._query_open_lines(company, partner_ids)
        stops = self.env["dunning.stops"]._get_stops(company, rows, date)
        seen = {"payment_seen", "online_pending", "in_payment"}
        return {line for line, reasons in stops.items() if seen & {one.code for one in reasons}}
