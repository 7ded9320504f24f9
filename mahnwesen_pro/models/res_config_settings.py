from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dunning_policy_id = fields.Many2one(related="company_id.dunning_policy_id", readonly=False)
    dunning_user_id = fields.Many2one(related="company_id.dunning_user_id", readonly=False)
    dunning_auto_propose = fields.Boolean(related="company_id.dunning_auto_propose", readonly=False)
    dunning_auto_send = fields.Boolean(related="company_id.dunning_auto_send", readonly=False)
    dunning_bank_days = fields.Integer(related="company_id.dunning_bank_days", readonly=False)
    dunning_unsent = fields.Selection(related="company_id.dunning_unsent", readonly=False)
    dunning_link_days = fields.Integer(related="company_id.dunning_link_days", readonly=False)
    dunning_letter_form = fields.Selection(related="company_id.dunning_letter_form", readonly=False)

    def action_open_dunning_levels(self):
        """Open the levels of the company's policy."""
        action = self.env["ir.actions.act_window"]._for_xml_id("mahnwesen_pro.dunning_level_action")
        policy = self.company_id._get_dunning_policy()
        return {
            **action,
            "domain": [("policy_id", "=", policy.id)],
            "context": {"default_policy_id": policy.id},
        }
