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
    _inherit = [
        "dunning.promise.check",
        "dunning.promise.retention",
        "mail.thread",
        "mail.activity.mixin",
    ]
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
    to_follow_up = fields.Boolean(
        readonly=True, index="btree_not_null", help="It was not kept, and nobody has reacted yet."
    )
    cancel_reason = fields.Char(readonly=True, tracking=True)
    replaced_by_id = fields.Many2one("dunning.promise", readonly=True, index="btree_not_null")
    number = fields.Integer(
        string="Extension No.",
        readonly=True,
        help="How many times the time for one of these items was extended, this one included. A "
        "promise to pay today gives no more time.",
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
    decided = fields.Integer(related="partner_id.dunning_promise_decided")

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

        An item of an open promise goes over to the new one: the customer has asked for more time.

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
        items = system._find_items(lines.browse([line.id for line, _amount in covered]))
        item_vals = system._prepare_item_vals(covered, items._get_numbers(), date)
        promise = system.create(
            {
                **self._prepare_vals(company, date, max(one["number"] for one in item_vals)),
                "partner_id": lines.partner_id.commercial_partner_id.id,
                "currency_id": lines.currency_id.id,
                "amount": amount,
                "person": person.strip(),
                **values,
                "item_ids": [fields.Command.create(vals) for vals in item_vals],
            }
        )
        items._make_way_for(promise)
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
    def _prepare_item_vals(self, covered, numbers, date):
        """Return the values of the items, each with the number of its extension.

        :param covered: [(receivable line, amount that is covered)]
        :param numbers: {(invoice, due date): how many times time was given before}
        """
        items = self.item_ids._prepare_cover_vals(covered)
        for (line, _amount), vals in zip(covered, items, strict=True):
            earlier = numbers.get((line.move_id, vals["date_due"]), 0)
            vals["number"] = earlier + (date > line.company_id._dunning_today())
        return items

    @api.model
    def _prepare_vals(self, company, date, number):
        """Return what follows from the day, and from how often time was given."""
        today = company._dunning_today()
        waits = number >= CONFIRM_FROM and date > today
        by_manager = self.env.user.has_group(MANAGER) and not self._is_nobody()
        confirmation = ("confirmed" if by_manager else "waiting") if waits else "none"
        return {
            "company_id": company.id,
            "date": date,
            "date_limit": company._get_dunning_promise_limit(date),
            "date_given": today,
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
    def _find_items(self, lines):
        """Return the items of the promises for these receivable lines that count: all but those
        that were an error.
        """
        counts = Domain("promise_id.state", "!=", "cancelled")
        counts |= Domain("promise_id.replaced_by_id", "!=", False)
        return self.env["dunning.promise.item"]._find_items(lines, counts)

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
        for company, own in todo.grouped("company_id").items():
            own.write({"state": state, "date_closed": company._dunning_today(), **values})
        todo.block_ids.release()

    def _give_up(self, items):
        """Go on without some of the items: they were promised anew for another day."""
        self.ensure_one()
        self.message_post(
            body=self.env._("Promised anew: %s", ", ".join(items.move_id.mapped("name")))
        )
        gone = items.mapped(lambda item: (item.move_id, item.date_due))
        self.block_ids.filtered(lambda block: (block.move_id, block.date_due) in gone).release()
        self.amount = self.currency_id.round(self.amount - sum(items.mapped("amount")))
        items.unlink()

    # === BUTTONS ===

    def action_confirm(self):
        """Confirm a further extension afterwards; only managers do."""
        self._check_manager()
        waiting = self.filtered(lambda promise: promise.confirmation == "waiting")
        todo = waiting.sudo()  # promises are written by their methods only
        todo.write({"confirmation": "confirmed", "confirmed_by_id": self.env.uid})
        return True

    def action_cancel(self, reason=None):
        """Cancel open promises; their items may be dunned from the next run on. A manager who
        cancels a further extension declines it.

        :param str reason: what is kept with the promise; asked for when empty
        """
        self._check_clerk()
        todo = self.filtered(lambda promise: promise.state == "open")
        if not reason:
            return self.env["dunning.promise.cancel.wizard"]._open(todo)
        is_manager = self.env.user.has_group(MANAGER)
        declined = todo.filtered(lambda promise: promise.confirmation == "waiting" and is_manager)
        declined._mark_declined(reason)
        (todo - declined)._close("cancelled", cancel_reason=reason)
        return True

    def _mark_declined(self, reason):
        """The extension is not confirmed: whoever took the promise tells the customer."""
        self._close("cancelled", cancel_reason=reason, confirmation="declined")
        for promise in self:
            clerk = promise.user_id if not promise.user_id.share else self.env["res.users"]
            clerk = clerk or promise.partner_id._get_dunning_clerk(promise.company_id)
            clerk = clerk or self.env.user
            here = promise.with_context(lang=clerk.lang)
            here.sudo().activity_schedule(  # promises are written by their methods only
                "mahnwesen_pro.mail_activity_type_promise",
                summary=here.env._("Tell the customer: the extension was not confirmed"),
                user_id=clerk.id,
            )

    def action_followed_up(self):
        """Somebody has reacted to promises that were not kept."""
        self._check_clerk()
        self.check_access("read")
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
        return self.item_ids.move_id._open_dunning_list(self.env._("Invoices"))

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
