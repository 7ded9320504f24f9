from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestNetting(DunningCommon):
    """A customer owes 300 and has 120 to his credit."""

    def setUp(self):
        super().setUp()
        self.customer.sudo().lang = "en_US"
        self.invoice = self.overdue_invoice(8, 300)
        self.credit = self.credit_note(120)

    def netted(self, netting):
        """Return the proposal under a policy with this way of netting."""
        self.policy.sudo().netting = netting
        return self.propose().notice_ids

    def test_open_credits_reduce_the_letter(self):
        notice = self.netted("reduce")
        self.assertEqual(notice.amount_total, 180)
        self.assertEqual(notice.credit_ids.amount_open, 120)

    def test_open_credits_are_shown_but_not_deducted(self):
        notice = self.netted("show")
        self.assertEqual((notice.amount_total, notice.amount_credits), (300, 0))
        self.assertEqual(notice.credit_ids.amount_residual, 120)
        html = self.env["ir.qweb"]._render("mahnwesen_pro.dunning_letter", {"docs": notice.sudo()})
        self.assertIn("in your favour, not deducted here", html)
        self.send(notice)
        self.assertEqual((notice.state, notice.amount_total), ("sent", 300))

    def test_open_credits_are_left_out(self):
        notice = self.netted("ignore")
        self.assertEqual(notice.amount_total, 300)
        self.assertFalse(notice.credit_ids)

    def test_shown_credits_that_cover_the_debt_stop_the_letter(self):
        self.credit_note(180)
        self.assertFalse(self.netted("show"))
        self.assertNotDunned(self.invoice, "net_credit")

    def test_a_shown_credit_that_is_used_up_before_sending_is_no_longer_named(self):
        notice = self.netted("show")
        notice.action_approve()
        other = self.overdue_invoice(-5, 120)
        (other + self.credit).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()
        notice.action_send()
        self.assertFalse(notice.credit_ids)

    def test_a_credit_in_another_currency_changes_nothing(self):
        usd = self.env.ref("base.USD").sudo()
        usd.active = True
        invoice = self.overdue_invoice(8, 500, currency=usd)
        notice = self.netted("reduce").filtered(lambda notice: notice.currency_id == usd)
        self.assertEqual(notice.claim_ids.move_id, invoice)
        self.assertFalse(notice.credit_ids)

    def test_one_click_allocates_the_credit_and_the_proposal_shows_the_rest(self):
        notice = self.netted("show")
        notice.action_allocate()
        self.assertEqual(self.invoice.amount_residual, 180)
        self.assertEqual(self.credit.amount_residual, 0)
        self.assertEqual(notice.amount_total, 180)
        self.assertFalse(notice.credit_ids or notice.can_allocate)
        with self.assertRaises(UserError):
            notice.action_allocate()

    def test_an_approved_notice_is_approved_again_after_allocation(self):
        notice = self.netted("reduce")
        notice.action_approve()
        notice.action_allocate()
        self.assertEqual((notice.state, notice.amount_total), ("proposed", 180))

    def test_a_letter_that_was_sent_stays_as_it_was(self):
        notice = self.netted("reduce")
        self.send(notice)
        notice.action_allocate()
        self.assertEqual(self.invoice.amount_residual, 180)
        self.assertEqual((notice.amount_claims, notice.amount_credits), (300, 120))

    def test_the_customer_whom_we_owe_is_settled_in_one_click(self):
        self.credit_note(200)
        customer = self.customer
        self.assertTrue(customer.dunning_can_allocate)
        customer.action_dunning_allocate()
        self.assertEqual(self.invoice.amount_residual, 0)
        customer.invalidate_recordset()
        self.assertFalse(customer.dunning_can_allocate)
        with self.assertRaises(UserError):
            customer.action_dunning_allocate()

    def test_a_credit_note_goes_to_its_own_invoice_and_spares_what_is_paused(self):
        own, paused = self.overdue_invoice(2, 120), self.overdue_invoice(30, 500)
        self.pause(paused)
        self.credit.reversed_entry_id = own
        self.customer.action_dunning_allocate()
        self.assertEqual(own.payment_state, "reversed")
        self.assertEqual((self.invoice.amount_residual, paused.amount_residual), (300, 500))

    def test_the_manager_chooses_it_in_the_policy(self):
        with Form(self.policy.with_user(self.manager)) as form:
            form.netting = "ignore"
        self.assertEqual(self.policy.netting, "ignore")
