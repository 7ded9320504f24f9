from odoo import fields, models


class DunningCall(models.Model):
    """What the customer complains about on the phone becomes a complaint."""

    _inherit = "dunning.call"

    complaint_ids = fields.One2many(
        "dunning.complaint", "call_id", string="Complaints", readonly=True
    )

    complaint_reason_id = fields.Many2one(
        "dunning.complaint.reason",
        string="Reason of the Complaint",
        ondelete="set null",
        help="Empty: “other”. Who is responsible and by when we answer follows from it.",
    )

    def _apply_complaint(self):
        """Open the complaint; it pauses what is contested, hardship for example does not."""
        complaints = self.env["dunning.complaint"]
        moves = self._get_moves()
        moves = moves.filtered(lambda move: move.currency_id == moves[:1].currency_id)
        complaint = complaints.open(
            moves or self.partner_id,
            self.customer_words,
            reason=self.complaint_reason_id,
            amount=self.disputed_amount if moves else 0.0,
            source="call",
            call_id=self.id,
            company_id=self.company_id.id,
            contact_id=self.contact_id.id,
            summary=self.notes,
        )
        self._remember_blocks(complaint.block_ids)

    # === WHAT THE GUIDE AND THE EXPRESS LOG ASK FOR ===

    def _get_noted(self):
        return super()._get_noted() | {"complaint_reason_id"}

    def _get_asked(self, outcome):
        asked = super()._get_asked(outcome)
        return (*asked, "complaint_reason_id") if outcome == "complaint" else asked

    def _get_guide_options(self, name):
        if name == "complaint_reason_id":
            return [(one.id, one.name) for one in self.env["dunning.complaint.reason"].search([])]
        return super()._get_guide_options(name)
