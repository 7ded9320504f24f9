from datetime import timedelta
from unittest.mock import patch

from odoo import http
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .call_common import CallCommon
from .common import TODAY

SUMMARY_TASK = "mahnwesen_pro.mail_activity_type_summary"


@tagged("post_install", "-at_install")
class TestCallSummary(CallCommon, HttpCase):
    """The call summed up by mail; the link takes one answer, kept as evidence (METHOD T11)."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)  # the customer's browser
        self.give(self.customer, lang="en_US")
        self.invoice = self.overdue_invoice(7)

    def call_and_mail(self, **said):
        """Make a call that ends in a promise; return it and the secret of its link."""
        with patch("secrets.token_urlsafe", return_value="the-secret-of-this-call"):
            call = self.promise(**said)
        return call, "the-secret-of-this-call"

    def page(self, call_id, token, action="", **data):
        address = f"/my/dunning/call/{call_id}{action}"
        if action:
            form = {"access_token": token, "csrf_token": http.Request.csrf_token(self), **data}
            return self.url_open(address, data=form)
        return self.url_open(f"{address}?access_token={token}")

    def assertRefused(self, call_id, token, action="", **data):
        path = f"/my/dunning/call/{call_id}{action}"
        with self.assertRefusalsLogged((path, "no access")):
            response = self.page(call_id, token, action, **data)
        self.assertEqual(response.status_code, 403)
        self.assertIn("no longer valid", response.text)

    # === THE MAIL ===

    def test_the_person_who_was_named_gets_what_was_agreed(self):
        with self.mock_mail_gateway():
            call, token = self.call_and_mail(summary_email="sommer@kunde.example.com")
            call.summary_mail_id.sudo().send()
        (mail,) = self._mails
        self.assertEqual(mail["email_to"], ["sommer@kunde.example.com"])
        for told in (
            "100.00",
            "Frau Sommer",
            self.invoice.name,
            token,
            "Yes, that is what we agreed",
        ):
            self.assertIn(told, mail["body"])
        self.assertEqual(call.summary_state, "sent")
        self.assertNotIn(token, call.summary_body)
        self.assertNotEqual(call.sudo().summary_token, token)

    def test_the_mail_speaks_the_customers_language(self):
        self.env["res.lang"].sudo()._activate_lang("de_DE")
        self.give(self.customer, lang="de_DE")
        call, _token = self.call_and_mail()
        self.assertIn("100,00", call.summary_body)

    def test_without_content_nothing_is_summed_up(self):
        for outcome, said in (("not_reached", {}), ("call_back", {"call_back_on": TODAY})):
            call = self.finish(outcome, self.planned() or self.plan(), **said)
            self.assertFalse(call.summary_state)

    def test_who_does_not_want_a_summary_gets_none(self):
        self.assertFalse(self.promise(wants_summary=False).summary_state)

    def test_without_an_address_the_caller_is_asked_for_one(self):
        self.give(self.customer, email=False)
        call = self.promise()
        self.assertEqual(call.summary_state, "failed")
        self.assertIn("e-mail address", self.task_of(call).summary)

    def test_a_mail_that_does_not_arrive_becomes_a_task(self):
        call, _token = self.call_and_mail()
        call.sudo()._record_summary_outcome("mail_email_invalid")
        self.assertEqual(call.summary_state, "failed")
        self.assertIn("could not be delivered", self.task_of(call).summary)

    # === THE ANSWER ===

    def test_yes_so_agreed(self):
        call, token = self.call_and_mail()
        page = self.page(call.id, token)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Frau Sommer", page.text)
        self.assertEqual(page.headers["Referrer-Policy"], "same-origin")
        self.assertEqual(call.summary_state, "sent")  # looking answers nothing
        thanks = self.page(call.id, token, "/confirm")
        self.assertIn("your answer has arrived", thanks.text)
        self.assertEqual(call.summary_state, "confirmed")
        self.assertTrue(call.summary_answered_on)

    def test_a_correction_is_kept_and_becomes_a_task(self):
        call, token = self.call_and_mail()
        self.page(call.id, token, "/correct", text="Es waren 80 Euro.")
        self.assertEqual(call.summary_state, "corrected")
        self.assertEqual(call.summary_correction, "Es waren 80 Euro.")
        self.assertIn("80 Euro", self.task_of(call).note)
        self.assertIn("100", call.summary_body)  # what was sent stays as it was

    def test_an_empty_or_endless_correction_is_not_taken(self):
        call, token = self.call_and_mail()
        for text in ("  ", "x" * 2001):
            page = self.page(call.id, token, "/correct", text=text)
            self.assertEqual(page.status_code, 400)
        self.assertEqual(call.summary_state, "sent")

    # === WHAT THE LINK REFUSES ===

    def test_the_link_takes_one_answer_only(self):
        call, token = self.call_and_mail()
        self.page(call.id, token, "/confirm")
        self.assertRefused(call.id, token, "/confirm")
        self.assertRefused(call.id, token, "/correct", text="doch nicht")
        self.assertEqual(call.summary_state, "confirmed")
        page = self.page(call.id, token)
        self.assertNotIn("Frau Sommer", page.text)

    def test_a_wrong_secret_opens_nothing(self):
        call, token = self.call_and_mail()
        stored = call.sudo().summary_token
        for wrong in ("", token[:-1], token + "x", stored, "é", "'; --"):
            with self.subTest(token=wrong):
                self.assertRefused(call.id, wrong)
                self.assertRefused(call.id, wrong, "/confirm")
        self.assertEqual(call.summary_state, "sent")

    def test_the_secret_of_one_call_opens_no_other_document(self):
        call, token = self.call_and_mail()
        neighbour = self._create_customer("Nachbar KG", lang="en_US")
        self.overdue_invoice(7, customer=neighbour)
        other = self.promise(self.plan(customer=neighbour))
        self.assertRefused(other.id, token)
        self.assertRefused(other.id, token, "/confirm")
        self.propose()
        self.send(self.notice_of(self.invoice))
        for address in (
            f"/my/invoices/{self.invoice.id}?access_token={token}",
            f"/my/dunning/{self.notice_of(self.invoice).id}?access_token={token}",
        ):
            with mute_logger("odoo.http"):
                self.assertNotIn(self.invoice.name, self.url_open(address).text)
        self.assertNotIn("Nachbar", self.page(call.id, token).text)

    def test_an_old_link_holds_no_longer(self):
        call, token = self.call_and_mail()
        calls = self.env["dunning.call"]
        with self.at(self.company.dunning_call_link_days):
            self.assertTrue(calls._find_for_summary(call.id, token))
        with self.at(self.company.dunning_call_link_days + 1):
            self.assertFalse(calls._find_for_summary(call.id, token))

    def test_an_invented_call_is_refused_like_a_wrong_secret(self):
        call, token = self.call_and_mail()
        self.assertRefused(call.id + 1000, token)

    # === NO ANSWER ===

    def test_no_answer_after_two_working_days_becomes_a_task(self):
        call, _token = self.call_and_mail()
        with self.at(2):
            self.bring_up_to_date()
            self.assertEqual(call.summary_state, "sent")
        with self.at(3):
            self.bring_up_to_date()
            self.assertEqual(call.summary_state, "unanswered")
            self.assertIn("No answer", self.task_of(call).summary)

    def test_a_late_answer_counts_and_the_task_goes(self):
        call, token = self.call_and_mail()
        with self.at(3):
            self.bring_up_to_date()
            found = self.env["dunning.call"]._find_for_summary(call.id, token)
            found._receive_confirmation()
        self.assertEqual(call.summary_state, "confirmed")
        self.assertFalse(self.task_of(call))

    def test_whoever_ticks_the_task_off_has_dealt_with_it(self):
        call, _token = self.call_and_mail()
        with self.at(3):
            self.bring_up_to_date()
            self.task_of(call).action_feedback()
        self.assertTrue(call.summary_done)

    def test_a_weekend_does_not_count(self):
        with self.at(day=TODAY + timedelta(days=3)):  # Thursday
            call, _token = self.call_and_mail(promise_date=TODAY + timedelta(days=9))
        with self.at(day=TODAY + timedelta(days=7)):  # Monday
            self.bring_up_to_date()
            self.assertEqual(call.summary_state, "sent")
        with self.at(day=TODAY + timedelta(days=8)):
            self.bring_up_to_date()
            self.assertEqual(call.summary_state, "unanswered")
