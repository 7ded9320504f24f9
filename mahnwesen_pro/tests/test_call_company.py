from odoo import SUPERUSER_ID, Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .call_common import CallCommon


@tagged("post_install", "-at_install")
class TestCallCompany(CallCommon):
    """Two firms call the same customer: each has its own list, and nobody works for the other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clerk, cls.env = cls.env, cls.env(user=SUPERUSER_ID)  # who founds a company works for it
        cls.nord = cls._create_company(name="Nord AG")
        user = cls._create_user("nord-clerk", "account.group_account_invoice")
        user.write({"company_ids": [Command.set(cls.nord.ids)], "company_id": cls.nord.id})
        cls.both = cls._create_user("dunning-both", "account.group_account_invoice").with_env(clerk)
        cls.both.sudo().company_ids = cls.company + cls.nord
        cls.nord_clerk = user.with_env(clerk)
        cls.env = clerk

    def plan_in(self, company, user):
        calls = self.env["dunning.call"].with_user(user).with_company(company)
        return calls._plan(self.customer.with_user(user), company, "clerk", user=user)

    def test_each_company_plans_one_call_with_the_customer(self):
        ours, theirs = self.plan(), self.plan_in(self.nord, self.nord_clerk)
        self.assertNotEqual(ours.id, theirs.id)
        self.assertEqual((ours.company_id, theirs.company_id), (self.company, self.nord))
        self.assertEqual(self.plan(), ours)
        self.assertEqual(self.plan_in(self.nord, self.nord_clerk), theirs)
        ours.action_finish("not_reached")
        self.assertEqual(theirs.state, "planned")

    def test_nobody_sees_the_calls_of_the_other_company(self):
        ours, theirs = self.plan(), self.plan_in(self.nord, self.nord_clerk)
        for user, own, foreign in (
            (self.clerk, ours, theirs),
            (self.nord_clerk, theirs, ours),
        ):
            with self.subTest(user.login):
                calls = self.env["dunning.call"].with_user(user).with_context(active_test=False)
                seen = calls.search([("partner_id", "=", self.customer.id)])
                self.assertEqual(seen.ids, own.ids)
                with self.assertRaises(AccessError):
                    foreign.with_user(user).read(["partner_id"])
                with self.assertRaises(AccessError):
                    foreign.with_user(user).action_finish("not_reached")
                with self.assertRaises(AccessError):
                    foreign.with_user(user).action_open_guide()

    def test_nobody_calls_for_the_other_company(self):
        calls, customer = self.env["dunning.call"], self.customer
        with self.assertRaisesRegex(AccessError, "cannot call for Nord AG"):
            calls.log(customer, "not_reached", company=self.nord)
        with self.assertRaisesRegex(AccessError, "cannot call for Nord AG"):
            calls._open_for(customer, self.nord)
        self.assertFalse(calls.sudo().search([("company_id", "=", self.nord.id)]))
        self.assertTrue(calls.log(customer, "not_reached", company=self.company))

    def test_who_works_for_both_has_the_list_of_the_company_in_use(self):
        ours, theirs = self.plan_in(self.company, self.both), self.plan_in(self.nord, self.both)
        for company, call in ((self.company, ours), (self.nord, theirs)):
            calls = self.env["dunning.call"].with_user(self.both)
            calls = calls.with_context(allowed_company_ids=company.ids)
            self.assertEqual(calls.search(calls._today_domain()).ids, call.ids)
