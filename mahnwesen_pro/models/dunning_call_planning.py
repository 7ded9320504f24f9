from datetime import date as Date
from datetime import timedelta
from typing import Any, NamedTuple

from odoo import api, fields, models
from odoo.fields import Command

from ..rules import calls

#: Causes that tell more than those a planned call may already have.
TELLING = ("broken_promise", "complaint", "hand_over", "call_back")

#: What a level says about its call.
OF_LEVEL = ("level_id", "rule_id", "notice_id", "wait_until")

ACTIVITY = "mahnwesen_pro.mail_activity_type_call"

#: So many calls are named in the mail that tells of them.
TOLD = 20


class Plan(NamedTuple):
    """A call to be planned. Without ``moves``: everything overdue; without ``user``: the clerk."""

    partner: Any
    cause: str
    date: Date | None = None
    user: Any = None
    moves: Any = None
    values: dict | None = None  # further fields of the call


class DunningCallPlanning(models.AbstractModel):
    """How calls come onto the list and leave it, and the tasks that hang on them."""

    _name = "dunning.call.planning"
    _description = "Planning of Dunning Calls"

    @api.model
    def _plan(self, partner, company, cause, date=None, user=None, moves=None):
        """Return the one planned call with a debtor, made when there is none.

        A call that is planned already takes over the invoices and the earlier of both dates.

        :param partner: customer (``res.partner``); his commercial partner counts
        :param str cause: one of ``dunning_call.CAUSES``
        :param date: working day of the call, today when empty
        :param user: who calls; the customer's clerk when empty
        :param moves: the invoices that it is about; empty: everything that is overdue
        """
        plan = Plan(partner.commercial_partner_id, cause, date, user, moves)
        return self._plan_many(company, [plan])

    @api.model
    def _plan_many(self, company, plans):
        """Plan several calls in one company at once; see :meth:`_plan`. Returns all of them."""
        maker = self.sudo().with_company(company)  # whoever has the cause, the call is planned
        partners = self.env["res.partner"].union(*(plan.partner for plan in plans))
        planned = maker.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "planned"),
                ("partner_id", "in", partners.ids),
            ]
        ).grouped("partner_id")
        new, joining = {}, []
        for plan in plans:
            if plan.partner in planned or plan.partner in new:
                joining.append(plan)
            else:
                new[plan.partner] = maker._prepare_call_vals(company, plan)
        made = maker.with_context(tracking_disable=True).create(list(new.values()))
        made = made.with_env(maker.env)
        made._subscribe_callers()
        made._create_tasks()
        made._tell_callers()
        planned |= made.grouped("partner_id")
        for plan in joining:
            planned[plan.partner]._join_plan(plan)
        return self.browse([call.id for call in planned.values()])

    @api.model
    def _prepare_call_vals(self, company, plan):
        today = company._dunning_today()
        user = plan.user or plan.partner._get_dunning_clerk(company) or self.env.user
        return {
            "company_id": company.id,
            "partner_id": plan.partner.id,
            "cause": plan.cause,
            "date": plan.date or today,
            "user_id": user.id,
            "move_ids": [Command.set(plan.moves.ids if plan.moves else [])],
            **(plan.values or {}),
        }

    def _join_plan(self, plan):
        """Let a planned call take over what another cause asks for.

        A time that was agreed with the customer stays, and so does the person when a level asks.
        """
        waits = plan.values or {}
        values = {name: waits[name] for name in OF_LEVEL if waits.get(name) and not self[name]}
        if plan.date and plan.date < self.date and self.cause != "call_back":
            values["date"] = plan.date
        if plan.user and plan.user != self.user_id and plan.cause != "level":
            values |= {"user_id": plan.user.id, "hand_back_on": False}
        if not plan.moves and self.move_ids:
            values["move_ids"] = [Command.clear()]
        elif plan.moves and self.move_ids and (new := plan.moves - self.move_ids):
            values["move_ids"] = [Command.link(move.id) for move in new]
        if plan.cause in TELLING:
            values["cause"] = plan.cause
        if values:
            self._write_own(values)

    # === MERGING CUSTOMERS ===

    @api.model
    def _set_twins_aside(self, partners, destination):
        """Leave one planned call per company of customers that are being merged.

        A time that was agreed with the customer stays, else the call of ``destination``.

        :return: {call that stays: calls that were cancelled for it}
        """
        planned = self.search([("partner_id", "in", partners.ids), ("state", "=", "planned")])
        twins = {}
        for own in planned.grouped("company_id").values():
            kept, *others = own.sorted(
                lambda call: (call.cause != "call_back", call.partner_id != destination, call.id)
            )
            if others:
                twins[kept] = self.union(*others)
                twins[kept]._mark_cancelled(
                    self.env._("Joined with the other call when the customers were merged.")
                )
        return twins

    def _join_twins(self, others):
        """Let the call take over what the cancelled calls with the same customer asked for."""
        for other in others:
            values = {
                "level_id": other.level_id.id,
                "rule_id": other.rule_id.id,
                "notice_id": other.notice_id.id,
                "wait_until": other.wait_until,
            }
            plan = Plan(self.partner_id, other.cause, other.date, None, other.move_ids, values)
            self._join_plan(plan)

    # === TASKS ===

    def _create_tasks(self):
        """Put the planned calls into people's lists, all at once and without a mail for each."""
        kind = self.env.ref(ACTIVITY)
        model = self.env["ir.model"]._get(self._name)
        tasks = self.env["mail.activity"].sudo()  # whoever plans the call
        tasks.with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": kind.id,
                    "res_model_id": model.id,
                    "res_id": call.id,
                    "res_name": call.display_name,
                    "user_id": call.user_id.id,
                    "date_deadline": call.date,
                    "summary": call.with_context(lang=call.user_id.lang).display_name,
                    "automated": True,
                }
                for call in self
            ]
        )

    def _subscribe_callers(self):
        """Let whoever calls follow the calls, and whoever has planned them. Odoo would do so one
        call after the other.
        """
        planner = self.env.user.filtered(lambda user: user.active and not user.share)
        for user, calls_of_user in self.grouped("user_id").items():
            calls_of_user.message_subscribe((user | planner).partner_id.ids)

    def _tell_callers(self):
        """Tell people other than the one at work what they got: one mail each, not one a call."""
        for user, calls_of_user in self.grouped("user_id").items():
            if user != self.env.user:
                calls_of_user.with_context(lang=user.lang)._tell_caller(user)

    def _tell_caller(self, user):
        count = len(self)
        more = self.env._("and %s more", count - TOLD) if count > TOLD else ""
        self.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            subject=self.env._("%s dunning calls are planned for you", count)
            if count > 1
            else self.display_name,
            body=self.env["ir.qweb"]._render(
                "mahnwesen_pro.calls_planned",
                {"calls": self[:TOLD], "more": more},
            ),
            model_description=self.env["ir.model"]._get(self._name).display_name,
            email_layout_xmlid="mail.mail_notification_light",
        )

    def _get_tasks(self):
        tasks = self.env["mail.activity"].sudo()  # the task follows the call, whoever moves that
        return tasks.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", self.env.ref(ACTIVITY).id),
            ]
        )

    def _move_tasks(self):
        """Let the tasks of planned calls follow their date and person."""
        if self.env.context.get("dunning_task_moved"):
            return
        planned = {call.id: call for call in self if call.state == "planned"}
        for task in self.browse(planned)._get_tasks():
            call = planned[task.res_id]
            task.with_context(dunning_task_moved=True, mail_activity_quick_update=True).write(
                {"user_id": call.user_id.id, "date_deadline": call.date}
            )

    def _drop_tasks(self):
        self._get_tasks().unlink()

    def _finish_tasks(self):
        """Tick the tasks off: their calls have an outcome."""
        self._get_tasks().with_context(dunning_call_over=True).action_feedback()

    # === NEXT ATTEMPT ===

    def _plan_next_attempt(self):
        """Plan the next try after this one failed, within the cap of attempts a week."""
        self.ensure_one()
        company = self.company_id
        day = self._get_local_day()
        holidays = company._dunning_holidays(day, day + timedelta(days=60))
        date = calls.next_attempt(
            day, self._get_attempt_days(day), company.dunning_call_week_cap, holidays
        )
        return self._plan_follow_up("next_attempt", date, self.next_user_id or self.user_id)

    def _plan_follow_up(self, cause, date, user, hour=0.0):
        """Plan the call that follows this one; what it is about goes along."""
        values = {
            "attempt": self.attempt + 1,
            "hour": hour,
            "level_id": self.level_id.id,
            "notice_id": self.notice_id.id,
            "rule_id": self.rule_id.id,
            "wait_until": self.wait_until,
            "hand_back_on": self.hand_back_on and max(self.hand_back_on, date),
        }
        plan = Plan(self.partner_id, cause, date, user, self.move_ids, values)
        following = self._plan_many(self.company_id, [plan])
        self._write_own({"next_call_id": following.id})
        return following

    def _get_attempt_days(self, day):
        """Return the days of the outgoing tries with this debtor in the week before ``day``."""
        tried = self.sudo().search(  # a colleague's tries count as well
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("state", "=", "done"),
                ("direction", "=", "out"),
                ("called_on", ">=", fields.Datetime.to_datetime(day - timedelta(days=8))),
            ]
        )
        return [call._get_local_day() for call in tried]

    def _get_local_day(self):
        """Return the day of the call at the company's place."""
        return self.company_id._dunning_local(self.called_on).date()
