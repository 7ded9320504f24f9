from datetime import timedelta
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .collection_common import CollectionCommon
from .common import TODAY


@tagged("post_install", "-at_install")
class TestAdvice(CollectionCommon):
    """METHOD C1 to C3: the adviser explains, a person decides, a partner is treated with care."""

    def advise(self, customer=None):
        advices = self.env["dunning.advice"].with_user(self.head)
        return advices._recompute(self.company, customer or self.customer)

    def assertAdvised(self, verdict, words, customer=None):
        advice = self.advise(customer)
        self.assertEqual(advice.verdict, verdict, advice.sentence)
        self.assertIn(words, advice.sentence)
        return advice

    def points_of(self, advice):
        return {code: Decimal(points) for code, _value, _weight, points in advice.factors}

    def test_weighed_anew_at_a_click_it_stays_as_long_as_something_is_overdue(self):
        invoice = self.exhausted()
        advice = self.advise()
        self.pay(invoice, 300)
        advice.action_reweigh()
        self.assertEqual(advice.exists().mapped("amount"), [700])
        self.pay(invoice)
        advice.action_reweigh()
        self.assertFalse(advice.exists())

    # === VERDICTS ===

    def test_not_yet_while_levels_are_left(self):
        self.overdue_invoice(100, 1000)
        self.assertAdvised("not_yet", "not exhausted")

    def test_not_yet_while_a_promise_is_running(self):
        invoice = self.exhausted()
        self.env["dunning.promise"]._record(
            invoice._get_dunning_open_lines(), TODAY + timedelta(days=3), 1000, "Frau Sommer"
        )
        self.assertAdvised("not_yet", "promise")

    def test_talk_first_while_a_complaint_is_open(self):
        invoice = self.exhausted()
        reason = self.env.ref("mahnwesen_pro.dunning_block_reason_complaint")
        self.env["dunning.block"].place(invoice, reason)
        self.assertAdvised("talk", "complaint is open")

    def test_talk_first_when_little_speaks_for_handing_over(self):
        self.exhausted(400, days=101)
        self.assertAdvised("talk", "A call may still settle it")

    def test_last_letter_when_much_speaks_for_it(self):
        invoice = self.exhausted()
        self.prove(invoice)
        self.assertAdvised("last_chance", "Announce it")

    def test_hand_over_when_everything_was_tried(self):
        invoice = self.exhausted()
        self.prove(invoice)
        self.talk(outcome="no_proposal")
        advice = self.assertAdvised("hand_over", "everything else was tried")
        points = self.points_of(advice)
        self.assertEqual(points["days_overdue"], 25)
        self.assertEqual(points["proven"], 15)
        self.assertEqual(points["no_proposal"], 15)
        self.assertAlmostEqual(advice.score, float(sum(points.values())), 1)
        self.assertIn("120 days overdue", advice.factor_html)
        self.assertIn("Talks without a proposal: 1.", advice.factor_html)

    def test_not_worth_it_below_the_expected_cost(self):
        self.exhausted(60)
        self.assertAdvised("not_worth", "may cost more")

    def test_write_off_is_advised_for_the_insolvent(self):
        self.exhausted()
        self.customer.sudo().dunning_state = "insolvent"
        self.assertAdvised("write_off", "insolvent")

    def test_the_heirs_of_the_deceased_are_written_to(self):
        self.exhausted()
        self.customer.sudo().dunning_state = "deceased"
        self.assertAdvised("talk", "Write to the heirs")

    def test_write_off_is_advised_when_statute_barred(self):
        self.exhausted()
        with self.at(day=TODAY.replace(year=2031)):
            self.assertAdvised("write_off", "statute-barred")

    def test_for_a_long_standing_partner_at_most_the_management_decides(self):
        with self.at(-6 * 366):
            old = self.overdue_invoice(0, 100)
            self.pay(old)
        invoice = self.exhausted(days=200)
        self.prove(invoice)
        self.talk(outcome="no_proposal", days_ago=500)
        self.talk(outcome="not_reached", days_ago=20)
        self.company.sudo().dunning_advice_last_chance = 0
        self.assertAdvised("talk", "salesperson should call")
        self.talk(outcome="no_proposal")
        self.assertAdvised("management", "management decides")

    # === WEIGHTS ===

    def test_weights_are_settings(self):
        invoice = self.exhausted()
        self.prove(invoice)
        before = self.advise().score
        weight = self.env.ref("mahnwesen_pro.dunning_advice_weight_proven")
        weight.with_user(self.manager).weight = 0
        self.assertEqual(self.advise().score, before - 15)
        with self.assertRaises(AccessError):
            weight.with_user(self.clerk).weight = 10

    # === BY SCHEDULE ===

    def test_by_schedule_who_has_come_to_the_end_is_weighed_and_who_has_paid_leaves(self):
        invoice = self.exhausted()
        other = self._create_customer("Noch nicht GmbH")
        self.overdue_invoice(30, 500, other)
        self.run_adviser()
        advice = self.open_advices()
        self.assertEqual(advice.partner_id, self.customer)
        self.run_adviser()
        self.assertEqual(self.open_advices(), advice)
        self.pay(invoice)
        with self.at(1):
            self.run_adviser()
        self.assertFalse(self.open_advices())

    def test_the_schedule_works_through_batches(self):
        for number in range(3):
            self.exhausted(customer=self._create_customer(f"Kunde {number}"))
        self.env.ref(
            "mahnwesen_pro.ir_cron_dunning_advice"
        ).sudo().code = "model._cron_advise(batch=2)"
        self.run_adviser()
        self.assertEqual(len(self.open_advices()), 3)

    def run_adviser(self):
        with self.enter_registry_test_mode():
            self.env.ref("mahnwesen_pro.ir_cron_dunning_advice").sudo().method_direct_trigger()

    def open_advices(self):
        return self.env["dunning.advice"].search(
            [("state", "=", "open"), ("company_id", "=", self.company.id)]
        )

    # === DECIDING ===

    def test_a_decision_is_kept_with_its_reason(self):
        self.exhausted()
        advice = self.advise()
        factors = advice.factors
        with self.assertRaisesRegex(UserError, "reason"):
            advice._decide("wait", " ")
        advice._decide("wait", "He has promised the bank's answer for Friday")
        self.assertEqual((advice.state, advice.decided_by_id), ("decided", self.head))
        self.assertEqual(advice.date_review, TODAY + timedelta(days=14))
        self.run_adviser()
        self.assertFalse(self.open_advices())
        with self.at(15):
            self.run_adviser()
            self.assertTrue(self.open_advices())
        self.assertEqual(advice.factors, factors)

    def test_deciding_needs_the_right(self):
        self.exhausted()
        advice = self.advise()
        with self.assertRaisesRegex(AccessError, "Final notices"):
            advice.with_user(self.clerk)._decide("hand_over", "Because")

    def test_to_talk_plans_the_call_of_the_salesperson(self):
        self.customer.sudo().user_id = self.colleague
        self.exhausted()
        self.advise()._decide("talk", "An old friend of the house")
        call = self.env["dunning.call"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((call.cause, call.user_id), ("hand_over", self.colleague))

    def test_to_hand_over_prepares_the_case(self):
        self.exhausted()
        advice = self.advise()
        advice._decide("hand_over", "Everything was tried")
        self.assertEqual(advice.case_ids.state, "prepared")
        self.assertEqual(advice.case_ids.amount_principal, 1000)
