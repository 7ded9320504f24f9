from odoo import api, models

from odoo.addons.mahnwesen_pro.tools import to_decimal


class DunningCollectionFacts(models.AbstractModel):
    _inherit = "dunning.collection.facts"

    @api.model
    def _sum_orders(self, company, partners):
        """Return {customer id: ordered and not invoiced, in company currency}."""
        lines = self.env["sale.order.line"]._read_group(
            [
                ("company_id", "=", company.id),
                ("state", "=", "sale"),
                ("order_partner_id.commercial_partner_id", "in", partners.ids),
                ("untaxed_amount_to_invoice", ">", 0),
            ],
            ["order_partner_id", "currency_id"],
            ["untaxed_amount_to_invoice:sum"],
        )
        today, sums = company._dunning_today(), {}
        for partner, currency, amount in lines:
            firm = partner.commercial_partner_id.id
            worth = currency._convert(amount, company.currency_id, company, today)
            sums[firm] = sums.get(firm, 0) + to_decimal(worth)
        return sums
