from odoo import api, fields, models


class DunningNoticeCharge(models.Model):
    """A claim beside the principal, with its explanation."""

    _name = "dunning.notice.charge"
    _description = "Dunning Charge"
    _order = "notice_id, id"

    notice_id = fields.Many2one("dunning.notice", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="notice_id.company_id", store=True)
    currency_id = fields.Many2one(related="notice_id.currency_id")
    kind = fields.Selection([("fee", "Reminder Fee")], required=True)
    amount = fields.Monetary(required=True)
    explanation = fields.Char(compute="_compute_explanation")

    _amount_positive = models.Constraint("CHECK(amount >= 0)", "A charge cannot be negative.")

    @api.depends("kind", "notice_id.level_id")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for charge in self:
            charge.explanation = self.env._(
                "Cost of material for “%s”, no value added tax", charge.notice_id.level_id.name
            )
