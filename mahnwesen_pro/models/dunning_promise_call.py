from odoo import fields, models


class DunningCall(models.Model):
    """What was promised on the phone becomes a promise, what was agreed a plan to be written."""

    _inherit = "dunning.call"

    promise_ids = fields.One2many("dunning.promise", "call_id", string="Promises", readonly=True)
    plan_ids = fields.One2many(
        "dunning.installment.plan", "call_id", string="Instalment Plans", readonly=True
    )

    # === OUTCOMES ===

    def _apply_promise(self):
        """The promise holds the letters about its items until its day plus tolerance."""
        if self._make_promise():
            self._count_extension()
        else:
            super()._apply_promise()

    def _apply_part_payment(self):
        """A part is on its way: a promise for today, and only this part waits."""
        if not self.promise_date:
            self._write_own({"promise_date": self.company_id._dunning_today()})
        if not self._make_promise():
            super()._apply_part_payment()

    def _make_promise(self):
        """Return the promise of the call; none when nothing is open that it could cover."""
        lines = self._get_promise_lines()
        promises = self.env["dunning.promise"]
        if not lines:
            return promises
        promise = promises._record(
            lines,
            self.promise_date,
            self.promise_amount,
            self.promise_person or self._get_person(),
            source="call",
            call_id=self.id,
        )
        self._remember_blocks(promise.block_ids)
        return promise

    def _apply_plan(self):
        """Instalments were agreed in principle: a plan is drafted, nothing is sent meanwhile."""
        super()._apply_plan()
        lines = self._get_promise_lines()
        if lines:
            self.env["dunning.installment.plan"]._draft(lines, self._prepare_terms())

    def _prepare_terms(self):
        """Return the terms that were spoken of; whoever writes the plan may refine them."""
        return {
            "split_by": "count",
            "count": self.plan_count,
            "date_first": self.plan_date_first,
            "person": self._get_person(),
            "call_id": self.id,
        }

    def _get_promise_lines(self):
        """Return the open receivable lines that the call is about, in its currency."""
        lines = self._get_moves()._get_dunning_open_lines()
        return lines.filtered(lambda line: line.currency_id == self.currency_id)

    def _get_person(self):
        return self.spoken_with or self.contact_id.name or self.partner_id.name

    def _remember_blocks(self, blocks):
        self._write_own({"block_ids": [fields.Command.link(block.id) for block in blocks]})

    # === EXTENSIONS ===

    def _get_earlier_extensions(self):
        """Return the earlier promises that gave time for one of the invoices, wherever they were
        recorded: on the phone, by a clerk, by the customer himself.
        """
        self.ensure_one()
        everything = self.env["dunning.promise"].sudo()  # a colleague's promises count as well
        items = everything._find_items(self._get_promise_lines())
        return items.promise_id.filtered(lambda one: one.number and one.call_id != self)

    def _count_extension(self):
        """The promise of the call knows how many times time was given, and who has to confirm."""
        promise = self.promise_ids[-1:]
        states = {"waiting": "to_confirm", "confirmed": "confirmed"}
        self._write_own(
            {
                "extension_no": promise.number,
                "extension_state": states.get(promise.confirmation, False),
                "extension_user_id": promise.confirmed_by_id.id,
            }
        )

    def action_confirm_extension(self):
        """A manager agrees with the extension, and with the promise that gave it."""
        result = super().action_confirm_extension()
        self._get_waiting_promises()._mark_confirmed()
        return result

    def action_reject_extension(self):
        """A manager does not agree: the promise of the call is cancelled."""
        result = super().action_reject_extension()
        reason = self.env._("The extension was not confirmed")
        self._get_waiting_promises()._close(
            "cancelled", cancel_reason=reason, confirmation="declined"
        )
        return result

    def _get_waiting_promises(self):
        return self.promise_ids.filtered(lambda promise: promise.confirmation == "waiting")
