from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dunning_promise_days = fields.Integer(related="company_id.dunning_promise_days", readonly=False)
    dunning_call_week_cap = fields.Integer(
        related="company_id.dunning_call_week_cap", readonly=False
    )
    dunning_call_from = fields.Float(related="company_id.dunning_call_from", readonly=False)
    dunning_call_to = fields.Float(related="company_id.dunning_call_to", readonly=False)
    dunning_call_confirm_days = fields.Integer(
        related="company_id.dunning_call_confirm_days", readonly=False
    )
    dunning_call_link_days = fields.Integer(
        related="company_id.dunning_call_link_days", readonly=False
    )
