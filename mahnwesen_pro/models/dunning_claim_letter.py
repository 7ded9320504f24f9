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
        if line.level_id.policy_id == self.company_id.dunning_discount_policy_id:
            deduction = move._get_dunning_deductions().get(line.move_line_id.id)
            if deduction:
                notes.append(move._get_dunning_deduction_sentence(deduction))
        return notes
