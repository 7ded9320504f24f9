from odoo import api, fields, models

from ..rules import charges, court_fee
from ..tools import to_decimal


class DunningCollectionCost(models.AbstractModel):
    """What agency and court will cost, worked out line by line before anybody is instructed."""

    _name = "dunning.collection.cost"
    _description = "Expected Costs of a Collection Case"

    currency_id = fields.Many2one("res.currency")
    agency_fee = fields.Monetary(
        string="Agency, Expected",
        compute="_compute_agency_fee",
        help="What an agency may ask at most (§ 13e RDG), without VAT: see Costs.",
    )
    expected_cost_html = fields.Html(
        string="Expected Costs", compute="_compute_expected_cost_html", sanitize=False
    )

    @api.depends("amount_open", "currency_id")
    def _compute_agency_fee(self):
        for case in self:
            case.agency_fee = float(case._has_fee_tables() and case._get_agency_cost().total)

    @api.depends("amount_open", "currency_id", "item_ids.move_line_id")
    @api.depends_context("lang")
    def _compute_expected_cost_html(self):
        for case in self:
            has_tables = case._has_fee_tables()
            case.expected_cost_html = self.env["ir.qweb"]._render(
                "mahnwesen_pro.dunning_collection_expected_costs",
                {
                    "rows": case._get_expected_cost_rows() if has_tables else (),
                    "notes": case._get_expected_cost_notes() if has_tables else (),
                },
            )

    def _has_fee_tables(self):
        """Whether the German tables answer for this case: in euro, and up to 10,000."""
        self.ensure_one()
        return (
            self._is_for_german_court() and 0 < self.amount_open <= court_fee.DISTRICT_COURT_UP_TO
        )

    def _get_agency_cost(self, rate=court_fee.NORMAL):
        """Return the :class:`court_fee.AgencyCost` of what is open today."""
        return court_fee.agency_cost(to_decimal(self.amount_open), rate)

    # === LINE BY LINE ===

    def _get_expected_cost_rows(self):
        """Return (what, how it comes about, amount as text, whether it is a sum)."""
        cost, amount = self._get_agency_cost(), self._format_money
        fees, lump = self._get_asked_recovery()
        owed = charges.recovery_costs([*fees, cost.total], lump)
        return [
            (
                self.env._("Agency: fee"),
                self.env._(
                    "%(rate)s times %(unit)s for a value of %(value)s "
                    "(§ 13 RVG, no. 2300 (2) VV RVG)",
                    rate=self._format_rate(cost.rate),
                    unit=amount(cost.unit),
                    value=amount(cost.value),
                ),
                amount(cost.fee),
                False,
            ),
            (
                self.env._("Agency: expenses"),
                self.env._(
                    "a fifth of the fee, at most %s (no. 7002 VV RVG)",
                    amount(court_fee.MAXIMUM_EXPENSES),
                ),
                amount(cost.expenses),
                False,
            ),
            (
                self.env._("Agency altogether"),
                self.env._("no more than a lawyer might ask (§ 13e RDG)"),
                amount(cost.total),
                True,
            ),
            (
                self.env._("Owed by the debtor for recovery"),
                self._explain_recovery(cost.total, sum(fees), lump),
                amount(owed),
                True,
            ),
            (
                self.env._("Court: order for payment"),
                self.env._(
                    "half a fee of § 34 GKG, at least %s (KV 1100 GKG)",
                    amount(court_fee.MINIMUM_COURT),
                ),
                amount(self.court_fee),
                False,
            ),
        ]

    def _explain_recovery(self, agency, fees, lump):
        """Say how agency, letters and lump sum come together."""
        parts = [self.env._("agency %s", self._format_money(agency))]
        if fees:
            parts.append(self.env._("reminder fees %s", self._format_money(fees)))
        if lump:
            parts.append(
                self.env._(
                    "the lump sum of %s is set off, not added (§ 288 (5) sentence 3 BGB)",
                    self._format_money(lump),
                )
            )
        return "; ".join(parts)

    def _get_expected_cost_notes(self):
        """Return what else is worth knowing about the agency's fee."""
        simple = self._get_agency_cost(court_fee.SIMPLE)
        notes = [
            self.env._(
                "If the debtor pays within two weeks of the agency's first letter, it may ask "
                "%(amount)s: %(rate)s times the fee instead.",
                amount=self._format_money(simple.total),
                rate=self._format_rate(simple.rate),
            )
        ]
        if not self.company_id.dunning_deducts_vat:
            notes.append(
                self.env._(
                    "VAT comes on top of the agency's bill: your company does not deduct it "
                    "(§ 13a (1) no. 6 RDG)."
                )
            )
        return notes

    def _get_asked_recovery(self):
        """Return ([reminder fees that letters have asked for], lump sums owed) for the items."""
        lines = self.item_ids.move_line_id
        partner, company = self.partner_id, self.company_id
        system = self.env["dunning.claim.statement"].sudo()  # who sees the case sees its claim
        today = company._dunning_today()
        asked = system._get_charges(company, partner, today).filtered(
            lambda charge: (
                charge.kind == "fee"
                and not charge.is_waived
                and not charge.is_paid
                and charge._get_item_line() in lines
            )
        )
        statement = system._get_statement(company, partner, today, with_lump_sums=True)
        lumps = [
            step.amount
            for sheet in statement.sheets
            for account in sheet.accounts
            if account.claim.id in lines.ids
            for step in account.steps
            if step.kind == "cost" and step.source.kind == "lump_sum"
        ]
        return [to_decimal(amount) for amount in asked.mapped("amount")], sum(lumps)

    @api.model
    def _format_rate(self, rate):
        """Return a rate of fees like 0.9 as it is written in the user's language."""
        return self.env["dunning.claim.sheet"]._format_rate(rate)
