from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .collection_common import CollectionCommon
from .common import TODAY
from .complaint import ComplaintCommon
from .test_complaint_portal import PNG
from .test_installment import InstallmentCommon
from .test_portal import draw_letters

#: What ends in 2026 as a business letter is kept until the end of 2032 (§ 257 HGB, § 147 AO).
LAST_DAY_OF_LETTERS, NEW_YEAR = date(2032, 12, 31), date(2033, 1, 1)
AFTER_THREE_YEARS = date(2029, 12, 1)


@tagged("post_install", "-at_install")
class TestRetention(ComplaintCommon, InstallmentCommon, CollectionCommon):
    """Some years after its end what tells of a person is forgotten; figures stay for ever."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        draw_letters(cls)

    # === DOING ===

    def outdated(self, model, day):
        """Return what the scheduled action would forget on this day."""
        with self.at(day=day):
            return self.env[model].sudo()._get_outdated(self.company)  # as the scheduled action

    def forget(self, record, day):
        with self.at(day=day):
            record.sudo()._anonymise()  # as the scheduled action
        self.env.invalidate_all()

    def rejected(self, invoice, **values):
        """Return a complaint with a photo that we have rejected by letter."""
        files = [("wet.png", PNG)]
        complaint = self.complain(invoice, 30, files=files, contact_id=self.person().id, **values)
        complaint._close("rejected", "Frau Sommer was rude", "Your goods", "The boxes were dry.")
        return complaint

    def person(self):
        return self._create_customer("Ada Sommer", parent_id=self.customer.id, is_company=False)

    def kept_promise(self, invoice, **values):
        promise = self.promise(invoice, note="Her husband is ill", **values)
        self.pay(invoice)
        self.assertPromise(promise, "kept", paid=100)
        return promise

    # === SAYING ===

    def assertKept(self, record, day):
        self.assertNotIn(record, self.outdated(record._name, day))

    def assertOutdated(self, record, day):
        self.assertIn(record, self.outdated(record._name, day))

    def assertNothingToldOf(self, record):
        """Neither conversation nor tasks nor files are left, and it is not looked at again."""
        everything = self.env(su=True)
        own = [("res_id", "in", record.ids)]
        for model, kind in (
            ("mail.message", "model"),
            ("mail.activity", "res_model"),
            ("ir.attachment", "res_model"),
        ):
            records = everything[model].with_context(active_test=False)
            domain = [(kind, "=", record._name), *own]
            if model == "ir.attachment":
                domain += ["|", ("res_field", "=", False), ("res_field", "!=", False)]
            self.assertFalse(records.search_count(domain), model)
        self.assertFalse(any(record.block_ids.mapped("note")))
        self.assertTrue(record.anonymised_on)
        self.assertKept(record, NEW_YEAR)

    # === EACH OF THEM ===

    def test_of_a_complaint_reason_amounts_and_days_are_left(self):
        invoice = self.overdue_invoice(8)
        complaint = self.rejected(invoice)
        self.pay(invoice)
        self.assertTrue(complaint.message_ids.attachment_ids and complaint.pdf_file)
        complaint.sudo()._portal_ensure_token()
        self.assertKept(complaint, LAST_DAY_OF_LETTERS)
        self.assertOutdated(complaint, NEW_YEAR)
        before = (complaint.amount_contested, complaint.days_to_answer, complaint.reason_id)
        self.forget(complaint, NEW_YEAR)
        self.assertNothingToldOf(complaint)
        for name in ("customer_words", "summary", "closing_note", "contact_id", "letter_body"):
            self.assertFalse(complaint[name], name)
        self.assertFalse(complaint.pdf_file or complaint.sudo().access_token)
        after = (complaint.amount_contested, complaint.days_to_answer, complaint.reason_id)
        self.assertEqual(after, before)
        self.assertEqual((complaint.state, complaint.resolution), ("rejected", "rejected"))

    def test_documents_beside_the_options_go_and_those_of_invoices_stay(self):
        invoice = self.overdue_invoice(8)
        complaint = self.complain(invoice)
        files = self.env["ir.attachment"]
        own = files.create({"name": "proof.txt", "raw": b"x"})
        foreign = files.create(
            {"name": "order.txt", "raw": b"x", "res_model": "account.move", "res_id": invoice.id}
        )
        self.offer(complaint, ("repair", {"attachment_ids": [(6, 0, (own + foreign).ids)]}))
        complaint._close("accepted", "Repaired")
        self.forget(complaint, NEW_YEAR)
        self.assertEqual((own + foreign).exists(), foreign)

    def test_of_a_promise_amount_day_and_outcome_are_left(self):
        promise = self.kept_promise(self.overdue_invoice(8))
        self.assertIn("Frau Sommer", promise.block_ids.note)
        self.assertKept(promise, date(2029, 11, 23))
        self.assertOutdated(promise, AFTER_THREE_YEARS)
        self.forget(promise, AFTER_THREE_YEARS)
        self.assertNothingToldOf(promise)
        self.assertFalse(promise.person or promise.note)
        self.assertEqual((promise.state, promise.amount, promise.amount_paid), ("kept", 100, 100))
        entries = self.env["dunning.timeline"].search([("partner_id", "=", self.customer.id)])
        titles = [entry.title for entry in entries if entry.kind == "promise"]
        self.assertEqual(len(titles), 1)
        self.assertNotIn("(", titles[0])

    def test_the_agreement_of_a_plan_stays_as_long_as_letters(self):
        invoice = self.overdue_invoice(8, 300)
        plan = self.draft(invoice)
        plan.action_offer()
        plan.action_accept_paper()
        self.pay(invoice)
        self.assertInstallments(plan, ["paid"] * 3)
        self.assertEqual((plan.state, plan.date_closed), ("done", TODAY))
        self.assertKept(plan, LAST_DAY_OF_LETTERS)
        self.assertOutdated(plan, NEW_YEAR)
        plan.sudo().addressee_id = self.person()
        self.forget(plan, NEW_YEAR)
        self.assertNothingToldOf(plan)
        for name in ("person", "accepted_name", "address_sent", "pdf_file"):
            self.assertFalse(plan[name], name)
        self.assertEqual(plan.addressee_id, self.customer)
        self.assertEqual((plan.amount_total, len(plan.installment_ids)), (300, 3))

    # === WHAT IS STILL NEEDED ===

    def test_nothing_open_is_forgotten(self):
        invoice = self.overdue_invoice(8)
        complaint, promise, plan = (
            self.complain(invoice),
            self.promise(self.overdue_invoice(9)),
            self.draft(self.overdue_invoice(10)),
        )
        for record in (complaint, promise, plan):
            self.assertKept(record, NEW_YEAR)
        promise.action_cancel("An error")
        plan.action_cancel("An error")
        complaint._close("accepted", "An error")
        for record in (complaint, promise, plan):
            self.assertKept(record, NEW_YEAR)  # their invoices are open
        self.pay(invoice | promise.move_ids | plan.item_ids.move_id)
        for record in (complaint, promise, plan):
            self.assertOutdated(record, NEW_YEAR)

    def test_a_broken_promise_is_kept_until_somebody_has_dealt_with_it(self):
        invoice = self.overdue_invoice(8)
        promise = self.promise(invoice)
        with self.at(20):
            self.assertPromise(promise, "broken", paid=0)
            self.pay(invoice)
        self.assertKept(promise, NEW_YEAR)
        promise.action_followed_up()
        self.assertOutdated(promise, NEW_YEAR)

    def test_what_a_collection_case_may_need_waits_for_its_end(self):
        invoice = self.overdue_invoice(8)
        promise, complaint = self.kept_promise(invoice), self.rejected(invoice)
        call = self.talk()
        other = self._create_customer("Nachbar KG")
        neighbour = self.kept_promise(self.overdue_invoice(8, customer=other))
        case = self.hand_over(self.exhausted())
        for record in (promise, complaint, call):
            self.assertKept(record, NEW_YEAR)
        self.assertOutdated(neighbour, NEW_YEAR)
        case.action_close("Written off")
        for record in (promise, complaint, call):
            self.assertOutdated(record, NEW_YEAR)

    # === THE COMPANY DECIDES ===

    def test_the_scheduled_action_forgets_what_the_company_wants_forgotten(self):
        invoice, another = self.overdue_invoice(8), self.overdue_invoice(9)
        promise, complaint = self.kept_promise(invoice), self.rejected(another)
        self.pay(another)
        self.company.sudo().dunning_complaint_years = 0
        for kind in ("promise", "complaint"):
            cron = self.env.ref(f"mahnwesen_pro.ir_cron_dunning_{kind}_retention").sudo()
            with self.at(day=NEW_YEAR), self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(promise.person)
        self.assertEqual(complaint.customer_words, "Two boxes were wet.")

    def test_swiss_letters_are_kept_for_ten_years(self):
        invoice = self.overdue_invoice(8)
        complaint = self.rejected(invoice)
        self.pay(invoice)
        self.company.sudo().country_id = self.env.ref("base.ch")
        self.assertKept(complaint, date(2036, 12, 31))
        self.assertOutdated(complaint, date(2037, 1, 1))

    def test_years_are_not_negative(self):
        for name in ("dunning_call_years", "dunning_promise_years", "dunning_complaint_years"):
            with self.assertRaises(ValidationError):
                self.company.sudo()[name] = -1
