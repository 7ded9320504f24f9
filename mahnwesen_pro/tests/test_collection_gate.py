from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .collection_common import CollectionCommon
from .common import TODAY

SHEET = "mahnwesen_pro.dunning_collection_sheet_report"


@tagged("post_install", "-at_install")
class TestCollectionGate(CollectionCommon):
    """METHOD C4: every condition is a line, red and green for a reason that it names."""

    def setUp(self):
        super().setUp()
        self.invoice = self.exhausted()
        self.case = self.prepare(self.invoice)

    def test_default_and_reminder(self):
        self.company.sudo().dunning_due_agreed = False
        young = self.overdue_invoice(5, 200)
        case = self.prepare(young)
        self.assertGate(case, "default", "confirm")
        self.assertGate(case, "reminder", "red")

    def test_default_has_to_have_begun(self):
        """No default while the deadline of the first reminder runs, default the day after."""
        self.company.sudo().dunning_due_agreed = False
        customer = self._create_customer("Frisch Gemahnt GmbH")
        young = self.overdue_invoice(10, 200, customer)
        self.propose()
        self.send(self.notice_of(young))
        case = self.prepare(young)
        check = self.assertGate(case, "default", "red")
        self.assertEqual((check.reason, check.day), ("not_yet", case.item_ids.default_since))
        self.assertGreater(check.day, TODAY)
        with self.at(day=check.day):
            self.assertGate(case, "default", "green")

    def test_what_is_not_due_is_not_handed_over(self):
        later = self.overdue_invoice(-5, 200, self._create_customer("Zu Früh GmbH"))
        with self.assertRaisesRegex(UserError, "owes nothing overdue"):
            self.prepare(later)

    def test_default_is_green_where_the_due_date_was_agreed(self):
        # 26 July is a Sunday: it moves on to Monday, and default comes after that.
        self.assertEqual(self.case.item_ids.default_since, date(2026, 7, 28))
        self.assertGate(self.case, "default", "green")

    def test_a_reminder_is_proven_confirmed_or_missing(self):
        check = self.assertGate(self.case, "reminder", "confirm")
        self.assertIn("not proven", check.sentence)
        self.prove(self.invoice)
        self.assertGate(self.case, "reminder", "green")

    def test_a_complaint_stands_in_the_way_until_it_is_decided(self):
        self.assertGate(self.case, "complaint", "green")
        reason = self.env.ref("mahnwesen_pro.dunning_block_reason_complaint")
        block = self.env["dunning.block"].place(self.invoice, reason)
        self.assertGate(self.case, "complaint", "red")
        block.release()
        self.assertGate(self.case, "complaint", "green")

    def test_what_is_contested_stays_in_the_way_when_a_credit_covers_it(self):
        reason = self.env.ref("mahnwesen_pro.dunning_block_reason_complaint")
        self.env["dunning.block"].place(self.invoice, reason)
        self.customer.sudo().user_id = self.colleague
        self.overdue_invoice(-20, 30000)
        with self.at(-5):
            self.credit_note(1000)
        self.assertGate(self.case, "complaint", "red")
        self.assertGate(self.case, "call", "red")

    def test_an_open_credit_is_allocated_before_the_claim_leaves_the_house(self):
        self.assertGate(self.case, "credit", "green")
        self.credit_note(400)
        check = self.assertGate(self.case, "credit", "confirm")
        check._confirm("Henrik Voss", "Belongs to next year's bonus")
        self.credit_note(600)
        self.assertFalse(self.assertGate(self.case, "credit", "red").confirmed_on)
        self.customer.sudo().action_dunning_allocate()
        self.assertGate(self.case, "credit", "green")

    def test_a_promise_stands_in_the_way_until_it_is_over(self):
        self.assertGate(self.case, "agreement", "green")
        promise = self.env["dunning.promise"]._record(
            self.invoice._get_dunning_open_lines(), TODAY + timedelta(days=3), 1000, "Frau Sommer"
        )
        self.assertGate(self.case, "agreement", "red")
        promise.action_cancel("Did not mean it")
        self.assertGate(self.case, "agreement", "green")

    def test_the_insolvent_and_the_dead_are_not_handed_over(self):
        self.assertGate(self.case, "insolvency", "green")
        for state in ("insolvent", "deceased"):
            self.customer.sudo().dunning_state = state
            self.assertGate(self.case, "insolvency", "red")

    def test_the_address_has_to_be_good(self):
        self.assertGate(self.case, "address", "green")
        self.customer.sudo()._stop_dunning_letters(self.customer, self.company)
        self.assertGate(self.case, "address", "red")
        self.customer.sudo().write({"street": "Neue Straße 2"})
        self.assertGate(self.case, "address", "green")
        self.customer.sudo().city = False
        self.assertGate(self.case, "address", "red")

    def test_of_a_consumer_contract_and_its_date_have_to_be_known(self):
        person = self._create_customer("Karla Klein", is_company=False)
        case = self.prepare(self.exhausted(customer=person))
        check = self.assertGate(case, "data", "red")
        self.assertIn("date of the contract", check.sentence)
        case.item_ids.contract_date = date(2026, 6, 1)
        self.assertGate(case, "data", "green")

    def test_what_is_statute_barred_is_not_handed_over(self):
        check = self.assertGate(self.case, "limitation", "green")
        self.assertEqual(check.day, date(2029, 12, 31))
        with self.at(day=date(2029, 8, 1)):
            self.assertIn(
                "less than six", self.assertGate(self.case, "limitation", "green").sentence
            )
        with self.at(day=date(2029, 11, 1)):
            self.assertIn(
                "only a step in court",
                self.assertGate(self.case, "limitation", "green").sentence.lower(),
            )
        with self.at(day=date(2030, 1, 1)):
            self.assertGate(self.case, "limitation", "red")

    def test_where_the_law_is_not_known_a_person_confirms(self):
        self.company.sudo().country_id = self.env.ref("base.fr")
        self.assertGate(self.case, "limitation", "confirm")

    def test_in_austria_a_person_confirms_the_earliest_day(self):
        self.company.sudo().country_id = self.env.ref("base.at")
        for day in (TODAY, date(2030, 1, 1)):
            with self.at(day=day):
                self.assertIn(
                    "at the earliest", self.assertGate(self.case, "limitation", "confirm").sentence
                )
        with self.at(day=date(2030, 1, 1)):
            advice = self.env["dunning.advice"].sudo()._recompute(self.company, self.customer)
            self.assertNotEqual(advice.verdict, "write_off")

    def test_the_agency_reads_that_an_austrian_day_is_the_earliest_one(self):
        report, reports = SHEET, self.env["ir.actions.report"].sudo()  # as the package draws it
        self.case.item_ids.sudo().limitation_date = date(2029, 12, 31)
        self.assertNotIn(b"at the earliest", reports._render_qweb_html(report, self.case.ids)[0])
        self.company.sudo().country_id = self.env.ref("base.at")
        self.assertIn(b"at the earliest", reports._render_qweb_html(report, self.case.ids)[0])

    def test_the_insurer_is_told_in_time(self):
        self.assertGate(self.case, "insurer", "green")
        insurer = self._create_customer("Nordische Kreditversicherung AG")
        self.customer.sudo().write({"dunning_insurer_id": insurer.id, "dunning_insurer_days": 150})
        self.assertGate(self.case, "insurer", "confirm")
        with self.at(31):
            self.assertGate(self.case, "insurer", "red")
        self.case.insurer_told_on = TODAY
        self.assertGate(self.case, "insurer", "green")

    def test_an_insurer_who_was_told_too_late_stands_in_the_way(self):
        insurer = self._create_customer("Nordische Kreditversicherung AG")
        self.customer.sudo().write({"dunning_insurer_id": insurer.id, "dunning_insurer_days": 150})
        limit = self.case.item_ids.date_due + timedelta(days=150)
        with self.at(day=limit + timedelta(days=1)):
            check = self.assertGate(self.case, "insurer", "red")
            self.assertEqual((check.reason, check.day), ("missed", limit))
            self.case.insurer_told_on = limit + timedelta(days=1)
            self.assertEqual(self.assertGate(self.case, "insurer", "red").reason, "missed")
            self.case.insurer_told_on = limit
            check = self.assertGate(self.case, "insurer", "green")
            self.assertEqual((check.reason, check.day), ("told", limit))

    def test_the_announcement_has_to_have_run_out(self):
        self.assertGate(self.case, "announcement", "green")
        young = self.prepare(self.overdue_invoice(50, 400, self._create_customer("Neu GmbH")))
        self.assertGate(young, "announcement", "confirm")
        last_day = self.invoice.dunning_line_ids.notice_id.sorted("id")[-1:].date_deadline
        with self.at(day=last_day):
            check = self.assertGate(self.case, "announcement", "red")
            self.assertEqual((check.reason, check.day), ("running", last_day))

    def test_a_valuable_customer_is_called_by_his_salesperson_first(self):
        self.customer.sudo().user_id = self.colleague
        self.assertGate(self.case, "call", "green")
        self.overdue_invoice(-20, 30000)
        self.assertGate(self.case, "call", "red")
        self.case.action_plan_call()
        planned = self.env["dunning.call"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((planned.cause, planned.user_id), ("hand_over", self.colleague))
        planned.with_user(self.colleague).action_finish("not_reached")
        self.assertGate(self.case, "call", "red")
        self.talk(user=self.colleague, days_ago=0)
        self.assertGate(self.case, "call", "green")

    def test_a_call_by_anybody_else_is_not_enough(self):
        self.customer.sudo().user_id = self.colleague
        self.overdue_invoice(-20, 30000)
        self.talk(days_ago=1)
        self.assertGate(self.case, "call", "red")

    # === CONFIRMING ===

    def test_confirming_needs_a_name_and_a_note(self):
        check = self.assertGate(self.case, "reminder", "confirm")
        for name, note in (("", "Seen"), ("Henrik", " ")):
            with self.assertRaisesRegex(UserError, "name and a note"):
                check._confirm(name, note)
        self.assertFalse(self.case.is_gate_open)
        check._confirm("Henrik Voss", "He has thanked us for the letter")
        self.assertTrue(self.case.is_gate_open)
        self.assertIn("thanked us", self.case.message_ids[:1].body)

    def test_a_confirmation_falls_when_its_line_changes(self):
        check = self.assertGate(self.case, "reminder", "confirm")
        check._confirm("Henrik Voss", "He has thanked us for the letter")
        self.case.action_refresh_gate()
        self.assertTrue(check.confirmed_on)
        self.invoice.dunning_line_ids.notice_id.action_cancel("Sent to the wrong person")
        self.case.action_refresh_gate()
        self.assertEqual((check.state, check.confirmed_on), ("red", False))

    # === CREDIT BUREAU ===

    def test_a_bureau_has_a_gate_of_its_own(self):
        lines = {line.code: line.state for line in self.case.bureau_check_ids}
        self.assertEqual(
            lines,
            {
                "member": "red",
                "letters": "green",
                "first_letter": "green",
                "informed": "confirm",
                "undisputed": "green",
            },
        )
        self.assertFalse(self.case.is_bureau_open)
        self.company.sudo().dunning_bureau_member = True
        self.check_of(self.case, "informed", "bureau_check_ids")._confirm("Henrik", "Letter no. 1")
        self.assertTrue(self.case.is_bureau_open)

    def assertBureau(self, code, state, reason):
        check = self.check_of(self.case, code, "bureau_check_ids")
        self.assertEqual((check.state, check.reason), (state, reason), check.sentence)

    def test_a_bureau_hears_nothing_of_what_is_disputed(self):
        self.assertBureau("undisputed", "green", "fine")
        damaged = self.env.ref("mahnwesen_pro.dunning_complaint_reason_damaged")
        complaint = self.env["dunning.complaint"].open(
            self.invoice, "Two boxes were wet.", reason=damaged
        )
        self.assertBureau("undisputed", "red", "disputed")
        self.assertGate(self.case, "complaint", "red")
        complaint._close("withdrawn", "He has found the missing boxes")
        self.assertBureau("undisputed", "green", "fine")
        self.assertGate(self.case, "complaint", "green")

    def test_only_a_member_may_tell_a_bureau(self):
        self.assertBureau("member", "red", "no_member")
        self.company.sudo().dunning_bureau_member = True
        self.assertBureau("member", "green", "fine")

    def test_a_bureau_waits_four_weeks_from_the_first_letter(self):
        first = min(self.invoice.dunning_line_ids.notice_id.mapped("date_sent"))
        with self.at(day=first + timedelta(days=27)):
            self.assertBureau("first_letter", "red", "too_early")
        with self.at(day=first + timedelta(days=28)):
            self.assertBureau("first_letter", "green", "fine")

    def test_emails_do_not_count_for_a_bureau(self):
        customer = self._create_customer("Nur Mail GmbH")
        invoice = self.overdue_invoice(40, 400, customer)
        self.propose()
        notice = self.notice_of(invoice)
        self.send(notice)
        case = self.prepare(invoice)
        self.assertEqual(self.check_of(case, "letters", "bureau_check_ids").state, "red")
