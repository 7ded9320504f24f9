from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date, format_datetime

from ..rules import eligibility, ladder
from .dunning_call_outcome import NEEDED, WITH_CONTENT

#: What the guide shows of the past.
SHOWN_CALLS = 6
SHOWN_NOTICES = 4


class DunningCallGuide(models.AbstractModel):
    """What the guided call shows and keeps; the screen itself is a client action."""

    _name = "dunning.call.guide"
    _description = "Guided Call"

    def action_open_guide(self):
        """Open the guided call; when nothing is left to call about, say so instead."""
        self.ensure_one()
        self.check_access("read")
        self.sudo()._drop_settled(self.company_id)  # the list is a moment old, whoever looks at it
        if self.state == "cancelled":
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "success",
                    "title": self.partner_id.name,
                    "message": self.cancel_reason,
                    "next": {"type": "ir.actions.client", "tag": "soft_reload"},
                },
            }
        return {
            "type": "ir.actions.client",
            "tag": "mahnwesen_pro.dunning_call_guide",
            "path": "mahnanruf",
            "name": self.partner_id.name,
            "context": {"active_id": self.id},
        }

    @api.model
    def _open_for(self, partner, company, moves=None):
        """Open the guide for a customer; a call of his that is planned is taken."""
        calls = self.env["dunning.call"]
        calls._check_may_call(partner, company)
        planned = calls._plan(partner, company, "clerk", user=self.env.user, moves=moves)
        return planned.action_open_guide()

    def action_open_next(self):
        """Open the next call of the user's list, or the list when nothing is left for today."""
        following = self.env["dunning.call"].search(self._today_domain(), limit=1)
        if following:
            return following.action_open_guide()
        return self.env["ir.actions.act_window"]._for_xml_id("mahnwesen_pro.dunning_call_action")

    @api.model
    def _today_domain(self):
        """Return the domain of the user's calls that are due by today."""
        company = self.env.company
        return (
            Domain("company_id", "=", company.id)
            & Domain("user_id", "=", self.env.uid)
            & Domain("state", "=", "planned")
            & Domain("date", "<=", company._dunning_today())
        )

    def get_guide(self):
        """Return everything that the guided call shows, ready to be read."""
        self.ensure_one()
        self.check_access("read")
        call = self.sudo()  # a salesperson may see of the customer what the call is about
        moves = call._get_overdue_moves() | call.move_ids.filtered("amount_residual")
        chosen = call._get_moves()
        is_first = call._is_first()
        return {
            "id": call.id,
            "state": call.state,
            "values": call._get_guide_values(chosen),
            "labels": call._get_guide_labels(),
            "customer": call._get_guide_customer(),
            "contacts": call._get_guide_contacts(),
            "items": call._get_guide_items(moves),
            "history": call._get_guide_history(),
            "promise": call._get_guide_promise(),
            "complaints": call._get_guide_complaints(),
            "warnings": list(call._get_guide_warnings()),
            "reason": call.priority_reason,
            "best_time": call._get_time_advice(),
            "is_first": is_first,
            "gaps": call._get_guide_gaps(chosen),
            "steps": self.env["dunning.call.step"]._get_cards(is_first),
            "excuses": self.env["dunning.excuse"].search([])._as_cards(),
            "outcomes": call._get_guide_outcomes(),
            "stances": self._fields["stance"]._description_selection(self.env),
            "currency_id": call.currency_id.id,
        }

    def finish_guide(self, outcome, values):
        """End the call from the guide; see :meth:`action_finish`. Return what follows, in words."""
        self.action_finish(outcome, values)
        return list(self.sudo()._get_effects())  # what has become of the user's own call

    def _get_effects(self):
        """Yield what the outcome has set in motion, one sentence each."""
        ends = [block.date_end for block in self.block_ids if block.date_end]
        if ends:
            day = format_date(self.env, max(ends))
            yield self.env._("Letters about it wait up to %s.", day)
        if self.summary_state == "sent":
            yield self.env._("The summary goes to %s.", self.summary_email)
        elif self.summary_state == "failed":
            yield self.env._("No summary could be sent; you have a task for that.")
        if self.next_call_id:
            yield self.env._(
                "Next call on %(day)s: %(user)s.",
                day=format_date(self.env, self.next_call_id.date),
                user=self.next_call_id.user_id.name,
            )

    def _get_guide_labels(self):
        """Return {field: label} of what the guide asks for."""
        names = sorted(self._get_noted())
        return {name: self._fields[name]._description_string(self.env) for name in names}

    def _get_guide_outcomes(self):
        """Return the outcomes with their names and what follows from each."""
        follows = self._get_outcome_effects()
        return [
            {
                "code": code,
                "label": label,
                "follows": follows[code],
                "inputs": [
                    self._get_guide_input(name, name in NEEDED.get(code, ()))
                    for name in self._get_asked(code)
                ],
                "has_content": code in WITH_CONTENT,
            }
            for code, label in self._fields["outcome"]._description_selection(self.env)
        ]

    def _get_guide_input(self, name, is_required):
        """Return how the guide asks for a field."""
        kinds = {"char": "text", "text": "textarea", "monetary": "amount", "many2one": "select"}
        kind = self._fields[name].type
        return {
            "name": name,
            "type": "time" if name.endswith("_hour") else kinds.get(kind, kind),
            "required": is_required,
            "options": self._get_guide_options(name) if kind == "many2one" else [],
        }

    def _get_guide_options(self, name):
        """Return the [(id, name)] between which a field of the guide chooses."""
        return self._get_guide_colleagues() if name == "next_user_id" else []

    def _get_outcome_effects(self):
        """Return {outcome: what follows from it, in a sentence}."""
        days = self.company_id.dunning_promise_days
        next_level = self.env._("The next letter may go. It speaks for handing the claim over.")
        return {
            "promise": self.env._(
                "Letters wait until the promised day and %s days more; then the books decide.",
                days,
            ),
            "part_payment": self.env._("Only this part waits; the rest goes on."),
            "plan": self.env._("A plan is drafted; nothing is sent while it is written."),
            "complaint": self.env._(
                "Nothing of it is dunned until it is clarified; the answer is given in writing."
            ),
            "paid": self.env._("The payment is looked for; letters wait that long."),
            "call_back": self.env._("The call stands in your list for that time."),
            "not_reached": self.env._("The next attempt is planned, within the cap of a week."),
            "wrong_number": self.env._("The number is marked; the next attempt is planned."),
            "no_proposal": self.env._("A warning sign. %s", next_level),
            "refused": next_level,
        }

    def _is_first(self):
        """Whether nobody has talked with the debtor about these invoices yet."""
        return not self.search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("outcome", "in", WITH_CONTENT),
                ("move_ids", "in", self._get_moves().ids),
            ],
            limit=1,
        )

    def _get_guide_values(self, chosen):
        """Return what is noted so far by the names of the fields, days as text."""
        names = sorted(self._get_noted() - {"called_on", "direction", "move_ids"})
        values = {}
        for name in names:
            value, kind = self[name], self._fields[name].type
            if kind == "many2one":
                value = value.id
            elif kind == "date":
                value = fields.Date.to_string(value)
            values[name] = value
        total = self._get_totals(chosen).get(self.currency_id, 0)
        return {
            **values,
            "move_ids": chosen.ids,
            "answers": self.answers or [],
            "promise_amount": self.promise_amount or total,
            "summary_email": self._get_summary_email(),
        }

    def _get_totals(self, moves):
        """Return {currency: what is to be talked about}."""
        totals = {}
        for move, amount in self._get_amounts(moves).items():
            totals[move.currency_id] = totals.get(move.currency_id, 0) + amount
        return totals

    def _get_guide_customer(self):
        partner = self.partner_id.with_company(self.company_id)
        kinds = dict(partner._fields["dunning_debtor_type"]._description_selection(self.env))
        return {
            "id": partner.id,
            "name": partner.name,
            "ref": partner.ref or "",
            "place": ", ".join(filter(None, [partner.zip, partner.city])),
            "kind": kinds[partner.dunning_debtor_type],
            "clerk": partner._get_dunning_clerk(self.company_id).name or "",
            "salesperson": partner.user_id.name or "",
        }

    def _get_guide_contacts(self):
        """Return the people and numbers of the debtor; numbers that were wrong are marked."""
        wrong = {
            call.number
            for call in self.search(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("outcome", "=", "wrong_number"),
                    ("number", "!=", False),
                ]
            )
        }
        people = self.partner_id | self.partner_id.child_ids
        return [
            {
                "id": person.id,
                "name": person.name or self.partner_id.name,
                "function": person.function or "",
                "phone": person.phone or "",
                "email": person.email or "",
                "is_firm": person.is_company,
                "is_wrong": bool(person.phone) and person.phone in wrong,
            }
            for person in people
            if person.phone or person.email
        ]

    def _get_guide_items(self, moves):
        """Return the invoices with what of them is overdue."""
        today = self.company_id._dunning_today()
        return [
            {
                "id": move.id,
                "name": move.name,
                "due": format_date(self.env, move.invoice_date_due or move.date),
                "days": (today - (move.invoice_date_due or move.date)).days,
                "open": format_amount(self.env, amount, move.currency_id),
                "level": move.dunning_level_id.name or "",
                "is_paused": move.dunning_is_paused,
            }
            for move, amount in self._get_amounts(moves).items()
        ]

    def _get_guide_history(self):
        """Return the last calls and letters, the newest first."""
        calls = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("state", "=", "done"),
            ],
            order="called_on desc",
            limit=SHOWN_CALLS,
        )
        outcomes = dict(self._fields["outcome"]._description_selection(self.env))
        rows = [
            {
                "key": f"call_{call.id}",
                "moment": fields.Datetime.to_string(call.called_on),
                "day": format_datetime(self.env, call.called_on, dt_format="short"),
                "kind": "call",
                "title": outcomes[call.outcome],
                "text": call.customer_words or call.notes or "",
            }
            for call in calls
        ]
        notices = self.env["dunning.notice"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("state", "=", "sent"),
            ],
            limit=SHOWN_NOTICES,
        )
        rows += [
            {
                "key": f"notice_{notice.id}",
                "moment": fields.Date.to_string(notice.date_sent or notice.date),
                "day": format_date(self.env, notice.date_sent or notice.date),
                "kind": "letter",
                "title": notice.level_id.name,
                "text": format_amount(self.env, notice.amount_total, notice.currency_id),
            }
            for notice in notices
        ]
        return sorted(rows, key=lambda row: row["moment"], reverse=True)

    def _get_guide_promise(self):
        """Return the last promise of the debtor in words, empty for none."""
        last = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("outcome", "in", ("promise", "part_payment")),
            ],
            order="called_on desc",
            limit=1,
        )
        if not last:
            return ""
        return self.env._(
            "%(amount)s by %(day)s (%(person)s)",
            amount=last._money(last.promise_amount),
            day=format_date(self.env, last.promise_date),
            person=last.promise_person or last.spoken_with or "–",
        )

    def _get_guide_complaints(self):
        """Return the running pauses of the debtor: reason, note, end."""
        today = self.company_id._dunning_today()
        blocks = self.env["dunning.block"]
        running = blocks.search(
            blocks._running_domain(today)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("partner_id", "=", self.partner_id.id)
        )
        return [
            {
                "id": block.id,
                "title": block.display_name,
                "note": block.note or "",
                "end": block.date_end and format_date(self.env, block.date_end),
            }
            for block in running
        ]

    def _get_guide_warnings(self):
        """Yield what the caller should know before dialling."""
        company = self.company_id
        now = company._dunning_local(fields.Datetime.now())
        cap = company.dunning_call_week_cap
        week = now.date() - timedelta(days=6)
        tried = sum(day >= week for day in self._get_attempt_days(now.date()))
        if cap and tried >= cap:
            yield self.env._(
                "Called %(tried)s times within seven days; the cap is %(cap)s.",
                tried=tried,
                cap=cap,
            )
        if not company._is_call_time(now):
            yield self.env._("Outside the call hours: %s.", company._format_call_hours())
        if self.partner_id._is_dunning_consumer():
            yield self.env._(
                "A consumer: a number at work only if the customer gave it to you for this."
            )
        given = self._count_extensions()
        if given:
            yield self.env._(
                "Time was given for these invoices before (%s); a manager confirms another "
                "extension afterwards.",
                given,
            )

    def _count_extensions(self):
        """Return how many times time was given for one of the invoices (METHOD T6)."""
        return self.search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("outcome", "=", "promise"),
                ("move_ids", "in", self._get_moves().ids),
            ]
        )

    def _get_guide_gaps(self, chosen):
        """Return what fills the gaps of the sentences, those of the promise apart."""
        level, day = self._get_next_step(chosen)
        totals = self._get_totals(chosen)
        dues = [move.invoice_date_due for move in chosen if move.invoice_date_due]
        return {
            "caller": self.env.user.name,
            "company": self.company_id.name,
            "contact": self._get_summary_name() or self.env._("whoever looks after your invoices"),
            "customer": self.partner_id.name,
            "invoices": ", ".join(chosen.mapped("name")),
            "total": " + ".join(
                format_amount(self.env, amount, currency) for currency, amount in totals.items()
            ),
            "due_since": format_date(self.env, min(dues)) if dues else "–",
            "next_level": level or self.env._("our next letter"),
            "next_date": format_date(self.env, day) if day else "–",
        }

    def _get_next_step(self, moves):
        """Return (name, first day) of the next written level of the invoices, ("", None) if none.

        Only a letter is named: agency and court have no place on the phone (METHOD T4, T12).
        """
        today = self.company_id._dunning_today()
        debtors = self.env["dunning.facts"]._gather(self.company_id, self.partner_id.ids, today)
        for debtor in debtors:
            for item in debtor.items:
                level = debtor.policy and eligibility.step(item, debtor.policy)
                if item.move_id in moves.ids and level:
                    day = ladder.earliest_day(level, item.due, item.sent, item.deadline)
                    name = self.env["dunning.level"].browse(level.id).name
                    return name, max(day, today)
        return "", None

    def _get_guide_colleagues(self):
        """Return who else may call: for the next attempt on another line (METHOD T1)."""
        group = self.env.ref("mahnwesen_pro.group_dunning_clerk")
        users = group.all_user_ids.filtered(
            lambda user: user.active and not user.share and self.company_id in user.company_ids
        )
        return [(user.id, user.name) for user in users - self.env.user]
