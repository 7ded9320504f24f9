from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dunning_advice_last_chance = fields.Float(
        related="company_id.dunning_advice_last_chance", readonly=False
    )
    dunning_advice_hand_over = fields.Float(
        related="company_id.dunning_advice_hand_over", readonly=False
    )
    dunning_valued_years = fields.Integer(related="company_id.dunning_valued_years", readonly=False)
    dunning_valued_revenue = fields.Monetary(
        related="company_id.dunning_valued_revenue",
        readonly=False,
        currency_field="currency_id",
    )
    dunning_advice_cost_share = fields.Float(
        related="company_id.dunning_advice_cost_share", readonly=False
    )
    dunning_collection_hold = fields.Boolean(
        related="company_id.dunning_collection_hold", readonly=False
    )
    dunning_announce_days = fields.Integer(
        related="company_id.dunning_announce_days", readonly=False
    )
    dunning_bureau_member = fields.Boolean(
        related="company_id.dunning_bureau_member", readonly=False
    )
    dunning_deducts_vat = fields.Boolean(related="company_id.dunning_deducts_vat", readonly=False)
