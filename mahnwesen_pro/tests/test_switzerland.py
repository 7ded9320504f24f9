from odoo.tests import tagged

from .common import DunningCommon
from .letter_reading import LetterReading

IBAN = "CH15 3881 5158 3845 3843 7"
QR_IBAN = "CH21 3080 8001 2345 6782 7"


@tagged("-standard", "-at_install", "post_install", "mahnwesen_swiss")
class TestSwitzerland(LetterReading, DunningCommon):
    """Letters of a Swiss company beside Odoo's own Swiss package: what a bank there can read.

    ``script/test`` runs this class alone, on a database with ``l10n_ch``.
    """

    @classmethod
    @DunningCommon.setup_country("ch")
    def setUpClass(cls):
        super().setUpClass()
        cls.firm = cls.company.sudo()
        cls.firm.write(
            {
                "name": "Bergblick AG",
                "country_id": cls.env.ref("base.ch").id,
                "currency_id": cls.env.ref("base.CHF").id,
                "street": "Seestrasse 5",
                "zip": "8001",
                "city": "Zürich",
                "vat": "CHE-123.456.788 MWST",
                "dunning_letter_form": "ch",
            }
        )
        cls.journal = (
            cls.env["account.journal"]
            .sudo()
            .search([("company_id", "=", cls.firm.id), ("type", "=", "bank")], limit=1)
        )
        cls.use_account(QR_IBAN)
        sales = (
            cls.env["account.journal"]
            .sudo()
            .search([("company_id", "=", cls.firm.id), ("type", "=", "sale")])
        )
        sales.write({"invoice_reference_model": "ch", "invoice_reference_type": "invoice"})
        cls.env["res.lang"].sudo()._activate_lang("de_DE")
        cls.move_to("ch", "Bundesplatz 3", "3011", "Bern")
        cls.customer.sudo().lang = "de_DE"
        cls.env = cls.env(context={**cls.env.context, "force_report_rendering": True})

    @classmethod
    def use_account(cls, iban):
        """Let the company be paid to this account and no other."""
        accounts = cls.env["res.partner.bank"].sudo()
        cls.firm.partner_id.bank_ids.active = False
        cls.journal.bank_account_id = accounts.create(
            {"partner_id": cls.firm.partner_id.id, "acc_number": iban, "allow_out_payment": True}
        )

    @classmethod
    def move_to(cls, country, street, code, city):
        country = cls.env.ref(f"base.{country}").id
        cls.customer.sudo().write(
            {"country_id": country, "street": street, "zip": code, "city": city}
        )

    def reminded(self, *amounts, **values):
        """Return the notice that was sent for invoices over ``amounts``, and the invoices."""
        invoices = [self.overdue_invoice(10, amount, **values) for amount in amounts]
        self.send(self.propose().notice_ids)
        return self.notice_of(invoices[0]), invoices

    def assertPaid(self, notice, account, kind, reference, currency="CHF"):
        """The letter has one code, which pays exactly its total to the account."""
        (code,) = self.codes(notice._render_pdf())
        self.assertEqual(code[0], "SPC")
        self.assertEqual(code[3], account.replace(" ", ""))
        self.assertEqual(code[18:20], [f"{notice.amount_total:.2f}", currency])
        self.assertEqual(code[27:29], [kind, reference])
        return code

    # === STORIES ===

    def test_a_single_invoice_is_paid_with_its_own_qr_reference(self):
        notice, (invoice,) = self.reminded(1200.55)
        self.assertTrue(self.journal.bank_account_id._is_qr_reference(invoice.payment_reference))
        code = self.assertPaid(notice, QR_IBAN, "QRR", invoice.payment_reference)
        self.assertEqual(notice.amount_total, 1200.55)
        self.assertEqual(code[5:10], ["Bergblick AG", "Seestrasse", "5", "8001", "Zürich"])
        self.assertEqual(code[21:26], ["Bäckerei Sommer GmbH", "Bundesplatz", "3", "3011", "Bern"])
        self.assertIn(invoice.name, code[29])

    def test_several_invoices_are_paid_with_one_reference_of_the_letter(self):
        notice, _invoices = self.reminded(100, 200.2, 300.03)
        (code,) = self.codes(notice._render_pdf())
        self.assertTrue(self.journal.bank_account_id._is_qr_reference(code[28]))
        self.assertEqual(code[28][:2], "99")
        self.assertPaid(notice, QR_IBAN, "QRR", code[28])
        self.assertEqual(code[18], "600.23")

    def test_the_payment_part_is_cut_off_at_the_foot_of_a_page_of_its_own(self):
        notice, _invoices = self.reminded(1200.55)
        letter, slip = self.text(notice._render_pdf()).split("\f")[:2]
        for word in ("Empfangsschein", "Zahlteil", "Vor der Einzahlung abzutrennen", "1 200.55"):
            self.assertIn(word, slip)
            self.assertNotIn(word, letter)
        for word in ("Konto / Zahlbar an", "Zahlbar durch", "Währung", "Betrag", "Annahmestelle"):
            self.assertIn(word, slip)
        self.assertIn("CH21 3080 8001 2345 6782 7", slip)
        pdf = notice._render_pdf()
        (line,) = self.boxes(pdf, "abzutrennen", page=2)
        self.assertTrue(185 <= line[1] <= 192, line)

    def test_an_account_without_qr_iban_is_paid_with_a_message(self):
        self.use_account(IBAN)
        notice, (invoice,) = self.reminded(80)
        code = self.assertPaid(notice, IBAN, "NON", "")
        self.assertIn(invoice.name, code[29])

    def test_euros_are_asked_for_in_euros(self):
        notice, (invoice,) = self.reminded(80, currency=self.env.ref("base.EUR"))
        self.assertPaid(notice, QR_IBAN, "QRR", invoice.payment_reference, currency="EUR")

    def test_a_customer_abroad_gets_no_swiss_payment_part(self):
        self.move_to("de", "Marktplatz 1", "10115", "Berlin")
        notice, _invoices = self.reminded(80)
        pdf = notice._render_pdf()
        self.assertFalse([code for code in self.codes(pdf) if code[0] == "SPC"])
        self.assertNotIn("Empfangsschein", self.text(pdf))
        self.assertIn("CH21 3080 8001 2345 6782 7", self.text(pdf))

    def test_the_foot_names_the_swiss_tax_number_once_and_as_it_is_called_there(self):
        notice, _invoices = self.reminded(80)
        text = self.text(notice._render_pdf())
        self.assertIn("MWST-Nr. CHE-123.456.788 MWST", text)
        self.assertNotIn("USt-IdNr.", text)
        self.firm.company_details = "Bergblick AG<br/>CHE-123.456.788 MWST"
        self.assertEqual(self.text(notice._render_pdf()).count("CHE-123.456.788"), 1)
