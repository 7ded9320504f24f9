from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import copy_rows

#: The lines of a notice in these states are history.
KEPT_STATES = ("sending", "sent", "failed", "cancelled")

#: What a run stores of a line, in the order of the tuples for :meth:`DunningNoticeLine._insert`.
COLUMNS = (
    "notice_id",
    "state",
    "company_id",
    "kind",
    "move_id",
    "move_line_id",
    "date_due",
    "amount_original",
    "amount_residual",
    "amount_open",
    "level_id",
    "rank",
)


class DunningNoticeLine(models.Model):
    """One receivable on a notice, or one credit that is netted there: a snapshot of the item."""

    _name = "dunning.notice.line"
    _description = "Dunning Notice Line"
    _order = "notice_id, kind, date_due, id"
    _rec_name = "move_id"
    _log_access = False  # who and when stands on the notice; a run stores very many lines

    notice_id = fields.Many2one("dunning.notice", required=True, ondelete="cascade", index=True)
    state = fields.Selection(related="notice_id.state", store=True, index=True)
    company_id = fields.Many2one(related="notice_id.company_id", store=True)
    partner_id = fields.Many2one(related="notice_id.partner_id")
    currency_id = fields.Many2one(related="notice_id.currency_id")
    kind = fields.Selection([("claim", "Claim"), ("credit", "Credit")], required=True)
    move_id = fields.Many2one(
        "account.move", string="Invoice", required=True, index=True, ondelete="restrict"
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Journal Item",
        index="btree_not_null",
        ondelete="set null",
        help="Becomes empty when the invoice is reset to draft; invoice and due date stay.",
    )
    date_due = fields.Date(string="Due Date", required=True)
    amount_original = fields.Monetary(string="Original")
    amount_open = fields.Monetary(
        string="Dunned", help="What the notice asks for: open less what is paused."
    )
    amount_residual = fields.Monetary(string="Open")
    amount_paid = fields.Monetary(string="Paid", compute="_compute_amount_paid")
    amount_blocked = fields.Monetary(string="Paused", compute="_compute_amount_paid")
    level_id = fields.Many2one("dunning.level", ondelete="restrict", index="btree_not_null")
    rank = fields.Integer(string="Level No.", aggregator="max")
    days_overdue = fields.Integer(compute="_compute_days_overdue")
    is_history = fields.Boolean(
        compute="_compute_is_history", help="Part of a notice that was sent, or was to be sent."
    )
    date_sent = fields.Date(related="notice_id.date_sent")

    _one_open = models.UniqueIndex(
        "(move_line_id) WHERE state IN ('proposed', 'approved', 'sending', 'failed')",
        "This item already stands on another notice that is not finished.",
    )
    _history_idx = models.Index("(move_id, rank) WHERE state = 'sent'")

    @api.depends("amount_original", "amount_residual", "amount_open", "kind")
    def _compute_amount_paid(self):
        for line in self:
            line.amount_paid = line.amount_original - line.amount_residual
            line.amount_blocked = line.amount_residual - line.amount_open

    @api.depends("state", "notice_id.name")
    def _compute_is_history(self):
        for line in self:
            line.is_history = line.state in KEPT_STATES and bool(line.notice_id.name)

    @api.depends("date_due", "notice_id.date")
    def _compute_days_overdue(self):
        for line in self:
            line.days_overdue = (line.notice_id.date - line.date_due).days

    @api.model
    def _insert(self, rows):
        """Store lines in bulk, without one ORM create per line.

        :param list rows: tuples of values for :data:`COLUMNS`
        """
        copy_rows(self.env.cr, self._table, COLUMNS, rows)
        self.invalidate_model(flush=False)
        self.env["dunning.notice"].invalidate_model(["line_ids"], flush=False)

    @api.model
    def _get_originals(self, line_ids):
        """Return {journal item: original amount in its currency, always positive}."""
        rows = self.env.execute_query(
            SQL(
                "SELECT id, ABS(amount_currency) FROM account_move_line WHERE id = ANY(%s)",
                list(line_ids),
            )
        )
        return dict(rows)

    def action_leave_out(self):
        """Leave single items out: asks for reason and end, then takes them off the proposal."""
        return self.env["dunning.block.wizard"]._open(self.move_line_id, left_out=True)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        if any(line.is_history for line in self):
            raise UserError(
                self.env._("Items of a notice that was sent stay. Cancel the notice instead.")
            )
