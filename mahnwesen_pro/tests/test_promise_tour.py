from odoo.tests import HttpCase, tagged

from .browser import InBrowser
from .test_promise import PromiseCommon


@tagged("post_install", "-at_install")
class TestPromiseTour(InBrowser, PromiseCommon, HttpCase):
    """Promise and plan on the screen, in a real browser."""

    def test_a_clerk_records_a_promise_and_offers_a_plan(self):
        self.clerk.sudo().lang = "en_US"
        invoice = self.overdue_invoice(7)
        self.start_tour(
            f"/odoo/customer-invoices/{invoice.id}", "dunning_promise_tour", login=self.clerk.login
        )
        promise = self.env["dunning.promise"].search([("move_ids", "=", invoice.id)])
        self.assertEqual((promise.amount, promise.person), (50, "Frau Sommer"))
        self.assertEqual(promise.state, "cancelled", "the plan has taken its place")
        plan = self.env["dunning.installment.plan"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((plan.state, plan.count, plan.amount_total), ("offered", 4, 100))
