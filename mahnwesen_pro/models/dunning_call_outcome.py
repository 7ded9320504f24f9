from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

CLERK = "mahnwesen_pro.group_dunning_clerk"

#: What the person who calls may note while the call is planned; the rest is written by methods.
NOTED = {
    "answers",
    "call_back_hour",
    "call_back_on",
    "called_on",
    "contact_id",
    "customer_words",
    "direction",
    "disputed_amount",
    "duration",
    "excuse_id",
    "move_ids",
    "next_user_id",
    "notes",
    "number",
    "paid_on",
    "paid_proof",
    "plan_amount",
    "plan_count",
    "plan_date_first",
    "promise_amount",
    "promise_date",
    "promise_person",
    "spoken_with",
    "stance",
    "summary_email",
    "volunteered",
    "wants_summary",
}

#: Outcomes after which something was said that is worth a summary (METHOD T11).
WITH_CONTENT = (
    "promise",
    "part_payment",
    "plan",
    "complaint",
    "paid",
    "no_proposal",
    "refused",
)

#: What each outcome asks for besides the notes, guide and express log alike.
ASKED = {
    "promise": ("promise_date", "promise_amount", "promise_person"),
    "part_payment": ("promise_amount", "promise_date"),
    "plan": ("plan_count", "plan_date_first", "plan_amount"),
    "complaint": ("customer_words", "disputed_amount"),
    "paid": ("paid_on", "paid_proof"),
    "call_back": ("call_back_on", "call_back_hour"),
    "not_reached": ("next_user_id",),
    "wrong_number": ("number", "next_user_id"),
}

#: What has to be known before a call can end so.
NEEDED = {
    "promise": ("promise_date", "promise_amount", "promise_person"),
    "part_payment": ("promise_amount",),
    "plan": ("plan_count", "plan_date_first"),
    "complaint": ("customer_words",),
    "paid": ("paid_on",),
    "call_back": ("call_back_on",),
}


class DunningCallOutcome(models.AbstractModel):
    """How a call ends, and what follows from it.

    Here an outcome places the fitting block. Rooms to the right extend the ``_apply_*`` methods
    and make promises, plans and complaints of what was said.
    """

    _name = "dunning.call.outcome"
    _description = "Outcome of a Dunning Call"

    @api.model
    def log(self, partner, outcome, company=None, **values):
        """Record a call that was made, or one that came in, and let its outcome act.

        A planned call with the debtor is taken; else a new one is recorded.

        :param partner: customer (``res.partner``)
        :param str outcome: one of ``dunning_call.OUTCOMES``
        :param company: the current one when empty
        :param values: what was said, by the names in ``dunning_call.NOTED``
        :return: the finished ``dunning.call``
        :raise UserError: when something is missing that this outcome needs
        """
        self.check_access("write")
        company = company or self.env.company
        self._check_may_call(partner, company)
        cause = "incoming" if values.get("direction") == "in" else "clerk"
        moves = self.env["account.move"].browse(values.pop("move_ids", ()))
        call = self._plan(partner, company, cause, user=self.env.user, moves=moves)
        call.action_finish(outcome, values)
        return call

    @api.model
    def _check_may_call(self, partner, company):
        """Salespeople call their own customers and those whose calls are theirs, clerks all.

        Nobody calls for a company that is not his, and only managers call confidential customers.
        """
        if not self.env.su and company not in self.env.companies:
            name = company.sudo().name  # only named
            raise AccessError(
                self.env._("You cannot call for %s: choose a company of yours.", name)
            )
        partner.commercial_partner_id._check_dunning_visible()
        own = partner.commercial_partner_id.sudo().user_id  # only compared
        if self.env.user in own or self.env.user.has_group(CLERK):
            return
        planned = Domain("partner_id", "=", partner.commercial_partner_id.id)
        planned &= Domain("company_id", "=", company.id) & Domain("state", "=", "planned")
        if not self.search_count(planned, limit=1):
            raise AccessError(self.env._("You can only call customers that are yours."))

    @api.model
    def _get_noted(self):
        """Return the names of what may be noted while a call is planned."""
        return NOTED

    @api.model
    def _get_asked(self, outcome):
        """Return the names of what an outcome asks for."""
        return ASKED.get(outcome, ())

    def action_finish(self, outcome, values=None):
        """End the call.

        :param str outcome: one of ``dunning_call.OUTCOMES``
        :param dict values: what is noted last, by the names in ``dunning_call.NOTED``
        :raise UserError: when the call is over already or something is missing
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "planned":
            raise UserError(self.env._("The call is over already."))
        self.note(values or {})
        call = self.sudo()  # the outcome acts, whoever was on the phone
        call._check_outcome(outcome)
        call._mark_done(outcome)
        call._apply_outcome()
        call._send_summary()
        call._log_on_documents()
        return True

    def note(self, values):
        """Keep what is said while it is said, by the names in :data:`NOTED`."""
        self.check_access("write")
        self._check_person_may_write(values)
        call = self.sudo()  # a salesperson has no right to invoices, and chooses them all the same
        call.write(values)

    def action_not_reached(self):
        """Log from the list that nobody answered; the next attempt is planned."""
        for call in self:
            call.action_finish("not_reached")
        return True

    def _check_outcome(self, outcome):
        """Refuse an outcome that leaves open what was agreed (METHOD T10)."""
        if outcome not in dict(self._fields["outcome"].selection):
            raise UserError(self.env._("Choose how the call ended."))
        missing = [name for name in NEEDED.get(outcome, ()) if not self[name]]
        if missing:
            labels = [self._fields[name]._description_string(self.env) for name in missing]
            raise UserError(self.env._("Please fill in: %s.", ", ".join(labels)))
        if self.answers and outcome in WITH_CONTENT and not self.stance:
            raise UserError(
                self.env._(
                    "Say first how the customer sees the claim: accepted, misunderstanding or "
                    "disputed."
                )
            )
        self._check_said(outcome)

    def _check_said(self, outcome):
        """Refuse what cannot be meant: days on the wrong side of today, sums below zero."""
        today = self.company_id._dunning_today()
        if outcome in ("promise", "part_payment") and (self.promise_date or today) < today:
            raise UserError(self.env._("The promised day lies in the past. Ask for a new date."))
        if outcome == "paid" and self.paid_on > today:
            raise UserError(
                self.env._("The day of the payment is yet to come: choose “Promise to pay”.")
            )
        if outcome == "call_back" and self.call_back_on < today:
            raise UserError(self.env._("The day of the call back lies in the past."))
        if outcome == "plan" and (self.plan_count < 2 or self.plan_date_first < today):
            raise UserError(
                self.env._("A plan has at least two instalments, the first today or later.")
            )
        amounts = (self.promise_amount, self.plan_amount, self.disputed_amount)
        if min(amounts) < 0:
            raise UserError(self.env._("Amounts cannot be negative."))

    def _mark_done(self, outcome):
        values = {"state": "done", "outcome": outcome}
        if not self.called_on:
            values["called_on"] = fields.Datetime.now()
        if outcome == "complaint":
            values["stance"] = "disputed"
        values["user_id"] = self.env.uid
        values["move_ids"] = [fields.Command.set(self._get_moves().ids)]  # what it was about
        self._write_own(values)
        self._finish_tasks()

    def _apply_outcome(self):
        """Let the outcome act: one method each."""
        self.ensure_one()
        getattr(self, f"_apply_{self.outcome}")()

    # === ONE METHOD PER OUTCOME ===

    def _apply_promise(self):
        """The promise holds the letters until its day plus tolerance."""
        self._place_promise_blocks()

    def _apply_part_payment(self):
        """A part is on its way: only this part waits."""
        if not self.promise_date:
            self._write_own({"promise_date": self.company_id._dunning_today()})
        self._place_promise_blocks()

    def _apply_plan(self):
        """Instalments were agreed in principle: nothing is sent while the plan is written."""
        self._place_blocks("arrangement", note=self.notes)

    def _apply_complaint(self):
        """The claim is disputed: nothing of it is dunned until that is clarified."""
        self._place_blocks("complaint", amount=self.disputed_amount, note=self.customer_words)

    def _apply_paid(self):
        """The money is looked for before anything else is sent."""
        today = self.company_id._dunning_today()
        end = max(self.paid_on, today) + timedelta(days=self.company_id.dunning_promise_days)
        self._place_blocks("announced", date_end=end, note=self.paid_proof)

    def _apply_call_back(self):
        """The customer has named a time: the next call is planned for it."""
        self._plan_follow_up("call_back", self.call_back_on, self.user_id, self.call_back_hour)

    def _apply_not_reached(self):
        """Another day, another time, perhaps another line (METHOD T1)."""
        self._plan_next_attempt()

    def _apply_wrong_number(self):
        """The next try needs another number first."""
        self._plan_next_attempt()

    def _apply_no_proposal(self):
        """A warning sign (METHOD T8): the level may go on; the hand-over advice is told."""

    def _apply_refused(self):
        """The level may go on; the hand-over advice is told."""

    # === BLOCKS ===

    def _place_promise_blocks(self):
        """Stop the letters for what was promised, the oldest invoices first.

        :return: the new blocks
        """
        end = self.promise_date + timedelta(days=self.company_id.dunning_promise_days)
        return self._place_blocks("announced", date_end=end, amount=self.promise_amount)

    def _place_blocks(self, reason, date_end=None, amount=0.0, note=None):
        """Stop dunning on the invoices of the call, and remember the blocks with it.

        :param str reason: last part of the XML id of a ``dunning.block.reason``
        :param date_end: last day; the reason's usual length when empty
        :param float amount: only this much, the oldest invoices first; 0 = all of them
        :return: the new blocks
        """
        reason = self.env.ref(f"mahnwesen_pro.dunning_block_reason_{reason}")
        end = date_end or self.company_id._dunning_today() + timedelta(days=reason.days)
        Block = self.env["dunning.block"].with_company(self.company_id)
        blocks = Block.browse()
        whole, part, rest = self._split_amount(amount)
        target = whole or (not part and self.partner_id)
        if target:
            blocks += Block.place(target, reason, date_end=end, note=note)
        if part:
            blocks += Block.place(part, reason, date_end=end, note=note, amount=rest)
        self._write_own({"block_ids": [fields.Command.link(block.id) for block in blocks]})
        self.env["dunning.notice"]._refresh_proposals(self.partner_id.ids, self.company_id)
        return blocks

    def _split_amount(self, amount):
        """Return (invoices covered as a whole, the one covered in part, how much of that).

        Without an amount, and when it covers everything, all of them are covered.
        """
        moves = self._get_moves()
        if not amount:
            return moves, moves.browse(), 0.0
        whole, rest = moves.browse(), amount
        for move in moves.sorted(lambda move: (move.invoice_date_due or move.date, move.id)):
            if move.currency_id.compare_amounts(move.amount_residual, rest) > 0:
                part = move if not move.currency_id.is_zero(rest) else moves.browse()
                return whole, part, rest
            whole += move
            rest -= move.amount_residual
        return whole, moves.browse(), 0.0

    def _get_moves(self):
        """Return the open invoices that the call is about: those chosen, else all overdue ones."""
        self.ensure_one()
        chosen = self.move_ids.filtered(lambda move: move.amount_residual > 0)
        return chosen or self._get_overdue_moves()

    def _get_overdue_moves(self):
        """Return the invoices of which something has fallen due, oldest first."""
        self.ensure_one()
        today = self.company_id._dunning_today()
        return self._get_open_lines().filtered(lambda line: line.date_maturity < today).move_id

    def _get_open_lines(self):
        """Return the open receivable lines of the debtor, oldest first."""
        self.ensure_one()
        lines = self.env["account.move.line"].sudo()  # a salesperson calls about them, too
        return lines.search(
            Domain("partner_id.commercial_partner_id", "=", self.partner_id.id)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("account_type", "=", "asset_receivable")
            & Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
            & Domain("amount_residual_currency", ">", 0)
            & Domain("date_maturity", "!=", False)
            & Domain("no_followup", "=", False)
            & Domain("move_id.payment_state", "!=", "blocked"),
            order="date_maturity, id",
        )

    def _get_amounts(self, moves):
        """Return {invoice: what of it is overdue, else all that is open}, in its currency."""
        today = self.company_id._dunning_today()
        overdue = self._get_open_lines().filtered(lambda line: line.date_maturity < today)
        by_move = overdue.grouped("move_id")
        return {
            move: sum(by_move[move].mapped("amount_residual_currency"))
            if move in by_move
            else move.amount_residual
            for move in moves
        }

    def _log_on_documents(self):
        """Leave one line with a link, without content, at the customer and at the invoices.

        Of a confidential customer everybody would learn that he is called.
        """
        if self.partner_id.dunning_is_confidential:
            return
        body = self.env["ir.qweb"]._render("mahnwesen_pro.call_trace", {"call": self})
        for documents in (self.partner_id, self._get_moves()):
            documents._message_log_batch(bodies=dict.fromkeys(documents.ids, body))
