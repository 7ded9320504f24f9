from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import HttpCase, tagged

from .browser import InBrowser
from .complaint import ComplaintCommon
from .test_portal import draw_letters


@tagged("post_install", "-at_install")
class TestComplaintTours(InBrowser, ComplaintCommon, HttpCase):
    """From the customer's first word to the last payment, in a real browser (METHOD K1 to K5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk.sudo().lang = cls.customer.sudo().lang = "en_US"
        draw_letters(cls)

    def sent(self):
        invoice = self.overdue_invoice(8)
        self.propose()
        notice = self.notice_of(invoice)
        self.send(notice)
        return notice

    def test_from_the_link_of_the_letter_to_the_last_payment(self):
        notice = self.sent()
        invoice = notice.claim_ids.move_id
        self.start_tour(notice.get_portal_url(), "dunning_complain_tour", login=None)
        complaint = self.env["dunning.complaint"].search([])
        self.assertEqual((complaint.amount_contested, complaint.reason_id), (50, self.damaged))
        self.assertHeld(invoice, 50)

        self.start_tour(
            "/odoo/reklamationen", "dunning_complaint_offer_tour", login=self.clerk.login
        )
        self.assertEqual(complaint.state, "offered")

        self.start_tour(complaint.get_portal_url(), "dunning_complaint_choose_tour", login=None)
        self.assertEqual((complaint.state, complaint.chosen_by), ("chosen", "Ada Sommer"))
        self.assertEqual(complaint.option_id.move_ids.amount_total, 15)

        self.start_tour(
            "/odoo/reklamationen", "dunning_complaint_credit_tour", login=self.clerk.login
        )
        self.assertEqual((complaint.state, complaint.resolution), ("done", "partly"))
        self.pay(invoice)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertFalse(complaint.block_ids.filtered(lambda block: not block.released))

    def test_a_rejected_one_is_dunned_on(self):
        notice = self.sent()
        invoice = notice.claim_ids.move_id
        complaint = self.complain(notice)
        self.start_tour(
            "/odoo/reklamationen", "dunning_complaint_reject_tour", login=self.clerk.login
        )
        self.assertEqual((complaint.state, complaint.resolution), ("rejected", "rejected"))
        self.assertTrue(complaint.pdf_file)
        with freeze_time(complaint.date_deadline + timedelta(days=20)):
            self.propose()
            self.assertDunned(invoice, self.first_notice, 100)

    def test_one_click_in_the_chatter_makes_a_complaint_of_a_reply(self):
        notice = self.sent()
        notice.sudo().message_post(
            body="Two boxes were wet.", message_type="comment", author_id=self.customer.id
        )
        self.start_tour(
            f"/odoo/mahnwesen/{notice.id}", "dunning_complaint_reply_tour", login=self.clerk.login
        )
        complaint = self.env["dunning.complaint"].search([])
        self.assertEqual((complaint.source, complaint.notice_id), ("reply", notice))
