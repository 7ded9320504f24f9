from odoo import api, fields, models


class DunningCollectionRule(models.Model):
    """Which agency gets which debtors; the first rule that fits counts."""

    _name = "dunning.collection.rule"
    _description = "Choice of a Collection Agency"
    _order = "sequence, id"
    _rec_name = "agency_id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for every company.")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    agency_id = fields.Many2one(
        "res.partner",
        string="Collection Agency",
        required=True,
        domain="[('dunning_is_agency', '=', True)]",
        ondelete="restrict",
    )
    country_ids = fields.Many2many(
        "res.country", string="Countries", help="Of the debtor. Empty: every country."
    )
    debtors = fields.Selection(
        [("all", "All debtors"), ("consumer", "Consumers"), ("business", "Businesses")],
        required=True,
        default="all",
    )
    amount_from = fields.Monetary(string="From Sum", help="In company currency.")
    amount_to = fields.Monetary(string="Up to Sum", help="In company currency. 0 = no limit.")

    _amounts = models.Constraint(
        "CHECK(amount_from >= 0 AND (amount_to = 0 OR amount_to >= amount_from))",
        "“Up to” has to be larger than “from”.",
    )

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for rule in self:
            rule.currency_id = (rule.company_id or self.env.company).currency_id

    @api.model
    def _find(self, case):
        """Return the first rule that fits a case, empty when none does."""
        company, partner = case.company_id, case.partner_id
        amount = case.currency_id._convert(
            case.amount_principal, company.currency_id, company, company._dunning_today()
        )
        rules = self.search(
            [("company_id", "in", (False, company.id)), ("amount_from", "<=", amount)]
        )
        return rules.filtered(lambda rule: rule._fits(partner, amount))[:1]

    def _fits(self, partner, amount):
        kind = "consumer" if partner._is_dunning_consumer() else "business"
        return (
            self.debtors in ("all", kind)
            and (not self.country_ids or partner.country_id in self.country_ids)
            and (not self.amount_to or amount <= self.amount_to)
            and self.agency_id._is_dunning_agency_usable()
        )
