from odoo import fields, models


class DunningPromiseItem(models.Model):
    """One open item that a promise covers, as a whole or in part."""

    _name = "dunning.promise.item"
    _description = "Item of a Promise to Pay"
    _inherit = ["dunning.promise.cover"]

    promise_id = fields.Many2one(
        "dunning.promise", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="promise_id.company_id", store=True)
    partner_id = fields.Many2one(related="promise_id.partner_id")
    state = fields.Selection(related="promise_id.state")
