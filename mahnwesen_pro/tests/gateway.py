import itertools

from odoo import SUPERUSER_ID, Command
from odoo.tests import new_test_user

from .common import DunningCommon

BOUNCE = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.kunde.example.com>
To: bounce@hansen.example.com
Subject: Undelivered Mail Returned to Sender
Message-Id: {message_id}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=utf-8

This is the mail system. I'm sorry to have to inform you ...
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.kunde.example.com

Final-Recipient: rfc822; rechnung@kunde.example.com
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <rechnung@kunde.example.com>: User unknown

--B
Content-Type: message/rfc822

{original}
--B--
"""

ANSWER = """\
From: {sender}
To: {to}
Subject: Re: your reminder
Message-Id: {message_id}
In-Reply-To: {original_id}
References: {original_id}
{headers}MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

{text}
"""


class GatewayCommon(DunningCommon):
    """What arrives at Odoo's mail gateway: answers of customers and of mail servers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.numbers = itertools.count(1)
        domain = cls.env["mail.alias.domain"].sudo().create({"name": "hansen.example.com"})
        cls.company.sudo().alias_domain_id = domain
        cls.clerk.sudo().name = "Inga Clausen"
        cls.seller = new_test_user(
            cls.env(user=SUPERUSER_ID),
            "dunning-seller",
            "mahnwesen_pro.group_dunning_caller",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.customer.sudo().user_id = cls.seller
        cls.gateway = cls.env["mail.thread"].with_user(cls.env.ref("base.user_root"))

    def sent_notice(self, customer=None, days=7):
        """Return a notice that the mail server took, or that was printed, today."""
        notice = self.propose_for(customer or self.customer, days)
        self.send(notice)
        self.assertEqual(notice.state, "sent")
        return notice

    def propose_for(self, customer, days=7):
        invoice = self.overdue_invoice(days, customer=customer)
        self.propose()
        return self.notice_of(invoice)

    def mail_of(self, notice):
        """Return the mail as the customer's server got it."""
        delivery = notice.delivery_ids.filtered(lambda row: row.channel == "email")[:1]
        (mail,) = [mail for mail in self._mails if mail["message_id"] == delivery.message_id]
        return mail["EmailMessage"]

    def answer(self, notice, text="We will pay on Friday.", sender=None, headers="", to=None):
        """The customer answers the mail; returns nothing, as the gateway does not either."""
        mail = self.mail_of(notice)
        self.receive(
            ANSWER.format(
                sender=sender or "Ada Sommer <rechnung@kunde.example.com>",
                to=to or mail["Reply-To"],
                message_id=self.new_id(),
                original_id=mail["Message-Id"],
                headers=headers,
                text=text,
            )
        )

    def bounce(self, notice, action="failed"):
        """The customer's mail server sends the mail back, or says that it is late."""
        original = self.mail_of(notice).as_string()
        self.receive(BOUNCE.format(message_id=self.new_id(), action=action, original=original))

    def receive(self, text):
        self.gateway.message_process(None, text)
        self.env.invalidate_all()

    def new_id(self):
        return f"<answer-{next(self.numbers)}@kunde.example.com>"

    def task_of(self, record, kind):
        """Return the open task of a kind at a record."""
        kind = self.env.ref(f"mahnwesen_pro.mail_activity_type_{kind}")
        return record.activity_ids.filtered(lambda task: task.activity_type_id == kind)

    def deliveries(self, notice, channel):
        return notice.delivery_ids.filtered(lambda delivery: delivery.channel == channel)
