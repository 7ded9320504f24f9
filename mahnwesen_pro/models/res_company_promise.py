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
    )
    dunning_promise_ahead = fields.Integer(
        string="Own Date within Days",
        default=14,
        help="A customer names a day himself on his page, at most this many days ahead. 0 = he "
        "cannot.",
    )

    _dunning_promise_positive = models.Constraint(
        "CHECK(dunning_promise_days >= 0 AND dunning_promise_ahead >= 0)",
        "Days cannot be negative.",
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
        return {
            date: promise.last_day(date, self.dunning_promise_days, holidays) for date in dates
        }
