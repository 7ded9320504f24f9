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
            charges=tuple(sorted(self.charge_ids.mapped("kind"))),
        )

    def _recheck(self, date):
        """Decide again for these notices as of ``date``.

        :return: {notice: :class:`Recheck`}; the differences are those to what was approved, or to
            what the notice shows while it is only proposed
        """
        results = {}
        for company, notices in self.grouped("company_id").items():
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
            credits={c.line_id: c.amount for c in draft.credits} if draft else before.credits,
        )
        differences = approval.differences(before, after)
        if draft:
            dropped = before.items.keys() & skips.keys()
            differences += [approval.Difference("dropped", line_id) for line_id in dropped]
        return Recheck(draft, after, differences, list(dict.fromkeys(reasons)))

    def _get_addressee_text(self):
        """Return name, address and e-mail as one text: whoever is approved is who gets it."""
        ways = [self.send_email and self._get_email(), self.send_letter and "letter"]
        return "\n".join([self._get_postal_address(), *filter(None, ways)])

    def _get_texts_hash(self):
        level = self.level_id.with_context(lang=self.lang)
        text = "\n".join(level[name] or "" for name in level._get_wording_texts())
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    # === REVIEW ===

    def action_approve(self):
        """Approve what is shown. Changed facts are brought up to date first and shown again.

        :raise UserError: when the user may not approve one of the notices
        """
        todo = self.filtered(lambda notice: notice.state == "proposed")
        todo._check_final_right()
        current = todo._update_before(self.env._("Please look at it again before you approve."))
        second = current.filtered(lambda notice: notice._is_first_of_four_eyes())
        second._write_own({"first_approved_by_id": self.env.uid})
        (current - second)._mark_approved()
        return True

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

    def _check_final_right(self):
        if self.env.su or self.env.user.has_group("mahnwesen_pro.group_dunning_final"):
            return
        final = self.filtered(lambda notice: notice.level_id.is_last)
        if final:
            raise UserError(
                self.env._(
                    "“%s” is the last level. Only persons with the right “Final notices” may "
                    "approve and send it.",
                    final[0].level_id.name,
                )
            )

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

    def _drop(self, result):
        """Cancel a notice of which nothing is left to dun, saying why."""
        sentence = self.env["dunning.sentence"]._reason
        reasons = [sentence(*reason) for reason in result.reasons]
        self._mark_cancelled(" ".join(reasons) or self.env._("Everything was paid meanwhile."))
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
