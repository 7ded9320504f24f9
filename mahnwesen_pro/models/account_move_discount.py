from odoo import fields, models
from odoo.tools import format_amount, format_date

from ..rules import discount

CALLER = "mahnwesen_pro.group_dunning_caller"


class AccountMove(models.Model):
    """The cash discount that a customer deducted too late, too high or without an agreement."""

    _inherit = "account.move"

    dunning_discount_note = fields.Char(
        string="Cash Discount", compute="_compute_dunning_discount_note", groups=CALLER
    )

    def _compute_dunning_discount_note(self):
        deductions = self._get_dunning_deductions()
        for move in self:
            sentences = [
                move._get_dunning_deduction_sentence(deductions[line.id])
                for line in move.line_ids
                if line.id in deductions
            ]
            move.dunning_discount_note = " ".join(sentences)

    def _get_dunning_detail_fields(self):
        return [*super()._get_dunning_detail_fields(), "dunning_discount_note"]

    def _get_dunning_deductions(self):
        """Return {journal item: :class:`discount.Deduction`} of the invoices."""
        found = {}
        posted = self.filtered(lambda m: m.move_type == "out_invoice" and m.state == "posted")
        for company, moves in posted.grouped("company_id").items():
            lines = moves.line_ids.filtered(lambda line: line.display_type == "payment_term")
            found |= self.env["dunning.claim.discount"]._find(company, lines.ids)
        return found

    def _get_dunning_deduction_sentence(self, deduction):
        """Return what was deducted and why it is owed, for the invoice and for the letter."""
        owed = format_amount(self.env, float(deduction.owed), self.currency_id)
        allowed = format_amount(self.env, float(deduction.allowed), self.currency_id)
        until = deduction.offer and format_date(self.env, deduction.offer.until)
        sentences = {
            discount.LATE: self.env._(
                "Cash discount of %(owed)s deducted, possible up to %(until)s",
                owed=owed,
                until=until,
            ),
            discount.HIGH: self.env._(
                "Cash discount deducted, %(owed)s more than the agreed %(allowed)s",
                owed=owed,
                allowed=allowed,
            ),
            discount.NOT_AGREED: self.env._("Cash discount of %s deducted, none was agreed", owed),
            discount.GRANTED: self.env._(
                "Cash discount of %s deducted in time: please book it", allowed
            ),
        }
        return sentences[deduction.kind]
