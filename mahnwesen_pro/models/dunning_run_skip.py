from psycopg2.extras import Json

from odoo import api, fields, models

from ..rules import eligibility


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
            ("move_blocked", "Payment blocked"),
            ("in_payment", "Payment on its way"),
            ("no_followup", "Excluded from reminders"),
            ("no_policy", "No policy"),
            ("never", "Never reminded"),
            ("in_progress", "Notice in preparation"),
            ("exhausted", "All levels sent"),
            ("item_cap", "Highest level of the invoice"),
            ("partner_cap", "Highest level of the customer"),
            ("too_early", "Too early"),
            ("item_minimum", "Item too small"),
            ("level_minimum", "Too small for the level"),
            ("debtor_spacing", "Letter sent recently"),
            ("no_address", "No address"),
            ("net_credit", "Covered by credits"),
            ("letter_minimum", "Letter too small"),
        ],
        required=True,
        help="The most telling reason; the explanation names all of them.",
    )
    reasons = fields.Json(help="Every reason as [code, date or null, detail].")
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
                sentence(code, fields.Date.to_date(until), detail)
                for code, until, detail in skip.reasons or ()
            )

    @api.model
    def _insert(self, run, skips):
        """Store the :class:`bundling.Skip` tuples of a run in bulk."""
        columns = (
            "run_id, company_id, partner_id, move_id, move_line_id, currency_id, date_due,"
            " amount_open, rank, reason, reasons, dunnable_from"
        )
        self.env.cr.execute_values(
            f"INSERT INTO dunning_run_skip ({columns}) VALUES %s",
            [self._prepare_row(run, skip) for skip in skips],
            page_size=1000,
        )
        run.invalidate_recordset(["skip_ids"], flush=False)

    @api.model
    def _prepare_row(self, run, skip):
        item = skip.item
        reasons = [
            [reason.code, reason.until and reason.until.isoformat(), reason.detail]
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
            Json(reasons),
            eligibility.dunnable_from(list(skip.reasons)),
        )

    def action_open_invoice(self):
        self.ensure_one()
        return self.move_id.get_formview_action()
