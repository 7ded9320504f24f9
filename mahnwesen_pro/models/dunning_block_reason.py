from odoo import fields, models


class DunningBlockReason(models.Model):
    """Why dunning is paused: the list that clerks choose from."""

    _name = "dunning.block.reason"
    _description = "Reason for a Dunning Block"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    days = fields.Integer(
        string="Usual Days", default=14, help="Proposed length of the pause in days."
    )

    _days_positive = models.Constraint("CHECK(days > 0)", "A pause lasts at least one day.")
