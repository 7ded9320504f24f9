from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_amount, format_date, format_duration, split_every

from ..rules import calls
from ..rules.eligibility import ZERO

#: Calls looked at in one go.
CHUNK = 500

#: Calls that came about by themselves; nobody wants them once the claim is paused.
AUTOMATIC = ("level", "next_attempt", "broken_promise")


class DunningCallWatch(models.AbstractModel):
    """Keeps the list of calls true: what is paid leaves it, the most pressing comes first."""

    _name = "dunning.call.watch"
    _description = "Watch over Planned Calls"

    date_oldest = fields.Date(string="Overdue since", compute="_compute_standing", store=True)
    broken_count = fields.Integer(string="Broken Promises", compute="_compute_standing", store=True)
    last_reached = fields.Datetime(compute="_compute_standing", store=True)
    priority = fields.Integer(
        compute="_compute_standing",
        store=True,
        help="Points: sum, days overdue, broken promises, how long nobody has talked with them.",
    )
    priority_reason = fields.Char(string="Why Now", compute="_compute_priority_reason")
    best_time = fields.Char(compute="_compute_best_time", help="From earlier calls.")

    # === WHO COMES FIRST ===

    @api.depends("partner_id", "hour")
    def _compute_standing(self):
        for company, found in self.grouped("company_id").items():
            partner_ids = found.partner_id.ids
            today = company._dunning_today()
            debtors = self.env["dunning.facts"]._gather(company, partner_ids, today)
            overdue = {
                debtor.partner_id: [item for item in debtor.items if item.due < today]
                for debtor in debtors
            }
            reached = self._get_last_reached(company, partner_ids)
            broken = self._get_broken_promises(company, partner_ids)
            for call in found:
                key = call.partner_id.id
                call._set_standing(
                    overdue.get(key, ()), broken.get(key, 0), reached.get(key), today
                )

    def _set_standing(self, items, broken, reached, today):
        amount = sum((item.residual * item.rate for item in items), ZERO)
        oldest = min((item.due for item in items), default=None)
        self.amount_open = float(amount)
        self.date_oldest = oldest
        self.broken_count = broken
        self.last_reached = reached
        self.priority = calls.priority(
            calls.Standing(
                amount=amount,
                days_overdue=(today - oldest).days if oldest else 0,
                broken=broken,
                days_unreached=(today - reached.date()).days if reached else None,
                at_fixed_time=bool(self.hour),
            )
        )

    def _get_last_reached(self, company, partner_ids):
        """Return {customer: when somebody was last talked to}."""
        everything = self.env["dunning.call"].sudo()  # a colleague's call counts as well
        groups = everything._read_group(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", partner_ids),
                ("state", "=", "done"),
                ("outcome", "not in", ("not_reached", "wrong_number")),
            ],
            ["partner_id"],
            ["called_on:max"],
        )
        return {partner.id: moment for partner, moment in groups}

    def _get_broken_promises(self, company, partner_ids):
        """Return {customer: promises that were not kept}; the room of promises knows them."""
        return {}

    @api.depends("amount_open", "date_oldest", "broken_count", "last_reached", "hour")
    @api.depends_context("lang")
    def _compute_priority_reason(self):
        for call in self:
            call.priority_reason = " · ".join(call._get_priority_parts())

    def _get_priority_parts(self):
        """Yield what the points of the call come from, in words."""
        if self.hour:
            yield self.env._("agreed for %s", format_duration(self.hour))
        if self.amount_open:
            money = format_amount(self.env, self.amount_open, self.company_currency_id)
            yield self.env._("%s overdue", money)
        if self.date_oldest:
            days = (self.company_id._dunning_today() - self.date_oldest).days
            yield self.env._("for %s days", days) if days > 1 else self.env._("since yesterday")
        if self.broken_count == 1:
            yield self.env._("1 promise broken")
        elif self.broken_count:
            yield self.env._("%s promises broken", self.broken_count)
        if self.last_reached:
            day = format_date(self.env, self.company_id._dunning_local(self.last_reached).date())
            yield self.env._("last reached on %s", day)
        else:
            yield self.env._("never reached yet")

    @api.depends("partner_id")
    @api.depends_context("lang")
    def _compute_best_time(self):
        for company, found in self.grouped("company_id").items():
            tries = self._get_tries(company, found.partner_id.ids)
            for call in found:
                best = calls.best_hours(tries.get(call.partner_id.id, ()))
                call.best_time = best and self.env._(
                    "%(start)s to %(end)s (reached %(reached)s of %(tried)s times)",
                    start=f"{best[0]:02}:00",
                    end=f"{best[0] + 2:02}:00",
                    reached=best[1],
                    tried=best[2],
                )

    def _get_time_advice(self):
        """Return when to call: the best time, or the half of the day that nobody has tried yet."""
        self.ensure_one()
        if self.best_time:
            return self.best_time
        tries = self._get_tries(self.company_id, self.partner_id.ids).get(self.partner_id.id, ())
        advice = {
            "morning": self.env._("Tried in the afternoon only: try the morning."),
            "afternoon": self.env._("Tried in the morning only: try the afternoon."),
        }
        return advice.get(calls.untried_half(tries), "")

    def _get_tries(self, company, partner_ids):
        """Return {customer: [(hour, somebody was reached)]} of the calls of a year."""
        everything = self.env["dunning.call"].sudo()  # see above
        found = everything.search_fetch(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", partner_ids),
                ("state", "=", "done"),
                ("called_on", ">=", fields.Datetime.now() - timedelta(days=365)),
            ],
            ["partner_id", "called_on", "outcome"],
        )
        tries = {}
        for call in found:
            hour = company._dunning_local(call.called_on).hour
            reached = call.outcome not in ("not_reached", "wrong_number")
            tries.setdefault(call.partner_id.id, []).append((hour, reached))
        return tries

    # === SCHEDULED ===

    @api.model
    def _cron_calls(self):
        """Bring the calls of every company up to date: plan, drop, hand back, remind."""
        companies = self.env["res.company"].search([])
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            own = self.with_company(company)
            own._plan_after_letters(company)
            own._follow_planned(company)
            own._remind_unanswered(company)
            cron._commit_progress(1)

    @api.model
    def _follow_planned(self, company):
        """Look at every planned call of the company, some hundred at a time."""
        planned = self.search([("company_id", "=", company.id), ("state", "=", "planned")])
        for ids in split_every(CHUNK, planned.ids):
            chunk = self.browse(ids)
            chunk._drop_settled(company)
            rest = chunk.filtered(lambda call: call.state == "planned")
            rest._hand_back(company)
            rest._restore_tasks()
            rest._refresh_standing()

    def _drop_settled(self, company):
        """Cancel the calls whose claims were paid or paused meanwhile."""
        today = company._dunning_today()
        debtors = {
            debtor.partner_id: debtor.items
            for debtor in self.env["dunning.facts"]._gather(company, self.partner_id.ids, today)
        }
        paid, paused = self.browse(), self.browse()
        for call in self:
            items = call._get_items_of(debtors.get(call.partner_id.id, ()), today)
            if not items and (call.cause in AUTOMATIC or call.move_ids or call.amount_open):
                paid += call
            elif call.cause in AUTOMATIC and not any(
                item.dunnable and not item.stops for item in items
            ):
                paused += call
        paid._mark_cancelled(self.env._("Paid meanwhile."))
        paused._mark_cancelled(self.env._("Paused meanwhile, or a payment is on its way."))

    def _get_items_of(self, items, today):
        """Return those open items that the call is about."""
        chosen = set(self.move_ids.ids)
        return [item for item in items if (item.move_id in chosen if chosen else item.due < today)]

    def _hand_back(self, company):
        """Calls that a salesperson has not made go back to the customer's clerk."""
        today = company._dunning_today()
        late = self.filtered(lambda call: call.hand_back_on and call.hand_back_on < today)
        clerks = {call: call.partner_id._get_dunning_clerk(company) for call in late}
        for clerk in set(clerks.values()):
            own = late.filtered(lambda call, clerk=clerk: clerks[call] == clerk)
            own._write_own({"user_id": clerk.id, "hand_back_on": False, "date": today})

    def _restore_tasks(self):
        """A planned call without a task, because somebody has deleted that, gets a new one."""
        kept = set(self._get_tasks().mapped("res_id"))
        self.filtered(lambda call: call.id not in kept)._create_tasks()

    def _refresh_standing(self):
        """Compute the order of the list anew."""
        for name in ("amount_open", "date_oldest", "broken_count", "last_reached", "priority"):
            self.env.add_to_compute(self._fields[name], self)
