import hashlib
import hmac
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
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
    has_broken_promise = fields.Boolean(
        string="Promise not Kept",
        compute="_compute_has_broken_promise",
        help="A promise about one of the items was not kept: the letter leaves less time to pay.",
    )

    def _compute_promise_count(self):
        promises = self._get_agreements("dunning.promise.item", "promise_id")
        plans = self._get_agreements("dunning.installment.item", "plan_id")
        for notice in self:
            notice.promise_count = len(promises[notice])
            notice.plan_count = len(plans[notice])

    def _get_agreements(self, model, field):
        """Return {notice: ids of the agreements about its items}."""
        items = self.env[model].search_fetch(
            [("move_id", "in", self.claim_ids.move_id.ids)], ["move_id", field]
        )
        by_move = items.grouped("move_id")
        return {
            notice: {
                item[field].id
                for move in notice.claim_ids.move_id
                for item in by_move.get(move, ())
            }
            for notice in self
        }

    def _get_agreement_domain(self):
        """Return the domain of the promises, or plans, about the items of the notice."""
        return [("item_ids.move_id", "in", self.claim_ids.move_id.ids)]

    # === SHORTER DEADLINES ===

    @api.depends("claim_ids.move_id")
    def _compute_has_broken_promise(self):
        items = self.env["dunning.promise.item"].sudo()  # a broken promise counts whoever asks
        broken = items.search(
            [
                ("move_id.commercial_partner_id", "in", self.partner_id.ids),
                ("promise_id.state", "in", ("broken", "partly")),
            ]
        ).move_id
        for notice in self:
            notice.has_broken_promise = bool(broken and notice.claim_ids.move_id & broken)

    @api.model
    def _propose(self, run, drafts, state="proposed"):
        """Give less time to whoever has broken a promise about one of the items."""
        notices = super()._propose(run, drafts, state=state)
        broken = notices.sudo().filtered("has_broken_promise")  # notices are made by runs only
        for own in broken.grouped("level_id").values():
            own._write_own({"date_deadline": own[0]._get_deadline(run.date)})
        return notices

    def _get_deadline(self, date):
        deadline = super()._get_deadline(date)
        days = self.level_id.policy_id.promise_days_to_pay
        if not days or self.is_deadline_fixed or not self.has_broken_promise:
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
        for each, not for what he contests or pays in instalments, and on the newest letter only.
        """
        self.ensure_one()
        lines = self.env["account.move.line"]
        if not self._offers_promise() or self.state not in ("sending", "sent"):
            return lines
        open_today = self._get_open_today().items
        newer = self._get_newer_letter().claim_ids.move_id
        for line in self.claim_ids.filtered(lambda line: open_today[line]):
            lines |= self._get_live_items(line)
        lines = lines.filtered(lambda line: line.move_id not in newer)
        return lines - self._get_agreed_lines(lines)

    def _get_agreed_lines(self, lines):
        """Return those lines about which something was agreed already, or that are paused."""
        promised = self.env["dunning.promise"]._find_items(lines)
        blocks = self.env["dunning.block"]
        running = blocks.search(
            blocks._running_domain(self._today_of(self))
            & Domain("company_id", "=", self.company_id.id)
            & (
                Domain("move_id", "in", lines.move_id.ids)
                | Domain("move_id", "=", False)
                & Domain("partner_id", "=", self.partner_id.commercial_partner_id.id)
            )
        )
        if running.filtered(lambda block: not block.move_id):
            return lines
        claims = {(item.move_id, item.date_due) for item in promised}
        return lines.filtered(
            lambda line: (
                line.move_id in running.move_id
                or (line.move_id, line.date_maturity or line.date) in claims
            )
        )

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
        """Return why a named day cannot be taken, as a sentence for whoever is on the page; "" if
        it can.
        """
        if self.env.user._is_internal():
            return self.env._("Only the customer names a day here. Record a promise instead.")
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
        return promises._record(
            lines.with_user(SUPERUSER_ID),
            date,
            amount,
            person,
            source="customer",
            notice_id=self.id,
        )

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
