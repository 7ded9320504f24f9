import pytz

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    dunning_promise_days = fields.Integer(
        string="Tolerance for Promises",
        default=3,
        help="In days: a promise counts as kept when the money is booked this long after its day.",
    )
    dunning_call_week_cap = fields.Integer(
        string="Attempts a Week",
        default=3,
        help="How often a customer is called within seven days at most. 0 = no limit.",
    )

    def _dunning_local(self, moment):
        """Return a moment (UTC, as stored) in the time of the company's place."""
        self.ensure_one()
        zone = pytz.timezone(self.partner_id.tz or "Europe/Berlin")
        return pytz.utc.localize(moment).astimezone(zone)
