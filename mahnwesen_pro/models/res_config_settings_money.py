from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dunning_due_agreed = fields.Boolean(related="company_id.dunning_due_agreed", readonly=False)
    dunning_invoice_notice_since = fields.Date(
        related="company_id.dunning_invoice_notice_since", readonly=False
    )
    dunning_receipt_days = fields.Integer(related="company_id.dunning_receipt_days", readonly=False)
    dunning_receipt_days_email = fields.Integer(
        related="company_id.dunning_receipt_days_email", readonly=False
    )
    dunning_day_count = fields.Selection(related="company_id.dunning_day_count", readonly=False)
    dunning_waive_limit = fields.Monetary(related="company_id.dunning_waive_limit", readonly=False)
