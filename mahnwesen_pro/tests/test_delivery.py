import base64
import itertools
import socket
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from unittest.mock import patch

from aiosmtpd.controller import Controller

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from ..models.dunning_delivery import RETRY_MINUTES
from .common import DunningCommon

MAIL_LOG = "odoo.addons.mail.models.mail_mail", "odoo.addons.base.models.ir_mail_server"


class Postman:
    """What the mail server on loopback does: takes mails, or refuses some recipients."""

    def __init__(self, refused=()):
        self.refused = refused
        self.mails = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return "550 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 Taken"


@tagged("post_install", "-at_install")
class TestDelivery(DunningCommon):
    """The way of a letter out of the house, over a real mail server on loopback."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.servers = cls.env["ir.mail_server"].sudo()
        cls.servers.search([]).active = False

    @contextmanager
    def mail_server(self, refused=(), up=True):
        """A mail server that Odoo really talks to; yields the postman."""
        postman = Postman(refused)
        controller = Controller(postman, hostname="127.0.0.1", port=self.free_port())
        controller.start()
        server = self.servers.create(
            {"name": "Loopback", "smtp_host": "127.0.0.1", "smtp_port": controller.port}
        )
        if not up:
            controller.stop()
        try:
            with patch.object(IrMail_Server, "_disable_send", lambda *args: False):
                yield postman
        finally:
            if up:
                controller.stop()
            server.active = False

    @staticmethod
    def free_port():
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]

    def on_its_way(self, **customer):
        """Approve and send a notice over 100; nothing is delivered yet."""
        self.customer.sudo().write(customer)
        self.overdue_invoice(7)
        notice = self.propose().notice_ids
        notice.action_approve()
        notice.action_send()
        self.assertEqual(notice.state, "sending")
        return notice

    def work_the_queue(self, notice):
        """What the two scheduled actions do: the mail queue, then our conclusions."""
        queued = notice.delivery_ids.sudo().mail_mail_id
        with mute_logger(*MAIL_LOG):
            queued.filtered(lambda mail: mail.state == "outgoing").send()
        self.env["dunning.delivery"].sudo()._cron_retry()
        notice.sudo()._settle()

    def both_channels(self):
        self.reminder.sudo().send_letter = True
        return self.on_its_way()

    def deliveries(self, notice, channel):
        return notice.delivery_ids.filtered(lambda delivery: delivery.channel == channel)

    # === E-MAIL ===

    def test_what_the_mail_server_took_is_sent(self):
        notice = self.on_its_way()
        with self.mail_server() as postman:
            self.work_the_queue(notice)
        (mail,) = postman.mails
        self.assertEqual(notice.state, "sent")
        self.assertEqual(mail["To"], "rechnung@kunde.example.com")
        self.assertIn(self.clerk.email, mail["Reply-To"])
        self.assertIn(self.company.email, mail["From"])
        (letter,) = mail.iter_attachments()
        self.assertEqual(letter.get_filename(), notice.pdf_name)
        self.assertEqual(letter.get_content(), base64.b64decode(notice.pdf_file))
        self.assertIn(notice.name, mail["Subject"])

    def test_the_delivery_keeps_what_proves_it(self):
        notice = self.on_its_way()
        with self.mail_server() as postman:
            self.work_the_queue(notice)
        delivery = notice.delivery_ids
        self.assertEqual(
            (delivery.state, delivery.attempts, delivery.address),
            ("sent", 1, "rechnung@kunde.example.com"),
        )
        self.assertEqual(delivery.message_id, postman.mails[0]["Message-Id"])
        self.assertEqual(delivery.date_done, fields.Datetime.now())

    def test_the_mail_is_sent_by_the_queue_and_not_by_the_click(self):
        with self.mail_server() as postman:
            notice = self.on_its_way()
            self.assertFalse(postman.mails)
        self.assertEqual(notice.delivery_ids.sudo().mail_mail_id.state, "outgoing")

    def test_a_double_click_on_send_makes_one_mail(self):
        notice = self.on_its_way()
        notice.action_send()
        notice.action_send_all()
        self.assertEqual(len(notice.delivery_ids), 1)
        with self.mail_server() as postman:
            self.work_the_queue(notice)
            self.work_the_queue(notice)
        self.assertEqual(len(postman.mails), 1)

    # === A MAIL SERVER THAT IS DOWN ===

    def test_a_server_that_is_down_is_tried_again_after_growing_pauses(self):
        notice = self.on_its_way()
        delivery, tried = notice.delivery_ids, [fields.Datetime.now()]
        with self.mail_server(up=False):
            self.work_the_queue(notice)
            while delivery.retry_at and len(tried) < 10:
                tried.append(delivery.retry_at)
                with self.at(day=tried[-1]):
                    self.work_the_queue(notice)
                    self.work_the_queue(notice)
        pauses = [after - before for before, after in itertools.pairwise(tried)]
        self.assertEqual(pauses, [timedelta(minutes=minutes) for minutes in RETRY_MINUTES])
        self.assertEqual((delivery.state, delivery.attempts), ("failed", len(tried)))

    def test_a_server_that_comes_back_takes_the_same_mail(self):
        notice = self.on_its_way()
        message_id = notice.delivery_ids.message_id
        with self.mail_server(up=False):
            self.work_the_queue(notice)
        self.assertEqual(notice.state, "sending")
        with self.at(1), self.mail_server() as postman:
            self.work_the_queue(notice)
            self.work_the_queue(notice)
        self.assertEqual([mail["Message-Id"] for mail in postman.mails], [message_id])
        self.assertEqual((notice.state, notice.delivery_ids.attempts), ("sent", 2))

    def give_up(self, notice):
        """Let the mail server be down until nobody tries any more."""
        delivery = notice.delivery_ids
        with self.mail_server(up=False):
            self.work_the_queue(notice)
            while delivery.state == "queued":
                with self.at(day=delivery.retry_at):
                    self.work_the_queue(notice)
                    self.work_the_queue(notice)

    def test_a_mail_given_up_without_postal_address_fails_and_can_be_tried_again(self):
        notice = self.on_its_way(street=False)
        self.give_up(notice)
        self.assertEqual(notice.state, "failed")
        self.assertEqual(notice.activity_ids.user_id, self.clerk)
        number, letter = notice.name, notice.pdf_sha256
        notice.action_retry()
        with self.mail_server() as postman:
            self.work_the_queue(notice)
        self.assertEqual((notice.state, len(postman.mails)), ("sent", 1))
        self.assertEqual((notice.name, notice.pdf_sha256), (number, letter))

    def test_the_reason_of_the_newest_attempt_is_told(self):
        notice = self.on_its_way(street=False)
        self.give_up(notice)
        notice.activity_ids.unlink()
        notice.action_retry()
        notice.delivery_ids.sorted("id")[-1:].sudo().mail_mail_id.unlink()
        notice._settle()
        self.assertIn("deleted or cancelled", notice.activity_ids.note)

    # === NOBODY THERE ===

    def test_a_refused_recipient_gets_a_letter_and_the_clerk_a_task(self):
        notice = self.on_its_way()
        with self.mail_server(refused=["rechnung@kunde.example.com"]):
            self.work_the_queue(notice)
        self.assertEqual(self.deliveries(notice, "email").state, "failed")
        self.assertEqual(self.deliveries(notice, "letter").state, "queued")
        self.assertEqual(notice.state, "sending")
        self.assertEqual(notice.activity_ids.user_id, self.clerk)
        self.deliveries(notice, "letter").action_mark_printed()
        self.assertEqual(notice.state, "sent")

    def test_without_an_email_address_the_notice_is_a_letter(self):
        notice = self.on_its_way(email=False)
        self.assertEqual(notice.delivery_ids.channel, "letter")
        self.assertIn("Marktplatz 1", notice.delivery_ids.address)

    def test_without_any_address_the_run_says_so(self):
        self.customer.sudo().write({"email": False, "street": False})
        invoice = self.overdue_invoice(7)
        self.propose()
        self.assertNotDunned(invoice, "no_address")

    def test_consumers_get_letters_where_the_level_says_so(self):
        self.reminder.sudo().letter_to_consumers = True
        self.customer.sudo().dunning_debtor_type = "consumer"
        notice = self.on_its_way()
        self.assertEqual(notice.delivery_ids.channel, "letter")

    # === THE QUEUE UNDER SOMEBODY'S HANDS ===

    def test_a_mail_deleted_in_the_queue_was_not_delivered(self):
        notice = self.on_its_way(street=False)
        notice.delivery_ids.sudo().mail_mail_id.unlink()
        notice._settle()
        self.assertEqual((notice.delivery_ids.state, notice.state), ("failed", "failed"))

    def test_a_mail_cancelled_in_the_queue_was_not_delivered(self):
        notice = self.on_its_way()
        notice.delivery_ids.sudo().mail_mail_id.cancel()
        notice._settle()
        self.assertEqual(self.deliveries(notice, "email").state, "failed")
        self.assertEqual(self.deliveries(notice, "letter").state, "queued")

    def test_the_scheduled_action_finds_deleted_cancelled_and_delivered_mails(self):
        notices = self.env["dunning.notice"]
        for name in ("Deleted", "Cancelled", "Delivered", "Waiting"):
            customer = self._copy_customer(name)
            self.overdue_invoice(7, customer=customer)
        notices = self.propose().notice_ids.sorted(lambda notice: notice.partner_id.id)
        notices.action_approve()
        notices.action_send()
        deleted, cancelled, delivered, _waiting = notices
        deleted.delivery_ids.sudo().mail_mail_id.unlink()
        cancelled.delivery_ids.sudo().mail_mail_id.cancel()
        with self.mail_server():
            delivered.delivery_ids.sudo().mail_mail_id.send()
        self.settle_by_schedule()
        self.assertEqual(notices.mapped("state"), ["failed", "failed", "sent", "sending"])

    def _copy_customer(self, name):
        values = {"name": name, "email": f"{name.lower()}@kunde.example.com", "street": False}
        customer = self.customer.sudo().copy(values).with_env(self.env)
        customer.flush_recordset()
        return customer

    def settle_by_schedule(self):
        with self.enter_registry_test_mode():
            self.env.ref("mahnwesen_pro.ir_cron_dunning_settle").sudo().method_direct_trigger()

    def test_one_notice_that_cannot_be_settled_stops_nobody_else(self):
        for name in ("Good", "Bad"):
            self.overdue_invoice(7, customer=self._copy_customer(name))
        notices = self.propose().notice_ids.sorted(lambda notice: notice.partner_id.id)
        notices.action_approve()
        notices.action_send()
        good, bad = notices  # the newest delivery is settled first
        with self.mail_server():
            notices.delivery_ids.sudo().mail_mail_id.send()
        model = type(bad)
        origin = model._hook_sent

        def hook(records):
            if bad in records:
                raise ValueError("The room to the right is broken")
            return origin(records)

        with patch.object(model, "_hook_sent", hook), mute_logger("odoo.addons.mahnwesen_pro"):
            self.settle_by_schedule()
        self.assertEqual(good.state, "sent")
        self.assertEqual(bad.state, "sending")

    @mute_logger(*MAIL_LOG, "odoo.addons.mahnwesen_pro.models.mail_mail")
    def test_a_failure_on_our_side_never_stops_the_mail_queue(self):
        notice = self.on_its_way()
        stranger = (
            self.env["mail.mail"]
            .sudo()
            .create({"email_to": "x@y.example.com", "subject": "Not ours", "body_html": "x"})
        )
        mails = notice.delivery_ids.sudo().mail_mail_id + stranger
        model = type(notice.delivery_ids)
        with (
            self.mail_server() as postman,
            patch.object(model, "_record_mail_outcome", side_effect=ValueError("broken")),
        ):
            mails.send()
        self.assertEqual(len(postman.mails), 2)
        self.assertEqual(mails.mapped("state"), ["sent", "sent"])

    # === LETTERS AND BOTH ===

    def test_a_letter_counts_only_when_it_is_confirmed_as_printed(self):
        notice = self.on_its_way(email=False)
        notice._settle()
        self.assertEqual(notice.state, "sending")
        with self.at(2):
            notice.delivery_ids.action_mark_printed()
        self.assertEqual((notice.state, str(notice.date_sent)), ("sent", "2026-11-25"))

    def test_nothing_left_to_print_is_said_plainly(self):
        notice = self.on_its_way(email=False)
        notice.delivery_ids.action_mark_printed()
        with self.assertRaisesRegex(UserError, "no letter that waits"):
            notice.delivery_ids.action_mark_printed()

    def test_of_both_channels_the_first_success_counts(self):
        notice = self.both_channels()
        with self.mail_server():
            self.work_the_queue(notice)
        self.assertEqual(notice.state, "sent")
        self.assertEqual(self.deliveries(notice, "letter").state, "queued")

    def test_of_both_channels_a_failed_mail_waits_for_the_letter(self):
        notice = self.both_channels()
        with self.mail_server(refused=["rechnung@kunde.example.com"]):
            self.work_the_queue(notice)
        self.assertEqual(notice.state, "sending")
        self.assertEqual(len(self.deliveries(notice, "letter")), 1)
        self.deliveries(notice, "letter").action_mark_printed()
        self.assertEqual(notice.state, "sent")

    def test_cancelling_withdraws_the_mail_that_still_waits(self):
        notice = self.both_channels()
        self.deliveries(notice, "letter").action_mark_printed()
        notice.action_cancel("Paid in cash")
        self.assertEqual(self.deliveries(notice, "email").state, "withdrawn")
        with self.mail_server() as postman:
            self.work_the_queue(notice)
        self.assertFalse(postman.mails)

    def test_cancelling_withdraws_the_letter_that_was_not_printed(self):
        notice = self.both_channels()
        with self.mail_server():
            self.work_the_queue(notice)
        notice.action_cancel("Paid in cash")
        self.assertEqual(self.deliveries(notice, "letter").state, "withdrawn")
        with self.assertRaises(UserError):
            self.deliveries(notice, "letter").action_mark_printed()

    def test_a_resent_mail_that_fails_is_noticed(self):
        notice = self.on_its_way()
        with self.mail_server():
            self.work_the_queue(notice)
        notice.action_resend()
        resent = notice.delivery_ids.sorted("id")[-1:]
        resent.sudo().mail_mail_id.unlink()
        self.settle_by_schedule()
        self.assertEqual(resent.state, "failed")
        self.assertTrue(notice.activity_ids, "the clerk has to know that the letter did not arrive")
