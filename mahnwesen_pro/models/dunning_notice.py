import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError, ValidationError

from ..rules import approval, workdays

_logger = logging.getLogger(__name__)

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
    "lang",
    "date",
    "date_sent",
    "address_sent",
    "to_send",
    "is_edited",
    "is_deadline_fixed",
    "review_note",
    "cancel_reason",
    "amount_claims",
    "amount_credits",
    "amount_charges",
    "amount_total",
    "approved_facts",
    "approved_by_id",
    "approved_on",
    "first_approved_by_id",
    "pdf_file",
    "pdf_name",
    "pdf_sha256",
    "letter_subject",
    "letter_opening",
    "letter_closing",
    "email_subject",
    "email_body",
}

#: Nothing that comes over the wire can be this object: it marks writes of our own methods.
OWN_METHOD = object()

#: How many notices the button sends at once; more go to the scheduled action.
SEND_DIRECTLY = 20


class DunningNotice(models.Model):
    """One letter to one debtor: proposed by a run, approved by a person, sent, kept.

    States change only in the ``action_*`` and ``_mark_*`` methods below.
    """

    _name = "dunning.notice"
    _description = "Dunning Notice"
    _inherit = [
        "portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "dunning.notice.approval",
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
        index=True,
        copy=False,
        tracking=True,
    )
    run_id = fields.Many2one("dunning.run", index=True, readonly=True, ondelete="set null")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True
    )
    addressee_id = fields.Many2one(
        "res.partner", required=True, tracking=True, domain="[('id', 'child_of', partner_id)]"
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
    rank = fields.Integer(string="Level No.", readonly=True)
    tone = fields.Selection(related="level_id.tone")
    date = fields.Date(required=True, help="Date of the letter; set anew when it is sent.")
    date_deadline = fields.Date(string="To Pay until", required=True, tracking=True)
    is_deadline_fixed = fields.Boolean(readonly=True, help="Somebody has chosen the deadline.")
    date_sent = fields.Date(readonly=True, copy=False)
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

    line_ids = fields.One2many("dunning.notice.line", "notice_id", readonly=True)
    claim_ids = fields.One2many(
        "dunning.notice.line", "notice_id", domain=[("kind", "=", "claim")], readonly=True
    )
    credit_ids = fields.One2many(
        "dunning.notice.line", "notice_id", domain=[("kind", "=", "credit")], readonly=True
    )
    charge_ids = fields.One2many("dunning.notice.charge", "notice_id", readonly=True)
    delivery_ids = fields.One2many("dunning.delivery", "notice_id", readonly=True)
    amount_claims = fields.Monetary(string="Claims", readonly=True)
    amount_credits = fields.Monetary(string="Credits", readonly=True)
    amount_charges = fields.Monetary(string="Charges", readonly=True)
    amount_total = fields.Monetary(string="Total", readonly=True)
    days_overdue = fields.Integer(compute="_compute_days_overdue", string="Oldest Days Overdue")
    claim_count = fields.Integer(compute="_compute_days_overdue", string="Items")

    _open_idx = models.Index(
        "(company_id, partner_id) WHERE state IN ('proposed', 'approved', 'sending', 'failed')"
    )
    _number_unique = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL", "This notice number is taken already."
    )
    _channel_chosen = models.Constraint(
        "CHECK(send_email OR send_letter)",
        "Choose at least one way on which the notice is sent: e-mail or letter.",
    )

    # === COMPUTE ===

    @api.depends("state")
    def _compute_is_frozen(self):
        for notice in self:
            notice.is_frozen = notice.state in FROZEN_STATES and bool(notice.name)

    @api.depends("addressee_id", "address_sent")
    def _compute_address(self):
        for notice in self:
            notice.address = notice.address_sent or notice.addressee_id._dunning_address()

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

    def _compute_access_url(self):
        super()._compute_access_url()
        for notice in self:
            notice.access_url = f"/my/dunning/{notice.id}"

    # === WRITE GUARD ===

    def write(self, vals):
        if self.env.context.get("dunning_writer") is not OWN_METHOD:
            self._check_person_may_write(vals)
            if EDITABLE & vals.keys():
                vals = {**vals, "is_edited": True}
                vals |= {"is_deadline_fixed": True} if "date_deadline" in vals else {}
        return super().write(vals)

    def _check_person_may_write(self, vals):
        if PROTECTED & vals.keys():
            raise UserError(
                self.env._("A notice changes only through its buttons, so that its history is true.")
            )
        if EDITABLE & vals.keys() and any(notice.state != "proposed" for notice in self):
            raise UserError(
                self.env._("Only a proposal can be changed. Put the notice back to review first.")
            )

    def _write_own(self, vals):
        """Write as one of the methods of this model; see :data:`PROTECTED`."""
        return self.with_context(dunning_writer=OWN_METHOD).write(vals)

    @api.constrains("date_deadline")
    def _check_deadline(self):
        for notice in self.filtered(lambda notice: notice.state == "proposed"):
            if notice.date_deadline <= notice.date:
                raise ValidationError(
                    self.env._("The deadline has to lie after the date of the letter.")
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        if any(notice.state not in ("proposed", "simulated") for notice in self):
            raise UserError(
                self.env._("A notice that was approved is kept. Cancel it with a reason instead.")
            )

    # === REVIEW ===

    def action_approve(self):
        """Approve what is shown. Changed facts are brought up to date first and shown again.

        :raise UserError: when the user may not approve one of the notices
        """
        todo = self.filtered(lambda notice: notice.state == "proposed")
        todo._check_final_right()
        current = todo._update_before(self.env._("Please look at it again before you approve."))
        second = current.filtered(lambda notice: notice._is_first_of_four_eyes())
        second._write_own({"first_approved_by_id": self.env.uid})
        (current - second)._mark_approved()
        return True

    def action_unapprove(self):
        """Take the approval back, for example to change the notice."""
        self.filtered(lambda notice: notice.state == "approved")._write_own(
            {
                "state": "proposed",
                "approved_facts": False,
                "approved_by_id": False,
                "first_approved_by_id": False,
                "approved_on": False,
                "to_send": False,
            }
        )

    def _needs_four_eyes(self):
        self.ensure_one()
        limit = self.level_id.four_eyes_amount
        if not limit:
            return False
        total = self.currency_id._convert(
            self.amount_total, self.company_currency_id, self.company_id, self.date
        )
        return total >= limit

    def _is_first_of_four_eyes(self):
        """Whether an approval by this user still needs another person."""
        return self._needs_four_eyes() and self.first_approved_by_id in (
            self.env["res.users"],
            self.env.user,
        )

    def _mark_approved(self):
        for notice in self:
            notice._write_own(
                {
                    "state": "approved",
                    "approved_by_id": self.env.uid,
                    "approved_on": fields.Datetime.now(),
                    "approved_facts": notice._get_facts().to_json(),
                    "review_note": False,
                }
            )

    def _approve_automatic(self):
        """Approve what needs no review: automatic levels of companies that send without a click."""
        automatic = self.filtered(
            lambda notice: notice.company_id.dunning_auto_send
            and all(notice.claim_ids.level_id.mapped("automatic"))
            and not notice._needs_four_eyes()
        )
        automatic._mark_approved()

    def _check_final_right(self):
        if self.env.su or self.env.user.has_group("mahnwesen_pro.group_dunning_final"):
            return
        final = self.filtered(lambda notice: notice.level_id.is_last)
        if final:
            raise UserError(
                self.env._(
                    "“%s” is the last level. Only persons with the right “Final notices” may "
                    "approve and send it.",
                    final[0].level_id.name,
                )
            )

    # === SENDING ===

    def action_send(self):
        """Send approved notices: lock, recheck, number, freeze, draw, hand to the channels.

        A notice whose facts changed since the approval goes back to review with the differences;
        one of which nothing is left is cancelled. Never commits.
        """
        todo = self.filtered(lambda notice: notice.state == "approved")
        todo._check_final_right()
        todo._lock()
        ready = todo._update_before(self.env._("Please approve it again."))
        ready._start_sending()
        return True

    def _lock(self):
        """Lock notices and items, so that nothing changes between the last check and the letter.

        An item changed by a transaction that committed since ours began makes PostgreSQL refuse
        the lock; Odoo then repeats the whole request on fresh data.
        """
        try:
            self.lock_for_update()
            self.line_ids.move_line_id.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise LockError(
                self.env._("Somebody else is working on these notices or items. Try again shortly.")
            ) from error

    def action_send_all(self):
        """Send approved notices from the screen: a few at once, many in the background."""
        approved = self.filtered(lambda notice: notice.state == "approved")
        if len(approved) <= SEND_DIRECTLY:
            return approved.action_send()
        approved._check_final_right()
        approved._write_own({"to_send": True})
        self.env.ref("mahnwesen_pro.ir_cron_dunning_send")._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("%s notices are being sent in the background.", len(approved)),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _update_before(self, request):
        """Bring the notices up to date and return those that are still as they were approved.

        Reductions are applied. Notices with other changes go back to review, where ``request`` says
        what to do; notices of which nothing is left are cancelled.
        """
        unchanged = self.browse()
        for company, notices in self.grouped("company_id").items():
            results = notices._recheck(company._dunning_today())
            for notice, result in results.items():
                if not result.draft:
                    notice._drop(result)
                    continue
                if result.differences or notice._is_outdated(result.draft):
                    notice._apply_draft(result.draft)
                if approval.is_reduction(result.differences):
                    notice._log_differences(result.differences)
                    unchanged += notice
                else:
                    notice._back_to_review(result.differences, request)
        return unchanged

    @api.model
    def _refresh_proposals(self, partners):
        """Bring open proposals of customers up to date, because something was paused."""
        proposals = self.search(
            [("partner_id", "in", partners.ids), ("state", "=", "proposed")]
        )
        for company, notices in proposals.grouped("company_id").items():
            for notice, result in notices._recheck(company._dunning_today()).items():
                if not result.draft:
                    notice._drop(result)
                elif result.differences or notice._is_outdated(result.draft):
                    notice._apply_draft(result.draft)

    def _is_outdated(self, draft):
        """Whether the lines differ from the draft although nothing that matters changed."""
        lines = self.line_ids.filtered(lambda line: line.kind == "claim").move_line_id
        return set(lines.ids) != {claim.item.line_id for claim in draft.claims}

    def _drop(self, result):
        """Cancel a notice of which nothing is left to dun, saying why."""
        sentence = self.env["dunning.sentence"]._reason
        reasons = [sentence(*reason) for reason in result.reasons]
        self._mark_cancelled(" ".join(reasons) or self.env._("Everything was paid meanwhile."))
        if any(reason.code == "net_credit" for reason in result.reasons):
            self.partner_id._schedule_dunning_reconcile(self.company_id)

    def _back_to_review(self, differences, request):
        sentence = self.env["dunning.sentence"]._difference
        note = "\n".join(sentence(difference, self.currency_id) for difference in differences)
        self.action_unapprove()
        self._write_own({"review_note": f"{note}\n{request}", "first_approved_by_id": False})

    def _log_differences(self, differences):
        if differences:
            sentence = self.env["dunning.sentence"]._difference
            changes = " ".join(sentence(change, self.currency_id) for change in differences)
            self._message_log(body=self.env._("Sent for less: %s", changes))

    def _apply_draft(self, draft):
        """Make the notice say what ``draft`` (a :class:`bundling.Draft`) says."""
        self.ensure_one()
        parts = self.sudo()  # the parts of a notice are written by its own methods only
        parts.line_ids.unlink()
        parts.charge_ids.unlink()
        self._write_own(self._prepare_draft_vals(draft))
        self._insert_parts({self.id: draft})

    def _start_sending(self):
        """Number, date, freeze and draw the notices, then hand them to their channels."""
        for notice in self:
            company = notice.company_id
            today = company._dunning_today()
            notice._write_own(
                {
                    "name": company._next_dunning_number(today),
                    "date": today,
                    "date_deadline": notice._get_deadline(today),
                    "address_sent": notice.addressee_id._dunning_address(),
                    "to_send": False,
                }
            )
            notice._freeze_texts()
            notice._freeze_pdf()
            notice._write_own({"state": "sending"})
        self.env["dunning.delivery"]._queue(self)

    def _get_deadline(self, date):
        """Return the last day to pay for a letter of ``date``; a chosen deadline stays if it can."""
        self.ensure_one()
        if self.is_deadline_fixed and self.date_deadline > date:
            return self.date_deadline
        days = self.level_id.days_to_pay
        holidays = self.company_id._dunning_holidays(date, date + timedelta(days=days + 31))
        return workdays.deadline(date, days, holidays)

    def _get_next_step_date(self):
        """Return the day on which the next level may follow, or None after the last one."""
        self.ensure_one()
        following = self.level_id._next_level()
        if not following:
            return None
        by_sending = self.date + timedelta(days=following.days_since_previous)
        return max(by_sending, self.date_deadline + timedelta(days=1))

    def _settle(self):
        """Draw the conclusion from the deliveries of notices that are on their way.

        The first successful channel makes a notice sent. An e-mail that cannot be delivered becomes
        a letter where an address is known, and a task for the clerk.
        """
        for notice in self.filtered(lambda notice: notice.state == "sending"):
            notice.delivery_ids._fail_lost_mails()
            states = set(notice.delivery_ids.mapped("state"))
            if "sent" in states:
                notice._mark_sent(notice.company_id._dunning_today())
            elif "queued" not in states and not notice._fall_back_to_letter():
                notice._mark_failed()

    def _fall_back_to_letter(self):
        """Queue a letter instead of an e-mail that came to nothing; False when that is no way."""
        has_letter = "letter" in self.delivery_ids.mapped("channel")
        if has_letter or not self.addressee_id._has_dunning_address():
            return False
        self.env["dunning.delivery"]._queue_letter(self)
        self._activity_for_clerk(
            self.env._("Check the e-mail address of %s", self.partner_id.display_name),
            self.env._("The e-mail could not be delivered; the notice goes by letter instead."),
        )
        return True

    def _mark_sent(self, date):
        """A channel has delivered: the notice counts from ``date`` on."""
        self._write_own({"state": "sent", "date_sent": date})
        self._log_on_documents(self.env._("sent"))
        self._hook_sent()

    def _mark_failed(self):
        """No channel could deliver; a person has to look."""
        self._write_own({"state": "failed"})
        for notice in self:
            notice._activity_for_clerk(
                self.env._("%s could not be delivered", notice.display_name),
                notice.delivery_ids[-1:].failure_reason or "",
            )

    def _activity_for_clerk(self, summary, note):
        self.activity_schedule(
            "mahnwesen_pro.mail_activity_type_delivery",
            summary=summary,
            note=note,
            user_id=(self.user_id or self.env.user).id,
        )

    def action_retry(self):
        """Try the channels of failed notices again, with the same letter."""
        failed = self.filtered(lambda notice: notice.state == "failed")
        failed._write_own({"state": "sending"})
        self.env["dunning.delivery"]._queue(failed)

    def action_resend(self):
        """Deliver the same letter once more, at the same level."""
        self.env["dunning.delivery"]._queue(self.filtered(lambda notice: notice.state == "sent"))

    # === CANCELLING ===

    def action_cancel(self, reason=None):
        """Cancel the notices; the level of their items falls back by itself.

        :param str reason: what is kept with the notice; asked for when empty
        :raise UserError: while a notice is on its way
        """
        if any(notice.state == "sending" for notice in self):
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

    def _check_cancel_right(self):
        if not self.env.su and not self.env.user.has_group("mahnwesen_pro.group_dunning_clerk"):
            raise UserError(self.env._("Only dunning clerks may cancel a notice."))

    def _mark_cancelled(self, reason):
        self._write_own({"state": "cancelled", "cancel_reason": reason, "to_send": False})
        self.delivery_ids._withdraw()
        self._hook_cancelled()

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

    # === MAKING ===

    @api.model
    def _propose(self, run, drafts, state="proposed"):
        """Store :class:`bundling.Draft` letters as notices of ``run`` and return them."""
        if not drafts:
            return self.browse()
        quiet = self.sudo().with_context(  # notices are made by runs only, never by hand
            tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True
        )
        notices = quiet.create([self._prepare_notice_vals(run, draft, state) for draft in drafts])
        self._insert_parts(dict(zip(notices.ids, drafts, strict=True)))
        return self.browse(notices.ids)

    def _prepare_notice_vals(self, run, draft, state):
        company = run.company_id
        partner = self.env["res.partner"].with_company(company).browse(draft.debtor.partner_id)
        addressee = partner.browse(draft.debtor.addressee_id)
        return {
            "run_id": run.id,
            "state": state,
            "company_id": company.id,
            "partner_id": partner.id,
            "addressee_id": addressee.id,
            "currency_id": draft.currency_id,
            "lang": addressee.lang or partner.lang or company.partner_id.lang or "en_US",
            "user_id": partner._get_dunning_clerk(company).id,
            "date": run.date,
            "date_deadline": workdays.deadline(
                run.date,
                draft.level.days_to_pay,
                company._dunning_holidays(run.date, run.date + timedelta(days=366)),
            ),
            "send_email": draft.channels.email,
            "send_letter": draft.channels.letter,
            **self._prepare_draft_vals(draft),
        }

    @api.model
    def _prepare_draft_vals(self, draft):
        """Return level and sums of a draft; claims less credits plus charges is the total."""
        claims = sum(claim.amount for claim in draft.claims)
        credits_ = sum(credit.amount for credit in draft.credits)
        charges = sum(charge.amount for charge in draft.charges)
        return {
            "level_id": draft.level.id,
            "rank": draft.level.rank,
            "amount_claims": float(claims),
            "amount_credits": float(credits_),
            "amount_charges": float(charges),
            "amount_total": float(claims - credits_ + charges),
        }

    @api.model
    def _insert_parts(self, drafts):
        """Store lines and charges for {notice id: draft}."""
        Line = self.env["dunning.notice.line"]
        items = [claim.item.line_id for draft in drafts.values() for claim in draft.claims]
        credits_ = [credit.line_id for draft in drafts.values() for credit in draft.credits]
        originals = Line._get_originals(items + credits_)
        rows, charges = [], []
        for notice in self.browse(drafts):
            draft, head = drafts[notice.id], (notice.id, notice.state, notice.company_id.id)
            for claim in draft.claims:
                item = claim.item
                rows.append(
                    (*head, "claim", item.move_id, item.line_id, item.due, originals[item.line_id])
                    + (item.residual, claim.amount, claim.level.id, claim.level.rank)
                )
            for credit in draft.credits:
                rows.append(
                    (*head, "credit", credit.move_id, credit.line_id, credit.due)
                    + (originals[credit.line_id], credit.amount, credit.amount, None, 0)
                )
            charges += [
                {"notice_id": notice.id, "kind": charge.kind, "amount": float(charge.amount)}
                for charge in draft.charges
            ]
        self.env.flush_all()
        Line._insert(rows)
        self.env["dunning.notice.charge"].sudo().create(charges)  # parts of a notice, see above

    @api.model
    def _discard_proposals(self, company, partner_ids=None, state="proposed"):
        """Delete untouched proposals, so that a run can make them anew. Lines go along."""
        domain = [
            ("company_id", "=", company.id),
            ("state", "=", state),
            ("is_edited", "=", False),
            ("first_approved_by_id", "=", False),
        ]
        if partner_ids is not None:
            domain.append(("partner_id", "in", list(partner_ids)))
        self.sudo().search(domain).unlink()  # proposals are the run's own, whoever made them

    # === REVIEW BUTTONS ===

    def action_leave_out(self):
        """Leave the customer out: asks for reason and end, then drops the proposal."""
        return self.env["dunning.block.wizard"]._open(self.partner_id, left_out=True)

    def action_open_correction(self):
        """Print the letter that withdraws cancelled notices."""
        return self.env.ref("mahnwesen_pro.dunning_correction_report").report_action(self)

    # === TRACES ===

    def _get_email(self):
        """Return the address that the e-mail goes to, empty when there is none."""
        self.ensure_one()
        return self.addressee_id.email_normalized or self.partner_id.email_normalized or ""

    def _log_on_documents(self, event):
        """Leave one line with a link, without content, at the customer and at the invoices."""
        for notice in self:
            body = self.env["ir.qweb"]._render(
                "mahnwesen_pro.notice_trace", {"notice": notice, "event": event}
            )
            invoices = notice.line_ids.filtered(lambda line: line.kind == "claim").move_id
            for documents in (notice.partner_id, invoices):
                documents._message_log_batch(bodies=dict.fromkeys(documents.ids, body))

    def action_open_invoices(self):
        """Open the invoices on the notice."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("account.action_move_out_invoice_type")
        return {**action, "domain": [("id", "in", self.line_ids.move_id.ids)], "context": {}}

    # === SCHEDULED ===

    @api.model
    def _cron_send(self, batch=50):
        """Send what is approved and may go: chosen by a person, or released by the company."""
        companies = self.env["res.company"].search([("dunning_auto_send", "=", True)])
        domain = [
            ("state", "=", "approved"),
            "|",
            ("to_send", "=", True),
            ("company_id", "in", companies.ids),
        ]
        todo = self.search(domain, limit=batch, order="id")
        self.env["ir.cron"]._commit_progress(remaining=self.search_count(domain))
        for notice in todo:
            notice._send_alone(domain)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _send_alone(self, domain):
        """Send one notice in the scheduled action; whatever goes wrong concerns it alone."""
        try:
            locked = self.try_lock_for_update().filtered_domain(domain)
            locked.with_company(self.company_id).action_send()
        except (OperationalError, LockError):
            self.env.cr.rollback()  # somebody else is at it: the next round meets fresh data
        except Exception as error:
            self.env.cr.rollback()
            _logger.exception("Dunning notice %s could not be sent", self.id)
            self.action_unapprove()
            note = self.env._("It could not be sent: %s", error)
            self._write_own({"review_note": note})
