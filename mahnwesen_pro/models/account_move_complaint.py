from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    dunning_complaint_count = fields.Integer(
        string="Complaints",
        compute="_compute_dunning_buttons",
        groups="mahnwesen_pro.group_dunning_caller",
    )

    def _get_dunning_counters(self):
        items = ("dunning.complaint.item", "move_id", [], "complaint_id:count_distinct")
        return {**super()._get_dunning_counters(), "dunning_complaint_count": items}

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._settle_dunning_complaints()
        return posted

    def _settle_dunning_complaints(self):
        """A credit note that a customer has chosen was posted: what was agreed is carried out."""
        credits_ = self.filtered(lambda move: move.move_type in ("out_refund", "out_invoice"))
        if credits_:
            options = self.env["dunning.complaint.option"].sudo()  # whoever posts the credit note
            options._settle_posted(credits_)

    def unlink(self):
        items = self.env["dunning.complaint.item"].sudo()  # whoever deletes the invoice
        items.search([("move_id", "in", self.ids)])._tell_deleted()
        return super().unlink()

    def action_dunning_complaint(self):
        """Ask what the customer complains about."""
        return self.env["dunning.complaint.wizard"]._open(moves=self)

    def action_open_dunning_complaints(self):
        """Open the complaints about the invoices."""
        return self.env["dunning.complaint"]._open_list([("item_ids.move_id", "in", self.ids)])
