from odoo import api, fields, models
from odoo.fields import Domain

from ..rules import installments as rules
from ..tools import to_decimal


class DunningInstallmentCheck(models.AbstractModel):
    """Each instalment is watched: payments are assigned in order, one missed is reminded, two end
    the plan.
    """

    _name = "dunning.installment.check"
    _description = "Watch over Instalment Plans"

    checked_on = fields.Date(readonly=True, copy=False)
    is_under_way = fields.Boolean(
        string="Money on its Way",
        readonly=True,
        copy=False,
        help="Money was seen that nobody has assigned yet. No instalment is missed meanwhile.",
    )

    @api.model
    def check(self, plans=None):
        """Bring running plans up to date with the books.

        :param plans: which ones; all running ones of the user's companies when empty
        """
        if plans is None:
            plans = self.search([("company_id", "in", self.env.companies.ids)])
        plans.filtered(lambda plan: plan.state in ("offered", "running"))._check()

    def _check(self):
        """Look at the plans, with a fixed number of queries for each company."""
        todo = self.sudo()  # whoever asks, the books decide
        for company, own in todo.grouped("company_id").items():
            today = company._dunning_today()
            own = own.with_company(company)
            own._expire_offers(today)
            running = own.filtered(lambda plan: plan.state == "running")
            running._watch(company, today)
            own.checked_on = today

    def _expire_offers(self, today):
        """What the customer did not accept in time is off the table."""
        late = self.filtered(lambda plan: plan.state == "offered" and plan.offer_until < today)
        reason = self.env._("The customer did not accept it in time")
        late._close("cancelled", cancel_reason=reason, to_follow_up=True)

    def _watch(self, company, today):
        """Assign the payments to the instalments and draw the conclusions."""
        partner_ids = self.partner_id.ids
        paid = self.item_ids._get_paid_since()
        seen = self.item_ids._get_seen_lines(company, partner_ids, today)
        loose = self.item_ids._query_loose_payments(company, partner_ids)
        for plan in self:
            results = [paid[item] for item in plan.item_ids]
            payments = [payment for own, _open in results for payment in own]
            still_open = sum((one for _payments, one in results), rules.ZERO)
            credited = to_decimal(plan.amount_principal) - still_open
            credited -= sum((payment.amount for payment in payments), rules.ZERO)
            unassigned = loose.get((plan.partner_id.id, plan.currency_id.id), ())
            payments += [one for one in unassigned if one.day >= plan.date_agreed]
            plan.is_under_way = bool(seen.intersection(plan.item_ids.move_line_id.ids))
            plan._apply_payments(payments, max(rules.ZERO, credited), today)

    def _apply_payments(self, payments, credited, today):
        """Write how each instalment stands, then remind, end or close the plan."""
        self.ensure_one()
        ordered = self.installment_ids.sorted("sequence")
        limits = ordered.mapped("date_limit")
        if self.is_under_way:
            limits = [max(today, limit) for limit in limits]
        standings = rules.assign(ordered._as_rules(), payments, credited, today, limits)
        ordered._apply_standings(standings)
        waiting = ordered.filtered(lambda one: one.state in ("open", "missed"))
        self.write(
            {
                "amount_paid": float(sum(one.paid for one in standings)),
                "amount_rest": float(sum(one.due - one.paid for one in standings)),
                "missed_count": rules.misses(standings),
                "date_next": waiting.filtered(lambda one: one.state == "open")[:1].date,
            }
        )
        if not waiting:
            self._mark_done()
        elif self.missed_count >= rules.MISSES_TO_END:
            self._mark_ended()
        elif self.missed_count:
            self._remind_of(ordered.filtered(lambda one: one.state == "missed"), today)

    def _mark_done(self):
        """Everything is paid or credited."""
        self._close("done")

    def _mark_ended(self):
        """Two instalments are missed: the plan ends, the whole claim goes on at the ladder."""
        reason = self.env._("%s instalments missed", self.missed_count)
        self._close("ended", cancel_reason=reason, to_follow_up=True)
        policy = self.partner_id._get_dunning_policies()[self.partner_id]
        if policy.promise_broken == "call":
            self.env["dunning.call"]._plan(
                self.partner_id, self.company_id, "broken_promise", moves=self.item_ids.move_id
            )
        self._hook_ended()

    def _hook_ended(self):
        """Called once when a plan ended before its time; for rooms to the right."""

    def _remind_of(self, missed, today):
        """Write to the customer about an instalment, once for each."""
        fresh = missed.filtered(lambda one: not one.reminded_on)
        if fresh:
            fresh.reminded_on = today
            self._send_reminder()

    @api.model
    def _cron_check(self, batch=100):
        """Look once a day at each plan that runs or is offered, a batch after the other."""
        for company in self.env["res.company"].search([]):
            today = company._dunning_today()
            domain = Domain("company_id", "=", company.id)
            domain &= Domain("state", "in", ("offered", "running"))
            domain &= Domain("checked_on", "=", False) | Domain("checked_on", "<", today)
            if not self._check_batches(domain, batch):
                break

    @api.model
    def _check_batches(self, domain, batch):
        """Check what the domain finds; return whether time is left."""
        while todo := self.search(domain, limit=batch):
            self.env["ir.cron"]._commit_progress(remaining=self.search_count(domain))
            locked = todo.try_lock_for_update(allow_referencing=True).filtered_domain(domain)
            locked._check()
            if not self.env["ir.cron"]._commit_progress(len(todo)) or len(locked) < len(todo):
                return False
        return True
