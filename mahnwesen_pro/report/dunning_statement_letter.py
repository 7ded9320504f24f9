from odoo import models


class DunningNotice(models.Model):
    """What the letters outside the ladder show otherwise: they inform, they do not demand."""

    _inherit = "dunning.notice"

    def _prepare_claim_row(self, line):
        row = super()._prepare_claim_row(line)
        if self.kind == "reminder":
            return row
        late = line.days_overdue
        return {**row, "rank": str(late) if late > 0 else ""}

    def _get_claim_notes(self, line):
        notes = super()._get_claim_notes(line)
        if self.kind == "statement" and line.move_id.dunning_is_paused:
            notes.append(self.env._("Is being clarified"))
        return notes

    def _get_transfers(self):
        """Name the accounts only: how much is paid, and when, is for the reader to decide."""
        transfers = super()._get_transfers()
        if self.kind == "reminder":
            return transfers
        return [transfer._replace(amount="", qr="") for transfer in transfers]

    def _get_payment_link(self):
        return super()._get_payment_link() if self.kind == "reminder" else ""
