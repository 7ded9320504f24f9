from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dunning_booking = fields.Selection(related="company_id.dunning_booking", readonly=False)
    dunning_journal_id = fields.Many2one(related="company_id.dunning_journal_id", readonly=False)
    dunning_account_interest_id = fields.Many2one(
        related="company_id.dunning_account_interest_id", readonly=False
    )
    dunning_account_fee_id = fields.Many2one(
        related="company_id.dunning_account_fee_id", readonly=False
    )
    dunning_account_return_id = fields.Many2one(
        related="company_id.dunning_account_return_id", readonly=False
    )
    dunning_write_off_limit = fields.Monetary(
        related="company_id.dunning_write_off_limit", readonly=False
    )
    dunning_discount_grace = fields.Integer(
        related="company_id.dunning_discount_grace", readonly=False
    )
    dunning_discount_policy_id = fields.Many2one(
        related="company_id.dunning_discount_policy_id", readonly=False
    )
    dunning_return_policy_id = fields.Many2one(
        related="company_id.dunning_return_policy_id", readonly=False
    )
    dunning_payment_order = fields.Selection(
        related="company_id.dunning_payment_order", readonly=False
    )
