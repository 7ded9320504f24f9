from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    dunning_promise_count = fields.Integer(
        string="Promises",
        compute="_compute_dunning_buttons",
        groups="mahnwesen_pro.group_dunning_caller",
    )
    dunning_plan_count = fields.Integer(
        string="Instalment Plans",
        compute="_compute_dunning_buttons",
        groups="mahnwesen_pro.group_dunning_caller",
    )

    def _get_dunning_counters(self):
        promises = ("dunning.promise.item", "move_id", [], "promise_id:count_distinct")
        plans = ("dunning.installment.item", "move_id", [], "plan_id:count_distinct")
        return {
            **super()._get_dunning_counters(),
            "dunning_promise_count": promises,
            "dunning_plan_count": plans,
        }

    def _get_dunning_open_lines(self):
        """Return the open receivable lines of the invoices, the oldest first."""
        return self.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and line.parent_state == "posted"
                and line.amount_residual_currency > 0
            )
        ).sorted(lambda line: (line.date_maturity or line.date, line.id))

    # === ACTIONS ===

    def action_dunning_promise(self):
        """Ask for a promise for what is open on the invoices."""
        return self.env["dunning.promise.wizard"]._open(self._get_dunning_open_lines())

    def action_dunning_plan(self):
        """Ask for an instalment plan for what is open on the invoices."""
        return self.env["dunning.plan.wizard"]._open(self._get_dunning_open_lines())

    def action_open_dunning_promises(self):
        """Open the promises for the invoices."""
        return self.env["dunning.promise"]._open_list([("item_ids.move_id", "in", self.ids)])

    def action_open_dunning_plans(self):
        """Open the instalment plans for the invoices."""
        plans = self.env["dunning.installment.plan"]
        return plans._open_list([("item_ids.move_id", "in", self.ids)])
