import logging
from contextlib import contextmanager
from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.mail.tests.common import MockEmail

#: Who writes down what was refused on the customers' pages.
REFUSAL_LOG = "odoo.addons.mahnwesen_pro.controllers.refusal"

#: Every story begins on this Monday.
TODAY = fields.Date.to_date("2026-11-23")


class DunningCommon(AccountTestInvoicingCommon, MockEmail):
    """A German company with the shipped kind of policy, a clerk, and words to tell stories with."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(TODAY))
        cls.company = cls.env.company
        cls.company.write(
            {
                "currency_id": cls.env.ref("base.EUR").id,
                "country_id": cls.env.ref("base.de").id,
                "street": "Kontorweg 5",
                "zip": "20457",
                "city": "Hamburg",
                "email": "buchhaltung@hansen.example.com",
            }
        )
        cls.env.ref("base.EUR").active = True
        cls.policy = cls._create_policy("Standard")
        cls.company.dunning_policy_id = cls.policy
        cls.reminder, cls.first_notice, cls.final_notice = cls.policy.level_ids.sorted("rank")
        cls.clerk = cls._create_user("dunning-clerk", "account.group_account_invoice")
        cls.colleague = cls._create_user("dunning-colleague", "account.group_account_invoice")
        cls.manager = cls._create_user("dunning-manager", "account.group_account_manager")
        cls.company.dunning_user_id = cls.clerk
        cls.customer = cls._create_customer("Bäckerei Sommer GmbH")
        cls.pause_reason = cls.env["dunning.block.reason"].create({"name": "Being clarified"})
        # From here on the clerk acts, not the administrator.
        cls.env = cls.env(user=cls.clerk)

    @classmethod
    def _create_user(cls, login, groups):
        return new_test_user(
            cls.env,
            login=login,
            groups=groups,
            email=f"{login}@hansen.example.com",
            lang="en_US",
            tz="Europe/Berlin",  # as the browser tells Odoo when people log in
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def _create_policy(cls, name, **values):
        texts = {
            "letter_subject": "Our invoices {invoices}",
            "letter_opening": "No payment has reached us up to {date}.",
            "letter_closing": "Please pay {total} by {deadline}.{next}",
            "email_subject": "{level} {number}",
            "email_body": "Please pay {total} by {deadline}.{next}\n\nKind regards\n{clerk}",
        }
        steps = [
            ("Payment reminder", "friendly", 7, 0, 10, {}),
            ("First notice", "firm", 21, 14, 7, {"letter_to_consumers": True}),
            ("Final notice", "final", 35, 14, 7, {"send_letter": True, "four_eyes_amount": 5000}),
        ]
        return cls.env["dunning.policy"].create(
            {
                "name": name,
                "minimum_item": 5,
                "minimum_letter": 25,
                "letter_spacing": 7,
                "level_ids": [
                    Command.create(
                        {
                            "name": title,
                            "sequence": sequence,
                            "tone": tone,
                            "days_after_due": after_due,
                            "days_since_previous": since,
                            "days_to_pay": to_pay,
                            **cls._announce_next(texts, last=sequence == 2),
                            **extra,
                        }
                    )
                    for sequence, (title, tone, after_due, since, to_pay, extra) in enumerate(steps)
                ],
                **values,
            }
        )

    @staticmethod
    def _announce_next(texts, last):
        sentence = "" if last else " Next step: {next_level} from {next_date}."
        return {name: text.replace("{next}", sentence) for name, text in texts.items()}

    @classmethod
    def _create_customer(cls, name, **values):
        customer = cls.env["res.partner"].sudo()  # clerks may have no right to create contacts
        return customer.create(
            {
                "name": name,
                "is_company": True,
                "street": "Marktplatz 1",
                "zip": "10115",
                "city": "Berlin",
                "country_id": cls.env.ref("base.de").id,
                "email": "rechnung@kunde.example.com",
                **values,
            }
        ).with_env(cls.env)

    # === DOING ===

    def at(self, days=0, day=None):
        """Context in which it is ``days`` after TODAY, or ``day``."""
        return freeze_time(day or TODAY + timedelta(days=days))

    def overdue_invoice(self, days, amount=100.0, customer=None, currency=None, terms=None):
        """Post an invoice that is ``days`` overdue on the current day (negative: not yet due)."""
        due = fields.Date.today() - timedelta(days=days)
        values = {
            "move_type": "out_invoice",
            "partner_id": (customer or self.customer).id,
            "invoice_date": due,
            "invoice_line_ids": [
                Command.create(
                    {"name": "Goods", "price_unit": amount, "tax_ids": [Command.clear()]}
                )
            ],
        }
        values |= {"currency_id": currency.id} if currency else {}
        if terms:
            values["invoice_payment_term_id"] = terms.id
        else:
            values |= {"invoice_date_due": due, "invoice_payment_term_id": False}
        invoice = self.env["account.move"].create(values)
        invoice.action_post()
        return invoice

    def credit_note(self, amount, customer=None):
        """Post a credit note that nobody has allocated yet."""
        credit = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": (customer or self.customer).id,
                "invoice_date": fields.Date.today(),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Return", "price_unit": amount, "tax_ids": [Command.clear()]}
                    )
                ],
            }
        )
        credit.action_post()
        return credit

    def pay(self, invoice, amount=None):
        """Register a payment of the invoice today, of all that is open when no amount is given."""
        values = {"amount": amount} if amount else {}
        return (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"payment_date": fields.Date.today(), **values})
            ._create_payments()
        )

    def propose(self, **kwargs):
        return self.env["dunning.run"].propose(company=self.company, **kwargs)

    @staticmethod
    def in_days(days):
        return TODAY + timedelta(days=days)

    def rule_says(self, invoice):
        """The first day on which the rules dun an item of the invoice, found day by day."""
        for days in range(90):
            rows = invoice.dunning_explain(date=self.in_days(days))
            if any(row["level"] for row in rows):
                return self.in_days(days)
        return False

    def notice_of(self, invoice, states=("proposed", "approved", "sending", "sent", "failed")):
        """Return the newest notice on which the invoice stands."""
        lines = invoice.dunning_line_ids.filtered(lambda line: line.state in states)
        return lines.notice_id.sorted("id")[-1:]

    def send(self, notices):
        """Approve and send, let the mail server take the mails, print the letters."""
        notices.action_approve()
        notices.action_send()
        self.deliver(notices)

    def deliver(self, notices):
        with self.mock_mail_gateway():
            notices.delivery_ids.mail_mail_id.sudo().send()
        notices._settle()
        letters = notices.delivery_ids.filtered(
            lambda d: d.channel == "letter" and d.state == "queued"
        )
        if letters:
            letters.action_mark_printed()

    def pause(self, target, days=14, amount=0.0):
        end = fields.Date.today() + timedelta(days=days)
        return self.env["dunning.block"].place(target, self.pause_reason, end, amount=amount)

    # === SAYING ===

    def assertDunned(self, invoice, level, amount=None):
        """The invoice stands on one open proposal, at ``level``, with ``amount``."""
        lines = invoice.dunning_line_ids.filtered(lambda line: line.state == "proposed")
        self.assertTrue(lines, f"{invoice.name} is not proposed: {self.reasons_of(invoice)}")
        self.assertEqual(lines.level_id.mapped("name"), [level.name])
        if amount is not None:
            self.assertEqual(sum(lines.mapped("amount_open")), amount)

    def assertNotDunned(self, invoice, reason=None):
        """The invoice is on no proposal; the run's reasons contain ``reason``."""
        lines = invoice.dunning_line_ids.filtered(lambda line: line.state == "proposed")
        self.assertFalse(lines)
        if reason:
            self.assertIn(reason, self.reasons_of(invoice))

    def reasons_of(self, invoice):
        run = self.env["dunning.run"].search(
            [("company_id", "=", self.company.id), ("is_dry_run", "=", False)],
            order="id desc",
            limit=1,
        )
        skips = run.skip_ids.filtered(lambda skip: skip.move_id == invoice)
        return [code for skip in skips for code, *_rest in skip.reasons]

    @contextmanager
    def assertRefusalsLogged(self, *refusals):
        """These refusals of (path, reason), and no others, are written into the log meanwhile.

        The lines are compared as a whole: each names the visitor's address, none has a word of
        what he sent, be it a secret, a text or a file's name.
        """
        # As a number: Odoo gives the name INFO to a level above it, which would hear nothing.
        with self.assertLogs(REFUSAL_LOG, logging.INFO) as log:
            yield
        lines = [f"Refused: {path}, {why}, from 127.0.0.1" for path, why in refusals]
        self.assertEqual([record.getMessage() for record in log.records], lines)

    def assertCard(self, code, count, amount=None):
        """The card of the start screen shows this, and the list behind it as many."""
        card = self.env.ref(f"mahnwesen_pro.dunning_card_{code}").with_env(self.env)
        card.invalidate_recordset()
        self.assertEqual(card.count, count)
        action = card.action_open()
        self.assertEqual(self.env[action["res_model"]].search_count(action["domain"]), count)
        if amount is not None:
            self.assertAlmostEqual(card.amount, amount)
