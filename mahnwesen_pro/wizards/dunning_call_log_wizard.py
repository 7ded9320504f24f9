from odoo import api, fields, models

from ..models.dunning_call import OUTCOMES

ALWAYS = ("direction", "spoken_with", "notes", "wants_summary", "summary_email")


class DunningCallLogWizard(models.TransientModel):
    """The express log, for sixty calls a day and for calls that come in."""

    _name = "dunning.call.log.wizard"
    _description = "Log a Call"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, domain="[('parent_id', '=', False)]"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_overdue = fields.Monetary(string="Overdue", compute="_compute_amount_overdue")
    direction = fields.Selection(
        [("out", "We called"), ("in", "The customer called")],
        required=True,
        default=lambda self: "in" if self.env.context.get("from_list") else "out",
    )
    outcome = fields.Selection(OUTCOMES, required=True)
    spoken_with = fields.Char(string="Spoken with")
    number = fields.Char(string="Phone Number")
    notes = fields.Text()
    customer_words = fields.Text(string="In the Customer's Words")
    promise_date = fields.Date(string="Pays by")
    promise_amount = fields.Monetary(
        string="Pays", compute="_compute_promise_amount", store=True, readonly=False
    )
    promise_person = fields.Char(
        string="Who Sees to It", compute="_compute_promise_person", store=True, readonly=False
    )
    plan_count = fields.Integer(string="Instalments", default=3)
    plan_amount = fields.Monetary(string="Each Instalment")
    plan_date_first = fields.Date(string="First Instalment on")
    disputed_amount = fields.Monetary(help="0 = the invoices as a whole.")
    paid_on = fields.Date(string="Paid on")
    paid_proof = fields.Char(string="Proof")
    call_back_on = fields.Date(string="Call Back on")
    call_back_hour = fields.Float(string="Call Back at")
    next_user_id = fields.Many2one(
        "res.users", string="Next Attempt by", domain="[('share', '=', False)]"
    )
    wants_summary = fields.Boolean(string="Sum up by E-mail", default=True)
    summary_email = fields.Char(string="Summary to", help="Empty: where reminders go.")

    @api.depends("partner_id", "company_id")
    def _compute_amount_overdue(self):
        """:raise AccessError: when the user may not call the customer"""
        for wizard in self:
            if wizard.partner_id:
                self.env["dunning.call"]._check_may_call(wizard.partner_id, wizard.company_id)
            partner = wizard.partner_id.sudo()  # a salesperson logs calls about it, too
            wizard.amount_overdue = partner.with_company(wizard.company_id).dunning_amount_overdue

    @api.depends("amount_overdue")
    def _compute_promise_amount(self):
        for wizard in self:
            wizard.promise_amount = wizard.amount_overdue

    @api.depends("spoken_with")
    def _compute_promise_person(self):
        for wizard in self:
            wizard.promise_person = wizard.spoken_with or wizard.promise_person

    def _log(self):
        """Record the call and let its outcome act."""
        self.ensure_one()
        names = {*ALWAYS, *self.env["dunning.call"]._get_asked(self.outcome)}
        values = {
            name: self[name].id if self._fields[name].type == "many2one" else self[name]
            for name in names
        }
        return self.env["dunning.call"].log(
            self.partner_id, self.outcome, company=self.company_id, **values
        )

    def action_log(self):
        self._log()
        return {"type": "ir.actions.act_window_close"}

    def action_log_and_next(self):
        """Record the call and open an empty form for the next one."""
        self._log()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "mahnwesen_pro.dunning_call_log_wizard_action"
        )
