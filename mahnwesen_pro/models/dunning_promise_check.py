from datetime import timedelta

from odoo import models
from odoo.fields import Domain

from ..rules import promise as rules
from ..tools import to_decimal

#: How the promises that were decided are called in the database, see the field ``state``.
DECIDED = ("kept", "partly", "broken")

#: So many days a broken promise is looked at again: a bank statement may be imported late.
REVIEW_DAYS = 14


class DunningPromiseCheck(models.AbstractModel):
    """Kept, partly kept or broken: read from the payments by the scheduled action, in batches."""

    _name = "dunning.promise.check"
    _description = "Check of Promises to Pay"
    _inherit = ["dunning.agreement.watch"]

    def _get_watched_domain(self, today):
        """Return the domain of the open promises, and of those that were not kept lately."""
        lately = Domain("state", "in", ("partly", "broken"))
        lately &= Domain("date_limit", ">=", today - timedelta(days=REVIEW_DAYS))
        return Domain("state", "=", "open") | lately

    def _check(self):
        """Decide the promises, with a fixed number of queries for each company."""
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
            under_way = fresh or promise.item_ids._is_in_motion(seen)
            verdict = rules.judge(
                to_decimal(promise.amount),
                promise.date_limit,
                today,
                [payment for result in results for payment in result.payments],
                sum((result.still_open for result in results), rules.ZERO),
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
            if promise.state == "open":
                groups.setdefault(verdict.state, []).append(promise.id)
            elif verdict.state == "kept":
                groups.setdefault("kept", []).append(promise.id)  # the statement came late
            elif not verdict.missing:
                promise.to_follow_up = False  # late, but there is nothing left to ask for
        groups.pop("open", None)
        decided = {state: self.browse(ids) for state, ids in groups.items()}
        for state, promises in decided.items():
            getattr(promises, f"_mark_{state}")()
        broken = decided.get("broken", self.browse()) | decided.get("partly", self.browse())
        broken._react_to_break({one for one in broken if verdicts[one][0].missing})
        return self.browse().union(*decided.values())

    def _mark_kept(self):
        """Kept, perhaps early: the pause ends. No thank-you is sent."""
        self._close("kept", to_follow_up=False)

    def _mark_obsolete(self):
        reason = self.env._("Nothing is left to pay: the claim was cancelled or credited")
        self._close("cancelled", cancel_reason=reason)

    def _mark_partly(self):
        self._close("partly")

    def _mark_broken(self):
        self._close("broken")

    def _react_to_break(self, unpaid):
        """Let the next level come or plan a call, as the customers' policies say.

        :param unpaid: those of the promises on which money is still missing; what was paid a day
            late needs no reaction
        """
        if not self:
            return
        todo = self.filtered(lambda promise: promise in unpaid)
        todo.to_follow_up = True
        todo._call_again()
        self._hook_broken()

    def _hook_broken(self):
        """Called once when promises were broken or kept only in part; for rooms to the right."""
