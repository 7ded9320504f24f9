from odoo import api, fields, models

from ..models.dunning_complaint_closing import RESOLUTIONS


class DunningComplaintCloseWizard(models.TransientModel):
    """Asks how a complaint ends; a rejection with its reasons, under the word check."""

    _name = "dunning.complaint.close.wizard"
    _description = "Close a Complaint"
    _inherit = ["dunning.complaint.wording"]

    complaint_id = fields.Many2one("dunning.complaint", required=True, readonly=True)
    is_consumer = fields.Boolean(compute="_compute_is_consumer")
    resolution = fields.Selection(RESOLUTIONS, required=True)
    note = fields.Text(
        string="Closing Note", required=True, help="For colleagues: how it was settled."
    )
    is_told = fields.Boolean(string="Tell the Customer by E-mail", default=True)
    subject = fields.Char()
    body = fields.Text(
        string="Letter",
        help="The reasons, for the customer. Consumers are told below it who could settle the "
        "dispute.",
    )

    @api.depends("complaint_id")
    def _compute_is_consumer(self):
        for wizard in self:
            wizard.is_consumer = wizard.complaint_id._is_consumer()

    @api.model
    def _get_wording_texts(self):
        return ("subject", "body")

    def _get_word_findings(self, words):
        """What is not sent is not checked."""
        return super()._get_word_findings(words) if self.resolution == "rejected" else []

    @api.model
    def _open(self, complaint):
        """Return the action that asks for the end, with what seems likely."""
        subject, body = complaint._get_text("rejection")
        hint = complaint._get_settled_hint()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Close the Complaint"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "lang": self.env.lang,
                "default_complaint_id": complaint.id,
                "default_resolution": "paid" if hint else "accepted",
                "default_note": hint,
                "default_subject": subject,
                "default_body": body,
            },
        }

    def action_close(self):
        """Close the complaint."""
        self.ensure_one()
        self.complaint_id._close(
            self.resolution, self.note, self.subject, self.body, is_told=self.is_told
        )
        return {"type": "ir.actions.act_window_close"}
