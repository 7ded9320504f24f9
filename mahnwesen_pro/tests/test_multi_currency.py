from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestMultiCurrency(DunningCommon):
    """Customers who owe in euro and in dollars; two dollars are worth one euro."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clerk_env, cls.env = cls.env, cls.env(su=True)
        cls.usd = cls.setup_other_currency("USD", rates=[("1900-01-01", 2.0)])
        cls.env = clerk_env
        cls.usd = cls.usd.with_env(cls.env)
        cls.eur = cls.env.ref("base.EUR")

    def owed_in_dollars(self, amount, days=7):
        return self.overdue_invoice(days, amount, currency=self.usd)

    def test_each_currency_has_a_letter_of_its_own(self):
        self.overdue_invoice(7, 100)
        self.owed_in_dollars(300)
        notices = self.propose().notice_ids
        self.assertEqual(
            {notice.currency_id: notice.amount_total for notice in notices},
            {self.eur: 100, self.usd: 300},
        )

    def test_the_minimum_per_letter_is_converted(self):
        small = self.owed_in_dollars(49.99)
        self.propose()
        self.assertNotDunned(small, "letter_minimum")
        enough = self.owed_in_dollars(50)
        self.propose()
        self.assertDunned(enough, self.reminder)

    def test_the_minimum_per_item_is_converted(self):
        tiny = self.owed_in_dollars(9.99)
        self.propose()
        self.assertNotDunned(tiny, "item_minimum")

    def test_euro_credits_do_not_reduce_a_letter_in_dollars(self):
        self.credit_note(500)
        invoice = self.owed_in_dollars(300)
        self.propose()
        self.assertDunned(invoice, self.reminder, 300)
        self.assertEqual(self.notice_of(invoice).amount_credits, 0)

    def test_the_fee_is_converted(self):
        self.customer.sudo().dunning_debtor_type = "business"
        self.first_notice.sudo().fee = 2.5
        invoice = self.owed_in_dollars(300, days=22)
        self.send(self.propose().notice_ids)
        with self.at(14):
            notice = self.propose().notice_ids
        self.assertEqual(notice.line_ids.move_id, invoice)
        self.assertEqual(notice.charge_ids.amount, 5)
        self.assertEqual(notice.amount_total, 305)

    def test_four_eyes_count_in_company_currency(self):
        self.reminder.sudo().four_eyes_amount = 200
        below, above = self.owed_in_dollars(399), self.overdue_invoice(7, 200)
        notices = self.propose().notice_ids
        notices.action_approve()
        self.assertEqual(self.notice_of(below).state, "approved")
        self.assertEqual(self.notice_of(above).state, "proposed")

    def test_a_letter_in_one_currency_does_not_delay_the_other(self):
        self.overdue_invoice(7, 100)
        self.send(self.propose().notice_ids)
        with self.at(1):
            dollars = self.owed_in_dollars(300)
            self.propose()
            self.assertDunned(dollars, self.reminder)

    def test_a_payment_in_part_leaves_the_rest_in_dollars(self):
        invoice = self.owed_in_dollars(300)
        self.pay(invoice, 120)
        self.propose()
        self.assertDunned(invoice, self.reminder, 180)

    def test_the_sums_of_the_run_are_in_company_currency(self):
        self.overdue_invoice(7, 100)
        self.owed_in_dollars(300)
        self.assertEqual(self.propose().amount_total, 250)
