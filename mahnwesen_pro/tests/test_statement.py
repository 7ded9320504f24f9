from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import TODAY, DunningCommon


@tagged("post_install", "-at_install")
class TestStatement(DunningCommon):
    """Customers who get an account statement instead of a reminder."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.statements = cls.env.ref("mahnwesen_pro.dunning_policy_statement").with_env(cls.env)
        cls.customer.sudo().write({"dunning_policy_id": cls.statements.id, "lang": "en_US"})

    def statement(self):
        return self.env["dunning.notice"].search(
            [("kind", "=", "statement"), ("partner_id", "=", self.customer.id)], limit=1
        )

    def test_it_lists_everything_that_is_open_and_the_credits(self):
        late, fresh = self.overdue_invoice(8, 300), self.overdue_invoice(-5, 200)
        clarified = self.overdue_invoice(20, 90)
        self.pause(clarified)
        credit = self.credit_note(40)
        self.propose()
        notice = self.statement()
        self.assertEqual(notice.claim_ids.move_id, late + fresh + clarified)
        self.assertEqual(notice.credit_ids.move_id, credit)
        self.assertEqual(notice.amount_total, 300 + 200 + 90 - 40)
        self.assertEqual(notice._get_overdue_amount(), 300 + 90 - 40)
        self.assertFalse(notice.charge_ids)

    def test_it_deducts_credits_whatever_the_policy_says_of_reminders(self):
        self.statements.sudo().netting = "ignore"
        self.overdue_invoice(8, 300)
        self.credit_note(40)
        self.assertEqual(self.propose().notice_ids.amount_total, 260)

    def test_it_never_raises_a_level(self):
        invoice = self.overdue_invoice(8)
        self.propose()
        self.send(self.statement())
        self.assertEqual(self.statement().state, "sent")
        self.assertFalse(invoice.dunning_level_id or invoice.dunning_date_last)
        self.customer.sudo().dunning_policy_id = self.policy
        with self.at(8):
            self.propose()
            self.assertDunned(invoice, self.reminder)

    def test_it_has_its_own_rhythm(self):
        invoice = self.overdue_invoice(8)
        self.propose()
        self.send(self.statement())
        with self.at(29):
            run = self.propose()
            self.assertNotDunned(invoice, "statement_early")
            self.assertEqual(run.skip_ids.dunnable_from, TODAY + timedelta(days=30))
            self.assertIn("statement of account", run.skip_ids.explanation)
        with self.at(30):
            self.propose()
            self.assertEqual(self.statement().state, "proposed")

    def test_nobody_gets_one_who_is_not_late(self):
        self.overdue_invoice(-5)
        self.overdue_invoice(3)
        self.propose()
        self.assertFalse(self.statement())

    def test_a_reply_unread_and_a_payment_at_the_bank_hold_it_back(self):
        invoice = self.overdue_invoice(8)
        self.propose()
        self.send(self.statement())
        self.statement()._write_own({"reply_state": "unread"})
        with self.at(40):
            self.propose()
            self.assertNotDunned(invoice, "reply_unread")

    def test_a_paused_customer_gets_none(self):
        invoice = self.overdue_invoice(8)
        self.pause(self.customer)
        self.propose()
        self.assertNotDunned(invoice, "blocked")

    def test_credits_that_cover_everything_are_a_task_and_no_letter(self):
        invoice = self.overdue_invoice(8, 50)
        self.credit_note(80)
        self.propose()
        self.assertNotDunned(invoice, "net_credit")

    def test_a_payment_after_the_approval_makes_it_smaller(self):
        late, other = self.overdue_invoice(8, 300), self.overdue_invoice(9, 200)
        self.propose()
        notice = self.statement()
        notice.action_approve()
        self.pay(other)
        notice.action_send()
        self.assertEqual(notice.claim_ids.move_id, late)
        self.assertEqual(notice.amount_total, 300)
        self.deliver(notice)
        self.assertEqual(notice.state, "sent")

    def test_the_clerk_may_send_it_although_it_is_the_only_letter_of_its_policy(self):
        self.assertFalse(self.statements.level_ids.is_last)
        self.assertEqual(self.statements.level_ids.rank, 0)

    def test_the_letter_shows_a_balance_and_asks_for_no_sum(self):
        self.overdue_invoice(8, 300)
        self.overdue_invoice(-5, 200)
        self.propose()
        html = self.env["ir.qweb"]._render(
            "mahnwesen_pro.dunning_letter", {"docs": self.statement().sudo()}
        )
        self.assertIn("Balance on", html)
        self.assertIn("of which due", html)
        self.assertNotIn("To pay by", html)
        self.assertFalse([row for row in self.statement()._get_transfers() if row.qr or row.amount])

    def test_a_policy_of_statements_has_exactly_one_letter(self):
        policy = self.statements.sudo()
        with self.assertRaises(ValidationError):
            policy.level_ids.copy({"policy_id": policy.id})

    def test_the_manager_sets_the_rhythm_in_the_policy(self):
        with Form(self.statements.with_user(self.manager)) as form:
            form.letter_spacing = 14
        self.assertEqual(self.statements.letter_spacing, 14)
