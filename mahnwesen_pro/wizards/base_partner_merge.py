from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Customers that are merged have one planned call and one open advice again."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Bring together what a customer has once only, before all goes over to the one that stays.

        :raise UserError: when several of them have a prepared case
        """
        partners = src_partners | dst_partner
        system = self.sudo().env  # whoever merges may not see calls and advices
        system["dunning.collection.case"]._check_merge(partners)
        calls = system["dunning.call"]._set_twins_aside(partners, dst_partner)
        advices = system["dunning.advice"]._drop_twins(partners, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()
        for kept, others in calls.items():
            kept._join_twins(others)
        advices.action_reweigh()
        return result
