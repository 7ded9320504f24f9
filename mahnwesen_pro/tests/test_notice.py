import base64
import hashlib
from datetime import timedelta
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.dunning_notice import PROTECTED
from .common import TODAY, DunningCommon


@tagged("post_install", "-at_install")
class TestApproval(DunningCommon):
    """What an approval stands for, and what becomes of it when the facts change."""

    def approved(self, *amounts):
        """Approve one notice over invoices of these amounts and return both."""
        invoices = self.env["account.move"]
        for days, amount in enumerate(amounts, start=7):
            invoices += self.overdue_invoice(days, amount)
        self.propose().action_approve()
        notice = self.notice_of(invoices)
        self.assertEqual(notice.state, "approved")
        return notice, invoices

    def notice_of(self, invoices, **kwargs):
        return super().notice_of(invoices[:1], **kwargs)

    @staticmethod
    def bounce(payment):
        """The bank takes the payment back."""
        payment.move_id.line_ids.remove_move_reconcile()
        payment.action_draft()

    def assertBackToReview(self, notice, words):
        self.assertEqual(notice.state, "proposed")
        self.assertIn(words, notice.review_note)
        self.assertIn("Please approve it again.", notice.review_note)
        self.assertFalse(notice.name or notice.delivery_ids or notice.pdf_file)
        self.assertFalse(notice.approved_by_id)

    def assertSentFor(self, notice, amount):
        self.assertEqual((notice.state, notice.amount_total), ("sending", amount))

    def test_a_payment_in_part_is_sent_reduced_and_logged(self):
        notice, invoice = self.approved(100)
        self.pay(invoice, 60)
        notice.action_send()
        self.assertSentFor(notice, 40)
        log = "".join(notice.message_ids.mapped("body"))
        self.assertIn(f"{invoice.name} was paid in part", log)

    def test_a_credit_note_meanwhile_reduces_the_letter(self):
        notice, _invoice = self.approved(100)
        self.credit_note(30)
        notice.action_send()
        self.assertSentFor(notice, 70)
        self.assertEqual(notice.amount_credits, 30)

    def test_a_credit_that_covers_everything_ends_in_a_task(self):
        notice, _invoice = self.approved(100)
        self.credit_note(100)
        notice.action_send()
        self.assertEqual(notice.state, "cancelled")
        self.assertTrue(self.customer.activity_ids)

    def test_money_that_leaves_less_than_the_minimum_stops_the_letter(self):
        notice, invoice = self.approved(100)
        self.pay(invoice, 90)
        notice.action_send()
        self.assertEqual(notice.state, "cancelled")
        self.assertIn("minimum per letter", notice.cancel_reason)

    def test_a_changed_address_goes_back_to_review(self):
        notice, _invoice = self.approved(100)
        self.customer.sudo().street = "Neuer Weg 7"
        notice.action_send()
        self.assertBackToReview(notice, "The addressee or the address changed.")
        notice.action_approve()
        notice.action_send()
        self.assertIn("Neuer Weg 7", notice.address_sent)

    def test_a_changed_email_address_goes_back_to_review(self):
        notice, _invoice = self.approved(100)
        self.customer.sudo().email = "neu@kunde.example.com"
        notice.action_send()
        self.assertBackToReview(notice, "The addressee or the address changed.")

    def test_a_changed_text_goes_back_to_review(self):
        notice, _invoice = self.approved(100)
        self.reminder.sudo().letter_subject = "Your open invoices {invoices}"
        notice.action_send()
        self.assertBackToReview(notice, "The texts of the level changed.")

    def test_a_fee_that_was_added_goes_back_to_review(self):
        self.customer.sudo().dunning_debtor_type = "business"
        invoice = self.overdue_invoice(22)
        self.send(self.propose().notice_ids)
        with self.at(14):
            self.propose().action_approve()
            notice = self.notice_of(invoice)
            self.first_notice.sudo().fee = 2.5
            notice.action_send()
            self.assertBackToReview(notice, "The charges changed.")
            self.assertEqual(notice.amount_total, 102.5)

    def test_one_paused_item_of_two_goes_back_to_review(self):
        notice, (invoice, other) = self.approved(100, 50)
        self.pause(invoice)
        notice.action_send()
        self.assertBackToReview(notice, f"{invoice.name} is not dunned today.")
        self.assertEqual(notice.line_ids.move_id, other)
        self.assertEqual(notice.amount_total, 50)

    def test_a_pause_of_a_part_goes_back_to_review(self):
        notice, invoice = self.approved(100)
        self.pause(invoice, amount=30)
        notice.action_send()
        self.assertBackToReview(notice, f"{invoice.name}: paused")
        self.assertEqual(notice.amount_total, 70)

    def test_a_pause_of_everything_leaves_no_letter(self):
        notice, invoice = self.approved(100)
        self.pause(invoice)
        notice.action_send()
        self.assertEqual(notice.state, "cancelled")
        self.assertIn("Being clarified", notice.cancel_reason)

    def test_a_reversed_payment_goes_back_to_review(self):
        invoice = self.overdue_invoice(7)
        payment = self.pay(invoice, 60)
        self.propose().action_approve()
        notice = self.notice_of(invoice)
        self.bounce(payment)
        notice.action_send()
        self.assertBackToReview(notice, f"{invoice.name}: open")
        self.assertEqual(notice.amount_total, 100)

    def test_a_credit_used_elsewhere_goes_back_to_review(self):
        invoice = self.overdue_invoice(7)
        credit = self.credit_note(30)
        other = self.overdue_invoice(-20, 30)
        self.propose().action_approve()
        notice = self.notice_of(invoice)
        (credit + other).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).reconcile()
        notice.action_send()
        self.assertBackToReview(notice, "Less credit")
        self.assertEqual(notice.amount_total, 100)

    def test_a_new_date_alone_needs_no_new_approval(self):
        notice, _invoice = self.approved(100)
        with self.at(2):
            notice.action_send()
        self.assertSentFor(notice, 100)
        self.assertEqual(notice.date, TODAY + timedelta(days=2))
        self.assertEqual(notice.date_deadline, TODAY + timedelta(days=14), "12 days: a Saturday")

    def test_a_chosen_deadline_stays(self):
        self.overdue_invoice(7)
        notice = self.propose().notice_ids
        notice.date_deadline = TODAY + timedelta(days=30)
        notice.action_approve()
        with self.at(2):
            notice.action_send()
        self.assertEqual(notice.date_deadline, TODAY + timedelta(days=30))

    def test_a_deadline_before_the_letter_is_refused(self):
        self.overdue_invoice(7)
        with self.assertRaisesRegex(ValidationError, "after the date of the letter"):
            self.propose().notice_ids.date_deadline = TODAY

    def test_approving_shows_what_changed_since_the_proposal(self):
        invoice = self.overdue_invoice(7)
        payment = self.pay(invoice, 60)
        notice = self.propose().notice_ids
        self.bounce(payment)
        notice.action_approve()
        self.assertEqual((notice.state, notice.amount_total), ("proposed", 100))
        self.assertIn("look at it again", notice.review_note)
        notice.action_approve()
        self.assertEqual(notice.state, "approved")

    def test_an_approval_can_be_taken_back(self):
        notice, _invoice = self.approved(100)
        with self.assertRaisesRegex(UserError, "Put the notice back to review first"):
            notice.send_letter = True
        notice.action_unapprove()
        notice.send_letter = True
        self.assertEqual((notice.state, notice.is_edited), ("proposed", True))

    def test_the_amounts_follow_an_invoice_that_was_deleted(self):
        kept, gone = self.overdue_invoice(7), self.overdue_invoice(9, 50)
        notice = self.propose().notice_ids
        gone.button_draft()
        gone.sudo().with_context(force_delete=True).unlink()
        notice.action_approve()
        self.assertEqual(notice.line_ids.move_id, kept)
        self.assertEqual(notice.amount_total, 100)


@tagged("post_install", "-at_install")
class TestWhoMayApprove(DunningCommon):
    """Four eyes for large letters, and the right to send the last level."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._create_boss("dunning-boss")

    @classmethod
    def _create_boss(cls, login):
        user = cls.manager.sudo().copy({"login": login, "name": login})
        return user.sudo(False)

    def final_proposal(self, amount):
        invoice = self.overdue_invoice(30, amount)
        for day in (0, 14):
            with self.at(day):
                self.send(self.propose().notice_ids)
        with self.at(28):
            return self.propose().notice_ids, invoice

    def test_the_last_level_needs_its_own_right(self):
        notice, _invoice = self.final_proposal(100)
        with self.at(28):
            with self.assertRaisesRegex(UserError, "is the last level"):
                notice.action_approve()
            notice.with_user(self.manager).action_approve()
            self.assertEqual(notice.state, "approved")
            with self.assertRaisesRegex(UserError, "is the last level"):
                notice.action_send()
            with self.assertRaisesRegex(UserError, "is the last level"):
                notice.action_send_all()
            notice.with_user(self.manager).action_send()
        self.assertEqual(notice.state, "sending")

    def test_a_large_letter_needs_two_persons(self):
        notice, _invoice = self.final_proposal(5000)
        with self.at(28):
            first, second = notice.with_user(self.manager), notice.with_user(self.boss)
            first.action_approve()
            self.assertEqual((notice.state, notice.needs_second_approval), ("proposed", True))
            first.action_approve()
            self.assertEqual(notice.state, "proposed", "the same person twice is one person")
            second.action_approve()
        self.assertEqual(notice.state, "approved")
        self.assertEqual(notice.first_approved_by_id, self.manager)
        self.assertEqual(notice.approved_by_id, self.boss)

    def test_just_below_the_limit_one_person_is_enough(self):
        notice, _invoice = self.final_proposal(4999.99)
        with self.at(28):
            notice.with_user(self.manager).action_approve()
        self.assertEqual(notice.state, "approved")

    def test_a_half_approved_letter_survives_the_next_run(self):
        notice, invoice = self.final_proposal(5000)
        with self.at(28):
            notice.with_user(self.manager).action_approve()
            self.propose()
            self.assertEqual(self.notice_of(invoice), notice)
            notice.with_user(self.boss).action_approve()
        self.assertEqual(notice.state, "approved")

    def test_a_change_after_the_first_approval_needs_two_persons_again(self):
        notice, _invoice = self.final_proposal(5000)
        other = (
            self.env["res.partner"]
            .sudo()
            .create(
                {
                    "name": "Herr Winter",
                    "parent_id": self.customer.id,
                    "type": "other",
                    "street": "Seitenstraße 2",
                    "city": "Bonn",
                }
            )
        )
        with self.at(28):
            notice.with_user(self.manager).action_approve()
            notice.with_user(self.boss).addressee_id = other
            notice.with_user(self.boss).action_approve()
        self.assertEqual(notice.state, "proposed", "nobody but the boss has seen the addressee")


@tagged("post_install", "-at_install")
class TestKept(DunningCommon):
    """What was sent never changes; what was never sent leaves no lies behind."""

    def sent(self, amount=100):
        invoice = self.overdue_invoice(7, amount)
        notice = self.propose().notice_ids
        self.send(notice)
        self.assertEqual(notice.state, "sent")
        return notice, invoice

    def test_no_field_of_the_history_can_be_written(self):
        notice, _invoice = self.sent()
        for name in sorted(PROTECTED):
            for context in ({}, {"dunning_writer": True}, {"dunning_writer": "OWN_METHOD"}):
                with self.subTest(name, **context), self.assertRaises(UserError):
                    notice.with_context(**context).write({name: notice[name]})

    def test_no_field_of_the_review_can_be_written_after_sending(self):
        notice, _invoice = self.sent()
        for name in ("addressee_id", "send_email", "send_letter", "date_deadline"):
            with self.subTest(name), self.assertRaisesRegex(UserError, "Only a proposal"):
                notice[name] = notice[name]

    def test_lines_charges_and_deliveries_are_not_written_by_hand(self):
        notice, _invoice = self.sent()
        for part in (notice.line_ids, notice.delivery_ids):
            for call in (lambda part=part: part.write({"state": "sent"}), part.unlink):
                with self.subTest(part._name), self.assertRaises(AccessError):
                    call()
        with self.assertRaises(AccessError):
            self.env["dunning.notice.charge"].create(
                {"notice_id": notice.id, "kind": "fee", "amount": 5}
            )

    def test_a_sent_notice_is_not_deleted(self):
        notice, _invoice = self.sent()
        for user in (self.manager, self.env.ref("base.user_root")):
            with self.subTest(user.login), self.assertRaises(UserError):
                notice.with_user(user).unlink()
        with self.assertRaisesRegex(UserError, "stay"):
            notice.sudo().line_ids.unlink()

    def test_nobody_makes_a_notice_by_hand(self):
        notice, _invoice = self.sent()
        with self.assertRaises(AccessError):
            notice.with_user(self.manager).copy()

    def letter_file(self, notice):
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", "dunning.notice"),
                ("res_id", "=", notice.id),
                ("res_field", "=", "pdf_file"),
            ]
        )

    def test_the_letter_file_is_neither_deleted_nor_overwritten(self):
        notice, _invoice = self.sent()
        letter = self.letter_file(notice)
        self.assertEqual(len(letter), 1)
        for user in (self.clerk, self.manager):
            with self.subTest(user.login):
                own = letter.with_user(user)
                with self.assertRaises(UserError):
                    own.write({"raw": b"%PDF another letter"})
                with self.assertRaises(UserError):
                    own.write({"res_id": False, "res_model": False})
                with self.assertRaises(UserError):
                    own.unlink()
        self.assertTrue(self.is_unchanged(notice))

    def is_unchanged(self, notice):
        notice.invalidate_recordset(["pdf_file"])
        pdf = base64.b64decode(notice.pdf_file or b"")
        return hashlib.sha256(pdf).hexdigest() == notice.pdf_sha256

    def test_no_second_file_takes_the_place_of_the_letter(self):
        notice, _invoice = self.sent()
        values = {"name": "x.pdf", "raw": b"%PDF another", "res_model": "dunning.notice"}
        with self.assertRaises(UserError):
            self.env["ir.attachment"].create(
                {**values, "res_id": notice.id, "res_field": "pdf_file"}
            )
        self.assertTrue(self.is_unchanged(notice))

    def test_texts_and_sums_stay_when_level_customer_and_invoice_change(self):
        notice, invoice = self.sent()
        before = notice.read(sorted(PROTECTED - {"level_id"}))
        address = notice.address
        self.reminder.sudo().letter_subject = "Quite different {invoices}"
        self.customer.sudo().write({"name": "Bäckerei Winter GmbH", "street": "Anderswo 3"})
        self.pay(invoice)
        notice.invalidate_recordset()
        after = notice.read(sorted(PROTECTED - {"level_id"}))
        for record in (*before, *after):
            record.pop("partner_id")
        self.assertEqual(before, after)
        self.assertEqual(notice.address, address)
        self.assertTrue(self.is_unchanged(notice))

    def test_a_sent_notice_keeps_the_facts_of_its_approval(self):
        notice, invoice = self.sent()
        self.assertEqual(notice.approved_by_id, self.clerk)
        self.assertEqual(len(notice.approved_facts["items"]), len(invoice))

    def test_sending_again_is_a_new_delivery_of_the_same_letter_at_the_same_level(self):
        notice, invoice = self.sent()
        name, pdf = notice.name, notice.pdf_file
        with self.at(3):
            notice.action_resend()
        self.assertEqual(len(notice.delivery_ids), 2)
        self.assertEqual((notice.name, notice.pdf_file), (name, pdf))
        files = [
            delivery.sudo().mail_mail_id.attachment_ids.raw for delivery in notice.delivery_ids
        ]
        self.assertEqual(files, [base64.b64decode(pdf)] * 2)
        self.assertEqual(invoice.dunning_level_id, self.reminder)
        self.assertEqual(invoice.dunning_date_last, TODAY)

    # === NUMBERS ===

    def test_numbers_count_per_year(self):
        self.assertEqual(self.sent()[0].name, "MA/2026/00001")
        with self.at(day=TODAY.replace(year=2027, month=1, day=11)):
            self.overdue_invoice(7)
            notice = self.propose().notice_ids
            self.send(notice)
            self.assertEqual(notice.name, "MA/2027/00001")

    def test_a_proposal_has_no_number(self):
        self.overdue_invoice(7)
        notice = self.propose().notice_ids
        notice.action_approve()
        self.assertFalse(notice.name)

    # === CANCELLING ===

    def test_a_proposal_and_an_approved_notice_can_be_cancelled(self):
        for approve in (False, True):
            invoice = self.overdue_invoice(7)
            self.propose()
            notice = self.notice_of(invoice)
            if approve:
                notice.action_approve()
            notice.action_cancel("Agreed on the phone")
            self.assertEqual(notice.state, "cancelled")
            self.assertFalse(notice.name)
        self.propose()
        self.assertDunned(invoice, self.reminder)

    def test_a_notice_on_its_way_is_not_cancelled(self):
        self.overdue_invoice(7)
        notice = self.propose().notice_ids
        notice.action_approve()
        notice.action_send()
        with self.assertRaisesRegex(UserError, "on its way"):
            notice.action_cancel("Too late")
        self.assertEqual(notice.state, "sending")

    def test_a_cancelled_notice_keeps_number_letter_and_reason(self):
        notice, invoice = self.sent()
        kept = notice.name, notice.pdf_sha256
        notice.action_cancel("The goods had not arrived")
        self.assertEqual((notice.name, notice.pdf_sha256), kept)
        self.assertEqual(notice.cancel_reason, "The goods had not arrived")
        self.assertFalse(invoice.dunning_level_id or invoice.dunning_date_last)
        self.assertTrue(self.is_unchanged(notice))

    def test_a_cancelled_notice_does_nothing_any_more(self):
        notice, _invoice = self.sent()
        notice.action_cancel("Wrong")
        for action in ("action_approve", "action_send", "action_resend", "action_retry"):
            getattr(notice, action)()
        self.assertEqual((notice.state, len(notice.delivery_ids)), ("cancelled", 1))

    def test_sending_and_cancelling_leave_a_link_without_content(self):
        notice, invoice = self.sent(1234)
        notice.action_cancel("Secret reason")
        for document in (self.customer, invoice):
            bodies = [body for body in document.message_ids.mapped("body") if notice.name in body]
            self.assertEqual(len(bodies), 2)
            for body in bodies:
                self.assertIn(f"{notice.id}", body)
                self.assertNotIn("Secret", body)
                self.assertNotIn("1,234", body)

    def test_the_rooms_to_the_right_hear_of_it_once(self):
        notices = type(self.env["dunning.notice"])
        with (
            patch.object(notices, "_hook_sent", autospec=True) as sent,
            patch.object(notices, "_hook_cancelled", autospec=True) as cancelled,
        ):
            notice, _invoice = self.sent()
            notice._settle()
            notice.action_cancel("Wrong")
        self.assertEqual((sent.call_count, cancelled.call_count), (1, 1))


@tagged("post_install", "-at_install")
class TestSums(DunningCommon):
    """Claims less credits plus charges is the total, whatever the ledger holds."""

    def test_an_item_stands_on_one_open_notice_only(self):
        self.overdue_invoice(7)
        line = self.propose().notice_ids.line_ids
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            line.sudo().copy({"notice_id": line.notice_id.id})
            line.flush_model()

    def test_the_fee_of_the_level_is_added_once(self):
        self.customer.sudo().dunning_debtor_type = "business"
        self.first_notice.sudo().fee = 2.5
        invoices = self.overdue_invoice(22) + self.overdue_invoice(23, 50)
        self.send(self.propose().notice_ids)
        with self.at(14):
            notice = self.propose().notice_ids
        self.assertEqual(notice.line_ids.move_id, invoices)
        self.assertEqual(
            (notice.amount_claims, notice.amount_charges, notice.amount_total), (150, 2.5, 152.5)
        )
        self.assertIn("First notice", notice.charge_ids.explanation)

    def test_random_ledgers_add_up(self):
        cents = st.integers(min_value=500, max_value=99_999)
        ledgers = st.tuples(
            st.lists(cents, min_size=1, max_size=4),
            st.lists(cents, max_size=2),
            st.integers(min_value=0, max_value=99),
        )

        @settings(
            derandomize=True,
            deadline=None,
            max_examples=8,
            phases=(
                Phase.explicit,
                Phase.generate,
            ),  # a failure is told at once, not shrunk for minutes
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(ledgers)
        def check(ledger):
            with self.env.cr.savepoint() as savepoint:
                self.check_ledger(*ledger)
                savepoint.rollback()
            self.env.invalidate_all()

        check()

    def check_ledger(self, claims, credits_, paid_percent):
        invoices = [self.overdue_invoice(7, cents / 100) for cents in claims]
        paid = claims[0] * paid_percent // 100
        if paid:
            self.pay(invoices[0], paid / 100)
        for cents in credits_:
            self.credit_note(cents / 100)
        run = self.propose()
        left = [claims[0] - paid, *claims[1:]]
        due = sum(cents for cents in left if cents >= 500)
        total = due - sum(credits_)
        if total < 2500:
            self.assertFalse(run.notice_ids)
            return
        notice = run.notice_ids
        shown = [
            sum(notice.claim_ids.mapped("amount_open")),
            notice.amount_claims,
            notice.amount_credits,
            notice.amount_total,
        ]
        self.assertEqual(
            [round(amount * 100) for amount in shown], [due, due, sum(credits_), total]
        )
        self.assertEqual(
            notice.currency_id.compare_amounts(
                notice.amount_claims - notice.amount_credits + notice.amount_charges,
                notice.amount_total,
            ),
            0,
        )
