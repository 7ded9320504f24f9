from datetime import timedelta

from odoo import api, fields, models


class DunningBlockWizard(models.TransientModel):
    """Asks why and until when dunning is paused: for customers, invoices or single items.

    A customer who is left out of notices is paused in their companies, whichever is in use.
    """

    _name = "dunning.block.wizard"
    _description = "Pause Dunning"

    notice_ids = fields.Many2many("dunning.notice", readonly=True)
    partner_ids = fields.Many2many("res.partner", string="Customers", readonly=True)
    move_ids = fields.Many2many("account.move", string="Invoices", readonly=True)
    move_line_ids = fields.Many2many("account.move.line", string="Items", readonly=True)
    reason_id = fields.Many2one("dunning.block.reason", required=True)
    date_end = fields.Date(
        string="Paused until",
        compute="_compute_date_end",
        store=True,
        readonly=False,
        required=True,
    )
    is_partial = fields.Boolean(string="Only a Part")
    amount = fields.Monetary(help="Only this part of each invoice or item is paused.")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    note = fields.Text()

    @api.depends("reason_id")
    def _compute_date_end(self):
        for wizard in self:
            days = wizard.reason_id.days or 14
            wizard.date_end = self.env.company._dunning_today() + timedelta(days=days)

    @api.depends("move_ids", "move_line_ids")
    def _compute_currency_id(self):
        for wizard in self:
            items = wizard.move_ids or wizard.move_line_ids
            wizard.currency_id = items[:1].currency_id or self.env.company.currency_id

    @api.model
    def _open(self, target, left_out=False, notices=None):
        """Return the action that asks for the pause of ``target`` (see ``dunning.block.place``).

        :param notices: the proposals that the customers are left out of
        """
        field = {
            "res.partner": "partner_ids",
            "account.move": "move_ids",
            "account.move.line": "move_line_ids",
        }[target._name]
        context = {f"default_{field}": target.ids}
        if notices:
            context["default_notice_ids"] = notices.ids
        if left_out:
            reason = self.env.ref("mahnwesen_pro.dunning_block_reason_left_out")
            context["default_reason_id"] = reason.id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Leave out") if left_out else self.env._("Pause Dunning"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": context,
        }

    def action_place(self):
        """Place the blocks and bring open proposals up to date."""
        self.ensure_one()
        blocks = self.env["dunning.block"]
        for company, target in self._get_targets():
            blocks |= blocks.with_company(company).place(
                target,
                self.reason_id,
                date_end=self.date_end,
                amount=self.amount if self.is_partial else 0.0,
                note=self.note,
            )
        for company, placed in blocks.grouped("company_id").items():
            self.env["dunning.notice"]._refresh_proposals(placed.partner_id.ids, company)
        return {"type": "ir.actions.act_window_close"}

    def _get_targets(self):
        """Return [(company, what is paused there)]; customers belong to no company, so that the
        notices say in which one they are left out.
        """
        if self.notice_ids:
            by_company = self.notice_ids.grouped("company_id")
            return [(company, notices.partner_id) for company, notices in by_company.items()]
        return [(self.env.company, self.partner_ids or self.move_ids or self.move_line_ids)]
