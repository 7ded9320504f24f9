from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..rules import promise as rules
from ..tools import to_decimal

MANAGER = "mahnwesen_pro.group_dunning_manager"
CLERK = "mahnwesen_pro.group_dunning_clerk"

#: From this promise for a claim on, a manager confirms it afterwards (METHOD T6).
CONFIRM_FROM = 2


class DunningPromise(models.Model):
    """A promise to pay: amount, day and the name of the person who answers for it (METHOD T10).

    It pauses its own items until the day and the tolerance have passed, nothing else. What became
    of it follows from the payments; see ``dunning.promise.check``.
    """

    _name = "dunning.promise"
    _description = "Promise to Pay"
    _inherit = ["dunning.promise.check", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(string="Promised", required=True, readonly=True)
    date = fields.Date(
        string="Pays by", required=True, readonly=True, tracking=True, help="The day he named."
    )
    date_limit = fields.Date(
        string="Last Day",
        required=True,
        readonly=True,
        index=True,
        help="The day and the tolerance of the company: a payment of this day still keeps it.",
    )
    date_given = fields.Date(string="Given on", required=True, readonly=True)
    person = fields.Char(
        string="Given by", required=True, readonly=True, help="Who answers for it at the customer."
    )
    source = fields.Selection(
        [
            ("clerk", "Recorded by us"),
            ("call", "On the phone"),
            ("customer", "By the customer, online"),
        ],
        required=True,
        readonly=True,
        default="clerk",
    )
    note = fields.Text(readonly=True)
    user_id = fields.Many2one("res.users", string="Recorded by", readonly=True)
    call_id = fields.Many2one("dunning.call", readonly=True, index="btree_not_null")
    notice_id = fields.Many2one(
        "dunning.notice", string="Reminder", readonly=True, index="btree_not_null"
    )
    item_ids = fields.One2many("dunning.promise.item", "promise_id", readonly=True)
    move_ids = fields.Many2many(
        "account.move", string="Invoices", compute="_compute_move_ids", search="_search_move_ids"
    )
    block_ids = fields.Many2many("dunning.block", string="Pauses", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("open", "Open"),
            ("kept", "Kept"),
            ("partly", "Partly kept"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="open",
        index=True,
        tracking=True,
    )
    amount_paid = fields.Monetary(
        string="Paid in Time", readonly=True, help="What was paid on its items by the last day."
    )
    date_closed = fields.Date(string="Decided on", readonly=True)
    checked_on = fields.Date(readonly=True, index="btree_not_null")
    is_under_way = fields.Boolean(
        string="Money on its Way",
        readonly=True,
        help="Money was seen that nobody has assigned yet. The promise is not broken meanwhile.",
    )
    to_follow_up = fields.Boolean(
        readonly=True, index="btree_not_null", help="It was not kept, and nobody has reacted yet."
    )
    cancel_reason = fields.Char(readonly=True, tracking=True)
    replaced_by_id = fields.Many2one("dunning.promise", readonly=True, index="btree_not_null")
    number = fields.Integer(
        string="No.", readonly=True, help="The how manieth promise for these claims."
    )
    confirmation = fields.Selection(
        [
            ("none", "Not needed"),
            ("waiting", "To confirm"),
            ("confirmed", "Confirmed"),
            ("declined", "Declined"),
        ],
        required=True,
        readonly=True,
        default="none",
        tracking=True,
        help="One extension is fine; from the second on a manager confirms it afterwards.",
    )
    confirmed_by_id = fields.Many2one("res.users", readonly=True)
    reliability = fields.Float(related="partner_id.dunning_reliability", string="Kept so far")

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "The promised amount has to be greater than zero."
    )
    _open_idx = models.Index("(company_id, checked_on) WHERE state = 'open'")

    @api.depends("item_ids.move_id")
    def _compute_move_ids(self):
        for promise in self:
            promise.move_ids = promise.item_ids.move_id

    def _search_move_ids(self, operator, value):
        return Domain("item_ids.move_id", operator, value)

    @api.depends("partner_id", "amount", "date")
    def _compute_display_name(self):
        for promise in self:
            amount = promise.currency_id.format(promise.amount)
            promise.display_name = f"{promise.partner_id.name or ''}: {amount}"

    # === RECORDING ===

    @api.model
    def _record(self, lines, date, amount, person, **values):
        """Record a promise for open items, pause them and return it.

        An open promise for one of the items is replaced: the customer has asked for more time.

        :param lines: receivable lines of one company, customer and currency
        :param date date: the day by which he pays
        :param float amount: what he promises, in the currency of the lines; more than he owes
            counts as all of it
        :param str person: who answers for it at the customer
        :param values: ``source``, ``note``, ``call_id``, ``notice_id``
        :raise ValidationError: when nothing is open, the day has passed, or lines do not match
        """
        lines = lines.sorted(lambda line: (line.date_maturity or line.date, line.id))
        company = lines.company_id
        self._check_recordable(lines, date, amount, person)
        covered = self._cover(lines, amount)
        system = self.sudo().with_company(company)  # promises are written by their methods only
        earlier = system._find_for(lines.move_id)
        number = 1 + max(earlier._count_by_move().values(), default=0)
        promise = system.create(
            {
                **self._prepare_vals(company, date, number),
                "partner_id": lines.partner_id.commercial_partner_id.id,
                "currency_id": lines.currency_id.id,
                "amount": amount,
                "person": person.strip(),
                **values,
                "item_ids": [
                    fields.Command.create(vals)
                    for vals in system.item_ids._prepare_cover_vals(covered)
                ],
            }
        )
        earlier._make_way_for(promise)
        promise._pause_items(covered)
        return promise.sudo(self.env.su)

    @api.model
    def _check_recordable(self, lines, date, amount, person):
        owners = (lines.company_id, lines.partner_id.commercial_partner_id, lines.currency_id)
        if any(len(owner) != 1 for owner in owners):
            raise ValidationError(
                self.env._("Choose open items of one customer in one company and currency.")
            )
        if date < lines.company_id._dunning_today():
            raise ValidationError(self.env._("The promised day has passed. Choose a later one."))
        if amount <= 0:
            raise ValidationError(self.env._("Enter the amount that was promised."))
        if not (person or "").strip():
            raise ValidationError(self.env._("Enter who gave the promise."))

    @api.model
    def _cover(self, lines, amount):
        """Return [(line, amount that is covered)], the oldest ones first."""
        residuals = [(line.id, to_decimal(line.amount_residual_currency)) for line in lines]
        covered = rules.cover(to_decimal(amount), residuals)
        if not covered:
            raise ValidationError(self.env._("Nothing is open on these items any more."))
        return [(lines.browse(line_id), float(part)) for line_id, part in covered]

    @api.model
    def _prepare_vals(self, company, date, number):
        waits = number >= CONFIRM_FROM
        by_manager = self.env.user.has_group(MANAGER) and not self._is_nobody()
        confirmation = ("confirmed" if by_manager else "waiting") if waits else "none"
        return {
            "company_id": company.id,
            "date": date,
            "date_limit": company._get_dunning_promise_limit(date),
            "date_given": company._dunning_today(),
            "user_id": self.env.user.id,
            "number": number,
            "confirmation": confirmation,
            "confirmed_by_id": self.env.user.id if confirmation == "confirmed" else False,
        }

    @api.model
    def _is_nobody(self):
        """Whether no person of ours is at work: the customer himself, or a scheduled action."""
        return self.env.user.share or self.env.uid == SUPERUSER_ID

    @api.model
    def _find_for(self, moves):
        """Return the promises for invoices that count: all but those that were an error."""
        return self.search(
            [
                ("item_ids.move_id", "in", moves.ids),
                "|",
                ("state", "!=", "cancelled"),
                ("replaced_by_id", "!=", False),
            ]
        )

    def _count_by_move(self):
        """Return {invoice: how many of the promises are for it}."""
        counts = {}
        for promise in self:
            for move in promise.item_ids.move_id:
                counts[move] = counts.get(move, 0) + 1
        return counts

    def _make_way_for(self, promise):
        """Close what the new promise replaces, and what it answers."""
        replaced = self.filtered(lambda earlier: earlier.state == "open")
        replaced._close(
            "cancelled",
            cancel_reason=self.env._("Replaced by a new promise"),
            replaced_by_id=promise.id,
        )
        self.filtered("to_follow_up").to_follow_up = False

    # === THE PAUSE ===

    def _pause_items(self, covered):
        """Pause the items until the last day; of an item that is covered in part, only the part."""
        self.ensure_one()
        whole = self.env["account.move.line"]
        parts = []
        for line, amount in covered:
            if line.currency_id.compare_amounts(amount, line.amount_residual_currency) < 0:
                parts.append((line, amount))
            else:
                whole |= line
        blocks = self._place(whole, 0.0) if whole else self.env["dunning.block"]
        for line, amount in parts:  # at most the last one
            blocks |= self._place(line, amount)
        self.block_ids = blocks
        self.env["dunning.notice"]._refresh_proposals(self.partner_id.ids, self.company_id)

    def _place(self, lines, amount):
        return self.env["dunning.block"].place(
            lines,
            self.env.ref("mahnwesen_pro.dunning_block_reason_promise"),
            date_end=self.date_limit,
            amount=amount,
            note=self.env._("Promised by %s", self.person),
        )

    def _close(self, state, **values):
        """Decide the promises; what they paused may be dunned again."""
        todo = self.sudo()  # promises are written by their methods only
        todo.write({"state": state, "date_closed": fields.Date.context_today(self), **values})
        todo.block_ids.release()

    # === BUTTONS ===

    def action_confirm(self):
        """Confirm a further extension afterwards; only managers do."""
        self._check_manager()
        waiting = self.filtered(lambda promise: promise.confirmation == "waiting").sudo()  # see above
        waiting.write({"confirmation": "confirmed", "confirmed_by_id": self.env.uid})
        return True

    def action_cancel(self, reason=None):
        """Cancel open promises; their items may be dunned from the next run on.

        :param str reason: what is kept with the promise; asked for when empty
        """
        todo = self.filtered(lambda promise: promise.state == "open")
        if any(promise.confirmation == "waiting" for promise in todo):
            self._check_clerk()
        if not reason:
            return self.env["dunning.promise.cancel.wizard"]._open(self)
        self._check_clerk()
        is_manager = self.env.user.has_group(MANAGER)
        declined = todo.filtered(lambda promise: promise.confirmation == "waiting" and is_manager)
        declined._close("cancelled", cancel_reason=reason, confirmation="declined")
        (todo - declined)._close("cancelled", cancel_reason=reason)
        return True

    def action_followed_up(self):
        """Somebody has reacted to a promise that was not kept."""
        self._check_clerk()
        self.sudo().write({"to_follow_up": False})  # promises are written by their methods only
        return True

    def _check_clerk(self):
        if not self.env.su and not self.env.user.has_group(CLERK):
            raise AccessError(self.env._("Only dunning clerks may change promises and plans."))

    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only a dunning manager may confirm this."))

    def action_open_invoices(self):
        """Open the invoices that the promise covers."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", self.item_ids.move_id.ids)],
            "context": {"create": False},
        }

    @api.model
    def _own_domain(self):
        """Return the domain of the promises that the user sees in the portal: the open ones of his
        firm, from the companies that he deals with.
        """
        user = self.env.user
        if user._is_public():
            return Domain.FALSE
        customer = user.partner_id.commercial_partner_id
        return (
            Domain("state", "=", "open")
            & Domain("partner_id", "=", customer.id)
            & Domain("company_id", "in", user.company_ids.ids)
        )

    @api.model
    def _open_list(self, domain):
        """Return the action that shows the promises of a domain."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mahnwesen_pro.dunning_promise_action"
        )
        return {**action, "domain": list(Domain(domain)), "context": {}}

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A promise is part of the history. Cancel it with a reason."))
