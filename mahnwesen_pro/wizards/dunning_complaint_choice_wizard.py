from odoo import api, fields, models


class DunningComplaintChoiceWizard(models.TransientModel):
    """Asks which option the customer has chosen when he has told us on the phone or by mail."""

    _name = "dunning.complaint.choice.wizard"
    _description = "Record the Choice"

    complaint_id = fields.Many2one("dunning.complaint", required=True, readonly=True)
    option_id = fields.Many2one(
        "dunning.complaint.option",
        string="The Customer Chooses",
        required=True,
        domain="[('complaint_id', '=', complaint_id), ('state', '=', 'offered')]",
    )
    person = fields.Char(string="Told by", required=True)

    @api.model
    def _open(self, complaint):
        """Return the action that asks for the choice."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record the Choice"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_complaint_id": complaint.id,
                "default_person": complaint._get_addressee().name,
            },
        }

    def action_choose(self):
        """Record the choice; it acts at once."""
        self.complaint_id.action_choose_for_customer(self.option_id, self.person)
        return {"type": "ir.actions.act_window_close"}
