from collections import defaultdict
from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestConfidential(DunningCommon):
    """Employees and affiliates: their reminders are for dunning managers only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = cls._create_customer("Karla Kollegin", is_company=False)
        cls.employee.sudo().dunning_is_confidential = True
        cls.caller = cls.colleague
        cls.caller.sudo().group_ids = cls.env.ref("mahnwesen_pro.group_dunning_caller").sudo()

    def setUp(self):
        super().setUp()
        self.open_one = self.overdue_invoice(8, 100)
        self.secret = self.overdue_invoice(8, 200, customer=self.employee)
        self.too_early = self.overdue_invoice(2, 300, customer=self.employee)

    def seen(self, user, model):
        return self.env[model].with_user(user).search([("partner_id", "=", self.employee.id)])

    def test_the_clerk_proposes_for_them_without_seeing_it(self):
        run = self.propose()
        self.env.invalidate_all()
        self.assertEqual(run.notice_ids.partner_id, self.customer)
        self.assertEqual((run.notice_count, run.skip_count), (1, len(run.skip_ids)))
        of_manager = run.with_user(self.manager)
        of_manager.invalidate_recordset()
        self.assertEqual(of_manager.notice_ids.partner_id, self.customer + self.employee)
        self.assertEqual(of_manager.skip_count, 1)
        self.assertEqual(of_manager.skip_ids.move_id, self.too_early)

    def test_only_managers_see_any_of_it(self):
        self.propose()
        notice = self.seen(self.manager, "dunning.notice")
        self.send(notice.with_user(self.manager))
        self.env["dunning.block"].sudo().place(self.secret, self.pause_reason)
        self.env.invalidate_all()
        for model in ("dunning.notice", "dunning.run.skip", "dunning.block"):
            with self.subTest(model):
                self.assertTrue(self.seen(self.manager, model))
                self.assertFalse(self.seen(self.clerk, model))
        for model in ("dunning.notice.line", "dunning.delivery"):
            with self.subTest(model):
                domain = [("notice_id", "=", notice.id)]
                self.assertTrue(self.env[model].with_user(self.manager).search(domain))
                self.assertFalse(self.env[model].search(domain))
        with self.assertRaises(AccessError):
            notice.with_user(self.clerk).read(["amount_total"])

    def test_its_salesperson_does_not_see_it_either(self):
        (self.employee + self.customer).sudo().user_id = self.caller
        self.propose()
        self.env.invalidate_all()
        own = self.env["dunning.notice"].with_user(self.caller).search([])
        self.assertEqual(own.partner_id, self.customer)
        self.assertFalse(self.employee._get_dunning_salesperson())

    def test_the_start_screen_counts_what_its_lists_show_for_each_of_them(self):
        self.credit_note(900, customer=self.employee)
        self.propose()
        forgotten = self.overdue_invoice(40, customer=self.employee)
        secret = defaultdict(list)
        secret |= {"res.partner": self.employee.ids, "account.move": forgotten.ids}
        self.env.invalidate_all()
        for user in (self.clerk, self.manager):
            for card in self.env["dunning.card"].with_user(user).search([]):
                with self.subTest(f"{user.login} {card.code}"):
                    action = card.action_open()
                    records = card.env[action["res_model"]].search(action["domain"])
                    self.assertEqual(card.count, len(records))
                    if user == self.clerk:
                        self.assertFalse(records & records.browse(secret[records._name]))

    def test_the_invoice_tells_the_clerk_that_it_is_confidential(self):
        self.propose()
        self.assertIn("confidential", self.secret._get_dunning_sentence())
        (row,) = self.secret.dunning_explain()
        self.assertFalse(row["level"])
        self.assertIn("confidential", row["reasons"][0])
        (row,) = self.secret.with_user(self.manager).dunning_explain()
        self.assertEqual(row["level"], self.reminder.name)

    def test_its_tasks_go_to_a_manager(self):
        self.propose()
        notice = self.seen(self.manager, "dunning.notice")
        self.assertTrue(notice.user_id.has_group("mahnwesen_pro.group_dunning_manager"))
        self.assertEqual(self.employee._get_dunning_clerk(self.company), notice.user_id)

    def test_only_a_manager_decides_about_it(self):
        clerk = self.employee.with_user(self.clerk).sudo(False)
        with self.assertRaises(AccessError):
            clerk.dunning_is_confidential = False
        with self.assertRaises(AccessError):
            self.employee.with_user(self.clerk).action_dunning_now()

    def test_nothing_is_left_at_the_invoice_for_everybody(self):
        self.propose()
        notice = self.seen(self.manager, "dunning.notice")
        self.send(notice.with_user(self.manager))
        bodies = " ".join(self.secret.sudo().message_ids.mapped("body"))
        self.assertNotIn(notice.name, bodies)

    def test_no_level_stands_on_the_invoice_that_everybody_reads(self):
        self.send(self.propose().with_user(self.manager).notice_ids)
        self.env.invalidate_all()
        self.assertEqual(self.open_one.dunning_level_id, self.reminder)
        self.assertFalse(self.secret.dunning_level_id or self.secret.dunning_date_last)
        self.assertFalse(self.secret.dunning_date_next or self.employee.dunning_level_id)
        self.assertTrue(self.secret.with_user(self.manager).dunning_date_next)
        due = [("dunning_date_next", "!=", False), ("partner_id", "=", self.employee.id)]
        self.assertFalse(self.env["account.move"].search(due))
        with self.at(14):
            self.propose()
            step = self.seen(self.manager, "dunning.notice").filtered_domain(
                [("state", "=", "proposed")]
            )
            self.assertEqual(step.level_id, self.first_notice, "The ladder goes on all the same")
        self.employee.sudo().dunning_is_confidential = False
        self.assertEqual(self.secret.dunning_level_id, self.reminder)

    def test_nobody_hears_of_a_pause(self):
        self.env["dunning.block"].sudo().place(self.secret, self.pause_reason)
        self.assertFalse(self.secret.dunning_is_paused)
        self.assertTrue(self.secret.with_user(self.manager).dunning_is_paused)

    def test_nobody_reads_of_a_call_or_a_complaint_at_the_customer(self):
        employee = self.employee.with_user(self.manager)
        invoice = self.secret.with_user(self.manager)
        employee.env["dunning.call"].log(employee, "no_proposal", move_ids=invoice.ids)
        reason = employee.env.ref("mahnwesen_pro.dunning_complaint_reason_damaged")
        complaint = employee.env["dunning.complaint"].open(invoice, "It was wet.", reason=reason)
        for document in (self.employee, self.secret):
            bodies = " ".join(document.sudo().message_ids.mapped("body"))
            self.assertNotIn("Phone call", bodies)
            self.assertNotIn(complaint.name, bodies)

    def tasks_about(self, user):
        tasks = self.env["mail.activity"].with_user(user)
        return tasks.search([("summary", "like", "Karla Kollegin")]).mapped("summary")

    def test_a_task_about_them_is_for_the_managers_eyes(self):
        for _morning in range(2):
            self.employee._schedule_dunning_reconcile(self.company)
            self.employee._stop_dunning_letters(self.employee, self.company)
        self.assertFalse(self.employee.with_user(self.manager).activity_ids)
        notice_user = self.employee._get_dunning_clerk(self.company)
        self.assertEqual(len(self.tasks_about(notice_user)), 2, "One of a kind, however often")
        self.assertFalse(self.tasks_about(self.clerk))
        self.customer._schedule_dunning_reconcile(self.company)
        self.assertTrue(self.customer.activity_ids, "All others keep it at the contact")

    def test_a_clerk_learns_no_sum_by_logging_a_call(self):
        values = {"partner_id": self.employee.id, "outcome": "refused"}
        wizard = self.env["dunning.call.log.wizard"].create(values)
        with self.assertRaisesRegex(AccessError, "confidential"):
            wizard.read(["amount_overdue"])
        self.assertEqual(wizard.with_user(self.manager).sudo().amount_overdue, 500)

    def test_a_pause_holds_though_the_clerk_who_allocates_does_not_see_it(self):
        self.credit_note(500, customer=self.employee)
        self.env["dunning.block"].sudo().place(self.secret, self.pause_reason)
        self.clerk.sudo().group_ids += self.env.ref("base.group_partner_manager").sudo()
        self.employee.action_dunning_allocate()
        residuals = (self.secret.amount_residual, self.too_early.amount_residual)
        self.assertEqual(residuals, (200, 0))

    def test_a_manager_calls_them_though_a_clerk_has_started_the_run(self):
        rule = {"level_id": self.reminder.id, "moment": "before", "days": 1, "wait_days": 3}
        self.env["dunning.level.call"].sudo().create(rule)
        self.propose()
        call = self.seen(self.manager, "dunning.call")
        self.assertEqual(call.move_ids, self.secret.with_user(self.manager))
        self.assertTrue(call.user_id.has_group("mahnwesen_pro.group_dunning_manager"))
        self.assertFalse(self.seen(self.clerk, "dunning.call"))

    def test_calls_and_promises_are_for_managers_too(self):
        calls = self.env["dunning.call"].with_user(self.manager)
        call = calls._plan(self.employee, self.company, "clerk", moves=self.secret)
        self.assertTrue(call.user_id.has_group("mahnwesen_pro.group_dunning_manager"))
        promise = (
            self.env["dunning.promise"]
            .with_user(self.manager)
            ._record(
                self.secret.with_user(self.manager).line_ids.filtered("date_maturity"),
                self.company._dunning_today() + timedelta(days=3),
                200,
                "Karla",
            )
        )
        self.env.invalidate_all()
        for records in (call, promise):
            with self.subTest(records._name):
                self.assertTrue(records.with_user(self.manager).has_access("read"))
                self.assertFalse(records.with_user(self.clerk).has_access("read"))

    def test_nothing_about_a_customer_is_without_a_rule(self):
        rules = self.env["ir.rule"].sudo()
        guarded = rules.search([("domain_force", "ilike", "dunning_is_confidential")])
        for name, model in self.registry.items():
            is_ours = name.startswith("dunning.") and not (model._abstract or model._transient)
            if is_ours and model._fields.keys() & {"partner_id", "notice_id", "plan_id"}:
                with self.subTest(name):
                    self.assertIn(name, guarded.model_id.mapped("model"))

    def test_the_employee_himself_opens_his_page(self):
        self.send(self.propose().with_user(self.manager).notice_ids)
        notice = self.seen(self.manager, "dunning.notice").sudo()
        visitor = self._create_visitor()
        found = self.env["dunning.notice"].with_user(visitor)._find_for_portal(notice.id)
        self.assertEqual(found, notice)
        by_link = self.env["dunning.notice"]._find_for_portal(notice.id, notice.access_token)
        self.assertEqual(by_link, notice)
        self.assertFalse(self.env["dunning.notice"]._find_for_portal(notice.id))

    def _create_visitor(self):
        return new_test_user(
            self.env(su=True),
            login="karla-portal",
            groups="base.group_portal",
            partner_id=self.employee.id,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def test_whoever_may_not_read_the_notice_reads_neither_its_mails_nor_its_letter(self):
        self.send(self.propose().with_user(self.manager).notice_ids)
        notice = self.seen(self.manager, "dunning.notice").sudo()
        message = notice.message_ids[:1]
        letter = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "dunning.notice"),
                    ("res_id", "=", notice.id),
                    ("res_field", "=", "pdf_file"),
                ]
            )
        )
        self.env.invalidate_all()
        for record in (message, letter):
            with self.subTest(record._name):
                self.assertTrue(record.with_user(self.manager).has_access("read"))
                self.assertFalse(record.with_user(self.clerk).has_access("read"))

    def test_an_automatic_level_goes_out_though_a_clerk_started_the_run(self):
        self.company.sudo().write({"dunning_auto_send": True, "dunning_bank_days": 0})
        self.policy.sudo().level_ids.automatic = True
        self.propose()
        self.assertEqual(self.seen(self.manager, "dunning.notice").state, "approved")
