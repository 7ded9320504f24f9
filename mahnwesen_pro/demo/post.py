"""Chapter: what comes back, what was sent before, and the customer with a login of his own."""

import base64
from datetime import date, timedelta

from odoo import Command

from .chapter import Chapter, Show
from .customers import Customer

ANSWERS, BOUNCES, MOVED = "Pension Petersen", "Zweirad Zander", "Werbetechnik Wiese"
EARLIER, VISITOR = "Treppenbau Tiedemann GmbH", "Jachtwerft Jensen GmbH"

ANSWER = """\
From: Gesa Petersen <gast@pension-petersen.example>
To: {to}
Subject: AW: {subject}
Message-Id: <antwort-1@pension-petersen.example>
In-Reply-To: {message_id}
References: {message_id}
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Moin Frau Petersen,

die Saison ist vorbei und unser Steuerberater hat die Rechnung geprüft. Wir überweisen
am Montag den ganzen Betrag. Reicht Ihnen das?

Viele Grüße von der Insel
Gesa Petersen
"""

BOUNCE = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.zander.example>
To: bounce@nordlicht.example
Subject: Undelivered Mail Returned to Sender
Message-Id: <bounce-1@mx.zander.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=utf-8

Your message could not be delivered.
--B
Content-Type: message/delivery-status

Final-Recipient: rfc822; rechnung@zander.example
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 <rechnung@zander.example>: Mailbox full

--B
Content-Type: message/rfc822

Message-Id: {message_id}

--B--
"""


class Post(Chapter):
    """Replies, bounces and returned letters; earlier reminders; the portal; calendar and bank."""

    customers = (
        Customer(
            BOUNCES,
            "Radweg 6",
            "21680",
            "Stade",
            "rechnung@zander.example",
            "the e-mail came back: the letter waits for printing",
            ((312.00, 16),),
        ),
        Customer(
            MOVED,
            "Alte Gasse 14",
            "23909",
            "Ratzeburg",
            "",
            "the letter came back: moved away, address to be found",
            ((455.20, 16),),
        ),
        Customer(
            EARLIER,
            "Stiegenweg 3",
            "24768",
            "Rendsburg",
            "info@tiedemann.example",
            "two reminders from the old program, the final notice from here",
            ((1875.00, 130),),
        ),
    )

    shows = (
        Show("unread reply", "dunning.notice", [("reply_state", "=", "unread")]),
        Show("e-mail that came back", "dunning.notice", [("came_back", "=", "email")]),
        Show("letter that came back", "dunning.notice", [("came_back", "=", "letter")]),
        Show("recorded notice", "dunning.notice", [("is_opening", "=", True)]),
        Show("company calendar", "dunning.pause", []),
        Show("bank that lags behind", "dunning.run", [("bank_note", "!=", False)]),
        Show("payment at the bank", "dunning.run.skip", [("reason", "=", "payment_seen")]),
        Show("customer with a login", "res.users", [("login", "=", "kunde"), ("share", "=", True)]),
    )

    def before_run(self, stage, days_ago):
        if days_ago == 63:
            self._record_earlier_reminders(stage)
        elif not days_ago:
            self._let_second_bank_lag(stage)
            self._receive_answer(stage)
            self._take_letter_back(stage)

    def tell(self, stage):
        notice = stage.notices(BOUNCES)[:1]
        self._receive(stage, BOUNCE.format(message_id=self._get_mail(notice).message_id))
        self._invite_customer(stage)
        self._enter_calendar(stage)

    @staticmethod
    def _record_earlier_reminders(stage):
        """Import what the old program had sent, from a file."""
        number = stage.invoices(EARLIER).name
        first, second = (date.today() - timedelta(days=days) for days in (45, 20))
        lines = ["Rechnung;Stufe;Datum", f"{number};1;{first}", f"{number};2;{second}"]
        wizard = stage.env["dunning.opening.wizard"].create(
            {"file": base64.b64encode("\n".join(lines).encode()), "file_name": "altsystem.csv"}
        )
        wizard.action_import()

    @staticmethod
    def _let_second_bank_lag(stage):
        """A second bank, of which no statement came for two weeks."""
        system = stage.env(su=True)  # set up by an administrator
        journal = system["account.journal"].create(
            {
                "name": "Förde Sparkasse",
                "code": "FOERD",
                "type": "bank",
                "company_id": stage.company.id,
            }
        )
        system["account.bank.statement.line"].create(
            {
                "journal_id": journal.id,
                "date": date.today() - timedelta(days=15),
                "amount": -18.90,
                "payment_ref": "Kontoführung",
            }
        )

    def _receive_answer(self, stage):
        notice = stage.notices(ANSWERS).filtered(lambda notice: notice.state == "sent")[:1]
        delivery = self._get_mail(notice)
        self._receive(
            stage,
            ANSWER.format(
                to=stage.company.email, subject=notice.name, message_id=delivery.message_id
            ),
        )

    @staticmethod
    def _take_letter_back(stage):
        notice = stage.notices(MOVED)[:1]
        with stage.at(1):
            notice.delivery_ids.action_mark_returned("moved", "Empfänger unbekannt verzogen")

    @staticmethod
    def _invite_customer(stage):
        """Give a customer his own login, without an invitation by mail."""
        users = stage.env["res.users"].sudo()  # done by an administrator
        users.with_context(no_reset_password=True, mail_create_nolog=True).create(
            {
                "name": "Jonas Jensen",
                "login": "kunde",
                "password": "kunde",
                "email": "jonas@jensen.example",
                "lang": "de_DE",
                "partner_id": stage.env["res.partner"]
                .sudo()
                .create(
                    {
                        "name": "Jonas Jensen",
                        "parent_id": stage.partner(VISITOR).id,
                        "email": "jonas@jensen.example",
                        "lang": "de_DE",
                    }
                )
                .id,
                "company_id": stage.company.id,
                "company_ids": [Command.set(stage.company.ids)],
                "group_ids": [Command.set([stage.env.ref("base.group_portal").id])],
            }
        )
        stage.logins["kunde"] = f"Jonas Jensen, customer ({VISITOR}): /my/dunning"

    @staticmethod
    def _enter_calendar(stage):
        """No letters between the years; the next ones that are still to come."""
        today = date.today()
        year = today.year + (today > date(today.year, 12, 20))
        stage.env["dunning.pause"].sudo().create(  # entered by a manager
            {
                "name": "Zwischen den Jahren",
                "company_id": stage.company.id,
                "date_start": date(year, 12, 24),
                "date_end": date(year + 1, 1, 1),
            }
        )

    @staticmethod
    def _get_mail(notice):
        return notice.delivery_ids.filtered(lambda delivery: delivery.channel == "email")[:1]

    @staticmethod
    def _receive(stage, text):
        """Take in a mail as Odoo's gateway does."""
        stage.env["mail.thread"].with_user(stage.env.ref("base.user_root")).message_process(
            None, text
        )
