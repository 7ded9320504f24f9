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

    def test_the_whole_total_pays_everything_and_books_the_charges(self):
        wizard = self.helper(1000 + self.charges)
        self.assertIn("exactly", wizard.situation)
        self.use(wizard)
        self.assertEqual(self.owed.amount_residual, 0)
        self.assertEqual(sum(self.booked().values()), round(self.charges, 2))
        self.assertEqual(self.notice._get_charges_owed(), 0)
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
