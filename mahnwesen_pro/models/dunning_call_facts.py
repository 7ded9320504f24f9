from odoo import api, models


class DunningFacts(models.AbstractModel):
    """A letter may wait for a call: for the run, the banner, “Explain” and whoever else asks."""

    _inherit = "dunning.facts"

    def _decide(self, company, partner_ids, date, notices=None):
        decisions = super()._decide(company, partner_ids, date, notices)
        if notices:
            return decisions  # what was proposed has waited, or has not had to
        return self.env["dunning.call"]._hold_letters(company, decisions, date)


class DunningRun(models.Model):
    """A run that holds a letter back for a call plans the call."""

    _inherit = "dunning.run"

    def _hook_decided(self, decisions):
        if not self.is_dry_run:
            self.env["dunning.call"]._plan_for_held_letters(self, decisions)
        return super()._hook_decided(decisions)

    @api.model
    def _get_filled_models(self):
        return [*super()._get_filled_models(), "dunning.call", "mail.activity"]
