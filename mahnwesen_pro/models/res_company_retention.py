from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import laws


class ResCompany(models.Model):
    _inherit = "res.company"

    dunning_call_years = fields.Integer(
        string="Keep Notes of Calls",
        default=3,
        prefetch="dunning",
        help="In years; then names and notes are removed, figures stay. 0 = keep them.",
    )
    dunning_promise_years = fields.Integer(
        string="Keep Names in Promises",
        default=3,
        prefetch="dunning",
        help="In years after the end of a promise or an instalment plan; then names and notes are "
        "removed, figures stay. Agreements are kept as long as business letters at least. 0 = keep "
        "them.",
    )
    dunning_complaint_years = fields.Integer(
        string="Keep Words of Complaints",
        default=6,
        prefetch="dunning",
        help="In years after the end of a complaint; then the customer's words, names and files "
        "are removed, figures stay. They are kept as long as business letters at least. 0 = keep "
        "them.",
    )

    @api.constrains("dunning_call_years", "dunning_promise_years", "dunning_complaint_years")
    def _check_dunning_years(self):
        for company in self:
            years = (
                company.dunning_call_years,
                company.dunning_promise_years,
                company.dunning_complaint_years,
            )
            if min(years) < 0:
                raise ValidationError(self.env._("The years of retention cannot be negative."))

    def _get_dunning_letter_years(self):
        """Return for how many calendar years business letters have to be kept."""
        return laws.letter_years(self._get_dunning_law())
