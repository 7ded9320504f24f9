from odoo import api, fields, models
from odoo.exceptions import ValidationError


class DunningNotice(models.Model):
    """When a letter arrived: that day, not the day of sending, can bring default (§ 130 BGB)."""

    _inherit = "dunning.notice"

    date_received = fields.Date(
        string="Received on",
        copy=False,
        tracking=True,
        help="Where you know it, for example from a receipt. Empty: some working days after it was "
        "sent, see the settings.",
    )

    @api.constrains("date_received", "date_sent")
    def _check_date_received(self):
        for notice in self:
            if notice.date_received and notice.date_received < (notice.date_sent or notice.date):
                raise ValidationError(
                    self.env._("A letter cannot arrive before it was sent: correct “Received on”.")
                )
