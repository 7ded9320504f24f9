from lxml import html

from odoo import Command
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from .test_portal import PortalCommon


@tagged("post_install", "-at_install")
class TestPortalPayment(PortalCommon):
    """The customer pays what is open today, to the cent, and the invoices are settled by it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        admin = cls.env(su=True)
        admin["payment.provider"].search([]).write({"state": "disabled"})
        admin["ir.config_parameter"].set_param("account_payment.enable_portal_payment", "True")
        cls.method = admin.ref("payment.payment_method_unknown")
        form = admin["ir.ui.view"].create(
            {"name": "Form", "type": "qweb", "arch": "<form action='x' method='post'/>"}
        )
        cls.provider = cls._create_provider(admin, cls.company, form)
        cls.method.active = True
        cls.env = admin
        cls._create_dummy_payment_method_for_provider(
            provider=cls.provider, journal=cls.company_data["default_journal_bank"]
        )
        lines = cls.provider.journal_id.inbound_payment_method_line_ids
        lines.filtered(
            lambda line: line.payment_provider_id == cls.provider
        ).payment_account_id = cls.inbound_payment_method_line.payment_account_id
        cls.env = cls.env(user=cls.clerk, su=False)

    @classmethod
    def _create_provider(cls, admin, company, form):
        return admin["payment.provider"].create(
            {
                "name": "Test bank",
                "code": "none",
                "state": "test",
                "is_published": True,
                "company_id": company.id,
                "redirect_form_view_id": form.id,
                "payment_method_ids": [Command.set(cls.method.ids)],
            }
        )

    def begin_payment(self, notice, amount=None, **choice):
        """Begin a payment as the form on the page does, and return the transaction."""
        total = float(notice.sudo()._get_open_today().total)
        values = self.make_jsonrpc_request(
            f"/my/dunning/{notice.id}/transaction",
            {
                "access_token": notice.sudo().access_token,
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "token_id": None,
                "amount": total if amount is None else amount,
                "flow": "redirect",
                "tokenization_requested": False,
                "landing_route": "https://evil.example.com",
                "is_validation": False,
                "csrf_token": "",
                **choice,
            },
        )
        transactions = self.env["payment.transaction"].sudo()
        return transactions.search([("reference", "=", values["reference"])])

    def finish_payment(self, transaction):
        with mute_logger("odoo.addons.payment.models.payment_transaction"):
            transaction._set_done()
        transaction._post_process()

    def assertNotBegun(self, notice, **choice):
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self.begin_payment(notice, **choice)

    def assertPaymentRefused(self, notice, why, **choice):
        with self.assertRefusalsLogged((f"/my/dunning/{notice.id}/transaction", why)):
            self.assertNotBegun(notice, **choice)

    def test_the_exact_total_is_paid_and_the_invoices_are_settled(self):
        notice = self.sent_notice(100, 49.99)
        self.visit()
        transaction = self.begin_payment(notice)
        self.assertEqual(transaction.amount, 149.99)
        self.assertEqual(transaction.partner_id, self.customer)
        self.assertEqual(transaction.invoice_ids, notice.claim_ids.move_id)
        self.assertTrue(transaction.reference.startswith(notice.name))
        self.assertTrue(transaction.landing_route.startswith(f"/my/dunning/{notice.id}?"))
        self.finish_payment(transaction)
        self.assertEqual(sum(notice.claim_ids.move_id.mapped("amount_residual")), 0)
        self.assertIn("Everything is paid", self.read_page(self.link(notice)))

    def test_the_browser_does_not_choose_the_amount(self):
        notice = self.sent_notice(100)
        self.visit()
        for amount in (1, 99.99, 1000, 0):
            self.assertNotBegun(notice, amount=amount)
        for foreign in ({"partner_id": self.stranger.id}, {"currency_id": 1}):
            self.assertNotBegun(notice, **foreign)
        self.assertFalse(self.env["payment.transaction"].sudo().search_count([]))

    def test_the_payment_form_offers_exactly_what_is_open(self):
        notice = self.sent_notice(100)
        self.pay(notice.claim_ids.move_id, 40)
        self.visit()
        form = html.fromstring(self.open_page(self.link(notice)).content).get_element_by_id(
            "o_payment_form"
        )
        self.assertEqual(float(form.get("data-amount")), 60)
        self.assertEqual(form.get("data-transaction-route"), f"/my/dunning/{notice.id}/transaction")
        self.assertEqual(self.begin_payment(notice).amount, 60)

    def test_credits_that_the_letter_netted_are_used_up(self):
        credit = self.credit_note(30)
        notice = self.sent_notice(100)
        self.visit()
        transaction = self.begin_payment(notice)
        self.assertEqual(transaction.amount, 70)
        self.finish_payment(transaction)
        self.assertEqual(credit.amount_residual, 0)
        self.assertEqual(notice.claim_ids.move_id.amount_residual, 0)
        self.assertEqual(transaction.payment_id.amount, 70)

    def test_the_payment_goes_on_what_is_asked_for_and_not_on_what_is_set_aside(self):
        contested = self.overdue_invoice(10, 100)
        notice = self.sent_notice(100)
        other = notice.claim_ids.move_id - contested
        self.pause(contested, amount=30)
        self.visit()
        transaction = self.begin_payment(notice)
        self.assertEqual(transaction.amount, 170)
        self.finish_payment(transaction)
        self.assertEqual((contested.amount_residual, other.amount_residual), (30, 0))
        self.assertIn("Everything is paid", self.read_page(self.link(notice)))

    def test_an_instalment_that_is_set_aside_as_a_whole_gets_nothing(self):
        terms = self.env["account.payment.term"].sudo()
        half = [
            Command.create({"value": "percent", "value_amount": 50, "nb_days": n}) for n in (0, 5)
        ]
        invoice = self.overdue_invoice(
            20, 100, terms=terms.create({"name": "50/50", "line_ids": half})
        )
        self.propose()
        notice = self.notice_of(invoice)
        self.send(notice)
        self.pause(invoice, amount=50)
        self.visit()
        transaction = self.begin_payment(notice)
        self.assertEqual(transaction.amount, 50)
        self.finish_payment(transaction)
        first, second = notice.claim_ids.sorted("date_due").move_line_id
        self.assertEqual((first.amount_residual, second.amount_residual), (50, 0))

    def test_a_credit_is_not_used_up_on_what_is_set_aside(self):
        credit = self.credit_note(50)
        notice = self.sent_notice(100, 100)
        contested, other = notice.claim_ids.sorted("id").mapped("move_id")
        self.pause(contested, amount=80)
        self.visit()
        transaction = self.begin_payment(notice)
        self.assertEqual(transaction.amount, 70)
        self.finish_payment(transaction)
        self.assertEqual(credit.amount_residual, 0)
        self.assertEqual((contested.amount_residual, other.amount_residual), (80, 0))

    def test_a_fee_is_paid_along_and_stays_as_credit(self):
        self.first_notice.sudo().fee = 5
        self.customer.sudo().dunning_debtor_type = "business"
        invoice = self.sent_notice(100).claim_ids.move_id
        with self.at(14):
            self.send(self.propose().notice_ids)
            notice = self.notice_of(invoice)
            self.assertEqual(notice.amount_total, 105)
            self.visit()
            transaction = self.begin_payment(notice)
            self.assertEqual(transaction.amount, 105)
            self.finish_payment(transaction)
        self.assertEqual(invoice.amount_residual, 0)
        rest = transaction.payment_id.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.assertEqual(rest.amount_residual, -5)

    def test_a_payment_under_way_is_not_asked_for_twice(self):
        notice = self.sent_notice(100)
        self.visit()
        transaction = self.begin_payment(notice)
        transaction._set_pending()
        text = self.read_page(self.link(notice))
        self.assertIn("being processed", text)
        self.assertNotIn("Pay now", text)
        self.assertNotBegun(notice)

    def test_nothing_is_paid_twice(self):
        notice = self.sent_notice(100)
        self.pay(notice.claim_ids.move_id)
        self.visit()
        self.assertNotBegun(notice, amount=100)

    def test_no_payment_without_the_right_link(self):
        notice = self.sent_notice(100)
        self.visit()
        self.assertPaymentRefused(notice, "no access", access_token="wrong")
        with self.at(181):
            self.visit()
            self.assertNotBegun(notice)

    def test_a_provider_of_another_company_takes_nothing(self):
        admin = self.env(su=True)
        elsewhere = admin["res.company"].create({"name": "Schwester AG"})
        foreign = self._create_provider(admin, elsewhere, self.provider.redirect_form_view_id)
        notice = self.sent_notice(100)
        self.visit()
        self.assertPaymentRefused(notice, "not offered", provider_id=foreign.id)

    def test_a_saved_card_is_for_its_owner_only(self):
        card = (
            self.env["payment.token"]
            .sudo()
            .create(
                {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.method.id,
                    "payment_details": "4242",
                    "partner_id": self.customer.id,
                    "provider_ref": "x",
                }
            )
        )
        notice = self.sent_notice(100)
        self.visit()
        self.assertNotIn("Your payment methods", self.read_page(self.link(notice)))
        self.assertPaymentRefused(notice, "not offered", flow="token", token_id=card.id)
        card.partner_id = self.buyer_user.partner_id
        self.visit(self.buyer_user)
        self.assertIn("Your payment methods", self.read_page(f"/my/dunning/{notice.id}"))

    def test_the_mail_invites_to_pay_where_that_is_possible(self):
        notice = self.sent_notice(100)
        body = notice.delivery_ids.mail_mail_id.sudo().body_html
        self.assertIn("View and pay online", body)
        self.assertIn(f"{self.link(notice)}#dunning_pay", body)

    def test_nothing_is_offered_where_online_payment_is_switched_off(self):
        self.env["ir.config_parameter"].sudo().set_param(
            "account_payment.enable_portal_payment", ""
        )
        notice = self.sent_notice(100)
        self.visit()
        text = self.read_page(self.link(notice))
        self.assertNotIn("Pay now", text)
        self.assertIn("bank details in the letter", text)
        self.assertNotBegun(notice)
