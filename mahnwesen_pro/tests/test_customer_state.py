import io
from ast import literal_eval

from lxml import etree
from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tests import tagged

from .common import TODAY, DunningCommon


@tagged("post_install", "-at_install")
class TestCustomerState(DunningCommon):
    """Insolvent and deceased customers, another payer, and a customer who is a supplier, too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls._create_customer(
            "Rechtsanwältin Dr. Vogt",
            is_company=False,
            street="Gerichtsstraße 4",
            email="vogt@kanzlei.example.com",
        )
        (cls.customer + cls.administrator).sudo().lang = "en_US"

    def letter(self):
        """Write the one letter as the clerk does from the customer's form, and return it."""
        action = self.customer.action_dunning_letter_once()
        return self.env[action["res_model"]].browse(action["res_id"])

    def become(self, state):
        self.customer.sudo().write(
            {
                "dunning_state": state,
                "dunning_state_ref": "67 IN 12/26",
                "dunning_representative_id": self.administrator.id,
            }
        )

    # === INSOLVENT AND DECEASED ===

    def test_the_ladder_stops_for_the_insolvent_and_the_deceased(self):
        invoice = self.overdue_invoice(8)
        for state in ("insolvent", "deceased"):
            with self.subTest(state):
                self.become(state)
                run = self.propose()
                self.assertNotDunned(invoice, state)
                self.assertFalse(invoice.dunning_date_next)
                self.assertIn("form", run.skip_ids.explanation)

    def test_the_administrator_gets_one_letter_with_everything_that_is_open(self):
        late, fresh = self.overdue_invoice(8, 300), self.overdue_invoice(-10, 200)
        self.become("insolvent")
        notice = self.letter()
        self.assertEqual(notice.addressee_id, self.administrator)
        self.assertEqual((notice.kind, notice.amount_total), ("insolvent", 500))
        self.assertIn("Bäckerei Sommer", notice._get_concern())
        self.assertIn("67 IN 12/26", notice._get_concern())
        self.propose()
        self.assertEqual(notice.state, "proposed", "The next run leaves it alone")
        self.send(notice)
        self.assertEqual(notice.state, "sent")
        self.assertIn("Gerichtsstraße", notice.address_sent)
        self.assertFalse((late + fresh).dunning_level_id)
        self.assertEqual(self.letter(), notice, "There is no second one")

    def test_the_card_names_those_to_whom_nobody_has_written(self):
        card = self.env.ref("mahnwesen_pro.dunning_card_states").with_env(self.env)
        invoice = self.overdue_invoice(8)
        self.become("deceased")
        self.propose()
        self.assertEqual((card.count, card.amount), (1, 100))
        self.send(self.letter())
        with self.at(1):
            self.propose()
            self.assertNotDunned(invoice, "deceased")
            card.invalidate_recordset()
            self.assertEqual(card.count, 0)

    def test_the_heirs_are_written_to_in_other_words(self):
        self.overdue_invoice(8)
        self.become("deceased")
        notice = self.letter()
        self.assertEqual(notice.kind, "deceased")
        self.assertIn("Estate", notice._get_concern())
        self.assertIn("condolences", notice._get_texts()["letter_opening"])

    def test_the_letter_to_the_heirs_is_one_page_and_fits_whoever_reads_it(self):
        self.env["res.lang"].sudo()._activate_lang("de_DE")
        self.env["ir.module.module"].sudo()._load_module_terms(["mahnwesen_pro"], ["de_DE"])
        self.overdue_invoice(8)
        self.overdue_invoice(20)
        self.become("deceased")
        self.administrator.sudo().lang = "de_DE"
        notice = self.letter().with_context(force_report_rendering=True)
        (page,) = PdfReader(io.BytesIO(notice._render_pdf())).pages
        text = " ".join(page.extract_text().split())
        self.assertIn("wir haben von dem Todesfall erfahren", text)
        self.assertIn("Sind Sie nicht Erbin oder Erbe", text)

    def test_the_concern_stays_as_it_was_sent(self):
        self.overdue_invoice(8)
        self.become("insolvent")
        notice = self.letter()
        self.send(notice)
        self.customer.sudo().write({"dunning_state_ref": "99", "name": "Other"})
        self.assertIn("67 IN 12/26", notice._get_texts()["letter_concern"])

    def test_without_a_name_there_is_no_letter(self):
        self.overdue_invoice(8)
        self.become("insolvent")
        self.customer.sudo().dunning_representative_id = False
        with self.assertRaisesRegex(UserError, "administrator"):
            self.customer.action_dunning_letter_once()
        self.customer.sudo().dunning_state = "normal"
        with self.assertRaises(UserError):
            self.customer.action_dunning_letter_once()

    def test_an_approved_reminder_is_not_sent_to_somebody_who_became_insolvent(self):
        invoice = self.overdue_invoice(8)
        self.propose()
        notice = self.notice_of(invoice)
        notice.action_approve()
        self.become("insolvent")
        notice.action_send()
        self.assertEqual(notice.state, "cancelled")
        self.assertIn("insolvent", notice.cancel_reason)

    def test_the_search_for_the_special_customers(self):
        self.become("insolvent")
        self.payer().sudo().dunning_policy_id = self.env.ref(
            "mahnwesen_pro.dunning_policy_statement"
        )
        arch = self.env["res.partner"].get_view(view_type="search")["arch"]
        domains = {
            node.get("name"): literal_eval(node.get("domain"))
            for node in etree.fromstring(arch).iter("filter")
            if (node.get("name") or "").startswith("dunning_")
        }
        found = {name: self.env["res.partner"].search(domain) for name, domain in domains.items()}
        self.assertEqual(found["dunning_insolvent"], self.customer)
        self.assertEqual(found["dunning_payer"], self.customer)
        self.assertEqual(found["dunning_statement"].name, "Holding Sommer SE")
        self.assertNotIn("dunning_confidential", found, "This one is for managers")

    # === ANOTHER PAYER ===

    def payer(self, **values):
        payer = self._create_customer("Holding Sommer SE", email="kreditoren@holding.example.com")
        payer.sudo().write({"street": "Chausseestraße 9", **values})
        self.customer.sudo().dunning_payer_id = payer
        return payer

    def test_letters_go_to_the_payer_and_name_the_debtor(self):
        payer = self.payer()
        invoice = self.overdue_invoice(8)
        self.propose()
        notice = self.notice_of(invoice)
        self.assertEqual((notice.partner_id, notice.addressee_id), (self.customer, payer))
        self.assertEqual(notice._get_email(), "kreditoren@holding.example.com")
        self.send(notice)
        self.assertEqual(notice.delivery_ids.address, "kreditoren@holding.example.com")
        self.assertIn("Bäckerei Sommer", notice.letter_concern)
        self.assertIn("Bäckerei Sommer", str(notice._render_email()))
        self.assertEqual(invoice.dunning_level_id, self.reminder)

    def test_a_payer_without_address_is_not_bypassed(self):
        self.payer(email=False, street=False, city=False)
        invoice = self.overdue_invoice(8)
        self.propose()
        self.assertNotDunned(invoice, "no_address")

    def test_the_clerk_may_choose_between_payer_and_customer(self):
        payer = self.payer()
        invoice = self.overdue_invoice(8)
        self.propose()
        notice = self.notice_of(invoice)
        self.assertEqual(notice.other_addressee_id, payer)
        notice.addressee_id = self.customer
        self.assertFalse(notice._get_concern())
        self.assertIn("Holding Sommer", notice.hint)

    def test_nobody_pays_for_himself(self):
        with self.assertRaises(ValidationError):
            self.customer.sudo().dunning_payer_id = self.customer

    # === CUSTOMER AND SUPPLIER ===

    def bill(self, amount):
        bill = (
            self.env["account.move"]
            .sudo()
            .create(
                {
                    "move_type": "in_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": TODAY,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "Rolls", "price_unit": amount, "tax_ids": [Command.clear()]}
                        )
                    ],
                }
            )
        )
        bill.action_post()
        return bill

    def test_what_we_owe_is_shown_and_never_netted(self):
        bill = self.bill(70)
        invoice = self.overdue_invoice(8, 100)
        self.propose()
        notice = self.notice_of(invoice)
        self.assertEqual(notice.amount_total, 100)
        self.assertIn("We owe this customer 70", notice.hint)
        self.assertEqual(self.customer.dunning_amount_payable, 70)
        action = self.customer.action_open_dunning_bills()
        self.assertEqual(self.env["account.move"].search(Domain(action["domain"])), bill)

    def test_what_we_owe_costs_as_few_queries_for_a_long_list_as_for_a_short_one(self):
        customers = self.env["res.partner"]
        for number in range(6):
            customers |= self._create_customer(f"Kunde {number}", email=f"k{number}@x.example.com")
        counted = []
        for part in (customers, customers[:2], customers):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            part.browse(part.ids).mapped("dunning_amount_payable")
            counted.append(self.cr.sql_log_count - before)
        _first_fills_the_caches, short, long = counted
        self.assertEqual(short, long)
