from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..rules import bundling, eligibility, ladder, statement
from ..tools import to_decimal


class DunningFacts(models.AbstractModel):
    """Gathers what the rules need to know, with few queries for a chunk of customers.

    The run, the invoice form and the moment of sending all ask here, so that there is one answer.
    """

    _name = "dunning.facts"
    _description = "Facts for Dunning Decisions"

    @api.model
    def _decide(self, company, partner_ids, date, notices=None):
        """Return one :class:`bundling.Decision` per customer that has open items.

        :param company: the company whose receivables are looked at
        :param list partner_ids: ids of commercial partners
        :param date: the day of the decision
        :param notices: decide for these notices again: they do not stand in their own way, and only
            their items count
        """
        debtors = self._gather(company, partner_ids, date, notices)
        letters = self._get_letters_once(notices)
        decisions = [self._decide_one(debtor, date, letters) for debtor in debtors]
        return self.env["dunning.pricing"]._price(company, decisions, date, notices)

    @api.model
    def _decide_one(self, debtor, date, letters):
        """Decide on one debtor; ``letters`` maps those who get a letter once to its policy."""
        if debtor.partner_id in letters:
            once = debtor._replace(policy=letters[debtor.partner_id], stops=())
            return statement.write_once(once, date)
        if debtor.policy and debtor.policy.mode == "statement":
            return statement.decide(debtor, date)
        return bundling.decide(debtor, date)

    @api.model
    def _decide_once(self, company, partners, policy):
        """Decide on the letters that are written once by ``policy``, whatever stops the ladder."""
        today = company._dunning_today()
        letters = dict.fromkeys(partners.ids, policy._as_rule())
        debtors = self._gather(company, partners.ids, today)
        return [self._decide_one(debtor, today, letters) for debtor in debtors]

    @api.model
    def _get_letters_once(self, notices):
        """Return {customer: policy} of notices that are written once, whatever stops the ladder."""
        once = (notices or self.env["dunning.notice"]).filtered(lambda n: n._is_written_once())
        return {notice.partner_id.id: notice.level_id.policy_id._as_rule() for notice in once}

    @api.model
    def _gather(self, company, partner_ids, date, notices=None):
        """Return a :class:`bundling.Debtor` for each of the customers that has open items.

        :param notices: only their items; what the others use up of a pause or of a credit is known
        """
        debtors = self._gather_all(company, partner_ids, date, notices)
        if not notices:
            return debtors
        own = set(notices.line_ids.move_line_id.ids)
        debtors = [self._restrict(debtor, own) for debtor in debtors]
        return [debtor for debtor in debtors if debtor.items]

    @api.model
    def _restrict(self, debtor, line_ids):
        """Return the debtor with those of his items only."""
        items = tuple(item for item in debtor.items if item.line_id in line_ids)
        return debtor._replace(items=items)

    @api.model
    def _gather_all(self, company, partner_ids, date, notices=None):
        """Return the customers with all their open items; ``notices`` do not count as under way."""
        if not partner_ids:
            return []
        facts = self.with_company(company)
        rows = facts._query_open_lines(company, partner_ids)
        stops = self.env["dunning.stops"]._get_stops(company, rows, date)
        history = facts._query_history({row[1] for row in rows})
        blocks = facts._query_blocks(company, partner_ids, date)
        letters, busy = facts._query_notices(company, partner_ids, notices)
        if notices:
            busy = {}  # the items of these notices stand on no other one
        told = self.env["dunning.veto"]._get_told([(row[0], row[1], row[3]) for row in rows])
        rates = facts._get_rates(company, {row[4] for row in rows}, date)
        items, credits_ = defaultdict(list), defaultdict(list)
        for row in rows:
            partner_id, residual = row[2], Decimal(row[5])
            if residual < 0:
                if not row[6]:
                    credits_[partner_id].append(
                        bundling.Credit(row[0], row[1], row[3], row[4], -residual)
                    )
                continue
            item = facts._make_item(row, residual, rates, history, blocks, stops)
            items[partner_id].append(item._replace(told=tuple(told.get(row[0], ()))))
        partners = self.env["res.partner"].with_company(company).browse(items)
        partners = partners.sudo()  # what the letter says does not depend on who asks
        return [
            bundling.Debtor(
                items=tuple(items[partner.id]),
                credits=tuple(credits_[partner.id]),
                letters=letters.get(partner.id, {}),
                busy=frozenset(busy.get(partner.id, ())),
                **values,
            )
            for partner, values in partners._get_dunning_debtor_values()
        ]

    def _query_open_lines(self, company, partner_ids):
        """Return the open receivable lines of the customers, oldest first.

        Rows: line, move, commercial partner, due date, currency, residual as text, excluded,
        payment state, highest level allowed for the invoice.
        """
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model(["dunning_cap", "payment_state"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        accounts = (
            self.env["account.account"]
            .sudo()  # every receivable account counts, whatever the clerk may see of the chart
            .search([("account_type", "=", "asset_receivable"), ("non_trade", "=", False)])
        )
        return self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.move_id, partner.commercial_partner_id,
                       COALESCE(line.date_maturity, line.date), line.currency_id,
                       line.amount_residual_currency::text, line.no_followup,
                       move.payment_state, move.dunning_cap
                  FROM res_partner partner
                 CROSS JOIN LATERAL (
                       SELECT * FROM account_move_line
                        WHERE account_id = ANY(%(accounts)s)
                          AND partner_id = partner.id
                          AND reconciled IS NOT TRUE
                          AND parent_state = 'posted'
                          AND company_id = %(company)s
                          AND amount_residual_currency <> 0
                       OFFSET 0  -- customer by customer, or PostgreSQL may read the whole ledger
                  ) line
                  JOIN account_move move ON move.id = line.move_id
                 WHERE partner.commercial_partner_id = ANY(%(partners)s)
                 ORDER BY partner.commercial_partner_id, 4, line.id
                """,
                accounts=accounts.ids,
                company=company.id,
                partners=list(partner_ids),
            )
        )

    def _query_history(self, move_ids):
        """Return the sent claims by invoice: {move: [(line, due, :class:`ladder.Step`), ...]}.

        Letters outside the ladder (rank 0) do not count.
        """
        self.env["dunning.notice.line"].flush_model()
        self.env["dunning.notice"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT claim.move_id, claim.move_line_id, claim.date_due, claim.rank,
                       notice.date_sent, notice.date_deadline, level.policy_id
                  FROM dunning_notice_line claim
                  JOIN dunning_notice notice ON notice.id = claim.notice_id
                  LEFT JOIN dunning_level level ON level.id = notice.level_id
                 WHERE claim.move_id = ANY(%s) AND claim.kind = 'claim' AND claim.state = 'sent'
                   AND claim.rank > 0
                 ORDER BY claim.rank, notice.date_sent
                """,
                list(move_ids),
            )
        )
        history = defaultdict(list)
        for move_id, line_id, due, *step in rows:
            history[move_id].append((line_id, due, ladder.Step(*step)))
        return history

    def _query_blocks(self, company, partner_ids, date):
        """Return what is paused: {("partner" or "move", id): [(line id, due date, Block), ...]}."""
        Block = self.env["dunning.block"].sudo()  # a block holds whoever asks
        found = Block.search_fetch(
            Block._running_domain(date)
            & Domain("company_id", "=", company.id)
            & Domain("partner_id", "in", list(partner_ids)),
            [
                "partner_id",
                "move_id",
                "move_line_id",
                "date_due",
                "amount",
                "date_end",
                "reason_id",
            ],
        )
        blocks = defaultdict(list)
        for block in found:
            fact = eligibility.Block(
                amount=to_decimal(block.amount) if block.amount else None,
                end=block.date_end or None,
                label=str(block.reason_id.id),
            )
            key = ("move", block.move_id.id) if block.move_id else ("partner", block.partner_id.id)
            blocks[key].append((block.move_line_id.id, block.date_due, fact))
        return blocks

    def _query_notices(self, company, partner_ids, ignored=None):
        """Return the last letter and the currencies with a notice under way, by customer."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id, currency_id,
                       MAX(date_sent) FILTER (WHERE state = 'sent'),
                       BOOL_OR(
                           state IN ('approved', 'sending', 'failed')
                           OR (state = 'proposed'
                               AND (is_edited OR first_approved_by_id IS NOT NULL))
                       )
                  FROM dunning_notice
                 WHERE company_id = %s AND partner_id = ANY(%s) AND NOT (id = ANY(%s))
                 GROUP BY partner_id, currency_id
                """,
                company.id,
                list(partner_ids),
                ignored.ids if ignored else [],
            )
        )
        letters, busy = defaultdict(dict), defaultdict(set)
        for partner_id, currency_id, last, under_way in rows:
            if last:
                letters[partner_id][currency_id] = last
            if under_way:
                busy[partner_id].add(currency_id)
        return letters, busy

    def _get_rates(self, company, currency_ids, date):
        """Return what one unit of each currency is worth in company currency on ``date``."""
        Currency = self.env["res.currency"]
        return {
            currency.id: to_decimal(
                Currency._get_conversion_rate(currency, company.currency_id, company, date)
            )
            for currency in Currency.browse(currency_ids)
        }

    def _make_item(self, row, residual, rates, history, blocks, stops):
        line_id, move_id, partner_id, due, currency_id, *_ledger, cap = row
        steps = self._get_steps(history.get(move_id, ()), line_id, due)
        paused = self._get_item_blocks(line_id, move_id, partner_id, due, residual, blocks)
        return eligibility.Item(
            line_id=line_id,
            move_id=move_id,
            due=due,
            currency_id=currency_id,
            residual=residual,
            rate=rates[currency_id],
            cap=cap or 0,
            blocks=paused,
            stops=tuple(stops.get(line_id, ())),
            steps=steps,
            **ladder.standing(steps),
        )

    @staticmethod
    def _get_item_blocks(line_id, move_id, partner_id, due, residual, blocks):
        """Return the blocks that hold an item.

        An amount paused on a whole invoice is used up from its oldest instalment on, so items have
        to come in the order of their due dates.
        """
        found = [fact for _line, _due, fact in blocks.get(("partner", partner_id), ())]
        own = blocks.get(("move", move_id), ())
        for place, (paused_line, paused_due, fact) in enumerate(own):
            if not paused_line and not paused_due:
                found.append(fact)
                if fact.amount is not None:
                    rest = fact._replace(amount=max(fact.amount - residual, eligibility.ZERO))
                    own[place] = (paused_line, paused_due, rest)
            elif paused_line == line_id or (not paused_line and paused_due == due):
                found.append(fact)
        return tuple(fact for fact in found if fact.amount != 0)

    @staticmethod
    def _get_steps(steps, line_id, due):
        """Return the notices that were sent for an item, the highest level last.

        Resetting an invoice to draft replaces its lines, so the item is found again by its line,
        else by its due date, else it keeps the highest rank that the invoice has reached.
        """
        found = (
            [step for step in steps if step[0] == line_id]
            or [step for step in steps if not step[0] and step[1] == due]
            or [step for step in steps if not step[0]]
        )
        return tuple(step for _line, _due, step in found)
