from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dunning_complaint_limit = fields.Monetary(
        related="company_id.dunning_complaint_limit", readonly=False
    )
    dunning_complaint_files = fields.Integer(
        related="company_id.dunning_complaint_files", readonly=False
    )
    dunning_complaint_file_size = fields.Integer(
        related="company_id.dunning_complaint_file_size", readonly=False
    )
    dunning_complaint_satisfaction = fields.Boolean(
        related="company_id.dunning_complaint_satisfaction", readonly=False
    )
    dunning_complaint_monthly = fields.Boolean(
        related="company_id.dunning_complaint_monthly", readonly=False
    )
    dunning_complaint_alias = fields.Char(
        related="company_id.dunning_complaint_alias", readonly=False
    )
    dunning_dispute_body = fields.Text(related="company_id.dunning_dispute_body", readonly=False)
    dunning_dispute_takes_part = fields.Boolean(
        related="company_id.dunning_dispute_takes_part", readonly=False
    )
