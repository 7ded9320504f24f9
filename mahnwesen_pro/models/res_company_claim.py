from odoo import fields, models


class ResCompany(models.Model):
    """How the company uses payments on claims with charges."""

    _inherit = "res.company"

    dunning_payment_order = fields.Selection(
        [
            ("law", "Costs, interest, principal (§ 367 BGB)"),
            ("principal", "Principal, costs, interest (as in the books)"),
        ],
        string="Payments Go on",
        default="law",
        required=True,
        help="What claim statements and the booking helper propose. The books stay as they are.",
    )
