import json

from odoo import api, models
from odoo.tools import SQL


class DunningSchedule(models.AbstractModel):
    """The next step of returned debits, by their own ladder (see ``dunning_claim_facts``)."""

    _inherit = "dunning.schedule"

    @api.model
    def _ladder_sql(self):
        returns = {
            str(company.id): company.dunning_return_policy_id.id
            for company in self.env.companies.sudo()  # the settings hold whoever asks
            if company.dunning_return_policy_id
        }
        return SQL(
            """
            COALESCE(CASE WHEN document.dunning_returned_on IS NOT NULL
                          THEN (%(returns)s::jsonb ->> item.company_id::text)::int END,
                     %(ordinary)s)
            """,
            returns=json.dumps(returns),
            ordinary=super()._ladder_sql(),
        )

    @api.model
    def _is_step_sql(self):
        """Letters with a ladder of their own do not count on the ordinary one, nor it on theirs."""
        facts = self.env["dunning.facts"]
        apart = {
            str(company.id): facts._get_policies_apart(company).ids
            for company in self.env.companies
        }
        return SQL(
            """
            (reached.policy_id = %(ladder)s
             OR policy.id = %(ladder)s
                AND (%(apart)s::jsonb -> item.company_id::text @> to_jsonb(reached.policy_id))
                    IS NOT TRUE)
            """,
            ladder=self._ladder_sql(),
            apart=json.dumps(apart),
        )
