from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dunning_promise_days = fields.Integer(related="company_id.dunning_promise_days", readonly=False)
    dunning_promise_ahead = fields.Integer(
        related="company_id.dunning_promise_ahead", readonly=False
    )
    dunning_plan_first_days = fields.Integer(
        related="company_id.dunning_plan_first_days", readonly=False
    )
    dunning_plan_reminder_days = fields.Integer(
        related="company_id.dunning_plan_reminder_days", readonly=False
    )
    dunning_plan_offer_days = fields.Integer(
        related="company_id.dunning_plan_offer_days", readonly=False
    )
