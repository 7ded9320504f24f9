from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_amount, format_date

from ..rules import charges
from ..rules.default import Default
from ..rules.interest import Payment, Segment
from ..tools import to_decimal


class DunningNoticeCharge(models.Model):
    """A claim beside the principal, with the facts that explain it to the cent."""

    _name = "dunning.notice.charge"
    _description = "Dunning Charge"
    _order = "notice_id, id"

    notice_id = fields.Many2one("dunning.notice", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="notice_id.company_id", store=True)
    partner_id = fields.Many2one(related="notice_id.partner_id", store=True, string="Customer")
    currency_id = fields.Many2one(related="notice_id.currency_id")
    state = fields.Selection(related="notice_id.state", store=True, string="State of the Notice")
    date = fields.Date(related="notice_id.date", store=True)
    kind = fields.Selection(
        [
            ("interest", "Default Interest"),
            ("lump_sum", "Late Payment Lump Sum"),
            ("fee", "Reminder Fee"),
            ("return_cost", "Cost of a Returned Debit"),
        ],
        required=True,
    )
    move_id = fields.Many2one("account.move", string="Invoice", index=True, ondelete="set null")
    move_line_id = fields.Many2one(
        "account.move.line", string="Journal Item", index="btree_not_null", ondelete="set null"
    )
    amount = fields.Monetary(required=True)
    amount_asked = fields.Monetary(
        string="Asked for", compute="_compute_amount_asked", store=True, help="0 once it is waived."
    )
    amount_waived = fields.Monetary(string="Waived", compute="_compute_amount_asked", store=True)
    explanation = fields.Char(compute="_compute_explanation")
    detail = fields.Json(help="What the calculation on the letter is made of.")
    origin_id = fields.Many2one(
        "dunning.notice.charge",
        string="First Charged with",
        index="btree_not_null",
        ondelete="set null",
        help="The charge of an earlier notice that is still owed and stands here again.",
    )
    is_paid = fields.Boolean(string="Paid", readonly=True, help="It is not asked for again.")
    is_waived = fields.Boolean(readonly=True)
    is_waived_later = fields.Boolean(
        readonly=True, help="Waived after the letter was sent, which still asks for it."
    )
    waive_reason = fields.Char(string="Reason of the Waiver", readonly=True)
    waived_by_id = fields.Many2one("res.users", string="Waived by", readonly=True)
    waived_on = fields.Date(readonly=True)

    _amount_positive = models.Constraint(
        "CHECK(amount >= 0)", "A charge cannot be negative: enter 0 or more, or waive it."
    )
    _waived_with_reason = models.Constraint(
        "CHECK(is_waived IS NOT TRUE OR waive_reason IS NOT NULL)",
        "Say why the charge is waived.",
    )

    @api.depends("kind", "notice_id.name", "notice_id.level_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for charge in self:
            label = charge.notice_id.name or charge.notice_id.level_id.name or ""
            charge.display_name = f"{kinds.get(charge.kind, '')}, {label}"

    @api.depends("amount", "is_waived")
    def _compute_amount_asked(self):
        for charge in self:
            charge.amount_asked = 0 if charge.is_waived else charge.amount
            charge.amount_waived = charge.amount if charge.is_waived else 0

    @api.depends("kind", "detail", "move_id", "notice_id.level_id", "origin_id.notice_id.name")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for charge in self:
            explanation = getattr(charge, f"_explain_{charge.kind or 'fee'}")()
            deducted = charge._get_deducted()
            if deducted:
                explanation = self.env._(
                    "%(explanation)s, less %(paid)s paid already",
                    explanation=explanation,
                    paid=format_amount(self.env, float(deducted), charge.currency_id),
                )
            charge.explanation = explanation

    # === EXPLAINED ===

    def _get_deducted(self):
        """Return what was paid on it before, or on fees that are set off against it, and is
        therefore left out of the amount.
        """
        self.ensure_one()
        paid = self._get_paid_before()
        if self.kind != "interest" or not paid:
            return paid + self._get_set_off()
        return self._get_counted() - to_decimal(self.amount)

    def _get_counted(self):
        """Return the sum of the lines of the calculation."""
        self.ensure_one()
        return sum((segment.amount for segment in self._get_segments()), Decimal(0))

    def _get_paid_before(self):
        """Return what had been paid on what earlier letters charged for the same."""
        self.ensure_one()
        return to_decimal((self.detail or {}).get("paid", 0))

    def _get_set_off(self):
        """Return the fees paid before by which a lump sum was lowered (§ 288 (5) BGB)."""
        self.ensure_one()
        return to_decimal((self.detail or {}).get("set_off", 0))

    def _explain_fee(self):
        level = (self.origin_id or self).notice_id.level_id
        return self.env._("Cost of material for “%s”, no value added tax", level.name)

    def _explain_lump_sum(self):
        company = self.notice_id.company_id
        law = company._get_dunning_law()
        return self.env._(
            "For the late payment of %(invoice)s, %(paragraph)s, no value added tax",
            invoice=self.move_id.name or "",
            paragraph=company._cite_dunning_law(law.paragraph_lump_sum) if law else "",
        )

    def _explain_return_cost(self):
        return self.env._(
            "What the bank took because the direct debit for %s was returned",
            self.move_id.name or "",
        )

    def _explain_interest(self):
        segments = self._get_segments()
        if not segments:
            return self.env._("The rate is not known: enter it in the list of base rates")
        return self.env._(
            "For %(invoice)s, %(days)s days from %(start)s to %(end)s, no value added tax",
            invoice=self.move_id.name or "",
            days=sum(segment.days for segment in segments),
            start=format_date(self.env, segments[0].start),
            end=format_date(self.env, segments[-1].end),
        )

    def _get_segments(self):
        """Return the lines of the calculation as :class:`interest.Segment`."""
        self.ensure_one()
        return [Segment.from_json(values) for values in (self.detail or {}).get("segments", ())]

    def _get_payments(self):
        """Return what lowered the principal, as :class:`interest.Payment`."""
        self.ensure_one()
        return [
            Payment(fields.Date.to_date(day), to_decimal(amount))
            for day, amount in (self.detail or {}).get("payments", ())
        ]

    def _get_default(self):
        """Return the default on which the charge stands, as :class:`default.Default`."""
        self.ensure_one()
        start, reason, trigger = (self.detail or {}).get("default") or (False, "", False)
        return Default(
            fields.Date.to_date(start) or None, reason, fields.Date.to_date(trigger) or None
        )

    # === FROM AND FOR THE RULES ===

    @api.model
    def _prepare_charge_vals(self, notice_id, charge, waivers=None):
        """Return the values that keep a :class:`charges.Charge`; see :meth:`_get_waivers`."""
        begins = charge.default
        detail = {
            "segments": [segment.to_json() for segment in charge.segments],
            "payments": [[str(one.day), str(one.amount)] for one in charge.payments],
            "default": begins and [str(begins.start), begins.reason, str(begins.trigger)],
            "unknown_from": charge.unknown_from and str(charge.unknown_from),
            "paid": charge.paid and str(charge.paid),
            "set_off": charge.set_off and str(charge.set_off),
        }
        return {
            "notice_id": notice_id,
            "kind": charge.kind,
            "amount": float(charge.amount),
            "move_id": charge.move_id or False,
            "move_line_id": charge.line_id or False,
            "origin_id": charge.origin_id or False,
            "detail": {key: value for key, value in detail.items() if value},
            **(waivers or {}).get((charge.kind, charge.line_id, charge.origin_id), {}),
        }

    def _get_waivers(self):
        """Return {(kind, item, earlier charge): who waived it, when and why}, kept when a letter is
        redrawn.
        """
        names = ("is_waived", "waive_reason", "waived_by_id", "waived_on")
        return {
            (
                charge.kind,
                charge.move_line_id.id or 0,
                charge.origin_id.id or 0,
            ): charge._convert_to_write({name: charge[name] for name in names})
            for charge in self.filtered("is_waived")
        }

    @api.model
    def _get_earlier(self, company, items, date):
        """Return {journal item: [:class:`charges.Earlier`]}: what sent notices charged for items.

        A fee belongs to every item of its notice, the cost of a return to every item of its
        invoice. Restated charges are not told again.

        :param items: :class:`eligibility.Item`
        """
        places = {(item.move_id, item.due): item.line_id for item in items}
        instalments = defaultdict(list)
        for item in items:
            instalments[item.move_id].append(item.line_id)
        rows = self._query_earlier([item.move_id for item in items], company, date)
        earlier, told = {}, set()
        for move_id, line_id, due, charge_id, kind, amount, waived, paid, detail in rows:
            item = line_id or places.get((move_id, due))
            if kind != "fee" and charge_id in told:
                continue  # after a reset to draft several instalments answer to one charge
            told.add(charge_id)
            segments = (detail or {}).get("segments") or ()
            is_return = kind == "return_cost"
            fact = charges.Earlier(
                charge_id,
                kind,
                to_decimal(amount),
                item if kind != "fee" else 0,
                bool(waived),
                bool(paid),
                Segment.from_json(segments[-1]).end if segments else None,
                set_off=to_decimal((detail or {}).get("set_off", 0)),
                move_id=move_id if is_return else 0,
            )
            for place in instalments[move_id] if is_return else [item]:
                earlier.setdefault(place, []).append(fact)
        return earlier

    def _query_earlier(self, move_ids, company, date):
        self.flush_model()
        self.env["dunning.notice.line"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT claim.move_id, claim.move_line_id, claim.date_due, charge.id, charge.kind,
                       charge.amount::text, charge.is_waived, charge.is_paid, charge.detail
                  FROM dunning_notice_line claim
                  JOIN dunning_notice_charge charge ON charge.notice_id = claim.notice_id
                 WHERE claim.move_id = ANY(%s) AND claim.kind = 'claim' AND claim.state = 'sent'
                   AND charge.company_id = %s AND charge.date <= %s AND charge.origin_id IS NULL
                   AND (charge.kind = 'fee' OR charge.move_line_id = claim.move_line_id
                        OR charge.move_line_id IS NULL AND charge.move_id = claim.move_id)
                 ORDER BY charge.id
                """,
                list(move_ids),
                company.id,
                date,
            )
        )

    # === CANCELLED LETTERS ===

    def _pass_on(self):
        """The letter of these charges was cancelled: the next letter that asks for one of them
        again is the first one now.
        """
        own = self.sudo()  # charges are kept by methods only
        origins = own.filtered(lambda charge: not charge.origin_id)
        again = origins.search(
            [
                ("origin_id", "in", origins.ids),
                ("state", "not in", ("cancelled", "simulated")),
            ],
            order="id",
        )
        for same in again.grouped("origin_id").values():
            same[0].origin_id = False
            same[1:].origin_id = same[0]

    # === WAIVING ===

    def action_waive(self, reason=None):
        """Waive the charges: they are not asked for, now or on a later notice.

        A charge that several letters ask for is waived on all of them. A proposal is lowered; on a
        notice that was sent the figures stay as they were sent.

        :param str reason: why; asked for when empty
        :raise AccessError: when the sum exceeds what the user may waive
        """
        if not reason:
            return self._open_waive_wizard()
        self._check_waive_right()
        todo = self.filtered(lambda charge: not charge.is_waived)
        todo |= todo._get_same_claims()
        if any(charge.state in ("sending", "cancelled", "simulated") for charge in todo):
            raise UserError(
                self.env._(
                    "Charges cannot be waived while their notice is on its way, nor once it was "
                    "cancelled."
                )
            )
        own = todo.sudo()  # charges are kept by methods only, see the checks above
        later = own.filtered(lambda charge: charge.state in ("sent", "failed"))
        later.is_waived_later = True
        own.write(
            {
                "is_waived": True,
                "waive_reason": reason,
                "waived_by_id": self.env.uid,
                "waived_on": fields.Date.context_today(self),
            }
        )
        todo.notice_id._charges_waived(todo, reason)
        return True

    def _get_same_claims(self):
        """Return what other letters, withdrawn ones aside, ask of the same claims: the charge that
        is restated, where it stands again, and the interest of older letters, which that of a newer
        one holds.
        """
        origins = self.origin_id | self.filtered(lambda charge: not charge.origin_id)
        same = Domain("id", "in", origins.ids) | Domain("origin_id", "in", origins.ids)
        for charge in self.filtered(lambda one: one.kind == "interest" and one.move_line_id):
            same |= (
                Domain("kind", "=", "interest")
                & Domain("company_id", "=", charge.company_id.id)
                & Domain("move_line_id", "=", charge.move_line_id.id)
                & Domain("date", "<", charge.date)
            )
        alive = Domain("state", "not in", ("cancelled", "simulated"))
        charges = self.sudo()  # whoever may waive one of them
        found = charges.search(
            same & alive & Domain("is_waived", "=", False) & Domain("is_paid", "=", False)
        )
        return found.sudo(self.env.su)

    def _check_waive_right(self):
        """Clerks waive up to the company's limit of a notice, what was waived on it before counts
        as well; managers waive any amount.
        """
        user = self.env.user
        if self.env.su or user.has_group("mahnwesen_pro.group_dunning_manager"):
            return
        if not user.has_group("mahnwesen_pro.group_dunning_clerk"):
            raise AccessError(self.env._("Only dunning clerks may waive charges."))
        self.check_access("read")
        for notice, asked in self.grouped("notice_id").items():
            company = notice.company_id
            waived = asked | notice.charge_ids.filtered("is_waived")
            total = notice.currency_id._convert(
                sum(waived.mapped("amount")), company.currency_id, company, notice.date
            )
            if total > company.dunning_waive_limit:
                raise AccessError(
                    self.env._(
                        "You may waive up to %s of a notice. Ask a dunning manager for more.",
                        format_amount(self.env, company.dunning_waive_limit, company.currency_id),
                    )
                )

    def _open_waive_wizard(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Waive Charges"),
            "res_model": "dunning.waive.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_charge_ids": self.ids},
        }

    def _get_unknown_from(self):
        """Return the first day for which no rate was known, None where all were."""
        days = [(charge.detail or {}).get("unknown_from") for charge in self]
        return fields.Date.to_date(min(filter(None, days), default=None))
