from odoo import fields, models


class DunningCollectionConfirmWizard(models.TransientModel):
    """Asks who confirms a condition of the legal gate, and what he knows."""

    _name = "dunning.collection.confirm.wizard"
    _description = "Confirm a Condition"

    check_id = fields.Many2one("dunning.collection.check", required=True)
    sentence = fields.Char(related="check_id.sentence")
    name = fields.Char(string="Your Name", required=True, default=lambda self: self.env.user.name)
    note = fields.Char(required=True, help="What you have looked at, or who has told you.")

    def action_confirm(self):
        """Take over the confirmation."""
        self.check_id._confirm(self.name, self.note)
        return True
