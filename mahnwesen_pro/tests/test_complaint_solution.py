import base64
from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import TODAY
from .complaint import ComplaintCommon


@tagged("post_install", "-at_install")
class TestComplaintSolution(ComplaintCommon):
    """Several options, the customer chooses, the choice acts, and it ends well (METHOD K3, K5)."""

    # === OFFERING ===

    def test_one_option_is_no_choice(self):
        complaint = self.complain(self.overdue_invoice(8))
        self.hear(complaint)
        complaint.option_ids = [Command.create({"kind": "repair"})]
        with self.assertRaisesRegex(UserError, "at least 2 options"):
            complaint.action_offer()

    def test_the_usual_options_of_the_reason_are_taken_over(self):
        complaint = self.complain(self.overdue_invoice(8))
        complaint.action_take_usual_options()
        kinds = complaint.option_ids.mapped("kind")
        self.assertEqual(kinds, ["redelivery", "repair", "credit_part"])
        self.assertEqual(complaint.option_ids[-1].amount, 30)
        self.assertEqual(complaint.option_ids[-1].cost, 30)
        complaint.action_take_usual_options()
        self.assertEqual(len(complaint.option_ids), 3, "none of them twice")

    def test_what_costs_much_needs_a_manager(self):
        self.company.sudo().dunning_complaint_limit = 20
        complaint = self.complain(self.overdue_invoice(8))
        self.hear(complaint)
        complaint.option_ids = [
            Command.create({"kind": "credit_part", "amount": 30}),
            Command.create({"kind": "repair", "cost": 20}),
        ]
        with self.assertRaisesRegex(UserError, "manager has to approve"):
            complaint.action_offer()
        dear = complaint.option_ids[0]
        with self.assertRaises(AccessError):
            dear.action_approve()
        dear.with_user(self.manager).action_approve()
        complaint.action_offer()
        self.assertEqual(complaint.state, "offered")
        self.assertEqual(dear.approved_by_id, self.manager)

    def test_a_credit_costs_what_it_credits_whatever_the_clerk_enters(self):
        self.company.sudo().dunning_complaint_limit = 20
        complaint = self.complain(self.overdue_invoice(8))
        self.hear(complaint)
        complaint.option_ids = [
            Command.create({"kind": "credit_part", "amount": 30, "cost": 0}),
            Command.create({"kind": "repair", "cost": 20}),
        ]
        with self.assertRaisesRegex(UserError, "costs.*30.00.*manager has to approve"):
            complaint.action_offer()

    def test_an_approval_is_for_this_amount_only(self):
        self.company.sudo().dunning_complaint_limit = 20
        complaint = self.complain(self.overdue_invoice(8))
        complaint.option_ids = [Command.create({"kind": "credit_part", "amount": 30})]
        complaint.option_ids.with_user(self.manager).action_approve()
        complaint.option_ids.amount = 90
        self.assertTrue(complaint.option_ids.needs_approval)

    def test_the_offer_names_every_option_and_not_what_it_costs_us(self):
        complaint = self.complain(self.overdue_invoice(8))
        self.offer(complaint, ("repair", {"cost": 77.0, "name": "We dry the boxes"}))
        mail = self.mails(complaint)[-1]
        self.assertIn("We dry the boxes", mail.body_html)
        self.assertNotIn("77", mail.body_html)
        self.assertIn("access_token=", mail.body_html)

    def test_what_was_offered_stays(self):
        complaint = self.complain(self.overdue_invoice(8))
        options = self.offer(complaint, ("credit_part", {"amount": 10}))
        with self.assertRaisesRegex(UserError, "offered already"):
            options[0].amount = 5
        with self.assertRaisesRegex(UserError, "stays in the history"):
            options[0].unlink()

    def test_nobody_credits_more_than_is_contested(self):
        complaint = self.complain(self.overdue_invoice(8), 30)
        with self.assertRaisesRegex(ValidationError, "More is credited than contested"):
            complaint.option_ids = [Command.create({"kind": "credit_part", "amount": 31})]

    # === CHOOSING ===

    def test_an_option_that_holds_no_more_cannot_be_chosen(self):
        complaint = self.complain(self.overdue_invoice(8))
        self.offer(complaint, ("repair", {"valid_until": TODAY}))
        with self.at(1), self.assertRaisesRegex(UserError, "no longer valid"):
            self.choose(complaint, "repair")

    def test_one_option_is_chosen_and_the_others_are_not(self):
        complaint = self.complain(self.overdue_invoice(8))
        self.offer(complaint, ("repair", {}))
        chosen = self.choose(complaint, "repair")
        self.assertEqual(complaint.option_id, chosen)
        self.assertEqual((complaint.chosen_how, complaint.chosen_by), ("clerk", "Frau Sommer"))
        self.assertEqual((complaint.option_ids - chosen).state, "declined")
        with self.assertRaisesRegex(UserError, "chosen already"):
            self.choose(complaint, "explanation")

    def test_a_part_credit_is_drafted_and_when_posted_the_complaint_ends(self):
        invoice = self.overdue_invoice(8)
        complaint = self.complain(invoice, 50)
        self.offer(complaint, ("credit_part", {"amount": 30}))
        credit = self.choose(complaint, "credit_part").move_ids
        self.assertEqual((credit.state, credit.move_type), ("draft", "out_refund"))
        self.assertEqual(credit.amount_total, 30)
        self.assertEqual(credit.reversed_entry_id, invoice)
        self.assertTrue(self.task_of(complaint, "credit"))
        with self.assertRaisesRegex(UserError, "still in draft"):
            complaint.action_carried_out()
        credit.action_post()
        self.assertEqual(invoice.amount_residual, 70)
        self.assertEqual((complaint.state, complaint.resolution), ("done", "partly"))
        self.assertEqual(complaint.amount_conceded, 30)
        self.assertFalse(complaint.block_ids.filtered(lambda block: not block.released))
        self.pay(invoice)
        self.assertEqual(invoice.payment_state, "paid")

    def test_the_taxes_of_a_part_credit_are_in_proportion_to_the_cent(self):
        tax = self.company_data["default_tax_sale"].sudo().copy({"name": "19 %", "amount": 19})
        invoice = self.overdue_invoice(8, 100)
        invoice.button_draft()
        invoice.invoice_line_ids.tax_ids = tax
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 119)
        for amount in (33.33, 30.0, 0.07, 118.99):
            with self.subTest(amount=amount):
                complaint = self.complain(
                    invoice, words=f"Less by {amount}", reason=self.damaged.sudo().copy()
                )
                self.offer(complaint, ("credit_part", {"amount": amount}))
                credit = self.choose(complaint, "credit_part").move_ids
                self.assertEqual(credit.amount_total, amount)
                self.assertAlmostEqual(credit.amount_tax, amount * 19 / 119, delta=0.011)

    def test_contested_lines_are_credited_as_such(self):
        invoice = self.overdue_invoice(8)
        invoice.button_draft()
        invoice.invoice_line_ids = [
            Command.create({"name": "Rolls", "price_unit": 40, "tax_ids": [Command.clear()]})
        ]
        invoice.action_post()
        rolls = invoice.invoice_line_ids.filtered(lambda line: line.name == "Rolls")
        complaint = self.complain(rolls)
        self.offer(complaint, ("credit_full", {}))
        credit = self.choose(complaint, "credit_full").move_ids
        self.assertEqual(credit.invoice_line_ids.mapped("name"), ["Rolls"])
        credit.action_post()
        self.assertEqual(complaint.resolution, "accepted")

    def test_a_credit_is_spread_over_several_invoices(self):
        first, second = self.overdue_invoice(9), self.overdue_invoice(8)
        complaint = self.complain(first + second)
        self.offer(complaint, ("credit_part", {"amount": 150, "cost": 0}))
        credits_ = self.choose(complaint, "credit_part").move_ids
        self.assertEqual(sorted(credits_.mapped("amount_total")), [50, 100])

    def test_a_corrected_invoice_is_drafted_beside_the_credit_note(self):
        invoice = self.overdue_invoice(8)
        complaint = self.complain(invoice)
        self.offer(complaint, ("corrected", {}))
        drafts = self.choose(complaint, "corrected").move_ids
        self.assertEqual(sorted(drafts.mapped("move_type")), ["out_invoice", "out_refund"])
        corrected = drafts.filtered(lambda move: move.move_type == "out_invoice")
        corrected.invoice_line_ids.price_unit = 80
        corrected.invoice_date_due = TODAY + timedelta(days=14)
        drafts.action_post()
        self.assertEqual(complaint.state, "done")
        self.assertEqual(complaint.amount_conceded, 20)

    def test_more_time_pauses_until_the_day_and_ends_the_complaint(self):
        invoice = self.overdue_invoice(8)
        complaint = self.complain(invoice, reason=self.hardship)
        day = TODAY + timedelta(days=30)
        self.offer(complaint, ("later", {"date_due": day}))
        self.choose(complaint, "later")
        self.assertEqual(complaint.state, "done")
        with self.at(30):
            self.propose()
            self.assertNotDunned(invoice, "blocked")
        with self.at(31):
            self.propose()
            self.assertDunned(invoice, self.reminder)

    def test_instalments_become_a_plan(self):
        invoice = self.overdue_invoice(8, 300)
        complaint = self.complain(invoice, reason=self.hardship)
        self.offer(complaint, ("plan", {"plan_count": 4}))
        option = self.choose(complaint, "plan")
        self.assertEqual((option.plan_id.state, option.plan_id.count), ("draft", 4))
        self.assertEqual(option.plan_id.amount_principal, 300)
        self.propose()
        self.assertNotDunned(invoice, "blocked")
        self.assertTrue(self.task_of(complaint, "deliver"))
        complaint.action_carried_out()
        self.assertEqual((complaint.state, complaint.resolution), ("done", "accepted"))

    def test_a_part_payment_becomes_a_promise(self):
        complaint = self.complain(self.overdue_invoice(8), reason=self.hardship)
        day = TODAY + timedelta(days=3)
        self.offer(complaint, ("part_payment", {"amount": 40, "date_due": day}))
        promise = self.choose(complaint, "part_payment").promise_id
        self.assertEqual((promise.amount, promise.date), (40, day))
        self.assertEqual(promise.person, "Frau Sommer")

    def test_a_new_delivery_is_a_task_until_it_is_carried_out(self):
        invoice = self.overdue_invoice(8)
        complaint = self.complain(invoice)
        self.offer(complaint, ("redelivery", {}))
        self.choose(complaint, "redelivery")
        self.assertEqual(self.task_of(complaint, "deliver").user_id, complaint.user_id)
        self.assertHeld(invoice, 100)
        complaint.action_carried_out()
        self.assertEqual((complaint.state, complaint.resolution), ("done", "accepted"))
        self.assertFalse(self.task_of(complaint, "deliver"))

    # === THE END ===

    def test_a_closed_complaint_gives_a_fresh_deadline_and_no_jump(self):
        invoice = self.overdue_invoice(8)
        self.propose()
        self.send(self.notice_of(invoice))
        complaint = self.complain(invoice)
        with self.at(60):
            complaint._close("rejected", "Dry boxes", "Your goods", "The boxes were dry.")
            day = complaint.date_deadline
            self.assertGreaterEqual(day, TODAY + timedelta(days=70), "ten days, as the level gives")
            self.propose()
            self.assertNotDunned(invoice, "blocked")
            self.assertEqual(invoice.dunning_level_id, self.reminder)
        with self.at(day=day + timedelta(days=1)):
            self.propose()
            self.assertDunned(invoice, self.first_notice, 100)

    def test_a_rejection_gives_its_reasons(self):
        complaint = self.complain(self.overdue_invoice(8))
        with self.assertRaisesRegex(UserError, "gives its reasons"):
            complaint._close("rejected", "No", "Your goods", " ")

    def test_a_rejection_goes_out_as_a_letter_that_is_kept(self):
        complaint = self.complain(self.overdue_invoice(8))
        complaint = complaint.with_context(force_report_rendering=True)
        complaint._close("rejected", "Dry boxes", "Your goods", "The boxes were dry.")
        self.assertEqual(complaint.state, "rejected")
        letter = base64.b64decode(complaint.with_context(bin_size=False).pdf_file)
        self.assertTrue(letter.startswith(b"%PDF"))
        self.assertTrue(complaint.pdf_sha256)
        mail = self.mails(complaint)[-1]
        self.assertIn("The boxes were dry.", mail.body_html)
        self.assertEqual(mail.attachment_ids.mimetype, "application/pdf")
        self.assertNotIn("VSBG", mail.body_html, "a company is no consumer")

    def test_consumers_learn_who_could_settle_the_dispute(self):
        self.customer.sudo().write({"is_company": False, "lang": "en_US"})
        complaint = self.complain(self.overdue_invoice(8))
        complaint._close("rejected", "Dry boxes", "Your goods", "The boxes were dry.")
        mail = self.mails(complaint)[-1]
        self.assertIn("neither willing nor obliged", mail.body_html)
        self.assertIn("Schlichtungsstelle Muster", mail.body_html)

    def test_without_the_dispute_body_no_consumer_is_rejected(self):
        self.customer.sudo().is_company = False
        self.company.sudo().dunning_dispute_body = False
        complaint = self.complain(self.overdue_invoice(8))
        with self.assertRaisesRegex(UserError, "37 VSBG"):
            complaint._close("rejected", "Dry boxes", "Your goods", "The boxes were dry.")

    def test_the_letter_of_a_rejection_is_under_the_word_check(self):
        complaint = self.complain(self.overdue_invoice(8))
        action = complaint.action_close()
        wizards = self.env["dunning.complaint.close.wizard"].with_context(**action["context"])
        values = {"resolution": "rejected", "note": "Dry"}
        self.assertTrue(wizards.create(values))
        with self.assertRaisesRegex(ValidationError, "wording"):
            wizards.create({**values, "body": "You must pay now, or else we will sue you."})

    def test_the_customer_hears_of_the_end_unless_the_clerk_has_told_him(self):
        complaint = self.complain(self.overdue_invoice(8))
        complaint._close("accepted", "Told him on the phone.", is_told=False)
        self.assertEqual(len(self.mails(complaint)), 1, "the acknowledgement only")
        complaint = self.complain(self.overdue_invoice(8))
        complaint._close("accepted", "All is well.")
        self.assertIn("settled", self.mails(complaint)[-1].subject)

    def test_one_question_is_asked_where_the_company_wants_to_know(self):
        self.company.sudo().dunning_complaint_satisfaction = True
        complaint = self.complain(self.overdue_invoice(8))
        complaint._close("accepted", "All is well.")
        self.assertIn("One question", self.mails(complaint)[-1].subject)

    def test_a_complaint_ends_once(self):
        complaint = self.complain(self.overdue_invoice(8))
        complaint._close("accepted", "All is well.")
        with self.assertRaisesRegex(UserError, "closed already"):
            complaint._close("withdrawn", "Twice")

    # === OUR FAULT ===

    def test_an_apology_takes_the_reminder_back_and_counts_the_cause(self):
        invoice = self.overdue_invoice(8)
        self.propose()
        notice = self.notice_of(invoice)
        self.send(notice)
        complaint = self.complain(notice)
        cause = self.env.ref("mahnwesen_pro.dunning_complaint_cause_booking")
        action = complaint.action_open_apology()
        wizards = self.env["dunning.complaint.apology.wizard"].with_context(**action["context"])
        wizards.create({"cause_id": cause.id, "words": "Cake is on its way."}).action_apologize()
        self.assertEqual(notice.state, "cancelled")
        self.assertFalse(invoice.dunning_level_id, "the level falls back")
        self.assertEqual(complaint.cause_id, cause)
        mail = self.mails(complaint)[-1]
        for words in ("the fault was ours", "Cake is on its way.", notice.name):
            self.assertIn(words, mail.body_html)
        with self.assertRaisesRegex(UserError, "apologized for this already"):
            complaint._apologize(cause, notice)

    # === EVALUATION ===

    def test_the_evaluation_counts_what_was_contested_conceded_and_collected(self):
        invoice = self.overdue_invoice(8)
        complaint = self.complain(invoice, 50)
        self.offer(complaint, ("credit_part", {"amount": 30}))
        self.choose(complaint, "credit_part").move_ids.action_post()
        self.pay(invoice)
        row = self.env["dunning.complaint.report"].search([("complaint_id", "=", complaint.id)])
        self.assertEqual((row.contested, row.conceded, row.share), (50, 30, 1))
        self.assertEqual(row.collected, 50)
        self.assertEqual(row.reason_id, self.damaged)
        self.assertEqual(row.action_open()["res_id"], complaint.id)

    def test_those_who_can_change_it_hear_of_it_each_month(self):
        self.company.sudo().dunning_complaint_monthly = True
        self.damaged.sudo().told_user_ids = self.colleague
        self.complain(self.overdue_invoice(8))
        with self.at(day="2026-12-01"):
            self.env["dunning.complaint.report"].sudo()._cron_monthly()
        mail = self.env["mail.mail"].sudo().search([], order="id desc", limit=1)
        self.assertIn(self.colleague.email, mail.email_to)
        self.assertIn("Damaged", mail.body_html)
        self.assertIn("November 2026", mail.body_html)

    # === TIMELINE ===

    def test_the_timeline_tells_everything_in_order(self):
        invoice = self.overdue_invoice(8)
        self.propose()
        self.send(self.notice_of(invoice))
        with self.at(1):
            self.complain(invoice)
        with self.at(2):
            self.pay(invoice, 40)
        entries = self.env["dunning.timeline"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(entries.mapped("kind"), ["payment", "complaint", "notice"])
        self.assertEqual(entries.mapped("amount"), [40, 100, 100])
        self.assertTrue(all(entries.mapped("title")))
        models = [entry.action_open()["res_model"] for entry in entries]
        self.assertEqual(models[1:], ["dunning.complaint", "dunning.notice"])
        action = self.customer.action_open_dunning_timeline()
        self.assertEqual(action["domain"], [("partner_id", "=", self.customer.id)])
