from unittest.mock import patch

from odoo.exceptions import LockError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mahnwesen_pro.models.dunning_notice_sending import SEND_TOGETHER
from odoo.addons.mahnwesen_pro.tests.common import DunningCommon
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.tests.common import trap_jobs

SENDING = "odoo.addons.mahnwesen_pro.models.dunning_notice_sending"


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
