from odoo import fields, models

from ..rules import eligibility


class DunningPolicy(models.Model):
    """What open credit notes and unallocated payments do to a reminder."""

    _inherit = "dunning.policy"

    netting = fields.Selection(
        [
            ("reduce", "Reduce the letter"),
            ("show", "Are shown, not deducted"),
            ("ignore", "Are left out"),
        ],
        string="Open Credits",
        required=True,
        default="reduce",
        help="What credit notes and payments that nobody has allocated do to a reminder in the "
        "same currency. Statements of account always deduct them. Shown or deducted, credits that "
        "cover the debt stop the letter.",
    )

    def _as_rule(self) -> eligibility.Policy:
        return super()._as_rule()._replace(netting=self.netting)
