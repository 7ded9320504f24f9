from odoo import models
from odoo.tools import format_date


class DunningNotice(models.Model):
    """What the letter says below an item that has a ladder of its own, and why."""

    _inherit = "dunning.notice"

    def _get_claim_notes(self, line):
        notes = super()._get_claim_notes(line)
        move = line.move_id
        if move.dunning_returned_on:
            day = format_date(self.env, move.dunning_returned_on)
            notes.append(self.env._("The direct debit was returned on %s", day))
        deduction = self._get_deduction(line)
        if deduction:
            notes.append(move._get_dunning_deduction_sentence(deduction))
        return notes

    def _get_set_aside(self, line):
        """What was rightly deducted is not paused: it is not asked for at all."""
        deduction = self._get_deduction(line)
        allowed = float(deduction.allowed) if deduction else 0.0
        return self.currency_id.round(super()._get_set_aside(line) - allowed)

    def _get_deduction(self, line):
        """Return the cash discount that the line claims back, None for any other line."""
        if line.level_id.policy_id != self.company_id.dunning_discount_policy_id:
            return None
        return line.move_id._get_dunning_deductions().get(line.move_line_id.id)
