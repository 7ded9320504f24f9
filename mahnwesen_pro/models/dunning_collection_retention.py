from odoo import api, models
from odoo.fields import Domain

from .dunning_collection_case import OPEN_STATES


class DunningRetention(models.AbstractModel):
    """What a collection case may still need as evidence is kept until the case is over."""

    _inherit = "dunning.retention"

    @api.model
    def _get_free_domain(self, company):
        cases = self.env["dunning.collection.case"].search(
            [("company_id", "=", company.id), ("state", "in", OPEN_STATES)]
        )
        debtors = cases.partner_id
        return super()._get_free_domain(company) & Domain("partner_id", "not in", debtors.ids)
