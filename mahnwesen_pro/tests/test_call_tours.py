import re
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .browser import InBrowser
from .call_common import CallCommon


@tagged("post_install", "-at_install")
class TestCallTours(InBrowser, CallCommon, HttpCase):
    """Whole calls on the screen, from the task to the customer's own answer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
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

    def test_what_was_typed_is_sent_again_after_the_server_refused_it(self):
        model = type(self.env["dunning.call"])
        keep, refusals = model.note, [UserError("The server is busy") for _attempt in range(2)]

        def note(calls, values):
            if refusals:
                raise refusals.pop()
            return keep(calls, values)

        with patch.object(model, "note", note), mute_logger("odoo.http"):
            self.start_tour("/odoo", "dunning_call_refused_tour", login=self.clerk.login)
        self.assertEqual(self.call.notes, "Zahlt am Freitag")

    def test_what_was_typed_is_kept_when_the_page_is_closed(self):
        self.start_tour("/odoo", "dunning_call_closed_tour", login=self.clerk.login)
        self.assertEqual(self.call.notes, "Zahlt am Freitag")

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
