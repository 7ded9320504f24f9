import json

from odoo import api, models
from odoo.tools import SQL

#: What the SQL below reads; changes in memory are written before.
READ_BY_SQL = (
    "account.move",
    "account.move.line",
    "dunning.level",
    "dunning.notice",
    "dunning.notice.line",
    "dunning.policy",
    "res.partner",
)


class DunningSchedule(models.AbstractModel):
    """The next step and the pauses of invoices as SQL, so that lists can search, sort and group."""

    _name = "dunning.schedule"
    _description = "Dunning Schedule of Invoices"

    @api.model
    def _next_sql(self, alias):
        """Return SQL for the first day on which an open item of the move reaches its next level.

        The same rule as :func:`ladder.earliest_day`, so that lists can search, sort and group.
        """
        for model in READ_BY_SQL:
            self.env[model].flush_model()
        companies = self.env.companies
        defaults = {str(company.id): company._get_dunning_policy().id for company in companies}
        return SQL(
            """
            (SELECT MIN(GREATEST(
                        COALESCE(item.date_maturity, item.date) + level.days_after_due,
                        last.date_sent + level.days_since_previous,
                        last.date_deadline + 1
                    ))
               FROM account_move_line item
               JOIN account_account account ON account.id = item.account_id
               JOIN res_partner customer ON customer.id = item.partner_id
               JOIN res_partner firm ON firm.id = customer.commercial_partner_id
               JOIN account_move document ON document.id = item.move_id
               JOIN res_company owner ON owner.id = item.company_id
               JOIN dunning_policy policy ON policy.mode = 'dun' AND policy.id = COALESCE(
                    (firm.dunning_policy_id ->> item.company_id::text)::int,
                    (SELECT tagged.id
                       FROM dunning_policy tagged
                       JOIN dunning_policy_res_partner_category_rel tag
                         ON tag.dunning_policy_id = tagged.id
                       JOIN res_partner_res_partner_category_rel worn
                         ON worn.category_id = tag.res_partner_category_id
                      WHERE worn.partner_id = firm.id AND tagged.active
                        AND (tagged.company_id IS NULL OR tagged.company_id::text
                             = ANY(string_to_array(owner.parent_path, '/')))
                      ORDER BY tagged.sequence, tagged.id
                      LIMIT 1),
                    (%(defaults)s::jsonb ->> item.company_id::text)::int
               )
               LEFT JOIN LATERAL (
                    SELECT claim.rank, notice.date_sent, notice.date_deadline
                      FROM dunning_notice_line claim
                      JOIN dunning_notice notice ON notice.id = claim.notice_id
                      LEFT JOIN dunning_level reached ON reached.id = notice.level_id
                     WHERE claim.move_id = item.move_id
                       AND claim.state = 'sent' AND claim.kind = 'claim' AND claim.rank > 0
                       AND (claim.move_line_id = item.id OR claim.move_line_id IS NULL)
                       AND %(is_step)s
                     ORDER BY claim.move_line_id NULLS LAST,
                              claim.date_due = COALESCE(item.date_maturity, item.date) DESC,
                              claim.rank DESC, notice.date_sent DESC
                     LIMIT 1
               ) last ON TRUE
               JOIN dunning_level level
                 ON level.policy_id = %(ladder)s AND level.rank = COALESCE(last.rank, 0) + 1
                AND level.rank <= COALESCE(NULLIF(document.dunning_cap, 0), level.rank)
                AND level.rank <= COALESCE(
                    NULLIF((firm.dunning_cap ->> item.company_id::text)::int, 0), level.rank)
              WHERE item.move_id = %(move)s AND firm.dunning_state = 'normal'
                AND (%(sees_all)s OR firm.dunning_is_confidential IS NOT TRUE)
                AND account.account_type = 'asset_receivable' AND item.no_followup IS NOT TRUE
                AND item.reconciled IS NOT TRUE AND item.parent_state = 'posted'
                AND item.amount_residual_currency > 0)
            """,
            defaults=json.dumps(defaults),
            ladder=self._ladder_sql(),
            is_step=self._is_step_sql(),
            sees_all=self.env["res.partner"]._is_dunning_manager(),
            move=SQL.identifier(alias, "id"),
        )

    @api.model
    def _ladder_sql(self):
        """Return SQL for the policy whose levels the ``item`` of :meth:`_next_sql` climbs."""
        return SQL("policy.id")

    @api.model
    def _is_step_sql(self):
        """Return SQL that tells whether the level ``reached`` by a letter counts on that ladder."""
        return SQL("TRUE")

    @api.model
    def _blocked_sql(self, alias):
        """Return SQL that tells whether there is a block on the move or on its customer, also one
        that is over: quicker than :meth:`_paused_sql`, and true wherever that is.
        """
        return SQL(
            """
            EXISTS (
                SELECT FROM dunning_block block
                 WHERE block.released IS NOT TRUE
                   AND (block.move_id = %(move)s
                        OR block.move_id IS NULL AND block.partner_id = %(partner)s)
            )
            """,
            move=SQL.identifier(alias, "id"),
            partner=SQL.identifier(alias, "commercial_partner_id"),
        )

    @api.model
    def _paused_sql(self, alias):
        """Return SQL that tells whether a block holds today on the move or on its customer."""
        return SQL(
            """
            EXISTS (
                SELECT 1 FROM dunning_block block
                 WHERE block.released IS NOT TRUE
                   AND block.date_start <= %(today)s
                   AND (block.date_end IS NULL OR block.date_end >= %(today)s)
                   AND block.company_id = %(company)s
                   AND (block.move_id = %(move)s
                        OR block.move_id IS NULL AND block.partner_id = %(partner)s)
                   AND (%(sees_all)s OR NOT EXISTS (
                        SELECT 1 FROM res_partner firm
                         WHERE firm.id = %(partner)s AND firm.dunning_is_confidential))
            )
            """,
            today=self.env.company._dunning_today(),
            sees_all=self.env["res.partner"]._is_dunning_manager(),
            company=SQL.identifier(alias, "company_id"),
            move=SQL.identifier(alias, "id"),
            partner=SQL.identifier(alias, "commercial_partner_id"),
        )
