from odoo import api, fields, models


class DunningNoticeCharge(models.Model):
    """The journal entry of a charge, if the company books charges, and the item it belongs to."""

    _inherit = "dunning.notice.charge"

    booking_id = fields.Many2one(
        "account.move",
        string="Booked as",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    booking_line_id = fields.Many2one(
        "account.move.line",
        string="Receivable Item",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def _get_booked_items(self):
        """Return the receivable items of charges that were booked and not taken back."""
        return self.booking_line_id.filtered(
            lambda line: line.parent_state == "posted" and not line.move_id.reversal_move_ids
        )

    @api.model
    def _get_booked_lines(self, company, partners=None):
        """Return the ids of all receivable items that are booked charges of a company."""
        domain = [("company_id", "=", company.id), ("booking_line_id", "!=", False)]
        if partners is not None:
            domain.append(("notice_id.partner_id", "in", partners.ids))
        booked = self.sudo().search_fetch(  # whoever asks, they are no items of their own
            domain, ["booking_line_id"]
        )
        return set(booked.booking_line_id.ids)

    def _get_item_line(self):
        """Return the receivable item that the charge is for: its own, else the oldest one of the
        letter.
        """
        self.ensure_one()
        if self.move_line_id:
            return self.move_line_id
        claims = self.notice_id.line_ids.filtered(lambda line: line.kind == "claim")
        return claims.sorted("date_due").move_line_id[:1]
