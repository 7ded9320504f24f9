import base64
import io
import subprocess
import tempfile
from unittest.mock import patch

from PIL import Image
from pypdf import PdfReader

from odoo.tests import tagged

from .test_money_story import MoneyCommon

SWISS_CODE = [
    *("SPC", "0200", "1", "CH4431999123000889012"),
    *("S", "Nordlicht AG", "Hafenweg", "5", "8001", "Zürich", "CH", *[""] * 7),
    *("1048.93", "CHF", "S", "Sommer GmbH", "Marktplatz", "1", "3011", "Bern", "CH"),
    *("QRR", "210000000003139471430009017", "RE 1", "EPD"),
]


@tagged("post_install", "-at_install")
class TestCountries(MoneyCommon):
    """Austria and Switzerland: their policies, rates, windows and payment parts."""

    def move_to(self, code):
        self.company.sudo().country_id = self.env.ref(f"base.{code}")

    def second(self, customer, **values):
        invoice = self.owed(1000, "2026-09-30", customer)
        self.reminded(invoice, "2026-10-08")
        return self.noticed(invoice, "2026-10-31")

    def test_a_company_follows_the_policy_of_its_country(self):
        companies = self.env["res.company"].sudo()
        for code, name in (("at", "Austria"), ("ch", "Switzerland")):
            country = self.env.ref(f"base.{code}")
            company = companies.create({"name": f"Firm in {name}", "country_id": country.id})
            self.assertIn(name, company.dunning_policy_id.name)
            self.assertEqual(company.dunning_letter_form, "ch" if code == "ch" else "b")

    def test_a_company_that_moves_takes_the_policy_along_unless_it_chose_one(self):
        companies = self.env["res.company"].sudo()
        company = companies.create({"name": "Movers", "country_id": self.env.ref("base.de").id})
        company.country_id = self.env.ref("base.ch")
        self.assertEqual(company.dunning_policy_id, self.env.ref("mahnwesen_pro.dunning_policy_ch"))
        company.write({"country_id": self.env.ref("base.de").id})
        self.assertEqual(company.dunning_letter_form, "b")
        company.dunning_policy_id = self.policy
        company.country_id = self.env.ref("base.at")
        self.assertEqual(company.dunning_policy_id, self.policy)

    def test_the_last_level_of_each_shipped_policy_charges(self):
        for suffix, lump in (("", True), ("_at", True), ("_ch", False)):
            level = self.env.ref(f"mahnwesen_pro.dunning_level_final{suffix}")
            self.assertEqual((level.charge_interest, level.charge_lump_sum), (True, lump))
            self.assertTrue(level.is_last)

    def test_austria_between_businesses_and_against_a_consumer(self):
        self.move_to("at")
        business = self.second(self.business)
        self.assertEqual(self.amounts(business), {"interest": 9.11, "lump_sum": 40})
        self.assertIn("§\xa0458 UGB", business.charge_ids[-1].explanation)
        self.assertIn("is the one of §\xa0456 UGB.", business._get_calculation_basis())
        consumer = self.second(self.consumer)
        self.assertEqual(self.amounts(consumer), {"interest": 3.4})
        self.assertIn("is the one of §§\xa01333, 1000 ABGB.", consumer._get_calculation_basis())

    def test_each_language_cites_the_law_in_its_own_way(self):
        self.env["res.lang"].sudo()._activate_lang("de_DE")
        charge = self.second(self.business).charge_ids.filtered(lambda c: c.kind == "lump_sum")
        self.assertIn("§\xa0288 (5) BGB", charge.with_context(lang="en_US").explanation)
        self.assertIn("§\xa0288 Abs.\xa05 BGB", charge.with_context(lang="de_DE").explanation)

    def test_switzerland_takes_five_percent_and_a_fee_only_where_agreed(self):
        self.move_to("ch")
        self.first_notice.sudo().fee = 20
        self.assertEqual(self.amounts(self.second(self.business)), {"interest": 4.25})
        self.consumer.sudo().dunning_charges_agreed = True
        notice = self.second(self.consumer)
        self.assertEqual(self.amounts(notice), {"interest": 4.25, "fee": 20})

    def test_no_thirty_days_outside_germany(self):
        self.move_to("at")
        invoice = self.owed(1000, "2026-08-01", self.business, agreed=False)
        self.assertFalse(invoice.dunning_default_on)
        self.assertIn("No default yet", invoice.dunning_default_note)

    def draw(self, notice):
        return notice.with_context(force_report_rendering=True)._render_pdf()

    def test_the_swiss_window_is_on_the_right(self):
        self.move_to("ch")
        self.company.sudo().dunning_letter_form = "ch"
        pdf = self.draw(self.second(self.business))
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(pdf)
            file.flush()
            boxes = subprocess.run(
                ["pdftotext", "-bbox", "-l", "1", file.name, "-"], capture_output=True, check=True
            ).stdout.decode()
        line = next(line for line in boxes.splitlines() if ">Marktplatz<" in line)
        left, top = (float(line.split(f'{name}="')[1].split('"')[0]) for name in ("xMin", "yMin"))
        self.assertTrue(115 <= left * 25.4 / 72 <= 122, left * 25.4 / 72)
        self.assertTrue(50 <= top * 25.4 / 72 <= 80, top * 25.4 / 72)

    def test_a_swiss_reader_gets_no_sharp_s(self):
        self.env["res.lang"].sudo()._activate_lang("de_CH")
        self.env["ir.module.module"].sudo()._load_module_terms(["mahnwesen_pro"], ["de_CH"])
        self.company.sudo().dunning_policy_id = self.env.ref("mahnwesen_pro.dunning_policy_default")
        self.business.sudo().lang = "de_CH"
        invoice = self.owed(1000, "2026-09-30", self.business)
        pdf = PdfReader(io.BytesIO(self.draw(self.noticed(invoice, "2026-10-31"))))
        text = "\n".join(page.extract_text() for page in pdf.pages)
        self.assertIn("Mit freundlichen Grüssen", text.replace("\xa0", " "))
        self.assertNotIn("ß", text)

    def test_the_tax_number_in_the_foot_is_called_as_it_is_at_home(self):
        self.env["res.lang"].sudo()._activate_lang("de_DE")
        notice = self.second(self.business).with_context(lang="de_DE")
        for code, name in (("de", "USt-IdNr."), ("at", "UID-Nr."), ("ch", "MWST-Nr.")):
            self.move_to(code)
            self.assertEqual(notice._get_letter_registration()["vat_name"], name)

    def test_the_swiss_payment_part_comes_from_odoos_own_data(self):
        notice = self.second(self.business)
        self.assertIsNone(notice._get_swiss_bill())
        bank = type(self.env["res.partner.bank"])
        with (
            patch.object(bank, "_get_available_qr_methods", lambda s: [("ch_qr", "Swiss", 10)]),
            patch.object(bank, "_get_error_messages_for_qr", lambda *args: None),
            patch.object(bank, "_check_for_qr_code_errors", lambda *args: None),
            patch.object(bank, "_get_qr_vals", lambda *args: SWISS_CODE),
            patch.object(type(notice), "_get_swiss_reference", lambda *args: ""),
        ):
            bill = notice._get_swiss_bill()
        self.assertEqual(bill.account, "CH44 3199 9123 0008 8901 2")
        self.assertEqual(bill.reference, "21 00000 00003 13947 14300 09017")
        self.assertEqual((bill.currency, bill.amount), ("CHF", "1 048.93"))
        self.assertEqual(bill.creditor, ["Nordlicht AG", "Hafenweg 5", "8001 Zürich"])
        data = base64.b64decode(bill.code.split(",")[1])
        middle = Image.open(io.BytesIO(data)).convert("RGB").getpixel((5, 5))
        self.assertEqual(middle, (0, 0, 0))
