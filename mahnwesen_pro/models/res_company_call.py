import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import workdays


class ResCompany(models.Model):
    _inherit = "res.company"

    dunning_promise_days = fields.Integer(
        string="Tolerance for Promises",
        default=3,
        help="In days: a promise counts as kept when the money is booked this long after its day.",
        prefetch="dunning",
    )
    dunning_call_week_cap = fields.Integer(
        string="Attempts a Week",
        default=3,
        help="How often a customer is called within seven days at most. 0 = no limit.",
        prefetch="dunning",
    )
    dunning_call_from = fields.Float(
        string="Calls from",
        default=8.0,
        help="Local time.",
        prefetch="dunning",
    )
    dunning_call_to = fields.Float(
        string="Calls until",
        default=18.0,
        help="Local time.",
        prefetch="dunning",
    )
    dunning_call_confirm_days = fields.Integer(
        string="Answer to the Summary within",
        default=2,
        help="In working days; then whoever called gets a task.",
        prefetch="dunning",
    )
    dunning_call_link_days = fields.Integer(
        string="Link of the Summary Holds",
        default=30,
        help="In days.",
        prefetch="dunning",
    )

    @api.constrains(
        "dunning_call_from",
        "dunning_call_to",
        "dunning_call_week_cap",
        "dunning_call_confirm_days",
        "dunning_call_link_days",
        "dunning_promise_days",
    )
    def _check_dunning_calls(self):
        for company in self:
            if not 0 <= company.dunning_call_from < company.dunning_call_to <= 24:
                raise ValidationError(
                    self.env._("The call hours end before they begin. Choose a later end.")
                )
            numbers = (
                company.dunning_call_week_cap,
                company.dunning_call_confirm_days,
                company.dunning_call_link_days,
                company.dunning_promise_days,
            )
            if min(numbers) < 0:
                raise ValidationError(self.env._("Days of calls cannot be negative."))

    def _dunning_local(self, moment):
        """Return a moment (UTC, as stored) in the time of the company's place."""
        zone = pytz.timezone(self._get_dunning_zone())
        return pytz.utc.localize(moment).astimezone(zone)

    def _is_call_time(self, moment):
        """Whether one calls at this local moment: on a working day, within the call hours."""
        day, hour = moment.date(), moment.hour + moment.minute / 60
        is_workday = workdays.is_workday(day, self._dunning_holidays(day, day))
        return is_workday and self.dunning_call_from <= hour < self.dunning_call_to

    def _format_call_hours(self):
        """Return the call hours as text, for example 08:00–18:00."""
        return "–".join(
            f"{int(hour):02}:{round(hour % 1 * 60):02}"
            for hour in (self.dunning_call_from, self.dunning_call_to)
        )
