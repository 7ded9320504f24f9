from odoo import api, fields, models
from odoo.exceptions import UserError

from .dunning_notice import OWN_METHOD


class DunningBlock(models.Model):
    """A block that belongs to a complaint ends with it and in no other way."""

    _inherit = "dunning.block"

    complaint_id = fields.Many2one(
        "dunning.complaint", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    complaint_role = fields.Selection(
        [("contested", "Contested"), ("answer", "Our answer is late")], readonly=True
    )

    def _belong_to(self, complaint, role):
        self._write_for_complaint({"complaint_id": complaint.id, "complaint_role": role})

    def _end(self):
        """End the blocks together with their complaint, or with our answer."""
        running = self.filtered(lambda block: not block.released)
        running._write_for_complaint({"released": True})

    def _write_for_complaint(self, vals):
        return self.with_context(dunning_writer=OWN_METHOD).write(vals)

    def write(self, vals):
        touched = vals.keys() - {"note"}
        if touched and self.env.context.get("dunning_writer") is not OWN_METHOD:
            held = self.filtered("complaint_id")
            if any(name in self._fields and not name.startswith("message_") for name in touched):
                held._check_no_complaint()
        return super().write(vals)

    def release(self):
        """End the pauses now; those of complaints stay, and who asks only for them is told so."""
        held = self.filtered(lambda block: block.complaint_id and not block.released)
        free = self - held
        if held and not free:
            held._check_no_complaint()
        return super(DunningBlock, free).release()

    def _check_no_complaint(self):
        for block in self:
            raise UserError(
                self.env._(
                    "This pause belongs to the complaint %s. Close the complaint: the pause ends "
                    "with it.",
                    block.complaint_id.name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_complaint(self):
        self.filtered("complaint_id")._check_no_complaint()
