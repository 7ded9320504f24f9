from odoo import api, fields, models

from ..rules import promise
from .dunning_promise_check import DECIDED

CALLER = "mahnwesen_pro.group_dunning_caller"


class ResPartner(models.Model):
    _inherit = "res.partner"

    dunning_reliability = fields.Float(
        string="Promises Kept",
        compute="_compute_dunning_reliability",
        groups=CALLER,
        help="How many of the promises that are decided were kept in full, in percent.",
    )
    dunning_promise_count = fields.Integer(
        string="Promises", compute="_compute_dunning_reliability", groups=CALLER
    )
    dunning_promise_decided = fields.Integer(
        string="Promises Decided", compute="_compute_dunning_reliability", groups=CALLER
    )
    dunning_promise_broken = fields.Integer(
        string="Promises not Kept",
        compute="_compute_dunning_reliability",
        groups=CALLER,
        help="Broken, or kept only in part.",
    )
    dunning_plan_count = fields.Integer(
        string="Instalment Plans", compute="_compute_dunning_plan_count", groups=CALLER
    )

    @api.depends_context("company", "uid")
    def _compute_dunning_reliability(self):
        groups = self.env["dunning.promise"]._read_group(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
            ],
            ["partner_id", "state"],
            ["__count"],
        )
        counts = {}
        for partner, state, count in groups:
            counts.setdefault(partner.id, {})[state] = count
        for partner in self:
            own = counts.get(partner.commercial_partner_id.id, {})
            decided = sum(own.get(state, 0) for state in DECIDED)
            kept = own.get("kept", 0)
            partner.dunning_promise_count = sum(own.values())
            partner.dunning_promise_decided = decided
            partner.dunning_promise_broken = decided - kept
            partner.dunning_reliability = promise.reliability(kept, decided) or 0.0

    @api.depends_context("company", "uid")
    def _compute_dunning_plan_count(self):
        groups = self.env["dunning.installment.plan"]._read_group(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
            ],
            ["partner_id"],
            ["__count"],
        )
        counts = {partner.id: count for partner, count in groups}
        for partner in self:
            partner.dunning_plan_count = counts.get(partner.commercial_partner_id.id, 0)

    def _get_dunning_open_lines(self, company):
        """Return the open receivable lines of the customers in a company, the oldest first.

        What is excluded from reminders stays out, and so do charges that were booked: they are no
        principal and bear no interest (§ 289 BGB), but belong to the items that they are for.
        """
        customers = self.commercial_partner_id
        lines = self.env["account.move.line"].search(
            [
                ("partner_id.commercial_partner_id", "in", customers.ids),
                ("company_id", "=", company.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual_currency", ">", 0),
                ("no_followup", "=", False),
                ("move_id.payment_state", "!=", "blocked"),
            ],
            order="date_maturity, id",
        )
        booked = self.env["dunning.notice.charge"]._get_booked_lines(company, customers.ids)
        return lines.filtered(lambda line: line.id not in booked)

    # === ACTIONS ===

    def action_dunning_promise(self):
        """Ask for a promise for what the customer owes."""
        lines = self._get_dunning_open_lines(self.env.company)
        return self.env["dunning.promise.wizard"]._open(lines)

    def action_dunning_plan(self):
        """Ask for an instalment plan for what the customer owes."""
        lines = self._get_dunning_open_lines(self.env.company)
        return self.env["dunning.plan.wizard"]._open(lines)

    def action_open_dunning_promises(self):
        """Open the promises of the customer."""
        domain = [("partner_id", "in", self.commercial_partner_id.ids)]
        return self.env["dunning.promise"]._open_list(domain)

    def action_open_dunning_plans(self):
        """Open the instalment plans of the customer."""
        domain = [("partner_id", "in", self.commercial_partner_id.ids)]
        return self.env["dunning.installment.plan"]._open_list(domain)
