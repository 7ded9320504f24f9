import hashlib
from typing import NamedTuple

from odoo import fields, models

from ..rules import approval, bundling
from ..tools import to_decimal
from .dunning_level import TEXTS


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
                line.move_line_id.id: to_decimal(line.amount_open) for line in self.line_ids - claims
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
        if reasons and draft:
            differences += [approval.Difference("dropped", line) for line in items.keys() & skips.keys()]
        return Recheck(draft, after, differences, list(dict.fromkeys(reasons)))

    def _get_addressee_text(self):
        """Return name, address and e-mail as one text: whoever is approved is who gets it."""
        addressee = self.addressee_id
        ways = [self.send_email and self._get_email(), self.send_letter and "letter"]
        return "\n".join([addressee._dunning_address(), *filter(None, ways)])

    def _get_texts_hash(self):
        level = self.level_id.with_context(lang=self.lang)
        text = "\n".join(level[name] or "" for name in TEXTS)
        return hashlib.sha256(text.encode()).hexdigest()[:16]
