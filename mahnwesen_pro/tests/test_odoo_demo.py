import base64
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Domain
from odoo.tests import TransactionCase, tagged


@tagged("-standard", "-at_install", "post_install", "mahnwesen_odoo_demo")
class TestOdooDemo(TransactionCase):
    """The addon on Odoo's own demo database, which nobody here wrote.

    ``script/test`` runs this class alone, on a database of its own. What is overdue is found here
    by a search of its own over the journal items, not by the product's.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        companies = cls.env["res.company"].search([])
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": companies.ids})
        cls.companies = companies.with_env(cls.env)
        # Letters that wait for a call are a story of their own: here every level writes at once.
        cls.env["dunning.level.call"].search([]).unlink()
        latest = max(line.date_maturity or line.date for line in cls._search_open(companies))
        # The real day, and one on which the last of the invoices is a week overdue.
        cls.days = (fields.Date.today(), max(fields.Date.today(), latest) + timedelta(days=8))

    @classmethod
    def _search_open(cls, companies):
        """Return the open customer items of companies."""
        return cls.env["account.move.line"].search(
            [
                ("company_id", "in", companies.ids),
                ("account_id.account_type", "=", "asset_receivable"),
                ("account_id.non_trade", "=", False),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("partner_id", "!=", False),
                ("amount_residual_currency", ">", 0),
            ]
        )

    def _cases(self):
        return [(day, company) for day in self.days for company in self.companies]

    @contextmanager
    def _run(self, day, company):
        """Give a run of the company, made on that day; the clock stands there meanwhile."""
        with freeze_time(day):
            run = self.env["dunning.run"].propose(company=company)
            with self.subTest(day=day, company=company.name):
                yield run

    def test_every_overdue_item_has_a_letter_or_a_reason(self):
        for day, company in self._cases():
            with self._run(day, company) as run:
                claims, skips = run.notice_ids.claim_ids.move_line_id, run.skip_ids.move_line_id
                open_items = self._search_open(company)
                overdue = open_items.filtered(partial(self._is_overdue, day))
                self.assertTrue(overdue)
                self.assertFalse(claims & skips, "dunned and not dunned at once")
                self.assertEqual(claims | skips, overdue)
                self.assertEqual(len(run.notice_ids.claim_ids) + len(run.skip_ids), len(overdue))
                self.assertTrue(all(skip.reasons and skip.explanation for skip in run.skip_ids))
                self.assertEqual(run.count_not_due, len(open_items - overdue))

    @staticmethod
    def _is_overdue(day, line):
        return (line.date_maturity or line.date) < day

    def test_what_is_plainly_dunnable_is_on_a_letter_with_the_open_amount(self):
        found = []
        for day, company in self._cases():
            with self._run(day, company) as run:
                claims = {claim.move_line_id: claim for claim in run.notice_ids.claim_ids}
                for line in self._search_open(company):
                    if self._is_plainly_dunnable(line, day):
                        claim = claims[line]
                        self.assertEqual(claim.amount_open, line.amount_residual_currency)
                        self.assertEqual(claim.notice_id.currency_id, line.currency_id)
                        self.assertEqual(
                            claim.notice_id.partner_id, line.partner_id.commercial_partner_id
                        )
                        self.assertEqual(claim.rank, 1, "nothing was sent before")
                        found.append((company, day))
        self.assertTrue({(company, self.days[-1]) for company in self.companies} <= set(found))

    def _is_plainly_dunnable(self, line, day):
        """Seven days overdue, not excluded, not tiny; a reachable customer who has paid nothing."""
        customer = line.partner_id.commercial_partner_id
        return (
            bool(line.date_maturity)
            and (day - line.date_maturity).days >= 7
            and not line.no_followup
            and line.move_id.payment_state not in ("blocked", "in_payment")
            and line.amount_residual >= 25
            and bool(customer.email or (customer.street and customer.city))
            and not self._has_credit(line.company_id, customer)
            and not self._may_be_on_the_bank(line)
        )

    def _has_credit(self, company, customer):
        credits_ = Domain(
            [
                ("company_id", "=", company.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual_currency", "<", 0),
                ("partner_id", "child_of", customer.id),
            ]
        )
        return bool(self.env["account.move.line"].search_count(credits_, limit=1))

    def _may_be_on_the_bank(self, line):
        """Whether money came in that nobody has assigned: same customer, same sum or number."""
        return any(
            money.partner_id == line.partner_id
            or money.amount == line.amount_residual_currency
            or line.move_id.name in (money.payment_ref or "")
            for money in self.env["account.bank.statement.line"].search(
                [("company_id", "=", line.company_id.id), ("is_reconciled", "=", False)]
            )
        )

    def test_the_sums_of_every_letter_add_up(self):
        for day, company in self._cases():
            with self._run(day, company) as run:
                for notice in run.notice_ids:
                    claims = sum(notice.claim_ids.mapped("amount_open"))
                    credits_ = sum(notice.credit_ids.mapped("amount_open"))
                    charges = sum(notice.charge_ids.mapped("amount"))
                    differs = notice.currency_id.compare_amounts
                    self.assertFalse(differs(notice.amount_claims, claims))
                    self.assertFalse(differs(notice.amount_credits, credits_))
                    self.assertFalse(differs(notice.amount_total, claims - credits_ + charges))
                    self.assertGreater(notice.amount_total, 0)
                letters = [(notice.partner_id, notice.currency_id) for notice in run.notice_ids]
                self.assertEqual(len(letters), len(set(letters)), "one letter per customer")

    def test_running_again_gives_the_same_and_doubles_nothing(self):
        for day, company in self._cases():
            with self._run(day, company) as run:
                before = self._summary(run)
                again = self.env["dunning.run"].propose(company=company)
                self.assertEqual(self._summary(again), before)
                self.assertFalse(run.notice_ids, "the proposals of the first run were replaced")

    def _summary(self, run):
        return (
            sorted((line.move_line_id.id, line.amount_open) for line in run.notice_ids.line_ids),
            sorted((skip.move_line_id.id, skip.reason) for skip in run.skip_ids),
        )

    def test_everything_can_be_approved_and_sent_as_real_letters(self):
        sent = self.env["dunning.notice"]
        for day, company in self._cases():
            with self._run(day, company) as run:
                notices = run.notice_ids.with_company(company).with_context(
                    force_report_rendering=True, bin_size=False
                )
                notices.action_approve()
                notices.action_send()
                self.assertEqual(set(notices.mapped("state")), {"sending"} if notices else set())
                for notice in notices:
                    self.assertTrue(base64.b64decode(notice.pdf_file).startswith(b"%PDF-"))
                    self.assertTrue(notice.name and notice.delivery_ids)
                    self.assertEqual(notice.date, day)
                sent += notices
        self.assertEqual(sent.company_id, self.companies)
