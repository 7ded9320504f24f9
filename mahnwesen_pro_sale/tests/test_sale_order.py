from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.mahnwesen_pro.tests.collection_common import CollectionCommon


class SaleOrderCommon(CollectionCommon):
    """A seller, something to sell, and a level that stops orders."""

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


@tagged("post_install", "-at_install")
class TestSaleOrder(SaleOrderCommon):
    """A level or a case holds orders; a payment frees them; a manager may let one pass."""

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


@tagged("post_install", "-at_install")
class TestPaidOrder(SaleOrderCommon):
    """Who pays online while he is on hold has paid; only his order waits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clerk_env, cls.env = cls.env, cls.env(su=True)
        cls.method = cls.env.ref("payment.payment_method_unknown")
        form = cls.env["ir.ui.view"].create(
            {"name": "Form", "type": "qweb", "arch": "<form action='x' method='post'/>"}
        )
        cls.provider = cls.env["payment.provider"].create(
            {
                "name": "Test bank",
                "code": "none",
                "state": "test",
                "company_id": cls.company.id,
                "redirect_form_view_id": form.id,
                "payment_method_ids": [Command.set(cls.method.ids)],
            }
        )
        cls.method.active = True
        cls._create_dummy_payment_method_for_provider(
            provider=cls.provider, journal=cls.company_data["default_journal_bank"]
        )
        lines = cls.provider.journal_id.inbound_payment_method_line_ids
        lines.filtered(
            lambda line: line.payment_provider_id == cls.provider
        ).payment_account_id = cls.inbound_payment_method_line.payment_account_id
        cls.env = clerk_env

    def pay_online(self, order, state="done", amount=None):
        """Return the transaction, of the whole order unless told, after it was worked off."""
        transactions = self.env["payment.transaction"].sudo()
        transaction = transactions.create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "reference": f"{order.name}-{state}",
                "amount": amount or order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "operation": "online_redirect",
                "sale_order_ids": [Command.set(order.ids)],
                "state": state,
            }
        )
        transaction._post_process()
        return transaction

    @staticmethod
    def reserve_money(providers):
        """The provider can reserve money before it is taken."""
        providers.update(
            {
                "support_express_checkout": False,
                "support_manual_capture": "full_only",
                "support_refund": "none",
                "support_tokenization": False,
            }
        )

    def test_a_payment_confirms_the_order_of_who_is_not_on_hold(self):
        order = self.order()
        self.assertTrue(self.pay_online(order).payment_id)
        self.assertEqual(order.state, "sale")

    def test_the_money_of_a_customer_on_hold_is_booked_and_sales_decides_about_the_order(self):
        self.exhausted()
        order = self.order()
        transaction = self.pay_online(order)
        self.assertEqual(transaction.payment_id.amount, order.amount_total)
        self.assertIn(order.state, ("draft", "sent"))
        task = order.activity_ids
        self.assertEqual(task.user_id, self.seller)
        self.assertIn("Final notice", task.note)

    def test_reserved_money_of_a_customer_on_hold_stays_reserved_and_one_task_is_enough(self):
        self.exhausted()
        order = self.order()
        providers = type(self.provider)
        with patch.object(providers, "_compute_feature_support_fields", self.reserve_money):
            reserved = self.pay_online(order, "authorized")
        self.assertTrue(order.activity_ids)
        self.assertIn(order.state, ("draft", "sent"))
        reserved.state = "done"
        reserved._post_process()
        self.assertTrue(reserved.payment_id)
        self.assertEqual(len(order.activity_ids), 1)

    def test_a_part_of_the_price_asks_nobody_to_decide(self):
        self.exhausted()
        order = self.order(require_payment=True, prepayment_percent=1)
        self.assertTrue(self.pay_online(order, amount=10).payment_id)
        self.assertFalse(order.activity_ids)

    def test_an_order_that_a_manager_let_pass_is_confirmed_by_the_payment(self):
        self.exhausted()
        order = self.order()
        order.with_user(self.manager)._let_pass("Pays in advance")
        self.pay_online(order)
        self.assertEqual(order.state, "sale")
