import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date, plaintext2html

from ..rules import calls
from ..tools import is_secret

#: Characters of a correction.
CORRECTION_LENGTH = 2000


class DunningCallSummary(models.AbstractModel):
    """The call summed up by e-mail, and the customer's answer kept as evidence (METHOD T11).

    The link serves this one purpose: it shows the summary and takes one answer. Only a digest of
    its secret is kept, so nobody here can answer in the customer's place.
    """

    _name = "dunning.call.summary"
    _description = "Summary of a Call"

    wants_summary = fields.Boolean(string="Sum up by E-mail", default=True)
    summary_email = fields.Char(
        string="Summary to", help="Empty: the contact's address, else where reminders go."
    )
    summary_state = fields.Selection(
        [
            ("sent", "Waits for the answer"),
            ("confirmed", "Confirmed"),
            ("corrected", "Corrected"),
            ("unanswered", "Not answered"),
            ("failed", "Not delivered"),
        ],
        string="Summary",
        readonly=True,
        tracking=True,
        index="btree_not_null",
    )
    summary_body = fields.Html(
        string="Summary as Sent", readonly=True, sanitize=False, help="Frozen: the evidence."
    )
    summary_sent_on = fields.Datetime(readonly=True)
    summary_answered_on = fields.Datetime(readonly=True)
    summary_correction = fields.Text(string="Customer's Correction", readonly=True)
    summary_token = fields.Char(readonly=True, groups="base.group_system")
    summary_done = fields.Boolean(
        readonly=True, help="Somebody has dealt with a summary that was corrected or not answered."
    )
    summary_mail_id = fields.Many2one("mail.mail", readonly=True, index="btree_not_null")

    # === SENDING ===

    def _send_summary(self):
        """Send the summary of a call with content to the person who was named."""
        self.ensure_one()
        if not (self._has_content() and self.wants_summary):
            return
        email = self._get_summary_email()
        if not email:
            own = self._in_callers_language()
            own._miss_summary(own.env._("No e-mail address is known: ask for one, or write"))
            return
        token = secrets.token_urlsafe(24)
        reader = self.with_context(lang=self._get_summary_lang())
        body = (
            self.env["ir.qweb"]
            .with_context(lang=reader.env.lang)
            ._render("mahnwesen_pro.call_summary", reader._get_summary_values())
        )
        self._write_own(
            {
                "summary_email": email,
                "summary_state": "sent",
                "summary_body": body,
                "summary_sent_on": fields.Datetime.now(),
                "summary_token": self._digest(token),
            }
        )
        reader._queue_summary(email, body, token)

    def _queue_summary(self, email, body, token):
        """Put the mail into Odoo's queue. It goes once it was sent: the link is the customer's."""
        link = f"{self.get_base_url()}/my/dunning/call/{self.id}?access_token={token}"
        page = self.env["ir.qweb"]._render(
            "mahnwesen_pro.call_summary_email",
            {"call": self, "body": body, "link": link, "company": self.company_id},
        )
        mail = self.env["mail.mail"].create(
            {
                "subject": self.env._("Our phone call on %s", self._format_day()),
                "email_from": self.user_id.email_formatted or self.company_id.email_formatted,
                "reply_to": self._get_summary_reply_to(),
                "email_to": email,
                "body_html": page,
                "auto_delete": True,
            }
        )
        self._write_own({"summary_mail_id": mail.id})

    def _get_summary_reply_to(self):
        """Return where an answer by mail goes: to this call, or to the person who called."""
        return self._notify_get_reply_to(
            default=self.user_id.email_formatted or self.company_id.email_formatted,
            author_id=self.user_id.partner_id.id,
        )[self.id]

    def _get_summary_email(self):
        addressee = self.partner_id.with_company(self.company_id)._get_dunning_addressee()
        candidates = (self.contact_id, addressee, self.partner_id)
        known = next((who.email_normalized for who in candidates if who.email_normalized), "")
        return self.summary_email or known

    def _get_summary_lang(self):
        return (self.contact_id or self.partner_id).lang or self.company_id.partner_id.lang

    def _format_day(self):
        return format_date(self.env, self._get_local_day())

    def _get_summary_name(self):
        """Return the name of the person who is addressed, empty when nobody knows it."""
        return self.contact_id.name or self.spoken_with or self.promise_person or ""

    def _get_summary_values(self):
        moves = self._get_moves() or self.move_ids
        return {
            "call": self,
            "name": self._get_summary_name(),
            "caller": self.user_id.name,
            "day": self._format_day(),
            "sentences": list(self._get_summary_sentences()),
            "moves": moves,
        }

    def _get_summary_sentences(self):
        """Yield what was said, one sentence each, in the customer's language."""
        yield from getattr(self, f"_summarise_{self.outcome}")()

    def _money(self, amount):
        return format_amount(self.env, amount, self.currency_id)

    def _summarise_promise(self):
        day = format_date(self.env, self.promise_date)
        yield self.env._(
            "You will transfer %(amount)s by %(day)s.",
            amount=self._money(self.promise_amount),
            day=day,
        )
        yield self.env._("%s sees to it.", self.promise_person)
        yield self.env._(
            "What comes next: no reminder about this until then. If no payment has arrived, our "
            "next letter follows."
        )

    def _summarise_part_payment(self):
        yield self.env._(
            "You will transfer a part, %(amount)s, by %(day)s.",
            amount=self._money(self.promise_amount),
            day=format_date(self.env, self.promise_date),
        )
        yield self.env._("The rest stays open.")

    def _summarise_plan(self):
        yield self.env._(
            "You would like to pay in %(count)s instalments, the first on %(day)s.",
            count=self.plan_count,
            day=format_date(self.env, self.plan_date_first),
        )
        if self.plan_amount:
            yield self.env._("Each instalment is %s.", self._money(self.plan_amount))
        yield self.env._("We will send you the agreement in writing.")

    def _summarise_complaint(self):
        yield self.env._(
            "You have told us what needs to be clarified, in your words: “%s”.",
            self.customer_words,
        )
        yield self.env._("We look into it. Meanwhile no reminder about it is sent.")

    def _summarise_paid(self):
        yield self.env._("You have paid already, on %s.", format_date(self.env, self.paid_on))
        yield self.env._(
            "We are looking for the payment. A receipt helps us to find it: simply answer this "
            "e-mail."
        )

    def _summarise_no_proposal(self):
        yield self.env._("We have not found a day for the payment yet.")
        yield self.env._("Your proposal is welcome: simply answer this e-mail.")

    def _summarise_refused(self):
        yield self.env._("As we understood you, you do not want to pay at present.")
        yield self.env._("If you see it differently, please tell us: simply answer this e-mail.")

    def _record_summary_outcome(self, failure_type):
        """The queue has sent the mails of these calls, or could not."""
        if failure_type:
            for call in self:
                own = call._in_callers_language()
                own._miss_summary(
                    own.env._("The summary could not be delivered: check the address")
                )

    def _miss_summary(self, why):
        """The summary has not reached anybody: whoever called gets a task."""
        self._write_own({"summary_state": "failed"})
        self._schedule_task(why, self.summary_email)

    # === THE LINK ===

    @staticmethod
    def _digest(token):
        return hashlib.sha256(token.encode(errors="replace")).hexdigest()

    @api.model
    def _find_for_summary(self, call_id, token):
        """Return the call as superuser if ``token`` is the secret of its link, else nothing.

        Nothing tells a wrong link from a foreign, expired, used up or invented one.
        """
        everything = self.sudo()  # customers have no access right; what follows decides
        call = everything.search(
            Domain("id", "=", call_id) & Domain("summary_token", "!=", False), limit=1
        )
        if not call or not is_secret(call._digest(token or ""), call.summary_token):
            return everything.browse()
        return call if call._get_link_end() >= call.company_id._dunning_today() else call.browse()

    def _get_link_end(self):
        """Return the last day on which the link holds."""
        sent = self.company_id._dunning_local(self.summary_sent_on).date()
        return sent + timedelta(days=self.company_id.dunning_call_link_days)

    def _is_answered(self):
        return self.summary_state in ("confirmed", "corrected")

    def _receive_confirmation(self):
        """The customer says: yes, so agreed."""
        self._receive_answer({"summary_state": "confirmed"})

    def _receive_correction(self, text):
        """The customer corrects the summary: whoever called gets a task."""
        self._receive_answer({"summary_state": "corrected", "summary_correction": text.strip()})
        own = self._in_callers_language()
        own._schedule_task(own.env._("%s corrects the summary", self.partner_id.name), text.strip())

    def _receive_answer(self, values):
        """Take the one answer; whatever comes later is refused."""
        self.ensure_one()
        self._write_own({**values, "summary_answered_on": fields.Datetime.now()})
        self._drop_summary_tasks()

    def _check_correction(self, text):
        """Return why a correction cannot be taken, as a sentence for the customer; "" if it can."""
        if not text.strip():
            return self.env._("Please write something first.")
        if len(text) > CORRECTION_LENGTH:
            return self.env._("Please shorten your message to %s characters.", CORRECTION_LENGTH)
        return ""

    # === NO ANSWER ===

    @api.model
    def _remind_unanswered(self, company):
        """Give a task for every summary that nobody has answered in time."""
        now = fields.Datetime.now()
        today = company._dunning_today()
        waiting = self.search(
            [
                ("company_id", "=", company.id),
                ("summary_state", "=", "sent"),
                ("summary_sent_on", "<", now - timedelta(days=company.dunning_call_confirm_days)),
            ]
        )
        holidays = company._dunning_holidays(today - timedelta(days=60), today)
        late = waiting.filtered(
            lambda call: (
                calls.add_workdays(
                    company._dunning_local(call.summary_sent_on).date(),
                    company.dunning_call_confirm_days,
                    holidays,
                )
                < today
            )
        )
        late._write_own({"summary_state": "unanswered"})
        for call in late:
            own = call._in_callers_language()
            own._schedule_task(
                own.env._("No answer to the summary: call again or write"),
                own.env._("Sent to %s", call.summary_email),
            )

    def action_summary_done(self):
        """What the customer has corrected, or not answered, is dealt with."""
        self.check_access("write")
        self._write_own({"summary_done": True})
        self.activity_feedback(["mahnwesen_pro.mail_activity_type_summary"])

    def _drop_summary_tasks(self):
        tasks = self.sudo()  # the customer has answered, nobody has to ask again
        tasks.activity_unlink(["mahnwesen_pro.mail_activity_type_summary"])

    def _in_callers_language(self):
        """Return the call in the language of whoever called, for texts of tasks."""
        return self.with_context(lang=self.user_id.lang)

    def _schedule_task(self, summary, note):
        """Give whoever called a task for today; ``note`` is plain text."""
        self.ensure_one()
        user = self.user_id.filtered("active") or self.partner_id._get_dunning_clerk(
            self.company_id
        )
        self.sudo().activity_schedule(  # a customer's answer makes the task, too
            "mahnwesen_pro.mail_activity_type_summary",
            summary=summary,
            note=plaintext2html(note or ""),
            user_id=user.id,
        )
