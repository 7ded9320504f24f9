from datetime import timedelta

from odoo.http import Request
from odoo.tests import tagged

from .common import TODAY
from .test_installment import InstallmentCommon
from .test_portal import PortalCommon, draw_letters

#: Pages answer in real time; what is sent on this day is fresh then.
THURSDAY = TODAY + timedelta(days=3)


class PromisePortalCommon(InstallmentCommon, PortalCommon):
    """The reminder lets the customer name a day, at most two weeks ahead."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reminder.sudo().offers_promise = True
        cls.company.sudo().dunning_promise_ahead = 14

    # === DOING ===

    def promise_link(self, notice):
        """Return the address in the e-mail, without the host."""
        return notice._get_promise_link().removeprefix(notice.get_base_url())

    def name_day(self, notice, day, person="Frau Sommer", **values):
        token = notice.sudo()._get_promise_token()
        return self.url_open(
            f"/my/dunning/{notice.id}/promise/send",
            data={
                "promise_token": token,
                "date": day and str(day),
                "person": person,
                "csrf_token": Request.csrf_token(self),
                **values,
            },
            allow_redirects=False,
        )

    def plan_link(self, plan, path="", token=None):
        token = plan.sudo().access_token if token is None else token
        return f"/my/dunning/plan/{plan.id}{path}?access_token={token}"

    def accept(self, plan, name="Frau Sommer", agreed="1", token=None):
        token = plan.sudo().access_token if token is None else token
        return self.url_open(
            f"/my/dunning/plan/{plan.id}/accept",
            data={
                "name": name,
                "agreed": agreed,
                "access_token": token,
                "csrf_token": Request.csrf_token(self),
            },
            allow_redirects=False,
        )

    def promises(self, notice):
        return self.env["dunning.promise"].search([("notice_id", "=", notice.id)])


@tagged("post_install", "-at_install")
class TestPromisePortal(PromisePortalCommon):
    """“Will be paid on …”: the customer's own day becomes a promise, within limits (METHOD R2)."""

    def test_the_mail_carries_the_link_and_the_day_becomes_a_promise(self):
        notice = self.sent_notice(100)
        link = self.promise_link(notice)
        mail = notice.delivery_ids.mail_mail_id.sudo()
        self.assertIn(link, mail.body_html.replace("&amp;", "&"))
        self.visit()
        self.assertIn("100.00", self.read_page(link))
        answer = self.name_day(notice, THURSDAY)
        self.assertEqual(answer.status_code, 303)
        promise = self.promises(notice)
        self.assertEqual(
            (promise.date, promise.amount, promise.person), (THURSDAY, 100, "Frau Sommer")
        )
        self.assertEqual((promise.source, promise.number), ("customer", 1))
        self.assertIn("We have noted", self.read_page(link))
        with self.at(15):
            self.propose()
            self.assertDunned(notice.claim_ids.move_id, self.first_notice)
        with self.at(3):
            self.propose()
            self.assertNotDunned(notice.claim_ids.move_id, "blocked")

    def test_a_day_outside_the_limits_is_refused_with_a_sentence(self):
        notice = self.sent_notice(100)
        self.visit()
        for day, person in (
            (TODAY - timedelta(days=1), "Frau Sommer"),
            (TODAY + timedelta(days=15), "Frau Sommer"),
            ("tomorrow", "Frau Sommer"),
            ("", "Frau Sommer"),
            (THURSDAY, "  "),
            (THURSDAY, "x" * 81),
        ):
            with self.subTest(day=day, person=person):
                answer = self.name_day(notice, day, person)
                self.assertEqual(answer.status_code, 400)
                self.assertIn("Please", self.text_of(answer))
        self.assertFalse(self.promises(notice))
        self.name_day(notice, TODAY + timedelta(days=14))
        self.assertTrue(self.promises(notice))

    def test_a_machine_that_fills_every_field_is_ignored(self):
        notice = self.sent_notice(100)
        self.visit()
        with self.assertRefusalsLogged((f"/my/dunning/{notice.id}/promise/send", "no person")):
            self.assertEqual(self.name_day(notice, THURSDAY, homepage="x").status_code, 303)
        self.assertFalse(self.promises(notice))

    def test_a_day_is_named_once(self):
        notice = self.sent_notice(100)
        self.visit()
        self.name_day(notice, THURSDAY)
        self.name_day(notice, TODAY + timedelta(days=10))
        self.assertEqual(self.promises(notice).date, THURSDAY)
        self.promises(notice)._close("broken")
        self.assertIn("cannot be named", self.read_page(self.promise_link(notice)))

    def test_nothing_is_named_for_what_is_paid_paused_or_on_a_newer_letter(self):
        for change in ("paid", "paused", "customer paused", "newer"):
            with self.subTest(change):
                customer = self._create_customer(f"{change} GmbH", lang="en_US")
                notice = self.sent_notice(100, customer=customer)
                invoice = notice.claim_ids.move_id
                if change == "paid":
                    self.pay(invoice)
                elif change == "newer":
                    with self.at(15):
                        self.propose(partners=customer)
                        self.send(self.notice_of(invoice))
                else:
                    self.pause(invoice if change == "paused" else customer)
                self.visit()
                self.assertIn("cannot be named", self.read_page(self.promise_link(notice)))
                self.name_day(notice, THURSDAY)
                self.assertFalse(self.promises(notice))

    def test_where_it_is_not_offered_there_is_no_link(self):
        self.reminder.sudo().offers_promise = False
        notice = self.sent_notice(100)
        self.assertEqual(notice._get_promise_link(), "")
        self.reminder.sudo().offers_promise = True
        self.company.sudo().dunning_promise_ahead = 0
        self.assertEqual(notice._get_promise_link(), "")

    def test_forged_expired_and_foreign_tokens_open_nothing(self):
        notice = self.sent_notice(100)
        other = self.sent_notice(200, customer=self.stranger)
        self.visit()
        right = notice.sudo()._get_promise_token()
        forged = right[:-1] + ("1" if right.endswith("0") else "0")
        for address in (
            f"/my/dunning/{notice.id}/promise",
            f"/my/dunning/{notice.id}/promise?promise_token=",
            f"/my/dunning/{notice.id}/promise?promise_token={forged}",
            f"/my/dunning/{notice.id}/promise?promise_token=%C3%A4",
            f"/my/dunning/{other.id}/promise?promise_token={right}",
            "/my/dunning/999999999/promise?promise_token=x",
        ):
            self.assertRefused(address)
        with self.assertRefusalsLogged((f"/my/dunning/{other.id}/promise/send", "no access")):
            answer = self.name_day(other, THURSDAY, promise_token=right)
        self.assertEqual(answer.status_code, 403)
        self.company.sudo().dunning_link_days = 1
        with self.at(1):
            visitor = self.env["dunning.notice"].with_user(self.stranger_user)
            self.assertTrue(visitor._find_for_promise(notice.id, right))
        with self.at(2):
            self.assertFalse(visitor._find_for_promise(notice.id, right))

    def test_the_token_for_the_day_opens_nothing_else(self):
        notice = self.sent_notice(100)
        self.visit()
        token = notice.sudo()._get_promise_token()
        self.assertRefused(self.link(notice, token=token))
        self.assertRefused(self.link(notice, "/pdf", token=token))

    def test_the_customer_sees_his_promises_and_no_others(self):
        notice = self.sent_notice(100)
        other = self.sent_notice(200, customer=self.stranger)
        self.promise(notice.claim_ids.move_id)
        self.promise(other.claim_ids.move_id)
        self.visit(self.buyer_user)
        text = self.read_page("/my/dunning")
        self.assertIn("100.00", text)
        self.assertNotIn("200.00", text)

    def test_a_colleague_names_no_day_in_the_customers_name(self):
        notice = self.sent_notice(100)
        self.visit(self.clerk)
        answer = self.name_day(notice, THURSDAY)
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.promises(notice))


@tagged("post_install", "-at_install")
class TestPlanPortal(PromisePortalCommon):
    """The customer looks at his plan and accepts it with his name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        draw_letters(cls)

    def test_the_link_shows_the_plan_and_his_name_accepts_it(self):
        self.env["res.partner.bank"].sudo().create(
            {"acc_number": "DE89 3704 0044 0532 0130 00", "partner_id": self.company.partner_id.id}
        )
        invoice = self.overdue_invoice(7, 300)
        plan = self.offer(invoice)
        self.visit()
        text = self.read_page(self.plan_link(plan))
        for shown in (plan.name, "300.00", invoice.name, "0532 0130 00", "Accept the plan"):
            self.assertIn(shown, text)
        self.assertEqual(self.accept(plan).status_code, 303)
        self.assertEqual((plan.state, plan.accepted_name), ("running", "Frau Sommer"))
        self.assertEqual(plan.accepted_how, "link")
        self.assertFalse(plan.accepted_user_id)
        self.assertIn("the plan is now in force", self.read_page(self.plan_link(plan)))

    def test_the_agreement_is_handed_out_byte_for_byte(self):
        plan = self.offer(self.overdue_invoice(7, 300))
        self.visit()
        page = self.open_page(self.plan_link(plan, "/pdf"))
        self.assertEqual(page.headers["Content-Type"], "application/pdf")
        self.assertEqual(page.content, plan.sudo()._get_stored_agreement())
        self.assertTrue(page.content.startswith(b"%PDF"))

    def test_who_is_logged_in_is_noted(self):
        plan = self.offer(self.overdue_invoice(7, 300))
        self.visit(self.buyer_user)
        self.assertIn(plan.name, self.read_page("/my/dunning"))
        self.accept(plan, token="")
        self.assertEqual((plan.accepted_how, plan.accepted_user_id), ("login", self.buyer_user))

    def test_without_name_or_tick_it_is_not_accepted(self):
        plan = self.offer(self.overdue_invoice(7, 300))
        self.visit()
        for name, agreed in (("", "1"), ("x" * 81, "1"), ("Frau Sommer", "")):
            answer = self.accept(plan, name, agreed)
            self.assertEqual(answer.status_code, 400)
            self.assertIn("Please", self.text_of(answer))
        self.assertEqual(plan.state, "offered")

    def test_it_is_accepted_once(self):
        plan = self.offer(self.overdue_invoice(7, 300))
        self.visit()
        self.accept(plan)
        self.accept(plan, "Somebody Else")
        self.assertEqual(plan.accepted_name, "Frau Sommer")

    def test_what_was_withdrawn_or_has_run_out_cannot_be_accepted(self):
        plan = self.offer(self.overdue_invoice(7, 300))
        token = plan.sudo().access_token
        with self.at(11):
            self.assertFalse(plan._accept("Frau Sommer", "link"))
            self.assertFalse(plan._find_for_portal(plan.id, token))
        plan.action_cancel("Other terms")
        self.visit()
        self.assertRefused(self.plan_link(plan, token=token))
        self.assertNotAccepted(plan, token)
        self.assertEqual(plan.state, "cancelled")

    def test_forged_and_foreign_tokens_open_nothing(self):
        plan = self.offer(self.overdue_invoice(7, 300))
        other = self.offer(self.overdue_invoice(7, 200, customer=self.stranger))
        self.visit()
        token = plan.sudo().access_token
        for path in ("", "/pdf"):
            self.assertRefused(self.plan_link(plan, path, token=""))
            self.assertRefused(self.plan_link(plan, path, token=f"{token[:-1]}?"))
            self.assertRefused(self.plan_link(other, path, token=token))
            self.assertRefused(f"/my/dunning/plan/999999999{path}?access_token={token}")
        self.assertNotAccepted(other, token)
        self.visit(self.stranger_user)
        self.assertRefused(self.plan_link(plan, token=""))
        self.assertNotAccepted(plan, "")
        self.assertEqual((plan.state, other.state), ("offered", "offered"))

    def assertNotAccepted(self, plan, token):
        with self.assertRefusalsLogged((f"/my/dunning/plan/{plan.id}/accept", "no access")):
            self.assertEqual(self.accept(plan, token=token).status_code, 403)

    def test_a_draft_is_not_for_the_customer(self):
        plan = self.draft(self.overdue_invoice(7, 300))
        self.visit(self.buyer_user)
        self.assertRefused(self.plan_link(plan, token=""))

    def test_a_colleague_does_not_accept_in_the_customers_name(self):
        plan = self.offer(self.overdue_invoice(7, 300))
        self.visit(self.clerk)
        self.assertEqual(self.accept(plan).status_code, 400)
        self.assertEqual(plan.state, "offered")

    def test_the_click_acknowledges_nothing(self):
        plan = self.draft(self.overdue_invoice(7, 300))
        plan.with_user(self.manager)._change({"with_acknowledgement": True})
        plan.action_offer()
        self.visit()
        self.assertIn("acknowledges nothing", self.read_page(self.plan_link(plan)))
