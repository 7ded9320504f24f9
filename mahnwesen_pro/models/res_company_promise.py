from datetime import timedelta

from odoo import fields, models

from ..rules import promise


class ResCompany(models.Model):
    _inherit = "res.company"

    dunning_promise_days = fields.Integer(
        string="Tolerance for Promises",
        default=2,
        help="In working days: a promise is kept, and an instalment in time, when the money is "
        "booked this long after its day.",
        prefetch="dunning",
    )
    dunning_promise_ahead = fields.Integer(
        string="Own Date within Days",
        default=14,
        help="A customer names a day himself on his page, at most this many days ahead. 0 = he "
        "cannot.",
        prefetch="dunning",
    )

    dunning_plan_first_days = fields.Integer(
        string="First Instalment after Days",
        default=14,
        help="Proposed for new instalment plans.",
        prefetch="dunning",
    )
    dunning_plan_offer_days = fields.Integer(
        string="Offer Holds for Days",
        default=10,
        help="So long a customer may think about an instalment plan; its items are paused "
        "meanwhile.",
        prefetch="dunning",
    )

    dunning_plan_reminder_days = fields.Integer(
        string="Days to Pay a Missed Instalment",
        default=5,
        help="The reminder of an instalment asks for it within so many days.",
        prefetch="dunning",
    )

    _dunning_promise_positive = models.Constraint(
        "CHECK(dunning_promise_days >= 0 AND dunning_promise_ahead >= 0 "
        "AND dunning_plan_first_days >= 0 AND dunning_plan_offer_days >= 0 "
        "AND dunning_plan_reminder_days > 0)",
        "Days cannot be negative, and a reminder leaves at least one.",
    )

    def _get_dunning_promise_limit(self, date):
        """Return the last day on which a payment is in time that was promised for ``date``."""
        self.ensure_one()
        return self._get_dunning_promise_limits([date])[date]

    def _get_dunning_promise_limits(self, dates):
        """Return {promised day: last day on which a payment is in time}."""
        self.ensure_one()
        if not dates:
            return {}
        reach = timedelta(days=2 * self.dunning_promise_days + 31)
        holidays = self._dunning_holidays(min(dates), max(dates) + reach)
        return {date: promise.last_day(date, self.dunning_promise_days, holidays) for date in dates}

    def _get_dunning_plan_offer_end(self, date_first):
        """Return the day until which a plan is on offer whose first instalment is due then."""
        self.ensure_one()
        today = self._dunning_today()
        end = today + timedelta(days=self.dunning_plan_offer_days)
        return max(today, min(end, date_first)) if date_first else end
