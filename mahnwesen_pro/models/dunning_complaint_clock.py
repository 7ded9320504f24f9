from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..rules import complaint as rules

#: After an answer the customer has this many days before somebody asks after it.
REVIEW_DAYS = 14


class DunningComplaintClock(models.AbstractModel):
    """Our own deadlines: acknowledge, answer, solve. What we miss becomes a manager's task."""

    _name = "dunning.complaint.clock"
    _description = "Service Times of a Complaint"

    date = fields.Date(string="Received on", readonly=True, index=True)
    acknowledged_on = fields.Datetime(readonly=True, copy=False)
    heard_on = fields.Datetime(readonly=True, copy=False)
    answered_on = fields.Datetime(readonly=True, copy=False)
    closed_on = fields.Datetime(readonly=True, copy=False)
    date_acknowledge_due = fields.Date(string="Acknowledge by", readonly=True)
    date_answer_due = fields.Date(string="Answer by", readonly=True, index=True)
    date_solve_due = fields.Date(string="Solve by", readonly=True)
    date_review = fields.Date(
        string="Review on",
        tracking=True,
        help="On this day somebody looks at the complaint again. Its pause ends with the complaint "
        "and never by itself.",
    )
    is_answer_late = fields.Boolean(
        string="Our Answer is Late",
        compute="_compute_is_answer_late",
        search="_search_is_answer_late",
        help="No dunning step runs on its invoices until we have answered.",
    )
    days_to_answer = fields.Integer(
        string="Days to Answer", readonly=True, aggregator="avg", help="Working days."
    )
    days_to_solve = fields.Integer(
        string="Days to Solve", readonly=True, aggregator="avg", help="Working days."
    )

    @api.depends("date_answer_due", "answered_on", "closed_on")
    def _compute_is_answer_late(self):
        for complaint in self:
            today = complaint.company_id._dunning_today()
            waits = not complaint.answered_on and not complaint.closed_on
            due = complaint.date_answer_due
            complaint.is_answer_late = bool(waits and due and due < today)

    def _search_is_answer_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = (
            Domain("answered_on", "=", False)
            & Domain("closed_on", "=", False)
            & Domain("date_answer_due", "<", self.env.company._dunning_today())
        )
        return late if True in value else ~late

    def _set_clock(self):
        """Set our deadlines from the service times of the reason."""
        for complaint in self:
            reason, company = complaint.reason_id, complaint.company_id
            first = complaint.date or company._dunning_today()
            holidays = company._dunning_holidays(
                first, first + timedelta(days=2 * reason.days_solve + 31)
            )
            solve = rules.service_day(first, reason.days_solve, holidays)
            complaint._write_own(
                {
                    "date": first,
                    "date_acknowledge_due": rules.service_day(
                        first, reason.days_acknowledge, holidays
                    ),
                    "date_answer_due": rules.service_day(first, reason.days_answer, holidays),
                    "date_solve_due": solve,
                    "date_review": complaint.date_review or solve,
                }
            )

    def _measure(self, field):
        """Note how many working days passed until now."""
        for complaint in self:
            company, today = complaint.company_id, complaint.company_id._dunning_today()
            holidays = company._dunning_holidays(complaint.date, today)
            complaint._write_own({field: rules.workdays_between(complaint.date, today, holidays)})

    # === TASKS ===

    def _schedule_hearing(self):
        """The responsible person has until the answer is due."""
        for complaint in self:
            complaint._schedule(
                "hear",
                lambda here: here.env._("Hear %s and offer options", here.partner_id.name),
                complaint.user_id,
                complaint.date_answer_due,
            )
            if not complaint.acknowledged_on:
                complaint._schedule(
                    "acknowledge",
                    lambda here: here.env._("Acknowledge the complaint by phone or letter"),
                    complaint.user_id,
                    complaint.date_acknowledge_due,
                )

    def _schedule(self, kind, get_summary, user, day=None):
        """Give somebody a task at the complaint; one open task of a kind.

        :param str kind: last part of the XML id of a ``mail.activity.type`` for complaints
        :param get_summary: makes the task's text of the complaint in the language of its reader
        """
        self.ensure_one()
        kind = f"mahnwesen_pro.mail_activity_type_complaint_{kind}"
        if self.env.ref(kind) in self.activity_ids.activity_type_id:
            return
        user = user or self.company_id._get_dunning_clerk() or self.env.user
        here = self.with_context(lang=user.lang)
        here.activity_schedule(
            kind,
            date_deadline=day or self.company_id._dunning_today(),
            summary=get_summary(here),
            user_id=user.id,
        )

    def _finish(self, *kinds):
        """Tick open tasks off."""
        types = [f"mahnwesen_pro.mail_activity_type_complaint_{kind}" for kind in kinds]
        self.activity_feedback(types)

    def _hand_over_tasks(self):
        """Who becomes responsible gets the open tasks; those of managers stay theirs."""
        kinds = self.env["mail.activity.type"].browse(
            self.env.ref(f"mahnwesen_pro.mail_activity_type_complaint_{kind}").id
            for kind in ("hear", "acknowledge", "review", "deliver")
        )
        for complaint in self.filtered("user_id").sudo():  # tasks of others are moved, too
            tasks = complaint.activity_ids.filtered_domain([("activity_type_id", "in", kinds.ids)])
            tasks.user_id = complaint.user_id

    # === EACH DAY ===

    @api.model
    def _cron_watch(self):
        """Find what we are late with, what is to be reviewed, and what has settled itself."""
        for company in self.env["res.company"].search([]):
            self.with_company(company)._watch(company)

    @api.model
    def _watch(self, company):
        """Do the daily work for one company; nothing is closed by itself."""
        today = company._dunning_today()
        own = Domain("company_id", "=", company.id) & Domain("closed_on", "=", False)
        unanswered = Domain("answered_on", "=", False) & Domain("date_answer_due", "<", today)
        for complaint in self.search(own & unanswered):
            complaint._schedule(
                "late",
                lambda here: here.env._("Our answer to %s is overdue", here.partner_id.name),
                company._get_dunning_manager(),
            )
        for complaint in self.search(own & Domain("date_review", "<=", today)):
            complaint._schedule(
                "review",
                lambda here: here.env._("Review the complaint of %s", here.partner_id.name),
                complaint.user_id,
            )
        for complaint in self.search(own & Domain("item_ids", "!=", False)):
            if complaint._get_settled_hint():
                complaint._schedule(
                    "settled", lambda here: here._get_settled_hint(), complaint.user_id
                )
