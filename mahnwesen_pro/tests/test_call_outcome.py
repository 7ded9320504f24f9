from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .call_common import FRIDAY, CallCommon
from .common import TODAY


@tagged("post_install", "-at_install")
class TestCallOutcome(CallCommon):
    """A call ends in an outcome, and the outcome acts (METHOD T1 to T10)."""

    def test_a_promise_stops_the_letters_until_its_day_and_the_tolerance(self):
        invoice = self.overdue_invoice(7)
        call = self.promise()
        self.assertEqual((call.state, call.outcome), ("done", "promise"))
        promised = call.promise_ids
        self.assertEqual(call.block_ids, self.assertPaused(invoice, "promise", promised.date_limit))
        self.propose()
        self.assertNotDunned(invoice, "blocked")

    def test_a_part_payment_holds_only_this_part(self):
        invoice = self.overdue_invoice(7)
        self.finish("part_payment", promise_amount=40)
        self.assertPaused(invoice, "promise", amount=40)
        self.propose()
        self.assertDunned(invoice, self.reminder, 60)

    def test_nothing_is_sent_while_a_plan_is_written(self):
        invoice = self.overdue_invoice(7)
        call = self.finish("plan", plan_count=3, plan_date_first=FRIDAY)
        self.assertEqual(call.plan_ids.state, "draft")
        self.propose()
        self.assertNotDunned(invoice, "blocked")

    def test_a_disputed_claim_rests_with_the_words_of_the_customer(self):
        invoice = self.overdue_invoice(7)
        words = "Die Tür war zerkratzt."
        call = self.finish("complaint", customer_words=words)
        self.assertEqual((call.stance, call.customer_words), ("disputed", words))
        self.assertPaused(invoice, "complaint")
        self.propose()
        self.assertNotDunned(invoice, "blocked")

    def test_of_a_claim_disputed_in_part_the_rest_goes_on(self):
        invoice = self.overdue_invoice(7)
        self.finish("complaint", customer_words="Ein Karton fehlte.", disputed_amount=30)
        self.assertPaused(invoice, "complaint", amount=30)
        self.propose()
        self.assertDunned(invoice, self.reminder, 70)

    def test_a_payment_that_was_made_is_looked_for(self):
        invoice = self.overdue_invoice(7)
        self.finish("paid", paid_on=TODAY, paid_proof="Beleg kommt per E-Mail")
        block = self.assertPaused(invoice, "announced")
        self.assertEqual(block.note, "Beleg kommt per E-Mail")
        self.propose()
        self.assertNotDunned(invoice, "blocked")

    def test_a_call_back_stands_in_the_list_at_the_time_that_was_agreed(self):
        self.overdue_invoice(7)
        call = self.finish("call_back", call_back_on=FRIDAY, call_back_hour=14.5)
        following = self.planned()
        self.assertEqual(call.next_call_id, following)
        self.assertEqual(
            (following.cause, following.date, following.hour), ("call_back", FRIDAY, 14.5)
        )
        self.assertEqual(self.task_of(following).date_deadline, FRIDAY)
        self.assertIn("14:30", following.priority_reason)

    def test_a_time_that_was_agreed_is_kept_whatever_else_asks_for_a_call(self):
        self.overdue_invoice(7)
        self.finish("call_back", call_back_on=FRIDAY, call_back_hour=14.5)
        self.plan("level", date=TODAY)
        self.assertEqual(self.planned().date, FRIDAY)

    def test_nobody_reached_means_another_day_and_perhaps_another_line(self):
        self.overdue_invoice(7)
        call = self.finish("not_reached", next_user_id=self.colleague.id)
        following = call.next_call_id
        self.assertEqual(following.user_id, self.colleague)
        self.assertEqual((following.date, following.attempt), (TODAY + timedelta(days=1), 2))
        self.assertEqual(self.task_of(following).user_id, self.colleague)
        self.assertFalse(self.task_of(call))

    def test_after_three_tries_in_a_week_the_next_waits(self):
        self.overdue_invoice(7)
        for day in range(3):
            with self.at(day):
                self.finish("not_reached", call=self.planned() or self.plan())
        self.assertEqual(self.planned().date, TODAY + timedelta(days=7))

    def test_a_wrong_number_is_marked_for_the_next_attempt(self):
        self.give(self.customer, phone="030 111")
        self.overdue_invoice(7)
        following = self.finish("wrong_number", number="030 111").next_call_id
        (contact,) = following.get_guide()["contacts"]
        self.assertTrue(contact["is_wrong"])

    def test_without_proposal_or_with_a_refusal_the_level_goes_on(self):
        for outcome in ("no_proposal", "refused"):
            with self.subTest(outcome=outcome):
                customer = self._create_customer(f"Kunde {outcome}")
                invoice = self.overdue_invoice(7, customer=customer)
                call = self.finish(outcome, self.plan(customer=customer))
                self.assertFalse(call.block_ids)
                self.propose()
                self.assertDunned(invoice, self.reminder)

    # === WHAT AN OUTCOME NEEDS ===

    def test_a_promise_names_day_amount_and_person(self):
        self.overdue_invoice(7)
        with self.assertRaisesRegex(UserError, "Who Sees to It"):
            self.finish("promise", promise_date=FRIDAY, promise_amount=100)

    def test_days_on_the_wrong_side_of_today_are_refused(self):
        self.overdue_invoice(7)
        call, yesterday = self.plan(), TODAY - timedelta(days=1)
        wrong = [
            ("promise", {"promise_date": yesterday, "promise_amount": 1, "promise_person": "X"}),
            ("paid", {"paid_on": FRIDAY}),
            ("call_back", {"call_back_on": yesterday}),
            ("plan", {"plan_count": 1, "plan_date_first": FRIDAY}),
            ("promise", {"promise_date": FRIDAY, "promise_amount": -1, "promise_person": "X"}),
        ]
        for outcome, said in wrong:
            with self.subTest(outcome=outcome), self.assertRaises(UserError):
                call.action_finish(outcome, said)

    def test_the_guide_goes_on_only_when_it_is_known_how_the_claim_is_seen(self):
        self.overdue_invoice(7)
        step = self.env["dunning.call.step"].search([], limit=1)
        call = self.plan()
        with self.assertRaisesRegex(UserError, "sees the claim"):
            self.promise(call, answers=step.ids)
        self.promise(call, answers=step.ids, stance="accepted")
        self.assertEqual(call.steps_text, step.name)

    # === THE RECORD ===

    def test_a_call_that_is_over_stays_as_it_was(self):
        self.overdue_invoice(7)
        call = self.promise()
        for attempt in (
            lambda: call.write({"notes": "anders"}),
            lambda: call.write({"outcome": "refused"}),
            lambda: call.action_finish("refused"),
            lambda: call.sudo().unlink(),
        ):
            with self.assertRaises(UserError):
                attempt()

    def test_the_invoice_shows_a_link_and_nothing_of_what_was_said(self):
        invoice = self.overdue_invoice(7)
        call = self.promise(notes="Frau Sommer klang gehetzt")
        body = invoice.message_ids[0].body
        self.assertIn(f'data-oe-id="{call.id}"', body)
        for secret in ("gehetzt", "Frau Sommer", "100"):
            self.assertNotIn(secret, body)
        self.assertEqual(invoice.dunning_call_ids, call)
        self.assertEqual(self.customer.dunning_call_count, 1)

    def test_after_the_years_of_retention_only_figures_are_left(self):
        self.overdue_invoice(7)
        call = self.promise(notes="Frau Sommer klang gehetzt", customer_words="Bis Freitag.")
        calls = self.env["dunning.call"].sudo()  # as the scheduled action
        with self.at(day="2029-11-20"):
            self.assertNotIn(call, calls._get_outdated(self.company))
        with self.at(day="2029-11-27"):
            outdated = calls._get_outdated(self.company)
            self.assertIn(call, outdated)
            outdated._anonymise()
            self.assertNotIn(call, calls._get_outdated(self.company))
        self.assertFalse(call.notes or call.customer_words or call.promise_person)
        self.assertFalse(call.message_ids or call.summary_body)
        self.assertEqual((call.outcome, call.promise_amount), ("promise", 100))

    def test_salespeople_call_their_own_customers_only(self):
        self.overdue_invoice(7)
        calls = self.env["dunning.call"].with_user(self.salesperson)
        with self.assertRaisesRegex(AccessError, "yours"):
            calls.log(self.customer, "refused")
        self.give(self.customer, user_id=self.salesperson.id)
        call = calls.log(self.customer, "refused", notes="Will nicht")
        self.assertEqual((call.state, call.user_id), ("done", self.salesperson))
