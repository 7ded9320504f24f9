from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .call_common import FRIDAY, CallCommon
from .common import TODAY


@tagged("post_install", "-at_install")
class TestCallPlanning(CallCommon):
    """Levels bring calls along, letters wait for them, what is settled leaves the list."""

    def send_reminder(self, invoice):
        self.propose()
        self.send(self.notice_of(invoice))

    # === MERGING CUSTOMERS ===

    def merge(self, *gone):
        wizards = self.env["base.partner.merge.automatic.wizard"].sudo()
        partners = self.customer.union(*gone)
        wizards._merge(partners.ids, self.customer.sudo())
        self.env.invalidate_all()

    def test_customers_that_are_merged_have_one_planned_call_about_both(self):
        twin = self._create_customer("Bäckerei Sommer")
        mine, theirs = self.overdue_invoice(9), self.overdue_invoice(9, customer=twin)
        kept = self.plan(moves=mine, date=FRIDAY)
        other = self.plan("broken_promise", twin, moves=theirs)
        self.merge(twin)
        self.assertEqual((kept.state, other.state), ("planned", "cancelled"))
        self.assertEqual((kept.partner_id, other.partner_id), (self.customer, self.customer))
        self.assertEqual(kept.move_ids, mine + theirs)
        self.assertEqual((kept.date, kept.cause), (TODAY, "broken_promise"))
        self.assertIn("merged", other.cancel_reason)
        self.assertFalse(self.task_of(other))
        self.assertEqual(self.task_of(kept).date_deadline, TODAY)

    def test_an_agreed_time_survives_the_merging_of_three_customers(self):
        one, two = self._create_customer("Sommer"), self._create_customer("Bäckerei Sommer")
        for customer in (one, two):
            self.overdue_invoice(9, customer=customer)
        agreed = self.plan("call_back", two, date=FRIDAY)
        waiting = self.plan("clerk", one)
        self.merge(one, two)
        self.assertEqual((agreed.state, waiting.state), ("planned", "cancelled"))
        self.assertEqual((agreed.date, agreed.partner_id), (FRIDAY, self.customer))

    # === BEFORE THE LETTER ===

    def test_before_the_first_letter_large_sums_are_called_about(self):
        self.call_rule(self.reminder, "before", minimum=5000)
        large = self.overdue_invoice(7, amount=6000)
        small_customer = self._create_customer("Blumen Herbst")
        small = self.overdue_invoice(7, amount=400, customer=small_customer)
        self.propose()
        self.assertNotDunned(large, "call_waiting")
        self.assertDunned(small, self.reminder)
        call = self.planned()
        self.assertEqual((call.cause, call.user_id), ("level", self.clerk))
        self.assertEqual((call.date, call.wait_until), (TODAY, TODAY + timedelta(days=3)))
        self.assertEqual(self.task_of(call).user_id, self.clerk)

    def test_the_letter_waits_three_working_days_at_most(self):
        self.call_rule(self.reminder, "before")
        invoice = self.overdue_invoice(7)
        self.propose()
        with self.at(3):
            self.propose()
            self.assertNotDunned(invoice, "call_waiting")
        with self.at(4):
            self.propose()
            self.assertDunned(invoice, self.reminder)

    def test_a_call_that_a_colleague_planned_does_not_hold_the_letter_for_ever(self):
        self.call_rule(self.reminder, "before")
        invoice = self.overdue_invoice(7)
        call = self.plan(date=FRIDAY)
        self.propose()
        self.assertEqual(self.planned(), call)
        self.assertEqual(call.wait_until, TODAY + timedelta(days=3))
        with self.at(4):
            self.propose()
            self.assertDunned(invoice, self.reminder)

    def test_after_the_call_the_letter_goes(self):
        self.call_rule(self.reminder, "before")
        invoice = self.overdue_invoice(7)
        self.propose()
        self.finish("refused", self.planned())
        self.propose()
        self.assertDunned(invoice, self.reminder)
        self.assertFalse(self.planned())

    def test_nobody_reached_and_the_letter_still_waits_for_the_next_attempt(self):
        self.call_rule(self.reminder, "before")
        invoice = self.overdue_invoice(7)
        self.propose()
        self.finish("not_reached", self.planned())
        with self.at(1):
            self.propose()
            self.assertNotDunned(invoice, "call_waiting")

    def test_a_call_that_a_person_cancels_holds_no_letter_and_does_not_come_back(self):
        self.call_rule(self.reminder, "before")
        invoice = self.overdue_invoice(7)
        self.propose()
        self.planned().action_cancel()
        self.propose()
        self.assertDunned(invoice, self.reminder)
        self.assertFalse(self.planned())

    def test_a_trial_run_plans_no_call(self):
        self.call_rule(self.reminder, "before")
        self.overdue_invoice(7)
        self.propose(dry_run=True)
        self.assertFalse(self.planned())

    # === WITH AND AFTER THE LETTER ===

    def test_one_working_day_after_the_deadline_the_call_is_due(self):
        self.call_rule(self.reminder, minimum=500)
        invoice = self.overdue_invoice(7, amount=600)
        self.send_reminder(invoice)
        deadline = self.notice_of(invoice).date_deadline
        with self.at(day=deadline):
            self.bring_up_to_date()
            self.assertFalse(self.planned())
        with self.at(day=deadline + timedelta(days=3)):  # the deadline is a Thursday or Friday
            self.bring_up_to_date()
            call = self.planned()
            self.assertEqual(call.move_ids, invoice)
            self.assertEqual(call.notice_id, self.notice_of(invoice))

    def test_a_small_sum_gets_no_call(self):
        self.call_rule(self.reminder, minimum=500)
        invoice = self.overdue_invoice(7, amount=499)
        self.send_reminder(invoice)
        with self.at(20):
            self.bring_up_to_date()
            self.assertFalse(self.planned())

    def test_with_the_letter_means_the_working_day_after_it(self):
        self.call_rule(self.reminder, "with")
        self.send_reminder(self.overdue_invoice(7))
        self.bring_up_to_date()
        self.assertFalse(self.planned())
        with self.at(1):
            self.bring_up_to_date()
            self.assertTrue(self.planned())

    def test_the_next_letter_waits_for_the_call_after_the_deadline(self):
        self.call_rule(self.reminder)
        invoice = self.overdue_invoice(7)
        self.send_reminder(invoice)
        with self.at(14):  # the first notice has its turn, nobody has called yet
            self.bring_up_to_date()
            self.propose()
            self.assertNotDunned(invoice, "call_waiting")
            self.finish("no_proposal", self.planned())
            self.propose()
            self.assertDunned(invoice, self.first_notice)

    def test_a_level_plans_its_call_once(self):
        self.call_rule(self.reminder)
        self.call_rule(self.reminder, minimum=50, who="persons", user_ids=self.persons(self.clerk))
        invoice = self.overdue_invoice(7)
        self.send_reminder(invoice)
        with self.at(14):
            self.propose()
            self.bring_up_to_date()
            self.finish("refused", self.planned())
            self.bring_up_to_date()
            self.assertFalse(self.planned())

    def test_after_a_later_letter_the_call_of_the_earlier_one_is_not_made_up_for(self):
        invoice = self.overdue_invoice(7)
        self.send_reminder(invoice)
        with self.at(14):
            self.send_reminder(invoice)
            self.assertEqual(invoice.dunning_level_id, self.first_notice)
            self.call_rule(self.reminder)
            self.bring_up_to_date()
            self.assertFalse(self.planned())

    # === WHO CALLS ===

    def test_key_accounts_are_called_by_their_salesperson_for_two_working_days(self):
        self.give(self.customer, user_id=self.salesperson.id)
        self.call_rule(self.reminder, "before", who="salesperson")
        self.overdue_invoice(7)
        self.propose()
        call = self.planned()
        self.assertEqual(call.user_id, self.salesperson)
        with self.at(2):
            self.bring_up_to_date()
            self.assertEqual(call.user_id, self.salesperson)
        with self.at(3):
            self.bring_up_to_date()
            self.assertEqual((call.user_id, call.date), (self.clerk, TODAY + timedelta(days=3)))
            self.assertEqual(self.task_of(call).user_id, self.clerk)

    def test_without_a_salesperson_who_may_call_it_is_the_clerk(self):
        self.call_rule(self.reminder, "before", who="salesperson")
        self.overdue_invoice(7)
        self.propose()
        self.assertEqual(self.planned().user_id, self.clerk)

    def test_of_several_persons_the_one_with_the_fewest_calls_gets_it(self):
        both = self.persons(self.clerk, self.colleague)
        self.call_rule(self.reminder, "before", who="persons", user_ids=both)
        busy = self._create_customer("Viel Arbeit KG")
        self.overdue_invoice(7, customer=busy)
        self.plan(customer=busy, user=self.clerk)
        customers = [self._create_customer(name) for name in ("Eins", "Zwei")]
        for customer in customers:
            self.overdue_invoice(7, customer=customer)
        self.propose()
        callers = {self.planned(customer).user_id for customer in customers}
        self.assertEqual(callers, {self.clerk, self.colleague})

    def test_the_customers_own_clerk_calls(self):
        self.give(self.customer, dunning_user_id=self.colleague.id)
        self.assertEqual(self.plan().user_id, self.colleague)

    def test_whoever_calls_follows_the_call_and_so_does_whoever_planned_it(self):
        self.give(self.customer, dunning_user_id=self.colleague.id)
        persons = self.colleague.partner_id | self.env.user.partner_id
        self.assertEqual(self.plan().message_partner_ids, persons)

    def test_a_colleague_gets_one_mail_about_all_the_calls_of_a_run_and_the_clerk_none(self):
        self.call_rule(self.reminder, "before")
        names = [f"Kunde {number:02}" for number in range(22)]
        for name in names:
            customer = self._create_customer(name)
            self.give(customer, dunning_user_id=self.colleague.id)
            self.overdue_invoice(7, customer=customer)
        self.overdue_invoice(7)
        mails_before = self.env["mail.mail"].sudo().search([])
        self.env = self.env(context={})  # with everything that Odoo tells of its own accord
        self.propose()
        mail = self.env["mail.mail"].sudo().search([]) - mails_before
        self.assertEqual(mail.recipient_ids, self.colleague.partner_id)
        self.assertEqual(mail.subject, "22 dunning calls are planned for you")
        self.assertIn("Kunde 00", mail.body_html)
        self.assertIn("and 2 more", mail.body_html)
        self.assertIn("/odoo/mahnanrufe", mail.body_html)

    def test_a_single_call_is_told_by_its_name(self):
        self.give(self.customer, dunning_user_id=self.colleague.id)
        mails_before = self.env["mail.mail"].sudo().search([])
        self.plan()
        mail = self.env["mail.mail"].sudo().search([]) - mails_before
        self.assertEqual(mail.subject, f"Call: {self.customer.name}")

    # === WHAT LEAVES THE LIST ===

    def test_what_was_paid_meanwhile_leaves_the_list_with_a_note(self):
        invoice = self.overdue_invoice(7)
        call = self.plan("level", moves=invoice)
        self.pay(invoice)
        self.bring_up_to_date()
        self.assertEqual(call.state, "cancelled")
        self.assertIn("Paid meanwhile", call.cancel_reason)
        self.assertFalse(self.task_of(call))

    def test_what_is_paused_meanwhile_leaves_the_list_with_a_note(self):
        invoice = self.overdue_invoice(7)
        call = self.plan("level", moves=invoice)
        self.pause(invoice)
        self.bring_up_to_date()
        self.assertEqual(call.state, "cancelled")
        self.assertIn("Paused meanwhile", call.cancel_reason)

    def test_whoever_opens_a_call_about_something_paid_is_told(self):
        invoice = self.overdue_invoice(7)
        call = self.plan("level", moves=invoice)
        self.pay(invoice)
        action = call.action_open_guide()
        self.assertEqual(action["params"]["message"], "Paid meanwhile.")

    # === ONE CALL PER DEBTOR, ONE TASK PER CALL ===

    def test_two_causes_make_one_call_about_both(self):
        first, second = self.overdue_invoice(9), self.overdue_invoice(7)
        call = self.plan("level", moves=first, date=FRIDAY)
        self.assertEqual(self.plan("broken_promise", moves=second, date=TODAY), call)
        self.assertEqual(call.move_ids, first + second)
        self.assertEqual((call.cause, call.date), ("broken_promise", TODAY))

    def test_whoever_moves_the_task_moves_the_call(self):
        self.overdue_invoice(7)
        call = self.plan()
        self.task_of(call).write({"date_deadline": FRIDAY, "user_id": self.colleague.id})
        self.assertEqual((call.date, call.user_id), (FRIDAY, self.colleague))

    def test_a_task_is_ticked_off_by_an_outcome_only(self):
        self.overdue_invoice(7)
        task = self.task_of(self.plan())
        with self.assertRaisesRegex(UserError, "ends in an outcome"):
            task.action_feedback()

    def test_a_broken_promise_brings_a_call_where_the_policy_says_so(self):
        self.policy.sudo().promise_broken = "call"  # the manager's settings
        self.overdue_invoice(7)
        promised = self.promise().promise_ids
        with self.at(day=promised.date_limit + timedelta(days=1)):
            promised.check()
            call = self.planned()
            self.assertEqual((call.cause, call.broken_count), ("broken_promise", 1))
            self.assertIn("1 promise broken", call.priority_reason)

    # === THE ORDER OF THE LIST ===

    def test_the_most_pressing_comes_first_and_says_why(self):
        large_customer = self._create_customer("Großbau AG")
        self.overdue_invoice(40, amount=4000, customer=large_customer)
        self.overdue_invoice(7)
        small, large = self.plan(), self.plan(customer=large_customer)
        found = self.env["dunning.call"].search([("id", "in", (small + large).ids)])
        self.assertEqual(found, large + small)
        self.assertIn("for 40 days", large.priority_reason)
        self.assertIn("never reached yet", large.priority_reason)

    def test_earlier_attempts_tell_the_best_time(self):
        self.overdue_invoice(7)
        for hour, outcome in ((8, "not_reached"), (13, "call_back")):
            call = self.plan()
            said = {"call_back_on": TODAY} if outcome == "call_back" else {}
            call.write({"called_on": f"2026-11-20 {hour:02}:15:00"})
            self.finish(outcome, call, **said)
        self.assertIn("14:00", self.planned().best_time)

    def test_who_was_tried_in_the_morning_only_is_tried_in_the_afternoon(self):
        self.overdue_invoice(7)
        call = self.plan()
        call.write({"called_on": "2026-11-20 08:15:00"})
        self.finish("not_reached", call)
        self.assertIn("afternoon", self.planned().get_guide()["best_time"])

    # === AS SHIPPED ===

    def test_the_shipped_policy_calls_before_and_after_the_first_letter(self):
        level = self.env.ref("mahnwesen_pro.dunning_level_reminder")
        shipped = {
            (rule.moment, rule.days, rule.minimum, rule.wait_days, rule.who)
            for rule in level.call_rule_ids
        }
        self.assertEqual(shipped, {("before", 0, 5000, 3, "clerk"), ("after", 1, 500, 3, "clerk")})
