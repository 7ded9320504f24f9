from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import TODAY
from .complaint import ComplaintCommon


@tagged("post_install", "-at_install")
class TestComplaint(ComplaintCommon):
    """A complaint is heard in full, and only what is contested waits (METHOD K1, K2, K5)."""

    # === WHAT WAITS ===

    def test_what_is_contested_waits_and_the_rest_is_dunned(self):
        invoice, other = self.overdue_invoice(8), self.overdue_invoice(9)
        self.complain(invoice, 30)
        self.propose()
        self.assertDunned(invoice, self.reminder, 70)
        self.assertDunned(other, self.reminder, 100)

    def test_the_letter_about_the_rest_says_so_in_a_friendly_sentence(self):
        invoice = self.overdue_invoice(8)
        self.complain(invoice, 30)
        self.propose()
        notice = self.notice_of(invoice)
        texts = notice._get_texts()
        for name in ("letter_opening", "email_body"):
            self.assertIn("we have set aside", texts[name])
            self.assertRegex(texts[name], "30[.,]00")
        self.send(notice)
        self.assertIn("only about the rest", notice.letter_opening)

    def test_a_letter_without_a_complaint_says_nothing_of_it(self):
        invoice = self.overdue_invoice(8)
        self.pause(invoice, amount=30)
        self.propose()
        self.assertNotIn("set aside", self.notice_of(invoice)._get_texts()["letter_opening"])

    def test_the_task_is_worded_for_its_reader_whoever_complains(self):
        self.env["res.lang"].sudo()._activate_lang("de_DE")
        self.clerk.sudo().lang = "de_DE"
        complaint = self.complain(self.overdue_invoice(8))
        self.assertEqual(complaint.user_id, self.clerk)
        self.assertIn("anhören", self.task_of(complaint, "hear").summary)

    def test_an_invoice_contested_as_a_whole_waits_until_the_complaint_ends(self):
        invoice = self.overdue_invoice(8)
        complaint = self.complain(invoice)
        with self.at(200):
            self.propose()
            self.assertNotDunned(invoice, "blocked")
        complaint._close("withdrawn", "It was a mistake of his.")
        self.assertFalse(complaint.block_ids.filtered("is_running"))

    def test_a_proposal_that_waits_for_review_is_reduced_at_once(self):
        invoice, other = self.overdue_invoice(8), self.overdue_invoice(8)
        self.propose()
        self.complain(invoice)
        self.assertNotDunned(invoice)
        self.assertDunned(other, self.reminder, 100)

    def test_hardship_does_not_contest_the_claim(self):
        invoice = self.overdue_invoice(8)
        complaint = self.complain(invoice, reason=self.hardship)
        self.assertFalse(complaint.block_ids.filtered("is_running"))
        self.propose()
        self.assertDunned(invoice, self.reminder, 100)

    def test_the_hold_follows_a_reason_that_was_corrected(self):
        invoice = self.overdue_invoice(8)
        complaint = self.complain(invoice, reason=self.hardship)
        complaint.reason_id = self.damaged
        self.assertHeld(invoice, 100)
        complaint.reason_id = self.hardship
        self.assertHeld(invoice, 0)

    def test_two_complaints_about_one_invoice_add_up(self):
        invoice = self.overdue_invoice(8)
        self.complain(invoice, 30)
        price = self.env.ref("mahnwesen_pro.dunning_complaint_reason_price")
        second = self.complain(invoice, 25, reason=price)
        self.assertHeld(invoice, 55)
        second._close("withdrawn", "Found the order.")
        with self.at(60):
            self.assertHeld(invoice, 100)  # our answer to the first one is late by now
        self.assertEqual(sum(self.running_amounts(invoice, "contested")), 30)

    def dollar(self):
        """Two of them are worth one euro."""
        dollar = self.env.ref("base.USD").sudo()
        dollar.active = True
        dollar.rate_ids = [Command.clear(), Command.create({"name": "2026-01-01", "rate": 2.0})]
        return dollar.with_env(self.env)

    def running_amounts(self, invoice, role):
        blocks = invoice.dunning_block_ids
        return blocks.filtered(lambda one: one.complaint_role == role and one.is_running).mapped(
            "amount"
        )

    def test_more_may_be_contested_than_is_open(self):
        invoice = self.overdue_invoice(8)
        self.pay(invoice, 60)
        complaint = self.complain(invoice, 80)
        self.assertEqual(complaint.amount_contested, 80)
        self.assertEqual(complaint.amount_waiting, 40)
        self.assertHeld(invoice, 40)
        self.propose()
        self.assertNotDunned(invoice, "blocked")

    def test_nobody_contests_more_than_was_invoiced(self):
        with self.assertRaisesRegex(ValidationError, "not as large as that"):
            self.complain(self.overdue_invoice(8), 500)

    def test_part_of_an_invoice_in_a_foreign_currency_is_contested(self):
        dollar = self.dollar()
        invoice = self.overdue_invoice(8, 200, currency=dollar)
        complaint = self.complain(invoice, 50)
        self.assertEqual(complaint.currency_id, dollar)
        self.assertEqual(complaint.item_ids.amount_company, 25)
        self.propose()
        self.assertDunned(invoice, self.reminder, 150)

    def test_invoices_in_two_currencies_are_two_complaints(self):
        dollar = self.dollar()
        invoices = self.overdue_invoice(8) + self.overdue_invoice(8, currency=dollar)
        with self.assertRaisesRegex(ValidationError, "one company and currency"):
            self.complain(invoices)

    def test_single_lines_of_an_invoice_are_contested(self):
        invoice = self.overdue_invoice(8)
        invoice.button_draft()
        invoice.invoice_line_ids = [
            Command.create({"name": "Rolls", "price_unit": 40, "tax_ids": [Command.clear()]})
        ]
        invoice.action_post()
        rolls = invoice.invoice_line_ids.filtered(lambda line: line.name == "Rolls")
        complaint = self.complain(rolls)
        self.assertEqual(complaint.item_ids.kind, "line")
        self.assertEqual(complaint.amount_contested, 40)
        self.assertHeld(invoice, 40)

    def test_one_instalment_is_contested_and_the_other_is_dunned(self):
        terms = (
            self.env["account.payment.term"]
            .sudo()
            .create(
                {
                    "name": "Half and half",
                    "line_ids": [
                        Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                        Command.create({"value": "percent", "value_amount": 50, "nb_days": 5}),
                    ],
                }
            )
        )
        invoice = self.overdue_invoice(30, terms=terms)
        first, second = invoice._get_dunning_open_lines()
        complaint = self.complain(first)
        self.assertEqual(complaint.amount_contested, 50)
        self.propose()
        lines = invoice.dunning_line_ids.filtered(lambda line: line.state == "proposed")
        self.assertEqual(lines.move_line_id, second)

    # === MEANWHILE ===

    def test_a_complaint_about_a_paid_invoice_is_heard_and_not_called_settled(self):
        invoice = self.overdue_invoice(8)
        self.pay(invoice)
        complaint = self.complain(invoice)
        self.assertEqual(complaint.amount_contested, 100)
        self.assertFalse(complaint.settled_hint)

    def test_a_payment_meanwhile_suggests_the_end_and_does_not_close(self):
        invoice = self.overdue_invoice(8)
        complaint = self.complain(invoice)
        self.pay(invoice)
        self.assertIn("is paid", complaint.settled_hint)
        self.watch()
        self.assertTrue(self.task_of(complaint, "settled"))
        self.assertEqual(complaint.state, "new")
        complaint._close("paid", "He has paid it all.")
        self.assertEqual((complaint.state, complaint.resolution), ("done", "paid"))

    def test_a_part_payment_meanwhile_leaves_the_contested_part_waiting(self):
        invoice = self.overdue_invoice(8)
        self.complain(invoice, 30)
        self.pay(invoice, 70)
        self.assertHeld(invoice, 30)
        self.propose()
        self.assertNotDunned(invoice, "blocked")

    def test_a_credit_note_that_covers_it_suggests_the_end(self):
        invoice = self.overdue_invoice(8)
        complaint = self.complain(invoice)
        invoice._reverse_moves([{"invoice_date": TODAY}], cancel=True)
        self.assertIn("credit note covers", complaint.settled_hint)

    def test_the_cancel_of_the_invoice_suggests_the_end(self):
        invoice = self.overdue_invoice(8)
        complaint = self.complain(invoice)
        invoice.button_draft()
        self.assertFalse(complaint.settled_hint)
        invoice.button_cancel()
        self.assertIn("was cancelled", complaint.settled_hint)
        self.assertEqual(complaint.item_ids.move_id, invoice)

    def test_an_instalment_is_found_again_after_a_reset_to_draft(self):
        invoice = self.overdue_invoice(8)
        self.complain(invoice._get_dunning_open_lines())
        invoice.button_draft()
        invoice.action_post()
        self.assertHeld(invoice, 100)

    def test_customers_that_are_merged_take_their_complaints_along(self):
        twin = self._create_customer("Bäckerei Sommer")
        complaint = self.complain(self.overdue_invoice(8, customer=twin))
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((self.customer + twin).ids, self.customer.sudo())
        self.env.invalidate_all()
        self.assertEqual(complaint.partner_id, self.customer)
        self.assertEqual(complaint.block_ids.partner_id, self.customer)
        self.propose()
        self.assertNotDunned(complaint.move_ids, "blocked")

    # === A DELETED INVOICE ===

    def test_an_invoice_that_is_deleted_leaves_a_note_of_what_was_contested(self):
        first, second = self.overdue_invoice(8, 100), self.overdue_invoice(8, 250)
        complaint = self.complain(first + second)
        for invoice, emptied in ((second, False), (first, True)):
            label = invoice.name
            invoice.button_draft()
            invoice.sudo().with_context(force_delete=True).unlink()
            note = complaint.message_ids[:1]
            self.assertIn(f"deleted, and with it: {label}", note.body)
            self.assertEqual("Nothing is contested any more" in note.body, emptied)
            self.assertIn(complaint.user_id.partner_id, note.partner_ids)

    # === ITS PAUSE ===

    def test_the_pause_of_a_complaint_ends_with_it_and_in_no_other_way(self):
        invoice = self.overdue_invoice(8)
        complaint = self.complain(invoice)
        block = complaint.block_ids.filtered("is_running")
        for attempt in (
            block.action_release,
            lambda: block.write({"date_end": TODAY}),
            lambda: block.write({"released": True}),
            lambda: block.with_user(self.manager).unlink(),
        ):
            with self.assertRaisesRegex(UserError, "belongs to the complaint"):
                attempt()
        self.pause(invoice)
        invoice.action_dunning_release()
        self.assertEqual(invoice.dunning_block_ids.filtered("is_running"), block)

    def test_the_same_reason_twice_needs_a_clerk_before_it_waits(self):
        invoice = self.overdue_invoice(8)
        self.complain(invoice)._close("rejected", "No damage", "Your goods", "The boxes were dry.")
        with self.at(30):
            again = self.complain(invoice)
            self.assertTrue(again.is_repeat)
            self.assertTrue(again.to_confirm)
            self.propose()
            self.assertDunned(invoice, self.reminder, 100)
            again.action_confirm_pause()
            self.assertFalse(again.to_confirm)
            self.assertNotDunned(invoice)
            self.assertHeld(invoice, 100)

    def test_another_reason_about_the_same_invoice_waits_at_once(self):
        invoice = self.overdue_invoice(8)
        self.complain(invoice, 10)
        price = self.env.ref("mahnwesen_pro.dunning_complaint_reason_price")
        self.assertFalse(self.complain(invoice, 20, reason=price).to_confirm)
        self.assertHeld(invoice, 30)

    # === WORDS AND RIGHTS ===

    def test_the_words_of_the_customer_stay_as_they_were(self):
        complaint = self.complain(self.overdue_invoice(8))
        with self.assertRaisesRegex(UserError, "only through its buttons"):
            complaint.customer_words = "All is well."
        with self.assertRaisesRegex(UserError, "only through its buttons"):
            complaint.state = "done"

    def test_a_complaint_without_words_is_none(self):
        with self.assertRaisesRegex(ValidationError, "what the customer says"):
            self.complain(self.overdue_invoice(8), words="  ")

    def test_hearing_asks_for_our_own_words(self):
        complaint = self.complain(self.overdue_invoice(8))
        with self.assertRaisesRegex(UserError, "what it is about"):
            complaint.action_hear()
        self.hear(complaint)
        self.assertEqual(complaint.state, "heard")

    def test_it_is_never_deleted(self):
        complaint = self.complain(self.overdue_invoice(8))
        with self.assertRaises(AccessError):
            complaint.unlink()
        with self.assertRaisesRegex(UserError, "part of the history"):
            complaint.sudo().unlink()

    def test_the_team_shares_the_work(self):
        self.damaged.sudo().user_ids = self.clerk + self.colleague
        first = self.complain(self.overdue_invoice(8))
        second = self.complain(self.overdue_invoice(8))
        self.assertEqual({first.user_id, second.user_id}, {self.clerk, self.colleague})

    def test_the_invoice_tells_of_the_pause_and_why(self):
        invoice = self.overdue_invoice(8)
        complaint = self.complain(invoice)
        self.assertEqual(invoice.dunning_complaint_count, 1)
        self.assertIn("Complaint", invoice._get_dunning_sentence())
        self.assertEqual(complaint.move_ids, invoice)

    def watch(self):
        self.env["dunning.complaint"].sudo()._watch(self.company)

    # === OUR OWN TIMES ===

    def test_nothing_of_the_invoice_is_dunned_while_our_answer_is_late(self):
        invoice = self.overdue_invoice(8)
        complaint = self.complain(invoice, 30)  # on a Monday, to be answered by Wednesday
        self.assertEqual(complaint.date_answer_due, TODAY + timedelta(days=2))
        with self.at(2):
            self.propose()
            self.assertDunned(invoice, self.reminder, 70)
        with self.at(3):
            self.assertTrue(complaint.is_answer_late)
            self.propose()
            self.assertNotDunned(invoice, "blocked")
            self.assertIn("answer", invoice._get_dunning_sentence())
            self.watch()
            self.assertEqual(
                self.task_of(complaint, "late").user_id, self.company._get_dunning_manager()
            )
            self.offer(complaint, ("credit_part", {"amount": 10}))
            self.assertFalse(complaint.is_answer_late)
            self.assertFalse(self.task_of(complaint, "late"))
            self.propose()
            self.assertDunned(invoice, self.reminder, 70)

    def test_late_answers_to_hardship_hold_the_invoice_too(self):
        invoice = self.overdue_invoice(8)
        self.complain(invoice, reason=self.hardship)
        with self.at(3):
            self.propose()
            self.assertNotDunned(invoice, "blocked")

    def test_service_times_leave_out_weekend_and_holiday(self):
        self.damaged.sudo().write({"days_answer": 2, "days_solve": 3})
        with self.at(day="2026-12-23"):  # a Wednesday before Christmas
            complaint = self.complain(self.overdue_invoice(8))
            self.assertEqual(str(complaint.date_answer_due), "2026-12-28")
            self.assertEqual(str(complaint.date_solve_due), "2026-12-29")
        with self.at(day="2026-11-27"):  # a Friday
            complaint = self.complain(self.overdue_invoice(8))
            self.assertEqual(str(complaint.date_answer_due), "2026-12-01")

    def test_the_complaint_is_acknowledged_at_once(self):
        complaint = self.complain(self.overdue_invoice(8))
        mail = self.mails(complaint)
        self.assertIn(complaint.name, mail.subject)
        self.assertEqual(mail.email_to, self.customer.email_normalized)
        self.assertIn("access_token=", mail.body_html)
        self.assertIn("photos of the damage", mail.body_html)
        self.assertTrue(complaint.acknowledged_on)
        self.assertTrue(self.task_of(complaint, "hear"))

    def test_the_acknowledgement_says_that_what_is_contested_waits(self):
        complaint = self.complain(self.overdue_invoice(8))
        self.assertIn("no reminder about what you contest", self.mails(complaint).body_html)

    def test_the_acknowledgement_promises_no_pause_that_a_clerk_has_to_confirm(self):
        invoice = self.overdue_invoice(8)
        self.complain(invoice)._close("rejected", "No damage", "Your goods", "The boxes were dry.")
        again = self.complain(invoice)
        self.assertTrue(again.to_confirm)
        mail = self.mails(again)[:1]
        self.assertIn(again.name, mail.subject)
        self.assertNotIn("no reminder", mail.body_html)
        self.assertNotIn("{pause}", mail.body_html)

    def test_whoever_contests_nothing_is_thanked_and_promised_no_pause(self):
        complaint = self.complain(self.overdue_invoice(8), reason=self.hardship)
        mail = self.mails(complaint)
        self.assertIn("We have received your message", mail.subject)
        self.assertIn("telling us about your situation", mail.body_html)
        self.assertIn("We will find a way together", mail.body_html)
        self.assertNotIn("no reminder", mail.body_html)
        self.assertIn("View your message", mail.body_html)
        self.assertNotIn("your complaint", mail.body_html.lower())
        self.assertTrue(complaint.acknowledged_on)

    def test_without_an_address_somebody_has_to_call_or_write(self):
        self.customer.sudo().email = False
        complaint = self.complain(self.overdue_invoice(8))
        self.assertFalse(complaint.acknowledged_on)
        self.assertTrue(self.task_of(complaint, "acknowledge"))
        complaint.action_acknowledged()
        self.assertTrue(complaint.acknowledged_on)
        self.assertFalse(self.task_of(complaint, "acknowledge"))

    def test_on_the_day_of_review_somebody_is_reminded_and_nothing_ends(self):
        complaint = self.complain(self.overdue_invoice(8))
        with self.at(day=complaint.date_review):
            self.watch()
            self.assertTrue(self.task_of(complaint, "review"))
            self.assertTrue(complaint.block_ids.filtered("is_running"))
