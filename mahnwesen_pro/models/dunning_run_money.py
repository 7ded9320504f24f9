from odoo import api, fields, models
from odoo.tools import format_date

from ..rules import laws


class DunningRun(models.Model):
    """Says when interest could not be counted to the end, because a base rate is missing."""

    _inherit = "dunning.run"

    date_rate_missing = fields.Date(
        readonly=True, help="The first day whose base rate nobody had entered."
    )
    rate_note = fields.Char(compute="_compute_rate_note")

    @api.depends("date_rate_missing", "company_id")
    @api.depends_context("lang")
    def _compute_rate_note(self):
        for run in self:
            run.rate_note = run.date_rate_missing and self.env._(
                "No base rate of %(country)s is known from %(day)s on. Interest ends before that "
                "day; a dunning manager can enter the rate under Configuration, Base Rates.",
                country=run.company_id.country_id.name,
                day=format_date(self.env, run.date_rate_missing),
            )

    @api.model
    def _open(self, company, date, dry_run=False, partial=False):
        run = super()._open(company, date, dry_run, partial)
        missing = self._get_missing_rate(company, date)
        if missing:
            own = run.sudo()  # runs are made and kept by their own methods only
            own.date_rate_missing = missing
        return run

    @api.model
    def _get_missing_rate(self, company, date):
        """Return the first day without a base rate, if it lies before ``date`` and is needed."""
        if not laws.needs_base_rates(company._get_dunning_law()):
            return None
        charging = self.env["dunning.level"].search_count(
            [
                ("charge_interest", "=", True),
                ("company_id", "in", [False, *company.parent_ids.ids]),
            ],
            limit=1,
        )
        last = self.env["dunning.base.rate"]._get_last_day(company.country_id)
        if not charging or not last or last >= date:
            return None
        return fields.Date.add(last, days=1)
