from datetime import date
from decimal import Decimal

from odoo import fields
from odoo.tests import tagged

from ..rules import ledger
from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestLedger(DunningCommon):
    """The books as the rules of money read them: what was owed, what came in on which day."""

    def entry_of(self, invoice, day=None):
        line = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        day = day or fields.Date.today()
        return self.env["dunning.ledger"]._get_entries(self.company, line.ids, day)[line.id]

    def test_payments_and_credits_stand_on_their_days(self):
        invoice = self.overdue_invoice(30, 100)
        with self.at(2):
            self.pay(invoice, 30)
        with self.at(4):
            credit = self.credit_note(20)
            invoice.js_assign_outstanding_line(
                credit.line_ids.filtered(lambda line: line.display_type == "payment_term").id
            )
        with self.at(5):
            entry = self.entry_of(invoice)
            self.assertEqual(
                [(one.day, one.amount, one.kind) for one in entry.bookings],
                [
                    (date(2026, 11, 25), Decimal(30), "payment"),
                    (date(2026, 11, 27), Decimal(20), "credit"),
                ],
            )
            self.assertEqual(entry.residual, Decimal(50))
            self.assertEqual(self.entry_of(invoice, date(2026, 11, 26)).residual, Decimal(70))

    def test_the_first_reminder_counts_with_its_deadline(self):
        invoice = self.overdue_invoice(7, 100)
        self.assertIsNone(self.entry_of(invoice).reminder)
        self.send(self.propose().notice_ids)
        notice = self.notice_of(invoice)
        reminder = self.entry_of(invoice).reminder
        self.assertEqual(reminder.deadline, notice.date_deadline)
        self.assertEqual(reminder.received, date(2026, 11, 24))
        notice.date_received = date(2026, 11, 26)
        self.assertEqual(self.entry_of(invoice).reminder.received, date(2026, 11, 26))
        notice.action_cancel("Wrong address")
        self.assertIsNone(self.entry_of(invoice).reminder)

    def test_what_was_agreed_is_asked_of_invoice_then_customer_then_company(self):
        invoice = self.overdue_invoice(40, 100)
        self.assertFalse(self.entry_of(invoice).is_agreed)
        self.company.sudo().dunning_due_agreed = True
        self.assertTrue(self.entry_of(invoice).is_agreed)
        self.customer.sudo().dunning_due_agreed = "no"
        self.assertFalse(self.entry_of(invoice).is_agreed)
        invoice.dunning_due_agreed = "yes"
        self.assertTrue(self.entry_of(invoice).is_agreed)

    def test_the_type_of_the_customer_can_differ_for_an_invoice(self):
        invoice = self.overdue_invoice(60, 100)
        self.customer.sudo().dunning_debtor_type = "business"
        begins = ledger.default_of(self.entry_of(invoice), knows_thirty_days=True)
        self.assertEqual(begins.reason, "thirty_days")
        invoice.dunning_debtor_type = "consumer"
        begins = ledger.default_of(self.entry_of(invoice), knows_thirty_days=True)
        self.assertEqual((begins.start, begins.reason), (None, "no_notice"))
        self.company.sudo().dunning_invoice_notice_since = "2026-01-01"
        self.assertTrue(self.entry_of(invoice).has_notice)

    def test_an_invoice_is_taken_to_arrive_some_working_days_later(self):
        invoice = self.overdue_invoice(7, 100)  # dated Monday 16 November
        self.assertEqual(self.entry_of(invoice).received, date(2026, 11, 19))
        invoice.dunning_received_on = date(2026, 11, 17)
        self.assertEqual(self.entry_of(invoice).received, date(2026, 11, 17))

    def test_many_items_take_the_same_queries(self):
        invoices = self.env["account.move"]
        for number in range(12):
            invoices += self.overdue_invoice(7 + number, 100)
        lines = invoices.line_ids.filtered(lambda line: line.display_type == "payment_term")
        counted = []
        for part in (lines, lines[:3], lines):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["dunning.ledger"]._get_entries(self.company, part.ids, fields.Date.today())
            counted.append(self.cr.sql_log_count - before)
        self.assertEqual(counted[1], counted[2])
