from odoo import api, models

from ..tools import to_decimal


class AccountMoveLine(models.Model):
    """Reconciling a part of an item, and not as much as possible."""

    _inherit = "account.move.line"

    @api.depends("amount_residual_currency", "currency_id")
    @api.depends_context("dunning_show_open")
    def _compute_display_name(self):
        """Name money that waits for its use by document and open amount, where asked for."""
        if not self.env.context.get("dunning_show_open"):
            return super()._compute_display_name()
        for line in self:
            amount = line.currency_id.format(abs(line.amount_residual_currency))
            line.display_name = f"{line.move_id.name or ''}, {amount}"
        return None

    def _prepare_reconciliation_plan(self, plan, amls_values_map, shadowed_aml_values=None):
        """Let no more of an item be reconciled than the context allows, see _dunning_reconcile."""
        for line, limit in (self.env.context.get("dunning_limits") or {}).items():
            values = amls_values_map.get(self.browse(line))
            whole = values and values["amount_residual_currency"]
            if whole and limit < abs(whole):
                share = limit / abs(whole)
                currency, own = self.browse(line).currency_id, self.browse(line).company_currency_id
                values["amount_residual_currency"] = currency.round(whole * share)
                values["amount_residual"] = own.round(values["amount_residual"] * share)
        return super()._prepare_reconciliation_plan(plan, amls_values_map, shadowed_aml_values)

    def _dunning_reconcile_all(self, credits_):
        """Put the credits on these items, the oldest item first."""
        for line in self.sorted(lambda line: (line.date_maturity or line.date, line.id)):
            line._dunning_reconcile(credits_, abs(line.amount_residual_currency))

    def _dunning_reconcile(self, credits_, amount):
        """Put up to ``amount`` of the credits on this item, the oldest credit first.

        :param amount: in the currency of the item
        :param credits_: lines of the same account and customer; of the same currency, or one of
            both in company currency
        :return: what was really used
        """
        self.ensure_one()
        rest = amount
        for credit in credits_.sorted(lambda line: (line.date, line.id)):
            residual = credit._get_dunning_value(self.currency_id)
            part = min(rest, residual, abs(self.amount_residual_currency))
            if self.currency_id.compare_amounts(part, 0) <= 0 or credit.reconciled:
                continue
            limits = {self.id: part}
            if credit.currency_id == self.currency_id:
                limits[credit.id] = part
            (self + credit).with_context(dunning_limits=limits).reconcile()
            rest = self.currency_id.round(rest - part)
        return float(to_decimal(amount) - to_decimal(rest))

    def _get_dunning_value(self, currency):
        """Return what is open in another currency, as Odoo reconciles it: at the rate of its day.

        :return: 0 where no rate of exchange is known
        """
        self.ensure_one()
        company = self.company_id
        if self.currency_id == currency:
            return abs(self.amount_residual_currency)
        if company.currency_id == currency:
            return abs(self.amount_residual)
        if not currency._has_dunning_rate(company, self._get_dunning_rate_date()):
            return 0.0
        return company.currency_id._convert(
            abs(self.amount_residual), currency, company, self._get_dunning_rate_date()
        )

    def _get_dunning_paid(self):
        """Return what was put on these items, in their currency."""
        return sum(line.amount_currency - line.amount_residual_currency for line in self)

    def _get_dunning_rate_date(self):
        """Return the day whose rate counts: of a document its own, of a payment that it came."""
        return self.move_id.invoice_date if self.move_id.is_invoice() else self.date
