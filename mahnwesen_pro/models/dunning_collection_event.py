from odoo import fields, models

KINDS = [
    ("handed_over", "Handed over"),
    ("accepted", "Accepted"),
    ("payment_agency", "Paid to the agency"),
    ("payment_here", "Paid to us"),
    ("instalments", "Instalments agreed"),
    ("cost", "Agency's costs"),
    ("told", "Agency told"),
    ("announced", "Handing over announced"),
    ("paid", "Paid"),
    ("returned", "Returned"),
    ("closed", "Closed"),
]


class DunningCollectionEvent(models.Model):
    """What happened to a case, in order. Written by methods only, never changed."""

    _name = "dunning.collection.event"
    _description = "Event of a Collection Case"
    _order = "date desc, id desc"
    _rec_name = "kind"

    case_id = fields.Many2one(
        "dunning.collection.case", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True)
    partner_id = fields.Many2one(related="case_id.partner_id")
    currency_id = fields.Many2one(related="case_id.currency_id")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    amount = fields.Monetary(readonly=True)
    agency_ref = fields.Char(string="Agency's File No.", readonly=True)
    note = fields.Text(readonly=True)
    mail_id = fields.Many2one("mail.mail", readonly=True, index="btree_not_null")
    user_id = fields.Many2one(
        "res.users", string="By", default=lambda self: self.env.user, readonly=True
    )
