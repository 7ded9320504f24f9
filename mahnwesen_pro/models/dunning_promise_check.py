from odoo import api, fields, models
from odoo.fields import Domain

from ..rules import promise as rules
from ..tools import to_decimal

#: How the promises that were decided are called in the database, see the field ``state``.
DECIDED = ("kept", "partly", "broken")


class DunningPromiseCheck(models.AbstractModel):
    """Kept, partly kept or broken: read from the payments by the scheduled action, in batches."""

    _name = "dunning.promise.check"
    _description = "Check of Promises to Pay"

    @api.model
    def check(self, promises=None):
        """Decide what became of open promises and return those that are decided now.

        :param promises: which ones; all open ones of the user's companies when empty
        """
        if promises is None:
            promises = self.search([("company_id", "in", self.env.companies.ids)])
        return promises.filtered(lambda promise: promise.state == "open")._check()

    def _check(self):
        """Decide the open promises, with a fixed number of queries for each company."""
        todo = self.sudo()  # whoever asks, the books decide
        decided = self.browse()
        for company, own in todo.grouped("company_id").items():
            today = company._dunning_today()
            verdicts = own.with_company(company)._judge(company, today)
            decided |= own._apply_verdicts(verdicts, today)
        return decided.sudo(self.env.su)

    def _judge(self, company, today):
        """Return {promise: (verdict, whether money is on its way)}."""
        partner_ids = self.partner_id.ids
        paid = self.item_ids._get_paid_since()
        seen = self.item_ids._get_seen_lines(company, partner_ids, today)
        loose = self.item_ids._query_loose_payments(company, partner_ids)
        verdicts = {}
        for promise in self:
            results = [paid[item] for item in promise.item_ids]
            key = (promise.partner_id.id, promise.currency_id.id)
            fresh = any(one.day >= promise.date_given for one in loose.get(key, ()))
            drafts = any(move.state == "draft" for move in promise.item_ids.move_id)
            under_way = fresh or drafts or bool(seen.intersection(promise.item_ids.move_line_id.ids))
            verdict = rules.judge(
                to_decimal(promise.amount),
                promise.date_limit,
                today,
                [payment for payments, _open in results for payment in payments],
                sum((still_open for _payments, still_open in results), rules.ZERO),
                under_way,
            )
            verdicts[promise] = (verdict, under_way)
        return verdicts

    def _apply_verdicts(self, verdicts, today):
        """Write what came out and return the promises that are decided now."""
        groups = {}
        for promise, (verdict, under_way) in verdicts.items():
            promise.write(
                {
                    "amount_paid": float(verdict.paid),
                    "is_under_way": under_way and verdict.state == "open",
                    "checked_on": today,
                }
            )
            groups.setdefault(verdict.state, self.browse())
            groups[verdict.state] |= promise
        groups.pop("open", None)
        for state, promises in groups.items():
            getattr(promises, f"_mark_{state}")()
        return self.browse().union(*groups.values())

    def _mark_kept(self):
        """Kept, perhaps early: the pause ends. No thank-you is sent."""
        self._close("kept")

    def _mark_obsolete(self):
        reason = self.env._("Nothing is left to pay: the claim was cancelled or credited")
        self._close("cancelled", cancel_reason=reason)

    def _mark_partly(self):
        self._close("partly", to_follow_up=True)
        self._react_to_break()

    def _mark_broken(self):
        self._close("broken", to_follow_up=True)
        self._react_to_break()

    def _react_to_break(self):
        """Let the next level come or plan a call, as the customers' policies say."""
        for company, promises in self.grouped("company_id").items():
            partners = promises.partner_id.with_company(company)
            policies = partners._get_dunning_policies()
            for promise in promises:
                policy = policies[promise.partner_id]
                if policy.promise_broken == "call":
                    promise._plan_call()
        self._hook_broken()

    def _plan_call(self):
        self.ensure_one()
        self.env["dunning.call"]._plan(
            self.partner_id, self.company_id, "broken_promise", moves=self.item_ids.move_id
        )

    def _hook_broken(self):
        """Called once when promises were broken or kept only in part; for rooms to the right."""

    @api.model
    def _cron_check(self, batch=100):
        """Look once a day at each open promise, a batch after the other."""
        for company in self.env["res.company"].search([]):
            today = company._dunning_today()
            domain = Domain("company_id", "=", company.id) & Domain("state", "=", "open")
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
