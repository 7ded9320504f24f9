from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_money_story import MoneyCommon


@tagged("post_install", "-at_install")
class TestNegativeAmounts(MoneyCommon):
    """Nobody is charged less than nothing: each wrong amount is refused, and the message helps."""

    def assertRefused(self, words, record, values):
        """The database refuses the values, and the user reads ``words``."""
        before = record.read(list(values))
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError) as refused,
            self.env.cr.savepoint(),
        ):
            record.write(values)
            record.flush_recordset()
        record.invalidate_recordset()
        message = record._sql_error_to_message(refused.exception)
        self.assertIn(words, message)
        self.assertIn("enter 0 or more", message)
        self.assertEqual(record.read(list(values)), before)

    def test_a_level_has_no_negative_fee(self):
        level = self.first_notice.with_user(self.manager)
        for name in ("fee", "minimum_amount", "four_eyes_amount"):
            with self.subTest(name):
                self.assertRefused("Amounts of a level cannot be negative", level, {name: -2.5})

    def test_the_first_level_tells_of_its_fee_first(self):
        with self.assertRaisesRegex(ValidationError, "first level and cannot have a fee"):
            self.reminder.with_user(self.manager).fee = -2.5

    def test_neither_lump_sum_nor_fee_of_a_notice_becomes_negative(self):
        self.first_notice.sudo().fee = 2.5
        invoice = self.owed(1000, "2026-10-15", self.business)
        self.reminded(invoice, "2026-10-26")
        self.propose()
        notice = self.notice_of(invoice)
        self.assertIn("lump_sum", self.amounts(notice))
        for charge in notice.charge_ids.sudo():  # people have no right to write charges
            with self.subTest(charge.kind):
                self.assertRefused("A charge cannot be negative", charge, {"amount": -40})

    def test_the_limit_for_waivers_is_not_negative(self):
        company = self.company.sudo()
        self.assertRefused("limit for waivers cannot be", company, {"dunning_waive_limit": -1})

    def test_agreed_interest_is_not_negative(self):
        with self.assertRaisesRegex(ValidationError, "enter 0 for what the law says"):
            self.business.sudo().dunning_agreed_rate = -3
