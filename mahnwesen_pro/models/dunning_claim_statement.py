from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from ..rules import claim, laws, ledger
from ..tools import to_decimal


class Statement(NamedTuple):
    """What a customer owes a company as of a day, one :class:`claim.Sheet` per currency.

    ``order`` is the order in which payments are used, see :data:`claim.ORDERS`. ``entries`` and
    ``defaults`` map a journal item to its :class:`ledger.Entry` and its :class:`default.Default`.
    """

    company_id: int
    partner_id: int
    date: date
    order: str
    sheets: tuple[claim.Sheet, ...]
    entries: dict
    defaults: dict


class Terms(NamedTuple):
    """What interest and lump sums of a customer depend on. ``agreed_rate`` in percent a year."""

    date: date
    law: laws.Law | None
    base_rates: tuple
    may_charge: bool
    agreed_rate: Decimal | None
    with_lump_sums: bool


class DunningClaimStatement(models.AbstractModel):
    """The claim statement (Forderungsaufstellung): a customer's account in the sense of the law.

    Nothing is stored. The ledger stays as Odoo reconciles it; the order of § 367 BGB lives here
    alone. A fixed number of queries, however many items the customer has.
    """

    _name = "dunning.claim.statement"
    _description = "Claim Statement"

    @api.model
    def _get_statement(self, company, partner, date, order=None, with_lump_sums=False, chosen=None):
        """Return the :class:`Statement` of a customer.

        It covers what was open on ``date``, and what is settled but for charges that a letter has
        asked for.

        :param partner: the customer, or one of his contacts
        :param date: the last day that counts, also for interest
        :param str order: ``law`` or ``principal``; without one, as the company's settings say
        :param bool with_lump_sums: count the lump sum also where no letter has asked for it yet
        :param chosen: the journal items that it covers instead, with nothing else of the customer
        """
        partner = partner.commercial_partner_id
        self._check_may_see(company, partner)
        order = order or company.dunning_payment_order
        if chosen is None:
            lines, credits_ = self._get_lines(company, partner, date)
        else:
            lines, credits_ = chosen.ids, []
        charges = self._get_charges(company, partner, date)
        entries = self.env["dunning.ledger"]._get_entries(
            company, [*lines, *credits_, *charges._get_booked_items().ids], date
        )
        terms = self._get_terms(company, partner, date, with_lump_sums)
        costs, on_costs = self._get_costs(charges, entries)
        if chosen is None:
            if terms.may_charge:
                for line_id, further in self._get_further_costs(company, partner, date).items():
                    costs[line_id] += further
            self._add_settled(company, lines, entries, {**costs, **on_costs}, date)
        items = {line_id: entries[line_id] for line_id in lines if line_id in entries}
        defaults = self._get_defaults(company, items, date)
        until, lumps = self._get_waived(charges)
        self._add_lump_sums(company, items, defaults, terms, costs, lumps)
        sheets = {}
        for currency_id, entry_ids in self._split_by_currency(items).items():
            left = claim.set_off({line_id: costs.get(line_id, ()) for line_id in entry_ids})
            unit = to_decimal(self.env["res.currency"].browse(currency_id).rounding)
            accounts = [
                claim.account(
                    self._make_claim(
                        items[line_id],
                        defaults[line_id],
                        terms,
                        until.get(line_id),
                        left[line_id],
                        on_costs.get(line_id, ()),
                    ),
                    date,
                    order,
                    company.dunning_day_count,
                    unit,
                )
                for line_id in entry_ids
            ]
            credits_of = self._get_open_credits(credits_, entries, currency_id)
            sheets[currency_id] = claim.Sheet(currency_id, tuple(accounts), credits_of)
        return Statement(
            company.id,
            partner.id,
            date,
            order,
            tuple(sheets.values()),
            items,
            defaults,
        )

    @api.model
    def _check_may_see(self, company, partner):
        """Callers see their own customers, clerks all but confidential ones, managers everybody.

        All of them only in companies of theirs.

        :raise AccessError: for everybody else
        """
        if self.env.su:
            return
        user = self.env.user
        if company not in self.env.companies:
            name = company.sudo().name  # only named
            raise AccessError(
                self.env._(
                    "You cannot see what is owed to %s: choose a company of yours.",
                    name,
                )
            )
        if user.has_group("mahnwesen_pro.group_dunning_manager"):
            return
        customer = partner.sudo()  # only to decide whether he may be seen
        is_clerk = user.has_group("mahnwesen_pro.group_dunning_clerk")
        may = is_clerk or (
            user.has_group("mahnwesen_pro.group_dunning_caller") and customer.user_id == user
        )
        if not may or customer.dunning_is_confidential:
            raise AccessError(
                self.env._("You may not see what %s owes. Ask a dunning manager.", partner.name)
            )

    @api.model
    def _split_by_currency(self, items):
        """Return {currency: [journal item]}, the oldest first."""
        split = defaultdict(list)
        for line_id, entry in items.items():
            split[entry.currency_id].append(line_id)
        return split

    @api.model
    def _get_open_credits(self, credits_, entries, currency_id):
        """Return what is open in the customer's favour as :class:`claim.Open`."""
        found = [entries[line_id] for line_id in credits_]
        return tuple(
            claim.Open(entry.line_id, entry.booked, entry.residual)
            for entry in found
            if entry.currency_id == currency_id and entry.residual > 0
        )

    # === ITEMS ===

    @api.model
    def _get_lines(self, company, partner, date):
        """Return the ids of the items and of the credits that were open on ``date``, oldest first.

        Charges that were booked are no items: they belong to the items that they are for.
        """
        booked = self.env["dunning.notice.charge"]._get_booked_lines(company, partner.ids)
        rows = self._query_lines(company, partner, date)
        lines = [line_id for line_id, balance in rows if balance > 0 and line_id not in booked]
        credits_ = [line_id for line_id, balance in rows if balance < 0]
        return lines, credits_

    def _query_lines(self, company, partner, date):
        self.env["account.move.line"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        accounts = (
            self.env["account.account"]
            .sudo()  # every receivable account counts, whatever the clerk may see of the chart
            .search([("account_type", "=", "asset_receivable"), ("non_trade", "=", False)])
        )
        return self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.amount_currency
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.account_id = ANY(%(accounts)s)
                   AND line.parent_state = 'posted'
                   AND line.company_id = %(company)s
                   AND partner.commercial_partner_id = %(partner)s
                   AND line.date <= %(date)s
                   AND line.amount_currency <> 0
                   AND (line.reconciled IS NOT TRUE
                        OR EXISTS (
                            SELECT 1 FROM account_partial_reconcile later
                             WHERE later.debit_move_id = line.id AND later.max_date > %(date)s)
                        OR EXISTS (
                            SELECT 1 FROM account_partial_reconcile later
                             WHERE later.credit_move_id = line.id AND later.max_date > %(date)s))
                 ORDER BY COALESCE(line.date_maturity, line.date), line.id
                """,
                accounts=accounts.ids,
                company=company.id,
                partner=partner.id,
                date=date,
            )
        )

    @api.model
    def _add_settled(self, company, lines, entries, wanted, date):
        """Add items that are paid, but for which charges are on the account."""
        missing = [line_id for line_id in wanted if line_id not in lines]
        if missing:
            entries |= self.env["dunning.ledger"]._get_entries(company, missing, date)
            lines += missing

    # === CHARGES ===

    @api.model
    def _get_charges(self, company, partner, date):
        """Return the charges that letters up to ``date`` have asked for, each as it came first."""
        charges = self.env["dunning.notice.charge"].sudo()  # whoever may see the customer's account
        return charges.search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "=", partner.id),
                ("state", "=", "sent"),
                ("notice_id.date_sent", "<=", date),
                ("origin_id", "=", False),
            ],
            order="notice_id, id",
        )

    @api.model
    def _get_costs(self, charges, entries):
        """Return ({item: [Cost]}, {item: [Receipt]}): charges, and what was paid on booked ones."""
        costs, on_costs = defaultdict(list), defaultdict(list)
        for charge in charges.filtered(lambda charge: not charge.is_waived):
            item, booked = charge._get_item_line(), charge._get_booked_items()
            if not item or (charge.is_paid and not booked):
                continue  # the invoice is gone, or the money for it was used without a booking
            is_interest = charge.kind == "interest"
            receipts = [
                claim.Receipt(day, amount, kind, move_id, not is_interest, is_interest)
                for line in booked
                for day, amount, kind, move_id in entries[line.id].bookings
            ]
            if receipts:
                on_costs[item.id] += receipts
            if not is_interest:
                gross = to_decimal(charge.amount) + charge._get_set_off()
                paid = sum((receipt.amount for receipt in receipts), Decimal(0))
                costs[item.id].append(
                    claim.Cost(charge.notice_id.date_sent, gross, charge.kind, charge.id, paid)
                )
        return costs, on_costs

    @api.model
    def _get_further_costs(self, company, partner, date):
        """Return {item: [Cost]} of what was not charged by a letter; for rooms to the right."""
        return {}

    @api.model
    def _get_waived(self, charges):
        """Return ({item: last day of interest that is settled}, items that had their lump sum)."""
        until = {}
        for charge in charges.filtered(
            lambda charge: charge.kind == "interest" and (charge.is_waived or charge.is_paid)
        ):
            for segment in charge._get_segments()[-1:]:
                line_id = charge.move_line_id.id
                until[line_id] = max(segment.end, until.get(line_id, segment.end))
        lumps = charges.filtered(lambda charge: charge.kind == "lump_sum")
        return until, set(lumps.move_line_id.ids)

    # === FROM ENTRIES TO CLAIMS ===

    @api.model
    def _get_defaults(self, company, entries, date):
        """Return {journal item: :class:`default.Default`}."""
        law = company._get_dunning_law()
        first = min((entry.booked for entry in entries.values()), default=date)
        last = max((entry.due for entry in entries.values()), default=date)
        holidays = company._get_public_holidays(first, max(last, date) + timedelta(days=62))
        knows = bool(law and law.knows_thirty_days)
        return {
            line_id: ledger.default_of(entry, knows, holidays) for line_id, entry in entries.items()
        }

    @api.model
    def _get_terms(self, company, partner, date, with_lump_sums):
        """Return what interest and lump sums of the customer depend on."""
        law = company._get_dunning_law()
        customer = partner.sudo().with_company(company)  # plain facts, whoever may see him
        country = (customer.country_id or company.country_id).code
        agreed = to_decimal(customer.dunning_agreed_rate) or None
        is_agreed = customer.dunning_charges_agreed or bool(agreed)
        return Terms(
            date,
            law,
            tuple(self.env["dunning.base.rate"]._get_rates(company.country_id)),
            laws.may_charge(law, country, is_agreed),
            agreed,
            with_lump_sums,
        )

    @api.model
    def _add_lump_sums(self, company, entries, defaults, terms, costs, known):
        """Add the lump sums that the law gives and no letter has asked for or waived."""
        for line_id, entry in entries.items():
            begins = defaults[line_id]
            owed = terms.with_lump_sums and terms.may_charge and begins.has_begun(terms.date)
            amount = owed and laws.lump_sum(terms.law, entry.debtor, entry.booked, entry.is_price)
            if amount and line_id not in known:
                amount = self._convert_lump_sum(company, terms.law, entry, amount, begins.start)
                costs[line_id].append(claim.Cost(begins.start, amount, "lump_sum"))

    @api.model
    def _convert_lump_sum(self, company, law, entry, amount, date):
        currency = self.env["res.currency"].browse(entry.currency_id)
        if currency.name == law.lump_currency:
            return amount
        source = self.env["res.currency"].search([("name", "=", law.lump_currency)])
        if not source or not all(one._has_dunning_rate(company, date) for one in source | currency):
            raise UserError(
                self.env._(
                    "No rate of exchange is known for %(currency)s on %(date)s, so that the lump "
                    "sum cannot be counted. Enter the rate under Currencies.",
                    currency=currency.name,
                    date=format_date(self.env, date),
                )
            )
        return to_decimal(source._convert(float(amount), currency, company, date))

    @api.model
    def _make_claim(self, entry, begins, terms, until, costs, on_costs):
        """Return the :class:`claim.Claim` of an entry; interest starts after what was waived."""
        start = begins.start if terms.may_charge and begins.has_begun(terms.date) else None
        if start and until:
            start = max(start, until + timedelta(days=1))
        receipts = [claim.Receipt(*booking) for booking in entry.bookings]
        return claim.Claim(
            id=entry.line_id,
            day=entry.booked,
            principal=entry.principal,
            start=start,
            rates=tuple(
                laws.rates(
                    terms.law,
                    terms.base_rates,
                    entry.debtor,
                    entry.booked,
                    entry.is_price,
                    terms.agreed_rate,
                )
            ),
            costs=tuple(costs),
            receipts=(*on_costs, *receipts),
        )
