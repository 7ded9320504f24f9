from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from .dunning_ledger import MONEY

CALLER = "mahnwesen_pro.group_dunning_caller"


class AccountMove(models.Model):
    """A direct debit that the bank returned: the invoice is open again, and its ladder its own."""

    _inherit = "account.move"

    dunning_returned_on = fields.Date(
        string="Debit Returned on",
        copy=False,
        readonly=True,
        prefetch="dunning",
        index="btree_not_null",
        groups=CALLER,
        help="The bank returned the direct debit for this invoice: it has a ladder of its own.",
    )

    def action_dunning_return(self):
        """Ask when the direct debit came back, and what the bank took."""
        self.ensure_one()
        return self.env["dunning.claim.return.wizard"]._open(self)

    def _dunning_return_debit(self, date, cost=0.0, reason=""):
        """Take the payment of a returned direct debit off the invoice, and keep the bank's cost; it
        comes on top of what earlier returns have cost.

        Where the return is in the books already (an entry of the bank against the customer), the
        payment is matched with it; otherwise the payment is reversed.

        :param cost: exactly what the bank took, 0 when the fault was our own
        :raise UserError: when no payment is there, or a lock date is in the way
        """
        self.ensure_one()
        if cost < 0:
            raise UserError(
                self.env._("What the bank took cannot be negative. Enter it without a sign.")
            )
        payment = self._get_returned_payment()
        if not payment:
            raise UserError(
                self.env._("%s has no payment that could have been returned.", self.name)
            )
        debit = self._get_booked_return(payment)
        if debit:
            payment.remove_move_reconcile()
            (debit + payment).reconcile()
        elif payment.move_id.statement_line_id:
            raise UserError(
                self.env._(
                    "%s comes from a bank statement. Enter the return on the statement first, with "
                    "this customer and his receivable account.",
                    payment.move_id.name,
                )
            )
        else:
            self.company_id._check_dunning_date(date)
            payment.move_id._reverse_moves([{"date": date, "ref": reason}], cancel=True)
        invoice = self.sudo()  # set by this method only
        invoice.write(
            {
                "dunning_returned_on": date,
                "dunning_return_cost": invoice.dunning_return_cost + cost,
            }
        )
        self._log_return(date, cost)

    def _get_returned_payment(self):
        """Return the newest line of money that was put on the invoice."""
        money = self.line_ids.matched_credit_ids.credit_move_id.filtered(
            lambda line: line.journal_id.type in MONEY
        )
        return money.sorted(lambda line: (line.date, line.id))[-1:]

    def _get_booked_return(self, payment):
        """Return the line by which the bank took the money back, if it is in the books."""
        return self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", payment.partner_id.id),
                ("account_id", "=", payment.account_id.id),
                ("journal_id.type", "in", MONEY),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("currency_id", "=", payment.currency_id.id),
                ("amount_currency", "=", -payment.amount_currency),
                ("date", ">=", payment.date),
            ],
            order="date",
            limit=1,
        )

    def _log_return(self, date, cost):
        day, amount = format_date(self.env, date), format_amount(self.env, cost, self.currency_id)
        self._message_log(
            body=self.env._(
                "The direct debit was returned on %(day)s, cost %(amount)s.", day=day, amount=amount
            )
        )
