from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.dunning_promise import CONFIRM_FROM


class DunningPromiseWizard(models.TransientModel):
    """Asks what was promised: for which items, how much, by when, and who answers for it."""

    _name = "dunning.promise.wizard"
    _description = "Record a Promise"

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    notice_id = fields.Many2one("dunning.notice", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    line_ids = fields.Many2many("account.move.line", string="Items", required=True)
    amount_open = fields.Monetary(string="Open", compute="_compute_amount_open")
    amount = fields.Monetary(
        string="Promised",
        compute="_compute_amount",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    date = fields.Date(string="Pays by", required=True)
    person = fields.Char(
        string="Given by", required=True, help="Who answers for it at the customer."
    )
    note = fields.Text()
    number = fields.Integer(compute="_compute_number")
    needs_confirmation = fields.Boolean(compute="_compute_number")
    reliability = fields.Float(related="partner_id.dunning_reliability")
    decided = fields.Integer(related="partner_id.dunning_promise_decided")

    @api.depends("line_ids")
    def _compute_amount_open(self):
        for wizard in self:
            wizard.amount_open = sum(wizard.line_ids.mapped("amount_residual_currency"))

    @api.depends("line_ids")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.amount_open

    @api.depends("line_ids", "date")
    def _compute_number(self):
        for wizard in self:
            items = self.env["dunning.promise"]._find_items(wizard.line_ids._origin)
            today = wizard.company_id._dunning_today() if wizard.company_id else wizard.date
            more_time = not wizard.date or wizard.date > today
            wizard.number = max(items._get_numbers().values(), default=0) + more_time
            wizard.needs_confirmation = more_time and wizard.number >= CONFIRM_FROM

    @api.model
    def _open(self, lines, notice=None):
        """Return the action that asks for a promise for open items."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record a Promise"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                **self._prepare_context(lines),
                "default_notice_id": notice.id if notice else False,
            },
        }

    @api.model
    def _prepare_context(self, lines):
        """Return what a dialogue about open items begins with; one customer and currency each."""
        partner, company = lines.partner_id.commercial_partner_id, lines.company_id
        if not lines:
            raise UserError(self.env._("Nothing is open here."))
        if len(partner) > 1 or len(company) > 1:
            raise UserError(self.env._("Choose invoices of one customer in one company."))
        currency = lines[0].currency_id
        addressee = partner.with_company(company)._get_dunning_addressee()
        return {
            "default_partner_id": partner.id,
            "default_company_id": company.id,
            "default_currency_id": currency.id,
            "default_line_ids": lines.filtered(lambda line: line.currency_id == currency).ids,
            "default_person": addressee.name if not addressee.is_company else False,
        }

    def action_record(self):
        """Record the promise and show it."""
        self.ensure_one()
        promise = self.env["dunning.promise"]._record(
            self.line_ids,
            self.date,
            self.amount,
            self.person,
            note=self.note,
            notice_id=self.notice_id.id,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "dunning.promise",
            "res_id": promise.id,
            "view_mode": "form",
        }
