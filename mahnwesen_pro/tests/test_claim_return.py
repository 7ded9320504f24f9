from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import TODAY
from .test_claim_statement import ClaimCommon, day


@tagged("post_install", "-at_install")
class TestClaimReturn(ClaimCommon):
    """The bank returns a direct debit: open again, a ladder and a cost line of its own."""

    def setUp(self):
        super().setUp()
        self.debited = self.invoice(500, day("10.11.2026"))
        self.pay(self.debited)
        self.ladder = self.company.dunning_return_policy_id

    def come_back(self, **values):
        action = self.debited.action_dunning_return()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        with Form(wizard) as form:
            form.cost = 4.5
            for name, value in values.items():
                form[name] = value
        form.record.action_confirm()

    def test_the_invoice_is_open_again_and_the_payment_is_no_credit(self):
        self.assertEqual(self.debited.amount_residual, 0)
        self.come_back()
        self.assertEqual(self.debited.amount_residual, 500)
        self.assertFalse(
            self.customer._get_dunning_ledger(self.company).filtered(
                lambda line: line.amount_residual < 0
            )
        )

    def test_its_letter_comes_at_once_from_a_ladder_of_its_own_with_the_cost(self):
        self.come_back()
        notice = self.propose().notice_ids
        self.assertEqual(notice.level_id.policy_id, self.ladder)
        self.assertEqual(notice.level_id.name, "Returned direct debit")
        cost = notice.charge_ids
        self.assertEqual((cost.kind, cost.amount), ("return_cost", 4.5))
        self.assertEqual(notice.amount_total, 504.5)
        html = self.env["ir.qweb"]._render("mahnwesen_pro.dunning_letter", {"docs": notice.sudo()})
        self.assertIn("The direct debit was returned on", html)
        self.send(notice)
        self.assertEqual(notice.state, "sent")

    def test_our_own_fault_costs_the_customer_nothing(self):
        self.come_back(is_own_fault=True)
        self.assertFalse(self.propose().notice_ids.charge_ids)

    def come_back_again(self, **values):
        """The letter about the first return is out; the next debit comes back as well."""
        self.come_back()
        self.send(self.propose().notice_ids)
        first = self.notice_of(self.debited).charge_ids
        self.pay(self.debited)
        self.come_back(**values)
        return first

    def asked_later(self):
        """Return what the next letter asks for beside the invoice."""
        with self.at(30):
            notice = self.propose().notice_ids
        self.assertEqual(notice.level_id.name, "Returned direct debit, final notice")
        return notice.charge_ids.mapped("amount")

    def test_a_second_return_costs_on_top_of_the_first(self):
        first = self.come_back_again(cost=5)
        self.assertEqual(self.debited.dunning_return_cost, 9.5)
        self.assertEqual(self.asked_later(), [4.5, 5])
        restated, fresh = self.notice_of(self.debited).charge_ids
        self.assertEqual((restated.origin_id, fresh.origin_id.id), (first, False))

    def test_a_second_return_costs_although_the_cost_of_the_first_was_paid_or_waived(self):
        first = self.come_back_again(cost=5)
        for settled in ("is_paid", "is_waived"):
            with self.subTest(settled):
                first.sudo().write({settled: True, "waive_reason": "Goodwill"})
                self.assertEqual(self.asked_later(), [5])
                first.sudo().write({settled: False})

    def test_a_second_return_by_our_own_fault_leaves_the_cost_of_the_first(self):
        self.come_back_again(is_own_fault=True)
        self.assertEqual(self.asked_later(), [4.5])

    def test_a_wrong_cost_is_corrected_in_the_invoice(self):
        self.come_back_again(cost=50)
        self.debited.dunning_return_cost = 9.5
        self.assertEqual(self.asked_later(), [4.5, 5])

    def test_the_cost_is_asked_for_once_per_invoice_whatever_its_instalments(self):
        halves = [
            Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
            for days in (0, 22)
        ]
        terms = self.env["account.payment.term"].sudo()
        terms = terms.create({"name": "Two instalments", "line_ids": halves})
        invoice = self.overdue_invoice(30, 1000, terms=terms)
        invoice.dunning_return_cost = 4.5
        self.send(self.propose().notice_ids)
        cost = self.notice_of(invoice).charge_ids
        self.assertEqual(cost.amount, 4.5)
        cost.sudo().is_paid = True
        self.pay(invoice, 500)
        with self.at(14):
            self.propose()
        self.assertDunned(invoice, self.first_notice, 500)
        self.assertFalse(self.notice_of(invoice).charge_ids)

    def test_other_invoices_get_their_own_letter_and_neither_waits_for_the_other(self):
        other = self.overdue_invoice(8, 300)
        self.come_back()
        notices = self.propose().notice_ids
        self.assertEqual(len(notices), 2)
        self.send(notices)
        self.assertEqual(set(notices.mapped("state")), {"sent"})
        self.assertEqual(self.notice_of(other).level_id, self.reminder)
        self.assertEqual(self.notice_of(other).amount_total, 300)

    def test_after_a_reminder_it_still_starts_on_the_first_step_of_its_own_ladder(self):
        self.debited = self.overdue_invoice(8, 300)
        self.send(self.propose().notice_ids)
        self.pay(self.debited)
        self.come_back()
        notice = self.propose().notice_ids
        self.assertEqual((notice.level_id, notice.claim_ids.rank), (self.ladder.level_ids[0], 1))
        self.send(notice)
        with self.at(day=notice.date_deadline + timedelta(days=30)):
            self.assertEqual(self.propose().notice_ids.level_id, self.ladder.level_ids[1])

    def assertNextStep(self):
        self.assertTrue(self.debited.dunning_date_next)
        self.assertEqual(max(self.debited.dunning_date_next, TODAY), self.rule_says(self.debited))

    def test_its_next_step_in_the_list_of_invoices_is_that_of_its_own_ladder(self):
        self.debited = self.overdue_invoice(8, 300)
        self.send(self.propose().notice_ids)
        waiting = self.debited.dunning_date_next
        self.pay(self.debited)
        self.come_back()
        self.assertNextStep()
        self.assertNotEqual(self.debited.dunning_date_next, waiting)
        self.send(self.propose().notice_ids)
        self.debited.invalidate_recordset(["dunning_date_next"])
        self.assertNextStep()
        found = self.env["account.move"].search(
            [("dunning_date_next", ">", TODAY), ("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(found, self.debited)

    def test_without_a_ladder_of_its_own_the_letters_of_that_ladder_count_all_the_same(self):
        self.come_back()
        self.send(self.propose().notice_ids)
        self.company.sudo().dunning_return_policy_id = False
        self.debited.invalidate_recordset(["dunning_date_next"])
        self.assertNextStep()

    def test_a_credit_is_deducted_on_one_letter_only(self):
        other = self.overdue_invoice(8, 500)
        self.come_back()
        self.credit_note(100)
        notices = self.propose().notice_ids
        returned = self.notice_of(self.debited)
        self.assertEqual((self.notice_of(other).amount_total, returned.amount_total), (400, 504.5))
        for notice in notices:
            notice.action_approve()
        self.assertEqual(set(notices.mapped("state")), {"approved"})
        self.assertEqual((self.notice_of(other).amount_total, returned.amount_total), (400, 504.5))

    def test_a_return_that_is_booked_already_is_matched(self):
        payment = self.debited._get_returned_payment()
        bank = (
            self.env["account.move"]
            .sudo()
            .create(
                {
                    "journal_id": self.company_data["default_journal_bank"].id,
                    "line_ids": [
                        (
                            0,
                            0,
                            {"account_id": account.id, "partner_id": self.customer.id, **amounts},
                        )
                        for account, amounts in (
                            (payment.account_id, {"debit": 500}),
                            (
                                self.company_data["default_journal_bank"].default_account_id,
                                {"credit": 500},
                            ),
                        )
                    ],
                }
            )
        )
        bank.action_post()
        self.come_back()
        self.assertTrue(payment.reconciled)
        self.assertFalse(payment.move_id.reversal_move_ids)
        self.assertEqual(self.debited.amount_residual, 500)

    def test_what_stands_in_the_way_is_told_and_changes_nothing(self):
        with self.assertRaisesRegex(UserError, "no payment"):
            self.overdue_invoice(3)._dunning_return_debit(day("23.11.2026"))
        self.company.sudo().fiscalyear_lock_date = day("31.12.2026")
        with self.assertRaisesRegex(UserError, "closed"), self.cr.savepoint():
            self.come_back()
        self.assertEqual(self.debited.amount_residual, 0)

    def test_a_negative_cost_is_refused(self):
        with self.assertRaisesRegex(UserError, "negative"):
            self.come_back(cost=-1)

    def test_the_start_screen_shows_it_until_it_is_paid(self):
        self.assertCard("returned", 0)
        self.come_back()
        self.assertCard("returned", 1, 500)
        self.pay(self.debited, 200)
        self.assertCard("returned", 1, 300)
        self.pay(self.debited)
        self.assertCard("returned", 0, 0)

    def test_without_a_ladder_of_its_own_it_follows_the_customers(self):
        self.company.sudo().dunning_return_policy_id = False
        self.come_back()
        self.assertEqual(self.propose().notice_ids.level_id, self.reminder)


@tagged("post_install", "-at_install")
class TestClaimDiscount(ClaimCommon):
    """Two percent within ten days were offered; the customer takes more, or takes them late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms = (
            cls.env["account.payment.term"]
            .sudo()
            .create(
                {
                    "name": "2 % in 10 days, 30 days net",
                    "early_discount": True,
                    "discount_percentage": 2,
                    "discount_days": 10,
                    "line_ids": [(0, 0, {"value": "percent", "value_amount": 100, "nb_days": 30})],
                }
            )
        )

    def deducted(self, paid, when):
        """Return an invoice over 1,000.00 of 1 October of which ``paid`` came in."""
        with self.at(day=day("01.10.2026")):
            invoice = self.overdue_invoice(0, 1000, terms=self.terms)
        with self.at(day=day(when)):
            payment = self.env["account.payment"].create(
                {
                    "payment_type": "inbound",
                    "partner_id": self.customer.id,
                    "amount": paid,
                    "journal_id": self.company_data["default_journal_bank"].id,
                }
            )
            payment.action_post()
            lines = payment.move_id.line_ids + invoice.line_ids
            lines.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
            ).reconcile()
        return invoice

    def test_taken_too_late_it_is_claimed_back_by_a_friendly_letter_of_its_own(self):
        invoice = self.deducted(980, "25.10.2026")
        self.assertIn("possible up to", invoice.dunning_discount_note)
        other = self.overdue_invoice(8, 300)
        notices = self.propose().notice_ids
        letter = self.notice_of(invoice)
        self.assertEqual(letter.level_id.policy_id, self.company.dunning_discount_policy_id)
        self.assertEqual((letter.level_id.tone, letter.amount_total), ("friendly", 20))
        self.assertNotEqual(letter, self.notice_of(other))
        html = self.env["ir.qweb"]._render("mahnwesen_pro.dunning_letter", {"docs": letter.sudo()})
        self.assertIn("Thank you for your payment", html)
        self.assertIn("possible up to", html)
        self.send(notices)
        self.assertEqual(set(notices.mapped("state")), {"sent"})

    def test_after_a_reminder_the_rest_gets_the_first_letter_of_its_own_ladder(self):
        with self.at(day=day("01.10.2026")):
            invoice = self.overdue_invoice(0, 1000, terms=self.terms)
        with self.at(day=day("10.11.2026")):
            self.send(self.propose().notice_ids)
        self.assertEqual(self.notice_of(invoice).level_id, self.reminder)
        self.pay(invoice, 980)
        letter = self.propose().notice_ids
        self.assertEqual(letter.level_id, self.company.dunning_discount_policy_id.level_ids[:1])
        self.assertEqual(letter.amount_total, 20)

    def test_taken_too_high_the_sentence_names_what_is_too_much(self):
        invoice = self.deducted(970, "09.10.2026")
        self.assertIn("more than the agreed", invoice.dunning_discount_note)
        self.propose()
        letter = self.notice_of(invoice)
        self.assertEqual(letter.level_id.policy_id, self.company.dunning_discount_policy_id)
        self.assertEqual(letter.amount_total, 10, "30 deducted, 20 were his right")
        html = self.env["ir.qweb"]._render("mahnwesen_pro.dunning_letter", {"docs": letter.sudo()})
        self.assertIn("more than the agreed", html)
        self.assertNotIn("set aside", html)
        self.send(letter)
        self.assertEqual((letter.state, letter.amount_total), ("sent", 10))

    def test_within_the_days_of_grace_it_was_his_right(self):
        invoice = self.deducted(980, "13.10.2026")
        self.assertIn("please book it", invoice.dunning_discount_note)
        run = self.propose()
        self.assertNotDunned(invoice, "blocked")
        self.assertIn("cash discount deducted in time", run.skip_ids.explanation)

    def test_a_payment_in_part_is_no_discount(self):
        invoice = self.deducted(700, "09.10.2026")
        self.assertFalse(invoice.dunning_discount_note)
        self.propose()
        self.assertDunned(invoice, self.reminder, 300)

    def test_the_start_screen_shows_what_was_no_right_and_nothing_else(self):
        late = self.deducted(980, "25.10.2026")
        self.deducted(970, "09.10.2026")  # too high
        self.deducted(980, "09.10.2026")  # his right
        self.deducted(700, "09.10.2026")  # a payment in part
        self.overdue_invoice(8, 20)
        self.assertCard("discounts", 2, 50)
        self.pay(late)
        self.assertCard("discounts", 1, 30)

    def test_within_the_limit_the_clerk_writes_it_off(self):
        invoice = self.deducted(980, "25.10.2026")
        self.company.sudo().dunning_write_off_limit = 20
        invoice.action_dunning_write_off()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertIn("Cash discount", invoice.reversal_move_ids.ref)
        self.assertFalse(self.propose().notice_ids)

    def test_customers_who_are_never_reminded_get_no_such_letter_either(self):
        never = self.policy.sudo().copy({"name": "Never", "mode": "never"})
        self.customer.sudo().dunning_policy_id = never
        self.deducted(980, "25.10.2026")
        self.assertFalse(self.propose().notice_ids)

    def test_many_items_take_one_query(self):
        lines = self.env["account.move.line"]
        for _number in range(3):
            lines |= self.deducted(980, "25.10.2026").line_ids
        self.env.flush_all()
        self.assertTrue(self.company.dunning_discount_grace)  # settings are read once for all
        before = self.cr.sql_log_count
        found = self.env["dunning.claim.discount"]._find(self.company, lines.ids)
        self.assertEqual(len(found), 3)
        self.assertLessEqual(self.cr.sql_log_count - before, 2)
