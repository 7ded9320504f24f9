from odoo import models


class DunningFacts(models.AbstractModel):
    """Booked charges are no items of their own: letters restate them as charges."""

    _inherit = "dunning.facts"

    def _query_open_lines(self, company, partner_ids):
        rows = super()._query_open_lines(company, partner_ids)
        booked = self.env["dunning.notice.charge"]._get_booked_lines(company, partner_ids)
        return [row for row in rows if row[0] not in booked] if booked else rows
