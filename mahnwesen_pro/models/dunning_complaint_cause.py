from odoo import fields, models


class DunningComplaintCause(models.Model):
    """What went wrong on our side: counted, so that it happens less often."""

    _name = "dunning.complaint.cause"
    _description = "Fault of Our Own"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
