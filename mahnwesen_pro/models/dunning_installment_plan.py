from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..rules import installments as rules
from ..tools import to_decimal
from .dunning_promise import CLERK, MANAGER

#: States in which the terms can still be changed.
CHANGEABLE = ("draft", "offered")


class DunningInstallmentPlan(models.Model):
    """A debt paid off in instalments: drafted, offered, accepted, watched, and kept or ended.

    While it runs its items are paused. Payments belong to the instalments in their order. States
    change only in the ``action_*`` and ``_mark_*`` methods of the plan and of its abilities.
    """

    _name = "dunning.installment.plan"
    _description = "Instalment Plan"
    _inherit = [
        "dunning.installment.terms",
        "dunning.installment.check",
        "dunning.installment.offer",
        "dunning.installment.retention",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(string="Number", readonly=True, copy=False, index="trigram")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True
    )
    addressee_id = fields.Many2one("res.partner", required=True, readonly=True)
    address_sent = fields.Text(readonly=True, copy=False)
    lang = fields.Char(string="Language", readonly=True)
    user_id = fields.Many2one("res.users", string="Clerk", readonly=True)
    currency_id = fields.Many2one(required=True)
    call_id = fields.Many2one("dunning.call", readonly=True, index="btree_not_null")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("offered", "Offered"),
            ("running", "Running"),
            ("done", "Paid off"),
            ("ended", "Ended"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        tracking=True,
        copy=False,
    )
    item_ids = fields.One2many("dunning.installment.item", "plan_id", readonly=True)
    installment_ids = fields.One2many("dunning.installment", "plan_id", readonly=True)
    block_ids = fields.Many2many("dunning.block", string="Pauses", readonly=True, copy=False)
    amount_principal = fields.Monetary(string="Claims", readonly=True)
    amount_interest = fields.Monetary(string="Interest in Total", readonly=True)
    amount_total = fields.Monetary(string="Total", readonly=True)
    amount_paid = fields.Monetary(string="Paid", readonly=True)
    amount_rest = fields.Monetary(string="Still to Pay", readonly=True)
    date_last = fields.Date(string="Last Instalment", readonly=True)
    date_next = fields.Date(string="Next Instalment", readonly=True)
    date_closed = fields.Date(string="Ended on", readonly=True, copy=False)
    missed_count = fields.Integer(string="Missed", readonly=True)
    to_follow_up = fields.Boolean(
        readonly=True, help="The plan has ended before its time, and nobody has reacted yet."
    )
    cancel_reason = fields.Char(readonly=True, tracking=True)

    _rate_sensible = models.Constraint(
        "CHECK(rate >= 0 AND rate <= 30)", "The interest lies between 0 and 30 percent."
    )
    _day_sensible = models.Constraint(
        "CHECK(day_of_month >= 0 AND day_of_month <= 31)", "A month has 31 days at most."
    )
    _name_unique = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL", "This number is taken already."
    )

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for plan in self:
            number = plan.name or self.env._("Draft")
            plan.display_name = f"{number}, {plan.partner_id.name or ''}"

    # === DRAFTING ===

    @api.model
    def _draft(self, lines, terms):
        """Draft a plan for open items and return it. Nothing is paused or sent yet.

        :param lines: receivable lines of one company, customer and currency
        :param dict terms: the fields of ``dunning.installment.terms``, and ``call_id``
        :raise ValidationError: when lines do not match or the terms make no plan
        """
        partner, company = lines.partner_id.commercial_partner_id, lines.company_id
        if any(len(owner) != 1 for owner in (partner, company, lines.currency_id)):
            raise ValidationError(
                self.env._("Choose open items of one customer in one company and currency.")
            )
        lines = lines.sorted(lambda line: (line.date_maturity or line.date, line.id))
        self._check_free(lines)
        partner = partner.with_company(company)
        addressee = partner._get_dunning_addressee()
        maker = self.sudo().with_company(company)  # plans are written by their methods only
        covered = [(line, line.amount_residual_currency) for line in lines]
        terms = self._check_terms(terms)
        plan = maker.create(
            {
                "company_id": company.id,
                "partner_id": partner.id,
                "addressee_id": addressee.id,
                "lang": addressee.lang or partner.lang or company.partner_id.lang or "en_US",
                "user_id": partner._get_dunning_clerk(company).id or self.env.uid,
                "currency_id": lines.currency_id.id,
                "date_agreed": company._dunning_today(),
                **terms,
                "offer_until": terms.get("offer_until")
                or company._get_dunning_plan_offer_end(terms["date_first"]),
                "item_ids": [
                    Command.create(vals) for vals in maker.item_ids._prepare_cover_vals(covered)
                ],
            }
        )
        plan._build()
        return plan.sudo(self.env.su)

    def _check_free(self, lines):
        """An item is paid off by one plan at a time."""
        current = Domain("plan_id.state", "in", ("draft", "offered", "running"))
        everything = self.env["dunning.installment.item"].sudo()  # a colleague's plan counts
        taken = everything._find_items(lines, current)[:1]
        if taken:
            raise ValidationError(
                self.env._(
                    "%(invoice)s is part of the instalment plan %(plan)s already. Cancel that "
                    "first.",
                    invoice=taken.move_id.name,
                    plan=taken.plan_id.display_name,
                )
            )

    def _check_terms(self, terms):
        """Return the terms; the acknowledgement is for managers."""
        if terms.get("with_acknowledgement") and not self._may_acknowledge():
            raise AccessError(
                self.env._(
                    "Only a dunning manager may put an acknowledgement of the debt into a plan."
                )
            )
        return terms

    def _may_acknowledge(self):
        return self.env.su or self.env.user.has_group(MANAGER)

    def _change(self, terms):
        """Change the terms of a plan that nobody has accepted yet; it is a draft again."""
        self._check_clerk()
        self.ensure_one()
        if self.state not in CHANGEABLE:
            raise UserError(self.env._("The customer has accepted this plan; it stays as it is."))
        plan = self.sudo()  # plans are written by their methods only
        plan.write({**self._check_terms(terms), **self._prepare_withdrawal(), "state": "draft"})
        plan.block_ids.release()
        plan._build()

    def _build(self):
        """Make the instalments out of the terms."""
        self.ensure_one()
        schedule = self._get_schedule()
        limits = self.company_id._get_dunning_promise_limits([one.day for one in schedule])
        self.installment_ids.unlink()
        interest = sum(one.interest for one in schedule)
        total = sum(one.amount for one in schedule)
        self.write(
            {
                "installment_ids": [
                    Command.create(self._prepare_installment_vals(number, one, limits[one.day]))
                    for number, one in enumerate(schedule, start=1)
                ],
                "count": len(schedule),
                "amount_principal": float(total - interest),
                "amount_interest": float(interest),
                "amount_total": float(total),
                "amount_rest": float(total),
                "date_last": schedule[-1].day,
                "date_next": schedule[0].day,
            }
        )

    def _get_debt(self):
        return sum((to_decimal(item.amount) for item in self.item_ids), rules.ZERO)

    @staticmethod
    def _prepare_installment_vals(number, one, limit):
        return {
            "sequence": number,
            "date": one.day,
            "date_limit": limit,
            "principal": float(one.principal),
            "interest": float(one.interest),
            "amount": float(one.amount),
            "amount_due": float(one.amount),
        }

    # === BUTTONS ===

    def action_change(self):
        """Ask for other terms."""
        self.ensure_one()
        return self.env["dunning.plan.wizard"]._open_plan(self)

    def action_cancel(self, reason=None):
        """End plans by hand; their items may be dunned from the next run on.

        :param str reason: what is kept with the plan; asked for when empty
        """
        todo = self.filtered(lambda plan: plan.state in (*CHANGEABLE, "running"))
        if not reason:
            return self.env["dunning.promise.cancel.wizard"]._open(todo)
        self._check_clerk()
        todo._close("cancelled", cancel_reason=reason)
        return True

    def action_followed_up(self):
        """Somebody has reacted to a plan that has ended before its time."""
        self._check_clerk()
        self.check_access("read")
        self.sudo().to_follow_up = False  # plans are written by their methods only
        return True

    def _close(self, state, **values):
        """End the plans; what they paused may be dunned again. Only what was paid off can still be
        looked at by its link.
        """
        plans = self.sudo()  # plans are written by their methods only
        if state != "done":
            values["access_token"] = False
        values |= {"state": state, "date_next": False}
        for company, own in plans.grouped("company_id").items():
            own.write({**values, "date_closed": company._dunning_today()})
        plans.block_ids.release()

    def _check_clerk(self):
        if not self.env.su and not self.env.user.has_group(CLERK):
            raise AccessError(self.env._("Only dunning clerks may change promises and plans."))

    def action_open_invoices(self):
        """Open the invoices that are paid off."""
        return self.item_ids.move_id._open_dunning_list(self.env._("Invoices"))

    @api.model
    def _open_list(self, domain):
        """Return the action that shows the plans of a domain."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mahnwesen_pro.dunning_installment_plan_action"
        )
        return {**action, "domain": list(Domain(domain)), "context": {}}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(plan.state != "draft" for plan in self):
            raise UserError(self.env._("A plan is part of the history. Cancel it with a reason."))
