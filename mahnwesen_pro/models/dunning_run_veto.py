from datetime import timedelta

from odoo import api, models
from odoo.tools import split_every

from ..rules import veto
from .dunning_run import CHUNK


class DunningRun(models.Model):
    """Tells sales before a level that asks for it; until the days have passed the run waits."""

    _inherit = "dunning.run"

    def _hook_decided(self, decisions):
        """The run tells what the scheduled action has not told yet, so that nothing waits forever.

        A dry run tells nobody.
        """
        if not self.is_dry_run:
            self._tell_sales(self.company_id, [d.debtor for d in decisions], self.date)
        return super()._hook_decided(decisions)

    @api.model
    def _tell_sales(self, company, debtors, today):
        """Tell the salespeople of what will reach a level that asks for it."""
        told = [
            (debtor, item, level)
            for debtor in debtors
            if debtor.salesperson and not debtor.stops
            for item in debtor.items
            if (level := veto.level_to_tell(item, debtor.policy, today, debtor.cap))
        ]
        if told:
            vals = [self._prepare_veto_vals(company, *row, today) for row in told]
            self.env["dunning.veto"].with_company(company)._tell(vals)

    @api.model
    def _prepare_veto_vals(self, company, debtor, item, level, today):
        partner = self.env["res.partner"].browse(debtor.partner_id)
        return {
            "company_id": company.id,
            "partner_id": partner.id,
            "user_id": partner._get_dunning_salesperson().id,
            "move_id": item.move_id,
            "move_line_id": item.line_id,
            "date_due": item.due,
            "currency_id": item.currency_id,
            "amount_open": float(item.dunnable),
            "level_id": level.id,
            "rank": level.rank,
            "date_told": today,
            "date_go": today + timedelta(days=level.veto_days),
        }

    # === SCHEDULED ===

    @api.model
    def _cron_tell_sales(self):
        """Tell sales each morning, before the run; customers in chunks that are committed."""
        companies = self.env["res.company"].search([])
        asking = companies.filtered(lambda company: self._has_veto(company))
        self.env["ir.cron"]._commit_progress(remaining=len(asking))
        for company in asking:
            self._tell_company(company)
            if not self.env["ir.cron"]._commit_progress(1):
                return

    @api.model
    def _has_veto(self, company):
        """Whether a level of the company asks for it; most companies never do."""
        family = (False, *company.parent_ids.ids)
        return bool(
            self.env["dunning.level"].search_count(
                [("veto_days", ">", 0), ("company_id", "in", family)], limit=1
            )
        )

    @api.model
    def _tell_company(self, company):
        """Tell the salespeople of one company, committing after each chunk of customers."""
        for chunk in split_every(CHUNK, self.new({"company_id": company.id})._get_debtor_ids()):
            self._tell_customers(company, chunk)
            self.env["ir.cron"]._commit_progress()
            self.env.invalidate_all()  # so that memory does not grow with the customers

    @api.model
    def _tell_customers(self, company, partner_ids):
        today = company._dunning_today()
        debtors = self.env["dunning.facts"]._gather(company, partner_ids, today)
        self.with_company(company)._tell_sales(company, debtors, today)
