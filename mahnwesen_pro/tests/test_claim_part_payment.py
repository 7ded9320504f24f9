from odoo.tests import tagged

from ..rules.claim import PRINCIPAL
from .test_claim_booking import BookingCommon
from .test_claim_statement import day


@tagged("post_install", "-at_install")
class TestClaimPartPayment(BookingCommon):
    """The lump sum of 40.00 and the interest are in the books, and the customer pays a part."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first_notice.sudo().write({"charge_lump_sum": True, "charge_interest": True})
        cls.final_notice.sudo().write({"charge_lump_sum": True, "charge_interest": True})

    def setUp(self):
        super().setUp()
        self.owed, self.second = self.dunned("10.08.2026", "31.08.2026")

    def charge(self, kind, notice=None):
        return (notice or self.second).charge_ids.filtered(lambda charge: charge.kind == kind)

    def third(self):
        self.remind("21.09.2026")
        return self.notice_of(self.owed)

    def test_the_next_letter_asks_for_the_rest_of_a_lump_sum_only(self):
        self.use(self.second, "07.09.2026", lump_sum=20)
        third = self.third()
        lump = self.charge("lump_sum", third)
        self.assertEqual((lump.amount, lump.amount_unpaid), (20, 20))
        self.assertIn("less 20", lump.explanation)
        self.assertEqual(float(third._get_open_today().total), third.amount_total)
        self.assertAgreesWithStatement(third)

    def test_the_rest_that_is_paid_is_not_booked_a_second_time(self):
        self.use(self.second, "07.09.2026", lump_sum=20)
        booked = self.charge("lump_sum").booking_line_id
        third = self.third()
        self.use(third, "28.09.2026", lump_sum=20)
        self.assertEqual(self.booked()[self.income["fee"]], 40)
        self.assertEqual(self.charge("lump_sum").booking_line_id, booked)
        self.assertEqual(booked.amount_residual, 0)
        self.assertFalse(self.charge("lump_sum", third).amount_unpaid)

    def test_a_letter_that_was_sent_in_full_books_nothing_on_top(self):
        """The money had come before the letter, but was put on the charge afterwards."""
        third = self.third()
        self.use(self.second, "18.09.2026", lump_sum=20)
        self.assertEqual(self.charge("lump_sum", third).amount_unpaid, 20)
        self.use(third, "28.09.2026", lump_sum=20)
        self.assertEqual(self.booked()[self.income["fee"]], 40)
        self.assertEqual(self.charge("lump_sum").booking_line_id.amount_residual, 0)

    def test_interest_that_was_paid_in_part_is_not_asked_for_again(self):
        whole = self.charge("interest").amount
        self.use(self.second, "07.09.2026", interest=5)
        third = self.third()
        interest = self.charge("interest", third)
        calculated = sum(segment.amount for segment in interest._get_segments())
        self.assertGreater(calculated, whole)
        self.assertEqual(interest.amount, round(float(calculated) - 5, 2))
        self.assertAgreesWithStatement(third)
        self.assertEqual(self.left_in_books(), third.amount_charges)
        (calculation,) = third._get_letter_calculation()
        self.assertRegex(calculation.lines[-1].text, "5.00")
        self.assertFalse(third.can_book)

    def test_interest_that_is_paid_after_the_letter_is_not_booked_again(self):
        third = self.third()
        self.use(third, "28.09.2026", interest=self.charge("interest", third).amount)
        self.assertFalse(self.charge("interest", third).amount_unpaid)
        self.assertFalse(third.can_book)
        self.assertEqual(self.left_in_books(), 40)

    def test_interest_on_top_that_is_paid_leaves_the_older_interest_owed(self):
        third = self.third()
        (line,) = self.charge("interest", third)._get_booked_items().with_env(self.env)
        with self.at(day=day("28.09.2026")):
            credit = self.credit_note(line.debit)
            receivable = credit.line_ids.filtered(
                lambda one: one.account_id.account_type == "asset_receivable"
            )
            (line + receivable).reconcile()
        items = self.owed.line_ids.filtered("date_maturity")
        known = self.env["dunning.notice.charge"]._get_earlier(
            self.company,
            list(self.items_of(items)),
            day("05.10.2026"),
        )[items.id]
        self.assertFalse([one for one in known if one.kind == "interest" and one.is_paid])

    def items_of(self, lines):
        """Yield the items as the rules know them."""
        decisions = self.env["dunning.facts"]._decide(
            self.company, self.customer.ids, day("05.10.2026")
        )
        for decision in decisions:
            for skip in decision.skips:
                if skip.item.line_id in lines.ids:
                    yield skip.item

    def test_what_is_waived_on_the_newest_letter_leaves_the_books(self):
        third = self.third()
        third.charge_ids.with_user(self.manager).action_waive("Goodwill")
        self.assertFalse(self.booked())
        self.assertFalse(third.can_book or self.second.can_book)
        self.assertEqual(self.sheet(third.date, PRINCIPAL).total, 1000)

    def test_interest_that_is_waived_where_it_began_is_not_booked_again(self):
        third = self.third()
        on_top = sum(self.charge("interest", third)._get_booked_items().mapped("debit"))
        self.charge("interest").with_user(self.manager).action_waive("Goodwill")
        self.assertEqual(self.booked()[self.income["interest"]], on_top)
        self.assertAlmostEqual(self.charge("interest", third).amount_unpaid, on_top, 2)
        self.assertFalse(third.can_book)

    def test_interest_of_a_letter_that_was_cancelled_falls_to_the_later_one_in_one_item(self):
        third = self.third()
        self.second.with_user(self.manager).action_cancel("Sent twice")
        self.assertTrue(third.can_book)
        with self.at(day=day("28.09.2026")):
            third.action_book_charges()
        interest = self.charge("interest", third)
        self.assertEqual(self.booked()[self.income["interest"]], interest.amount)
        self.assertEqual(interest._get_booked_items().amount_residual, interest.amount)
        self.assertFalse(third.can_book)

    def test_a_lump_sum_whose_first_letter_was_cancelled_falls_to_the_later_one(self):
        third = self.third()
        self.second.with_user(self.manager).action_cancel("Sent twice")
        self.assertFalse(self.charge("lump_sum", third).origin_id)
        with self.at(day=day("28.09.2026")):
            third.action_book_charges()
        self.assertEqual(self.booked()[self.income["fee"]], 40)
        sheet = self.sheet(day("28.09.2026"), PRINCIPAL)
        self.assertEqual((sheet.principal, sheet.costs), (1000, 40))

    def test_what_the_bank_takes_back_is_owed_again(self):
        self.use(self.second, "07.09.2026", lump_sum=40)
        lump = self.charge("lump_sum")
        self.assertFalse(lump.amount_unpaid)
        payment = lump.booking_line_id.matched_credit_ids.credit_move_id.sudo()
        with self.at(day=day("14.09.2026")):
            payment.move_id._reverse_moves([{"date": day("14.09.2026")}], cancel=True)
        self.env.invalidate_all()
        self.assertEqual(lump.amount_unpaid, 40)
        third = self.third()
        self.assertEqual(self.charge("lump_sum", third).amount, 40)
        self.assertAgreesWithStatement(third)

    def test_waiving_the_rest_tells_that_what_was_paid_becomes_a_credit(self):
        self.use(self.second, "07.09.2026", lump_sum=20)
        action = self.charge("lump_sum").action_waive()
        wizards = self.env["dunning.waive.wizard"].with_user(self.manager)
        wizard = wizards.with_context(**action["context"]).create({"reason": "Goodwill"})
        self.assertEqual((wizard.amount, wizard.amount_paid), (40, 20))
        wizard.action_waive()
        credits_ = self.env["account.move.line"].search(
            [("partner_id", "=", self.customer.id), ("amount_residual", "<", 0)]
        )
        self.assertEqual(sum(credits_.mapped("amount_residual")), -20)


@tagged("post_install", "-at_install")
class TestPaidFeeBeforeLumpSum(BookingCommon):
    """A fee of 5.00 was paid before the lump sum of 40.00 is asked for (§ 288 (5) BGB)."""

    def paid_fee(self, **amounts):
        """The second letter asks for its fee, money comes in for it, the third letter goes out."""
        invoice, second = self.dunned("10.08.2026", "31.08.2026")
        self.use(second, "07.09.2026", **amounts)
        self.remind("21.09.2026")
        return self.notice_of(invoice)

    def lump(self, notice):
        return notice.charge_ids.filtered(lambda charge: charge.kind == "lump_sum")

    def test_the_lump_sum_is_asked_for_without_the_fee(self):
        notice = self.paid_fee(fee=5)
        lump = self.lump(notice)
        self.assertEqual((lump.amount, lump.amount_unpaid), (35, 35))
        self.assertRegex(lump.explanation, "less 5.00")
        self.assertEqual(self.left_in_books(), notice.amount_charges)
        self.assertEqual(self.booked()[self.income["fee"]], 40)
        self.assertAgreesWithStatement(notice)
        sheet = self.sheet(notice.date)
        self.assertEqual((sheet.principal, sheet.costs), (1000, 35))

    def test_a_lump_sum_that_no_letter_asked_for_is_lowered_too(self):
        self.final_notice.sudo().charge_lump_sum = False
        notice = self.paid_fee(fee=5)
        self.assertEqual(self.sheet(notice.date, with_lump_sums=True).costs, 35)

    def test_a_fee_paid_in_part_leaves_the_rest_of_the_lump_sum(self):
        notice = self.paid_fee(fee=2)
        self.assertEqual(self.lump(notice).amount, 38)
        self.assertFalse(notice.charge_ids.filtered(lambda charge: charge.kind == "fee"))
        self.assertAgreesWithStatement(notice)

    def test_it_is_set_off_against_one_lump_sum_only(self):
        last = self.second_lump_sum()
        self.assertEqual(self.lump(last).mapped("amount"), [35, 40])
        self.assertEqual(last.currency_id.round(sum(self.lump(last).mapped("amount_unpaid"))), 75)
        self.assertAgreesWithStatement(last)

    def test_once_that_was_waived_the_fee_lowers_the_next_one(self):
        last = self.second_lump_sum(
            lambda notice: self.lump(notice).with_user(self.manager).action_waive("Goodwill")
        )
        self.assertEqual(self.lump(last).mapped("amount"), [35])
        self.assertAgreesWithStatement(last)

    def second_lump_sum(self, meanwhile=None):
        """The lump sum of one invoice stands on a letter; the next letter adds that of another."""
        fourth = {"name": "Very last notice", "sequence": 3, "charge_lump_sum": True}
        self.final_notice.sudo().copy(fourth)
        first = self.invoice(1000, day("31.07.2026"))
        self.remind("10.08.2026")
        self.invoice(500, day("15.08.2026"))
        self.remind("31.08.2026")
        self.use(self.notice_of(first), "07.09.2026", fee=5)
        self.remind("21.09.2026")
        if meanwhile:
            meanwhile(self.notice_of(first))
        self.remind("12.10.2026")
        return self.notice_of(first)
