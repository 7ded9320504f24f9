from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .dunning_notice import OWN_METHOD

KINDS = [
    ("credit_full", "Credit note for all of it"),
    ("credit_part", "Credit note for a part"),
    ("corrected", "Corrected invoice"),
    ("redelivery", "New delivery"),
    ("repair", "Repair or rework"),
    ("later", "More time to pay"),
    ("plan", "Payment in instalments"),
    ("part_payment", "Part payment now"),
    ("explanation", "Explanation with documents"),
    ("other", "Something else"),
]

#: Kinds that give money back, and those that name an amount at all.
CREDITS = ("credit_full", "credit_part")
WITH_AMOUNT = (*CREDITS, "part_payment")

#: Somebody of ours has to do something that this program cannot do.
BY_HAND = ("redelivery", "repair", "explanation", "other")


class DunningComplaintOption(models.Model):
    """A solution that we offer. The customer chooses one of several; the choice acts."""

    _name = "dunning.complaint.option"
    _description = "Option for a Complaint"
    _order = "sequence, id"

    complaint_id = fields.Many2one(
        "dunning.complaint", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="complaint_id.company_id", store=True)
    partner_id = fields.Many2one(related="complaint_id.partner_id")
    currency_id = fields.Many2one(related="complaint_id.currency_id")
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(KINDS, required=True, default="credit_part")
    name = fields.Char(
        string="In Words",
        compute="_compute_name",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="What the customer reads.",
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        readonly=False,
        help="What is credited, or paid now.",
    )
    cost = fields.Monetary(
        string="Costs Us",
        compute="_compute_cost",
        store=True,
        readonly=False,
        currency_field="company_currency_id",
        help="In company currency. The customer does not see it.",
    )
    date_due = fields.Date(string="Pays by", help="For more time, and for a part payment.")
    plan_count = fields.Integer(string="Instalments", default=3)
    valid_until = fields.Date(required=True, default=lambda self: self._default_valid_until())
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Documents", help="The customer can download them."
    )
    needs_approval = fields.Boolean(compute="_compute_needs_approval")
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("offered", "Offered"),
            ("chosen", "Chosen"),
            ("declined", "Not chosen"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    move_ids = fields.Many2many(
        "account.move", string="Credit Notes and Invoices", readonly=True, copy=False
    )
    plan_id = fields.Many2one("dunning.installment.plan", readonly=True, copy=False)
    promise_id = fields.Many2one("dunning.promise", readonly=True, copy=False)
    carried_out_on = fields.Datetime(readonly=True, copy=False)

    _amounts_positive = models.Constraint(
        "CHECK(amount >= 0 AND cost >= 0)", "An option can neither credit nor cost less than zero."
    )
    _count_sensible = models.Constraint(
        "CHECK(plan_count BETWEEN 1 AND 60)", "Choose between 1 and 60 instalments."
    )

    @api.model
    def _default_valid_until(self):
        return self.env.company._get_dunning_deadline(14)

    # === COMPUTE ===

    @api.depends("kind")
    def _compute_name(self):
        for option in self:
            here = option.with_context(lang=option.complaint_id.lang)
            kinds = dict(here._fields["kind"]._description_selection(here.env))
            option.name = kinds.get(option.kind)

    @api.depends("kind", "complaint_id.amount_contested")
    def _compute_amount(self):
        for option in self:
            if option.kind == "credit_full":
                option.amount = option.complaint_id.amount_contested
            elif option.kind not in WITH_AMOUNT:
                option.amount = 0.0
            else:
                option.amount = option.amount or 0.0

    @api.depends("kind", "amount")
    def _compute_cost(self):
        for option in self:
            if option.kind in CREDITS and option.company_id:
                option.cost = option._get_credited()
            else:
                option.cost = option.cost or 0.0

    @api.depends("kind", "amount", "cost", "company_id.dunning_complaint_limit", "approved_by_id")
    def _compute_needs_approval(self):
        for option in self:
            limit = option.company_id.dunning_complaint_limit
            option.needs_approval = option._get_price() > limit and not option.approved_by_id

    def _get_credited(self):
        """Return what is credited, in company currency."""
        self.ensure_one()
        company = self.company_id
        if self.kind not in CREDITS:
            return 0.0
        return self.currency_id._convert(
            self.amount, company.currency_id, company, company._dunning_today()
        )

    def _get_price(self):
        """Return what has to be approved, in company currency: never less than what is credited."""
        self.ensure_one()
        return max(self.cost, self._get_credited())

    @api.constrains("kind", "amount")
    def _check_amount(self):
        for option in self:
            contested = option.complaint_id.amount_contested
            if option.kind in CREDITS and option.amount > contested > 0:
                raise ValidationError(
                    self.env._(
                        "More is credited than contested: at most %s.",
                        option.currency_id.format(contested),
                    )
                )

    # === WRITE GUARD ===

    def write(self, vals):
        if self.env.context.get("dunning_writer") is not OWN_METHOD:
            self._check_person_may_write(vals)
            if vals.keys() & {"amount", "cost", "kind"}:
                vals = {**vals, "approved_by_id": False}
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("dunning_writer") is not OWN_METHOD:
            for vals in vals_list:
                self._check_person_may_write(vals)
        options = super().create(vals_list)
        options._check_changeable()
        return options

    def _check_person_may_write(self, vals):
        if vals.keys() & {
            "state",
            "approved_by_id",
            "move_ids",
            "plan_id",
            "promise_id",
            "carried_out_on",
        }:
            raise UserError(
                self.env._("An option is offered, approved and chosen by the buttons only.")
            )
        self._check_changeable()

    def _check_changeable(self):
        if any(
            option.state != "draft" or option.complaint_id.state not in ("new", "heard", "offered")
            for option in self
        ):
            raise UserError(
                self.env._("This option was offered already. Add another one, or offer anew.")
            )

    def _write_own(self, vals):
        """Write as one of our own methods."""
        return self.with_context(dunning_writer=OWN_METHOD).write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_offered(self):
        if any(option.state != "draft" for option in self):
            raise UserError(self.env._("What was offered to the customer stays in the history."))

    # === APPROVING ===

    def action_approve(self):
        """A manager agrees to what the options cost."""
        if not self.env.su and not self.env.user.has_group("mahnwesen_pro.group_dunning_manager"):
            raise AccessError(self.env._("Only a dunning manager may approve what costs so much."))
        self._write_own({"approved_by_id": self.env.uid})
        return True

    def _check_offerable(self):
        """Refuse to offer what is not complete, not approved, or no longer valid."""
        today = self.company_id[:1]._dunning_today()
        for option in self:
            if option.needs_approval:
                raise UserError(
                    self.env._(
                        "“%(option)s” costs %(cost)s. A manager has to approve that first.",
                        option=option.name,
                        cost=option.company_currency_id.format(option._get_price()),
                    )
                )
            if option.kind in WITH_AMOUNT and not option.amount:
                raise UserError(self.env._("Enter the amount of “%s”.", option.name))
            if option.kind not in BY_HAND and not option.complaint_id.item_ids:
                raise UserError(
                    self.env._("Say first which invoice the complaint is about: it names none.")
                )
            if option.kind in ("later", "part_payment") and (
                not option.date_due or option.date_due < today
            ):
                raise UserError(
                    self.env._("Enter a day in the future by which “%s” is paid.", option.name)
                )
            if option.valid_until < today:
                raise UserError(
                    self.env._("“%s” is no longer valid. Give it a later date.", option.name)
                )

    def _can_be_chosen(self):
        """Whether the option is on the table and still holds."""
        self.ensure_one()
        today = self.company_id._dunning_today()
        return (
            self.state == "offered"
            and self.complaint_id.state == "offered"
            and self.valid_until >= today
        )
