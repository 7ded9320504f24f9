from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .dunning_call_outcome import WITH_CONTENT
from .dunning_notice import OWN_METHOD

CAUSES = [
    ("level", "Dunning level"),
    ("broken_promise", "Broken promise"),
    ("clerk", "By hand"),
    ("incoming", "The customer called"),
    ("next_attempt", "Next attempt"),
    ("call_back", "Call back agreed"),
    ("complaint", "Complaint"),
    ("hand_over", "Before handing over"),
]

OUTCOMES = [
    ("promise", "Promise to pay"),
    ("part_payment", "Part payment now"),
    ("plan", "Instalment plan"),
    ("complaint", "Complaint"),
    ("paid", "Paid already"),
    ("call_back", "Call back later"),
    ("not_reached", "Not reached"),
    ("wrong_number", "Wrong number"),
    ("no_proposal", "No proposal"),
    ("refused", "Refuses to Pay"),
]

#: What may change of a planned call by hand: when and who.
PLANNED = {"date", "hour", "user_id"}


class DunningCall(models.Model):
    """One call with a debtor: planned as somebody's task, ended by an outcome, kept as a record.

    Every attempt is a record of its own; one planned call per debtor and company at a time. The
    task in people's lists is an activity that hangs on the planned call. States change only in
    ``action_*`` and ``_mark_*`` methods.
    """

    _name = "dunning.call"
    _description = "Dunning Call"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "dunning.call.planning",
        "dunning.call.waiting",
        "dunning.call.watch",
        "dunning.call.guide",
        "dunning.call.outcome",
        "dunning.call.summary",
        "dunning.call.retention",
    ]
    _order = "priority desc, date, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    state = fields.Selection(
        [("planned", "Planned"), ("done", "Done"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="planned",
        index=True,
        tracking=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    amount_open = fields.Monetary(
        string="Overdue",
        compute="_compute_standing",
        store=True,
        currency_field="company_currency_id",
        help="What the customer owed when the list was brought up to date, in company currency.",
    )
    user_id = fields.Many2one("res.users", string="Who Calls", index=True, tracking=True)
    cause = fields.Selection(CAUSES, required=True, readonly=True, default="clerk")
    level_id = fields.Many2one("dunning.level", readonly=True, index="btree_not_null")
    rule_id = fields.Many2one("dunning.level.call", readonly=True, index="btree_not_null")
    notice_id = fields.Many2one(
        "dunning.notice", string="After the Notice", readonly=True, index="btree_not_null"
    )
    date = fields.Date(string="Call on", required=True, tracking=True)
    hour = fields.Float(string="At", help="Local time. 0 = any time within the call hours.")
    wait_until = fields.Date(
        string="Letter Waits until",
        readonly=True,
        help="The next written level waits for the call up to this day.",
    )
    hand_back_on = fields.Date(
        readonly=True, help="The salesperson has it up to this day, then the customer's clerk."
    )
    attempt = fields.Integer(default=1, readonly=True, help="Counts the tries of one task.")
    cancel_reason = fields.Char(readonly=True, tracking=True)
    cancelled_by_id = fields.Many2one(
        "res.users", readonly=True, help="Who took the call off the list; no letter waits for it."
    )

    # === WHAT WAS SAID ===

    direction = fields.Selection(
        [("out", "We called"), ("in", "The customer called")], required=True, default="out"
    )
    called_on = fields.Datetime(string="Called on", index=True)
    duration = fields.Float(help="In minutes.")
    number = fields.Char(string="Phone Number")
    contact_id = fields.Many2one("res.partner", domain="[('id', 'child_of', partner_id)]")
    spoken_with = fields.Char(help="Name of the person, as it was given on the phone.")
    move_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        check_company=True,
        help="What the call is about. Empty: everything that is overdue.",
    )
    notes = fields.Text(help="Facts only; the customer may ask for a copy (Art. 15 GDPR).")
    customer_words = fields.Text(
        string="In the Customer's Words", help="What the customer says about the claim, unedited."
    )
    volunteered = fields.Text(
        string="Told of Their Own Accord", help="Reasons nobody has asked for."
    )
    stance = fields.Selection(
        [
            ("accepted", "Accepted"),
            ("misunderstanding", "Misunderstanding"),
            ("disputed", "Disputed"),
        ],
        string="How They See the Claim",
    )
    is_disputed = fields.Boolean(compute="_compute_is_disputed")
    excuse_id = fields.Many2one("dunning.excuse", string="Excuse Heard", ondelete="set null")
    answers = fields.Json(help="Steps of the guide that were gone through, by their ids.")
    steps_text = fields.Text(string="Steps", compute="_compute_steps_text")
    outcome = fields.Selection(OUTCOMES, readonly=True, index=True, tracking=True)

    promise_date = fields.Date(string="Pays by")
    promise_amount = fields.Monetary(string="Pays")
    promise_person = fields.Char(
        string="Who Sees to It", help="The person at the customer's who answers for the payment."
    )
    plan_count = fields.Integer(string="Instalments")
    plan_amount = fields.Monetary(string="Each Instalment")
    plan_date_first = fields.Date(string="First Instalment on")
    disputed_amount = fields.Monetary(help="0 = the invoices as a whole.")
    paid_on = fields.Date(string="Paid on", help="The day that the customer names.")
    paid_proof = fields.Char(string="Proof", help="For example: sends the receipt by e-mail.")
    call_back_on = fields.Date(string="Call Back on")
    call_back_hour = fields.Float(string="Call Back at")
    next_user_id = fields.Many2one(
        "res.users",
        string="Next Attempt by",
        help="A colleague's line, when nobody answers yours.",
    )
    block_ids = fields.Many2many(
        "dunning.block", string="Blocks", readonly=True, help="Placed by the outcome of the call."
    )
    next_call_id = fields.Many2one("dunning.call", readonly=True, index="btree_not_null")

    _one_planned = models.UniqueIndex(
        "(company_id, partner_id) WHERE state = 'planned'",
        "A call with this customer is planned already.",
    )
    _done_idx = models.Index("(company_id, partner_id, called_on) WHERE state = 'done'")
    _outcome_when_done = models.Constraint(
        "CHECK((state = 'done') = (outcome IS NOT NULL))",
        "A call ends in an outcome: choose one.",
    )

    # === COMPUTE ===

    @api.depends("move_ids.currency_id", "company_id")
    def _compute_currency_id(self):
        for call in self:
            currencies = call.move_ids.currency_id
            single = currencies if len(currencies) == 1 else call.company_id.currency_id
            call.currency_id = single

    @api.depends("stance", "outcome")
    def _compute_is_disputed(self):
        for call in self:
            call.is_disputed = call.stance == "disputed" or call.outcome == "complaint"

    @api.depends("partner_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for call in self:
            call.display_name = self.env._("Call: %s", call.partner_id.name or "")

    @api.depends("answers")
    @api.depends_context("lang")
    def _compute_steps_text(self):
        steps = self.env["dunning.call.step"].with_context(active_test=False)
        for call in self:
            call.steps_text = " → ".join(steps.browse(call.answers or []).exists().mapped("name"))

    def _has_content(self):
        """Whether things were said that are worth a summary."""
        self.ensure_one()
        return self.state == "done" and self.outcome in WITH_CONTENT

    @api.constrains("move_ids")
    def _check_moves(self):
        for call in self:
            if call.move_ids.commercial_partner_id - call.partner_id:
                raise ValidationError(
                    self.env._("A call is about the invoices of one customer only.")
                )

    # === WRITE GUARD ===

    def write(self, vals):
        if self.env.context.get("dunning_writer") is not OWN_METHOD:
            self._check_person_may_write(vals)
        result = super().write(vals)
        if vals.keys() & {"date", "user_id"}:
            self._move_tasks()
        return result

    def _check_person_may_write(self, vals):
        known = self._get_noted() | PLANNED
        own = {name for name in vals if name in self._fields and not self._is_bookkeeping(name)}
        if own - known:
            raise UserError(
                self.env._("A call changes only through its buttons, so that the record is true.")
            )
        if own & known and any(call.state != "planned" for call in self):
            raise UserError(
                self.env._("The call is over. Add what is still missing as a note below.")
            )

    def _is_bookkeeping(self, name):
        """Whether a field belongs to Odoo's conversations and tasks rather than to the call."""
        return name.startswith(("message_", "activity_", "website_message_"))

    def _write_own(self, vals):
        """Write as one of the methods of this model."""
        return self.with_context(dunning_writer=OWN_METHOD).write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        raise UserError(
            self.env._(
                "A call is part of the history. Cancel a planned one; what was noted in an old one "
                "is removed by the retention rule."
            )
        )

    # === CANCELLING ===

    def action_cancel(self):
        """Take planned calls off the list."""
        self.check_access("write")
        reason = self.env._("Cancelled by %s.", self.env.user.name)
        self._mark_cancelled(reason, cancelled_by_id=self.env.uid)

    def _mark_cancelled(self, reason, **values):
        """Cancel what is planned: the task disappears, the reason stays with the call."""
        todo = self.filtered(lambda call: call.state == "planned").sudo()  # whoever may do it
        if todo:
            todo._write_own({"state": "cancelled", "cancel_reason": reason, **values})
            todo._drop_tasks()

    @api.model
    def _open_list(self, domain):
        """Return the action that shows the calls of a domain."""
        action = self.env["ir.actions.act_window"]._for_xml_id("mahnwesen_pro.dunning_call_action")
        return {**action, "domain": list(domain), "context": {}}
