import re

from freezegun import api, freeze_time

from odoo.tests import HttpCase, tagged

from .call_common import CallCommon


@tagged("post_install", "-at_install")
class TestCallTours(CallCommon, HttpCase):
    """Whole calls on the screen, from the task to the customer's own answer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The browser has a clock of its own: here time passes, from the real now on.
        cls.startClassPatcher(freeze_time(api.real_datetime.now(), tick=True))
        cls.clerk.sudo().lang = "en_US"
        cls.give(cls.customer, lang="en_US", phone="+49 30 123456")

    def setUp(self):
        super().setUp()
        self.invoice = self.overdue_invoice(8)
        self.call = self.plan()

    def test_a_call_from_the_task_to_the_confirmation_by_link(self):
        self.start_tour("/odoo", "dunning_call_tour", login=self.clerk.login)
        self.assertEqual((self.call.outcome, self.call.promise_person), ("promise", "Frau Sommer"))
        self.assertEqual(self.call.notes, "Hat die Rechnung auf dem Tisch")
        self.assertEqual(self.call.stance, "accepted")
        self.assertTrue(self.call.steps_text)
        self.assertPaused(self.invoice, "promise")
        body = self.call.summary_mail_id.sudo().body_html
        link = re.search(r"/my/dunning/call/[^\"#]+", body)[0]
        self.start_tour(link, "dunning_call_confirmation_tour")
        self.assertEqual(self.call.summary_state, "confirmed")

    def test_a_disputed_claim_becomes_a_complaint(self):
        self.start_tour("/odoo", "dunning_call_disputed_tour", login=self.clerk.login)
        self.assertEqual((self.call.outcome, self.call.stance), ("complaint", "disputed"))
        self.assertEqual(self.call.customer_words, "Die Tür war zerkratzt.")
        self.assertPaused(self.invoice, "complaint")

    def test_a_call_without_the_mouse(self):
        self.start_tour("/odoo/mahnanrufe", "dunning_call_keyboard_tour", login=self.clerk.login)
        self.assertEqual((self.call.outcome, self.call.promise_person), ("promise", "Frau Sommer"))
        self.assertEqual(self.call.spoken_with, "Frau Sommer")
        self.assertEqual(self.call.notes, "Hat die Rechnung auf dem Tisch")
