from odoo import models
from odoo.fields import Domain

from ..rules import installments as rules
from ..tools import to_decimal


class DunningInstallmentCheck(models.AbstractModel):
    """Each instalment is watched: payments are assigned in order, one missed is reminded, two end
    the plan.
    """

    _name = "dunning.installment.check"
    _description = "Watch over Instalment Plans"
    _inherit = ["dunning.agreement.watch"]

    def _get_watched_domain(self, today):
        """Return the domain of the plans that are offered or run."""
        return Domain("state", "in", ("offered", "running"))

    def _check(self):
        """Look at the plans, with a fixed number of queries for each company."""
        todo = self.sudo()  # whoever asks, the books decide
        before = {plan: plan.state for plan in todo}
        for company, own in todo.grouped("company_id").items():
            today = company._dunning_today()
            own = own.with_company(company)
            own.checked_on = today
            own.filtered(lambda plan: plan.state == "offered")._watch_offers(today)
            own.filtered(lambda plan: plan.state == "running")._watch(company, today)
        decided = todo.filtered(lambda plan: plan.state != before[plan])
        return decided.sudo(self.env.su)

    def _watch_offers(self, today):
        """Take off the table what the customer did not accept in time, or need not any more."""
        results = self.item_ids._get_paid_since()
        settled = self.filtered(
            lambda plan: not any(results[item].still_open for item in plan.item_ids)
        )
        settled._mark_obsolete()
        late = (self - settled).filtered(lambda plan: plan.offer_until < today)
        reason = self.env._("The customer did not accept it in time")
        late._close("cancelled", cancel_reason=reason, to_follow_up=True)

    def _watch(self, company, today):
        """Assign the payments to the instalments and draw the conclusions."""
        partner_ids = self.partner_id.ids
        results = self.item_ids._get_paid_since()
        seen = self.item_ids._get_seen_lines(company, partner_ids, today)
        purses = self._get_purses(company)
        groups = {}
        for plan in self.sorted("id"):
            payments, credited = plan._get_money([results[item] for item in plan.item_ids])
            missing = plan._get_missing(payments, credited)
            key = (plan.partner_id.id, plan.currency_id.id)
            more, purses[key] = rules.draw(purses.get(key, ()), missing, plan.date_agreed)
            plan.is_under_way = plan.item_ids._is_in_motion(seen)
            conclusion = plan._apply_payments(payments + more, credited, today)
            groups.setdefault(conclusion, []).append(plan.id)
        groups.pop("running", None)
        for conclusion, ids in groups.items():
            getattr(self.browse(ids), f"_mark_{conclusion}")()

    def _get_purses(self, company):
        """Return {(customer, currency): payments that belong to no invoice}: those that nobody has
        assigned yet and, where a plan bears interest, those that were booked as interest.
        """
        items, partner_ids = self.item_ids, self.partner_id.ids
        purses = items._query_loose_payments(company, partner_ids)
        bearing = self.filtered("amount_interest")
        if bearing:
            first = min(bearing.mapped("date_agreed"))
            interest = items._query_interest(company, bearing.partner_id.ids, first)
            for key, payments in interest.items():
                purses[key] = sorted(purses.get(key, []) + payments)
        return purses

    def _get_money(self, results):
        """Return (payments on the items, what was credited), from what became of the items."""
        payments = [payment for result in results for payment in result.payments]
        still_open = sum((result.still_open for result in results), rules.ZERO)
        paid = sum((payment.amount for payment in payments), rules.ZERO)
        return payments, max(rules.ZERO, to_decimal(self.amount_principal) - still_open - paid)

    def _get_missing(self, payments, credited):
        paid = sum((payment.amount for payment in payments), rules.ZERO)
        return max(rules.ZERO, to_decimal(self.amount_total) - credited - paid)

    def _apply_payments(self, payments, credited, today):
        """Write how each instalment stands and return what follows, see ``rules.conclude``."""
        self.ensure_one()
        ordered = self.installment_ids.sorted("sequence")
        limits = ordered.mapped("date_limit")
        if self.is_under_way:
            limits = [max(today, limit) for limit in limits]
        standings = rules.assign(ordered._as_rules(), payments, credited, today, limits)
        ordered._apply_standings(standings)
        self.write(
            {
                "amount_paid": float(sum(one.paid for one in standings)),
                "amount_rest": float(sum(one.due - one.paid for one in standings)),
                "missed_count": rules.misses(standings),
                "date_next": ordered.filtered(lambda one: one.state == "open")[:1].date,
            }
        )
        return rules.conclude(standings)

    # === CONCLUSIONS ===

    def _mark_done(self):
        """Everything is paid, some of it perhaps credited."""
        self._close("done")

    def _mark_obsolete(self):
        reason = self.env._("Nothing is left to pay: the claim was cancelled or credited")
        self._close("cancelled", cancel_reason=reason)

    def _mark_ended(self):
        """Two instalments are missed: the plans end, their whole claims go on at the ladder."""
        for count, plans in self.grouped("missed_count").items():
            reason = self.env._("%s instalments missed", count)
            plans._close("ended", cancel_reason=reason, to_follow_up=True)
        self._call_again()
        self._hook_ended()

    def _hook_ended(self):
        """Called once when plans ended before their time; for rooms to the right."""

    def _mark_missed(self):
        """Write to the customers about an instalment, once for each."""
        missed = self.installment_ids.filtered(lambda one: one.state == "missed")
        fresh = missed.filtered(lambda one: not one.reminded_on)
        for company, own in fresh.grouped("company_id").items():
            own.reminded_on = company._dunning_today()
        fresh.plan_id._send_reminders()
