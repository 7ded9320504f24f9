from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import to_decimal


class DunningNoticeCharge(models.Model):
    """The journal entry of a charge, if the company books charges, and the item it belongs to.

    A booked charge is a receivable item of its own. It starts no ladder: the letters restate it as
    a charge, so the run leaves it out (``dunning_claim_facts``).
    """

    _inherit = "dunning.notice.charge"

    booking_line_id = fields.Many2one(
        "account.move.line",
        string="Booked as",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    amount_booked = fields.Monetary(string="Booked", compute="_compute_amount_booked")
    amount_unpaid = fields.Monetary(
        string="Still Owed",
        compute="_compute_amount_booked",
        help="What of the charge is neither paid nor waived.",
    )

    @api.depends("booking_line_id", "amount_asked", "is_paid")
    def _compute_amount_booked(self):
        others, asked = self._map_interest_bookings(), self._map_asked()
        for charge in self:
            charge.amount_booked = sum(charge._get_booked_items().mapped("amount_currency"))
            paid = max(0, charge._get_paid_since(others.get(charge)))
            owed = 0 if charge.is_paid else asked[charge] - paid
            charge.amount_unpaid = max(0, charge.currency_id.round(owed))

    def _get_paid_since(self, others):
        """Return what was put on the booked charge since its letter was made, whatever the day of
        the money; what had been put on it before, the letter does not ask for.

        :param others: items under which other letters booked interest on the same invoice
        """
        self.ensure_one()
        items = (self.origin_id or self)._get_booked_items()
        if others:
            items |= others
        return items._get_dunning_paid() - float(self._get_paid_before())

    # === BOOKED ITEMS ===

    def _get_booked_items(self):
        """Return the receivable items of charges that were booked and not taken back."""
        lines = self.sudo().booking_line_id  # whoever sees a charge may know that it was booked
        return lines.filtered(
            lambda line: line.parent_state == "posted" and not line.move_id.reversal_move_ids
        )

    @api.model
    def _get_booked_lines(self, company, partner_ids):
        """Return the ids of all receivable items that are booked charges of these customers."""
        booked = self.sudo().search_fetch(  # whoever asks, they are no items of their own
            [
                ("company_id", "=", company.id),
                ("booking_line_id", "!=", False),
                ("partner_id", "in", list(partner_ids)),
            ],
            ["booking_line_id"],
        )
        return set(booked.booking_line_id.ids)

    def _get_item_line(self):
        """Return the receivable item that the charge is for: its own, else the oldest one of the
        letter.
        """
        self.ensure_one()
        if self.move_line_id:
            return self.move_line_id
        claims = self.notice_id.line_ids.filtered(lambda line: line.kind == "claim")
        return claims.sorted("date_due").move_line_id[:1]

    @api.model
    def _get_earlier(self, company, items, date):
        """Know of booked charges what was paid on them: the books say so."""
        earlier = super()._get_earlier(company, items, date)
        ids = {one.id for some in earlier.values() for one in some}
        booked = self.sudo().browse(ids).filtered("booking_line_id")  # plain facts for the rules
        lines = {charge.id: charge._get_booked_items() for charge in booked}
        return {line_id: self._add_paid(some, lines) for line_id, some in earlier.items()}

    @api.model
    def _add_paid(self, earlier, lines):
        """Return :class:`charges.Earlier` with what the books say.

        Letters book of the interest what came on top, so a later booking that is paid settles
        nothing while an older one is open.

        :param lines: {id of the charge: its booked items}
        """
        told, interest_open = [], False
        for one in sorted(earlier):
            items = lines.get(one.id)
            if items:
                is_open = not all(items.mapped("reconciled"))
                if one.kind == "interest":
                    is_open = interest_open = interest_open or is_open
                paid = to_decimal(items._get_dunning_paid())
                one = one._replace(is_paid=one.is_paid or not is_open, paid=paid)
            told.append(one)
        return told

    @api.model
    def _reopen(self, items):
        """Money was taken off these journal items: charges booked there are owed again.

        Interest is told anew by each letter, so the mark may stand on another one of the item.
        """
        charges = self.sudo()  # a fact of the books, whoever changes them
        booked = charges.search([("booking_line_id", "in", items.ids)])
        interest = booked.filtered(lambda charge: charge.kind == "interest").move_line_id
        marked = Domain("id", "in", booked.ids) | (
            Domain("kind", "=", "interest") & Domain("move_line_id", "in", interest.ids)
        )
        charges.search(marked & Domain("is_paid", "=", True)).is_paid = False

    # === BOOKING ===

    def _get_amounts_to_book(self):
        """Return {charge: amount} of what is not in the books yet.

        Interest is told anew by each letter, so only what came on top is booked. What a letter
        restates was booked with its first letter.
        """
        todo = self.filtered(lambda c: not (c.is_waived or c.is_paid or c.origin_id))
        return {charge: amount for charge, amount in todo._map_missing().items() if amount > 0}

    def _map_missing(self):
        """Return {charge: what of it is not in the books}, whatever was paid on what is there."""
        missing, others, asked = {}, self._map_interest_bookings(), self._map_asked()
        for charge in self:
            amount = asked[charge]
            if charge in others:
                booked = sum(others[charge].mapped("amount_currency"))
                left = max(0, booked - float(charge._get_paid_before()))
                amount -= charge.amount_booked + left
            elif (charge.origin_id or charge)._get_booked_items():
                amount = 0
            missing[charge] = max(0, charge.currency_id.round(amount))
        return missing

    def _map_asked(self):
        """Return {charge: what is asked for}: of interest without the days for which an older
        letter had asked, and which were waived there afterwards.
        """
        asked = {charge: charge.amount_asked for charge in self}
        interest = self.filtered(lambda charge: charge.kind == "interest" and charge.amount_asked)
        if not interest:
            return asked
        waived = self.sudo().search(  # the same customers' own history
            [
                ("kind", "=", "interest"),
                ("move_line_id", "in", interest.move_line_id.ids),
                ("is_waived", "=", True),
                ("state", "=", "sent"),
            ]
        )
        by_item = waived.grouped(lambda charge: (charge.company_id, charge.move_line_id))
        for charge in interest:
            older = by_item.get((charge.company_id, charge.move_line_id), self.browse())
            left = charge._get_counted() - max(
                (one._get_counted() for one in older if charge._holds(one)), default=0
            )
            asked[charge] = max(0, min(charge.amount_asked, float(left)))
        return asked

    def _holds(self, older):
        """Whether the interest of this letter holds that of an older one."""
        days, others = self._get_segments(), older._get_segments()
        return bool(days and others and older.date < self.date and days[0].start <= others[-1].end)

    def _map_interest_bookings(self):
        """Return {charge of interest: items under which other letters booked interest on its
        invoice}.
        """
        interest = self.filtered(lambda charge: charge.kind == "interest")
        if not interest:
            return {}
        found = self.sudo().search(  # the same customers' own history
            [
                ("kind", "=", "interest"),
                ("move_line_id", "in", interest.move_line_id.ids),
                ("booking_line_id", "!=", False),
            ]
        )
        by_item = found.grouped(lambda charge: (charge.company_id, charge.move_line_id))
        return {
            charge: (
                by_item.get((charge.company_id, charge.move_line_id), self.browse()) - charge
            )._get_booked_items()
            for charge in interest
        }

    def _get_fees_set_off(self):
        """Return the fees in the books that these letters no longer ask for, because lump sums took
        their place (§ 288 (5) BGB).
        """
        letters = self.filtered(lambda c: c.kind == "lump_sum" and not c.origin_id).notice_id
        booked = self.sudo().search(  # see above
            [
                ("kind", "=", "fee"),
                ("partner_id", "in", letters.partner_id.ids),
                ("company_id", "in", letters.company_id.ids),
                ("booking_line_id", "!=", False),
                ("notice_id", "not in", letters.ids),
                ("notice_id.line_ids.move_id", "in", letters.claim_ids.move_id.ids),
            ]
        )
        restated = letters.charge_ids.origin_id
        return (booked - restated).filtered(
            lambda fee: fee._get_booked_items() and not fee.booking_line_id.matched_credit_ids
        )

    def _book(self, date, amounts=None):
        """Book charges as receivable items of their own.

        :param date: day of the entries
        :param amounts: {charge: amount}, without it what is not in the books yet
        :return: the new receivable items
        :raise UserError: when a lock date, an account or a rate is in the way; nothing is booked
        """
        amounts = self._get_amounts_to_book() if amounts is None else amounts
        charges = self.browse([charge.id for charge in amounts])
        for company, own in charges.grouped("company_id").items():
            company._check_dunning_booking(date, own)
        amounts = charges._join_bookings(amounts, date)
        charges._get_fees_set_off()._unbook(date, self.env._("Set off against the lump sum"))
        books = self.env[
            "account.move"
        ].sudo()  # the entry follows from the letter, not from rights
        moves = books.create([charge._prepare_booking(date, amounts[charge]) for charge in charges])
        moves._post(soft=False)
        lines = self.env["account.move.line"]
        for charge, move in zip(charges.sudo(), moves, strict=True):  # see above
            line = move.line_ids.filtered(lambda one: one.debit)
            charge.booking_line_id = line
            lines |= line.sudo(False)
        return lines

    def _join_bookings(self, amounts, date):
        """Take back what is booked of these charges and return {charge: the whole}: each has one
        item, also where a letter between was cancelled and its interest falls to a later one.
        """
        wholes = {
            charge: amounts[charge] + sum(charge._get_booked_items().mapped("amount_currency"))
            for charge in self
        }
        self._unbook(date, self.env._("Booked anew as a whole"))
        return {charge: charge.currency_id.round(whole) for charge, whole in wholes.items()}

    def _prepare_booking(self, date, amount):
        """Return the values of the entry: receivable to income, no tax (damages, UStAE 1.3)."""
        notice, company = self.notice_id, self.company_id
        partner = notice.partner_id.with_company(company)
        balance = self.currency_id._convert(amount, company.currency_id, company, date)
        label = ", ".join(filter(None, (self._get_kind_label(), self.move_id.name, notice.name)))
        sides = (
            (partner.property_account_receivable_id, 1, notice.date_deadline),
            (company._get_dunning_account(self.kind), -1, False),
        )
        return {
            "move_type": "entry",
            "journal_id": company.dunning_journal_id.id,
            "company_id": company.id,
            "date": date,
            "ref": label,
            "line_ids": [
                fields.Command.create(
                    {
                        "name": label,
                        "account_id": account.id,
                        "partner_id": partner.id,
                        "currency_id": self.currency_id.id,
                        "amount_currency": sign * amount,
                        "balance": sign * balance,
                        "date_maturity": due,
                        "no_followup": True,
                        "tax_ids": [fields.Command.clear()],
                    }
                )
                for account, sign, due in sides
            ],
        }

    def _get_kind_label(self):
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]

    def _unbook(self, date, reason):
        """Reverse the entries of booked charges; money that was used for them becomes free again.

        :raise UserError: when a lock date is in the way; nothing is reversed
        """
        lines = self._get_booked_items()
        for company, own in lines.grouped("company_id").items():
            company._check_dunning_date(date)
            own.move_id._reverse_moves(
                [{"date": date, "ref": reason} for _move in own], cancel=True
            )

    def _rebook_set_off(self, date):
        """Book the fees again that had given way to lump sums which are no longer owed."""
        lumps = self.filtered(lambda charge: charge.kind == "lump_sum")
        fees = self.sudo().search(  # the same customers' own history
            [
                ("kind", "=", "fee"),
                ("state", "=", "sent"),
                ("is_waived", "=", False),
                ("partner_id", "in", lumps.partner_id.ids),
                ("company_id", "in", lumps.company_id.ids),
                ("booking_line_id", "!=", False),
                ("notice_id.line_ids.move_id", "in", lumps.notice_id.claim_ids.move_id.ids),
            ]
        )
        fees.filtered(lambda fee: not fee._get_booked_items())._book(date)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_booked(self):
        """Charges that were booked stay; their notice was sent, so nobody deletes it."""
        if self.booking_line_id:
            raise UserError(self.env._("A charge that was booked is kept. Waive it instead."))
