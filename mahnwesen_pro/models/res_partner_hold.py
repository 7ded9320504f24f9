from odoo import api, fields, models
from odoo.tools import SQL

from .dunning_collection_case import OPEN_STATES
from .res_partner_state import MANAGER

#: From harmless to strict.
STRICTNESS = ("none", "warn", "block")


class ResPartner(models.Model):
    _inherit = "res.partner"

    dunning_hold = fields.Selection(
        [("none", "No"), ("warn", "Warn"), ("block", "Orders stopped")],
        string="Credit Hold",
        compute="_compute_dunning_hold",
        groups="base.group_user",
        help="Follows from what is open: a level that holds orders, or a collection case.",
    )
    dunning_hold_reason = fields.Char(compute="_compute_dunning_hold", groups="base.group_user")

    @api.depends_context("company", "lang", "uid")
    def _compute_dunning_hold(self):
        """Nothing is stored: with the payment the hold is gone."""
        holds = self._get_dunning_holds()
        for partner in self:
            partner.dunning_hold, partner.dunning_hold_reason = holds[partner]

    def _get_dunning_holds(self):
        """Return {partner: (hold, reason)} as of this moment, in the current company."""
        found = self._query_dunning_holds(self.env.company)
        result = {}
        for partner in self:
            holds = found.get(partner.commercial_partner_id.id, [])
            strictest = max(holds, key=lambda hold: STRICTNESS.index(hold[0]), default=None)
            reason = partner._get_dunning_hold_reason(strictest) if strictest else False
            result[partner] = (strictest[0] if strictest else "none", reason)
        return result

    def _query_dunning_holds(self, company):
        """Return {customer id: [(hold, level id or None, number of the case or None)]}."""
        self.env["account.move"].flush_model()
        self.env["dunning.level"].flush_model()
        self.env["dunning.collection.case"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT move.commercial_partner_id, level.credit_hold, level.id, NULL
                  FROM account_move move
                  JOIN dunning_level level ON level.id = move.dunning_level_id
                 WHERE move.company_id = %(company)s AND move.state = 'posted'
                   AND move.payment_state IN ('not_paid', 'partial')
                   AND level.credit_hold <> 'none'
                   AND move.commercial_partner_id = ANY(%(partners)s)
                 UNION ALL
                SELECT file.partner_id, 'block', NULL, file.name
                  FROM dunning_collection_case file
                 WHERE file.company_id = %(company)s AND file.holds_credit
                   AND file.state = ANY(%(open)s) AND file.state <> 'prepared'
                   AND file.partner_id = ANY(%(partners)s)
                """,
                company=company.id,
                open=list(OPEN_STATES),
                partners=self.commercial_partner_id.ids,
            )
        )
        holds = {}
        for partner_id, *hold in rows:
            holds.setdefault(partner_id, []).append(tuple(hold))
        return holds

    def _get_dunning_hold_reason(self, hold):
        """Return the sentence that tells salespeople why, without sums."""
        _kind, level_id, case = hold
        customer = self.commercial_partner_id.sudo()  # to decide whether the reason may be told
        if customer.dunning_is_confidential and not self.env.user.has_group(MANAGER):
            return self.env._("The reason is confidential: please ask a dunning manager.")
        if case:
            return self.env._("Handed over to a collection agency (%s).", case)
        level = self.env["dunning.level"].sudo().browse(level_id)  # salespeople learn its name
        return self.env._("Has not paid in spite of “%s”.", level.name)
