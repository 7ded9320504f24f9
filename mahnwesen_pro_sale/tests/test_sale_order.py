from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.mahnwesen_pro.tests.collection_common import CollectionCommon


@tagged("post_install", "-at_install")
class TestSaleOrder(CollectionCommon):
    """A level or a case holds orders; a payment frees them; a manager may let one pass."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clerk_env, cls.env = cls.env, cls.env(su=True)
        cls.seller = cls._create_user("dunning-seller", "sales_team.group_sale_salesman_all_leads")
        cls.product = cls.env["product.product"].create({"name": "Drill", "list_price": 400})
        cls.env = clerk_env
        cls.final_notice.sudo().credit_hold = "block"

    def order(self, customer=None, **values):
        return (
            self.env["sale.order"]
            .with_user(self.seller)
            .create(
                {
                    "partner_id": (customer or self.customer).id,
                    "order_line": [Command.create({"product_id": self.product.id})],
                    **values,
                }
            )
        )

    def test_who_pays_is_served(self):
        order = self.order()
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_a_level_stops_orders_and_the_payment_frees_them(self):
        invoice = self.exhausted()
        order = self.order()
        with self.assertRaisesRegex(UserError, "on hold.*Final notice"):
            order.action_confirm()
        self.assertEqual(order.state, "draft")
        self.pay(invoice)
        order.invalidate_recordset()
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_a_warning_lets_the_order_through_and_leaves_a_note(self):
        self.final_notice.sudo().credit_hold = "warn"
        self.exhausted()
        order = self.order()
        self.assertEqual(order.dunning_hold, "warn")
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertIn("Final notice", " ".join(order.message_ids.mapped("body")))

    def test_a_case_stops_orders_until_it_is_over(self):
        self.final_notice.sudo().credit_hold = "none"
        case = self.hand_over(self.exhausted())
        order = self.order()
        with self.assertRaisesRegex(UserError, "collection agency"):
            order.action_confirm()
        case.action_recall("He has paid in cash")
        order.invalidate_recordset()
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_sales_does_not_learn_that_a_confidential_customer_was_handed_over(self):
        self.hand_over(self.exhausted())
        self.customer.sudo().dunning_is_confidential = True
        order = self.order()
        self.assertNotIn("agency", order.dunning_hold_reason)
        with self.assertRaisesRegex(UserError, "The reason is confidential"):
            order.action_confirm()

    def test_a_manager_lets_one_order_pass_with_a_reason(self):
        self.exhausted()
        order, other = self.order(), self.order()
        with self.assertRaises(AccessError):
            order._let_pass("He is nice")
        with self.assertRaises(AccessError):
            order.dunning_override_reason = "He is nice"
        order.with_user(self.manager)._let_pass("Paid in advance")
        order.invalidate_recordset()
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.dunning_override_by_id, self.manager)
        with self.assertRaises(UserError):
            other.action_confirm()

    def test_nobody_smuggles_an_override_in_with_a_new_order(self):
        self.exhausted()
        order = self.order(dunning_override_by_id=self.seller.id, dunning_override_reason="Me")
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_the_firm_that_gets_the_invoice_counts(self):
        self.exhausted()
        branch = self._create_customer("Filiale Nord GmbH")
        order = self.order(branch, partner_invoice_id=self.customer.id)
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_the_order_names_contract_and_day_and_counts_in_the_advice(self):
        order = self.order()
        order.date_order = "2026-06-15 09:00:00"
        order.action_confirm()
        invoice = order.sudo()._create_invoices()
        subject, day = invoice._get_dunning_contract()
        self.assertIn(order.name, subject)
        self.assertEqual(day, order.date_order.date())
        self.assertIsInstance(day, date)
        facts = self.env["dunning.collection.facts"].sudo()
        waiting = self.order()
        waiting.action_confirm()
        sums = facts._sum_orders(self.company, self.customer)
        self.assertGreater(sums[self.customer.id], 0)
