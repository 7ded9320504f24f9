from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..rules import claim
from ..tools import to_decimal


class Use(NamedTuple):
    """How much of a payment goes on one part of a notice, and whether the rest of it is waived."""

    item: object  # an account.move.line, or an empty one
    charge: object  # a dunning.notice.charge, or an empty one
    amount: float
    waive: bool = False


class DunningClaimPayment(models.AbstractModel):
    """Uses a payment on a notice: proposes on what it goes, and does what the clerk decides.

    The books keep what Odoo reconciles; nothing is used that a person has not confirmed.
    """

    _name = "dunning.claim.payment"
    _description = "Use of a Payment on a Notice"

    # === PROPOSING ===

    @api.model
    def _get_parts(self, notice):
        """Return what of a notice is still owed as (item or charge, kind, amount), oldest first."""
        parts = []
        for line in notice.claim_ids.sorted(lambda line: (line.date_due, line.id)):
            for item in notice._get_live_items(line):
                if item.amount_residual_currency > 0:
                    parts.append((item, "principal", item.amount_residual_currency))
        for charge in notice.charge_ids.filtered("amount_unpaid"):
            kind = "interest" if charge.kind == "interest" else "costs"
            parts.append((charge, kind, charge.amount_unpaid))
        return parts

    @api.model
    def _propose(self, parts, amount, order):
        """Return what of ``amount`` goes on each part, in the order of :data:`claim.ORDERS`."""
        facts = [
            claim.Part(number, kind, to_decimal(owed))
            for number, (_record, kind, owed) in enumerate(parts)
        ]
        used = claim.allocate(to_decimal(amount), facts, order)
        return [float(used[number]) for number in range(len(parts))]

    @api.model
    def _compare(self, parts, amount):
        """Return how a payment stands to what is owed, see :func:`claim.compare`."""
        total = sum(to_decimal(owed) for _record, _kind, owed in parts)
        principal = sum(
            (to_decimal(owed) for _record, kind, owed in parts if kind == "principal"), claim.ZERO
        )
        return claim.compare(to_decimal(amount), total, principal)

    # === DOING ===

    @api.model
    def _apply(self, notice, credits_, uses, book_charges=False, reason=""):
        """Use open credits as decided.

        :param credits_: open receivable lines in the customer's favour
        :param list uses: :class:`Use`
        :param bool book_charges: book charges that get money although the company only shows them
        :param str reason: why the rest of marked parts is waived
        :raise UserError: when more is used than there is; nothing is booked then
        """
        self._check_right()
        self._check_uses(notice, credits_, uses)
        if any(use.waive for use in uses) and not (reason or "").strip():
            raise UserError(self.env._("Say why the rest is waived."))
        for use in uses:
            if use.charge and use.amount:
                self._pay_charge(use, credits_, book_charges)
        for use in uses:
            if use.item and use.amount:
                use.item._dunning_reconcile(credits_, use.amount)
        for use in uses:
            if use.waive:
                self._waive_rest(use, reason)
        notice._message_log(body=self.env._("A payment was used on this notice."))
        self.env["dunning.notice"]._refresh_proposals(notice.partner_id.ids, notice.company_id)

    @api.model
    def _check_right(self):
        if not self.env.user.has_group("mahnwesen_pro.group_dunning_clerk"):
            raise AccessError(self.env._("Only dunning clerks may use payments on notices."))

    @api.model
    def _check_uses(self, notice, credits_, uses):
        currency = notice.currency_id
        for credit in credits_.filtered(lambda line: line.currency_id != currency):
            notice.company_id._check_dunning_rate(currency, credit._get_dunning_rate_date())
        available = sum(credit._get_dunning_value(currency) for credit in credits_)
        used = sum(use.amount for use in uses)
        if currency.compare_amounts(used, available) > 0:
            raise UserError(
                self.env._("More is used than came in. Lower the amounts until nothing is short.")
            )
        for use in uses:
            owed = use.item.amount_residual_currency if use.item else use.charge.amount_unpaid
            if use.amount < 0 or currency.compare_amounts(use.amount, owed) > 0:
                raise UserError(
                    self.env._("No part can get less than nothing or more than is owed on it.")
                )
            if use.waive and use.charge and use.amount:
                raise UserError(
                    self.env._(
                        "A charge is waived as a whole: use nothing of the payment on it, or do "
                        "not waive it."
                    )
                )

    @api.model
    def _pay_charge(self, use, credits_, book_charges):
        """Book a charge if it is not in the books, and put the money on it."""
        charge, company = use.charge, use.charge.company_id
        is_whole = charge.currency_id.compare_amounts(use.amount, charge.amount_unpaid) >= 0
        origin = charge.origin_id or charge
        others = charge._map_interest_bookings().get(charge, origin.booking_line_id)
        items = origin._get_booked_items() | others
        items = items.filtered(lambda line: not line.reconciled and line.parent_state == "posted")
        missing = charge._map_missing()[charge]
        if missing:
            if company.dunning_booking == "show" and not book_charges:
                raise UserError(
                    self.env._(
                        "The company only shows charges and does not book them. Leave this money "
                        "as a credit, or tick that the charges are booked."
                    )
                )
            items |= origin._book(company._dunning_today(), {origin: missing})
        rest = use.amount
        for item in items.with_env(self.env):
            rest -= item._dunning_reconcile(credits_, rest)
        if is_whole:
            origin.sudo().is_paid = True  # charges are kept by methods only

    @api.model
    def _waive_rest(self, use, reason):
        if use.charge:
            use.charge.action_waive(reason)
        elif use.item.amount_residual_currency > 0:
            use.item.move_id._dunning_write_off(use.item.amount_residual_currency, reason)
