from odoo.http import Request
from odoo.tests import tagged

from .complaint import ComplaintCommon
from .gateway import GatewayCommon
from .test_portal import PortalCommon

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f"
    b"\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + b"\x00" * 200


@tagged("post_install", "-at_install")
class TestComplaintPortal(ComplaintCommon, PortalCommon):
    """Customers complain, look and choose on their page; everything else is refused politely."""

    def sent(self, *days):
        """Return a notice about invoices that are so many days overdue, sent today."""
        invoices = self.env["account.move"].union(*(self.overdue_invoice(one) for one in days))
        self.propose()
        notice = self.notice_of(invoices[:1])
        self.send(notice)
        return notice

    def post(self, path, files=(), **data):
        self.opener.cookies["frontend_lang"] = "en_US"
        return self.opener.post(
            self.base_url() + path,
            data={"csrf_token": Request.csrf_token(self), **data},
            files=[("files", file) for file in files] or None,
            allow_redirects=False,
            timeout=60,
        )

    def complain_online(self, notice, words="Two boxes were wet.", files=(), **data):
        data = {"access_token": notice.sudo().access_token, "words": words, **data}
        return self.post(f"/my/dunning/{notice.id}/complaint/send", files, **data)

    def complaints(self):
        self.env.invalidate_all()
        return self.env["dunning.complaint"].search([], order="id")

    # === COMPLAINING ===

    def test_the_link_of_the_letter_leads_to_the_form(self):
        self.visit()
        notice = self.sent(8)
        page = self.open_page(self.link(notice))
        self.assertIn("Tell us what is wrong", page.text)
        text = self.read_page(self.link(notice, "/complaint"))
        self.assertIn("What is not right?", text)
        self.assertIn(notice.claim_ids.move_id.name, text)
        self.assertIn("Damaged", text)

    def test_a_complaint_by_the_link_is_recorded_with_its_words_and_files(self):
        self.visit()
        notice = self.sent(8)
        move = notice.claim_ids.move_id
        answer = self.complain_online(
            notice,
            files=[("Schaden Küche.jpeg", PNG, "image/jpeg")],
            reason=self.damaged.id,
            **{f"amount_{move.id}": "30,50"},
        )
        self.assertEqual(answer.status_code, 303)
        complaint = self.complaints()
        self.assertEqual(complaint.customer_words, "Two boxes were wet.")
        self.assertEqual((complaint.source, complaint.reason_id), ("portal", self.damaged))
        self.assertEqual((complaint.amount_contested, complaint.notice_id), (30.5, notice))
        self.assertFalse(complaint.recorded_by_id)
        self.assertEqual(complaint.message_attachment_count, 1)
        self.assertEqual(complaint.message_ids.attachment_ids.name, "Schaden Küche.png")
        page = self.open_page(answer.headers["Location"])
        self.assertIn("it has arrived", page.text)
        self.assertIn("Two boxes were wet.", page.text)

    def test_lines_and_whole_invoices_are_ticked(self):
        self.visit()
        notice = self.sent(8, 9)
        first, second = notice.claim_ids.move_id
        line = first.invoice_line_ids
        self.assertEqual(self.complain_online(notice).status_code, 400, "which one?")
        self.complain_online(notice, **{f"line_{line.id}": "1", f"whole_{second.id}": "1"})
        kinds = {item.move_id: item.kind for item in self.complaints().item_ids}
        self.assertEqual(kinds, {first: "line", second: "item"})

    def test_what_cannot_be_read_is_asked_for_again_and_nothing_typed_is_lost(self):
        self.visit()
        notice = self.sent(8)
        move = notice.claim_ids.move_id
        for amount in ("a lot", "-3", "1e5"):
            page = self.complain_online(notice, **{f"amount_{move.id}": amount})
            self.assertEqual(page.status_code, 400)
            self.assertIn("enter the amount as a number", page.text)
            self.assertIn("Two boxes were wet.", page.text)
        page = self.complain_online(notice, **{f"amount_{move.id}": "5000"})
        self.assertIn("not as large as that", page.text)
        page = self.complain_online(notice, words=" ")
        self.assertIn("in your own words", page.text)
        page = self.complain_online(notice, words="x" * 5001)
        self.assertIn("shorten your text", page.text)
        self.assertFalse(self.complaints())

    def test_whoever_is_logged_in_complains_about_his_invoice(self):
        invoice = self.overdue_invoice(8)
        self.visit(self.buyer_user)
        page = self.open_page(f"/my/dunning/invoice/{invoice.id}/complaint")
        self.assertIn(invoice.name, page.text)
        self.post(f"/my/dunning/invoice/{invoice.id}/complaint/send", words="Wrong price")
        complaint = self.complaints()
        self.assertEqual(complaint.contact_id, self.buyer_user.partner_id)
        self.assertIn(complaint.name, self.read_page("/my/dunning/complaints"))
        self.assertIn(complaint.name, self.read_page("/my/dunning/timeline"))

    # === CHOOSING ===

    def test_the_page_says_that_something_waits_only_where_it_does(self):
        self.visit()
        notice = self.sent(8)
        self.complain(notice, reason=self.hardship)
        page = self.read_page(self.link(notice))
        self.assertIn("We are looking into", page)
        self.assertNotIn("is set aside meanwhile", page)
        self.complain(notice)
        self.assertIn("is set aside meanwhile", self.read_page(self.link(notice)))

    def test_the_customer_chooses_by_the_link_and_the_choice_acts(self):
        self.visit()
        notice = self.sent(8)
        complaint = self.complain(notice, 50)
        self.offer(complaint, ("credit_part", {"amount": 30, "cost": 31.23}))
        link = complaint._get_portal_link()
        page = self.open_page(link)
        self.assertIn("Credit note for a part", page.text)
        self.assertNotIn("31.23", page.text)
        credit = complaint.option_ids.filtered(lambda one: one.kind == "credit_part")
        answer = self.post(
            f"/my/dunning/complaint/{complaint.id}/choose",
            access_token=complaint.access_token,
            option=credit.id,
            name="Ada Sommer",
        )
        self.assertEqual(answer.status_code, 303)
        self.env.invalidate_all()
        self.assertEqual((complaint.state, complaint.chosen_how), ("chosen", "link"))
        self.assertEqual(complaint.chosen_by, "Ada Sommer")
        self.assertTrue(complaint.chosen_on)
        self.assertEqual(credit.move_ids.amount_total, 30)
        self.assertIn("You have chosen", self.open_page(link).text)

    def test_a_foreign_option_is_no_option(self):
        self.visit()
        first, second = self.complain(self.overdue_invoice(8)), self.complain(self.customer)
        self.offer(first, ("repair", {}))
        self.offer(second, ("repair", {}))
        answer = self.post(
            f"/my/dunning/complaint/{first.id}/choose",
            access_token=first.sudo()._portal_ensure_token(),
            option=second.option_ids[0].id,
            name="Eve",
        )
        self.assertEqual(answer.status_code, 400)
        self.env.invalidate_all()
        self.assertEqual((first.state, second.state), ("offered", "offered"))

    def test_one_question_is_answered_with_one_click(self):
        self.company.sudo().dunning_complaint_satisfaction = True
        self.visit()
        complaint = self.complain(self.overdue_invoice(8))
        token = complaint.sudo()._portal_ensure_token()
        path = f"/my/dunning/complaint/{complaint.id}/satisfied"
        self.post(path, access_token=token, answer="3")
        self.env.invalidate_all()
        self.assertFalse(complaint.satisfaction, "only afterwards")
        complaint._close("accepted", "All is well.")
        self.post(path, access_token=token, answer="9")
        self.post(path, access_token=token, answer="2")
        self.env.invalidate_all()
        self.assertEqual(complaint.satisfaction, "2")

    # === REFUSED ===

    def test_other_customers_see_nothing(self):
        invoice = self.overdue_invoice(8)
        complaint = self.complain(invoice)
        self.visit(self.stranger_user)
        for address in (
            f"/my/dunning/complaint/{complaint.id}",
            f"/my/dunning/invoice/{invoice.id}/complaint",
            f"/my/dunning/complaint/{complaint.id}/file/1",
        ):
            self.assertNotIn(self.customer.name, self.assertRefused(address))
        self.assertNotIn(complaint.name, self.open_page("/my/dunning/complaints").text)
        self.assertNotIn(complaint.name, self.open_page("/my/dunning/timeline").text)
        for path in (
            f"/my/dunning/complaint/{complaint.id}/message",
            f"/my/dunning/complaint/{complaint.id}/choose",
            f"/my/dunning/complaint/{complaint.id}/satisfied",
            f"/my/dunning/invoice/{invoice.id}/complaint/send",
        ):
            with self.assertRefusalsLogged((path, "no access")):
                answer = self.post(path, words="Mine")
            self.assertEqual(answer.status_code, 403)
        self.assertEqual(self.complaints(), complaint)

    def test_forged_tokens_open_nothing_and_look_all_the_same(self):
        notice = self.sent(8)
        complaint = self.complain(notice)
        other = self.complain(self.customer)
        foreign = other.sudo()._portal_ensure_token()
        self.visit()
        pages = {
            self.assertRefused(f"/my/dunning/complaint/{complaint.id}{query}")
            for query in ("", "?access_token=", "?access_token=forged", f"?access_token={foreign}")
        }
        pages.add(self.assertRefused("/my/dunning/complaint/999999999?access_token=forged"))
        pages.add(self.assertRefused(self.link(notice, "/complaint", token="forged")))
        self.assertEqual(len(pages), 1)
        with self.assertRefusalsLogged((f"/my/dunning/{notice.id}/complaint/send", "no access")):
            answer = self.complain_online(notice, access_token="forged")
        self.assertEqual(answer.status_code, 403)

    def test_the_token_of_a_notice_does_not_open_its_complaints(self):
        notice = self.sent(8)
        complaint = self.complain(notice)
        self.visit()
        token = notice.sudo().access_token
        self.assertRefused(f"/my/dunning/complaint/{complaint.id}?access_token={token}")

    def test_script_in_words_and_file_names_stays_text(self):
        self.visit()
        notice = self.sent(8)
        evil = "<script>alert('words')</script><img src=x onerror=alert(1)>"
        name = "<script>alert('name')</script>"
        path = f"/my/dunning/{notice.id}/complaint/send"
        with self.assertRefusalsLogged((path, "file kind")):
            self.complain_online(notice, evil, files=[(f"{name}.exe", PROGRAM, "image/png")])
        answer = self.complain_online(notice, evil, files=[(f"{name}.png", PNG, "image/png")])
        complaint = self.complaints()
        self.assertEqual(complaint.customer_words, evil, "unedited")
        page = self.open_page(answer.headers["Location"])
        self.assertNotIn("<script>alert('words')", page.text)
        self.assertNotIn("<img src=x", page.text)
        self.assertIn("&lt;script&gt;", page.text)
        name = complaint.message_ids.attachment_ids.name
        self.assertEqual(name, "script.png")
        self.post(
            f"/my/dunning/complaint/{complaint.id}/message",
            access_token=complaint.access_token,
            words=evil,
        )
        self.env.invalidate_all()
        self.assertNotIn("<script", complaint.message_ids[:1].body)
        self.assertNotIn("onerror=alert(1)>", complaint.message_ids[:1].body)

    def test_large_and_executable_files_are_refused_with_a_clear_page(self):
        self.visit()
        notice = self.sent(8)
        large = PNG + b"\x00" * (20 * 1024 * 1024)
        html, svg = b"<html><script>1</script></html>", b"<svg xmlns='http://www.w3.org/2000/svg'/>"
        path = f"/my/dunning/{notice.id}/complaint/send"
        for file, words, why in (
            (("photo.png", large, "image/png"), "too large", "too_large"),
            (("invoice.pdf", PROGRAM, "application/pdf"), "cannot be taken", "kind"),
            (("page.html", html, "text/html"), "cannot be taken", "kind"),
            (("picture.svg", svg, "image/svg+xml"), "be taken", "kind"),
            (("empty.png", b"", "image/png"), "is empty", "empty"),
        ):
            with self.subTest(file=file[0]):
                with self.assertRefusalsLogged((path, f"file {why}")):
                    page = self.complain_online(notice, files=[file])
                self.assertEqual(page.status_code, 400)
                self.assertIn(words, page.text)
        with self.assertRefusalsLogged((path, "file too_many")):
            page = self.complain_online(notice, files=[("a.png", PNG, "image/png")] * 6)
        self.assertIn("5 files at most", page.text)
        self.assertFalse(self.complaints())

    def test_a_hundred_posts_a_minute_are_refused_with_a_clear_page(self):
        self.visit()
        notice = self.sent(8)
        path = f"/my/dunning/{notice.id}/complaint/send"
        with self.assertRefusalsLogged(*[(path, "too often")] * 95):
            answers = [self.complain_online(notice, f"No. {number}") for number in range(100)]
        codes = [answer.status_code for answer in answers]
        self.assertEqual(codes, [303] * 5 + [429] * 95)
        self.assertIn("several messages from you", answers[-1].text)
        self.assertEqual(len(self.complaints()), 5)
        complaint = self.complaints()[0]
        self.assertEqual(self.open_page(complaint._get_portal_link()).status_code, 200)
        path = f"/my/dunning/complaint/{complaint.id}/message"
        token = complaint.sudo().access_token
        with self.assertRefusalsLogged(*[(path, "too often")] * 3):
            answers = [self.post(path, access_token=token, words="Again") for _number in range(8)]
        codes = [answer.status_code for answer in answers]
        self.assertEqual(codes, [303] * 5 + [429] * 3)

    def test_whoever_fills_the_hidden_field_is_no_person(self):
        self.visit()
        notice = self.sent(8)
        with self.assertRefusalsLogged((f"/my/dunning/{notice.id}/complaint/send", "no person")):
            self.complain_online(notice, homepage="https://spam.example.com")
        self.assertFalse(self.complaints())

    def test_a_post_without_its_token_against_forgery_is_refused(self):
        self.visit()
        notice = self.sent(8)
        with self.assertLogs("odoo.http", "WARNING"):
            answer = self.complain_online(notice, csrf_token="")
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.complaints())


@tagged("post_install", "-at_install")
class TestComplaintMail(ComplaintCommon, GatewayCommon):
    """Complaints that come by e-mail: replies to reminders, mails to an address of their own."""

    def test_one_click_turns_a_reply_into_a_complaint(self):
        notice = self.sent_notice()
        self.answer(notice, "Two boxes were wet.")
        action = notice.action_reply_complaint()
        complaint = self.env["dunning.complaint"].browse(action["res_id"])
        self.assertEqual(complaint.customer_words, "Two boxes were wet.")
        self.assertEqual((complaint.source, complaint.notice_id), ("reply", notice))
        self.assertEqual(notice.reply_state, "handled")
        self.assertHeld(notice.claim_ids.move_id, 100)

    def test_without_a_reply_there_is_nothing_to_turn(self):
        notice = self.sent_notice()
        with self.assertRaisesRegex(Exception, "not written anything"):
            notice.action_reply_complaint()

    def test_a_mail_to_the_address_for_complaints_opens_one(self):
        self.company.sudo().dunning_complaint_alias = "complaints"
        self.receive(
            "From: Ada Sommer <rechnung@kunde.example.com>\n"
            "To: complaints@hansen.example.com\n"
            f"Subject: Wet boxes\nMessage-Id: {self.new_id()}\n"
            "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nTwo of ten.\n"
        )
        complaint = self.env["dunning.complaint"].search([])
        self.assertEqual((complaint.source, complaint.partner_id), ("mail", self.customer))
        self.assertIn("Wet boxes", complaint.customer_words)
        self.assertIn("Two of ten.", complaint.customer_words)
        self.assertEqual(self.company.sudo().dunning_complaint_alias_id.alias_name, "complaints")
        self.company.sudo().dunning_complaint_alias = False
        self.assertFalse(self.company.sudo().dunning_complaint_alias_id)

    def test_a_call_that_ends_in_a_complaint_opens_one(self):
        invoice = self.overdue_invoice(8)
        call = self.env["dunning.call"].log(
            self.customer,
            "complaint",
            customer_words="Two boxes were wet.",
            disputed_amount=30,
            complaint_reason_id=self.damaged.id,
        )
        complaint = call.complaint_ids
        self.assertEqual((complaint.reason_id, complaint.source), (self.damaged, "call"))
        self.assertEqual(complaint.customer_words, "Two boxes were wet.")
        self.assertHeld(invoice, 30)

    def test_hardship_on_the_phone_holds_nothing(self):
        invoice = self.overdue_invoice(8)
        self.env["dunning.call"].log(
            self.customer,
            "complaint",
            customer_words="Our oven broke down.",
            complaint_reason_id=self.hardship.id,
        )
        self.assertHeld(invoice, 0)
