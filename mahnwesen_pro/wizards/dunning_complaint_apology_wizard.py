from odoo import api, fields, models


class DunningComplaintApologyWizard(models.TransientModel):
    """Asks what went wrong on our side, and which reminders are taken back."""

    _name = "dunning.complaint.apology.wizard"
    _description = "Apologize"

    complaint_id = fields.Many2one("dunning.complaint", required=True, readonly=True)
    cause_id = fields.Many2one("dunning.complaint.cause", string="What Went Wrong", required=True)
    notice_ids = fields.Many2many("dunning.notice", string="Reminders to Take Back")
    possible_notice_ids = fields.Many2many("dunning.notice", compute="_compute_possible_notice_ids")
    words = fields.Text(string="Add a Sentence")

    @api.depends("complaint_id")
    def _compute_possible_notice_ids(self):
        for wizard in self:
            wizard.possible_notice_ids = wizard.complaint_id._get_notices_to_withdraw()

    @api.model
    def _open(self, complaint):
        """Return the action that asks for the cause."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Apologize"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_complaint_id": complaint.id,
                "default_cause_id": complaint.cause_id.id,
                "default_notice_ids": complaint._get_notices_to_withdraw().ids,
            },
        }

    def action_apologize(self):
        """Take the reminders back and say sorry."""
        self.complaint_id._apologize(self.cause_id, self.notice_ids, self.words or "")
        return {"type": "ir.actions.act_window_close"}
