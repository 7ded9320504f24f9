from odoo import api, fields, models
from odoo.exceptions import UserError

from .dunning_notice import OWN_METHOD


class DunningCollectionItem(models.Model):
    """One receivable of a case: what it was when it was handed over, and the contract behind it."""

    _name = "dunning.collection.item"
    _description = "Item of a Collection Case"
    _order = "case_id, date_due, id"
    _rec_name = "move_id"

    case_id = fields.Many2one(
        "dunning.collection.case", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True)
    partner_id = fields.Many2one(related="case_id.partner_id", store=True)
    state = fields.Selection(related="case_id.state", store=True, index=True)
    currency_id = fields.Many2one(related="case_id.currency_id")
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Journal Item",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    date_due = fields.Date(string="Due Date", required=True, readonly=True)
    amount_original = fields.Monetary(string="Original", readonly=True)
    amount = fields.Monetary(string="Amount Handed over", readonly=True)
    amount_open = fields.Monetary(string="Open Today", compute="_compute_amount_open")
    contract_subject = fields.Char(
        help="What was sold, for example “Hand tools by order S00042” (§ 13a RDG)."
    )
    contract_date = fields.Date(help="Day of the order or the contract (§ 13a RDG).")
    delivery_date = fields.Date(string="Delivered on")
    default_since = fields.Date(string="In Default since", readonly=True)
    default_reason = fields.Char(readonly=True)
    limitation_date = fields.Date(string="Statute-barred after", readonly=True)

    _one_case = models.UniqueIndex(
        "(move_line_id) WHERE state IN ('prepared', 'handed_over', 'instalments', 'partly_paid')",
        "This item stands on another open case.",
    )

    @api.depends(
        "move_line_id.amount_residual_currency", "move_id.line_ids.amount_residual_currency"
    )
    def _compute_amount_open(self):
        for item in self:
            lines = item._get_live_lines()
            item.amount_open = max(sum(lines.mapped("amount_residual_currency")), 0.0)

    def _get_live_lines(self):
        """Return the journal item; after a reset to draft it is found by invoice and due date."""
        self.ensure_one()
        if self.move_line_id:
            return self.move_line_id
        return self.move_id.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and (line.date_maturity or line.date) == self.date_due
            )
        )

    @api.model
    def _prepare_vals(self, line):
        subject, day = line.move_id._get_dunning_contract()
        return {
            "move_id": line.move_id.id,
            "move_line_id": line.id,
            "date_due": line.date_maturity or line.date,
            "amount_original": abs(line.amount_currency),
            "amount": line.amount_residual_currency,
            "contract_subject": subject,
            "contract_date": day,
            "delivery_date": line.move_id.delivery_date,
        }

    def _refresh(self):
        """Bring the figures of items that are not handed over up to date."""
        todo = self.filtered(lambda item: item.state == "prepared").sudo()  # written by methods
        if not todo:
            return
        company = todo.company_id
        lines, today = todo.move_line_id, company._dunning_today()
        defaults = self.env["dunning.collection.facts"]._get_default(company, lines, today)
        limits = self.env["dunning.limitation"]._compute_lines(company, lines, today)
        for item in todo:
            default = defaults.get(item.move_line_id)
            limit = limits.get(item.move_line_id)
            item._write_own(
                {
                    "amount": item.amount_open,
                    "default_since": default and default.start,
                    "default_reason": default and default.reason,
                    "limitation_date": limit and limit.expires,
                }
            )

    # === WRITE GUARD ===

    def write(self, vals):
        if self.env.context.get("dunning_writer") is not OWN_METHOD and any(
            item.state != "prepared" for item in self
        ):
            raise UserError(self.env._("The case is handed over: its items stay as they are."))
        return super().write(vals)

    def _write_own(self, vals):
        return self.with_context(dunning_writer=OWN_METHOD).write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_prepared(self):
        if any(item.state != "prepared" for item in self):
            raise UserError(self.env._("The case is handed over: its items stay as they are."))
