from odoo import fields, models


class DunningLevel(models.Model):
    _inherit = "dunning.level"

    offers_promise = fields.Boolean(
        string="Customer may Name a Day",
        help="E-mail and page carry “Will be paid on …”: the day that the customer chooses becomes "
        "a promise, once per item and within the limits of the settings.",
    )
