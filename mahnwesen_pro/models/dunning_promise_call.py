from odoo import fields, models
from odoo.tools import format_amount, format_date


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
            return None
        return super()._apply_promise()

    def _apply_part_payment(self):
        """A part is on its way: a promise for today, and only this part waits."""
        if not self.promise_date:
            self._write_own({"promise_date": self.company_id._dunning_today()})
        if self._make_promise():
            return None
        return super()._apply_part_payment()

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
        result = super()._apply_plan()
        lines = self._get_promise_lines()
        if lines:
            self.env["dunning.installment.plan"]._draft(lines, self._prepare_terms())
        return result

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

    # === WHAT CALLERS SEE ===

    def _count_extensions(self):
        """Return how many promises gave time for one of the invoices, wherever they were recorded:
        on the phone, by a clerk, by the customer himself.
        """
        everything = self.env["dunning.promise"].sudo()  # a colleague's promises count as well
        items = everything._find_items(self._get_promise_lines())
        return len(items.promise_id.filtered("number"))

    def _get_guide_promise(self):
        """Return the last promise of the debtor in words, with what has become of it."""
        everything = self.env["dunning.promise"].sudo()  # see above
        last = everything.search(
            [("company_id", "=", self.company_id.id), ("partner_id", "=", self.partner_id.id)],
            order="id desc",
            limit=1,
        )
        if not last:
            return ""
        return self.env._(
            "%(amount)s by %(day)s (%(person)s): %(state)s",
            amount=format_amount(self.env, last.amount, last.currency_id),
            day=format_date(self.env, last.date),
            person=last.person,
            state=dict(last._fields["state"]._description_selection(self.env))[last.state],
        )

    def _get_broken_promises(self, company, partner_ids):
        """Return {customer: promises that were not kept}, whatever has followed from them."""
        everything = self.env["dunning.promise"].sudo()  # see above
        groups = everything._read_group(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", partner_ids),
                ("state", "in", ("broken", "partly")),
            ],
            ["partner_id"],
            ["__count"],
        )
        return {partner.id: count for partner, count in groups}
