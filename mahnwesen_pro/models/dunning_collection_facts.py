from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..rules import advice, court_fee, limitation
from ..rules.ledger import default_of
from ..tools import to_decimal
from .dunning_call_outcome import WITH_CONTENT
from .dunning_complaint import OPEN_STATES

ZERO = Decimal(0)
YEAR = timedelta(days=365)

#: Outcomes of calls in which the customer was spoken to without bringing a proposal (METHOD T8).
NO_PROPOSAL = ("no_proposal", "refused")
UNREACHED = ("not_reached", "wrong_number")
TRUST = {"good": -1, "normal": 0, "bad": 1}


class DunningCollectionFacts(models.AbstractModel):
    """Gathers what advice and legal gate need to know, with a fixed number of queries.

    Other rooms and glue addons add what only they know by extending one of the ``_count_*`` and
    ``_sum_*`` methods: each returns {customer id: value}.
    """

    _name = "dunning.collection.facts"
    _description = "Facts about Debtors before Collection"

    @api.model
    def _gather(self, company, partners, date):
        """Return {customer: :class:`advice.Facts`} for commercial partners with overdue items."""
        facts = self.sudo().with_company(company)  # the facts are the same whoever asks
        partners = partners.with_env(facts.env)
        overdue = facts._query_overdue(company, partners, date)
        exhausted = facts._find_exhausted(company, list(overdue), date)
        expiries = facts._get_expiries(company, partners.browse(overdue), date)
        columns = {
            "proven": facts._count_proven(company, partners),
            "broken": facts._count_broken(company, partners),
            "complaints": facts._count_complaints(company, partners),
            "agreements": facts._count_agreements(company, partners),
            "years": facts._count_years(company, partners, date),
            "revenue": facts._sum_revenue(company, partners, date),
            "late_share": facts._get_late_shares(company, partners, date),
            **facts._count_calls(company, partners),
        }
        orders = facts._sum_orders(company, partners)
        announced = facts._find_announced(company, partners, date)
        result = {}
        for partner in partners.browse(overdue):
            amount, oldest = overdue[partner.id]
            own = {
                name: values[partner.id] for name, values in columns.items() if partner.id in values
            }
            expires = expiries.get(partner.id)
            result[partner] = advice.Facts(
                exhausted=partner.id in exhausted,
                days_overdue=(date - oldest).days,
                insolvent=partner.dunning_state == "insolvent",
                deceased=partner.dunning_state == "deceased",
                orders=None if orders is None else orders.get(partner.id, ZERO),
                trust=TRUST.get(partner.trust, 0),
                amount=amount,
                **facts._get_expected_costs(company, amount),
                limitation=(expires - date).days if expires else None,
                announced=partner.id in announced,
                **own,
            )
        return result

    # === THE CLAIM ===

    @api.model
    def _query_overdue(self, company, partners, date):
        """Return {customer id: (overdue in company currency, oldest due date)}.

        Without what is excluded from reminders, and without charges that were booked.
        """
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model(["payment_state"])
        self.env["dunning.notice.charge"].flush_model(["booking_line_id"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.commercial_partner_id, SUM(line.amount_residual)::text,
                       MIN(COALESCE(line.date_maturity, line.date))
                           FILTER (WHERE line.amount_residual > 0)
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                  JOIN account_account account ON account.id = line.account_id
                  JOIN account_move move ON move.id = line.move_id
                 WHERE account.account_type = 'asset_receivable'
                   AND account.non_trade IS NOT TRUE
                   AND line.reconciled IS NOT TRUE
                   AND line.parent_state = 'posted'
                   AND (line.balance < 0
                        OR line.no_followup IS NOT TRUE
                           AND move.payment_state IS DISTINCT FROM 'blocked'
                           AND NOT EXISTS (SELECT 1 FROM dunning_notice_charge charge
                                            WHERE charge.booking_line_id = line.id))
                   AND line.company_id = %s
                   AND partner.commercial_partner_id = ANY(%s)
                   AND COALESCE(line.date_maturity, line.date) < %s
                 GROUP BY partner.commercial_partner_id
                HAVING SUM(line.amount_residual) > 0
                """,
                company.id,
                partners.ids,
                date,
            )
        )
        return {partner_id: (Decimal(amount), oldest) for partner_id, amount, oldest in rows}

    @api.model
    def _sum_credits(self, company, partners):
        """Return {customer id: open credits that nobody has allocated, in company currency}."""
        groups = self.env["account.move.line"]._read_group(
            Domain("partner_id.commercial_partner_id", "in", partners.ids)
            & Domain("company_id", "=", company.id)
            & Domain("account_id.account_type", "=", "asset_receivable")
            & Domain("account_id.non_trade", "=", False)
            & Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
            & Domain("amount_residual", "<", 0),
            ["partner_id"],
            ["amount_residual:sum"],
        )
        sums = defaultdict(Decimal)
        for partner, amount in groups:
            sums[partner.commercial_partner_id.id] -= to_decimal(amount)
        return sums

    @api.model
    def _find_exhausted(self, company, partner_ids, date):
        """Return the ids of customers with an item for which all levels were sent."""
        decisions = self.env["dunning.facts"]._decide(company, partner_ids, date)
        return {
            decision.debtor.partner_id
            for decision in decisions
            for skip in decision.skips
            if any(reason.code == "exhausted" for reason in skip.reasons)
        }

    @api.model
    def _get_expiries(self, company, partners, date):
        """Return {customer id: the earliest day on which one of his items is statute-barred}.

        A day that is only the earliest one says nothing any more once it has passed.
        """
        earliest = limitation.is_earliest(company._get_limitation_country())
        lines = partners._get_dunning_open_lines(company)
        found = self.env["dunning.limitation"]._compute_lines(company, lines, date)
        expiries = {}
        for line, result in found.items():
            if result.expires and not (earliest and result.expires < date):
                partner_id = line.partner_id.commercial_partner_id.id
                expiries[partner_id] = min(expiries.get(partner_id, result.expires), result.expires)
        return expiries

    @api.model
    def _get_expected_costs(self, company, amount):
        """Return what agency and court may cost in the end, in company currency.

        The tables are German, in euro and end at 10,000; beyond they only tell the order of
        magnitude.
        """
        euro = self.env.ref("base.EUR")
        today = company._dunning_today()
        rate = to_decimal(
            self.env["res.currency"]._get_conversion_rate(company.currency_id, euro, company, today)
        )
        value = amount * rate
        agency = court_fee.agency_cost(value).total
        court = court_fee.court_fee(min(value, court_fee.COURT[-1].limit))
        return {
            "cost_agency": (agency / rate).quantize(court_fee.CENT),
            "cost_court": (court / rate).quantize(court_fee.CENT),
        }

    # === WHAT HAPPENED ===

    @api.model
    def _sent_domain(self, company, partners):
        """Return the domain of the reminders that were sent to customers."""
        return (
            Domain("company_id", "=", company.id)
            & Domain("partner_id", "in", partners.ids)
            & Domain("state", "=", "sent")
            & Domain("kind", "=", "reminder")
        )

    @api.model
    def _proof_domain(self):
        """Return the domain of notices that provably arrived: a known day, or an answer."""
        return Domain("date_received", "!=", False) | Domain("reply_on", "!=", False)

    @api.model
    def _count_proven(self, company, partners):
        domain = self._sent_domain(company, partners) & self._proof_domain()
        return self._count("dunning.notice", domain)

    @api.model
    def _find_announced(self, company, partners, date):
        """Return the ids of customers whose last letter has announced it and has run out."""
        domain = self._sent_domain(company, partners) & Domain("level_id.tone", "=", "final")
        finals = set(self._count("dunning.notice", domain & Domain("date_deadline", "<", date)))
        letters = Domain("company_id", "=", company.id) & Domain("announced_until", "<", date)
        letters &= Domain("partner_id", "in", partners.ids) & Domain("state", "=", "prepared")
        return finals | set(self._count("dunning.collection.case", letters))

    @api.model
    def _count_broken(self, company, partners):
        domain = self._own(company, partners) & Domain("state", "in", ("broken", "partly"))
        return self._count("dunning.promise", domain)

    @api.model
    def _count_agreements(self, company, partners):
        """Count open promises and plans that run or are being agreed."""
        own = self._own(company, partners)
        counts = defaultdict(
            int, self._count("dunning.promise", own & Domain("state", "=", "open"))
        )
        running = own & Domain("state", "in", ("offered", "running"))
        for partner_id, count in self._count("dunning.installment.plan", running).items():
            counts[partner_id] += count
        return counts

    @api.model
    def _count_complaints(self, company, partners):
        """Count open complaints, and pauses with that reason that somebody has placed by hand."""
        own = self._own(company, partners)
        complaints = self._count("dunning.complaint", own & Domain("state", "in", OPEN_STATES))
        counts = defaultdict(int, complaints)
        reason = self.env.ref("mahnwesen_pro.dunning_block_reason_complaint")
        running = self.env["dunning.block"]._running_domain(company._dunning_today())
        by_hand = Domain("reason_id", "=", reason.id) & Domain("complaint_id", "=", False)
        for partner_id, count in self._count("dunning.block", own & running & by_hand).items():
            counts[partner_id] += count
        return counts

    @api.model
    def _count_calls(self, company, partners):
        """Return {fact: {customer id: count}} for the calls of the last year."""
        since = company._dunning_today() - YEAR
        domain = self._own(company, partners) & Domain("state", "=", "done")
        groups = self.env["dunning.call"]._read_group(
            domain & Domain("called_on", ">=", since), ["partner_id", "outcome"], ["__count"]
        )
        counts = {"reached": {}, "unreached": {}, "no_proposal": {}}
        for partner, outcome, count in groups:
            for name, outcomes in (
                ("reached", WITH_CONTENT),
                ("unreached", UNREACHED),
                ("no_proposal", NO_PROPOSAL),
            ):
                if outcome in outcomes:
                    own = counts[name]
                    own[partner.id] = own.get(partner.id, 0) + count
        return counts

    # === THE RELATIONSHIP ===

    @api.model
    def _invoice_domain(self, company, partners):
        return (
            Domain("company_id", "=", company.id)
            & Domain("commercial_partner_id", "in", partners.ids)
            & Domain("state", "=", "posted")
            & Domain("move_type", "in", ("out_invoice", "out_refund", "out_receipt"))
        )

    @api.model
    def _count_years(self, company, partners, date):
        """Return the years since the first invoice."""
        groups = self.env["account.move"]._read_group(
            self._invoice_domain(company, partners), ["commercial_partner_id"], ["invoice_date:min"]
        )
        return {
            partner.id: round(Decimal((date - first).days) / Decimal("365.25"), 1)
            for partner, first in groups
            if first
        }

    @api.model
    def _sum_revenue(self, company, partners, date):
        """Return the net revenue of the last twelve months, in company currency."""
        domain = self._invoice_domain(company, partners) & Domain("invoice_date", ">", date - YEAR)
        groups = self.env["account.move"]._read_group(
            domain, ["commercial_partner_id"], ["amount_untaxed_signed:sum"]
        )
        return {partner.id: max(to_decimal(amount), ZERO) for partner, amount in groups}

    @api.model
    def _sum_orders(self, company, partners):
        """Return what is ordered and not invoiced; None where orders are not in Odoo."""
        return None

    @api.model
    def _get_late_shares(self, company, partners, date):
        """Return which share of the invoices of two years was paid after the due date, 0 to 1."""
        self.env["account.move"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT move.commercial_partner_id, COUNT(*),
                       COUNT(*) FILTER (WHERE paid.day > move.invoice_date_due)
                  FROM account_move move
                  JOIN LATERAL (
                        SELECT MAX(part.max_date) AS day
                          FROM account_move_line line
                          JOIN account_partial_reconcile part ON part.debit_move_id = line.id
                         WHERE line.move_id = move.id
                       ) paid ON paid.day IS NOT NULL
                 WHERE move.company_id = %s AND move.commercial_partner_id = ANY(%s)
                   AND move.state = 'posted' AND move.move_type = 'out_invoice'
                   AND move.payment_state IN ('paid', 'in_payment')
                   AND move.invoice_date > %s
                 GROUP BY move.commercial_partner_id
                """,
                company.id,
                partners.ids,
                date - 2 * YEAR,
            )
        )
        return {
            partner_id: round(Decimal(late) / Decimal(paid), 2) for partner_id, paid, late in rows
        }

    # === HELPERS ===

    @api.model
    def _own(self, company, partners):
        return Domain("company_id", "=", company.id) & Domain("partner_id", "in", partners.ids)

    @api.model
    def _count(self, model, domain):
        groups = self.env[model]._read_group(domain, ["partner_id"], ["__count"])
        return {partner.id: count for partner, count in groups}

    @api.model
    def _get_default(self, company, lines, date):
        """Return {item: :class:`default.Default`} of open items."""
        entries = self.env["dunning.ledger"]._get_entries(company, lines.ids, date)
        knows = company._knows_dunning_thirty_days()
        holidays = company._get_public_holidays(date - 3 * YEAR, date + YEAR)
        return {line: default_of(entries[line.id], knows, holidays) for line in lines}

    @api.model
    def _get_limitation_code(self, expires, today):
        return limitation.warning(expires, today)
