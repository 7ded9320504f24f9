from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

#: From here on nothing of a notice changes any more.
FROZEN_STATES = ("sending", "sent", "failed", "cancelled")

#: What a person may change on a proposal; doing so keeps the next run from replacing it.
EDITABLE = {"addressee_id", "send_email", "send_letter", "date_deadline"}

#: What only the methods of this model write, never a person or another program directly.
PROTECTED = {
    "name",
    "state",
    "run_id",
    "company_id",
    "partner_id",
    "currency_id",
    "level_id",
    "rank",
    "kind",
    "lang",
    "date",
    "date_sent",
    "address_sent",
    "to_send",
    "is_edited",
    "is_deadline_fixed",
    "review_note",
    "cancel_reason",
    "came_back",
    "reply_state",
    "reply_on",
    "access_token",
    "amount_claims",
    "amount_credits",
    "amount_charges",
    "amount_total",
    "approved_facts",
    "approved_by_id",
    "approved_on",
    "first_approved_by_id",
    "is_opening",
    "pdf_file",
    "pdf_name",
    "pdf_sha256",
    "letter_concern",
    "letter_subject",
    "letter_opening",
    "letter_closing",
    "email_subject",
    "email_body",
}

#: Nothing that comes over the wire can be this object: it marks writes of our own methods.
OWN_METHOD = object()


class DunningNotice(models.Model):
    """One letter to one debtor: proposed by a run, approved by a person, sent, kept.

    States change only in the ``action_*`` and ``_mark_*`` methods below.
    """

    _name = "dunning.notice"
    _description = "Dunning Notice"
    _inherit = [
        "dunning.notice.portal",
        "dunning.notice.reply",  # before mail.thread, whose hook it extends
        "mail.thread",
        "mail.activity.mixin",
        "dunning.notice.making",
        "dunning.notice.opening",
        "dunning.notice.approval",
        "dunning.notice.sending",
        "dunning.notice.return",
        "dunning.notice.task",
        "dunning.notice.text",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(string="Number", readonly=True, copy=False, index="trigram")
    state = fields.Selection(
        [
            ("simulated", "Simulated"),
            ("proposed", "Proposed"),
            ("approved", "Approved"),
            ("sending", "Sending"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="proposed",
        copy=False,
        tracking=True,
    )
    run_id = fields.Many2one("dunning.run", index=True, readonly=True, ondelete="set null")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True
    )
    addressee_id = fields.Many2one(
        "res.partner",
        required=True,
        tracking=True,
        domain="['|', ('id', 'child_of', partner_id), ('id', 'child_of', other_addressee_id)]",
    )
    address = fields.Text(compute="_compute_address", help="Kept as text once it was sent.")
    address_sent = fields.Text(readonly=True, copy=False)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    lang = fields.Char(string="Language", readonly=True)
    user_id = fields.Many2one("res.users", string="Clerk", tracking=True)
    level_id = fields.Many2one(
        "dunning.level",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The highest level on the notice: it gives the tone, the channels and the fee.",
    )
    rank = fields.Integer(string="Level No.", readonly=True, aggregator="max")
    tone = fields.Selection(related="level_id.tone")
    date = fields.Date(required=True, help="Date of the letter; set anew when it is sent.")
    date_deadline = fields.Date(string="Pay by", required=True, tracking=True)
    is_deadline_fixed = fields.Boolean(readonly=True, help="Somebody has chosen the deadline.")
    date_sent = fields.Date(string="Sent on", readonly=True, copy=False)
    send_email = fields.Boolean(string="By E-mail", tracking=True)
    send_letter = fields.Boolean(string="By Letter", tracking=True)
    is_edited = fields.Boolean(
        readonly=True, copy=False, help="Changed by a person: the next run leaves it alone."
    )
    is_frozen = fields.Boolean(compute="_compute_is_frozen")
    to_send = fields.Boolean(
        string="Waits for Sending",
        readonly=True,
        copy=False,
        help="The scheduled action sends it within the next minutes.",
    )
    needs_second_approval = fields.Boolean(compute="_compute_needs_second_approval")
    review_note = fields.Text(
        readonly=True, copy=False, help="What changed since the notice was approved."
    )
    cancel_reason = fields.Char(readonly=True, copy=False, tracking=True)

    hint = fields.Char(
        compute="_compute_hint",
        search="_search_hint",
        help="What to look at before approving, for example our own faults.",
    )

    line_ids = fields.One2many("dunning.notice.line", "notice_id", readonly=True)
    claim_ids = fields.One2many(
        "dunning.notice.line", "notice_id", domain=[("kind", "=", "claim")], readonly=True
    )
    credit_ids = fields.One2many(
        "dunning.notice.line", "notice_id", domain=[("kind", "=", "credit")], readonly=True
    )
    charge_ids = fields.One2many("dunning.notice.charge", "notice_id", readonly=True)
    delivery_ids = fields.One2many("dunning.delivery", "notice_id", readonly=True)
    is_to_print = fields.Boolean(compute="_compute_is_to_print")
    amount_claims = fields.Monetary(string="Claims", readonly=True)
    amount_credits = fields.Monetary(string="Credits", readonly=True)
    amount_charges = fields.Monetary(string="Charges", readonly=True)
    amount_total = fields.Monetary(string="Total", readonly=True)
    days_overdue = fields.Integer(compute="_compute_days_overdue", help="Of the oldest item.")
    claim_count = fields.Integer(compute="_compute_days_overdue", string="Items")

    _open_idx = models.Index(
        "(company_id, partner_id) WHERE state IN ('proposed', 'approved', 'sending', 'failed')"
    )
    _number_unique = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL", "This notice number is taken already."
    )
    _channel_chosen = models.Constraint(
        "CHECK(send_email OR send_letter)",
        "Choose at least one channel: e-mail or letter.",
    )

    # === COMPUTE ===

    @api.depends("state")
    def _compute_is_frozen(self):
        for notice in self:
            notice.is_frozen = notice.state in FROZEN_STATES and bool(notice.name)

    @api.depends("addressee_id", "address_sent")
    def _compute_address(self):
        for notice in self:
            notice.address = notice.address_sent or notice._get_postal_address()

    @api.depends("line_ids.date_due", "date")
    def _compute_days_overdue(self):
        for notice in self:
            claims = notice.line_ids.filtered(lambda line: line.kind == "claim")
            oldest = min(claims.mapped("date_due"), default=notice.date)
            notice.days_overdue = (notice.date - oldest).days
            notice.claim_count = len(claims)

    @api.depends("level_id.four_eyes_amount", "amount_total", "state", "first_approved_by_id")
    def _compute_needs_second_approval(self):
        for notice in self:
            notice.needs_second_approval = (
                notice.state == "proposed"
                and bool(notice.first_approved_by_id)
                and notice._needs_four_eyes()
            )

    @api.depends("name", "level_id", "partner_id")
    def _compute_display_name(self):
        for notice in self:
            label = notice.name or notice.level_id.name
            notice.display_name = f"{label}, {notice.partner_id.name or ''}"

    @api.depends("delivery_ids.state", "delivery_ids.channel")
    def _compute_is_to_print(self):
        for notice in self:
            notice.is_to_print = any(
                delivery.channel == "letter" and delivery.state == "queued"
                for delivery in notice.delivery_ids
            )

    @api.depends("line_ids.move_id.is_move_sent", "state", "addressee_id.email")
    @api.depends_context("lang")
    def _compute_hint(self):
        for notice in self:
            hints = notice._get_hints() if notice.state == "proposed" else ()
            notice.hint = " ".join(hints)

    def _search_hint(self, operator, value):
        """Find proposals with or without a hint; what a hint says cannot be searched."""
        if operator != "in" or set(value) - {False, ""}:
            return NotImplemented
        telling = self.search([("state", "=", "proposed")]).filtered("hint")
        return Domain("id", "not in", telling.ids)

    def _get_hints(self):
        """Yield what a person wants to know before approving."""
        self.ensure_one()
        if self.level_id.send_email and not self._get_email():
            yield self.env._("No e-mail address is known: it goes by letter instead.")
        if self.company_id.dunning_unsent == "show":
            unsent = self.claim_ids.move_id._get_dunning_unsent()
            if unsent:
                names = ", ".join(unsent.mapped("name"))
                yield self.env._("Never sent to the customer: %s.", names)

    # === WRITE GUARD ===

    def write(self, vals):
        if self.env.context.get("dunning_writer") is not OWN_METHOD:
            self._check_person_may_write(vals)
            if (EDITABLE | {"user_id"}) & vals.keys():
                vals = {**vals, "is_edited": True, "first_approved_by_id": False}
                vals |= {"is_deadline_fixed": True} if "date_deadline" in vals else {}
        return super().write(vals)

    def _check_person_may_write(self, vals):
        if PROTECTED & vals.keys():
            raise UserError(
                self.env._(
                    "A notice changes only through its buttons, so that its history is true."
                )
            )
        if EDITABLE & vals.keys() and any(notice.state != "proposed" for notice in self):
            raise UserError(
                self.env._("Only a proposal can be changed. Put the notice back to review first.")
            )

    def _write_own(self, vals):
        """Write as one of the methods of this model; see :data:`PROTECTED`."""
        return self._as_own_method().write(vals)

    def _as_own_method(self):
        """Return the notices with what marks the writes of our own methods in the context."""
        return self.with_context(dunning_writer=OWN_METHOD)

    @api.constrains("date_deadline")
    def _check_deadline(self):
        for notice in self.filtered(lambda notice: notice.state == "proposed"):
            if notice.date_deadline <= notice.date:
                raise ValidationError(
                    self.env._("The deadline has to lie after the date of the letter.")
                )

    @api.constrains("addressee_id", "send_email", "send_letter")
    def _check_ways(self):
        for notice in self.filtered(lambda notice: notice.state == "proposed"):
            if notice.send_email and not notice._get_email():
                raise ValidationError(
                    self.env._(
                        "No e-mail address is known for %s. Complete the contact or send a letter.",
                        notice.addressee_id.display_name,
                    )
                )
            if notice.send_letter and not notice.addressee_id._has_dunning_address():
                raise ValidationError(
                    self.env._(
                        "The postal address of %s is not complete, or letters to it came back. "
                        "Correct it, or send an e-mail.",
                        notice.addressee_id.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        if any(notice.state not in ("proposed", "simulated") for notice in self):
            raise UserError(
                self.env._("A notice that was approved is kept. Cancel it with a reason instead.")
            )

    # === CANCELLING ===

    def action_cancel(self, reason=None):
        """Cancel the notices; the level of their items falls back by itself.

        :param str reason: what is kept with the notice; asked for when empty
        :raise UserError: while a notice is on its way; letters that wait for printing are not
        """
        if any(notice.state == "sending" and notice._has_left() for notice in self):
            raise UserError(
                self.env._("The notice is on its way. Wait until it is sent or has failed.")
            )
        if not reason:
            return self._open_cancel_wizard()
        todo = self.filtered(lambda notice: notice.state not in ("cancelled", "simulated"))
        todo._check_cancel_right()
        sent = todo.filtered(lambda notice: notice.state == "sent")
        todo._mark_cancelled(reason)
        sent._log_on_documents(self.env._("cancelled"))
        return True

    def _has_left(self):
        """Whether something of the notice is with the mail server, or was delivered."""
        self.ensure_one()
        return any(
            row.state == "sent" or (row.state == "queued" and row.channel == "email")
            for row in self.delivery_ids
        )

    def _check_cancel_right(self):
        if not self.env.su and not self.env.user.has_group("mahnwesen_pro.group_dunning_clerk"):
            raise UserError(self.env._("Only dunning clerks may cancel a notice."))

    def _mark_cancelled(self, reason):
        self._write_own(
            {
                "state": "cancelled",
                "cancel_reason": reason,
                "to_send": False,
                "access_token": False,
                "came_back": False,
            }
        )
        self.delivery_ids._withdraw()
        self._hook_cancelled()
        self.charge_ids._pass_on()

    def _open_cancel_wizard(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel Notices"),
            "res_model": "dunning.cancel.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_notice_ids": self.ids},
        }

    # === HOOKS FOR THE ROOMS TO THE RIGHT ===

    def _hook_sent(self):
        """Called once when notices became sent."""

    def _hook_cancelled(self):
        """Called once when notices were cancelled, sent or not."""

    # === REVIEW BUTTONS ===

    def action_leave_out(self):
        """Leave the customer out: asks for reason and end, then drops the proposal."""
        wizards = self.env["dunning.block.wizard"]
        return wizards._open(self.partner_id, left_out=True, notices=self)

    def action_open_correction(self):
        """Print the letter that withdraws cancelled notices."""
        return self.env.ref("mahnwesen_pro.dunning_correction_report").report_action(self)

    def _sum_lines(self):
        """Take the sums from the lines again, because lines went along with their invoice."""
        for notice in self:
            claims = sum(notice.claim_ids.mapped("amount_open"))
            if not claims:
                notice._remove_empty()
                continue
            credits_ = sum(notice.credit_ids.mapped("amount_open"))
            total = claims - credits_ + notice.amount_charges
            notice._write_own(
                {"amount_claims": claims, "amount_credits": credits_, "amount_total": total}
            )

    def _remove_empty(self):
        """A proposal without items goes; an approved notice is kept, cancelled with the reason."""
        if self.state == "proposed":
            self.sudo().unlink()  # notices are made and removed by methods only
        else:
            self._mark_cancelled(self.env._("The invoices were deleted."))

    def action_print(self):
        """Open the letters of these notices that wait for printing, in postal order."""
        return self.delivery_ids.action_print()

    # === TRACES ===

    def _get_email(self):
        """Return the address that the e-mail goes to, empty when there is none."""
        self.ensure_one()
        return self.partner_id._get_dunning_email(self.addressee_id)

    def _get_postal_address(self):
        """Return the address lines as seen from the company that writes."""
        self.ensure_one()
        return self.addressee_id.with_company(self.company_id)._dunning_address()

    def _log_on_documents(self, event):
        """Leave one line with a link, without content, at the customers and at the invoices."""
        traces = []
        for notice in self:
            body = self.env["ir.qweb"]._render(
                "mahnwesen_pro.notice_trace", {"notice": notice, "event": event}
            )
            claims = notice.line_ids.filtered(lambda line: line.kind == "claim")
            traces += [(document, body) for document in (notice.partner_id, *claims.move_id)]
        self._log_together(traces)

    @api.model
    def _log_together(self, traces):
        """Log (document, body) pairs in few goes; most documents have only one line to log."""
        rest = traces
        while rest:
            bodies, later = defaultdict(dict), []
            for document, body in rest:
                if document.id in bodies[document._name]:
                    later.append((document, body))
                else:
                    bodies[document._name][document.id] = body
            for model, texts in bodies.items():
                self.env[model].browse(texts)._message_log_batch(bodies=texts)
            rest = later

    def action_open_invoices(self):
        """Open the invoices on the notice."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        return {**action, "domain": [("id", "in", self.line_ids.move_id.ids)], "context": {}}
