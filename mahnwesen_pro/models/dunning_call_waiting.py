from datetime import date as Date
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from ..rules import bundling, calls
from ..rules.eligibility import ZERO, Reason
from .dunning_call_planning import Plan

#: How far back calls are looked at, in days; a level lasts weeks, not months.
MEMORY = 180

#: Working days are counted that many days ahead.
AHEAD = 60


class DunningCallWaiting(models.AbstractModel):
    """Letters that wait for a call, and the calls that letters bring along."""

    _name = "dunning.call.waiting"
    _description = "Calls and Letters"

    # === A LETTER WAITS ===

    @api.model
    def _hold_letters(self, company, decisions, date):
        """Return the decisions without the letters that wait for a call; their items say so."""
        partners = [decision.debtor.partner_id for decision in decisions if decision.drafts]
        rules = self.env["dunning.level.call"]._get_rules() if partners else {}
        if not rules:
            return decisions
        facts = self._get_call_facts(company, partners, date)
        holidays = company._dunning_holidays(date - timedelta(days=AHEAD), date + timedelta(AHEAD))
        result = []
        for decision in decisions:
            kept, skips = [], list(decision.skips)
            for draft in decision.drafts:
                own = facts.get(decision.debtor.partner_id, ())
                waits = calls.letter_waits(
                    draft.level.id, self._get_steps(draft), rules, own, date, holidays
                )
                if waits:
                    skips += self._skip_draft(draft, *waits)
                else:
                    kept.append(draft)
            result.append(decision._replace(drafts=tuple(kept), skips=tuple(skips)))
        return result

    @staticmethod
    def _get_steps(draft):
        """Return the claims of a draft by the level that they stand on now."""
        levels = draft.debtor.policy.levels
        groups = {}
        for claim in draft.claims:
            item = claim.item
            last = levels[item.rank - 1].id if 0 < item.rank <= len(levels) else 0
            groups.setdefault((last, item.sent, item.deadline), []).append(claim)
        return [
            calls.Step(
                amount=sum((claim.amount * claim.item.rate for claim in claims), ZERO),
                due=min(claim.item.due for claim in claims),
                last=last,
                sent=sent,
                deadline=deadline,
            )
            for (last, sent, deadline), claims in groups.items()
        ]

    @staticmethod
    def _skip_draft(draft, rule, until):
        reason = Reason("call_waiting", until + timedelta(days=1), record=rule.id)
        return [bundling.Skip(draft.debtor, claim.item, (reason,)) for claim in draft.claims]

    @api.model
    def _get_call_facts(self, company, partner_ids, date):
        """Return {customer: [CallFact]} of the calls planned and made lately."""
        everything = self.env["dunning.call"].sudo()  # a colleague's call counts as well
        found = everything.search_fetch(
            Domain("company_id", "=", company.id)
            & Domain("partner_id", "in", list(partner_ids))
            & (Domain("state", "in", ("planned", "done")) | Domain("cancelled_by_id", "!=", False))
            & Domain("date", ">=", date - timedelta(days=MEMORY)),
            [
                "partner_id",
                "state",
                "date",
                "called_on",
                "outcome",
                "wait_until",
                "company_id",
                "cancelled_by_id",
            ],
        )
        facts = {}
        for call in found:
            fact = calls.CallFact(
                day=call._get_local_day() if call.called_on else call.date,
                settled=bool(call.cancelled_by_id) or call._has_content(),
                wait_until=call.wait_until or None,
            )
            facts.setdefault(call.partner_id.id, []).append(fact)
        return facts

    # === A CALL IS PLANNED ===

    @api.model
    def _plan_for_held_letters(self, run, decisions):
        """Plan the calls for which a run holds letters back."""
        partners, invoices, wanted = self.env["res.partner"], self.env["account.move"], {}
        for skip in (skip for decision in decisions for skip in decision.skips):
            for reason in skip.reasons:
                if reason.code == "call_waiting":
                    partner = partners.browse(skip.debtor.partner_id)
                    _rule_id, _day, moves = wanted.get(partner, (None, None, invoices))
                    moves |= moves.browse(skip.item.move_id)
                    wanted[partner] = (reason.record, reason.until - timedelta(days=1), moves)
        self._plan_by_rules(
            run.company_id,
            [
                (partner, rule_id, None, run.date, day, moves)
                for partner, (rule_id, day, moves) in wanted.items()
            ],
        )

    @api.model
    def _plan_after_letters(self, company):
        """Plan the calls that come with letters or after their deadlines and are due by today."""
        today = company._dunning_today()
        rules = {
            rule.id: rule
            for found in self.env["dunning.level.call"]._get_rules().values()
            for rule in found
            if rule.moment != "before"
        }
        if not rules:
            return
        holidays = company._dunning_holidays(today - timedelta(days=AHEAD), today)
        due = {}
        for notice_id, rule_id, line_id, partner_id, sent, deadline in self._query_letters(
            company, list(rules), today
        ):
            if calls.call_day(rules[rule_id], sent, deadline, holidays) <= today:
                due.setdefault((partner_id, rule_id, notice_id, sent), set()).add(line_id)
        partner_ids = {key[0] for key in due}
        facts = self._get_call_facts(company, partner_ids, today)
        items = self._get_callable_items(company, partner_ids)
        self._plan_by_rules(company, list(self._get_due_calls(company, rules, due, items, facts)))

    def _get_due_calls(self, company, rules, due, items, facts):
        """Yield what is to be planned of the letters whose call is due and worth it.

        Not what was followed by a later letter, nor what was talked about since the letter. Of
        several calls of a level at the same moment, the one with the highest minimum counts.
        """
        today = company._dunning_today()
        holidays = company._dunning_holidays(today, today + timedelta(days=AHEAD))
        chosen = set()
        for (partner_id, rule_id, notice_id, sent), lines in due.items():
            own = [
                item
                for item in items.get(partner_id, ())
                if item.line_id in lines and item.sent == sent
            ]
            amount = sum((item.dunnable * item.rate for item in own), ZERO)
            rule = rules[rule_id]
            settled = any(fact.settled and fact.day >= sent for fact in facts.get(partner_id, ()))
            key = (partner_id, notice_id, rule.moment)
            if own and amount >= rule.minimum and not settled and key not in chosen:
                chosen.add(key)
                until = calls.add_workdays(today, rule.wait, holidays)
                moves = self.env["account.move"].browse({item.move_id for item in own})
                partner = self.env["res.partner"].browse(partner_id)
                yield partner, rule_id, notice_id, today, until, moves

    def _query_letters(self, company, rule_ids, today):
        """Return the open claims of letters with a call that nobody has planned yet.

        Rows: notice, rule, journal item, customer, day of sending, deadline.
        """
        letters = self.env["dunning.notice.line"].sudo()  # which letters were sent is a fact
        found = letters.search_fetch(
            Domain("state", "=", "sent")
            & Domain("kind", "=", "claim")
            & Domain("company_id", "=", company.id)
            & Domain("notice_id.date_sent", ">=", today - timedelta(days=AHEAD))
            & Domain("level_id.call_rule_ids", "in", rule_ids)
            & Domain("move_line_id.reconciled", "=", False),
            ["notice_id", "level_id", "move_line_id", "partner_id", "rank"],
        )
        newest = {}
        for line in found.sorted("rank"):
            newest[line.move_line_id] = line
        planned = self._get_last_planned(company, found.partner_id)
        return [
            (
                line.notice_id.id,
                rule.id,
                line.move_line_id.id,
                line.partner_id.id,
                line.notice_id.date_sent,
                line.notice_id.date_deadline,
            )
            for line in newest.values()
            for rule in line.level_id.call_rule_ids.filtered(lambda rule: rule.moment != "before")
            if line.notice_id.date_sent
            > planned.get((line.partner_id, line.level_id, rule.moment), Date.min)
        ]

    def _get_last_planned(self, company, partners):
        """Return {(customer, level, moment): the newest day for which such a call was planned},
        whatever became of it.
        """
        everything = self.env["dunning.call"].sudo()  # see _get_call_facts
        found = everything.search_fetch(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", partners.ids),
                ("rule_id", "!=", False),
            ],
            ["partner_id", "rule_id", "date"],
            order="date",
        )
        return {
            (call.partner_id, call.rule_id.level_id, call.rule_id.moment): call.date
            for call in found
        }

    @api.model
    def _plan_by_rules(self, company, wanted):
        """Plan calls of levels at once.

        :param wanted: (customer, id of the rule, id of the notice, day, letter waits until, moves)
        """
        if not wanted:
            return
        rules = self.env["dunning.level.call"].sudo()  # what a level says, whoever asks
        callers = self._get_callers(company, [(row[0], rules.browse(row[1])) for row in wanted])
        plans = []
        for row, caller in zip(wanted, callers, strict=True):
            partner, rule_id, notice_id, day, until, moves = row
            rule = rules.browse(rule_id)
            back = rule.who == "salesperson" and caller == partner.user_id
            values = {
                "rule_id": rule_id,
                "level_id": rule.level_id.id,
                "notice_id": notice_id,
                "wait_until": until,
                "hand_back_on": back and self._get_hand_back_day(company, day),
            }
            plans.append(Plan(partner, "level", day, caller, moves, values))
        self.env["dunning.call"]._plan_many(company, plans)

    # === WHO CALLS ===

    @api.model
    def _get_callers(self, company, pairs):
        """Return who makes each of the calls, given as (customer, rule).

        Whoever has a call with the customer on the list already keeps it.
        """
        persons = self.env["res.users"].union(*(rule.user_ids for _partner, rule in pairs))
        load = self._count_open_calls(company, persons)
        partners = self.env["res.partner"].union(*(partner for partner, _rule in pairs))
        everything = self.env["dunning.call"].sudo()  # see _get_call_facts
        planned = everything.search_fetch(
            [
                ("company_id", "=", company.id),
                ("state", "=", "planned"),
                ("partner_id", "in", partners.ids),
            ],
            ["partner_id", "user_id"],
        )
        known = {call.partner_id.id: call.user_id.sudo(False) for call in planned}
        clerks = partners._get_dunning_clerks(company)
        return [
            known.get(partner.id) or self._get_caller(partner, rule, load) or clerks[partner]
            for partner, rule in pairs
        ]

    def _get_caller(self, partner, rule, load):
        """Return the person whom a rule names, empty where it names the clerk or nobody is free."""
        if rule.who == "salesperson" and partner.user_id._may_call_debtors():
            return partner.user_id
        if rule.who == "persons":
            free = rule.user_ids.filtered(lambda user: user._may_call_debtors())
            if free:
                chosen = min(free, key=lambda user: (load.get(user, 0), user.id))
                load[chosen] = load.get(chosen, 0) + 1
                return chosen
        return self.env["res.users"]

    def _count_open_calls(self, company, users):
        if not users:
            return {}
        everything = self.env["dunning.call"].sudo()  # counted, not shown
        groups = everything._read_group(
            [
                ("user_id", "in", users.ids),
                ("state", "=", "planned"),
                ("company_id", "=", company.id),
            ],
            ["user_id"],
            ["__count"],
        )
        return {user.sudo(False): count for user, count in groups}

    def _get_hand_back_day(self, company, day):
        """Return the last day on which a salesperson may make the call."""
        holidays = company._dunning_holidays(day, day + timedelta(days=AHEAD))
        return calls.add_workdays(day, 2, holidays)

    # === WHAT ONE MAY CALL ABOUT ===

    @api.model
    def _get_callable_items(self, company, partner_ids):
        """Return {customer: [overdue items]} without what is paused, on its way or excluded."""
        today = company._dunning_today()
        debtors = self.env["dunning.facts"]._gather(company, list(partner_ids), today)
        return {
            debtor.partner_id: [
                item
                for item in debtor.items
                if item.due < today and item.dunnable and not item.stops
            ]
            for debtor in debtors
        }
