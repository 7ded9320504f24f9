from odoo import fields, models


class DunningPromiseItem(models.Model):
    """One open item that a promise covers, as a whole or in part."""

    _name = "dunning.promise.item"
    _description = "Item of a Promise to Pay"
    _inherit = ["dunning.promise.cover"]

    promise_id = fields.Many2one(
        "dunning.promise", required=True, index=True, ondelete="cascade", readonly=True
    )
    number = fields.Integer(
        string="Extension No.", help="How many times the time for this item was extended by then."
    )
    company_id = fields.Many2one(related="promise_id.company_id", store=True)
    partner_id = fields.Many2one(related="promise_id.partner_id")
    state = fields.Selection(related="promise_id.state")

    def _get_numbers(self):
        """Return {(invoice, due date): how many times its time was extended so far}."""
        numbers = {}
        for item in self:
            claim = (item.move_id, item.date_due)
            numbers[claim] = max(numbers.get(claim, 0), item.number)
        return numbers

    def _make_way_for(self, promise):
        """Take the items out of the open promises in which they stand; what those do not cover any
        more is closed. Nothing else has to be done about broken ones: this is the answer.
        """
        self.promise_id.to_follow_up = False
        still_open = self.filtered(lambda item: item.promise_id.state == "open")
        for earlier, own in still_open.grouped("promise_id").items():
            if own == earlier.item_ids:
                reason = self.env._("Replaced by a new promise")
                earlier._close("cancelled", cancel_reason=reason, replaced_by_id=promise.id)
            else:
                earlier._give_up(own)
