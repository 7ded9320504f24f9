from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _may_call_debtors(self):
        """Whether the user can be given a dunning call."""
        return bool(self) and self.active and self.has_group("mahnwesen_pro.group_dunning_caller")
