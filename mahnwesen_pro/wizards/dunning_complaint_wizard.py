from odoo import api, fields, models
from odoo.exceptions import UserError


class DunningComplaintWizard(models.TransientModel):
    """Asks what the customer complains about: his words, the reason, and how much of what."""

    _name = "dunning.complaint.wizard"
    _description = "Record a Complaint"

    company_id = fields.Many2one("res.company", required=True)
    partner_id = fields.Many2one("res.partner", string="Customer", required=True)
    contact_id = fields.Many2one("res.partner", domain="[('id', 'child_of', partner_id)]")
    notice_id = fields.Many2one("dunning.notice", string="Reminder", readonly=True)
    reason_id = fields.Many2one("dunning.complaint.reason", required=True)
    contests = fields.Boolean(related="reason_id.contests")
    customer_words = fields.Text(string="In the Customer's Words", required=True)
    summary = fields.Text(string="What it is about")
    move_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        domain="[('commercial_partner_id', '=', partner_id), ('company_id', '=', company_id), "
        "('state', '=', 'posted'), ('move_type', 'in', ('out_invoice', 'out_receipt'))]",
    )
    scope = fields.Selection(
        [("whole", "The whole of it"), ("lines", "Single lines"), ("amount", "A sum")],
        string="Contested",
        required=True,
        default="whole",
    )
    line_ids = fields.Many2many(
        "account.move.line",
        string="Lines",
        domain="[('move_id', 'in', move_ids), ('display_type', '=', 'product')]",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    amount = fields.Monetary()
    attachment_ids = fields.Many2many("ir.attachment", string="Files")

    @api.depends("move_ids", "company_id")
    def _compute_currency_id(self):
        for wizard in self:
            wizard.currency_id = wizard.move_ids[:1].currency_id or wizard.company_id.currency_id

    @api.model
    def _open(self, partner=None, moves=None, notice=None):
        """Return the action that asks for a complaint of a customer, about invoices or a notice."""
        moves = notice.claim_ids.move_id if notice else moves or self.env["account.move"]
        company = moves.company_id or self.env.company
        partner = (partner or moves).commercial_partner_id
        if len(partner) != 1 or len(company) != 1:
            raise UserError(self.env._("Choose invoices of one customer in one company."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record a Complaint"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_company_id": company.id,
                "default_partner_id": partner.id,
                "default_notice_id": notice.id if notice else False,
                "default_contact_id": notice.addressee_id.id if notice else False,
                "default_move_ids": moves.ids,
            },
        }

    def action_open(self):
        """Open the complaint and show it."""
        self.ensure_one()
        complaint = self.env["dunning.complaint"].open(
            self._get_target(),
            self.customer_words,
            reason=self.reason_id,
            amount=self.amount if self.scope == "amount" else 0.0,
            files=[(one.name, one.raw) for one in self.attachment_ids],
            company_id=self.company_id.id,
            contact_id=self.contact_id.id,
            notice_id=self.notice_id.id,
            summary=self.summary,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "dunning.complaint",
            "res_id": complaint.id,
            "view_mode": "form",
        }

    def _get_target(self):
        if not self.move_ids:
            return self.partner_id
        if self.scope == "lines":
            if not self.line_ids:
                raise UserError(self.env._("Choose the lines that are contested."))
            return self.line_ids
        if self.scope == "amount" and self.amount <= 0:
            raise UserError(self.env._("Enter how much is contested."))
        return self.move_ids
