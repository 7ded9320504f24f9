from odoo.tests import HttpCase, tagged

from .browser import InBrowser
from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestTours(InBrowser, DunningCommon, HttpCase):
    """What people do on the screen, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls.manager.sudo()
        cls.administrator.group_ids += cls.env.ref("base.group_system")
        (cls.clerk + cls.administrator).sudo().lang = "en_US"
        # The taxes of Odoo's test company ask for it, else the settings open with a warning.
        cls.company.sudo().tax_exigibility = True
        cls.car_dealer = cls.customer.sudo().copy({"name": "Autohaus Winter GmbH"})
        cls._draw_letters()

    @classmethod
    def _draw_letters(cls):
        """Draw real PDFs: Odoo's test mode would put HTML in their place."""
        Report = cls.registry["ir.actions.report"]
        prepare = Report._pre_render_qweb_pdf

        def prepare_pdf(report, *args, **kwargs):
            drawing = report.with_context(force_report_rendering=True)
            return prepare(drawing, *args, **kwargs)

        cls.classPatch(Report, "_pre_render_qweb_pdf", prepare_pdf)

    def test_a_clerk_leaves_one_customer_out_and_sends_the_rest(self):
        self.env["dunning.block.reason"].sudo().search([]).days = 10
        bakery = self.overdue_invoice(8)
        dealer = self.overdue_invoice(9, customer=self.car_dealer)
        self.propose()
        self.start_tour("/odoo", "dunning_clerk_tour", login=self.clerk.login)
        self.assertEqual(dealer.dunning_line_ids.notice_id.state, "cancelled")
        pause = self.env["dunning.block"].search([("partner_id", "=", dealer.partner_id.id)])
        self.assertEqual(pause.reason_id, self.pause_reason)
        self.assertEqual((pause.date_end - pause.date_start).days, 10)
        notice = bakery.dunning_line_ids.notice_id
        self.assertEqual(notice.approved_by_id, self.clerk)
        self.deliver(notice)
        self.assertEqual(notice.state, "sent")
        self._assert_letter_on_screen(notice)

    def _assert_letter_on_screen(self, notice):
        """The button “Preview” of a sent notice shows the very letter that was sent."""
        self.authenticate(self.clerk.login, self.clerk.login)
        page = self.url_open(notice.action_preview()["url"])
        self.assertEqual(page.status_code, 200)
        self.assertEqual(page.headers["Content-Type"], "application/pdf")
        self.assertTrue(page.content.startswith(b"%PDF-"))
        self.assertEqual(page.content, notice._get_stored_letter())

    def test_the_next_proposal_follows_a_level_that_an_administrator_changed(self):
        invoice = self.overdue_invoice(4)
        self.propose()
        self.assertNotDunned(invoice, "too_early")
        self.start_tour(
            "/odoo/settings", "dunning_administrator_tour", login=self.administrator.login
        )
        self.assertEqual(self.reminder.days_after_due, 3)
        self.assertDunned(invoice, self.reminder, 100)
