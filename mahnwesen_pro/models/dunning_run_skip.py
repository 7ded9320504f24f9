import json

from odoo import api, fields, models
from odoo.tools import SQL

from ..rules import eligibility
from ..tools import copy_rows

#: What a run stores of a skip, in the order of :meth:`DunningRunSkip._prepare_row`.
COLUMNS = (
    "run_id",
    "company_id",
    "partner_id",
    "move_id",
    "move_line_id",
    "currency_id",
    "date_due",
    "amount_open",
    "rank",
    "reason",
    "reasons",
    "dunnable_from",
)


class DunningRunSkip(models.Model):
    """A due item that a run did not dun, with every reason at once."""

    _name = "dunning.run.skip"
    _description = "Not Dunned"
    _order = "run_id desc, partner_id, date_due, id"
    _rec_name = "move_id"

    run_id = fields.Many2one("dunning.run", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one("res.company", required=True)
    partner_id = fields.Many2one("res.partner", string="Customer", index=True, ondelete="cascade")
    move_id = fields.Many2one("account.move", string="Invoice", index=True, ondelete="cascade")
    move_line_id = fields.Many2one("account.move.line", index="btree_not_null", ondelete="set null")
    currency_id = fields.Many2one("res.currency", required=True)
    date_due = fields.Date(string="Due Date")
    amount_open = fields.Monetary(string="Open")
    rank = fields.Integer(
        string="Level No.", aggregator="max", help="The level that the item stands on."
    )
    reason = fields.Selection(
        [
            ("blocked", "Paused"),
            ("insolvent", "Insolvent"),
            ("deceased", "Deceased"),
            ("move_blocked", "Payment blocked"),
            ("reply_unread", "Reply unread"),
            ("payment_seen", "Payment at the bank"),
            ("online_pending", "Online payment pending"),
            ("in_payment", "Payment on its way"),
            ("draft_credit", "Credit note in draft"),
            ("einvoice_rejected", "E-invoice refused"),
            ("not_sent", "Invoice never sent"),
            ("company_pause", "Company calendar"),
            ("no_followup", "Excluded from reminders"),
            ("no_policy", "No policy"),
            ("never", "Never reminded"),
            ("in_progress", "Notice in preparation"),
            ("call_waiting", "Waits for a call"),
            ("exhausted", "All levels sent"),
            ("item_cap", "Highest level of the invoice"),
            ("partner_cap", "Highest level of the customer"),
            ("veto", "Sales may still stop it"),
            ("too_early", "Too early"),
            ("statement_early", "Next statement later"),
            ("item_minimum", "Item too small"),
            ("level_minimum", "Too small for the level"),
            ("debtor_spacing", "Reminded recently"),
            ("address_wrong", "Letters came back"),
            ("no_address", "No address"),
            ("net_credit", "Covered by credits"),
            ("letter_minimum", "Notice below minimum"),
        ],
        required=True,
        help="The most telling reason; the explanation names all of them.",
    )
    reasons = fields.Json(help="Every reason as [code, date or null, detail, record].")
    explanation = fields.Text(compute="_compute_explanation")
    dunnable_from = fields.Date(
        help="The first day on which every reason has passed. Empty when no date is known."
    )

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_explanation(self):
        sentence = self.env["dunning.sentence"]._reason
        for skip in self:
            skip.explanation = "\n".join(
                sentence(code, fields.Date.to_date(until), detail, record)
                for code, until, detail, record in skip.reasons or ()
            )

    @api.model
    def _insert(self, run, skips):
        """Store the :class:`bundling.Skip` tuples of a run in bulk."""
        rows = [self._prepare_row(run, skip) for skip in skips]
        copy_rows(self.env.cr, self._table, COLUMNS, rows)
        run.invalidate_recordset(["skip_ids"], flush=False)

    @api.model
    def _delete_of(self, runs, partners=None):
        """Delete the skips of ``runs`` in bulk, all or those of ``partners``; counts stay."""
        only = SQL() if partners is None else SQL("AND partner_id = ANY(%s)", partners.ids)
        self.env.execute_query(
            SQL("DELETE FROM dunning_run_skip WHERE run_id = ANY(%s) %s", runs.ids, only)
        )
        self.invalidate_model(flush=False)
        runs.invalidate_recordset(["skip_ids"], flush=False)

    @api.model
    def _prepare_row(self, run, skip):
        item = skip.item
        reasons = [
            [
                reason.code,
                reason.until and reason.until.isoformat(),
                reason.detail,
                reason.record,
            ]
            for reason in skip.reasons
        ]
        return (
            run.id,
            run.company_id.id,
            skip.debtor.partner_id,
            item.move_id,
            item.line_id,
            item.currency_id,
            item.due,
            item.residual,
            item.rank,
            eligibility.most_telling(list(skip.reasons)).code,
            json.dumps(reasons),
            eligibility.dunnable_from(list(skip.reasons)),
        )

    def action_open_cause(self):
        """Open what stands in the way: the payment, the credit note, else the invoice."""
        self.ensure_one()
        models = {
            "payment_seen": "account.bank.statement.line",
            "online_pending": "payment.transaction",
            "draft_credit": "account.move",
            "reply_unread": "dunning.notice",
        }
        for code, _until, _detail, record in self.reasons or ():
            if code in models and record:
                cause = self.env[models[code]].browse(record)
                if cause.has_access("read"):
                    return cause.get_formview_action()
        return self.move_id.get_formview_action()
