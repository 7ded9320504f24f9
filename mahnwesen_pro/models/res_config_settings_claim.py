from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dunning_payment_order = fields.Selection(
        related="company_id.dunning_payment_order", readonly=False
    )
