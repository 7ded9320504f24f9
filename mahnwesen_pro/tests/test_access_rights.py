from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import TODAY, DunningCommon


class AccessCommon(DunningCommon):
    """One user of each kind, and one notice of a customer of the salesperson."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        admin = cls.env(su=True)
        cls.caller = cls._new_user(admin, "dunning-caller", "mahnwesen_pro.group_dunning_caller")
        cls.final = cls._new_user(
            admin,
            "dunning-final",
            "account.group_account_invoice,mahnwesen_pro.group_dunning_final",
        )
        cls.outsider = cls._new_user(admin, "dunning-outsider", "base.group_user")
        cls.portal = cls._new_user(admin, "dunning-portal", "base.group_portal")
        cls.customer.with_env(admin).user_id = cls.caller
        cls.stranger = cls.customer.with_env(admin).copy(
            {"name": "Fremde KG", "user_id": False, "email": "x@y.example.com"}
        )
        cls.env.flush_all()

    @classmethod
    def _new_user(cls, admin, login, groups):
        return new_test_user(
            admin,
            login=login,
            groups=groups,
            lang="en_US",
            email=f"{login}@hansen.example.com",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        ).with_env(cls.env)

    def sent_notices(self):
        """Send one notice to the own and one to a strange customer of the salesperson."""
        for customer in (self.customer, self.stranger):
            self.overdue_invoice(7, customer=customer)
        notices = self.propose().notice_ids.sorted(lambda notice: notice.partner_id.id)
        self.send(notices)
        return notices


@tagged("post_install", "-at_install")
class TestAccessRights(AccessCommon):
    """Who sees and does what; everybody else sees nothing."""

    def own_models(self):
        return [
            model
            for model in self.env["ir.model"].sudo().search([("model", "=like", "dunning.%")])
            if not self.env[model.model]._abstract
        ]

    def test_every_model_has_rights_and_none_is_open_to_everybody(self):
        for model in self.own_models():
            with self.subTest(model.model):
                rights = model.access_ids
                self.assertTrue(rights)
                self.assertTrue(all(right.group_id for right in rights))

    def test_every_model_with_a_company_is_bound_to_it(self):
        for model in self.own_models():
            if "company_id" not in self.env[model.model]._fields or model.transient:
                continue
            with self.subTest(model.model):
                everybody = model.rule_ids.filtered(lambda rule: not rule.groups)
                self.assertIn("company_ids", "".join(everybody.mapped("domain_force")))

    def test_nobody_else_sees_any_of_it(self):
        self.sent_notices()
        for user in (self.outsider, self.portal):
            for model in self.own_models():
                with self.subTest(f"{user.login} {model.model}"), self.assertRaises(AccessError):
                    self.env[model.model].with_user(user).search([]).read()

    def test_what_a_customer_owes_is_not_for_every_colleague(self):
        self.overdue_invoice(7)
        for name in ("dunning_amount_open", "dunning_amount_overdue", "dunning_level_id"):
            with self.subTest(name):
                with self.assertRaises(AccessError):
                    self.customer.with_user(self.outsider).read([name])
                self.customer.with_user(self.clerk).read([name])

    def own_fields(self, user):
        """Return the names of our fields of a contact that a user may read."""
        fields = self.env["res.partner"].with_user(user).fields_get(attributes=["type"])
        return [name for name in fields if name.startswith("dunning_")]

    def test_a_customer_in_the_portal_reads_nothing_that_we_note_about_him(self):
        self.portal.sudo().partner_id.parent_id = self.customer
        firm = self.customer.with_user(self.portal)
        self.assertEqual(firm.read(["name"])[0]["name"], self.customer.name)
        self.assertFalse(self.own_fields(self.portal))
        for name in self.own_fields(self.manager):
            with self.subTest(name), self.assertRaises(AccessError):
                firm.read([name])

    def test_a_colleague_reads_all_of_a_contact_that_he_is_shown(self):
        self.overdue_invoice(7)
        for user, notices in ((self.outsider, False), (self.caller, True), (self.manager, True)):
            with self.subTest(user.login):
                (shown,) = self.customer.with_user(user).read(self.own_fields(user))
                self.assertEqual("dunning_notice_ids" in shown, notices)
                self.assertIn("dunning_hold", shown)

    def test_a_customer_in_the_portal_sees_nothing_of_our_dunning(self):
        invoice = self.overdue_invoice(7)
        self.pause(invoice)
        self.portal.sudo().partner_id.parent_id = self.customer
        invoice.sudo().message_subscribe(self.portal.sudo().partner_id.ids)
        own = invoice.with_user(self.portal)
        own.read(["name"])
        with self.assertRaises(AccessError):
            own.dunning_explain()
        for name in ("dunning_is_paused", "dunning_date_next", "dunning_cap", "dunning_block_ids"):
            with self.subTest(name), self.assertRaises(AccessError):
                own.read([name])

    def test_a_salesperson_sees_the_notices_of_own_customers(self):
        notices = self.sent_notices().with_user(self.caller)
        own = self.env["dunning.notice"].with_user(self.caller).search([("id", "in", notices.ids)])
        self.assertEqual(own.partner_id, self.customer)
        self.assertTrue(own.line_ids and own.delivery_ids)
        with self.assertRaises(AccessError):
            (notices - own).read(["amount_total"])
        for part in ("dunning.notice.line", "dunning.delivery"):
            self.assertEqual(
                self.env[part].with_user(self.caller).search([]).partner_id, self.customer
            )

    def assertMayNot(self, user, record, method, *args):
        with self.subTest(f"{record._name}.{method}"), self.assertRaises(UserError):
            getattr(record.with_user(user), method)(*args)

    def test_a_salesperson_changes_nothing(self):
        invoice = self.overdue_invoice(7)
        run = self.propose()
        notice = run.notice_ids
        self.assertMayNot(self.caller, notice, "action_approve")
        self.assertMayNot(self.caller, notice, "write", {"send_letter": True})
        self.assertMayNot(self.caller, notice, "unlink")
        self.assertMayNot(self.caller, notice, "action_cancel", "No")
        notice.action_approve()
        self.assertMayNot(self.caller, notice, "action_unapprove")
        self.assertMayNot(self.caller, notice, "action_send")
        self.assertMayNot(self.caller, run, "action_cancel")
        self.assertMayNot(self.caller, self.env["dunning.run"], "propose")
        self.assertMayNot(self.caller, self.customer, "action_dunning_now")
        self.assertMayNot(
            self.caller, self.env["dunning.block"], "place", self.customer, self.pause_reason
        )
        self.assertEqual(notice.state, "approved")
        self.assertTrue(invoice.dunning_line_ids)

    def test_a_salesperson_neither_prints_nor_sends_again(self):
        self.reminder.sudo().send_letter = True
        notice = self.sent_notices()[:1]
        notice.action_resend()
        letter = notice.delivery_ids.filtered(lambda delivery: delivery.state == "queued")
        letter = letter.filtered(lambda delivery: delivery.channel == "letter")
        self.assertEqual(len(letter), 1)
        self.assertMayNot(self.caller, letter, "action_mark_printed")
        count = len(notice.delivery_ids)
        self.assertMayNot(self.caller, notice, "action_resend")
        self.assertEqual(len(notice.delivery_ids), count)

    def test_a_salesperson_does_not_release_a_pause(self):
        block = self.pause(self.customer)
        self.assertMayNot(self.caller, block, "release")
        self.assertTrue(block.is_running)

    def test_strangers_call_no_method_over_the_wire(self):
        invoice = self.overdue_invoice(7)
        run = self.propose()
        notice = run.notice_ids
        for user in (self.outsider, self.portal):
            for method in (
                "action_approve",
                "action_unapprove",
                "action_send",
                "action_send_all",
                "action_retry",
                "action_resend",
            ):
                self.assertMayNot(user, notice, method)
            self.assertMayNot(user, notice, "action_cancel", "No")
            self.assertMayNot(user, self.env["dunning.run"], "propose")
            self.assertMayNot(user, run, "action_cancel")
            self.assertMayNot(user, invoice, "dunning_explain")
            self.assertMayNot(user, invoice, "action_dunning_now")
            self.assertMayNot(
                user, self.env["dunning.block"], "place", self.customer, self.pause_reason
            )
        self.assertEqual(notice.state, "proposed")

    def test_the_clerk_sets_no_policy(self):
        for call in (
            lambda: self.policy.with_user(self.clerk).write({"minimum_item": 0}),
            lambda: self.reminder.with_user(self.clerk).write({"days_after_due": 30}),
            lambda: self.env["dunning.policy"].create({"name": "Mine", "mode": "never"}),
            lambda: self.pause_reason.with_user(self.clerk).write({"name": "x"}),
        ):
            with self.assertRaises(AccessError):
                call()
        self.policy.with_user(self.manager).minimum_item = 3

    def test_the_right_for_final_notices_brings_no_settings(self):
        with self.assertRaises(AccessError):
            self.policy.with_user(self.final).write({"minimum_item": 0})

    def test_the_right_for_final_notices_sends_the_last_level(self):
        invoice = self.overdue_invoice(30)
        for day in (0, 14):
            with self.at(day):
                self.send(self.propose().notice_ids)
        with self.at(28):
            notice = self.propose().notice_ids.with_user(self.final)
            notice.action_approve()
            notice.action_send()
            self.deliver(notice)
        self.assertEqual(invoice.dunning_level_id, self.final_notice)

    def test_whoever_may_invoice_is_clerk_and_who_administers_is_manager(self):
        self.assertTrue(self.clerk.has_group("mahnwesen_pro.group_dunning_clerk"))
        self.assertFalse(self.clerk.has_group("mahnwesen_pro.group_dunning_final"))
        self.assertTrue(self.manager.has_group("mahnwesen_pro.group_dunning_manager"))

    def test_the_clerk_reads_but_does_not_rewrite_a_run(self):
        run = self.propose()
        for values in ({"state": "proposing"}, {"date": TODAY}, {"last_partner_id": 5}):
            with self.subTest(values), self.assertRaises(UserError):
                run.write(values)
