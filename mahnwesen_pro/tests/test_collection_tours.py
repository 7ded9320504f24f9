from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .browser import InBrowser
from .collection_common import CollectionCommon


@tagged("post_install", "-at_install")
class TestCollectionTours(InBrowser, CollectionCommon, HttpCase):
    """From the exhausted ladder to the package, with the salesperson's call in between (C3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clerk_env, cls.env = cls.env, cls.env(su=True)  # users are created by an administrator
        cls.salesperson = cls._create_user("dunning-sales", "mahnwesen_pro.group_dunning_caller")
        cls.env = clerk_env
        cls.head.sudo().lang = "en_US"
        cls.company.sudo().tax_exigibility = True

    def exhausted_by_now(self):
        today = fields.Date.today()
        invoice = self.overdue_invoice(120, 1000)
        for level, ago in ((self.reminder, 100), (self.first_notice, 80), (self.final_notice, 60)):
            day = today - timedelta(days=ago)
            self.env["dunning.notice"]._record_openings([(invoice, level, day)])
        return invoice

    def test_from_the_exhausted_ladder_to_the_package(self):
        self.customer.sudo().user_id = self.salesperson
        self.overdue_invoice(-20, 30000)
        rules = self.env["dunning.collection.rule"].sudo()
        rules.create({"agency_id": self.agency.id})
        invoice = self.exhausted_by_now()
        self.env["dunning.advice"]._recompute(self.company, self.customer)
        self.start_tour(
            "/odoo/inkasso-empfehlungen", "dunning_collection_decide_tour", login=self.head.login
        )
        call = self.env["dunning.call"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((call.cause, call.user_id), ("hand_over", self.salesperson))
        self.start_tour("/odoo", "dunning_collection_call_tour", login=self.salesperson.login)
        self.assertEqual((call.state, call.outcome), ("done", "no_proposal"))
        self.assertEqual((call.spoken_with, call.notes), ("Herr Sommer", "Nothing to offer"))
        self.assertEqual(call.stance, "accepted")
        self.start_tour(
            "/odoo/inkassoakten", "dunning_collection_hand_over_tour", login=self.head.login
        )
        case = self.env["dunning.collection.case"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(case.state, "handed_over")
        self.assertEqual(case.item_ids.move_id, invoice)
        self.assertEqual(case.handed_over_by_id, self.head)
        self.assertEqual(case.package_ids.sent_to, "akten@inkasso.example.com")
