from odoo import fields, models
from odoo.tools import format_amount, format_date

from ..rules import laws
from ..tools import to_decimal


class DunningNotice(models.Model):
    """The charges of a notice: what an approval of them means, waiving, and what to look at."""

    _inherit = "dunning.notice"

    def _get_charge_marks(self, kinds):
        """Return what an approval of charges stands for; the fee with its price."""
        self.ensure_one()
        fee = f"fee {to_decimal(self.level_id.fee)}"
        return tuple(sorted({fee if kind == "fee" else kind for kind in kinds}))

    def _get_draft_marks(self, draft):
        """Return the same of a :class:`bundling.Draft`, which may have reached another level."""
        return tuple(
            sorted({f"fee {draft.level.fee}" if c.kind == "fee" else c.kind for c in draft.charges})
        )

    def _get_charges_owed(self):
        """Return what of the charges is still asked for: without what was waived or paid since."""
        self.ensure_one()
        owed = self.charge_ids.filtered(lambda charge: not charge.is_paid)
        return to_decimal(self.currency_id.round(sum(owed.mapped("amount_asked"))))

    def _charges_waived(self, charges, reason):
        """Lower the notices that were not sent yet, and leave a note on every one."""
        for notice in self:
            waived = charges.filtered(lambda charge, notice=notice: charge.notice_id == notice)
            if notice.state in ("proposed", "approved"):
                asked = sum(notice.charge_ids.mapped("amount_asked"))
                total = notice.amount_claims - notice.amount_credits + asked
                notice._write_own(
                    {"amount_charges": asked, "amount_total": total, "is_edited": True}
                )
            notice._message_log(
                body=notice.env._(
                    "Waived %(amount)s: %(reason)s",
                    amount=format_amount(
                        notice.env, sum(waived.mapped("amount")), notice.currency_id
                    ),
                    reason=reason,
                )
            )

    def action_waive_charges(self):
        """Ask for the reason and waive all charges of the notices."""
        return self.charge_ids.filtered(lambda charge: not charge.is_waived).action_waive()

    # === WHAT TO LOOK AT ===

    def _get_hints(self):
        yield from super()._get_hints()
        unknown_from = self.charge_ids._get_unknown_from()
        if unknown_from:
            yield self.env._(
                "Interest ends before %s: no base rate is known from that day on.",
                format_date(self.env, unknown_from),
            )
        yield from self._get_fee_hint()
        yield from self._get_exchange_hint()

    def _get_fee_hint(self):
        law = self.company_id._get_dunning_law()
        ceiling = law and law.fee_ceiling
        fee = sum(self.charge_ids.filtered(lambda c: c.kind == "fee").mapped("amount_asked"))
        types = {
            move.dunning_debtor_type or self.partner_id.dunning_debtor_type
            for move in self.claim_ids.move_id
        }
        to_consumer = not all(map(laws.is_business, types))
        if ceiling and to_consumer and to_decimal(self.level_id.fee) > ceiling and fee:
            yield self.env._(
                "A fee above %s is hard to defend against a consumer: only print, envelope and "
                "postage count.",
                format_amount(self.env, float(ceiling), self.company_currency_id),
            )

    def _get_exchange_hint(self):
        level, currency = self.level_id, self.currency_id
        if (level.fee or level.charge_lump_sum) and not currency._has_dunning_rate(
            self.company_id, self.date or fields.Date.context_today(self)
        ):
            yield self.env._(
                "No rate of exchange is known for %s: neither fee nor lump sum is charged. Enter "
                "the rate under Currencies.",
                currency.name,
            )
