from odoo import models
from odoo.fields import Command

from ..rules import promise as rules
from ..tools import to_decimal
from .dunning_complaint_option import BY_HAND


class DunningComplaintOption(models.Model):
    """What follows when the customer has chosen an option: one method per kind."""

    _inherit = "dunning.complaint.option"

    def _act(self):
        """Let the chosen option act."""
        self.ensure_one()
        if self.kind in BY_HAND:
            self._act_by_hand()
        else:
            getattr(self, f"_act_{self.kind}")()

    def _act_by_hand(self):
        """Somebody of ours delivers, repairs or explains: the responsible person gets the task."""
        complaint = self.complaint_id
        complaint._schedule("deliver", self._get_task, complaint.user_id, complaint.date_solve_due)

    def _get_task(self, here):
        return here.env._(
            "%(customer)s has chosen: %(option)s",
            customer=self.partner_id.name,
            option=self.name,
        )

    # === CREDIT NOTES ===

    def _act_credit_full(self):
        self._draft_credit_notes()

    def _act_credit_part(self):
        self._draft_credit_notes()

    def _draft_credit_notes(self):
        """Draft credit notes by Odoo's own way; somebody checks and posts them."""
        parts = {}
        for item in self.complaint_id.item_ids:
            parts[item.move_id] = parts.get(item.move_id, 0.0) + item.amount
        wanted = rules.cover(
            to_decimal(self.amount),
            [(move.id, to_decimal(amount)) for move, amount in parts.items()],
        )
        moves = self.env["account.move"]
        for move_id, amount in wanted:  # as many as the complaint has invoices
            moves |= self._draft_credit_note(moves.browse(move_id), float(amount))
        self.complaint_id._link_moves(moves)
        self._schedule_posting()

    def _schedule_posting(self):
        self.complaint_id._schedule("credit", self._get_task, self.complaint_id._get_poster())

    def _draft_credit_note(self, move, amount):
        """Return the draft credit note for an amount of an invoice, its taxes in proportion."""
        credit = self._reverse(move)
        if move.currency_id.compare_amounts(amount, credit.amount_total) < 0:
            self._keep_contested_lines(credit, move, amount) or self._reduce(credit, amount)
        return credit

    def _reverse(self, move):
        wizards = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        wizard = wizards.create(
            {
                "reason": f"{self.complaint_id.name}, {self.name}",
                "journal_id": move.journal_id.id,
                "date": self.company_id._dunning_today(),
            }
        )
        wizard.refund_moves()
        return wizard.new_move_ids

    def _keep_contested_lines(self, credit, move, amount):
        """Credit exactly the contested lines where that is the amount; return whether it is."""
        contested = self.complaint_id.item_ids.filtered(
            lambda item: item.move_id == move and item.kind == "line"
        ).invoice_line_id
        total = sum(contested.mapped("price_total"))
        if not contested or move.currency_id.compare_amounts(total, amount):
            return False
        lines = credit.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        originals = move.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        if len(lines) != len(originals):
            return False
        keep = [original in contested for original in originals]
        dropped = lines.browse(line.id for line, kept in zip(lines, keep, strict=True) if not kept)
        others = credit.invoice_line_ids - lines
        credit.invoice_line_ids = [Command.unlink(line.id) for line in dropped | others]
        return True

    def _reduce(self, credit, amount):
        """Make the credit note as large as ``amount``: one line for each set of taxes."""
        lines = credit.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        share = amount / credit.amount_total
        groups = lines.grouped(lambda line: (line.account_id, line.tax_ids))
        commands = [Command.unlink(line.id) for line in credit.invoice_line_ids]
        for (account, taxes), group in groups.items():
            included = all(tax.price_include for tax in taxes)
            field = "price_total" if included else "price_subtotal"
            commands.append(
                Command.create(
                    {
                        "name": f"{self.name} ({self.complaint_id.name})",
                        "quantity": 1,
                        "price_unit": credit.currency_id.round(sum(group.mapped(field)) * share),
                        "account_id": account.id,
                        "tax_ids": [Command.set(taxes.ids)],
                    }
                )
            )
        credit.invoice_line_ids = commands
        self._round_off(credit, amount)

    @staticmethod
    def _round_off(credit, amount):
        """Take a cent that rounding left over onto the taxes, else onto the last line."""
        gap = credit.currency_id.round(amount - credit.amount_total)
        taxes = credit.line_ids.filtered(lambda line: line.display_type == "tax")
        if not gap:
            return
        if taxes:
            taxes[-1:].amount_currency += gap
        else:
            credit.invoice_line_ids[-1:].price_unit += gap

    def _act_corrected(self):
        """Draft a credit note for the whole invoice, and the corrected one as a copy of it."""
        moves = self.env["account.move"]
        for move in self.complaint_id.item_ids.move_id:  # as many as the complaint has invoices
            moves |= self._reverse(move) | move.copy({"invoice_date": False})
        self.complaint_id._link_moves(moves)
        self._schedule_posting()

    # === TIME ===

    def _act_later(self):
        """The customer gets time: nothing of it is dunned until the day, then it goes on."""
        self._place_until(self.date_due)
        self.complaint_id._mark_carried_out()

    def _place_until(self, day):
        moves = self.complaint_id.item_ids.move_id.filtered(lambda move: move.amount_residual > 0)
        if moves:
            self.env["dunning.block"].place(
                moves,
                self.env.ref("mahnwesen_pro.dunning_block_reason_arrangement"),
                date_end=max(day, self.company_id._dunning_today()),
                note=f"{self.complaint_id.name}, {self.name}",
            )

    def _act_plan(self):
        """Draft an instalment plan; the clerk offers it, and its items wait while he does."""
        lines = self.complaint_id.item_ids.move_id._get_dunning_open_lines()
        if lines:
            first = self.company_id._get_dunning_deadline(14)
            plan = self.env["dunning.installment.plan"]._draft(
                lines,
                {
                    "count": self.plan_count,
                    "date_first": first,
                    "person": self.complaint_id.chosen_by,
                },
            )
            self._write_own({"plan_id": plan.id})
            self._place_until(first)
        self._act_by_hand()

    def _act_part_payment(self):
        """A part is paid now: this is a promise, and judged as such."""
        lines = self.complaint_id.item_ids.move_id._get_dunning_open_lines()
        day = max(self.date_due, self.company_id._dunning_today())
        if lines:
            promise = self.env["dunning.promise"]._record(
                lines, day, self.amount, self.complaint_id.chosen_by, note=self.complaint_id.name
            )
            self._write_own({"promise_id": promise.id})
        self._act_by_hand()

    # === POSTED ===

    def _settle_posted(self, moves):
        """Credit notes were posted: where none is left in draft, the complaint is carried out."""
        chosen = self.search([("move_ids", "in", moves.ids), ("state", "=", "chosen")])
        for option in chosen:
            if all(move.state == "posted" for move in option.move_ids):
                option.complaint_id._mark_carried_out()
