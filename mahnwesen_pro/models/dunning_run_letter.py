from collections import Counter

from odoo import api, fields, models
from odoo.fields import Domain


class DunningRun(models.Model):
    """Letters outside the ladder, and runs that hold confidential customers."""

    _inherit = "dunning.run"

    hidden_skip_counts = fields.Json(
        readonly=True,
        groups="mahnwesen_pro.group_dunning_manager",
        help="Items of confidential customers not dunned, by reason.",
    )

    # === LETTERS ===

    @api.model
    def _propose_letter_once(self, partner):
        """Propose the letter to the administrator or the heirs of ``partner`` and open it.

        One that is on its way or was sent is opened instead of a second one.
        """
        company = self.env.company
        found = self.env["dunning.notice"].search(
            Domain("partner_id", "=", partner.id)
            & Domain("company_id", "=", company.id)
            & Domain("kind", "=", partner.dunning_state)
            & Domain("state", "not in", ("cancelled", "simulated"))
        )
        if found:
            return found._open_letters()
        policy = self._get_letter_policy(partner.dunning_state)
        decisions = self.env["dunning.facts"]._decide_once(company, partner, policy)
        run = self._open(company, company._dunning_today(), partial=True)
        drafts = [draft for decision in decisions for draft in decision.drafts]
        notices = self.env["dunning.notice"].with_company(company)._propose(run, drafts)
        notices._write_own({"is_edited": True})  # the next run leaves it alone
        skips = [skip for decision in decisions for skip in decision.skips]
        self.env["dunning.run.skip"]._insert(run, skips)
        run._close()
        return notices._open_letters() if notices else run.action_open_skips()

    @api.model
    def _get_letter_policy(self, state):
        """Return the policy that writes to administrators or heirs: the company's, else shipped."""
        domain = Domain("mode", "=", state) & Domain(
            "company_id", "in", (False, *self.env.company.sudo().parent_ids.ids)
        )  # a branch follows parents that its clerk may not see
        return self.env["dunning.policy"].search(domain, order="company_id, sequence, id", limit=1)

    # === CONFIDENTIAL ===

    @api.depends_context("uid")
    def _compute_skip_count(self):
        return super()._compute_skip_count()

    def _get_skip_counts(self):
        counts = Counter(super()._get_skip_counts())
        if self.env["res.partner"]._is_dunning_manager():
            counts.update(self.hidden_skip_counts or {})
        return counts

    def _prepare_skip_counts(self):
        everything = self.env["dunning.run.skip"].sudo()  # also what the user may not see
        counts = {}
        for name, hidden in (("skip_counts", False), ("hidden_skip_counts", True)):
            domain = [("run_id", "=", self.id), ("partner_id.dunning_is_confidential", "=", hidden)]
            counts[name] = dict(everything._read_group(domain, ["reason"], ["__count"]))
        return counts

    @api.model
    def _propose_for(self, partners, company):
        partners._check_dunning_visible()
        return super()._propose_for(partners, company)
