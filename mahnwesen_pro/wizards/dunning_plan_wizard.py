from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..models.dunning_installment_terms import TERMS
from ..rules import installments as rules
from ..tools import to_decimal


class DunningPlanWizard(models.TransientModel):
    """Asks for the terms of an instalment plan and shows at once what comes out."""

    _name = "dunning.plan.wizard"
    _description = "Make an Instalment Plan"
    _inherit = ["dunning.installment.terms"]

    plan_id = fields.Many2one("dunning.installment.plan", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    line_ids = fields.Many2many("account.move.line", string="Items")
    amount_open = fields.Monetary(string="To Pay off", compute="_compute_amount_open")
    preview = fields.Html(compute="_compute_preview")

    @api.depends("line_ids", "plan_id")
    def _compute_amount_open(self):
        for wizard in self:
            wizard.amount_open = float(wizard._get_debt())

    def _get_debt(self):
        if self.plan_id:
            return self.plan_id._get_debt()
        residuals = self.line_ids.mapped("amount_residual_currency")
        return sum((to_decimal(amount) for amount in residuals), rules.ZERO)

    @api.depends(
        "line_ids",
        "split_by",
        "count",
        "amount_each",
        "date_first",
        "rhythm",
        "day_of_month",
        "rate",
        "offer_until",
    )
    def _compute_preview(self):
        for wizard in self:
            wizard.preview = wizard._render_preview()

    def _render_preview(self):
        """Return the instalments as a table, or the sentence that tells why there are none."""
        schedule, error = [], ""
        try:
            schedule = self._get_schedule() if self.date_first else []
        except ValidationError as refusal:
            error = str(refusal)
        return self.env["ir.qweb"]._render(
            "mahnwesen_pro.plan_preview",
            {
                "schedule": schedule,
                "currency": self.currency_id,
                "error": error,
                "interest": float(sum((one.interest for one in schedule), rules.ZERO)),
                "total": float(sum((one.amount for one in schedule), rules.ZERO)),
            },
        )

    @api.model
    def _open(self, lines):
        """Return the action that asks for a plan for open items."""
        beginning = self.env["dunning.promise.wizard"]._prepare_context(lines)
        company = lines.company_id
        today = company._dunning_today()
        first = today + timedelta(days=company.dunning_plan_first_days)
        return self._get_action(
            self.env._("Make an Instalment Plan"),
            {
                **beginning,
                "default_date_agreed": today,
                "default_date_first": first,
                "default_offer_until": company._get_dunning_plan_offer_end(first),
            },
        )

    @api.model
    def _open_plan(self, plan):
        """Return the action that asks for other terms of a plan."""
        context = {f"default_{name}": plan[name] for name in TERMS}
        return self._get_action(
            self.env._("Change the Terms"),
            {
                **context,
                "default_plan_id": plan.id,
                "default_partner_id": plan.partner_id.id,
                "default_company_id": plan.company_id.id,
                "default_currency_id": plan.currency_id.id,
                "default_date_agreed": plan.company_id._dunning_today(),
            },
        )

    @api.model
    def _get_action(self, name, context):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": context,
        }

    def action_make(self):
        """Make the plan out of the terms, or change it, and show it."""
        self.ensure_one()
        terms = {name: self[name] for name in TERMS}
        plan = self.plan_id
        if plan:
            plan._change(terms)
        else:
            plan = plan._draft(self.line_ids, terms)
        return {
            "type": "ir.actions.act_window",
            "res_model": "dunning.installment.plan",
            "res_id": plan.id,
            "view_mode": "form",
        }
