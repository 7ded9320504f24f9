from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_dunning_claim(self):
        """Open the claim statement of the customer."""
        self.ensure_one()
        return self.env["dunning.claim.wizard"]._open(self)
