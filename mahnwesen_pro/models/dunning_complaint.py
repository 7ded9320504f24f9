from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .dunning_notice import OWN_METHOD
from .dunning_promise import CLERK, MANAGER

#: States in which a complaint waits for somebody.
OPEN_STATES = ("new", "heard", "offered", "chosen")

#: What a person may write himself; everything else is written by the buttons.
EDITABLE = {"summary", "user_id", "reason_id", "contact_id", "date_review", "cause_id"}

SOURCES = [
    ("clerk", "Recorded by us"),
    ("call", "On the phone"),
    ("portal", "By the customer, online"),
    ("reply", "Reply to a reminder"),
    ("mail", "E-mail"),
]


class DunningComplaint(models.Model):
    """A complaint: heard in full, answered with options, settled by what the customer chooses.

    What is contested waits (see ``dunning.complaint.hold``), everything else is dunned on. States
    change only in the ``action_*`` and ``_mark_*`` methods of the complaint and of its abilities.
    """

    _name = "dunning.complaint"
    _description = "Complaint"
    _inherit = [
        "dunning.complaint.portal",
        "dunning.complaint.incoming",  # before mail.thread, whose hooks it extends
        "mail.thread",
        "mail.activity.mixin",
        "dunning.complaint.opening",
        "dunning.complaint.hold",
        "dunning.complaint.clock",
        "dunning.complaint.choice",
        "dunning.complaint.closing",
        "dunning.complaint.apology",
        "dunning.complaint.mail",
        "dunning.complaint.retention",
    ]
    _order = "date_answer_due, id"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(string="Number", readonly=True, copy=False, index="trigram")
    state = fields.Selection(
        [
            ("new", "New"),
            ("heard", "Heard"),
            ("offered", "Options offered"),
            ("chosen", "Chosen"),
            ("done", "Done"),
            ("rejected", "Rejected"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        readonly=True,
        default="new",
        index=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True
    )
    contact_id = fields.Many2one(
        "res.partner",
        domain="[('id', 'child_of', partner_id)]",
        help="Who complains, and gets our answers. Empty: whoever gets the reminders.",
    )
    lang = fields.Char(string="Language", compute="_compute_lang")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    reason_id = fields.Many2one(
        "dunning.complaint.reason", required=True, ondelete="restrict", index=True, tracking=True
    )
    contests = fields.Boolean(related="reason_id.contests")
    source = fields.Selection(SOURCES, required=True, readonly=True, default="clerk")
    user_id = fields.Many2one("res.users", string="Responsible", index=True, tracking=True)
    recorded_by_id = fields.Many2one("res.users", string="Recorded by", readonly=True)
    customer_words = fields.Text(
        string="In the Customer's Words",
        required=True,
        readonly=True,
        help="What the customer said, unedited.",
    )
    summary = fields.Text(string="What it is about", help="In our words, facts only.")
    cause_id = fields.Many2one(
        "dunning.complaint.cause",
        string="Our Fault",
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        help="Where the fault was ours: what went wrong. It is counted in the evaluation.",
    )
    notice_id = fields.Many2one(
        "dunning.notice", string="Reminder", readonly=True, index="btree_not_null"
    )
    call_id = fields.Many2one("dunning.call", readonly=True, index="btree_not_null")
    item_ids = fields.One2many("dunning.complaint.item", "complaint_id", readonly=True)
    move_ids = fields.Many2many(
        "account.move", string="Invoices", compute="_compute_move_ids", search="_search_move_ids"
    )
    option_ids = fields.One2many("dunning.complaint.option", "complaint_id", copy=False)
    option_id = fields.Many2one(
        "dunning.complaint.option", string="Chosen", readonly=True, copy=False
    )
    block_ids = fields.One2many("dunning.block", "complaint_id", string="Pauses", readonly=True)

    amount_contested = fields.Monetary(
        string="Contested", compute="_compute_amounts", store=True, tracking=True
    )
    amount_waiting = fields.Monetary(
        string="Waits", compute="_compute_amount_waiting", help="What is paused of it today."
    )
    amount_conceded = fields.Monetary(
        string="Conceded", readonly=True, help="What we credited in the end."
    )

    _number_unique = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL", "This number is taken already."
    )
    _open_idx = models.Index(
        "(company_id, partner_id) WHERE state IN ('new', 'heard', 'offered', 'chosen')"
    )
    _answer_idx = models.Index("(company_id, date_answer_due) WHERE state IN ('new', 'heard')")

    # === COMPUTE ===

    @api.depends("item_ids.amount")
    def _compute_amounts(self):
        for complaint in self:
            complaint.amount_contested = sum(complaint.item_ids.mapped("amount"))

    def _compute_amount_waiting(self):
        for complaint in self:
            complaint.amount_waiting = sum(
                item._get_waiting_amount() for item in complaint.item_ids
            )

    @api.depends("item_ids.move_id")
    def _compute_move_ids(self):
        for complaint in self:
            complaint.move_ids = complaint.item_ids.move_id

    def _search_move_ids(self, operator, value):
        return Domain("item_ids.move_id", operator, value)

    @api.depends("contact_id.lang", "partner_id.lang")
    def _compute_lang(self):
        for complaint in self:
            addressee = complaint._get_addressee()
            company = complaint.company_id.partner_id
            complaint.lang = addressee.lang or complaint.partner_id.lang or company.lang or "en_US"

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for complaint in self:
            complaint.display_name = f"{complaint.name}, {complaint.partner_id.name or ''}"

    def _get_addressee(self):
        """Return who gets our answers: who complained, else who gets the reminders."""
        self.ensure_one()
        partner = self.partner_id.with_company(self.company_id)
        return self.contact_id or partner._get_dunning_addressee()

    # === WRITE GUARD ===

    def write(self, vals):
        if self.env.context.get("dunning_writer") is not OWN_METHOD:
            self._check_person_may_write(vals)
            if "reason_id" in vals:
                self._check_open()
        result = super().write(vals)
        if "reason_id" in vals:
            self.sudo()._follow_reason()  # the holds follow the reason, whoever changes it
        if "user_id" in vals:
            self._hand_over_tasks()
        return result

    def _check_person_may_write(self, vals):
        own = {name for name in vals if name in self._fields and not self._is_bookkeeping(name)}
        if own - EDITABLE - {"option_ids"}:
            raise UserError(
                self.env._(
                    "A complaint changes only through its buttons, so that its history is true."
                )
            )

    def _is_bookkeeping(self, name):
        """Whether a field belongs to Odoo's conversations and tasks, not to the complaint."""
        return name.startswith(("message_", "activity_", "website_message_"))

    def _write_own(self, vals):
        """Write as one of the methods of this model."""
        return self.with_context(dunning_writer=OWN_METHOD).write(vals)

    def _check_open(self):
        if any(complaint.state not in OPEN_STATES for complaint in self):
            raise UserError(self.env._("The complaint is closed already."))

    def _check_clerk(self):
        if not self.env.su and not self.env.user.has_group(CLERK):
            raise AccessError(self.env._("Only dunning clerks may work on complaints."))

    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only a dunning manager may confirm this."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A complaint is part of the history. Withdraw or reject it instead.")
        )

    # === HEARING ===

    def action_hear(self):
        """The customer was heard out: the clerk has put down what it is about (METHOD K2)."""
        self._check_clerk()
        todo = self.filtered(lambda complaint: complaint.state == "new")
        if any(not (complaint.summary or "").strip() for complaint in todo):
            raise UserError(
                self.env._("Write down first what it is about, beside the customer's own words.")
            )
        todo._write_own({"state": "heard", "heard_on": fields.Datetime.now()})
        return True

    # === ACTIONS ===

    def action_open_invoices(self):
        """Open the invoices that are contested."""
        return self.item_ids.move_id._open_dunning_list(self.env._("Invoices"))

    def action_open_credit_notes(self):
        """Open what was drafted because of the choice."""
        moves = self.option_ids.move_ids
        if len(moves) == 1:
            return moves.get_formview_action()
        return moves._open_dunning_list(self.env._("Credit Notes"))

    @api.model
    def _open_list(self, domain):
        """Return the action that shows the complaints of a domain."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mahnwesen_pro.dunning_complaint_action"
        )
        return {**action, "domain": list(Domain(domain)), "context": {}}
