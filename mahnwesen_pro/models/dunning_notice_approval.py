import hashlib
from typing import NamedTuple

from odoo import fields, models
from odoo.exceptions import UserError

from ..rules import approval, bundling
from ..tools import to_decimal


class Recheck(NamedTuple):
    """What became of a notice: the letter it would be today (None: no letter) and the changes."""

    draft: bundling.Draft | None
    facts: approval.Facts
    differences: list[approval.Difference]
    reasons: list


class DunningNoticeApproval(models.AbstractModel):
    """What an approval stands for, kept as facts, and the comparison with the facts of today."""

    _name = "dunning.notice.approval"
    _description = "Approval of a Dunning Notice"

    approved_facts = fields.Json(copy=False)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    first_approved_by_id = fields.Many2one(
        "res.users",
        string="First Approval by",
        readonly=True,
        copy=False,
        help="Large letters need a second person; this is the first one.",
    )

    def _get_facts(self):
        """Return what the notice says as it stands, as :class:`approval.Facts`."""
        self.ensure_one()
        claims = self.line_ids.filtered(lambda line: line.kind == "claim")
        return approval.Facts(
            addressee=self._get_addressee_text(),
            level_id=self.level_id.id,
            texts=self._get_texts_hash(),
            items={
                line.move_line_id.id: (
                    to_decimal(line.amount_residual),
                    to_decimal(line.amount_blocked),
                    line.rank,
                )
                for line in claims
            },
            credits={
                line.move_line_id.id: to_decimal(line.amount_open)
                for line in self.line_ids - claims
            },
            charges=self._get_charge_marks(self.charge_ids.mapped("kind")),
        )

    def _recheck(self, date):
        """Decide again for these notices as of ``date``.

        :return: {notice: :class:`Recheck`}; the differences are those to what was approved, or to
            what the notice shows while it is only proposed
        """
        results = {}
        for company, notices in self._split_by_debtor():
            decisions = self.env["dunning.facts"]._decide(
                company, notices.partner_id.ids, date, notices=notices
            )
            drafts, skips = {}, {}
            for decision in decisions:
                for draft in decision.drafts:
                    drafts[draft.debtor.partner_id, draft.currency_id] = draft
                for skip in decision.skips:
                    skips[skip.item.line_id] = skip
            for notice in notices:
                draft = drafts.get((notice.partner_id.id, notice.currency_id.id))
                results[notice] = notice._compare(draft, skips)
        return results

    def _split_by_debtor(self):
        """Yield (company, notices) with at most one notice per customer and currency at a time.

        Two of them happen when customers were merged.
        """
        rest = self
        while rest:
            batch = rest.browse()
            keys = set()
            for notice in rest:
                key = (notice.company_id, notice.partner_id, notice.currency_id)
                if key not in keys:
                    keys.add(key)
                    batch += notice
            yield from batch.grouped("company_id").items()
            rest -= batch

    def _compare(self, draft, skips):
        shown = self._get_facts()
        before = approval.Facts.from_json(self.approved_facts) if self.approved_facts else shown
        items, reasons = {}, []
        if draft:
            for claim in draft.claims:
                item = claim.item
                items[item.line_id] = (item.residual, item.blocked, claim.level.rank)
        for line_id in before.items.keys() & skips.keys():
            skip = skips[line_id]
            reasons += skip.reasons
            items[line_id] = (skip.item.residual, skip.item.blocked, before.items[line_id][2])
        after = shown._replace(
            level_id=draft.level.id if draft else before.level_id,
            items=items,
            credits={c.line_id: c.deducted for c in draft.credits} if draft else before.credits,
            charges=self._get_draft_marks(draft) if draft else before.charges,
        )
        differences = approval.differences(before, after)
        if draft:
            dropped = before.items.keys() & skips.keys()
            differences += [approval.Difference("dropped", line_id) for line_id in dropped]
        return Recheck(draft, after, differences, list(dict.fromkeys(reasons)))

    def _get_addressee_text(self):
        """Return name, address and e-mail as one text: whoever is approved is who gets it."""
        ways = [
            self.send_email and self._get_email(),
            self.send_letter and not self._has_no_way_for_letter() and "letter",
        ]
        return "\n".join([self._get_postal_address(), *filter(None, ways)])

    def _get_texts_hash(self):
        level = self.level_id.with_context(lang=self.lang)
        text = "\n".join(level[name] or "" for name in level._get_wording_texts())
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    # === REVIEW ===

    def action_approve(self):
        """Approve what is shown. Changed facts are brought up to date first and shown again.

        Final notices are left for those who have the right to send them, which is told.

        :raise UserError: when the user may approve none of the notices
        """
        proposed = self.filtered(lambda notice: notice.state == "proposed")
        todo = proposed._filter_allowed()
        current = todo._update_before(self.env._("Please look at it again before you approve."))
        second = current.filtered(lambda notice: notice._is_first_of_four_eyes())
        second._write_own({"first_approved_by_id": self.env.uid})
        (current - second)._mark_approved()
        return (proposed - todo)._tell_final_right() if proposed - todo else True

    def action_unapprove(self):
        """Take the approval back, for example to change the notice."""
        self.filtered(lambda notice: notice.state == "approved")._write_own(
            {
                "state": "proposed",
                "approved_facts": False,
                "approved_by_id": False,
                "first_approved_by_id": False,
                "approved_on": False,
                "to_send": False,
            }
        )

    def _needs_four_eyes(self):
        self.ensure_one()
        limit = self.level_id.four_eyes_amount
        if not limit:
            return False
        total = self.currency_id._convert(
            self.amount_total, self.company_currency_id, self.company_id, self.date
        )
        return total >= limit

    def _is_first_of_four_eyes(self):
        """Whether an approval by this user still needs another person."""
        return self._needs_four_eyes() and self.first_approved_by_id in (
            self.env["res.users"],
            self.env.user,
        )

    def _mark_approved(self):
        """Keep the facts of today as what was approved; the log entries are written in bulk."""
        for notice in self.with_context(tracking_disable=True):
            notice._write_own(
                {
                    "state": "approved",
                    "approved_by_id": self.env.uid,
                    "approved_on": fields.Datetime.now(),
                    "approved_facts": notice._get_facts().to_json(),
                    "review_note": False,
                }
            )
        self._message_log_batch(dict.fromkeys(self.ids, self.env._("Approved")))

    def _approve_automatic(self):
        """Approve what needs no review: automatic levels of companies that send without a click.

        Not while the bank lags behind: then the run only proposes.
        """
        automatic = self.filtered(
            lambda notice: (
                notice.company_id.dunning_auto_send
                and not notice.run_id.stale_banks
                and all(notice.claim_ids.level_id.mapped("automatic"))
                and not notice._needs_four_eyes()
            )
        )
        automatic._mark_approved()

    def _filter_allowed(self):
        """Return the notices that the user may approve; refuse when it is none of several."""
        allowed = self.filtered(lambda notice: not notice._needs_final_right())
        if self and not allowed:
            self._check_final_right()
        return allowed

    def _needs_final_right(self):
        """Whether the notice is a final one and the user lacks the right for it."""
        self.ensure_one()
        may = self.env.su or self.env.user.has_group("mahnwesen_pro.group_dunning_final")
        return self.level_id.is_last and not may

    def _check_final_right(self):
        for notice in self:
            if notice._needs_final_right():
                raise UserError(notice._get_final_right_message())

    def _get_final_right_message(self):
        return self.env._(
            "“%s” is the last level. Only persons with the right “Final notices” may approve and "
            "send it.",
            self[:1].level_id.name,
        )

    def _tell_final_right(self):
        """Tell that these notices were left for a person with the right for final ones."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "message": self.env._(
                    "%(message)s Left for them: %(customers)s.",
                    message=self._get_final_right_message(),
                    customers=", ".join(self.partner_id.mapped("name")),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _update_before(self, request):
        """Bring the notices up to date and return those that are still as they were approved.

        Reductions are applied. Notices with other changes go back to review, where ``request`` says
        what to do; notices of which nothing is left are cancelled.
        """
        unchanged = self.browse()
        for company, notices in self.grouped("company_id").items():
            results = notices._recheck(company._dunning_today())
            for notice, result in results.items():
                if not result.draft:
                    notice._drop(result)
                    continue
                if result.differences or notice._is_outdated(result.draft):
                    notice._apply_draft(result.draft)
                if approval.is_reduction(result.differences):
                    notice._log_differences(result.differences)
                    unchanged += notice
                else:
                    notice._back_to_review(result.differences, request)
        return unchanged

    def _find_overtaken(self):
        """Return the notices that would not go out as they are today: something was paid, credited
        or paused since they were written.
        """
        overtaken = self.browse()
        for company, notices in self.grouped("company_id").items():
            for notice, result in notices._recheck(company._dunning_today()).items():
                if not result.draft or approval.asks_too_much(result.differences):
                    overtaken += notice
        return overtaken

    def _drop(self, result):
        """Cancel a notice of which nothing is left to dun, saying why."""
        sentence = self.env["dunning.sentence"]._reason
        reasons = [sentence(*reason) for reason in result.reasons]
        self._mark_cancelled(
            " ".join(reasons)
            or self.env._("Nothing is left to remind of: the items were paid or changed.")
        )
        if any(reason.code == "net_credit" for reason in result.reasons):
            self.partner_id._schedule_dunning_reconcile(self.company_id)

    def _back_to_review(self, differences, request):
        sentence = self.env["dunning.sentence"]._difference
        note = "\n".join(sentence(difference, self.currency_id) for difference in differences)
        self.action_unapprove()
        self._write_own({"review_note": f"{note}\n{request}", "first_approved_by_id": False})

    def _log_differences(self, differences):
        if differences:
            sentence = self.env["dunning.sentence"]._difference
            changes = " ".join(sentence(change, self.currency_id) for change in differences)
            self._message_log(body=self.env._("Sent with a lower amount: %s", changes))
