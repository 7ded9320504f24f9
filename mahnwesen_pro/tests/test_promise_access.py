from datetime import timedelta

from odoo import SUPERUSER_ID, Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import TODAY
from .test_installment import InstallmentCommon
from .test_promise import FRIDAY

MODELS = (
    "dunning.promise",
    "dunning.promise.item",
    "dunning.installment.plan",
    "dunning.installment.item",
    "dunning.installment",
)


@tagged("post_install", "-at_install")
class TestPromiseAccess(InstallmentCommon):
    """Who sees and does what with promises and plans: caller, clerk, manager, second company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        admin = cls.env(user=SUPERUSER_ID)
        cls.caller = new_test_user(
            admin,
            login="promise-caller",
            groups="mahnwesen_pro.group_dunning_caller",
            lang="en_US",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        ).with_env(cls.env)
        cls.customer.with_env(admin).user_id = cls.caller
        cls.stranger = cls.customer.with_env(admin).copy({"name": "Fremde KG", "user_id": False})
        clerk_env, cls.env = cls.env, admin
        cls.nord = cls._create_company(name="Nord AG")
        nord_clerk = cls._create_user("nord-clerk", "account.group_account_invoice")
        nord_clerk.write({"company_ids": [Command.set(cls.nord.ids)], "company_id": cls.nord.id})
        cls.env = clerk_env
        cls.nord_clerk = nord_clerk.with_env(cls.env)

    def setUp(self):
        super().setUp()
        own, other = (
            self.promise(self.overdue_invoice(7, customer=customer))
            for customer in (self.customer, self.stranger)
        )
        self.promises = own | other
        self.plans = self.offer(self.overdue_invoice(9, 300)) | self.offer(
            self.overdue_invoice(9, 300, customer=self.stranger)
        )
        self.env.flush_all()

    def assertMayNot(self, user, records, method, *args):
        with self.subTest(f"{records._name}.{method}"), self.assertRaises(UserError):
            getattr(records.with_user(user), method)(*args)

    def seen(self, user, model):
        return self.env[model].with_user(user).search([]).partner_id

    def test_a_salesperson_sees_those_of_own_customers_and_changes_nothing(self):
        for model in MODELS:
            with self.subTest(model):
                self.assertEqual(self.seen(self.caller, model), self.customer)
        own = self.promises[0]
        self.assertMayNot(self.caller, own, "action_cancel", "No")
        self.assertMayNot(self.caller, own, "action_confirm")
        self.assertMayNot(self.caller, own, "action_followed_up")
        self.assertMayNot(self.caller, own, "write", {"amount": 1})
        plan = self.plans[0]
        for method in ("action_accept_paper", "action_offer", "action_followed_up"):
            self.assertMayNot(self.caller, plan, method)
        self.assertMayNot(self.caller, plan, "action_cancel", "No")
        self.assertMayNot(self.caller, own.move_ids, "action_dunning_promise")
        self.assertEqual((own.state, plan.state), ("open", "offered"))

    def test_a_clerk_sees_all_and_writes_by_the_methods_only(self):
        for model in MODELS:
            with self.subTest(model):
                self.assertEqual(self.seen(self.clerk, model), self.customer | self.stranger)
        for records in (self.promises, self.plans, self.plans.installment_ids):
            self.assertMayNot(self.clerk, records, "write", {"state": "paid"})
            self.assertMayNot(self.clerk, records[:0], "create", {})
        self.assertMayNot(self.clerk, self.promises, "action_confirm")
        self.promises.action_cancel("Error")
        self.assertEqual(set(self.promises.mapped("state")), {"cancelled"})

    def test_texts_of_plans_are_for_managers(self):
        text = self.env["dunning.installment.text"].search([], limit=1)
        with self.assertRaises(AccessError):
            text.subject = "Mine"
        text.with_user(self.manager).subject = "Our agreement {number}"

    def test_the_other_company_sees_and_does_nothing(self):
        for model in MODELS:
            with self.subTest(model):
                self.assertFalse(self.seen(self.nord_clerk, model))
        for records in (self.promises, self.plans):
            self.assertMayNot(self.nord_clerk, records, "action_followed_up")
            self.assertMayNot(self.nord_clerk, records, "action_cancel", "No")
        self.assertMayNot(self.nord_clerk, self.plans[0], "action_accept_paper")
        customer = self.customer.with_user(self.nord_clerk)
        self.assertEqual(customer.dunning_promise_count, 0)

    def test_the_other_company_counts_its_own(self):
        self.promises._close("broken")
        self.assertEqual(self.customer.dunning_promise_broken, 1)
        customer = self.customer.with_user(self.nord_clerk)
        self.assertEqual(customer.dunning_promise_broken, 0)

    def test_confidential_customers_are_for_managers(self):
        self.stranger.dunning_is_confidential = True
        for model in MODELS:
            with self.subTest(model):
                self.assertEqual(self.seen(self.clerk, model), self.customer)
                self.assertEqual(self.seen(self.manager, model), self.customer | self.stranger)

    def test_an_extension_recorded_in_a_call_waits_for_the_manager(self):
        invoice = self.promises[0].move_ids
        call = self.env["dunning.call"]._plan(self.customer, self.company, "clerk", moves=invoice)
        call.action_finish(
            "promise",
            {
                "promise_date": FRIDAY + timedelta(days=7),
                "promise_amount": 100,
                "promise_person": "Frau Sommer",
            },
        )
        promise = call.promise_ids
        self.assertEqual((promise.number, promise.confirmation), (2, "waiting"))
        promise.with_user(self.manager).action_confirm()
        self.assertEqual(promise.confirmation, "confirmed")

    def test_declining_the_promise_of_a_call_ends_its_pause(self):
        invoice = self.promises[0].move_ids
        call = self.env["dunning.call"]._plan(self.customer, self.company, "clerk", moves=invoice)
        call.action_finish(
            "promise",
            {
                "promise_date": TODAY + timedelta(days=9),
                "promise_amount": 100,
                "promise_person": "Frau Sommer",
            },
        )
        call.promise_ids.with_user(self.manager).action_cancel("Twice is enough")
        self.assertEqual(call.promise_ids.state, "cancelled")
        self.assertFalse(call.block_ids.filtered("is_running"))

    def test_a_part_payment_is_no_extension(self):
        invoice = self.overdue_invoice(20, 80)
        call = self.env["dunning.call"]._plan(self.customer, self.company, "clerk", moves=invoice)
        call.action_finish("part_payment", {"promise_amount": 30})
        promise = call.promise_ids
        self.assertEqual((promise.amount, promise.number, promise.date), (30, 0, TODAY))
        self.propose()
        self.assertDunned(invoice, self.reminder, 50)
