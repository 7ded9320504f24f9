from datetime import timedelta

from odoo.tests import tagged

from .common import TODAY, DunningCommon


@tagged("post_install", "-at_install")
class TestCallOutcome(DunningCommon):
    """A call ends in an outcome, and the outcome acts (METHOD T1 to T10)."""

    def plan(self, **values):
        return self.env["dunning.call"]._plan(self.customer, self.company, "clerk", **values)

    def finish(self, outcome, **values):
        call = self.plan()
        call.action_finish(outcome, values)
        return call

    def assertPaused(self, invoice, reason, until=None, amount=0.0):
        block = self.env["dunning.block"].search([("move_id", "=", invoice.id)])
        self.assertEqual(
            block.reason_id, self.env.ref(f"mahnwesen_pro.dunning_block_reason_{reason}")
        )
        self.assertEqual(block.amount, amount)
        if until:
            self.assertEqual(block.date_end, until)
        return block

    def test_a_promise_stops_the_letters_until_its_day_and_the_tolerance(self):
        invoice = self.overdue_invoice(7)
        friday = TODAY + timedelta(days=4)
        call = self.finish(
            "promise", promise_date=friday, promise_amount=100, promise_person="Frau Sommer"
        )
        self.assertEqual((call.state, call.outcome), ("done", "promise"))
        self.assertEqual(
            call.block_ids, self.assertPaused(invoice, "promise", call.promise_ids.date_limit)
        )
        self.propose()
        self.assertNotDunned(invoice, "blocked")
