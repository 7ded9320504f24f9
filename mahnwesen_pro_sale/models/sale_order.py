from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

MANAGER = "mahnwesen_pro.group_dunning_manager"


class SaleOrder(models.Model):
    """Orders of customers on hold: a warning, or no confirmation until it is paid or overridden."""

    _inherit = "sale.order"

    dunning_hold = fields.Selection(
        [("none", "No"), ("warn", "Warn"), ("block", "Orders stopped")],
        string="Credit Hold",
        compute="_compute_dunning_hold",
        groups="base.group_user",
    )
    dunning_hold_reason = fields.Char(compute="_compute_dunning_hold", groups="base.group_user")
    dunning_override_reason = fields.Char(
        string="Passes in spite of the Hold",
        readonly=True,
        copy=False,
        tracking=True,
        groups="base.group_user",
    )
    dunning_override_by_id = fields.Many2one(
        "res.users",
        string="Let Pass by",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )

    @api.depends("partner_id", "partner_invoice_id", "company_id")
    @api.depends_context("lang", "uid")
    def _compute_dunning_hold(self):
        """The firm that gets the invoice counts, else the customer."""
        for company, orders in self.grouped("company_id").items():
            # Salespeople learn that there is a hold, not what is open.
            payers = (orders.partner_invoice_id | orders.partner_id).sudo().with_company(company)
            holds = {payer.id: hold for payer, hold in payers._origin._get_dunning_holds().items()}
            for order in orders:
                payer = (order.partner_invoice_id or order.partner_id)._origin
                order.dunning_hold, order.dunning_hold_reason = holds.get(payer.id, ("none", False))

    def action_confirm(self):
        """Confirm, unless a customer is on hold and nobody has let the order pass.

        :raise UserError: names the order and what helps
        """
        stopped = self._filter_stopped()
        if stopped:
            order = stopped[0]
            raise UserError(
                self.env._(
                    "%(order)s cannot be confirmed: %(customer)s is on hold. %(reason)s\n"
                    "It is free again by itself when he has paid. A dunning manager can let this "
                    "order pass.",
                    order=order.name,
                    customer=order.partner_id.display_name,
                    reason=order.dunning_hold_reason,
                )
            )
        result = super().action_confirm()
        for order in self.filtered(lambda order: order.dunning_hold == "warn"):
            order.message_post(
                body=self.env._(
                    "Confirmed although the customer is late: %s", order.dunning_hold_reason
                )
            )
        return result

    def _filter_stopped(self):
        """Return the orders that cannot be confirmed as of this moment."""
        self.invalidate_recordset(["dunning_hold", "dunning_hold_reason"])
        return self.filtered(
            lambda order: order.dunning_hold == "block" and not order.dunning_override_by_id
        )

    def _tell_paid_on_hold(self):
        """Give the salesperson, else the dunning clerk, the task to decide about a paid order."""
        self.ensure_one()
        candidates = (self.user_id, self.company_id.dunning_user_id)
        user = next((user for user in candidates if user.active), self.env.user)
        order = self.with_context(lang=user.lang)
        if order.activity_search(["mail.mail_activity_data_todo"], user_id=user.id):
            return
        order.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=order.env._("Paid online, but the customer is on hold"),
            note=order.env._(
                "%(reason)s The payment is kept, only the order is not confirmed. A dunning "
                "manager can let it pass; then confirm it. Otherwise agree with the customer what "
                "his money is for.",
                reason=order.dunning_hold_reason,
            ),
            user_id=user.id,
        )

    def action_dunning_override(self):
        """Ask why the order may pass in spite of the hold."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Let the Order Pass"),
            "res_model": "dunning.override.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def _let_pass(self, reason):
        """Let the order pass in spite of the hold.

        :raise AccessError: only dunning managers decide that
        """
        self.ensure_one()
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only a dunning manager lets orders of customers on hold pass.")
            )
        order = self.sudo()  # a dunning manager may have no right in Sales
        order.write({"dunning_override_reason": reason, "dunning_override_by_id": self.env.uid})

    def write(self, vals):
        if not self.env.su and {"dunning_override_reason", "dunning_override_by_id"} & vals.keys():
            raise AccessError(
                self.env._("Only a dunning manager lets orders of customers on hold pass.")
            )
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            for name in ("dunning_override_reason", "dunning_override_by_id"):
                vals.pop(name, None)
        return super().create(vals_list)
