from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dunning_call_years = fields.Integer(related="company_id.dunning_call_years", readonly=False)
    dunning_promise_years = fields.Integer(
        related="company_id.dunning_promise_years", readonly=False
    )
    dunning_complaint_years = fields.Integer(
        related="company_id.dunning_complaint_years", readonly=False
    )
