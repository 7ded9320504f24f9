from datetime import date

from odoo.tests import tagged

from .test_money_story import MoneyCommon


@tagged("post_install", "-at_install")
class TestMoneyPerformance(MoneyCommon):
    """Queries are counted: pricing reads the books once for all letters."""

    def owed_by(self, count):
        """Post overdue invoices of ``count`` businesses that were reminded once."""
        invoices = self.env["account.move"]
        for number in range(count):
            customer = self._create_customer(f"Firm {number} GmbH", dunning_debtor_type="business")
            invoices += self.owed(500 + number, "2026-10-15", customer)
        with self.at(day="2026-10-26"):
            entries = [(invoice, self.reminder, date(2026, 10, 26)) for invoice in invoices]
            notices = self.env["dunning.notice"]._record_openings(entries)
        notices._write_own({"date_deadline": "2026-10-26"})
        return invoices

    def count(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        run = self.propose()
        self.env.flush_all()
        return self.cr.sql_log_count - before, run

    def test_pricing_more_letters_takes_hardly_more_queries(self):
        self.owed_by(4)
        self.propose()
        few, run = self.count()
        self.assertEqual(len(run.notice_ids.charge_ids), 8)
        self.owed_by(8)
        self.propose()
        many, run = self.count()
        self.assertEqual(len(run.notice_ids.charge_ids), 24)
        self.assertLessEqual((many - few) / 8, 2, (few, many))
