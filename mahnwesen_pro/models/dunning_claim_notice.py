from odoo import models


class DunningNotice(models.Model):
    """What the room of claims adds to a notice."""

    _inherit = "dunning.notice"

    def action_open_claim(self):
        """Open the claim statement of the customer as of today."""
        self.ensure_one()
        return self.env["dunning.claim.wizard"]._open(self.partner_id, self.company_id)
