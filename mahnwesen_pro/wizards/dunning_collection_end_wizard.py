from odoo import fields, models


class DunningCollectionEndWizard(models.TransientModel):
    """Asks why a case is recalled or closed."""

    _name = "dunning.collection.end.wizard"
    _description = "Recall or Close a Collection Case"

    case_ids = fields.Many2many("dunning.collection.case", string="Cases", required=True)
    what = fields.Selection([("recall", "Recall"), ("close", "Close")], required=True)
    reason = fields.Char(required=True)

    def action_done(self):
        """End the cases with the reason."""
        if self.what == "recall":
            return self.case_ids.action_recall(self.reason)
        return self.case_ids.action_close(self.reason)
