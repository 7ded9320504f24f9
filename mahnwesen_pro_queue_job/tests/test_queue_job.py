from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import LockError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mahnwesen_pro.models.dunning_notice_sending import SEND_TOGETHER
from odoo.addons.mahnwesen_pro.tests.common import TODAY, DunningCommon
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.tests.common import trap_jobs

SENDING = "odoo.addons.mahnwesen_pro.models.dunning_notice_sending"
SHELVES = "odoo.addons.mahnwesen_pro_queue_job.models.dunning_notice.SEND_TOGETHER"


@tagged("post_install", "-at_install")
class TestQueueJob(DunningCommon):
    """Where OCA's job queue is installed, approved notices are sent by its workers."""

    def approved(self, count=1):
        customers = [
            self.customer,
            *(self._create_customer(f"Customer {n}") for n in range(1, count)),
        ]
        for customer in customers:
            self.overdue_invoice(7, customer=customer)
        notices = self.propose().notice_ids
        notices.action_approve()
        return notices

    def work_the_cron(self):
        cron = self.env.ref("mahnwesen_pro.ir_cron_dunning_send")
        with self.enter_registry_test_mode():
            cron.sudo().method_direct_trigger()  # the system does it, not the clerk

    def shelves(self, notices):
        return {notice.id // SEND_TOGETHER for notice in notices}

    def test_notices_that_are_released_become_one_job_for_each_shelf(self):
        notices = self.approved(3)
        with trap_jobs() as trap:
            notices._send_later()
            trap.assert_jobs_count(len(self.shelves(notices)))
        self.assertTrue(all(notices.mapped("to_send")))
        self.assertEqual(set(notices.mapped("state")), {"approved"})

    def test_a_job_sends_what_stands_on_its_shelf(self):
        notices = self.approved(3)
        with trap_jobs() as trap:
            notices._send_later()
            trap.perform_enqueued_jobs()
        self.assertEqual(set(notices.mapped("state")), {"sending"})
        self.assertTrue(all(notices.mapped("pdf_sha256")))

    def test_a_second_job_for_the_same_shelf_finds_nothing(self):
        notices = self.approved()
        notices._write_own({"to_send": True})
        for shelf in self.shelves(notices):
            notices._job_send(shelf)
            numbers = notices.mapped("name")
            notices._job_send(shelf)
        self.assertEqual(notices.mapped("name"), numbers)
        self.assertEqual(len(notices.delivery_ids), 1)

    def test_the_job_of_a_clerk_sends_the_final_notice_that_a_manager_has_released(self):
        """Both stand on one shelf, and the clerk was first: no second job is made for it."""
        reminder = self.approved()
        late = self.overdue_invoice(60, customer=self._create_customer("Gärtnerei Herbst"))
        day = TODAY - timedelta(days=30)
        self.env["dunning.notice"]._record_openings([(late, self.first_notice, day)])
        self.propose(partners=late.partner_id)
        final = self.notice_of(late)
        self.assertEqual(final.level_id, self.final_notice)
        final.with_user(self.manager).action_approve()
        with patch(SHELVES, 10**9), trap_jobs() as trap:
            reminder._send_later()
            final.with_user(self.manager)._send_later()
            trap.assert_jobs_count(1)
            trap.perform_enqueued_jobs()
        self.assertEqual((final.state, final.approved_by_id), ("sending", self.manager))
        self.assertFalse(final.review_note)
        self.assertEqual(reminder.state, "sending")

    def test_notices_that_nobody_released_stay(self):
        notices = self.approved()
        for shelf in self.shelves(notices):
            notices._job_send(shelf)
        self.assertEqual(notices.state, "approved")

    def test_the_scheduled_action_hands_over_to_the_queue(self):
        notices = self.approved()
        notices._write_own({"to_send": True})
        self.work_the_cron()
        jobs = self.env["queue.job"].sudo().search([("method_name", "=", "_job_send")])
        self.assertEqual(len(jobs), 1)
        self.assertEqual(jobs.channel, "root.dunning")
        self.work_the_cron()
        again = self.env["queue.job"].sudo().search([("method_name", "=", "_job_send")])
        self.assertEqual(again, jobs, "a shelf has one job that waits")
        self.assertEqual(notices.state, "approved")

    def test_one_letter_that_cannot_be_drawn_stops_nobody_else(self):
        notices = self.approved(3)
        notices._write_own({"to_send": True})
        bad, model = notices[1], type(notices)
        origin = model._render_pdf

        def render_pdf(notice):
            if notice == bad:
                raise ValueError("The logo is broken")
            return origin(notice)

        with patch.object(model, "_render_pdf", render_pdf), mute_logger(SENDING):
            for shelf in self.shelves(notices):
                notices._job_send(shelf)
        self.assertEqual(set((notices - bad).mapped("state")), {"sending"})
        self.assertEqual((bad.state, bad.name), ("proposed", False))
        self.assertIn("The logo is broken", bad.review_note)

    def test_a_job_comes_back_while_somebody_else_works_on_an_item(self):
        notices = self.approved()
        notices._write_own({"to_send": True})
        with (
            patch.object(type(notices), "_lock", side_effect=LockError("locked")),
            self.assertRaises(RetryableJobError),
        ):
            notices._job_send(notices.id // SEND_TOGETHER)
        self.assertEqual(notices.state, "approved")
