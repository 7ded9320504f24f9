from datetime import timedelta

from odoo.tests import tagged

from .common import TODAY, DunningCommon

FRIDAY = TODAY + timedelta(days=4)


class PromiseCommon(DunningCommon):
    """Two working days of tolerance, and words for promises."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().dunning_promise_days = 2

    def promise(self, invoices, amount=None, day=FRIDAY, **values):
        lines = invoices._get_dunning_open_lines()
        amount = amount or sum(lines.mapped("amount_residual_currency"))
        return self.env["dunning.promise"]._record(lines, day, amount, "Frau Sommer", **values)

    def check(self, promises):
        """The scheduled action comes by."""
        self.env["dunning.promise"].check(promises)

    def assertPromise(self, promise, state):
        self.check(promise)
        self.assertEqual(promise.state, state)


@tagged("post_install", "-at_install")
class TestPromise(PromiseCommon):
    """A promise is judged by the payments (METHOD T6, T10, T12)."""

    def test_a_promise_pauses_its_items_until_the_tolerance_has_passed(self):
        promised, other = self.overdue_invoice(7), self.overdue_invoice(8)
        promise = self.promise(promised)
        self.assertEqual(promise.date_limit, TODAY + timedelta(days=8), "Friday, two working days")
        self.propose()
        self.assertNotDunned(promised, "blocked")
        self.assertDunned(other, self.reminder, 100)
