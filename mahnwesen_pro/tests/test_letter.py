import base64
import io
import re
import subprocess
import tempfile

from pypdf import PdfReader

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..report import letter_engine
from .common import DunningCommon
from .letter_reading import LetterReading

OWN_IBAN = "DE89370400440532013000"
FACTOR_IBAN = "DE02120300000000202051"


@tagged("post_install", "-at_install")
class TestLetter(LetterReading, DunningCommon):
    """The letter as it comes out of the printer: measured, decoded, read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm = cls.company.sudo()
        cls.customer.sudo().lang = "en_US"
        cls.own_account = cls._create_account(OWN_IBAN)
        journals = cls.env["account.journal"].sudo().search([("company_id", "=", cls.firm.id)])
        journals.filtered(lambda journal: journal.type == "bank")[:1].write(
            {"bank_account_id": cls.own_account.id}
        )
        cls.env = cls.env(context={**cls.env.context, "force_report_rendering": True})

    @classmethod
    def _create_account(cls, iban, **values):
        return (
            cls.env["res.partner.bank"]
            .sudo()
            .create(
                {
                    "partner_id": cls.firm.partner_id.id,
                    "acc_number": iban,
                    "allow_out_payment": True,
                    **values,
                }
            )
        )

    def notice(self, *invoices, **level):
        """Propose and return the notice of the invoices; ``level`` changes its level before."""
        if level:
            self.reminder.sudo().write(level)
        self.propose()
        return self.notice_of(invoices[0])

    # === WHAT IS TO BE PAID ===

    def test_the_payment_code_asks_for_exactly_the_total_of_the_letter(self):
        first, second = self.overdue_invoice(10, 1200.5), self.overdue_invoice(9, 34.06)
        notice = self.notice(first, second)
        (code,) = self.codes(notice._render_pdf())
        self.assertEqual(code[:4], ["BCD", "002", "1", "SCT"])
        self.assertEqual(code[6:8], [OWN_IBAN, "EUR1234.56"])
        self.assertEqual(code[10], f"{first.name} {second.name}")
        self.assertEqual(notice.amount_total, 1234.56)

    def test_a_single_invoice_is_paid_with_its_own_reference(self):
        invoice = self.overdue_invoice(10)
        invoice.payment_reference = "RF18539007547034"
        (code,) = self.codes(self.notice(invoice)._render_pdf())
        self.assertEqual(code[9:], ["RF18539007547034"])

    def test_factored_invoices_are_paid_to_the_factor(self):
        factor = self._create_account(FACTOR_IBAN, acc_holder_name="Hanse Factoring AG")
        own, factored = self.overdue_invoice(10, 80), self.overdue_invoice(9, 50)
        factored.partner_bank_id = factor
        self.credit_note(30)
        notice = self.notice(own)
        codes = {code[6]: (code[5], code[7]) for code in self.codes(notice._render_pdf())}
        self.assertEqual(codes[OWN_IBAN][1], "EUR50")
        self.assertEqual(codes[FACTOR_IBAN], ("Hanse Factoring AG", "EUR50"))
        self.assertEqual(notice.amount_total, 100)

    def test_a_credit_that_no_account_can_bear_leaves_the_accounts_without_code(self):
        factor = self._create_account(FACTOR_IBAN)
        own, factored = self.overdue_invoice(10, 20), self.overdue_invoice(9, 80)
        factored.partner_bank_id = factor
        self.credit_note(30)
        transfers = self.notice(own)._get_transfers()
        self.assertEqual([transfer.qr for transfer in transfers], ["", ""])
        self.assertEqual([transfer.amount for transfer in transfers], ["", ""])

    def test_a_letter_in_another_currency_has_no_payment_code(self):
        dollars = self.env.ref("base.USD").sudo()
        dollars.active = True
        invoice = self.overdue_invoice(10, currency=dollars)
        (transfer,) = self.notice(invoice)._get_transfers()
        self.assertFalse(transfer.qr)
        self.assertIn("$", transfer.amount)

    def test_an_online_payment_leads_to_the_customers_own_page(self):
        notice = self.notice(self.overdue_invoice(10, 99.5))
        self.env["payment.provider"].sudo().search([]).write({"state": "disabled"})
        self.assertEqual(notice._get_payment_link(), "")
        self._enable_online_payment()
        self.assertIn(f"/my/dunning/{notice.id}", notice._get_payment_link())
        self.assertIn("open the payment page", self.text(notice._render_pdf()))

    def _enable_online_payment(self):
        self.env["ir.config_parameter"].sudo().set_param(
            "account_payment.enable_portal_payment", "True"
        )
        self.env["payment.provider"].sudo().create(
            {
                "name": "Test",
                "code": "none",
                "state": "test",
                "is_published": True,
                "company_id": self.company.id,
            }
        )

    def test_the_total_stands_in_words_where_the_level_asks_for_it(self):
        notice = self.notice(self.overdue_invoice(10, 42))
        self.assertNotIn("Forty-Two", self.text(notice._render_pdf()))
        self.reminder.sudo().amount_in_words = True
        self.assertIn("Forty-Two", self.text(notice._render_pdf()))

    def test_a_paused_part_is_named_and_not_asked_for(self):
        invoice = self.overdue_invoice(10, 100)
        self.pause(invoice, amount=30)
        text = self.text(self.notice(invoice)._render_pdf())
        self.assertRegex(text, r"To pay by Thursday, December 3, 2026 +70\.00")
        self.assertRegex(text, "Without 30.00.*which is set aside")

    # === WHERE IT STANDS ===

    def test_the_address_stands_in_the_window_of_form_b(self):
        self._assert_address_between(45, 90)

    def test_the_address_stands_in_the_window_of_form_a(self):
        self.firm.dunning_letter_form = "a"
        self._assert_address_between(27, 72)

    def test_a_long_address_still_fits_the_window(self):
        self.customer.sudo().write(
            {
                "name": "Verband der mittelständischen Holz- und Möbelwirtschaft "
                "Norddeutschlands und angrenzender Regionen e. V. Sommer",
                "street": "Geschäftsstelle Altona, Große Elbstraße 145 d, Hinterhaus",
                "street2": "Aufgang C, 4. Obergeschoss links, Zimmer 4711 bis 4713",
            }
        )
        self._assert_address_between(45, 90)

    def _assert_address_between(self, top, bottom):
        pdf = self.notice(self.overdue_invoice(10))._render_pdf()
        for word in ("Sommer", "10115"):
            box = self.boxes(pdf, word)[0]
            self.assertTrue(box[0] >= 25 and box[2] <= 105, box)
            self.assertTrue(top + 17.7 <= box[1] + 0.5 and box[3] <= bottom, box)
        sender = self.boxes(pdf, "Kontorweg")[0]
        self.assertTrue(top <= sender[1] and sender[3] <= top + 17.7, sender)

    def test_sixty_items_carry_their_sum_from_page_to_page(self):
        invoices = [self.overdue_invoice(10 + day, 100 + day) for day in range(60)]
        notice = self.notice(invoices[0])
        self.assertEqual(notice.amount_total, 7770)
        pages = self.text(notice._render_pdf()).split("\f")[:-1]
        self.assertGreater(len(pages), 2)
        carried = "0"
        for number, page in enumerate(pages, start=1):
            self.assertIn(f"Page {number} of {len(pages)}", page)
            if "Due since" not in page:
                continue
            sums = re.findall(r"Carried over \D*([\d.,]+)", page)
            if number > 1:
                self.assertEqual(sums.pop(0), carried)
            carried = self._add_up(carried, page, invoices)
            self.assertEqual(sums, [] if "To pay by" in page else [carried])
        self.assertEqual(carried, "7,770.00")

    def _add_up(self, before, page, invoices):
        """Return the sum after a page: what came before, and the items that stand there."""
        rows = {invoice: rf"{re.escape(invoice.name)} +[\d/]+ " for invoice in invoices}
        shown = sum(invoice.amount_total for invoice, row in rows.items() if re.search(row, page))
        return f"{float(before.replace(',', '')) + shown:,.2f}"

    def test_columns_that_would_say_the_same_in_each_row_are_left_out(self):
        invoice = self.overdue_invoice(10)
        plain = self.text(self.notice(invoice)._render_pdf())
        self.assertIn("Due since", plain)
        for heading in ("Level", "Original", "Paid"):
            self.assertNotIn(heading, plain)
        self.pay(invoice, 40)
        partly = self.text(self.notice(invoice)._render_pdf())
        self.assertRegex(partly, r"Original +Paid +Open EUR")
        self.assertRegex(partly, r"100\.00 +40\.00 +60\.00")
        self.send(self.notice_of(invoice))
        with self.at(20):
            self.overdue_invoice(10)
            both = self.text(self.notice(invoice)._render_pdf())
        self.assertRegex(both, r"Level +Date")

    # === WHAT IT SAYS ===

    def test_the_letter_speaks_the_language_of_the_customer(self):
        self.env["res.lang"].sudo()._activate_lang("de_DE")
        self.customer.sudo().lang = "de_DE"
        text = self.text(self.notice(self.overdue_invoice(10, 1234.5))._render_pdf())
        self.assertIn("Donnerstag, 3. Dezember 2026", text)
        self.assertIn("1.234,50", text)

    def test_a_proposal_is_marked_as_draft_and_a_sent_letter_is_not(self):
        notice = self.notice(self.overdue_invoice(10))
        self.assertIn("Draft", self.text(notice._render_pdf()))
        notice.action_approve()
        notice.action_send()
        text = self.text(notice._get_stored_letter())
        self.assertNotIn("Draft", text)
        self.assertIn(notice.name, text)

    def test_what_a_customer_calls_himself_is_text_and_no_markup(self):
        self.customer.sudo().name = "<script>alert(1)</script> & Co"
        notice = self.notice(self.overdue_invoice(10))
        html = self.env["ir.actions.report"]._render_qweb_html(
            "mahnwesen_pro.dunning_letter", notice.ids
        )[0]
        self.assertNotIn(b"<script", html)
        self.assertIn("<script>alert(1)</script> & Co", self.text(notice._render_pdf()))

    def test_a_public_body_reads_its_leitweg_id(self):
        if "peppol_eas" not in self.customer._fields:
            self.assertEqual(self.notice(self.overdue_invoice(10))._get_leitweg_id(), "")
            return
        self.customer.sudo().write({"peppol_eas": "0204", "peppol_endpoint": "991-12345-67"})
        text = self.text(self.notice(self.overdue_invoice(10))._render_pdf())
        self.assertRegex(text, "Leitweg-ID +991-12345-67")

    def test_a_cancelled_letter_is_taken_back_in_writing(self):
        notice = self.notice(self.overdue_invoice(10))
        self.send(notice)
        notice.action_cancel(reason="Wrong customer")
        pdf = self.env["ir.actions.report"]._render_qweb_pdf(
            "mahnwesen_pro.dunning_correction_report", notice.ids
        )[0]
        text = " ".join(self.text(pdf).split())
        self.assertIn(f"Our letter no. {notice.name} of 11/23/2026 is withdrawn", text)
        self.assertNotIn("Wrong customer", text)

    # === WHAT IS KEPT ===

    def test_a_sent_letter_is_never_drawn_again(self):
        notice = self.notice(self.overdue_invoice(10))
        notice.action_approve()
        notice.action_send()
        stored = base64.b64decode(notice.pdf_file)
        self.firm.write({"street": "Neuer Weg 1", "primary_color": "#aa0000"})
        self.assertEqual(notice._render_pdf(), stored)

    def test_the_letter_is_an_archive_pdf_with_the_invoices_inside(self):
        invoice = self.overdue_invoice(10)
        self.env["ir.attachment"].sudo().create(
            {
                "name": "invoice.pdf",
                "raw": b"%PDF-1.7 the invoice as it was sent",
                "res_model": "account.move",
                "res_id": invoice.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        invoice.invalidate_recordset()
        pdf = self.notice(invoice, attach_invoices=True)._render_pdf()
        reader = PdfReader(io.BytesIO(pdf))
        metadata = reader.xmp_metadata.rdf_root.toxml()
        self.assertRegex(metadata, 'part="3"|part>3<')
        self.assertRegex(metadata, 'conformance="B"|conformance>B<')
        self.assertEqual(
            reader.attachments["invoice.pdf"], [b"%PDF-1.7 the invoice as it was sent"]
        )

    def test_an_invoice_without_document_is_not_drawn_for_the_letter(self):
        invoice = self.overdue_invoice(10)
        self.assertEqual(self.notice(invoice, attach_invoices=True)._get_letter_attachments(), [])

    def test_pictures_from_files_and_networks_are_not_fetched(self):
        with tempfile.NamedTemporaryFile(suffix=".svg") as secret:
            secret.write(b'<svg xmlns="http://www.w3.org/2000/svg"><text>secret</text></svg>')
            secret.flush()
            urls = (f"file://{secret.name}", "http://127.0.0.1:9/logo.png")
            html = "".join(f'<img src="{url}">' for url in urls)
            with mute_logger("weasyprint"):
                pdf = letter_engine.draw(f"<p>letter</p>{html}", "Lato")
        self.assertEqual(self.text(pdf).split(), ["letter"])
        fetcher = letter_engine._get_fetcher()
        for url in (*urls, "/etc/passwd", "file:///etc/passwd", "ftp://127.0.0.1/x"):
            with self.assertRaises(ValueError):
                fetcher(url)

    def test_every_font_that_odoo_offers_is_embedded(self):
        for font, _label in self.firm._fields["font"].selection:
            pdf = letter_engine.draw(
                f"<p style=\"font-family: '{font.replace('_', ' ')}'\">Mahnung 1234</p>", font
            )
            fonts = self._poppler_fonts(pdf)
            self.assertIn(font.replace("_", ""), fonts.replace("-", "").replace(" ", ""))

    def _poppler_fonts(self, pdf):
        return subprocess.run(
            ["pdffonts", "-"], input=pdf, capture_output=True, check=True
        ).stdout.decode()

    def test_letters_are_printed_in_postal_order(self):
        france = self.env.ref("base.fr").id
        places = {
            "Zeta": {"zip": "01067", "city": "Dresden"},
            "Alpha": {"zip": "80331", "city": "München"},
            "Beta": {"zip": "20095", "city": "Hamburg"},
            "Gamma": {"zip": "00100", "city": "Paris", "country_id": france},
        }
        for name, place in places.items():
            customer = self._create_customer_as_system(name, **place)
            self.overdue_invoice(10, customer=customer)
        batch = self.propose().notice_ids._get_print_batch()
        pages = [page for page in self.text(batch).split("\f") if page.strip()]
        order = [next(name for name in places if name in page) for page in pages]
        self.assertEqual(order, ["Zeta", "Beta", "Alpha", "Gamma"])

    def _create_customer_as_system(self, name, **values):
        return (
            self.env["res.partner"]
            .sudo()
            .create(
                {
                    "name": name,
                    "is_company": True,
                    "lang": "en_US",
                    "street": "Marktplatz 1",
                    "country_id": self.env.ref("base.de").id,
                    "email": "rechnung@kunde.example.com",
                    **values,
                }
            )
        )

    def test_several_letters_are_printed_as_one_document(self):
        other = self._create_customer_as_system("Zweite GmbH", zip="20095", city="Hamburg")
        self.overdue_invoice(10)
        self.overdue_invoice(10, customer=other)
        notices = self.propose().notice_ids
        pdf = self.env["ir.actions.report"]._render_qweb_pdf(
            "mahnwesen_pro.dunning_letter_report", notices.ids
        )[0]
        self.assertEqual(len(PdfReader(io.BytesIO(pdf)).pages), 2)
