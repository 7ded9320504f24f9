from odoo import Command, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount

MANAGER = "mahnwesen_pro.group_dunning_manager"


class AccountMove(models.Model):
    """Writing off the small rest of an invoice so that turnover and tax are lowered rightly."""

    _inherit = "account.move"

    def action_dunning_write_off(self):
        """Write off what is open on the invoices, within the limit of the company.

        :raise UserError: when an invoice has nothing open, or a lock date is in the way
        :raise AccessError: above the limit for everybody but managers
        """
        for move in self:
            deduction = move._get_dunning_deductions()
            reason = self.env._("Cash discount") if deduction else self.env._("Small difference")
            move._dunning_write_off(move.amount_residual, reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _dunning_write_off(self, amount, reason):
        """Write off a part of what is open: a credit note in the invoice's own proportion of taxes.

        A lower price lowers the value added tax with it (§ 17 UStG), so a plain loss would be
        wrong. The credit note is allocated at once.

        :return: the credit note
        """
        self.ensure_one()
        self._check_dunning_write_off(amount)
        lines = self._prepare_dunning_write_off_lines(amount, reason)
        credit = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "company_id": self.company_id.id,
                "journal_id": self.journal_id.id,
                "partner_id": self.partner_id.id,
                "currency_id": self.currency_id.id,
                "invoice_date": self.company_id._dunning_today(),
                "invoice_payment_term_id": False,
                "reversed_entry_id": self.id,
                "ref": reason,
                "invoice_line_ids": [Command.create(values) for values in lines],
            }
        )
        credit.action_post()
        self._get_dunning_receivables()._dunning_reconcile_all(credit._get_dunning_receivables())
        self._message_log(
            body=self.env._(
                "Written off %(amount)s: %(reason)s",
                amount=format_amount(self.env, amount, self.currency_id),
                reason=reason,
            )
        )
        return credit

    def _check_dunning_write_off(self, amount):
        if self.move_type != "out_invoice" or self.state != "posted":
            raise UserError(self.env._("Only posted customer invoices can be written off."))
        if self.currency_id.compare_amounts(amount, 0) <= 0:
            raise UserError(self.env._("%s has nothing open that could be written off.", self.name))
        company = self.company_id
        company._check_dunning_date(company._dunning_today())
        company._check_dunning_rate(self.currency_id, company._dunning_today())
        user, limit = self.env.user, company.dunning_write_off_limit
        worth = self.currency_id._convert(
            amount, company.currency_id, company, company._dunning_today()
        )
        if not user.has_group("mahnwesen_pro.group_dunning_clerk"):
            raise AccessError(self.env._("Only dunning clerks may write off differences."))
        if worth > limit and not user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "You may write off up to %s. Ask a dunning manager for more.",
                    format_amount(self.env, limit, company.currency_id),
                )
            )

    def _prepare_dunning_write_off_lines(self, amount, reason):
        """Return values of lines that add up to ``amount`` in the taxes of the invoice."""
        taxes = self.env["account.tax"]
        base_lines, _tax_lines = self._get_rounded_base_and_tax_lines()
        parts = taxes._prepare_global_discount_lines(base_lines, self.company_id, "fixed", -amount)
        account = self.company_id.account_journal_early_pay_discount_loss_account_id
        return [
            {
                "name": f"{reason}, {self.name}",
                "quantity": part["quantity"],
                "price_unit": part["price_unit"],
                "tax_ids": [Command.set(part["tax_ids"].ids)],
                "account_id": (account or part["account_id"]).id,
                "extra_tax_data": taxes._export_base_line_extra_tax_data(part),
            }
            for part in parts
        ]

    def _get_dunning_receivables(self):
        """Return the open receivable lines of either sign."""
        return self.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable" and not line.reconciled
        )
