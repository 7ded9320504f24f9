from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_amount

from ..rules import complaint as rules
from ..tools import to_decimal


class DunningComplaintItem(models.Model):
    """What is contested: an invoice or instalment as a whole, a line of an invoice, or a sum."""

    _name = "dunning.complaint.item"
    _description = "Contested Item"
    _order = "complaint_id, date_due, id"

    complaint_id = fields.Many2one(
        "dunning.complaint", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="complaint_id.company_id", store=True)
    partner_id = fields.Many2one(related="complaint_id.partner_id")
    state = fields.Selection(related="complaint_id.state")
    kind = fields.Selection(
        [("item", "As a whole"), ("line", "Line of the invoice"), ("amount", "A sum")],
        string="Contested",
        required=True,
        readonly=True,
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Instalment",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    invoice_line_id = fields.Many2one(
        "account.move.line",
        string="Line",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    product_id = fields.Many2one("product.product", readonly=True, index="btree_not_null")
    label = fields.Char(string="About", readonly=True)
    date_due = fields.Date(string="Due Date", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Own Currency")
    amount = fields.Monetary(string="Contested Amount", required=True, readonly=True)
    amount_company = fields.Monetary(
        string="In Company Currency",
        required=True,
        readonly=True,
        currency_field="company_currency_id",
    )
    amount_open = fields.Monetary(string="Open Today", compute="_compute_amount_open")

    _amount_positive = models.Constraint(
        "CHECK(amount >= 0)", "A contested amount cannot be negative."
    )

    def _compute_amount_open(self):
        for item in self:
            item.amount_open = sum(item._get_open_lines().mapped("amount_residual_currency"))

    def _get_open_lines(self):
        """Return the open receivables that the item is about; after a reset found by due date."""
        self.ensure_one()
        lines = self.move_id.sudo()._get_dunning_open_lines()  # only sums are shown
        if self.kind != "item" or not (self.move_line_id or self.date_due):
            return lines
        return lines.filtered(
            lambda line: (
                line == self.move_line_id
                or (not self.move_line_id and line.date_maturity == self.date_due)
            )
        )

    def _get_waiting_amount(self):
        """Return how much of the item is paused today because of its complaint."""
        self.ensure_one()
        is_held = self.complaint_id.block_ids.filtered(
            lambda block: block.is_running and block.move_id == self.move_id
        )
        return min(self.amount, self.amount_open) if is_held else 0.0

    # === MAKING ===

    @api.model
    def _prepare_vals_list(self, target, amount=0.0):
        """Return the values of the items that contest ``target``.

        :param target: invoices, their receivable lines (instalments), or their product lines
        :param float amount: only so much of the invoices, in their currency; the oldest first
        :raise ValidationError: when more is contested than was ever invoiced
        """
        if target._name == "account.move":
            return self._prepare_move_vals(target, amount)
        products = target.filtered(lambda line: line.display_type == "product")
        return [
            *(self._prepare_product_vals(line) for line in products),
            *(self._prepare_instalment_vals(line) for line in target - products),
        ]

    @api.model
    def _prepare_move_vals(self, moves, amount):
        moves = moves.sorted(lambda move: (move.invoice_date_due or move.date, move.id))
        facts = [
            rules.Invoice(move.id, to_decimal(move.amount_total), to_decimal(move.amount_residual))
            for move in moves
        ]
        found = rules.contest(facts, to_decimal(amount or 0))
        if amount and sum(part for _id, part in found) < to_decimal(amount):
            raise ValidationError(
                self.env._(
                    "%(invoice)s is not as large as that. Contest it as a whole, or enter less.",
                    invoice=moves[-1:].name,
                )
            )
        return [self._prepare_one(moves.browse(move_id), part) for move_id, part in found]

    @api.model
    def _prepare_one(self, move, part):
        whole = move.amount_residual or move.amount_total
        return {
            **self._prepare_shared(move, whole if part is None else float(part)),
            "kind": "item" if part is None else "amount",
            "label": move.name,
        }

    @api.model
    def _prepare_product_vals(self, line):
        return {
            **self._prepare_shared(line.move_id, line.price_total),
            "kind": "line",
            "invoice_line_id": line.id,
            "product_id": line.product_id.id,
            "label": (line.name or line.move_id.name).splitlines()[0],
        }

    @api.model
    def _prepare_instalment_vals(self, line):
        whole = line.amount_residual_currency or line.amount_currency
        return {
            **self._prepare_shared(line.move_id, abs(whole)),
            "kind": "item",
            "move_line_id": line.id,
            "date_due": line.date_maturity or line.date,
            "label": line.move_id.name,
        }

    @api.model
    def _prepare_shared(self, move, amount):
        company, currency = move.company_id, move.currency_id
        day = company._dunning_today()
        return {
            "move_id": move.id,
            "currency_id": currency.id,
            "amount": amount,
            "amount_company": currency._convert(amount, company.currency_id, company, day),
        }

    # === GOING ===

    def _tell_deleted(self):
        """Note in the complaints what was contested of the invoices that are being deleted."""
        for complaint, items in self.grouped("complaint_id").items():
            user = complaint.user_id
            note = complaint.with_context(lang=user.lang or self.env.lang)
            lost = ", ".join(
                f"{item.label}: {format_amount(note.env, item.amount, item.currency_id)}"
                for item in items
            )
            body = note.env._("A contested invoice was deleted, and with it: %s.", lost)
            if items == complaint.item_ids:
                body += " " + note.env._("Nothing is contested any more.")
            note.message_post(body=body, partner_ids=user.partner_id.ids)

    # === HOLDING ===

    def _place_blocks(self, reason, note):
        """Pause what is contested, until the complaint ends; return the blocks.

        Whole invoices and instalments are paused as such, of the others only the sum.
        """
        Block = self.env["dunning.block"]
        whole = self.filtered(lambda item: item.kind == "item")
        lines = whole.move_line_id.filtered(lambda line: line.parent_state == "posted")
        moves = whole.filtered(lambda item: item.move_line_id not in lines).move_id
        blocks = Block.browse()
        for target in (lines, moves):
            if target:
                blocks |= Block.place(target, reason, note=note)
        for move, parts in (self - whole).grouped("move_id").items():
            amount = sum(parts.mapped("amount"))
            blocks |= Block.place(move, reason, amount=amount, note=note)
        return blocks
