from datetime import timedelta

from odoo import Command
from odoo.tests import HttpCase, tagged

from .browser import InBrowser
from .common import DunningCommon

#: So many proposals lie on the clerk's desk, and so many of them tell something.
PROPOSALS = 300
TELLING = 4


@tagged("post_install", "-at_install")
class TestMorning(InBrowser, DunningCommon, HttpCase):
    """A morning with 300 proposals: looked at, approved and sent without leaving the keyboard."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk.sudo().lang = "en_US"
        cls.invoices = cls._post_invoices(cls._create_customers())
        cls.invoices[TELLING:].sudo().is_move_sent = True

    @classmethod
    def _create_customers(cls):
        customers = cls.env["res.partner"].sudo()
        return customers.create(
            [
                {
                    "name": f"Kunde {number:03}",
                    "is_company": True,
                    "street": "Marktplatz 1",
                    "zip": "10115",
                    "city": "Berlin",
                    "country_id": cls.env.ref("base.de").id,
                    "email": f"kunde{number}@example.com",
                }
                for number in range(PROPOSALS)
            ]
        )

    @classmethod
    def _post_invoices(cls, customers):
        due = cls.company._dunning_today() - timedelta(days=8)
        line = {"name": "Goods", "price_unit": 100, "tax_ids": [Command.clear()]}
        invoices = cls.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": customer.id,
                    "invoice_date": due,
                    "invoice_date_due": due,
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [Command.create(line)],
                }
                for customer in customers
            ]
        )
        invoices.action_post()
        return invoices

    def test_300_proposals_are_done_without_leaving_the_keyboard(self):
        notices = self.propose().notice_ids
        self.assertEqual(len(notices), PROPOSALS)
        self.start_tour("/odoo/mahnwesen-start", "dunning_morning_tour", login=self.clerk.login)
        self.env.invalidate_all()
        self.assertEqual(
            notices.filtered("to_send").mapped("state"), ["approved"] * (PROPOSALS - 1)
        )
        left_out = notices.filtered(lambda notice: notice.state == "cancelled")
        self.assertIn(left_out.claim_ids.move_id, self.invoices[:TELLING])
