from odoo import models


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def _has_dunning_rate(self, company, date):
        """Whether a rate of exchange is known. Odoo takes 1 where there is none."""
        self.ensure_one()
        return self == company.currency_id or any(
            rate.name <= date and rate.company_id in (company.root_id, rate.company_id.browse())
            for rate in self.sudo().rate_ids  # rates are the same for everybody
        )
