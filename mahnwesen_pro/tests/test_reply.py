from odoo.exceptions import AccessError
from odoo.tests import tagged

from .gateway import GatewayCommon


@tagged("post_install", "-at_install")
class TestReply(GatewayCommon):
    """Customers answer their reminders: nobody is reminded again over an unread reply."""

    # === WHERE IT ARRIVES ===

    def test_answers_go_to_odoo_where_it_takes_in_mails(self):
        mail = self.mail_of(self.sent_notice())
        self.assertIn("catchall@hansen.example.com", mail["Reply-To"])
        self.assertIn(self.clerk.name, mail["Reply-To"])

    def test_answers_go_to_the_clerk_where_odoo_takes_in_none(self):
        self.company.sudo().alias_domain_id = False
        self.assertIn(self.clerk.email, self.mail_of(self.sent_notice())["Reply-To"])

    def test_an_answer_arrives_at_the_notice_as_a_task_for_its_clerk(self):
        notice = self.sent_notice()
        self.answer(notice, "We will pay on Friday.")
        self.assertEqual(notice.reply_state, "unread")
        task = self.task_of(notice, "reply")
        self.assertEqual(task.user_id, self.clerk)
        self.assertIn("We will pay on Friday.", task.note)
        self.assertIn("We will pay on Friday.", notice.message_ids[:1].body)

    def test_a_second_answer_makes_no_second_task(self):
        notice = self.sent_notice()
        self.answer(notice)
        self.answer(notice, "Sorry, Thursday.")
        self.assertEqual(len(self.task_of(notice, "reply")), 1)
        self.assertIn("Sorry, Thursday.", notice.message_ids[:1].body)

    def test_an_answer_from_an_unknown_address_counts_as_well(self):
        notice = self.sent_notice()
        self.answer(notice, sender="Tax Office Meier <office@meier.example.org>")
        self.assertEqual(notice.reply_state, "unread")

    def test_a_mail_of_our_own_people_is_no_reply(self):
        notice = self.sent_notice()
        self.answer(notice, sender=self.colleague.email_formatted)
        self.assertFalse(notice.reply_state)

    def test_a_note_of_the_clerk_is_no_reply(self):
        notice = self.sent_notice()
        notice.message_post(body="Called them.", message_type="comment")
        self.assertFalse(notice.reply_state)

    def test_what_the_customer_writes_in_the_portal_is_a_reply(self):
        notice = self.sent_notice()
        notice.sudo().message_post(
            body="I have a question.", message_type="comment", author_id=self.customer.id
        )
        self.assertEqual(notice.reply_state, "unread")

    # === MACHINES ===

    def test_an_out_of_office_answer_is_kept_and_holds_nothing(self):
        notice = self.sent_notice()
        self.answer(notice, "Back in January.", headers="Auto-Submitted: auto-replied\n")
        self.assertIn("Back in January.", notice.message_ids[:1].body)
        self.assertFalse(notice.reply_state)
        self.assertFalse(self.task_of(notice, "reply"))

    def test_an_out_of_office_answer_to_the_bounce_address_is_no_bounce(self):
        notice = self.sent_notice()
        self.answer(
            notice,
            "Back in January.",
            headers="Auto-Submitted: auto-replied\n",
            to="bounce@hansen.example.com",
        )
        self.assertIn("Back in January.", notice.message_ids[:1].body)
        self.assertEqual(notice.state, "sent")
        self.assertFalse(notice.came_back)

    # === WHAT WAITS ===

    def test_an_unread_reply_holds_the_next_step(self):
        notice = self.sent_notice(days=7)
        invoice = notice.claim_ids.move_id
        self.answer(notice)
        with self.at(20):
            self.propose()
            self.assertNotDunned(invoice, "reply_unread")
            (row,) = invoice.dunning_explain()
            self.assertIn("The customer has answered", " ".join(row["reasons"]))
            notice.action_reply_handled()
            self.propose()
            self.assertDunned(invoice, self.first_notice)

    def test_the_reply_is_opened_from_the_list_of_what_is_not_dunned(self):
        notice = self.sent_notice()
        self.answer(notice)
        with self.at(20):
            skip = self.propose().skip_ids
        self.assertEqual(skip.reason, "reply_unread")
        action = skip.action_open_cause()
        self.assertEqual((action["res_model"], action["res_id"]), ("dunning.notice", notice.id))

    def test_an_unread_reply_holds_the_other_invoices_of_the_customer_too(self):
        notice = self.sent_notice()
        self.answer(notice)
        with self.at(20):
            other = self.overdue_invoice(10)
            self.propose()
            self.assertNotDunned(other, "reply_unread")

    def test_a_reply_to_one_customer_holds_nobody_else(self):
        self.answer(self.sent_notice())
        other = self.overdue_invoice(10, customer=self._create_customer_for_clerk("Other"))
        self.propose()
        self.assertDunned(other, self.reminder)

    def test_a_reply_that_comes_after_the_approval_stops_the_sending(self):
        notice = self.sent_notice()
        invoice = notice.claim_ids.move_id
        with self.at(20):
            self.propose()
            following = self.notice_of(invoice, states=("proposed",))
            following.action_approve()
            self.answer(notice)
            following.action_send()
            self.assertEqual(following.state, "cancelled")
            self.assertIn("has answered", following.cancel_reason)
            self.assertFalse(following.delivery_ids)

    def test_a_reply_handled_before_the_approval_leaves_the_proposal_alone(self):
        notice = self.sent_notice()
        with self.at(20):
            self.propose()
            following = self.notice_of(notice.claim_ids.move_id, states=("proposed",))
            self.answer(notice)
            notice.action_reply_handled()
            following.action_approve()
            self.assertEqual(following.state, "approved")

    # === DONE ===

    def test_whoever_handles_the_reply_ticks_off_the_task(self):
        notice = self.sent_notice()
        self.answer(notice)
        notice.with_user(self.colleague).action_reply_handled()
        self.assertEqual(notice.reply_state, "handled")
        self.assertFalse(self.task_of(notice, "reply"))

    def test_whoever_ticks_off_the_task_handles_the_reply(self):
        notice = self.sent_notice()
        self.answer(notice)
        self.task_of(notice, "reply").action_feedback(feedback="He pays on Friday.")
        self.assertEqual(notice.reply_state, "handled")

    def test_an_answer_after_the_reply_was_handled_is_unread_again(self):
        notice = self.sent_notice()
        self.answer(notice)
        notice.action_reply_handled()
        self.answer(notice, "One more thing.")
        self.assertEqual(notice.reply_state, "unread")
        self.assertEqual(len(self.task_of(notice, "reply")), 1)

    def test_a_salesperson_cannot_wave_a_reply_through(self):
        notice = self.sent_notice()
        self.answer(notice)
        with self.assertRaises(AccessError):
            notice.with_user(self.seller).action_reply_handled()

    def _create_customer_for_clerk(self, name):
        values = {"name": name, "email": f"{name.lower()}@kunde.example.com"}
        return self.customer.sudo().copy(values).with_env(self.env)
