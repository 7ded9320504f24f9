from odoo import api, fields, models
from odoo.exceptions import ValidationError

AGREED = [("yes", "Agreed"), ("no", "Not agreed")]


class ResPartner(models.Model):
    """What was agreed with a customer about late payment."""

    _inherit = "res.partner"

    dunning_due_agreed = fields.Selection(
        AGREED,
        string="Due Dates Agreed",
        company_dependent=True,
        help="Whether the term of payment was agreed beforehand. Then default begins after the due "
        "date, without a reminder. Empty: as in the settings.",
        prefetch="dunning",
    )
    dunning_agreed_rate = fields.Float(
        string="Agreed Interest in %",
        digits=(5, 2),
        company_dependent=True,
        help="A yearly rate that was agreed with the customer. 0 = what the law says.",
        prefetch="dunning",
    )
    dunning_charges_agreed = fields.Boolean(
        string="Charges Agreed",
        company_dependent=True,
        help="Reminder fees were agreed with their amount. Customers outside of Germany, Austria "
        "and Switzerland, and in Switzerland for fees, are charged only then.",
        prefetch="dunning",
    )

    @api.constrains("dunning_agreed_rate")
    def _check_dunning_agreed_rate(self):
        if any(partner.dunning_agreed_rate < 0 for partner in self):
            raise ValidationError(
                self.env._("Agreed interest cannot be negative: enter 0 for what the law says.")
            )

    def _get_dunning_money_fields(self):
        """Return the fields that decide on default and charges."""
        return [
            "country_id",
            "dunning_agreed_rate",
            "dunning_charges_agreed",
            "dunning_debtor_type",
            "dunning_due_agreed",
        ]
