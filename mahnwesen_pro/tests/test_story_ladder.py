from datetime import date, timedelta

from odoo import Command
from odoo.tests import tagged

from .common import TODAY, DunningCommon


@tagged("post_install", "-at_install")
class TestStoryLadder(DunningCommon):
    """One customer's invoices, day by day."""

    def test_nothing_happens_six_days_after_the_due_date(self):
        invoice = self.overdue_invoice(6)
        self.propose()
        self.assertNotDunned(invoice, "too_early")

    def test_the_seventh_day_brings_the_reminder(self):
        invoice = self.overdue_invoice(7)
        self.propose()
        self.assertDunned(invoice, self.reminder, 100)

    def test_running_again_replaces_the_proposal_and_doubles_nothing(self):
        invoice = self.overdue_invoice(7)
        first = self.propose()
        second = self.propose()
        self.assertFalse(first.notice_ids)
        self.assertEqual(len(second.notice_ids), 1)
        self.assertEqual(len(invoice.dunning_line_ids), 1)

    def test_an_item_is_not_proposed_twice_while_its_notice_is_on_the_way(self):
        invoice = self.overdue_invoice(7)
        self.propose().action_approve()
        self.propose()
        self.assertNotDunned(invoice, "in_progress")

    def test_the_next_level_counts_from_the_day_the_last_one_was_sent(self):
        invoice = self.overdue_invoice(7)
        self.propose().action_approve()
        with self.at(3):  # approved on Monday, sent on Thursday
            notice = self.notice_of(invoice)
            notice.action_send()
            self.deliver(notice)
        with self.at(16):
            self.propose()
            self.assertNotDunned(invoice, "too_early")
        with self.at(17):
            self.propose()
            self.assertDunned(invoice, self.first_notice)

    def test_a_whole_ladder_ends_with_a_decision_for_people(self):
        invoice = self.overdue_invoice(7)
        for days, level in ((0, self.reminder), (14, self.first_notice)):
            with self.at(days):
                self.send(self.propose().notice_ids)
                self.assertEqual(invoice.dunning_level_id, level)
        with self.at(28):
            run = self.propose()
            self.send(run.notice_ids.with_user(self.manager))
            self.assertEqual(invoice.dunning_level_id, self.final_notice)
        with self.at(60):
            self.propose()
            self.assertNotDunned(invoice, "exhausted")

    def test_a_paused_invoice_stays_where_it_is_until_the_pause_ends(self):
        invoice = self.overdue_invoice(7)
        self.pause(invoice, days=5)
        self.propose()
        self.assertNotDunned(invoice, "blocked")
        with self.at(6):
            self.propose()
            self.assertDunned(invoice, self.reminder)

    def test_a_half_paid_invoice_is_dunned_for_the_rest(self):
        invoice = self.overdue_invoice(7)
        self.pay(invoice, 60)
        self.propose()
        self.assertDunned(invoice, self.reminder, 40)

    def test_a_paused_part_is_left_out_of_the_sum(self):
        invoice = self.overdue_invoice(7)
        self.pause(invoice, amount=30)
        self.propose()
        self.assertDunned(invoice, self.reminder, 70)

    def test_what_is_paid_between_proposal_and_sending_is_left_out(self):
        paid, open_ = self.overdue_invoice(7), self.overdue_invoice(9, 50)
        self.propose().action_approve()
        notice = self.notice_of(open_)
        self.pay(paid)
        notice.action_send()
        self.assertEqual(notice.state, "sending")
        self.assertEqual(notice.claim_ids.move_id, open_)
        self.assertEqual(notice.amount_total, 50)

    def test_a_notice_of_which_everything_was_paid_is_cancelled(self):
        invoice = self.overdue_invoice(7)
        self.propose().action_approve()
        notice = self.notice_of(invoice)
        self.pay(invoice)
        notice.action_send()
        self.assertEqual(notice.state, "cancelled")
        self.assertTrue(notice.cancel_reason)
        self.assertFalse(notice.delivery_ids)

    def test_credit_larger_than_the_debt_gives_a_task_and_no_letter(self):
        invoice = self.overdue_invoice(7)
        self.credit_note(120)
        for _morning in range(2):
            run = self.propose()
            self.assertFalse(run.notice_ids)
        self.assertNotDunned(invoice, "net_credit")
        tasks = self.customer.activity_ids
        self.assertEqual(len(tasks), 1, "one task, however often the run meets it")
        self.assertEqual(tasks.user_id, self.clerk)

    def test_a_credit_note_reduces_the_letter(self):
        invoice = self.overdue_invoice(7)
        self.credit_note(30)
        self.propose()
        notice = self.notice_of(invoice)
        self.assertEqual(
            (notice.amount_claims, notice.amount_credits, notice.amount_total), (100, 30, 70)
        )

    def test_each_instalment_of_a_payment_term_is_dunned_on_its_own(self):
        terms = (
            self.env["account.payment.term"]
            .sudo()
            .create(
                {
                    "name": "30/70",
                    "line_ids": [
                        Command.create({"value": "percent", "value_amount": 30, "nb_days": 0}),
                        Command.create({"value": "percent", "value_amount": 70, "nb_days": 30}),
                    ],
                }
            )
        )
        invoice = self.overdue_invoice(8, 1000, terms=terms)
        self.propose()
        self.assertDunned(invoice, self.reminder, 300)
        self.send(self.notice_of(invoice))
        with self.at(30):
            self.propose()
            proposed = invoice.dunning_line_ids.filtered(lambda line: line.state == "proposed")
            self.assertEqual(
                {line.amount_open: line.level_id for line in proposed},
                {300: self.first_notice, 700: self.reminder},
            )
            self.assertEqual(proposed.notice_id.level_id, self.first_notice, "the highest leads")

    def test_cancelling_a_sent_notice_lowers_the_level(self):
        invoice = self.overdue_invoice(7)
        self.send(self.propose().notice_ids)
        self.assertEqual(invoice.dunning_level_id, self.reminder)
        notice = self.notice_of(invoice)
        notice.action_cancel("The goods had not arrived")
        self.assertFalse(invoice.dunning_level_id)
        self.assertTrue(notice.name and notice.pdf_file, "number and letter are kept")
        self.propose()
        self.assertDunned(invoice, self.reminder)

    def test_an_invoice_reset_to_draft_and_posted_again_keeps_its_level(self):
        invoice = self.overdue_invoice(7)
        self.send(self.propose().notice_ids)
        invoice.button_draft()
        invoice.invoice_line_ids.name = "Goods, corrected"
        invoice.action_post()
        with self.at(14):
            self.propose()
            self.assertDunned(invoice, self.first_notice)

    def test_a_key_account_gets_one_letter_a_week(self):
        letters = []
        for day in range(15):
            with self.at(day):
                self.overdue_invoice(7, 200)
                run = self.propose()
                self.send(run.notice_ids)
                letters += [day] * len(run.notice_ids)
        self.assertEqual(letters, [0, 7, 14])

    def test_small_items_and_small_letters_wait(self):
        tiny, small = self.overdue_invoice(7, 4.99), self.overdue_invoice(7, 20)
        self.propose()
        self.assertNotDunned(tiny, "item_minimum")
        self.assertNotDunned(small, "letter_minimum")
        other = self.overdue_invoice(7, 5)
        self.propose()
        self.assertDunned(small, self.reminder)
        self.assertDunned(other, self.reminder)

    def test_a_level_cap_of_the_invoice_or_the_customer_ends_the_ladder_early(self):
        invoice = self.overdue_invoice(7)
        self.send(self.propose().notice_ids)
        invoice.dunning_cap = 1
        self.customer.dunning_cap = 1
        with self.at(14):
            self.propose()
            self.assertNotDunned(invoice, "item_cap")
            self.assertNotDunned(invoice, "partner_cap")

    def test_every_reason_is_named_at_once(self):
        invoice = self.overdue_invoice(3, 4)
        self.pause(invoice)
        self.propose()
        self.assertEqual(self.reasons_of(invoice), ["blocked", "too_early"])

    def test_the_deadline_is_a_working_day(self):
        self.overdue_invoice(7)
        with self.at(day=date(2026, 12, 15)):  # ten days later is Christmas, then a weekend
            self.propose()
            deadline = self.env["dunning.notice"].search([], limit=1).date_deadline
        self.assertEqual(deadline, date(2026, 12, 28))

    def test_what_is_not_due_is_only_counted(self):
        self.overdue_invoice(-5)
        self.overdue_invoice(0)
        run = self.propose()
        self.assertEqual(run.count_not_due, 2)
        self.assertFalse(run.skip_ids)

    def test_a_dry_run_shows_another_day_and_changes_nothing(self):
        invoice = self.overdue_invoice(3)
        run = self.propose(date=TODAY + timedelta(days=4), dry_run=True)
        self.assertEqual(run.notice_ids.level_id, self.reminder)
        self.assertEqual(run.notice_ids.state, "simulated")
        run.notice_ids.action_approve()
        self.assertEqual(run.notice_ids.state, "simulated")
        self.propose()
        self.assertNotDunned(invoice, "too_early")
