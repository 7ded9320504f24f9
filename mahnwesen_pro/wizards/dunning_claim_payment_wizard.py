from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from ..models.dunning_claim_payment import Use
from ..rules import claim


class DunningClaimPaymentWizard(models.TransientModel):
    """Asks on what a payment goes: proposes it in the chosen order, the clerk decides."""

    _name = "dunning.claim.payment.wizard"
    _description = "Use a Payment"

    notice_id = fields.Many2one("dunning.notice", required=True)
    company_id = fields.Many2one(related="notice_id.company_id")
    partner_id = fields.Many2one(related="notice_id.partner_id")
    currency_id = fields.Many2one(related="notice_id.currency_id")
    booking = fields.Selection(related="company_id.dunning_booking")
    credit_ids = fields.Many2many(
        "account.move.line",
        string="Money that Came in",
        compute="_compute_credit_ids",
        store=True,
        readonly=False,
        domain="[('id', 'in', known_credit_ids)]",
    )
    known_credit_ids = fields.Many2many(
        "account.move.line", string="Open Credits", compute="_compute_known_credit_ids"
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Paid into",
        domain="[('type', 'in', ('bank', 'cash')), ('company_id', '=', company_id)]",
        help="Only for money that is not in the books yet.",
    )
    amount_new = fields.Monetary(string="Amount Paid", currency_field="currency_new_id")
    currency_new_id = fields.Many2one(
        "res.currency",
        string="Paid in",
        domain="[('id', 'in', known_currency_ids)]",
        compute="_compute_currency_new_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    known_currency_ids = fields.Many2many("res.currency", compute="_compute_known_currency_ids")
    date = fields.Date(string="Paid on", default=fields.Date.context_today)
    amount = fields.Monetary(string="To be Used", compute="_compute_amount")
    amount_left = fields.Monetary(string="Stays as Credit", compute="_compute_amount_left")
    rate_note = fields.Text(string="Converted", compute="_compute_rate_note")
    situation = fields.Char(compute="_compute_situation")
    order = fields.Selection(
        selection=lambda self: (
            self.env["res.company"]
            ._fields["dunning_payment_order"]
            ._description_selection(self.env)
        ),
        string="Payment Goes on",
        required=True,
        compute="_compute_order",
        store=True,
        readonly=False,
        precompute=True,
    )
    book_charges = fields.Boolean(
        string="Book the Charges that are Paid",
        help="Your company only shows charges. Tick this to book those that get money now.",
    )
    reason = fields.Char(string="Reason of the Waiver")
    line_ids = fields.One2many(
        "dunning.claim.payment.wizard.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("notice_id")
    def _compute_order(self):
        for wizard in self:
            wizard.order = wizard.company_id.dunning_payment_order or "law"

    @api.depends("notice_id")
    def _compute_known_credit_ids(self):
        """Credits in the currency of the notice, or where one of both is the company's own."""
        for wizard in self:
            lines = wizard.partner_id._get_dunning_ledger(wizard.company_id)
            wizard.known_credit_ids = lines.filtered(
                lambda line, wizard=wizard: (
                    line.amount_residual_currency < 0
                    and line.currency_id in wizard.known_currency_ids._origin
                )
            )

    @api.depends("notice_id")
    def _compute_known_currency_ids(self):
        for wizard in self:
            own = wizard.company_id.currency_id
            any_other = wizard.currency_id == own
            wizard.known_currency_ids = (
                self.env["res.currency"].search([]) if any_other else own | wizard.currency_id
            )

    @api.depends("notice_id")
    def _compute_currency_new_id(self):
        for wizard in self:
            wizard.currency_new_id = wizard.currency_id

    @api.depends("known_credit_ids")
    def _compute_credit_ids(self):
        """Propose what is in the currency of the notice; other money is for the clerk to choose."""
        for wizard in self:
            wizard.credit_ids = wizard.known_credit_ids.filtered(
                lambda line, wizard=wizard: line.currency_id == wizard.currency_id._origin
            )

    @api.depends("credit_ids", "amount_new", "currency_new_id", "date")
    def _compute_amount(self):
        """In the currency of the notice, at the rate of the day; 0 where none is known."""
        for wizard in self:
            currency = wizard.currency_id._origin
            booked = sum(line._get_dunning_value(currency) for line in wizard.credit_ids._origin)
            wizard.amount = booked + wizard._convert_new()

    def _convert_new(self):
        """Return what is not in the books yet in the currency of the notice."""
        if not self.amount_new or self._get_rate_problem():
            return 0.0
        return self.currency_new_id._origin._convert(
            self.amount_new, self.currency_id._origin, self.company_id._origin, self.date
        )

    def _get_rate_problem(self):
        """Return the sentence about a missing rate of exchange, "" when none is missing."""
        currency, company = self.currency_id._origin, self.company_id._origin
        money = self.credit_ids._origin.filtered(lambda line: line.currency_id != currency)
        needed = [(currency, line._get_dunning_rate_date()) for line in money]
        if self.amount_new and self.date:
            needed += [(currency, self.date), (self.currency_new_id._origin, self.date)]
        problems = (company._get_dunning_rate_problem(*one) for one in needed if one[0])
        return next(filter(None, problems), "")

    @api.depends("credit_ids", "amount_new", "currency_new_id", "date")
    def _compute_rate_note(self):
        """Say at which rate money in another currency counts, a line each."""
        for wizard in self:
            currency, own = wizard.currency_id._origin, wizard.currency_new_id._origin
            money = [
                (
                    line.currency_id,
                    abs(line.amount_residual_currency),
                    line._get_dunning_value(currency),
                    line._get_dunning_rate_date(),
                )
                for line in wizard.credit_ids._origin
            ]
            if wizard.amount_new and wizard.date:
                money.append((own, wizard.amount_new, wizard._convert_new(), wizard.date))
            wizard.rate_note = "\n".join(
                wizard._explain_rate(source, amount, value, day)
                for source, amount, value, day in money
                if source != currency and value
            )

    def _explain_rate(self, source, amount, value, day):
        """Return how much an amount is in the currency of the notice, and the rate behind it."""
        currency = self.currency_id._origin
        return self.env._(
            "%(amount)s = %(value)s (1 %(own)s = %(rate)s %(currency)s on %(day)s)",
            amount=source.format(amount),
            value=currency.format(value),
            own=source.name,
            rate=formatLang(self.env, value / amount, digits=4),
            currency=currency.name,
            day=format_date(self.env, day),
        )

    @api.depends("amount", "line_ids.amount")
    def _compute_amount_left(self):
        for wizard in self:
            wizard.amount_left = wizard.amount - sum(wizard.line_ids.mapped("amount"))

    @api.depends("notice_id", "amount", "order", "book_charges")
    def _compute_line_ids(self):
        for wizard in self:
            parts = wizard._get_parts()
            usable = wizard._get_usable(parts)
            rule = self.env["dunning.claim.payment"]
            chosen = [parts[number] for number in usable]
            proposed = rule._propose(chosen, wizard.amount, wizard.order)
            amounts = dict(zip(usable, proposed, strict=True))
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create(wizard._prepare_line(part, amounts.get(number, 0)))
                    for number, part in enumerate(parts)
                ),
            ]

    def _get_parts(self):
        notice = self.notice_id._origin
        return self.env["dunning.claim.payment"]._get_parts(notice) if notice else []

    def _get_usable(self, parts):
        """Return the numbers of the parts that can get money: not charges that are only shown."""
        shown_only = self.booking == "show" and not self.book_charges
        return [
            number
            for number, (record, kind, _owed) in enumerate(parts)
            if kind == "principal" or not shown_only or record.amount_booked
        ]

    @api.model
    def _prepare_line(self, part, amount):
        record, kind, owed = part
        is_item = kind == "principal"
        return {
            "name": record.move_id.name if is_item else self._get_charge_name(record),
            "move_line_id": record.id if is_item else False,
            "charge_id": False if is_item else record.id,
            "amount_owed": owed,
            "amount": amount,
        }

    @api.model
    def _get_charge_name(self, charge):
        """Return kind and invoice of a charge; what is for the whole letter bears its number."""
        kinds = dict(charge._fields["kind"]._description_selection(self.env))
        invoice = charge.move_id.name
        return f"{kinds[charge.kind]}, {invoice}" if invoice else charge.display_name

    @api.depends("amount", "notice_id", "credit_ids", "amount_new", "currency_new_id", "date")
    def _compute_situation(self):
        sentences = {
            claim.EXACT: self.env._("The payment is exactly what is owed."),
            claim.PRINCIPAL_ONLY: self.env._(
                "The invoices were paid, the charges were not. Waive them, or leave them open."
            ),
            claim.TOO_LITTLE: self.env._("The payment is less than what is owed."),
            claim.TOO_MUCH: self.env._("The payment is more than what is owed."),
        }
        for wizard in self:
            rule = self.env["dunning.claim.payment"]
            parts = wizard._get_parts()
            found = sentences[rule._compare(parts, wizard.amount)] if wizard.amount else False
            wizard.situation = wizard._get_rate_problem() or found

    @api.model
    def _open(self, notice):
        """Return the action that asks on what a payment for a notice goes."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Use a Payment"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {"default_notice_id": notice.id},
        }

    def action_apply(self):
        """Register what is not in the books yet and use the money as decided."""
        self.ensure_one()
        problem = self._get_rate_problem()
        if problem:
            raise UserError(problem)
        if not self.amount:
            raise UserError(
                self.env._("Choose the money that came in, or enter an amount and a journal.")
            )
        credits_ = self.credit_ids | self._register_payment()
        uses = [
            Use(line.move_line_id, line.charge_id, line.amount, line.waive)
            for line in self.line_ids
        ]
        self.env["dunning.claim.payment"]._apply(
            self.notice_id, credits_, uses, self.book_charges, self.reason
        )
        return {"type": "ir.actions.act_window_close"}

    def _register_payment(self):
        """Register the amount that was entered and return its receivable item."""
        if not self.amount_new:
            return self.env["account.move.line"]
        if not self.journal_id:
            raise UserError(self.env._("Choose the journal that the money came into."))
        self.company_id._check_dunning_date(self.date)
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.partner_id.id,
                "amount": self.amount_new,
                "currency_id": self.currency_new_id.id,
                "journal_id": self.journal_id.id,
                "date": self.date,
                "memo": self.notice_id.name,
            }
        )
        if not payment.outstanding_account_id:
            # An accounting addon leaves the entry to the bank statement; the money is used now.
            payment.outstanding_account_id = payment._get_outstanding_account("inbound")
        payment.action_post()
        return payment.move_id._get_dunning_receivables()


class DunningClaimPaymentWizardLine(models.TransientModel):
    """One invoice or charge and what it gets of the payment."""

    _name = "dunning.claim.payment.wizard.line"
    _description = "Part of a Notice that a Payment Goes on"

    wizard_id = fields.Many2one("dunning.claim.payment.wizard", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    name = fields.Char(string="For", readonly=True)
    move_line_id = fields.Many2one("account.move.line")
    charge_id = fields.Many2one("dunning.notice.charge")
    amount_owed = fields.Monetary(string="Owed", readonly=True)
    amount = fields.Monetary(string="Gets")
    waive = fields.Boolean(string="Waive the Rest")
