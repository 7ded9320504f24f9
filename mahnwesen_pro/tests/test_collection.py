import base64
import io
import zipfile
from datetime import date, datetime, timedelta

from lxml import etree
from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import file_open

from ..report import letter_engine
from ..rules.claim_file import NAMESPACE, find_errors
from .collection_common import CollectionCommon
from .common import TODAY


@tagged("post_install", "-at_install")
class TestCollection(CollectionCommon):
    """A debtor is handed over: our letters stop, the package is true, the agency is told."""

    # === HANDING OVER ===

    def test_handing_over_stops_our_own_letters_at_once(self):
        invoice = self.exhausted()
        case = self.hand_over(invoice)
        self.assertEqual(case.state, "handed_over")
        self.assertEqual(case.amount_principal, 1000)
        self.assertEqual(case.block_ids.reason_id.name, "Collection agency")
        self.propose()
        self.assertNotDunned(invoice, "blocked")

    def test_other_invoices_of_the_customer_are_dunned_on(self):
        self.hand_over(self.exhausted())
        other = self.overdue_invoice(10, 300)
        self.propose()
        self.assertDunned(other, self.reminder)

    def test_an_open_proposal_loses_the_item(self):
        invoice = self.exhausted()
        self.hand_over(invoice)
        self.assertFalse(self.notice_of(invoice, states=("proposed",)))

    def test_only_who_may_send_final_notices_hands_over(self):
        invoice = self.exhausted()
        self.prove(invoice)
        case = self.prepare(invoice)
        self.confirm_all(case)
        with self.assertRaisesRegex(AccessError, "Final notices"):
            case.with_user(self.clerk).action_hand_over()

    def test_red_cannot_be_skipped(self):
        invoice = self.exhausted()
        self.prove(invoice)
        case = self.prepare(invoice)
        self.customer.sudo().dunning_state = "insolvent"
        case.action_refresh_gate()
        red = case.check_ids.filtered(lambda check: check.state == "red")
        with self.assertRaisesRegex(UserError, "cannot be confirmed"):
            red[:1]._confirm("Henrik Voss", "never mind")
        with self.assertRaisesRegex(UserError, "legal gate is not open"):
            case.action_hand_over()
        self.assertEqual(case.state, "prepared")
        self.assertFalse(case.package_ids)

    def test_a_payment_a_second_before_wins(self):
        invoice = self.exhausted()
        self.prove(invoice)
        case = self.prepare(invoice)
        self.confirm_all(case)
        self.pay(invoice)
        with self.assertRaisesRegex(UserError, "Nothing is open any more"):
            case.action_hand_over()

    def test_an_item_stands_on_one_open_case_only(self):
        invoice = self.exhausted()
        self.hand_over(invoice)
        with self.assertRaisesRegex(UserError, "not handed over already"):
            self.prepare(invoice)

    def test_what_was_handed_over_stays_as_it_is(self):
        case = self.hand_over(self.exhausted())
        with self.assertRaises(UserError):
            case.agency_id = self._create_agency("Another one")
        with self.assertRaises(UserError):
            case.item_ids[:1].contract_subject = "Something else"
        with self.assertRaises(UserError):
            case.unlink()
        with self.assertRaises(UserError):
            case.write({"state": "paid"})

    def test_planned_calls_about_it_are_taken_off_the_list(self):
        invoice = self.exhausted()
        call = self.env["dunning.call"]._plan(self.customer, self.company, "clerk", moves=invoice)
        self.hand_over(invoice)
        self.assertEqual(call.state, "cancelled")
        self.assertIn(self.agency.name, call.cancel_reason)

    # === AGENCIES ===

    def test_only_an_agency_whose_registration_was_looked_up_is_chosen(self):
        unknown = self._create_customer("Schnell & Hart", dunning_is_agency=True)
        invoice = self.exhausted()
        self.prove(invoice)
        case = self.prepare(invoice, unknown)
        self.confirm_all(case)
        with self.assertRaisesRegex(UserError, "registration number"):
            case.action_hand_over()

    def test_two_agencies_share_debtors_by_country_kind_and_sum(self):
        abroad = self._create_agency("Cross Border Collect")
        rules = self.env["dunning.collection.rule"].with_user(self.manager)
        rules.create(
            [
                {
                    "agency_id": abroad.id,
                    "country_ids": [(6, 0, self.env.ref("base.fr").ids)],
                    "amount_from": 500,
                    "sequence": 1,
                },
                {"agency_id": self.agency.id, "debtors": "business", "sequence": 2},
            ]
        )
        french = self._create_customer(
            "Boulangerie Été SARL", country_id=self.env.ref("base.fr").id, city="Lyon"
        )
        cases = self.env["dunning.collection.case"].with_user(self.head)

        def chosen(customer, amount):
            invoice = self.exhausted(amount, customer)
            return cases._prepare(customer, self.company, invoice).agency_id

        self.assertEqual(chosen(french, 800), abroad)
        self.assertEqual(chosen(self.customer, 800), self.agency)
        small = self._create_customer(
            "Petite Boutique SARL", country_id=self.env.ref("base.fr").id, city="Nice"
        )
        self.assertEqual(chosen(small, 200), self.agency)
        person = self._create_customer("Karla Klein", is_company=False)
        self.assertFalse(chosen(person, 800))

    def test_a_foreign_debtor_is_handed_over_with_his_country(self):
        french = self._create_customer(
            "Boulangerie Été SARL",
            country_id=self.env.ref("base.fr").id,
            city="Lyon",
            lang="en_US",
            dunning_debtor_type="business",
        )
        case = self.hand_over(self.exhausted(900, french))
        root = etree.fromstring(self.files_of(case)["claim.xml"])
        self.assertEqual(root.findtext(f"{{{NAMESPACE}}}debtor/{{{NAMESPACE}}}country"), "FR")

    # === THE PACKAGE ===

    def files_of(self, case):
        content = base64.b64decode(case.package_ids[:1].file)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def test_the_package_is_valid_complete_and_true_to_the_ledger(self):
        self.customer.sudo().dunning_debtor_type = "business"
        invoice = self.exhausted(1000)
        with self.at(-20):
            self.pay(invoice, 250)
        self.send_invoice(invoice)
        self.talk(notes="Sounded drunk", spoken_with="Herr Sommer")
        case = self.hand_over(invoice)
        files = self.files_of(case)
        self.assertLessEqual(
            {"claim.xml", "collection_claim_1.xsd", "claim.csv", "claim.pdf", "record.pdf"},
            files.keys(),
        )
        evidence = files["evidence.csv"].decode()
        for notice in invoice.dunning_line_ids.notice_id:
            self.assertIn(f"{notice.name};{notice.level_id.name};", evidence)
        self.assertIn("Recorded afterwards", evidence)
        self.assertTrue([name for name in files if name.startswith("invoices/")])

        schema = files["collection_claim_1.xsd"]
        with file_open("mahnwesen_pro/static/xsd/collection_claim_1.xsd", "rb") as published:
            self.assertEqual(schema, published.read())
        self.assertFalse(find_errors(files["claim.xml"], schema))

        root = etree.fromstring(files["claim.xml"])
        ns = {"c": NAMESPACE}
        value = lambda path: float(root.find(path, ns).text)  # noqa: E731
        self.assertEqual(value("c:totals/c:principal"), invoice.amount_residual)
        self.assertEqual(value("c:items/c:item/c:amount"), invoice.amount_total)
        paid = root.findall("c:items/c:item/c:payments/c:payment", ns)
        self.assertEqual([node.get("amount") for node in paid], ["250.00"])
        interest = sum(float(n.get("amount")) for n in root.iterfind(".//c:period", ns))
        self.assertGreater(interest, 0)
        self.assertAlmostEqual(value("c:totals/c:interest"), interest, 2)
        self.assertAlmostEqual(
            value("c:totals/c:total"),
            sum(value(f"c:totals/c:{name}") for name in ("principal", "interest", "costs")),
            2,
        )
        self.assertEqual(len(root.findall(".//c:reminder", ns)), 3)

        text = self.text_of(files["claim.pdf"])
        self.assertIn(invoice.name, text)
        self.assertIn("750.00", text)
        self.assertIn("Herr Sommer", self.text_of(files["record.pdf"]))
        self.assertIn(f"{invoice.name};", files["claim.csv"].decode("utf-8-sig"))

    def test_the_record_tells_days_and_times_as_they_were_at_the_company(self):
        invoice = self.exhausted()
        case = self.hand_over(invoice).with_context(lang="en_US")
        self.assertIn("11/24/26, 12:30", case._format_moment(datetime(2026, 11, 23, 23, 30)))
        text = self.text_of(self.files_of(case)["record.pdf"])
        for notice in invoice.dunning_line_ids.notice_id:
            self.assertIn(case._format_moment(notice.date), text)

    def test_the_package_says_no_more_than_the_agency_needs(self):
        invoice = self.exhausted()
        self.send_invoice(invoice)
        self.talk(
            notes="Sounded drunk", volunteered="His wife has left him", spoken_with="Herr Sommer"
        )
        case = self.hand_over(invoice)
        case.message_post(body="Between us: a difficult man")
        files = self.files_of(case)
        texts = [self.text_of(c) if n.endswith(".pdf") else c.decode() for n, c in files.items()]
        for secret in ("drunk", "wife", "difficult man"):
            self.assertFalse([text for text in texts if secret in text], secret)

    def test_hash_and_times_are_kept_and_the_package_stays(self):
        case = self.hand_over(self.exhausted())
        package = case.package_ids
        self.assertEqual(package.sha256, case._hash(base64.b64decode(package.file)))
        case.action_download_package()
        self.assertEqual(package.downloaded_by_id, self.head)
        with self.mock_mail_gateway():
            case.action_send_package()
        self.assertEqual(package.sent_to, "akten@inkasso.example.com")
        self.assertEqual(package.mail_id.sudo().attachment_ids.raw, base64.b64decode(package.file))
        with self.assertRaises(UserError):
            package.sudo().unlink()

    def test_an_invoice_that_cannot_be_drawn_is_named(self):
        invoice = self.exhausted()
        self.patch(
            type(invoice),
            "_get_invoice_legal_documents",
            lambda *args, **kwargs: self._refuse("no program draws it"),
        )
        package = self.hand_over(invoice).package_ids
        self.assertEqual(package.missing, invoice.name)

    @staticmethod
    def _refuse(reason):
        raise UserError(reason)

    def test_a_claim_that_does_not_fit_the_schema_does_not_leave(self):
        invoice = self.exhausted()
        case = self.prepare(invoice)
        claim = case._get_claim()._replace(currency="euro")
        with self.assertRaisesRegex(UserError, "nothing was handed over"):
            case._get_xml(claim)

    def send_invoice(self, invoice):
        """Give the invoice the PDF that was sent to the customer."""
        pdf = letter_engine.draw(f"<p>{invoice.name}</p>", "Lato")
        self.env["ir.attachment"].sudo().create(
            {
                "name": "invoice.pdf",
                "raw": pdf,
                "res_model": "account.move",
                "res_id": invoice.id,
                "res_field": "invoice_pdf_report_file",
                "mimetype": "application/pdf",
            }
        )
        invoice.invalidate_recordset(["invoice_pdf_report_id"])

    @staticmethod
    def text_of(pdf):
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)

    # === AFTERWARDS ===

    def test_a_payment_to_us_is_told_to_the_agency_at_once(self):
        invoice = self.exhausted()
        case = self.hand_over(invoice)
        self.pay(invoice, 400)
        self.run_follow()
        told = case.event_ids.filtered(lambda event: event.kind == "payment_here")
        self.assertEqual(told.amount, 400)
        mail = told.mail_id.sudo()
        self.assertIn("400.00", mail.body_html)
        self.assertIn("400.00", mail.body, "The record shows what was written.")
        self.assertEqual(mail.subject, f"{case.name}: {self.customer.name}")
        self.assertEqual(told.mail_id.sudo().email_to, "akten@inkasso.example.com")
        self.assertEqual(case.state, "partly_paid")
        self.run_follow()
        self.assertEqual(len(case.event_ids.filtered(lambda e: e.kind == "payment_here")), 1)

    def test_paid_in_full_the_case_is_over_and_the_hold_gone(self):
        invoice = self.exhausted()
        case = self.hand_over(invoice)
        self.assertEqual(self.customer.dunning_hold, "block")
        self.pay(invoice)
        self.run_follow()
        self.assertEqual(case.state, "paid")
        self.assertTrue(case.block_ids.released)
        self.customer.invalidate_recordset(["dunning_hold"])
        self.assertEqual(self.customer.dunning_hold, "none")

    def test_why_a_confidential_customer_is_on_hold_only_managers_learn(self):
        case = self.hand_over(self.exhausted())
        self.customer.sudo().dunning_is_confidential = True
        reason = self.customer.with_user(self.clerk).dunning_hold_reason
        self.assertNotIn("agency", reason)
        self.assertIn("ask a dunning manager", reason)
        self.assertIn(case.name, self.customer.with_user(self.manager).dunning_hold_reason)

    def test_without_an_address_the_clerk_gets_a_task(self):
        agency = self._create_agency("Ohne Post", email=False)
        invoice = self.exhausted()
        case = self.hand_over(invoice, agency)
        self.pay(invoice, 100)
        self.run_follow()
        self.assertIn("no e-mail address", case.activity_ids.summary)

    def test_recalled_the_agency_is_told_and_we_may_go_on(self):
        invoice = self.exhausted()
        case = self.hand_over(invoice)
        case.agency_ref = "HF 4711"
        case.action_recall("The customer has called and wants instalments")
        self.assertEqual(case.state, "returned")
        self.assertTrue(case.block_ids.released)
        told = case.event_ids.filtered("mail_id")
        self.assertIn("wants instalments", told.mail_id.sudo().body_html)
        self.assertIn("HF 4711", told.mail_id.sudo().subject)
        again = self.prepare(invoice)
        self.assertNotEqual(again, case)

    def run_follow(self):
        with self.enter_registry_test_mode():
            self.env.ref("mahnwesen_pro.ir_cron_dunning_collection").sudo().method_direct_trigger()

    # === MERGING CUSTOMERS ===

    def merge(self, gone, kept):
        wizards = self.env["base.partner.merge.automatic.wizard"].sudo()
        wizards._merge((gone + kept).ids, kept.sudo())
        self.env.invalidate_all()

    def test_customers_that_are_merged_have_one_open_advice_about_both(self):
        twin = self._create_customer("Bäckerei Sommer")
        mine, theirs = self.exhausted(1000), self.exhausted(700, twin)
        self.env["dunning.advice"].sudo()._recompute(self.company, self.customer + twin)
        self.merge(twin, self.customer)
        self.assertEqual((mine + theirs).commercial_partner_id, self.customer)
        advice = self.env["dunning.advice"].sudo().search([("company_id", "=", self.company.id)])
        self.assertEqual(advice.partner_id, self.customer)
        self.assertEqual(advice.mapped("amount"), [1700])

    def test_two_prepared_cases_are_cleared_up_before_their_customers_are_merged(self):
        twin = self._create_customer("Bäckerei Sommer")
        mine, theirs = self.prepare(self.exhausted()), self.prepare(self.exhausted(700, twin))
        with self.assertRaisesRegex(UserError, f"{mine.name}, {theirs.name}|{theirs.name}, "):
            self.merge(twin, self.customer)
        theirs.sudo().unlink()
        self.merge(twin, self.customer)
        self.assertEqual(mine.partner_id, self.customer)

    # === LAST CHANCE ===

    def test_the_last_chance_letter_names_date_sum_and_somebody_to_talk_to(self):
        case = self.prepare(self.exhausted())
        case.action_announce()
        self.assertEqual(case.announced_until, TODAY + timedelta(days=7))
        text = self.text_of(base64.b64decode(case.announcement_file))
        for part in ("1,000.00", "11/30/2026", "collection agency", "instalments"):
            self.assertIn(part, text)
        mail = case.event_ids.filtered(lambda event: event.kind == "announced").mail_id.sudo()
        self.assertEqual(mail.email_to, "rechnung@kunde.example.com")
        check = self.assertGate(case, "announcement", "red")
        self.assertIn("may still pay", check.sentence)
        with self.at(8):
            self.assertGate(case, "announcement", "green")

    def assertNoLastChance(self, case, reason):
        with self.assertRaisesRegex(UserError, reason):
            case.action_announce()
        self.assertFalse(case.announced_on)
        self.assertFalse(case.event_ids.mail_id)

    def test_who_waits_for_our_answer_or_keeps_an_agreement_gets_no_last_chance_letter(self):
        invoice = self.exhausted()
        case = self.prepare(invoice)
        complaint = self.env["dunning.complaint"].open(invoice, "Two boxes were wet.")
        self.assertNoLastChance(case, "No complaint open: 1 contested")
        complaint._close("withdrawn", "He has found the missing boxes")
        promise = self.env["dunning.promise"]._record(
            invoice._get_dunning_open_lines(), TODAY + timedelta(days=3), 1000, "Frau Sommer"
        )
        self.assertNoLastChance(case, "No promise or plan running")
        promise.action_cancel("Did not mean it")
        case.action_announce()
        self.assertEqual(case.announced_on, TODAY)

    def test_nobody_is_threatened_who_is_insolvent_has_credits_or_may_refuse_to_pay(self):
        invoice = self.exhausted()
        case = self.prepare(invoice)
        with self.at(day=date(2030, 1, 1)):
            self.assertNoLastChance(case, "Statute-barred")
        self.customer.sudo().dunning_state = "insolvent"
        self.assertNoLastChance(case, "insolvent")
        self.customer.sudo().dunning_state = "normal"
        self.credit_note(1000)
        self.assertNoLastChance(case, "Open credits cover the claim")

    def test_a_last_chance_letter_needs_an_address_unless_it_goes_by_e_mail(self):
        case = self.prepare(self.exhausted())
        self.customer.sudo()._stop_dunning_letters(self.customer, self.company)
        self.customer.sudo().email = False
        self.assertNoLastChance(case, "Letters came back")
        self.customer.sudo().email = "rechnung@kunde.example.com"
        case.action_announce()
        self.assertEqual(case.announced_by, "email")

    def test_who_bears_the_cost_is_said_only_where_the_law_is_known(self):
        case = self.prepare(self.exhausted())
        for country, said in (("de", True), ("at", True), ("ch", False), ("fr", False)):
            self.customer.sudo().country_id = self.env.ref(f"base.{country}")
            text = " ".join(self.text_of(case._draw_announcement()).split())
            self.assertIn("collection agency. That may cause further costs", text)
            self.assertEqual("have to bear as damage" in text, said, country)

    # === COURT ===

    def test_the_court_sheet_follows_the_form_and_names_the_fee(self):
        case = self.prepare(self.exhausted(3500))
        self.assertEqual(case.court_fee, 74.0)
        pdf = case._draw("mahnwesen_pro.dunning_collection_court_report")
        text = self.text_of(pdf)
        order = ["Applicant", "Respondent", "Principal claims", "Interest", "ancillary", "fee"]
        places = [text.index(word) for word in order]
        self.assertEqual(places, sorted(places))
        self.assertIn("74.00", text)
        self.assertIn("Amtsgericht", text)

    def test_in_another_currency_there_is_no_german_court(self):
        usd = self.env.ref("base.USD")
        usd.sudo().active = True
        invoice = self.overdue_invoice(90, 500, currency=usd)
        case = self.prepare(invoice)
        self.assertEqual(case.court_fee, 0)

    # === CREDIT HOLD ===

    def test_a_level_puts_the_customer_on_hold_until_he_has_paid(self):
        self.final_notice.sudo().credit_hold = "warn"
        invoice = self.exhausted()
        self.customer.invalidate_recordset(["dunning_hold"])
        self.assertEqual(self.customer.dunning_hold, "warn")
        self.assertIn("Final notice", self.customer.dunning_hold_reason)
        self.pay(invoice)
        self.customer.invalidate_recordset(["dunning_hold"])
        self.assertEqual(self.customer.dunning_hold, "none")
