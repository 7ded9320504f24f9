from odoo import fields, models


class DunningPolicy(models.Model):
    _inherit = "dunning.policy"

    promise_broken = fields.Selection(
        [("level", "The next level may follow"), ("call", "We call again")],
        string="Broken Promise",
        required=True,
        default="level",
        help="What happens when a promise was not kept, or only in part.",
    )
    promise_days_to_pay = fields.Integer(
        string="Days to Pay after it",
        help="Letters about items with a broken promise leave no more than this many days to pay. "
        "0 = as many as the level says.",
    )

    _promise_days_positive = models.Constraint(
        "CHECK(promise_days_to_pay >= 0)", "Days cannot be negative."
    )
