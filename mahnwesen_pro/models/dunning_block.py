from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain


class DunningBlock(models.Model):
    """The one door to stop dunning: a customer, an item, or an amount of it, for a time."""

    _name = "dunning.block"
    _description = "Dunning Block"
    _inherit = ["mail.thread"]
    _order = "date_end, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="restrict"
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Empty: everything of the customer is paused.",
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Instalment",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    date_due = fields.Date(
        string="Due Date of the Instalment",
        help="Keeps the instalment findable after the invoice was reset to draft.",
    )
    amount = fields.Monetary(
        tracking=True, help="Only this part of the item is paused. 0 = the whole item."
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True, readonly=False
    )
    reason_id = fields.Many2one(
        "dunning.block.reason", required=True, ondelete="restrict", tracking=True
    )
    note = fields.Text(tracking=True)
    date_start = fields.Date(
        string="Paused from",
        required=True,
        default=lambda self: self.env.company._dunning_today(),
        tracking=True,
    )
    date_end = fields.Date(
        string="Paused until",
        index=True,
        tracking=True,
        help="Last day of the pause. Empty: until it is released.",
    )
    released = fields.Boolean(readonly=True, tracking=True, copy=False)
    user_id = fields.Many2one(
        "res.users", string="Placed by", default=lambda self: self.env.user, readonly=True
    )
    is_running = fields.Boolean(compute="_compute_is_running", search="_search_is_running")

    _period = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date_start)",
        "The pause ends before it starts. Choose a later end.",
    )
    _amount_positive = models.Constraint(
        "CHECK(amount >= 0)", "The paused amount cannot be negative."
    )
    _amount_needs_item = models.Constraint(
        "CHECK(amount = 0 OR move_id IS NOT NULL)",
        "An amount can only be paused on an invoice. Choose the invoice, or pause the customer "
        "as a whole.",
    )
    _running_idx = models.Index("(company_id, partner_id) WHERE released IS NOT TRUE")

    @api.depends("move_id", "company_id")
    def _compute_currency_id(self):
        for block in self:
            block.currency_id = block.move_id.currency_id or block.company_id.currency_id

    @api.depends("date_start", "date_end", "released")
    def _compute_is_running(self):
        for block in self:
            today = block.company_id._dunning_today()
            block.is_running = not block.released and (
                block.date_start <= today and (not block.date_end or block.date_end >= today)
            )

    def _search_is_running(self, operator, value):
        if operator != "in":
            return NotImplemented
        running = self._running_domain(self.env.company._dunning_today())
        return running if True in value else ~running

    @api.model
    def _running_domain(self, date):
        """Return the domain of the blocks that hold on ``date``."""
        return (
            Domain("released", "=", False)
            & Domain("date_start", "<=", date)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", date))
        )

    @api.constrains("partner_id", "move_id")
    def _check_partner(self):
        for block in self.filtered("move_id"):
            if block.move_id.commercial_partner_id != block.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(invoice)s does not belong to %(customer)s.",
                        invoice=block.move_id.display_name,
                        customer=block.partner_id.display_name,
                    )
                )

    @api.depends("partner_id", "move_id", "reason_id")
    def _compute_display_name(self):
        for block in self:
            target = block.move_id.display_name or block.partner_id.display_name
            block.display_name = f"{target}: {block.reason_id.name}"

    def _forget_notes(self):
        """Remove what was noted about pauses that are over, and what their history says of it."""
        histories = self.env["mail.message"].sudo()  # nobody may delete them by hand
        histories.search([("model", "=", self._name), ("res_id", "in", self.ids)]).unlink()
        self.with_context(tracking_disable=True).write({"note": False})

    @api.model
    def place(self, target, reason, date_end=None, amount=0.0, note=None, date_start=None):
        """Stop dunning on ``target`` and return the new block(s).

        :param target: customers (``res.partner``), invoices (``account.move``) or single
            instalments (``account.move.line``)
        :param reason: a ``dunning.block.reason``
        :param date date_start: first day, today when empty
        :param date date_end: last day; None means until released
        :param float amount: only this much of each item, in the item's currency; 0 = all of it
        :param str note: what a colleague needs to know
        :raise ValidationError: when the pause ends before it starts
        """
        shared = {
            "reason_id": reason.id,
            "date_end": date_end,
            "amount": amount,
            "note": note,
        }
        vals_list = [{**shared, **vals} for vals in self._prepare_target_vals(target)]
        companies = self.env["res.company"]
        for vals in vals_list:
            company = companies.browse(vals["company_id"])
            vals["date_start"] = date_start or company._dunning_today()
        return self.create(vals_list)

    @api.model
    def _prepare_target_vals(self, target):
        if target._name == "res.partner":
            company = self.env.company
            return [
                {"partner_id": partner.id, "company_id": company.id}
                for partner in target.commercial_partner_id
            ]
        if target._name == "account.move":
            return [
                {
                    "partner_id": move.commercial_partner_id.id,
                    "move_id": move.id,
                    "company_id": move.company_id.id,
                }
                for move in target
            ]
        return [
            {
                "partner_id": line.partner_id.commercial_partner_id.id,
                "move_id": line.move_id.id,
                "move_line_id": line.id,
                "date_due": line.date_maturity or line.date,
                "company_id": line.company_id.id,
            }
            for line in target
        ]

    def release(self):
        """End the pause now. What was paused may be dunned from the next run on."""
        self.filtered(lambda block: not block.released).released = True

    def action_release(self):
        self.release()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_past(self):
        if not self.env.user.has_group("mahnwesen_pro.group_dunning_manager"):
            raise UserError(
                self.env._("A pause is part of the history. End it with “Release” instead.")
            )
