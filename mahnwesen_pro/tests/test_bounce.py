from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .gateway import GatewayCommon

OLD_SERVER = """\
Return-Path: <>
From: MAILER-DAEMON@mx.kunde.example.com
To: bounce@hansen.example.com
Message-Id: <old@mx.kunde.example.com>
Subject: failure notice

Sorry, no mailbox here by that name.

--- Below this line is a copy of the message.

Message-Id: {original_id}
"""


@tagged("post_install", "-at_install")
class TestBounce(GatewayCommon):
    """What left the house and came back: mails from mail servers, letters from the post."""

    # === MAILS ===

    def test_a_mail_that_comes_back_becomes_a_letter_and_a_task(self):
        notice = self.sent_notice()
        letter = notice.pdf_sha256
        self.bounce(notice)
        mail = self.deliveries(notice, "email")
        self.assertEqual(mail.state, "failed")
        self.assertIn("550 5.1.1 <rechnung@kunde.example.com>: User unknown", mail.failure_reason)
        self.assertEqual(self.deliveries(notice, "letter").state, "queued")
        self.assertEqual(self.task_of(notice, "delivery").user_id, self.clerk)
        self.assertEqual((notice.state, notice.came_back), ("sending", "email"))
        self.assertEqual(notice.pdf_sha256, letter, "what was sent never changes")

    def test_the_level_falls_until_the_letter_is_printed(self):
        notice = self.sent_notice()
        invoice = notice.claim_ids.move_id
        self.assertEqual(invoice.dunning_level_id, self.reminder)
        self.bounce(notice)
        self.assertFalse(invoice.dunning_level_id)
        self.assertFalse(notice.date_sent)
        with self.at(2):
            self.deliveries(notice, "letter").action_mark_printed()
        self.assertEqual(invoice.dunning_level_id, self.reminder)
        self.assertEqual((notice.state, str(notice.date_sent)), ("sent", "2026-11-25"))
        self.assertFalse(notice.came_back)

    def test_a_mail_that_comes_back_without_postal_address_has_failed(self):
        self.customer.sudo().street = False
        notice = self.sent_notice()
        self.bounce(notice)
        self.assertEqual(notice.state, "failed")
        self.assertIn("User unknown", self.task_of(notice, "delivery").note)
        self.assertIn("User unknown", notice.return_note)
        self.customer.sudo().email = "right@kunde.example.com"
        notice.action_retry()
        self.deliver(notice)
        self.assertEqual((notice.state, notice.came_back), ("sent", False))

    def test_a_mail_that_comes_back_although_the_letter_arrived_is_only_a_task(self):
        self.reminder.sudo().send_letter = True
        notice = self.sent_notice()
        self.bounce(notice)
        self.assertEqual(notice.state, "sent")
        self.assertTrue(self.task_of(notice, "delivery"))
        notice.action_return_handled()
        self.assertFalse(notice.came_back)
        self.assertFalse(self.task_of(notice, "delivery"))

    def test_a_mail_that_comes_back_while_its_letter_waits_leaves_it_to_the_letter(self):
        self.reminder.sudo().send_letter = True
        notice = self.propose_for(self.customer)
        notice.action_approve()
        notice.action_send()
        with self.mock_mail_gateway():
            notice.delivery_ids.mail_mail_id.sudo().send()
        notice._settle()
        self.bounce(notice)
        self.assertEqual(notice.state, "sending")
        self.assertEqual(len(self.deliveries(notice, "letter")), 1)
        self.assertTrue(self.task_of(notice, "delivery"))

    def test_a_mail_that_is_only_late_is_no_bounce(self):
        notice = self.sent_notice()
        self.bounce(notice, action="delayed")
        self.assertEqual((notice.state, notice.came_back), ("sent", False))

    def test_an_old_mail_server_that_only_writes_is_understood(self):
        notice = self.sent_notice()
        self.receive(OLD_SERVER.format(original_id=notice.delivery_ids.message_id))
        self.assertEqual((notice.state, notice.came_back), ("sending", "email"))
        self.assertIn("no mailbox here", self.deliveries(notice, "email").failure_reason)

    def test_the_same_bounce_twice_queues_one_letter(self):
        notice = self.sent_notice()
        self.bounce(notice)
        self.bounce(notice)
        self.assertEqual(len(self.deliveries(notice, "letter")), 1)
        self.assertEqual(len(self.task_of(notice, "delivery")), 1)

    def test_the_bounce_of_a_cancelled_notice_changes_nothing_but_the_evidence(self):
        notice = self.sent_notice()
        notice.action_cancel("Paid in cash")
        self.bounce(notice)
        self.assertEqual(notice.state, "cancelled")
        self.assertEqual(notice.delivery_ids.mapped("state"), ["failed"])
        self.assertFalse(notice.came_back)
        self.assertFalse(self.task_of(notice, "delivery"))

    def test_a_proposal_that_was_built_on_it_gives_way(self):
        notice = self.sent_notice()
        invoice = notice.claim_ids.move_id
        with self.at(20):
            self.propose()
            following = self.notice_of(invoice, states=("proposed",))
            following.action_approve()
            self.bounce(notice)
            self.assertEqual(following.state, "cancelled")
            self.assertIn(notice.name, following.cancel_reason)
            self.deliveries(notice, "letter").action_mark_printed()
            self.propose()
            self.assertNotDunned(invoice, "too_early")

    def test_after_the_next_level_was_sent_the_first_letter_is_not_repeated(self):
        notice = self.sent_notice()
        invoice = notice.claim_ids.move_id
        with self.at(20):
            self.propose()
            following = self.notice_of(invoice, states=("proposed",))
            self._send_keeping_mails(following)
            self.bounce(notice)
        self.assertEqual((notice.state, following.state), ("cancelled", "sent"))
        self.assertEqual(invoice.dunning_level_id, self.first_notice)
        self.assertTrue(self.task_of(notice, "delivery"))

    def _send_keeping_mails(self, notice):
        mails = self._mails
        self.send(notice)
        self._mails += mails

    # === LETTERS ===

    def by_letter(self, **customer):
        """Return a notice that was sent by letter only."""
        self.customer.sudo().write({"email": False, **customer})
        return self.sent_notice()

    def came_back(self, notice, reason="moved", note=""):
        """The clerk records the letter at the notice."""
        action = notice.action_open_return()
        wizard = Form(self.env[action["res_model"]].with_context(**action["context"]))
        wizard.reason = reason
        wizard.note = note
        wizard.save().action_confirm()

    def test_a_letter_that_comes_back_proves_nothing(self):
        notice = self.by_letter()
        invoice, letter = notice.claim_ids.move_id, notice.pdf_sha256
        self.came_back(notice, note="neue Anschrift unbekannt")
        delivery = notice.delivery_ids
        self.assertEqual((delivery.state, delivery.return_reason), ("returned", "moved"))
        self.assertIn("neue Anschrift unbekannt", delivery.failure_reason)
        self.assertEqual((notice.state, notice.came_back), ("failed", "letter"))
        self.assertFalse(notice.date_sent)
        self.assertFalse(invoice.dunning_level_id)
        self.assertEqual(notice.pdf_sha256, letter)
        self.assertEqual(self.task_of(notice, "delivery").user_id, self.clerk)

    def test_the_clerk_gets_a_task_to_correct_the_address(self):
        notice = self.by_letter()
        self.came_back(notice, "unknown")
        task = self.task_of(self.customer, "address")
        self.assertEqual(task.user_id, self.clerk)
        self.assertIn("Bäckerei Sommer", task.summary)

    def test_no_further_letter_goes_to_the_address_until_it_changes(self):
        notice = self.by_letter()
        self.came_back(notice)
        notice.action_cancel("Came back")
        invoice = notice.claim_ids.move_id
        self.propose()
        self.assertNotDunned(invoice, "address_wrong")
        self.customer.sudo().street = "Marktplatz 1"
        self.propose()
        self.assertNotDunned(invoice, "address_wrong")
        self.customer.sudo().write({"street": "Hafenstraße 3", "zip": "20457", "city": "Hamburg"})
        self.propose()
        self.assertDunned(invoice, self.reminder)

    def test_an_invoice_contact_that_moves_with_its_firm_is_reached_again(self):
        contact = (
            self.env["res.partner"]
            .sudo()
            .create({"name": "Office", "parent_id": self.customer.id, "type": "contact"})
        )
        self.customer.sudo().dunning_contact_id = contact
        notice = self.by_letter()
        self.came_back(notice)
        self.assertFalse(contact._has_dunning_address())
        self.assertTrue(self.customer._has_dunning_address())
        self.customer.sudo().write({"street": "Hafenstraße 3"})
        self.assertTrue(contact._has_dunning_address())

    def test_an_address_that_was_right_after_all_is_released(self):
        notice = self.by_letter()
        self.came_back(notice)
        self.customer.action_dunning_address_right()
        self.assertTrue(self.customer._has_dunning_address())

    def test_with_a_wrong_address_the_next_notice_goes_by_mail(self):
        notice = self.by_letter()
        self.came_back(notice)
        notice.action_cancel("Came back")
        self.customer.sudo().email = "new@kunde.example.com"
        self.propose()
        following = self.notice_of(notice.claim_ids.move_id, states=("proposed",))
        self.assertEqual((following.send_email, following.send_letter), (True, False))

    def test_a_letter_approved_before_goes_back_to_review(self):
        self.reminder.sudo().send_letter = True
        other = self.overdue_invoice(9)
        notice = self.sent_notice()
        with self.at(10):
            third = self.overdue_invoice(7)
            self.propose()
            following = self.notice_of(third, states=("proposed",))
            following.action_approve()
            self.came_back(notice)
            following.action_send()
            self.assertEqual((following.state, following.send_letter), ("proposed", False))
            self.assertIn("address changed", following.review_note)
            following.action_approve()
            following.action_send()
            self.assertEqual(following.delivery_ids.mapped("channel"), ["email"])
        self.assertIn(other, notice.claim_ids.move_id)

    def test_letters_in_the_print_queue_are_stopped_as_well(self):
        notice = self.by_letter()
        with self.at(10):
            following = self.propose_for(self.customer)
            following.action_approve()
            following.action_send()
            self.came_back(notice)
        self.assertEqual(following.delivery_ids.state, "failed")
        self.assertEqual(following.state, "failed")

    def test_a_refused_letter_counts_and_the_address_stays(self):
        notice = self.by_letter()
        self.came_back(notice, "refused")
        self.assertEqual((notice.state, notice.delivery_ids.state), ("sent", "returned"))
        self.assertEqual(notice.claim_ids.move_id.dunning_level_id, self.reminder)
        self.assertTrue(self.customer._has_dunning_address())
        self.assertTrue(self.task_of(notice, "delivery"))
        self.task_of(notice, "delivery").action_feedback()
        self.assertFalse(notice.came_back)

    def test_a_letter_damaged_on_its_way_can_be_sent_again(self):
        notice = self.by_letter()
        self.came_back(notice, "other", "torn")
        self.assertEqual(notice.state, "failed")
        notice.action_retry()
        notice.delivery_ids.filtered(lambda row: row.state == "queued").action_mark_printed()
        self.assertEqual((notice.state, notice.came_back), ("sent", False))

    def test_what_was_paid_or_is_too_late_is_not_tried_again(self):
        notice = self.by_letter()
        self.came_back(notice, "other", "torn")
        with (
            self.at(day=notice.date_deadline + timedelta(days=1)),
            self.assertRaisesRegex(UserError, "No longer right"),
        ):
            notice.action_retry()
        self.pay(notice.claim_ids.move_id, 40)
        with self.assertRaisesRegex(UserError, "No longer right"):
            notice.action_retry()
        self.assertEqual(notice.state, "failed")

    def test_a_letter_to_the_old_address_is_not_sent_again(self):
        notice = self.by_letter()
        self.came_back(notice)
        with self.assertRaisesRegex(UserError, "write the notice anew"):
            notice.action_retry()
        self.customer.sudo().street = "Hafenstraße 3"
        with self.assertRaisesRegex(UserError, "write the notice anew"):
            notice.action_retry()

    def test_after_the_address_was_corrected_the_notice_is_written_anew(self):
        notice = self.by_letter()
        invoice = notice.claim_ids.move_id
        self.came_back(notice)
        self.customer.sudo().street = "Hafenstraße 3"
        notice.action_write_anew()
        self.assertEqual(notice.state, "cancelled")
        self.assertFalse(self.task_of(notice, "delivery"))
        self.assertDunned(invoice, self.reminder)
        self.assertIn("Hafenstraße 3", self.notice_of(invoice, states=("proposed",)).address)

    def test_a_letter_that_comes_back_although_the_mail_arrived_leaves_the_notice_sent(self):
        self.reminder.sudo().send_letter = True
        notice = self.sent_notice()
        self.came_back(notice)
        self.assertEqual(notice.state, "sent")
        self.assertFalse(self.customer._has_dunning_address())
        self.assertTrue(self.task_of(notice, "delivery"))

    def test_an_address_corrected_meanwhile_is_not_taken_for_wrong(self):
        notice = self.by_letter()
        self.customer.sudo().street = "Hafenstraße 3"
        self.came_back(notice)
        self.assertTrue(self.customer._has_dunning_address())
        self.assertEqual(notice.state, "failed")

    def test_only_letters_with_the_post_can_come_back(self):
        notice = self.sent_notice()
        with self.assertRaisesRegex(UserError, "printed and sent"):
            notice.action_open_return()

    def test_a_proposal_by_letter_to_the_address_is_refused(self):
        notice = self.by_letter()
        self.came_back(notice)
        notice.action_cancel("Came back")
        self.customer.sudo().email = "new@kunde.example.com"
        self.propose()
        following = self.notice_of(notice.claim_ids.move_id, states=("proposed",))
        with self.assertRaisesRegex(ValidationError, "came back"):
            following.send_letter = True

    def test_a_salesperson_cannot_take_the_proof_away(self):
        notice = self.by_letter()
        with self.assertRaises(AccessError):
            notice.delivery_ids.with_user(self.seller).action_mark_returned("moved")
        with self.assertRaises(AccessError):
            self.customer.with_user(self.seller).action_dunning_address_right()
