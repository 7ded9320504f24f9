from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .test_claim_booking import BookingCommon
from .test_claim_statement import day


@tagged("post_install", "-at_install")
class TestClaimPayment(BookingCommon):
    """A customer was asked for 1,000.00, interest and the lump sum, and pays something."""

    def setUp(self):
        super().setUp()
        self.company.sudo().dunning_booking = "paid"
        self.owed, self.notice = self.final()
        self.charges = self.notice.amount_charges
        self.journal = self.company_data["default_journal_bank"]

    def helper(self, amount, **values):
        """Return the dialogue about a payment that is not in the books yet."""
        action = self.notice.action_use_payment()
        with self.at(day=day("28.09.2026")):
            wizard = self.env["dunning.claim.payment.wizard"].with_context(**action["context"])
            with Form(wizard) as form:
                form.amount_new = amount
                form.journal_id = self.journal.with_env(self.env)
                form.date = "2026-09-28"
                for name, value in values.items():
                    form[name] = value
            return form.record

    def use(self, wizard):
        with self.at(day=day("28.09.2026")):
            wizard.action_apply()

    def gets(self, wizard):
        return [round(line.amount, 2) for line in wizard.line_ids]

    def test_without_a_payment_nothing_is_said_about_it(self):
        context = self.notice.action_use_payment()["context"]
        wizard = Form(self.env["dunning.claim.payment.wizard"].with_context(**context))
        self.assertFalse(wizard.situation)

    def test_the_whole_total_pays_everything_and_books_the_charges(self):
        wizard = self.helper(1000 + self.charges)
        self.assertIn("exactly", wizard.situation)
        self.use(wizard)
        self.assertEqual(self.owed.amount_residual, 0)
        self.assertEqual(sum(self.booked().values()), round(self.charges, 2))
        self.assertEqual(self.notice._get_charges_owed(), 0)
        self.assertEqual(self.notice._get_open_today().total, 0)

    def test_money_is_used_at_once_where_an_accounting_addon_is_installed(self):
        """Such addons leave the entry of a payment to the bank statement."""
        self.journal.sudo().inbound_payment_method_line_ids.payment_account_id = False
        wizard = self.helper(1000 + self.charges)
        moves = self.env.registry["account.move"]
        with patch.object(moves, "_get_invoice_in_payment_state", lambda move: "in_payment"):
            self.use(wizard)
        self.assertEqual(self.owed.amount_residual, 0)
        self.assertEqual(self.notice._get_open_today().total, 0)

    def test_principal_only_leaves_the_charges_open_or_waives_them(self):
        wizard = self.helper(1000, order="principal")
        self.assertIn("charges were not", wizard.situation)
        self.assertEqual(self.gets(wizard)[0], 1000)
        wizard.line_ids[1:].waive = True
        with self.assertRaisesRegex(UserError, "Say why"):
            self.use(wizard)
        wizard.reason = "Goodwill"
        self.use(wizard.with_user(self.manager))
        self.assertEqual(self.owed.amount_residual, 0)
        self.assertEqual(set(self.notice.charge_ids.mapped("is_waived")), {True})
        self.assertFalse(self.booked())

    def test_too_little_goes_on_costs_and_interest_first_by_law(self):
        wizard = self.helper(500, order="law")
        self.assertIn("less", wizard.situation)
        self.assertEqual(self.gets(wizard)[0], round(500 - self.charges, 2))
        self.use(wizard)
        self.assertEqual(round(self.owed.amount_residual, 2), round(500 + self.charges, 2))

    def test_too_little_goes_on_the_invoice_when_principal_comes_first(self):
        wizard = self.helper(500, order="principal")
        self.assertEqual(self.gets(wizard), [500, 0, 0])
        self.use(wizard)
        self.assertEqual(self.owed.amount_residual, 500)
        self.assertFalse(self.booked())

    def test_too_much_stays_as_credit(self):
        wizard = self.helper(1200)
        self.assertIn("more", wizard.situation)
        self.assertEqual(round(wizard.amount_left, 2), round(200 - self.charges, 2))
        self.use(wizard)
        credits_ = self.customer._get_dunning_ledger(self.company)
        self.assertEqual(
            -round(sum(credits_.mapped("amount_residual")), 2), round(200 - self.charges, 2)
        )

    def test_the_clerk_decides_otherwise(self):
        wizard = self.helper(500, order="law")
        with Form(wizard) as form:
            for position, amount in enumerate((460, 0, 40)):
                with form.line_ids.edit(position) as line:
                    line.amount = amount
        self.use(wizard)
        self.assertEqual(self.owed.amount_residual, 540)

    def test_not_more_than_came_in_and_not_more_than_is_owed(self):
        wizard = self.helper(500)
        wizard.line_ids[0].amount = 600
        with self.assertRaisesRegex(UserError, "More is used than came in"):
            self.use(wizard)
        wizard = self.helper(1200)
        wizard.line_ids[0].amount = 1001
        with self.assertRaisesRegex(UserError, "more than is owed"):
            self.use(wizard)

    def test_money_that_is_in_the_books_already_is_taken(self):
        with self.at(day=day("28.09.2026")):
            self.credit_note(300)
        action = self.notice.action_use_payment()
        wizard = self.env["dunning.claim.payment.wizard"].with_context(**action["context"])
        with Form(wizard) as form:
            form.order = "principal"
            self.assertEqual(form.amount, 300)
        self.use(form.record)
        self.assertEqual(self.owed.amount_residual, 700)

    def test_who_only_shows_charges_keeps_the_surplus_as_credit_or_books_them(self):
        self.company.sudo().dunning_booking = "show"
        wizard = self.helper(1000 + self.charges)
        self.assertEqual(self.gets(wizard), [1000, 0, 0])
        wizard = self.helper(1000 + self.charges, book_charges=True)
        self.use(wizard)
        self.assertEqual(sum(self.booked().values()), round(self.charges, 2))

    def test_a_closed_period_books_nothing(self):
        wizard = self.helper(500)
        self.company.sudo().fiscalyear_lock_date = day("31.12.2026")
        with self.assertRaisesRegex(UserError, "closed"), self.cr.savepoint():
            self.use(wizard)
        self.assertEqual(self.owed.amount_residual, 1000)

    def test_without_money_it_asks_for_some(self):
        wizard = self.env["dunning.claim.payment.wizard"].create({"notice_id": self.notice.id})
        with self.assertRaisesRegex(UserError, "came in"):
            self.use(wizard)

    # === DIFFERENCES ===

    def test_a_small_difference_is_written_off_with_its_tax(self):
        tax = self.company_data["default_tax_sale"].with_env(self.env)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": "2026-11-01",
                "invoice_line_ids": [
                    Command.create({"name": "A", "price_unit": 99.99, "tax_ids": tax.ids}),
                    Command.create({"name": "B", "price_unit": 20, "tax_ids": []}),
                ],
            }
        )
        invoice.action_post()
        self.pay(invoice, invoice.amount_total - 3.33)
        invoice.action_dunning_write_off()
        self.assertEqual(invoice.amount_residual, 0)
        credit = invoice.reversal_move_ids
        self.assertEqual(credit.amount_total, 3.33)
        share = invoice.amount_tax / invoice.amount_total
        self.assertAlmostEqual(credit.amount_tax, 3.33 * share, delta=0.01)

    def test_above_the_limit_only_a_manager_writes_off(self):
        invoice = self.overdue_invoice(8, 100)
        with self.assertRaises(AccessError):
            invoice.action_dunning_write_off()
        invoice.with_user(self.manager).action_dunning_write_off()
        self.assertEqual(invoice.amount_residual, 0)
        with self.assertRaisesRegex(UserError, "nothing open"):
            invoice.action_dunning_write_off()


@tagged("post_install", "-at_install")
class TestClaimForeignPayment(BookingCommon):
    """A customer owes 1,000 dollars, invoiced at two dollars a euro; the rate moves, euros come."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clerk_env, cls.env = cls.env, cls.env(su=True)
        rates = [("2026-01-01", 2.0), ("2026-09-28", 1.6)]
        cls.usd = cls.setup_other_currency("USD", rates=rates)
        cls.env = clerk_env
        cls.usd = cls.usd.with_env(cls.env)
        cls.eur = cls.env.ref("base.EUR")
        cls.journal = cls.company_data["default_journal_bank"].with_env(cls.env)

    def setUp(self):
        super().setUp()
        self.company.sudo().dunning_booking = "paid"
        with self.at(day=day("31.07.2026")):
            self.owed = self.overdue_invoice(0, 1000, currency=self.usd)
        self.remind("10.08.2026", "31.08.2026", "21.09.2026")
        self.notice = self.notice_of(self.owed)
        self.charges = self.notice.amount_charges

    def helper(self, amount, currency=None, order="principal", **values):
        action = self.notice.action_use_payment()
        model = self.env["dunning.claim.payment.wizard"].with_context(**action["context"])
        return model.create(
            {
                "notice_id": self.notice.id,
                "amount_new": amount,
                "currency_new_id": (currency or self.eur).id,
                "journal_id": self.journal.id,
                "date": day("28.09.2026"),
                "order": order,
                **values,
            }
        )

    def use(self, wizard):
        with self.at(day=day("28.09.2026")):
            wizard.action_apply()

    def credits_left(self):
        lines = self.customer._get_dunning_ledger(self.company)
        return round(-sum(lines.filtered(lambda x: x.balance < 0).mapped("amount_residual")), 2)

    def test_the_notice_is_in_dollars(self):
        self.assertEqual(self.notice.currency_id, self.usd)
        self.assertEqual(self.owed.amount_residual, 1000)

    def test_euros_count_at_the_rate_of_the_day_on_which_they_came(self):
        wizard = self.helper(250)
        self.assertEqual(wizard.amount, 400)
        self.assertIn("less", wizard.situation)
        self.use(wizard)
        self.assertEqual(self.owed.amount_residual, 600)
        self.assertEqual(self.credits_left(), 0)

    def test_the_dialogue_says_at_which_rate_euros_count_and_what_each_line_is_for(self):
        with self.at(day=day("21.09.2026")):
            self.credit_note(100)
        wizard = self.helper(250).with_context(lang="en_US")
        self.assertEqual(
            self.plain(wizard.rate_note), "250.00 € = $ 400.00 (1 EUR = 1.6000 USD on 09/28/2026)"
        )
        wizard.credit_ids = wizard.known_credit_ids
        first, second = self.plain(wizard.rate_note).split("\n")
        self.assertEqual(first, "100.00 € = $ 200.00 (1 EUR = 2.0000 USD on 09/21/2026)")
        self.assertIn("$ 400.00", second)
        (name,) = wizard.credit_ids.with_context(dunning_show_open=True).mapped("display_name")
        self.assertEqual(self.plain(name), f"{wizard.credit_ids.move_id.name}, 100.00 €")
        names = wizard.line_ids.mapped("name")
        self.assertEqual(names[0], self.owed.name)
        self.assertIn(f"Late Payment Lump Sum, {self.owed.name}", names)

    def test_money_in_the_currency_of_the_notice_needs_no_rate(self):
        self.assertFalse(self.helper(400, self.usd).rate_note)

    @staticmethod
    def plain(text):
        return text.replace("\N{NO-BREAK SPACE}", " ")

    def test_a_part_goes_on_the_invoice_and_the_rest_of_the_euros_stays_a_credit(self):
        wizard = self.helper(250)
        wizard.line_ids[0].amount = 160
        self.assertEqual(wizard.amount_left, 240)
        self.use(wizard)
        self.assertEqual(self.owed.amount_residual, 840)
        self.assertEqual(self.credits_left(), 150)

    def test_odd_amounts_are_used_to_the_cent(self):
        wizard = self.helper(123.45, order="law")
        self.assertEqual(wizard.amount, 197.52)
        self.use(wizard)
        paid = self.usd.round(197.52 - self.charges)
        self.assertEqual(self.owed.amount_residual, self.usd.round(1000 - paid))
        self.assertEqual(self.credits_left(), 0)
        self.assertEqual(self.notice._get_charges_owed(), 0)

    def test_dollars_on_another_rate_leave_a_rest_in_dollars_only(self):
        self.use(self.helper(400, self.usd))
        self.assertEqual(self.owed.amount_residual, 600)
        self.assertEqual(self.owed._get_dunning_receivables().amount_residual, 300)
        self.assertEqual(self.credits_left(), 0)

    def test_euros_that_are_in_the_books_are_offered_but_not_proposed(self):
        with self.at(day=day("28.09.2026")):
            self.credit_note(100)
        wizard = self.helper(0)
        self.assertFalse(wizard.credit_ids)
        wizard.credit_ids = wizard.known_credit_ids
        self.assertEqual(wizard.amount, 160)
        self.use(wizard)
        self.assertEqual(self.owed.amount_residual, 840)

    def test_dollars_pay_an_invoice_in_euro(self):
        with self.at(day=day("31.07.2026")):
            invoice = self.overdue_invoice(0, 500)
        self.notice = self.propose().notice_ids.filtered(lambda n: n.currency_id == self.eur)
        wizard = self.helper(320, self.usd)
        self.assertEqual(wizard.amount, 200)
        self.use(wizard)
        self.assertEqual(invoice.amount_residual, 300)

    def test_a_rest_is_written_off_in_its_own_currency(self):
        with self.at(day=day("28.09.2026")):
            self.pay(self.owed, 993)
            self.owed.action_dunning_write_off()
        self.assertEqual(self.owed.amount_residual, 0)
        credit = self.owed.reversal_move_ids
        self.assertEqual((credit.currency_id, credit.amount_total), (self.usd, 7))
        self.assertEqual(round(credit.amount_total_signed, 2), -4.38)
        self.assertFalse(sum(self.owed.line_ids.mapped("amount_residual")))

    def test_the_limit_for_writing_off_counts_in_company_currency(self):
        with self.at(day=day("28.09.2026")):
            self.pay(self.owed, 991.99)
            with self.assertRaises(AccessError):
                self.owed.action_dunning_write_off()

    def test_the_rest_beside_a_payment_is_waived_in_dollars(self):
        wizard = self.helper(622.50)
        self.assertEqual(wizard.line_ids[0].amount, 996)
        wizard.line_ids[0].waive = True
        wizard.reason = "Bank fees abroad"
        self.use(wizard)
        self.assertEqual(self.owed.amount_residual, 0)
        self.assertEqual(self.owed.reversal_move_ids.amount_total, 4)

    def test_without_a_rate_nothing_is_booked_and_the_currency_is_named(self):
        wizard = self.helper(250)
        payments = self.env["account.payment"].search_count([])
        self.usd.sudo().rate_ids.unlink()
        with self.assertRaisesRegex(UserError, "No rate of exchange is known for USD"):
            self.use(wizard)
        self.assertEqual(self.env["account.payment"].search_count([]), payments)
        self.assertIn("No rate of exchange", self.helper(250).situation)
        with self.assertRaisesRegex(UserError, "No rate of exchange is known for USD"):
            self.owed.with_user(self.manager).action_dunning_write_off()
        self.assertEqual(self.owed.amount_residual, 1000)
        self.assertFalse(self.owed.reversal_move_ids)
