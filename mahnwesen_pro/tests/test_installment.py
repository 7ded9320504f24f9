import base64
from datetime import date, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import TODAY
from .letter_reading import LetterReading
from .test_promise import PromiseCommon

#: The first of three instalments, a Monday.
FIRST = TODAY + timedelta(days=14)


class InstallmentCommon(PromiseCommon):
    """Words for instalment plans: weekly instalments from Monday in two weeks on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.sudo().lang = "en_US"

    # === DOING ===

    def draft(self, invoices, **terms):
        lines = invoices._get_dunning_open_lines()
        values = {"count": 3, "date_first": FIRST, "rhythm": "weekly", "person": "Frau Sommer"}
        return self.env["dunning.installment.plan"]._draft(lines, {**values, **terms})

    def offer(self, invoices, **terms):
        plan = self.draft(invoices, **terms)
        plan.action_offer()
        return plan

    def run_plan(self, invoices, **terms):
        """Make a plan that the customer has signed."""
        plan = self.offer(invoices, **terms)
        plan.action_accept_paper()
        return plan

    def after(self, installment, days=1):
        """Context in which an instalment is late."""
        return self.at(day=installment.date_limit + timedelta(days=days))

    def mails(self, plan):
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("model", "=", plan._name), ("res_id", "=", plan.id)], order="id")
        )

    # === SAYING ===

    def assertInstallments(self, plan, states, paid=None):
        self.check(plan)
        self.assertEqual(plan.installment_ids.mapped("state"), states)
        if paid is not None:
            self.assertEqual(plan.installment_ids.mapped("amount_paid"), paid)


@tagged("post_install", "-at_install")
class TestInstallmentPlan(LetterReading, InstallmentCommon):
    """A debt is paid off in instalments: agreed on paper, watched, kept or ended."""

    # === TERMS ===

    def test_odd_cents_go_to_the_last_and_february_is_short(self):
        with self.at(day=date(2027, 1, 4)):
            plan = self.draft(
                self.overdue_invoice(7), date_first=date(2027, 1, 31), rhythm="monthly"
            )
        self.assertEqual(
            [(one.date, one.amount) for one in plan.installment_ids],
            [(date(2027, 1, 31), 33.33), (date(2027, 2, 28), 33.33), (date(2027, 3, 31), 33.34)],
        )
        self.assertEqual(plan.installment_ids[1].date_limit, date(2027, 3, 3), "28th is a Sunday")
        self.assertEqual((plan.amount_total, plan.amount_interest), (100, 0))

    def test_instalments_of_a_chosen_amount_end_with_the_rest(self):
        plan = self.draft(self.overdue_invoice(7), split_by="amount", amount_each=45)
        self.assertEqual(plan.installment_ids.mapped("amount"), [45, 45, 10])
        self.assertEqual(plan.count, 3)

    def test_interest_comes_on_top_by_days_on_what_is_left(self):
        invoice = self.overdue_invoice(7, 3650)
        plan = self.draft(invoice, count=2, rate=10)  # a euro a day
        self.assertEqual(plan.installment_ids.mapped("interest"), [14, 3.5])
        self.assertEqual(plan.installment_ids.mapped("amount"), [1839, 1828.5])
        self.assertEqual((plan.amount_principal, plan.amount_total), (3650, 3667.5))

    def test_terms_that_make_no_plan_are_refused_with_a_sentence(self):
        invoice = self.overdue_invoice(7)
        for terms in (
            {"count": 0},
            {"count": 121},
            {"split_by": "amount", "amount_each": 101},
            {"date_first": TODAY - timedelta(days=1)},
            {"offer_until": FIRST + timedelta(days=1)},
        ):
            with self.subTest(terms), self.assertRaises(ValidationError):
                self.draft(invoice, **terms)

    def test_an_item_is_paid_off_by_one_plan_at_a_time(self):
        invoice = self.overdue_invoice(7)
        plan = self.draft(invoice)
        with self.assertRaisesRegex(ValidationError, "part of the instalment plan"):
            self.draft(invoice)
        plan.action_cancel("The customer wants another one")
        self.draft(invoice)

    def test_the_dialogue_shows_what_comes_out(self):
        invoice = self.overdue_invoice(7)
        action = invoice.action_dunning_plan()
        wizards = self.env["dunning.plan.wizard"].with_context(lang="en_US", **action["context"])
        wizard = wizards.create({"count": 3})
        self.assertEqual(wizard.date_first, TODAY + timedelta(days=14))
        self.assertEqual(wizard.offer_until, TODAY + timedelta(days=10))
        self.assertIn("33.34", wizard.preview)
        wizard.count = 200
        self.assertIn("make no plan", wizard.preview)
        wizard.count = 4
        plan = self.env["dunning.installment.plan"].browse(wizard.action_make()["res_id"])
        self.assertEqual(plan.installment_ids.mapped("amount"), [25] * 4)

    # === OFFER AND ACCEPTANCE ===

    def test_an_offer_goes_out_with_the_agreement_and_pauses_the_items(self):
        invoice = self.overdue_invoice(7)
        plan = self.offer(invoice)
        self.assertEqual((plan.state, plan.name), ("offered", "RP/2026/00001"))
        self.assertEqual(plan.offer_until, TODAY + timedelta(days=10))
        mail = self.mails(plan)
        self.assertEqual(mail.email_to, "rechnung@kunde.example.com")
        self.assertIn(plan._get_portal_link(), mail.body_html.replace("&amp;", "&"))
        self.assertEqual(mail.attachment_ids.name, "Instalment plan RP-2026-00001.pdf")
        self.assertTrue(plan.pdf_sha256)
        self.propose()
        self.assertNotDunned(invoice, "blocked")

    def test_nobody_signs_an_empty_page(self):
        self.env = self.env(context={**self.env.context, "force_report_rendering": True})
        invoice = self.overdue_invoice(7)
        for count in range(2, 10):
            with self.subTest(count):
                plan = self.offer(invoice, count=count)
                last_sentence = plan._get_paragraphs(plan._get_text("terms")[1])[-1]
                pdf = base64.b64decode(plan.sudo().pdf_file)
                (signed,) = (page for page in self.text(pdf).split("\f") if "place, date" in page)
                self.assertIn(last_sentence[:20], signed)
                plan.action_cancel("The customer wants another one")

    def test_what_is_accepted_runs_until_its_last_instalment(self):
        invoice = self.overdue_invoice(7)
        plan = self.offer(invoice)
        with self.at(3):
            plan.action_accept_paper()
        self.assertEqual((plan.state, plan.accepted_how), ("running", "paper"))
        self.assertEqual(plan.block_ids.date_end, plan.installment_ids[-1].date_limit)
        with self.at(13):
            self.propose()
            self.assertNotDunned(invoice, "blocked")

    def test_an_offer_that_nobody_accepts_is_off_the_table(self):
        invoice = self.overdue_invoice(7)
        plan = self.offer(invoice)
        with self.at(10):
            self.check(plan)
            self.assertEqual(plan.state, "offered")
        with self.at(11):
            self.check(plan)
            self.assertEqual(plan.state, "cancelled")
            self.assertTrue(plan.to_follow_up)
            self.propose()
            self.assertDunned(invoice, self.reminder)

    def test_whoever_pays_at_once_needs_no_plan(self):
        invoice = self.overdue_invoice(7)
        plan = self.offer(invoice)
        with self.at(2):
            self.pay(invoice)
            self.check(plan)
        self.assertEqual((plan.state, plan.to_follow_up), ("cancelled", False))

    def test_other_terms_withdraw_the_offer(self):
        plan = self.offer(self.overdue_invoice(7))
        link = plan._get_portal_link()
        plan._change({"count": 2})
        self.assertEqual(plan.state, "draft")
        self.assertFalse(plan.block_ids.filtered("is_running"))
        self.assertFalse(plan.sudo().pdf_file)
        plan.action_offer()
        self.assertNotEqual(plan._get_portal_link(), link)
        self.assertEqual(plan.name, "RP/2026/00001", "it keeps its number")
        plan.action_accept_paper()
        with self.assertRaises(UserError):
            plan._change({"count": 4})

    def test_a_payment_since_the_draft_is_in_the_offer(self):
        invoice = self.overdue_invoice(7)
        plan = self.draft(invoice)
        with self.at(1):
            self.pay(invoice, 40)
            plan.action_offer()
        self.assertEqual(plan.installment_ids.mapped("amount"), [20] * 3)

    def test_the_plan_takes_the_place_of_a_promise(self):
        invoice = self.overdue_invoice(7)
        promise = self.promise(invoice)
        self.offer(invoice)
        self.assertEqual(promise.state, "cancelled")
        self.assertEqual(self.customer.dunning_promise_decided, 0)

    def test_the_acknowledgement_is_for_managers(self):
        invoice = self.overdue_invoice(7)
        with self.assertRaises(AccessError):
            self.draft(invoice, with_acknowledgement=True)
        plain = self.draft(invoice)
        with self.assertRaises(AccessError):
            plain._change({"with_acknowledgement": True})
        letters = self.env["ir.actions.report"]

        def letter(plan):
            return str(letters._render_qweb_html("mahnwesen_pro.dunning_plan_report", plan.ids)[0])

        self.assertNotIn("acknowledges the claims", letter(plain))
        plain.with_user(self.manager)._change({"with_acknowledgement": True})
        self.assertIn("acknowledges the claims", letter(plain))
        self.assertIn("generally loses the right", letter(plain))

    # === PAYMENTS ===

    def test_payments_are_assigned_in_order(self):
        invoice = self.overdue_invoice(7, 300)
        plan = self.run_plan(invoice)
        with self.at(day=FIRST):
            self.pay(invoice, 150)
            self.assertInstallments(plan, ["paid", "open", "open"], [100, 50, 0])
            self.assertEqual(plan.installment_ids[0].paid_on, FIRST)
            self.assertEqual((plan.amount_paid, plan.amount_rest), (150, 150))
            self.assertEqual(plan.date_next, FIRST + timedelta(days=7))
            self.pay(invoice)
            self.assertInstallments(plan, ["paid"] * 3, [100, 100, 100])
        self.assertEqual(plan.state, "done")
        self.assertFalse(plan.block_ids.filtered("is_running"))

    def test_the_last_day_of_the_tolerance_is_in_time(self):
        invoice = self.overdue_invoice(7, 300)
        plan = self.run_plan(invoice)
        first = plan.installment_ids[0]
        self.assertEqual(first.date_limit, FIRST + timedelta(days=2))
        with self.at(day=first.date_limit):
            self.assertInstallments(plan, ["open"] * 3)
        with self.after(first):
            self.assertInstallments(plan, ["missed", "open", "open"])

    def test_a_missed_instalment_is_reminded_once(self):
        invoice = self.overdue_invoice(7, 300)
        plan = self.run_plan(invoice)
        before = self.mails(plan)
        first = plan.installment_ids[0]
        with self.at(day=FIRST):
            self.pay(invoice, 20)
        with self.after(first):
            self.check(plan)
            self.check(plan)
            reminder = self.mails(plan) - before
            self.assertEqual(len(reminder), 1)
            self.assertIn("80.00", reminder.subject)
            self.assertEqual(first.reminded_on, fields.Date.today())
            self.propose()
            self.assertNotDunned(invoice, "blocked")
        with self.after(first, 2):
            self.pay(invoice, 80)
            self.assertInstallments(plan, ["paid", "open", "open"])
            self.assertEqual((plan.state, plan.missed_count), ("running", 0))

    def test_without_an_address_the_clerk_prints_the_reminder(self):
        self.customer.sudo().email = False
        plan = self.run_plan(self.overdue_invoice(7, 300))
        with self.after(plan.installment_ids[0]):
            self.check(plan)
        self.assertEqual(plan.activity_ids.user_id, self.clerk)
        html = str(
            self.env["ir.actions.report"]._render_qweb_html(
                "mahnwesen_pro.dunning_plan_reminder_report", plan.ids
            )[0]
        )
        self.assertIn("100.00", html)

    def test_two_missed_end_the_plan_and_the_whole_claim_goes_on(self):
        self.policy.sudo().promise_broken = "call"
        invoice = self.overdue_invoice(7, 300)
        plan = self.run_plan(invoice)
        with self.at(day=FIRST):
            self.pay(invoice, 50)
        second = plan.installment_ids[1]
        with self.after(second):
            self.assertInstallments(plan, ["missed", "missed", "open"])
            self.assertEqual((plan.state, plan.to_follow_up), ("ended", True))
            self.propose()
            self.assertDunned(invoice, self.reminder, 250)
        call = self.env["dunning.call"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((call.cause, call.move_ids), ("broken_promise", invoice))

    def test_a_credit_shortens_the_plan_from_its_end(self):
        invoice = self.overdue_invoice(7, 300)
        plan = self.run_plan(invoice)
        credit = self.credit_note(120)
        lines = (invoice | credit).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.check(plan)
        self.assertEqual(plan.installment_ids.mapped("amount_due"), [100, 80, 0])
        self.assertInstallments(plan, ["open", "open", "lapsed"])

    def test_a_cancelled_invoice_makes_the_plan_needless(self):
        invoice = self.overdue_invoice(7)
        plan = self.run_plan(invoice)
        self.cancel_by_credit_note(invoice)
        self.check(plan)
        self.assertEqual((plan.state, plan.to_follow_up), ("cancelled", False))

    def test_money_that_nobody_has_assigned_counts_for_one_plan_only(self):
        plans = self.run_plan(self.overdue_invoice(7, 300))
        plans |= self.run_plan(self.overdue_invoice(9, 300))
        with self.at(day=FIRST):
            self.payment_of(120)
        with self.after(plans.installment_ids[0]):
            self.check(plans)
            self.assertEqual(sum(plans.mapped("amount_paid")), 120)

    def test_interest_that_is_booked_with_the_payment_is_paid(self):
        invoice = self.overdue_invoice(7, 3650)
        plan = self.run_plan(invoice, count=2, rate=10)
        income = self.company_data["default_account_revenue"]
        with self.at(day=FIRST):
            payments = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            )
            payments.create({"payment_date": FIRST, "amount": 1825})._create_payments()
            self.assertInstallments(plan, ["open", "open"], [1825, 0])
            self.interest_payment(invoice, 14, income)
            self.assertInstallments(plan, ["paid", "open"], [1839, 0])

    def interest_payment(self, invoice, amount, income):
        """Book interest that came in: at the bank, against the income account."""
        bank = self.company_data["default_journal_bank"]
        receivable = invoice.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).account_id
        shared = {"partner_id": self.customer.id}
        claim = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create({**shared, "account_id": receivable.id, "debit": amount}),
                    Command.create({**shared, "account_id": income.id, "credit": amount}),
                ],
            }
        )
        money = self.env["account.move"].create(
            {
                "journal_id": bank.id,
                "line_ids": [
                    Command.create(
                        {**shared, "account_id": bank.default_account_id.id, "debit": amount}
                    ),
                    Command.create({**shared, "account_id": receivable.id, "credit": amount}),
                ],
            }
        )
        (claim | money).action_post()
        (claim | money).line_ids.filtered(lambda line: line.account_id == receivable).reconcile()

    def test_interest_as_the_difference_of_the_payment_is_paid(self):
        invoice = self.overdue_invoice(7, 3650)
        plan = self.run_plan(invoice, count=1, rate=10)
        with self.at(day=FIRST):
            payments = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            )
            payments.create(
                {
                    "payment_date": FIRST,
                    "amount": 3664,
                    "payment_difference_handling": "reconcile",
                    "writeoff_account_id": self.company_data["default_account_revenue"].id,
                }
            )._create_payments()
            self.assertInstallments(plan, ["paid"], [3664])
        self.assertEqual(plan.state, "done")

    def test_a_plan_in_a_foreign_currency(self):
        invoice = self.overdue_invoice(7, 100, currency=self.usd)
        plan = self.run_plan(invoice)
        self.assertEqual(plan.currency_id, self.usd)
        self.assertEqual(plan.installment_ids.mapped("amount"), [33.33, 33.33, 33.34])
        with self.at(day=FIRST):
            self.assign(self.payment_of(20), invoice)  # euro: 40 dollars
            self.assertInstallments(plan, ["paid", "open", "open"], [33.33, 6.67, 0])

    # === FROM A CALL ===

    def test_a_call_drafts_the_plan_and_pauses_meanwhile(self):
        invoice = self.overdue_invoice(7)
        call = self.env["dunning.call"]._plan(self.customer, self.company, "clerk")
        call.action_finish(
            "plan", {"plan_count": 4, "plan_date_first": FIRST, "stance": "accepted"}
        )
        plan = call.plan_ids
        self.assertEqual((plan.state, plan.installment_ids.mapped("amount")), ("draft", [25] * 4))
        self.propose()
        self.assertNotDunned(invoice, "blocked")
        plan.action_offer()
        self.assertFalse(call.block_ids.filtered("is_running"), "the plan's own pause holds now")
        self.propose()
        self.assertNotDunned(invoice, "blocked")

    # === THE TEXTS ===

    def test_the_texts_may_speak_of_instalments_but_not_reproach(self):
        reminder = self.env["dunning.installment.text"].with_user(self.manager)._get("reminder")
        self.assertFalse(reminder.wording_hit_count)
        with self.assertRaises(ValidationError):
            reminder.sudo(False).body = "You must pay {missing} at once."
        with self.assertRaises(ValidationError):
            reminder.sudo(False).body = "Please pay {everything}."

    def test_an_acknowledgement_outside_its_text_is_flagged(self):
        texts = self.env["dunning.installment.text"].with_user(self.manager)
        terms = texts._get("terms").sudo(False)
        with self.assertRaises(ValidationError):
            terms.body = "6. With this you acknowledge the debt as a whole."
        self.assertFalse(texts._get("acknowledgement").wording_hit_count)

    def test_a_plan_is_history(self):
        plan = self.offer(self.overdue_invoice(7))
        with self.assertRaises(UserError):
            plan.unlink()
        draft = self.draft(self.overdue_invoice(9))
        draft.unlink()

    # === MANY ===

    def test_ten_times_the_plans_take_few_more_queries(self):
        def checking(count, day):
            plans = self.env["dunning.installment.plan"]
            for _number in range(count):
                plans |= self.run_plan(self.overdue_invoice(7, 300))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            with self.at(day=plans.installment_ids[0].date_limit + timedelta(days=day)):
                self.check(plans)
                self.env.flush_all()
            return self.cr.sql_log_count - before

        for day, result in ((0, "running"), (8, "ended")):
            with self.subTest(result):
                checking(1, day)
                few, many = checking(2, day), checking(12, day)
                self.assertLessEqual(many, few + 5)
