import logging
from datetime import timedelta

from psycopg2 import OperationalError
from psycopg2.errors import UniqueViolation

from odoo import api, models
from odoo.exceptions import LockError, UserError
from odoo.tools import split_every

from ..rules import workdays

_logger = logging.getLogger(__name__)

#: How many notices the button sends at once; more go to the scheduled action.
SEND_DIRECTLY = 20

#: How many notices the scheduled action sends in one transaction: their items are locked meanwhile.
SEND_TOGETHER = 20


class DunningNoticeSending(models.AbstractModel):
    """From approved to sent: lock, check a last time, number, freeze, deliver, conclude."""

    _name = "dunning.notice.sending"
    _description = "Sending of a Dunning Notice"

    def action_send(self):
        """Send approved notices: lock, recheck, number, freeze, draw, hand to the channels.

        A notice whose facts changed since the approval goes back to review with the differences;
        one of which nothing is left is cancelled. Never commits.
        """
        todo = self.filtered(lambda notice: notice.state == "approved")
        todo._check_final_right()
        todo._lock()
        ready = todo._update_before(self.env._("Please approve it again."))
        ready._start_sending()
        return True

    def _lock(self):
        """Lock notices and items, so that nothing changes between the last check and the letter.

        An item changed by a transaction that committed since ours began makes PostgreSQL refuse
        the lock; Odoo then repeats the whole request on fresh data.
        """
        try:
            self.lock_for_update()
            self.line_ids.move_line_id.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise LockError(
                self.env._("Somebody else is working on these notices or items. Try again shortly.")
            ) from error

    def action_send_all(self):
        """Send approved notices from the screen: a few at once, many in the background."""
        chosen = self.filtered(lambda notice: notice.state == "approved")
        approved = chosen._filter_allowed()
        if len(approved) <= SEND_DIRECTLY:
            approved.action_send()
            return (chosen - approved)._tell_final_right() if chosen - approved else True
        approved._send_later()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "%s notices are being sent in the background.", len(approved)
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _send_later(self):
        """Let the scheduled action send these notices, as soon as it can."""
        self._write_own({"to_send": True})
        self.env.ref("mahnwesen_pro.ir_cron_dunning_send")._trigger()

    def _start_sending(self):
        """Number, date, freeze and draw the notices, then hand them to their channels."""
        self._give_numbers()
        self._freeze_texts()
        self._write_own({"state": "sending"})
        self._freeze_pdf()
        self.env["dunning.delivery"]._queue(self)

    def _give_numbers(self):
        """Give the notices number, date, deadline and the address that they go to."""
        for company, notices in self.grouped("company_id").items():
            today = company._dunning_today()
            numbers = company._next_dunning_numbers(today, len(notices))
            for notice, number in zip(notices, numbers, strict=True):
                notice._write_own(
                    {
                        "name": number,
                        "date": today,
                        "date_deadline": notice._get_deadline(today),
                        "address_sent": notice._get_postal_address(),
                        "to_send": False,
                    }
                )

    def _get_deadline(self, date):
        """Return the last day to pay for a letter of ``date``; a chosen one stays if it can."""
        self.ensure_one()
        if self.is_deadline_fixed and self.date_deadline > date:
            return self.date_deadline
        days = self.level_id.days_to_pay
        holidays = self.company_id._dunning_holidays(date, date + timedelta(days=days + 31))
        return workdays.deadline(date, days, holidays)

    def _get_next_step_date(self):
        """Return the day on which the next level may follow, or None after the last one."""
        self.ensure_one()
        following = self.level_id._next_level()
        if not following:
            return None
        by_sending = self.date + timedelta(days=following.days_since_previous)
        return max(by_sending, self.date_deadline + timedelta(days=1))

    def _settle(self):
        """Draw the conclusion from the deliveries of notices that are on their way.

        The first successful channel makes a notice sent. An e-mail that cannot be delivered becomes
        a letter where an address is known, and a task for the clerk.
        """
        self.delivery_ids._fail_lost_mails()
        for notice in self.filtered(lambda notice: notice.state == "sent"):
            notice._tell_failed_resend()
        under_way = self.filtered(lambda notice: notice.state == "sending")
        arrived = under_way.filtered(lambda n: "sent" in n.delivery_ids.mapped("state"))
        for company, notices in arrived.grouped("company_id").items():
            notices._mark_sent(company._dunning_today())
        for notice in under_way - arrived:
            states = set(notice.delivery_ids.mapped("state"))
            if "queued" not in states and not notice._fall_back_to_letter():
                notice._mark_failed()
        self.delivery_ids._mark_settled()

    def _settle_alone(self):
        """Settle one notice in the scheduled action; whatever goes wrong concerns it alone."""
        try:
            self.try_lock_for_update()._settle()
        except OperationalError:
            self.env.cr.rollback()  # somebody else is at it: the next round meets fresh data
        except Exception:
            self.env.cr.rollback()
            _logger.exception("Deliveries of dunning notice %s could not be settled", self.id)

    def _tell_failed_resend(self):
        """A letter that was sent once more may fail; the first delivery stays what it was."""
        failed = self.delivery_ids.filtered(lambda d: d.state == "failed" and not d.is_settled)
        if failed:
            here = self._in_language_of_task_user()
            here._schedule_task(
                "delivery",
                here.env._("%s could not be sent again", here.display_name),
                failed.sorted("id")[-1:].failure_reason or "",
            )

    def _fall_back_to_letter(self):
        """Queue a letter instead of an e-mail that came to nothing; False when that is no way."""
        has_letter = "letter" in self.delivery_ids.mapped("channel")
        if has_letter or not self.addressee_id._has_dunning_address():
            return False
        self.env["dunning.delivery"]._queue_letter(self)
        here = self._in_language_of_task_user()
        here._schedule_task(
            "delivery",
            here.env._("Check the e-mail address of %s", here.partner_id.display_name),
            here.env._("The e-mail could not be delivered; the notice goes by letter instead."),
        )
        return True

    def _mark_sent(self, date):
        """A channel has delivered: the notice counts from ``date`` on."""
        self._write_own({"state": "sent", "date_sent": date, "came_back": False})
        self._log_on_documents(self.env._("sent"))
        self._hook_sent()

    def _mark_failed(self):
        """No channel could deliver; a person has to look."""
        self._write_own({"state": "failed"})
        for notice in self:
            here = notice._in_language_of_task_user()
            here._schedule_task(
                "delivery",
                here.env._("%s could not be delivered", here.display_name),
                notice.delivery_ids.sorted("id")[-1:].failure_reason or "",
            )

    def action_retry(self):
        """Try the channels of failed notices again, with the same letter.

        :raise UserError: when one of them would no longer be right
        """
        self.check_access("write")
        failed = self.filtered(lambda notice: notice.state == "failed")
        failed._check_letter_way()
        failed._check_still_right()
        failed._write_own({"state": "sending"})
        self.env["dunning.delivery"]._queue(failed)

    def _check_still_right(self):
        today = {company: company._dunning_today() for company in self.company_id}
        late = self.filtered(lambda notice: notice.date_deadline < today[notice.company_id])
        wrong = late | (self - late)._find_overtaken()
        if wrong:
            raise UserError(
                self.env._(
                    "No longer right: %s. Something was paid, credited or paused since, or the "
                    "deadline has passed. Cancel these notices; the next run proposes what is "
                    "still open.",
                    ", ".join(wrong.mapped("display_name")),
                )
            )

    def action_resend(self):
        """Deliver the same letter once more, at the same level."""
        self.check_access("write")
        sent = self.filtered(lambda notice: notice.state == "sent")
        sent._check_letter_way()
        self.env["dunning.delivery"]._queue(sent)

    # === SCHEDULED ===

    @api.model
    def _get_sending_domain(self):
        """Return the domain of what is approved and may go: chosen by a person, or released by the
        company.
        """
        willing = self.env["res.company"].search([("dunning_auto_send", "=", True)])
        companies = willing.filtered(
            lambda company: not company._get_stale_banks(company._dunning_today())
        )
        return [
            ("state", "=", "approved"),
            "|",
            ("to_send", "=", True),
            ("company_id", "in", companies.ids),
        ]

    @api.model
    def _cron_send(self, batch=500):
        """Send what may go, :data:`SEND_TOGETHER` notices in each transaction.

        Several processes may do this at the same time: each skips what another one has locked.
        """
        domain = self._get_sending_domain()
        todo = self.search(domain, limit=batch, order="id")
        self.env["ir.cron"]._commit_progress(remaining=self.search_count(domain))
        for part in split_every(SEND_TOGETHER, todo.ids, self.browse):
            part._send_together(domain)
            self.env.invalidate_all()  # so that memory does not grow with the number of letters
            if not self.env["ir.cron"]._commit_progress(len(part)):
                break

    def _send_together(self, domain):
        """Send some notices in one transaction; where one of them fails, each on its own."""
        try:
            self._send_unlocked(domain)
        except Exception:  # which of them it was, and why, shows when each is sent alone
            self.env.cr.rollback()
            for notice in self:
                notice._send_alone(domain)
                self.env["ir.cron"]._commit_progress()

    def _send_unlocked(self, domain):
        """Send those of the notices that nobody else is working on and that still may go."""
        locked = self.try_lock_for_update().filtered_domain(domain)
        for company, notices in locked.grouped("company_id").items():
            notices.with_company(company).action_send()
        self.env.flush_all()  # what the database refuses is to be seen here, not at the commit

    def _send_alone(self, domain):
        """Send one notice in the scheduled action; whatever goes wrong concerns it alone."""
        try:
            self._send_unlocked(domain)
        except (OperationalError, UniqueViolation, LockError):
            # Somebody else is at it, or has just counted the first notice of the year: the next
            # round meets fresh data.
            self.env.cr.rollback()
        except Exception as error:
            self.env.cr.rollback()
            self._give_back(error)

    def _give_back(self, error):
        """Put a notice that cannot be sent back to review, with the reason."""
        _logger.error("Dunning notice %s could not be sent", self.id, exc_info=error)
        failed = self.try_lock_for_update()  # meanwhile another process may be at it
        failed.action_unapprove()
        failed._write_own({"review_note": self.env._("It could not be sent: %s", error)})
