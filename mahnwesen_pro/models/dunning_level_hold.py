from odoo import fields, models


class DunningLevel(models.Model):
    """A level may put the customer on hold: new orders are stopped until he has paid."""

    _inherit = "dunning.level"

    credit_hold = fields.Selection(
        [("none", "No"), ("warn", "Warn"), ("block", "Stop orders")],
        required=True,
        default="none",
        help="What happens with orders of a customer who owes an item at this level. It ends by "
        "itself when the item is paid. Takes effect where Sales is installed.",
    )
