from lxml import html

from odoo import Command
from odoo.exceptions import UserError
from odoo.http import Request
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from ..controllers.dunning_portal import DunningPortal
from .browser import InBrowser
from .common import TODAY, DunningCommon


def draw_letters(test_class):
    """Draw real PDFs: Odoo's test mode would put HTML in their place."""
    Report = test_class.registry["ir.actions.report"]
    prepare = Report._pre_render_qweb_pdf

    def prepare_pdf(report, *args, **kwargs):
        return prepare(report.with_context(force_report_rendering=True), *args, **kwargs)

    test_class.classPatch(Report, "_pre_render_qweb_pdf", prepare_pdf)


class PortalCommon(DunningCommon, HttpCase):
    """A customer and a stranger with a login each, and notices that were sent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        admin = cls.env(su=True)
        cls.customer.with_env(admin).lang = "en_US"
        cls.stranger = cls.customer.with_env(admin).copy(
            {"name": "Fremde KG", "email": "post@fremde.example.com"}
        )
        cls.buyer_user = cls._create_visitor(admin, "portal-buyer", cls.customer)
        cls.stranger_user = cls._create_visitor(admin, "portal-stranger", cls.stranger)
        cls.company.with_env(admin).dunning_link_days = 180

    @classmethod
    def _create_visitor(cls, admin, login, customer):
        user = new_test_user(
            admin,
            login=login,
            groups="base.group_portal",
            lang="en_US",
            email=f"{login}@kunde.example.com",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        user.partner_id.parent_id = customer
        return user.with_env(cls.env)

    # === DOING ===

    def sent_notice(self, *amounts, customer=None, days=7):
        """Send one notice on invoices of these amounts to the customer."""
        customer = customer or self.customer
        invoices = [
            self.overdue_invoice(days, amount, customer=customer) for amount in amounts or [100]
        ]
        self.propose(partners=customer)
        notice = self.notice_of(invoices[0])
        self.send(notice)
        self.assertEqual(notice.state, "sent")
        return notice

    def visit(self, user=None):
        """From here on the visitor is ``user``, or nobody who is known."""
        self.authenticate(user and user.login, user and user.login)
        self.opener.cookies["frontend_lang"] = "en_US"

    def link(self, notice, path="", token=None):
        token = notice.sudo().access_token if token is None else token
        return f"/my/dunning/{notice.id}{path}?access_token={token}"

    def open_page(self, address):
        return self.url_open(address)

    def read_page(self, address):
        """Open a page and return its text."""
        page = self.open_page(address)
        self.assertEqual(page.status_code, 200)
        return self.text_of(page)

    @staticmethod
    def text_of(page):
        tree = html.fromstring(page.content)
        return " ".join(tree.xpath("//main")[0].text_content().split())

    def write_to_clerk(self, notice, text, **values):
        self.visit()
        return self.url_open(
            f"/my/dunning/{notice.id}/message",
            data={
                "message": text,
                "access_token": notice.sudo().access_token,
                "csrf_token": Request.csrf_token(self),
                **values,
            },
            allow_redirects=False,
        )

    def messages(self, notice):
        return notice.message_ids.filtered(lambda message: message.message_type == "comment")

    # === SAYING ===

    def assertRefused(self, address):
        """The page is not to be opened, looks like all such pages, and leaves a line in the log."""
        with self.assertRefusalsLogged((address.partition("?")[0], "no access")):
            page = self.open_page(address)
        self.assertEqual(page.status_code, 403, address)
        text = self.text_of(page)
        self.assertIn("no longer valid", text)
        return text


@tagged("post_install", "-at_install")
class TestPortalAccess(PortalCommon):
    """Who opens which page: the customer his own, a token exactly one, everybody else none."""

    def test_a_token_opens_its_notice_without_a_login(self):
        notice = self.sent_notice(100)
        self.visit()
        text = self.read_page(self.link(notice))
        for shown in (notice.name, "Payment reminder", notice.claim_ids.move_id.name, "100.00"):
            self.assertIn(shown, text)

    def test_a_token_opens_no_other_notice(self):
        notice = self.sent_notice(100)
        other = self.sent_notice(200, customer=self.stranger)
        self.visit()
        refused = {
            self.assertRefused(self.link(other, path, notice.sudo().access_token))
            for path in ("", "/pdf")
        }
        refused |= {
            self.assertRefused(address)
            for address in (
                self.link(notice, token="wrong"),
                self.link(notice, token=notice.sudo().access_token[:-1]),
                self.link(notice, token="ü"),
                f"/my/dunning/{notice.id}",
                f"/my/dunning/{notice.id}/pdf",
                f"/my/dunning/{notice.id}?access_token=",
                "/my/dunning/99999999999?access_token=wrong",
            )
        }
        self.assertEqual(len(refused), 1, "nothing tells one refusal from another")
        self.assertNotIn(self.customer.name, refused.pop())

    def test_a_token_expires(self):
        notice = self.sent_notice()
        self.visit()
        with self.at(180):
            self.read_page(self.link(notice))
        with self.at(181):
            self.visit()
            self.assertRefused(self.link(notice))
            self.assertRefused(self.link(notice, "/pdf"))
            with self.assertRefusalsLogged((f"/my/dunning/{notice.id}/message", "no access")):
                self.assertEqual(self.write_to_clerk(notice, "Hello").status_code, 403)
            self.visit(self.buyer_user)
            self.read_page(f"/my/dunning/{notice.id}")

    def test_a_cancelled_notice_is_closed_to_everybody(self):
        notice = self.sent_notice()
        link = self.link(notice)
        notice.action_cancel("Sent by mistake")
        self.visit()
        self.assertRefused(link)
        self.visit(self.buyer_user)
        self.assertRefused(f"/my/dunning/{notice.id}")
        self.assertNotIn(notice.name, self.read_page("/my/dunning"))
        self.assertFalse(notice.sudo().access_token)

    def test_what_was_not_sent_is_not_shown(self):
        self.overdue_invoice(7)
        simulated = self.propose(dry_run=True).notice_ids
        proposed = self.propose().notice_ids
        self.visit(self.buyer_user)
        for notice in (simulated, proposed):
            notice._portal_ensure_token()
            self.assertRefused(self.link(notice))
        proposed.action_approve()
        self.assertRefused(self.link(proposed))

    def test_an_earlier_reminder_that_was_only_recorded_is_not_shown(self):
        invoice = self.overdue_invoice(7)
        notice = self.env["dunning.notice"]._record_openings([(invoice, self.reminder, TODAY)])
        notice._portal_ensure_token()
        self.visit(self.buyer_user)
        self.assertRefused(self.link(notice))
        self.assertIn("no reminders", self.read_page("/my/dunning"))

    def test_a_customer_sees_all_of_his_own_and_nothing_else(self):
        first, foreign = self.sent_notice(100), self.sent_notice(200, customer=self.stranger)
        with self.at(14):
            second = self.sent_notice(300)
            self.visit(self.buyer_user)
            text = self.read_page("/my/dunning")
            self.assertLess(text.index(second.name), text.index(first.name), "newest first")
            self.assertNotIn(foreign.name, text)
            self.read_page(f"/my/dunning/{first.id}")
            self.assertRefused(f"/my/dunning/{foreign.id}")
            self.assertRefused(f"/my/dunning/{foreign.id}/pdf")

    def test_another_company_shows_its_notices_only_to_its_own_customers(self):
        notice = self.sent_notice()
        elsewhere = self.env["res.company"].sudo().create({"name": "Schwester AG"})
        self.buyer_user.sudo().write(
            {"company_ids": [Command.set(elsewhere.ids)], "company_id": elsewhere.id}
        )
        self.visit(self.buyer_user)
        self.assertRefused(f"/my/dunning/{notice.id}")
        self.read_page(self.link(notice))

    def test_a_newer_letter_about_the_same_invoice_is_named(self):
        first = self.sent_notice(100)
        self.assertFalse(first._get_newer_letter())
        with self.at(14):
            second = self.propose().notice_ids
            self.send(second)
            self.visit()
            self.assertIn(
                f"newer letter about the same invoices: {second.name}",
                self.read_page(self.link(first)),
            )
            self.assertNotIn("newer letter", self.read_page(self.link(second)))
            self.visit(self.buyer_user)
            self.assertIn(f"see {second.name}", self.read_page("/my/dunning"))

    def test_a_colleague_sees_what_the_customer_sees(self):
        notice = self.sent_notice(100)
        self.visit(self.clerk)
        self.assertIn(notice.name, self.read_page(f"/my/dunning/{notice.id}"))
        outsider = self._create_user_outside()
        self.visit(outsider)
        self.assertRefused(f"/my/dunning/{notice.id}")

    def _create_user_outside(self):
        return self._create_visitor(self.env(su=True), "portal-nobody", self.customer.browse())

    def test_the_start_page_counts_the_customers_notices(self):
        self.sent_notice(100)
        self.sent_notice(200, customer=self.stranger)
        self.visit(self.buyer_user)
        self.assertIn("/my/dunning", self.open_page("/my/home").text)
        counters = self.make_jsonrpc_request("/my/counters", {"counters": ["dunning_count"]})
        self.assertEqual(counters["dunning_count"], 1)

    def test_the_list_has_pages(self):
        self.patch(DunningPortal, "_items_per_page", 1)
        self.sent_notice(100)
        with self.at(14):
            self.send(self.propose().notice_ids)
            self.visit(self.buyer_user)
            for page, shown, hidden in (
                (1, "First notice", "Payment reminder MA"),
                (2, "Payment reminder MA", "First notice"),
            ):
                text = self.read_page(f"/my/dunning/page/{page}")
                self.assertIn(shown, text)
                self.assertNotIn(hidden, text)

    def test_whoever_may_not_read_a_notice_does_so_by_no_other_way(self):
        notice = self.sent_notice()
        token = notice.sudo().access_token
        self.write_to_clerk(notice, "A word in confidence")
        self.visit()
        thread = {"thread_model": "dunning.notice", "thread_id": notice.id, "token": token}
        post = {**thread, "post_data": {"body": "x", "message_type": "comment"}}
        for route, values in (("/mail/chatter_fetch", thread), ("/mail/message/post", post)):
            with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
                self.make_jsonrpc_request(route, values)
        content = f"/web/content/dunning.notice/{notice.id}/pdf_file?access_token={token}"
        self.assertEqual(self.open_page(content).status_code, 404)

    def test_a_page_behind_a_token_is_kept_nowhere(self):
        notice = self.sent_notice()
        self.visit()
        headers = self.open_page(self.link(notice)).headers
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertEqual(headers["Referrer-Policy"], "same-origin")
        self.assertIn("noindex", headers["X-Robots-Tag"])

    def test_a_person_cannot_choose_the_token(self):
        notice = self.sent_notice()
        with self.assertRaises(UserError):
            notice.access_token = "1234"

    def test_the_mail_carries_the_link(self):
        notice = self.sent_notice()
        body = notice.delivery_ids.mail_mail_id.sudo().body_html
        self.assertIn(self.link(notice), body)
        self.assertIn("View online", body)

    def test_an_invoice_is_linked_for_whoever_is_logged_in_as_its_customer(self):
        notice = self.sent_notice()
        address = f'href="/my/invoices/{notice.claim_ids.move_id.id}"'
        self.visit()
        self.assertNotIn(address, self.open_page(self.link(notice)).text)
        self.visit(self.buyer_user)
        self.assertIn(address, self.open_page(f"/my/dunning/{notice.id}").text)


@tagged("post_install", "-at_install")
class TestPortalPage(PortalCommon):
    """What the page shows and takes: the letter, what is open today, a message."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        draw_letters(cls)

    def test_the_letter_is_the_one_that_was_sent(self):
        notice = self.sent_notice()
        self.visit()
        page = self.open_page(self.link(notice, "/pdf"))
        self.assertEqual(page.headers["Content-Type"], "application/pdf")
        self.assertIn("attachment", page.headers["Content-Disposition"])
        self.assertTrue(page.content.startswith(b"%PDF-"))
        self.assertEqual(page.content, notice._get_stored_letter())

    def test_the_page_says_what_is_open_today_and_what_stood_in_the_letter(self):
        notice = self.sent_notice(100, 50)
        paid, open_ = notice.claim_ids.move_id.sorted("amount_total", reverse=True)
        self.pay(paid)
        self.pay(open_, 20)
        self.assertEqual(notice._get_open_today().total, 30)
        self.visit()
        text = self.read_page(self.link(notice))
        self.assertIn("150.00", text)
        self.assertIn("30.00", text)
        self.assertIn("Paid", text)

    def test_a_disputed_part_is_not_asked_for(self):
        notice = self.sent_notice(100)
        self.pause(notice.claim_ids.move_id, amount=30)
        self.assertEqual(notice._get_open_today().total, 70)

    def test_a_pause_stops_letters_but_takes_money(self):
        notice = self.sent_notice(100)
        self.pause(notice.claim_ids.move_id)
        self.assertEqual(notice._get_open_today().total, 100)

    def test_an_invoice_that_was_reset_and_posted_again_is_still_found(self):
        notice = self.sent_notice(100)
        invoice = notice.claim_ids.move_id.sudo()
        invoice.button_draft()
        self.assertEqual(notice._get_open_today().total, 0)
        invoice.action_post()
        self.assertEqual(notice._get_open_today().total, 100)

    def test_a_credit_that_was_used_up_is_not_deducted_twice(self):
        credit = self.credit_note(30)
        notice = self.sent_notice(100)
        self.assertEqual(notice._get_open_today().total, 70)
        notice._allocate_credits(notice.credit_ids)
        self.assertEqual(credit.amount_residual, 0)
        self.assertEqual(notice._get_open_today().total, 70)

    def test_a_paid_notice_says_thank_you(self):
        notice = self.sent_notice(100)
        self.pay(notice.claim_ids.move_id)
        self.visit()
        self.assertIn("Everything is paid. Thank you!", self.read_page(self.link(notice)))

    def test_a_message_reaches_the_clerk_as_a_task(self):
        notice = self.sent_notice()
        answer = self.write_to_clerk(notice, "We pay on Friday.\nRegards")
        self.assertEqual(answer.status_code, 303)
        self.assertIn("has arrived", self.read_page(answer.headers["Location"]))
        message = self.messages(notice)
        self.assertEqual(message.author_id, notice.addressee_id)
        self.assertIn("We pay on Friday.", message.body)
        task = notice.activity_ids
        self.assertEqual(task.user_id, self.clerk)
        self.assertIn("We pay on Friday.", task.note)
        self.assertNotIn(notice.addressee_id, notice.message_partner_ids)

    def test_a_customer_who_is_logged_in_writes_under_his_own_name(self):
        notice = self.sent_notice()
        self.visit(self.buyer_user)
        data = {"message": "It is me", "csrf_token": Request.csrf_token(self)}
        self.url_open(f"/my/dunning/{notice.id}/message", data=data)
        self.assertEqual(self.messages(notice).author_id, self.buyer_user.partner_id)

    def test_a_message_is_text_and_nothing_else(self):
        notice = self.sent_notice()
        self.write_to_clerk(notice, "<script>alert(1)</script><b>Hello</b>")
        for body in (self.messages(notice).body, notice.activity_ids.note):
            self.assertIn("&lt;script&gt;", body)
            self.assertNotIn("<script>", body)
            self.assertNotIn("<b>", body)

    def test_an_empty_or_endless_message_comes_back_with_the_reason(self):
        notice = self.sent_notice()
        for text, reason in (("  ", "Please write something"), ("x" * 2001, "Please shorten")):
            page = self.write_to_clerk(notice, text)
            self.assertEqual(page.status_code, 400)
            self.assertIn(reason, self.text_of(page))
            self.assertIn(text.strip(), page.text, "what was typed is not lost")
        self.assertFalse(self.messages(notice))

    def test_five_messages_an_hour_are_enough(self):
        notice = self.sent_notice()
        for number in range(5):
            self.assertEqual(self.write_to_clerk(notice, f"No. {number}").status_code, 303)
        with self.assertRefusalsLogged((f"/my/dunning/{notice.id}/message", "too often")):
            page = self.write_to_clerk(notice, "No. 6")
        self.assertEqual(page.status_code, 400)
        self.assertIn("several messages", self.text_of(page))
        self.assertEqual(len(self.messages(notice)), 5)
        with self.at(1):
            self.assertEqual(self.write_to_clerk(notice, "Next day").status_code, 303)

    def test_a_machine_that_fills_the_hidden_field_writes_into_the_void(self):
        notice = self.sent_notice()
        with self.assertRefusalsLogged((f"/my/dunning/{notice.id}/message", "no person")):
            answer = self.write_to_clerk(notice, "Buy pills", homepage="https://pills.example.com")
        self.assertEqual(answer.status_code, 303)
        self.assertFalse(self.messages(notice))
        self.assertFalse(notice.activity_ids)

    @mute_logger("odoo.http")
    def test_a_message_from_a_foreign_page_is_refused(self):
        notice = self.sent_notice()
        self.assertEqual(self.write_to_clerk(notice, "Hello", csrf_token="x").status_code, 400)
        with self.assertRefusalsLogged((f"/my/dunning/{notice.id}/message", "no access")):
            wrong = self.write_to_clerk(notice, "Hello", access_token="wrong")
        self.assertEqual(wrong.status_code, 403)
        self.assertFalse(self.messages(notice))

    def test_the_page_speaks_german(self):
        self.env["res.lang"].sudo()._activate_lang("de_DE")
        notice = self.sent_notice()
        self.visit()
        self.opener.cookies["frontend_lang"] = "de_DE"
        self.assertIn("Heute offen", self.read_page(self.link(notice)))


@tagged("post_install", "-at_install")
class TestPortalTour(InBrowser, PortalCommon):
    """The same in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        draw_letters(cls)

    def test_a_customer_opens_the_notice_downloads_it_and_writes_to_the_clerk(self):
        notice = self.sent_notice(100)
        foreign = self.sent_notice(200, customer=self.stranger)
        token = notice.sudo().access_token
        self.start_tour(f"/en{self.link(notice)}", "dunning_portal_tour")
        self.assertIn("We pay on Friday.", self.messages(notice).body)
        self.assertEqual(notice.activity_ids.user_id, self.clerk)
        self.visit()
        self.assertRefused(self.link(foreign, token=token))
        self.assertRefused(self.link(notice, token=token.swapcase()))
        self.company.sudo().dunning_link_days = -1
        self.assertRefused(self.link(notice))
