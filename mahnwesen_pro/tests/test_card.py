from datetime import timedelta

from odoo.tests import tagged

from .common import TODAY, DunningCommon


@tagged("post_install", "-at_install")
class TestCard(DunningCommon):
    """The start screen: its numbers are those of the lists behind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clerk, cls.env = cls.env, cls.env(su=True)
        cls.dollar = cls.setup_other_currency("USD", rates=[("1900-01-01", 2.0)]).with_env(clerk)
        cls.env = clerk

    def test_every_card_opens_the_list_that_it_counts(self):
        for card in self.env["dunning.card"].search([]):
            with self.subTest(card=card.code):
                action = card.action_open()
                found = self.env[action["res_model"]].search_count(action["domain"])
                self.assertEqual(card.count, found)

    def test_a_notice_moves_from_card_to_card(self):
        self.overdue_invoice(7, 120)
        self.propose()
        self.assertCard("to_approve", 1, 120)
        notice = self.env["dunning.notice"].search([("partner_id", "=", self.customer.id)])
        notice.action_approve()
        self.assertCard("to_approve", 0, 0)
        self.assertCard("to_send", 1, 120)
        notice.action_send()
        self.assertCard("to_send", 0)

    def test_sums_of_several_currencies_stand_in_company_currency(self):
        self.overdue_invoice(7, 100)
        self.overdue_invoice(7, 100, currency=self.dollar)
        self.propose()
        self.assertCard("to_approve", 2, 150)

    def test_a_letter_that_waits_for_the_printer_is_counted(self):
        self.customer.sudo().email = False
        self.overdue_invoice(7)
        notice = self.propose().notice_ids
        notice.action_approve()
        notice.action_send()
        self.assertCard("to_print", 1)

    def test_credits_customers_without_address_and_ending_blocks_are_counted(self):
        self.overdue_invoice(7)
        self.credit_note(200)
        unknown = self._create_customer(
            "Unbekannt GmbH", street=False, zip=False, city=False, email=False
        )
        self.overdue_invoice(7, 80, customer=unknown)
        other = self._create_customer("Ruhe GmbH")
        self.pause(self.overdue_invoice(9, customer=other), days=3)
        self.propose()
        self.assertCard("reconcile", 1)
        self.assertCard("no_address", 1, 80)
        self.assertCard("blocks", 1)

    def test_an_old_invoice_without_any_reminder_is_not_forgotten(self):
        invoice = self.overdue_invoice(31, 70)
        self.pause(invoice, days=90)
        self.overdue_invoice(29, 50)
        self.assertCard("forgotten", 1, 70)
        with self.at(day=TODAY + timedelta(days=2)):
            self.assertCard("forgotten", 2, 120)
