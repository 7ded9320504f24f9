import hashlib
import hmac
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import format_amount, format_date
from odoo.tools import hmac as odoo_hmac

from ..rules import workdays

#: What the link in an e-mail is for: it opens this page and no other.
SCOPE = "mahnwesen_pro.promise"

#: Characters of the name on the page.
NAME_LENGTH = 80


class DunningNotice(models.Model):
    """What promises mean for a notice: shorter deadlines, and the customer's own date."""

    _inherit = "dunning.notice"

    promise_ids = fields.One2many("dunning.promise", "notice_id", readonly=True)
    promise_count = fields.Integer(string="Promises", compute="_compute_promise_count")

    plan_count = fields.Integer(string="Instalment Plans", compute="_compute_promise_count")

    def _compute_promise_count(self):
        for notice in self:
            domain = notice._get_agreement_domain()
            notice.promise_count = self.env["dunning.promise"].search_count(domain)
            notice.plan_count = self.env["dunning.installment.plan"].search_count(domain)

    def _get_agreement_domain(self):
        """Return the domain of the promises, or plans, about the items of the notices."""
        return [("item_ids.move_id", "in", self.claim_ids.move_id.ids)]

    # === SHORTER DEADLINES ===

    @api.model
    def _propose(self, run, drafts, state="proposed"):
        notices = super()._propose(run, drafts, state=state)
        shortened = {draft.debtor.policy.id for draft in drafts if draft.debtor.policy}
        policies = self.env["dunning.policy"].sudo().browse(shortened)  # what applies to the run
        if any(policies.mapped("promise_days_to_pay")):
            notices._shorten_deadlines()
        return notices

    def _shorten_deadlines(self):
        """Give less time to whoever has broken a promise about one of the items."""
        for notice in self.sudo()._filter_broken():  # notices are made by runs only
            notice._write_own({"date_deadline": notice._get_deadline(notice.date)})

    def _filter_broken(self):
        """Return the notices with an item whose promise was not kept."""
        broken = self.env["dunning.promise.item"].sudo()  # a broken promise counts whoever asks
        moves = broken.search(
            [
                ("move_id", "in", self.claim_ids.move_id.ids),
                ("promise_id.state", "in", ("broken", "partly")),
            ]
        ).move_id
        return self.filtered(lambda notice: notice.claim_ids.move_id & moves)

    def _get_deadline(self, date):
        deadline = super()._get_deadline(date)
        days = self.level_id.policy_id.promise_days_to_pay
        if not days or self.is_deadline_fixed or not self._filter_broken():
            return deadline
        holidays = self.company_id._dunning_holidays(date, date + timedelta(days=days + 31))
        return min(deadline, workdays.deadline(date, days, holidays))

    # === THE CUSTOMER'S OWN DATE ===

    def _get_promise_token(self):
        """Return the secret of the link “Will be paid on …”. It goes with the notice's own: when
        that is withdrawn, this one is, too; and it opens nothing else.
        """
        self.ensure_one()
        message = (self.id, self._portal_ensure_token())
        return odoo_hmac(self.env(su=True), SCOPE, message, hash_function=hashlib.sha256)

    def _get_promise_link(self):
        """Return the address of the page where the customer names a day; "" where he cannot."""
        self.ensure_one()
        if not self._offers_promise():
            return ""
        path = f"{self.access_url}/promise?promise_token={self._get_promise_token()}"
        return self.get_base_url() + path

    def _offers_promise(self):
        """Whether letters like this one let the customer name a day."""
        return bool(
            self.level_id.offers_promise
            and self.company_id.dunning_promise_ahead
            and not self.is_opening
        )

    @api.model
    def _find_for_promise(self, notice_id, promise_token=None, token=None):
        """Return the notice as superuser if one of the secrets or the user opens the page on which
        a day is named, else nothing.
        """
        notice = self._find_for_portal(notice_id, token)
        if notice or not promise_token:
            return notice
        everything = self.sudo()  # customers have no access right; the secret decides
        found = everything.search([("id", "=", notice_id), *self._portal_domain()])
        if found and found.access_token and found._get_link_end() >= self._today_of(found):
            right = found._get_promise_token().encode()
            if hmac.compare_digest(promise_token.encode(errors="replace"), right):
                return found
        return everything.browse()

    @staticmethod
    def _today_of(notice):
        return notice.company_id._dunning_today()

    def _get_promise_days(self):
        """Return the first and the last day that the customer may name."""
        self.ensure_one()
        today = self._today_of(self)
        return today, today + timedelta(days=self.company_id.dunning_promise_ahead)

    def _get_promisable_lines(self):
        """Return the open items of the notice for which the customer may still name a day: once
        for each, and not for what he contests or pays in instalments.
        """
        self.ensure_one()
        lines = self.env["account.move.line"]
        if not self._offers_promise() or self.state not in ("sending", "sent"):
            return lines
        open_today = self._get_open_today().items
        for line in self.claim_ids.filtered(lambda line: open_today[line]):
            lines |= self._get_live_items(line)
        return lines - self._get_agreed_lines(lines)

    def _get_agreed_lines(self, lines):
        """Return those lines about which something was agreed already, or is paused for a reason."""
        promised = self.env["dunning.promise"]._find_for(lines.move_id).item_ids
        moves = promised.move_id
        blocks = self.env["dunning.block"]
        running = blocks.search(
            [
                ("is_running", "=", True),
                ("company_id", "=", self.company_id.id),
                "|",
                ("move_id", "in", lines.move_id.ids),
                "&",
                ("move_id", "=", False),
                ("partner_id", "=", self.partner_id.id),
            ]
        )
        if running.filtered(lambda block: not block.move_id):
            return lines
        moves |= running.move_id
        return lines.filtered(lambda line: line.move_id in moves)

    def _get_own_promises(self):
        """Return the open promises about the items of the notice, for its customer's eyes."""
        return self.env["dunning.promise"].search(
            [
                ("item_ids.move_id", "in", self.claim_ids.move_id.ids),
                ("state", "=", "open"),
                ("company_id", "=", self.company_id.id),
            ]
        )

    def _get_promise_error(self, date, person):
        """Return why a named day cannot be taken, as a sentence for the customer; "" if it can."""
        first, last = self._get_promise_days()
        if not date or not first <= date <= last:
            return self.env._(
                "Please choose a day between %(first)s and %(last)s.",
                first=format_date(self.env, first),
                last=format_date(self.env, last),
            )
        if not person or len(person) > NAME_LENGTH:
            return self.env._("Please enter your name.")
        return ""

    def _receive_promise(self, date, person):
        """Record the day that the customer has named on the page.

        :return: the ``dunning.promise``, nothing when there is nothing left to promise
        """
        self.ensure_one()
        self.lock_for_update()
        lines = self._get_promisable_lines()
        promises = self.env["dunning.promise"].with_user(SUPERUSER_ID)  # nobody of ours is at work
        if not lines:
            return promises
        amount = sum(lines.mapped("amount_residual_currency"))
        promise = promises._record(
            lines.with_user(SUPERUSER_ID),
            date,
            amount,
            person,
            source="customer",
            notice_id=self.id,
        )
        return promise

    def _get_promise_thanks(self, promise):
        """Return the sentence that tells the customer what was noted."""
        return self.env._(
            "Thank you. We have noted: %(amount)s will be paid by %(date)s.",
            amount=format_amount(self.env, promise.amount, promise.currency_id),
            date=format_date(self.env, promise.date),
        )

    # === ACTIONS ===

    def action_record_promise(self):
        """Ask for a promise for the items of the notice."""
        lines = self.claim_ids.move_id._get_dunning_open_lines()
        return self.env["dunning.promise.wizard"]._open(lines, notice=self)

    def action_record_plan(self):
        """Ask for an instalment plan for the items of the notice."""
        lines = self.claim_ids.move_id._get_dunning_open_lines()
        return self.env["dunning.plan.wizard"]._open(lines)

    def action_open_promises(self):
        """Open the promises about the items of the notice."""
        return self.env["dunning.promise"]._open_list(self._get_agreement_domain())

    def action_open_plans(self):
        """Open the instalment plans about the items of the notice."""
        return self.env["dunning.installment.plan"]._open_list(self._get_agreement_domain())
