from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_money_story import MoneyCommon


@tagged("post_install", "-at_install")
class TestWaive(MoneyCommon):
    """Charges are waived with a reason, within a right, and counted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.dunning_waive_limit = 45

    def setUp(self):
        super().setUp()
        self.invoice = self.owed(1000, "2026-10-15", self.business)
        self.reminded(self.invoice, "2026-10-26")
        self.propose()
        self.notice = self.notice_of(self.invoice)

    def charge(self, kind):
        return self.notice.charge_ids.filtered(lambda charge: charge.kind == kind)

    def test_a_waiver_lowers_the_proposal(self):
        before = self.notice.amount_total
        self.charge("lump_sum").action_waive("Goodwill")
        self.assertEqual(self.notice.amount_total, before - 40)
        self.assertEqual(self.charge("lump_sum").waived_by_id, self.clerk)
        self.propose()
        self.assertEqual(self.notice.exists().amount_total, before - 40)

    def test_what_was_waived_stays_waived_when_it_is_sent(self):
        self.charge("lump_sum").action_waive("Goodwill")
        self.notice.action_approve()
        with self.at(1):
            self.notice.action_send()
        waived = self.charge("lump_sum")
        self.assertEqual(self.notice.state, "sending")
        self.assertEqual((waived.waive_reason, waived.waived_by_id), ("Goodwill", self.clerk))
        self.assertEqual(waived.waived_on, date(2026, 11, 23))
        self.assertEqual(self.notice.amount_total, 1000 + self.charge("interest").amount_asked)

    def test_a_waiver_after_the_approval_needs_no_new_one(self):
        self.notice.action_approve()
        before = self.notice.amount_total
        self.charge("lump_sum").action_waive("Goodwill")
        self.assertEqual(self.notice.amount_total, before - 40)
        self.notice.action_send()
        self.assertEqual((self.notice.state, self.notice.amount_total), ("sending", before - 40))

    def test_what_was_waived_is_not_asked_for_again(self):
        self.send(self.notice)
        sent = self.notice.amount_total
        self.notice.charge_ids.with_user(self.manager).action_waive("Old customer")
        self.assertEqual(self.notice.amount_total, sent, "what was sent stays as it was sent")
        self.assertEqual(self.notice._get_charges_owed(), 0)
        final = self.noticed(self.invoice, "2026-12-14")
        self.assertEqual(set(self.amounts(final)), {"interest"})
        self.assertEqual(final.charge_ids._get_segments()[0].start, date(2026, 11, 24))

    def final(self):
        """Return the final notice, which asks for the lump sum of 40.00 once more."""
        self.send(self.notice)
        final = self.noticed(self.invoice, "2026-12-14")
        self.assertEqual(self.amounts(final)["lump_sum"], 40)
        with self.at(day="2026-12-14"):
            self.send(final.with_user(self.manager))
        return final

    def costs(self):
        statement = self.env["dunning.claim.statement"]
        found = statement._get_statement(self.company, self.business, date(2026, 12, 31))
        return found.sheets[0].costs

    def test_a_lump_sum_that_is_waived_on_a_later_letter_is_waived_for_good(self):
        final = self.final()
        self.assertEqual(self.costs(), 40)
        restated = final.charge_ids.filtered(lambda charge: charge.kind == "lump_sum")
        restated.action_waive("Goodwill")
        self.assertTrue(self.charge("lump_sum").is_waived)
        self.assertFalse(self.charge("lump_sum").amount_unpaid)
        self.assertEqual(self.costs(), 0)

    def test_a_lump_sum_that_is_waived_where_it_began_is_not_asked_for_by_the_newest_letter(self):
        final = self.final()
        sent, before = final.amount_total, final._get_open_today().total
        self.charge("lump_sum").action_waive("Goodwill")
        self.assertEqual(final._get_open_today().total, before - 40)
        self.assertEqual(final.amount_total, sent, "what was sent stays as it was sent")

    def test_interest_that_is_waived_falls_away_on_every_letter_that_holds_it(self):
        final = self.final()
        old = self.charge("interest").amount
        new = final.charge_ids.filtered(lambda charge: charge.kind == "interest")
        self.charge("interest").action_waive("Goodwill")
        self.assertAlmostEqual(new.amount_unpaid, new.amount - old, 2)
        self.assertFalse(new.is_waived)

    def test_the_newest_interest_holds_that_of_the_older_letters(self):
        final = self.final()
        new = final.charge_ids.filtered(lambda charge: charge.kind == "interest")
        new.action_waive("Goodwill")
        self.assertFalse(self.charge("interest").amount_unpaid)

    def test_a_clerk_waives_up_to_the_limit_a_manager_more(self):
        with self.assertRaisesRegex(AccessError, "up to"):
            self.notice.charge_ids.action_waive("Goodwill")
        self.notice.charge_ids.with_user(self.manager).action_waive("Goodwill")
        self.assertEqual(self.notice.amount_total, 1000)

    def test_the_limit_of_a_clerk_counts_all_that_was_waived_on_the_notice(self):
        self.charge("interest").action_waive("Goodwill")
        with self.assertRaisesRegex(AccessError, "up to"):
            self.charge("lump_sum").action_waive("Goodwill")
        self.charge("interest").action_waive("Once more, which waives nothing")
        self.charge("lump_sum").with_user(self.manager).action_waive("Goodwill")
        self.assertEqual(self.notice.amount_total, 1000)

    def test_nothing_is_waived_on_a_notice_that_was_cancelled(self):
        self.notice.action_cancel("Wrong")
        with self.assertRaisesRegex(UserError, "cannot be waived"):
            self.charge("lump_sum").action_waive("Goodwill")

    def test_the_wizard_asks_for_the_reason(self):
        action = self.charge("interest").action_waive()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        wizard.create({"reason": "Bank holiday"}).action_waive()
        self.assertTrue(self.charge("interest").is_waived)

    def test_waivers_are_counted_by_kind_and_reason(self):
        self.charge("lump_sum").action_waive("Goodwill")
        groups = self.env["dunning.notice.charge"]._read_group(
            [("is_waived", "=", True)], ["kind", "waive_reason"], ["amount_waived:sum"]
        )
        self.assertIn(("lump_sum", "Goodwill", 40), groups)

    def test_the_fee_of_a_letter_is_waived_and_the_older_one_is_still_asked_for(self):
        self.policy.sudo().level_ids.charge_lump_sum = False
        (self.first_notice + self.final_notice).sudo().write({"fee": 5, "send_letter": True})
        self.propose()
        self.notice = self.notice_of(self.invoice)
        self.send(self.notice)
        final = self.noticed(self.invoice, "2026-12-14")
        old, new = final.charge_ids.filtered(lambda charge: charge.kind == "fee").sorted("id")
        self.assertEqual(old.origin_id, self.charge("fee"))
        new.action_waive("Goodwill")
        with self.at(day="2026-12-14"):
            final.with_user(self.manager).action_approve()
            final.with_user(self.manager).action_send()
        fees = final.charge_ids.filtered(lambda charge: charge.kind == "fee").sorted("id")
        self.assertEqual(fees.mapped("amount_asked"), [5, 0])
