from odoo.exceptions import UserError
from odoo.tests import tagged

from .collection_common import CollectionCommon
from .test_claim_booking import BookingCommon
from .test_claim_statement import day


@tagged("post_install", "-at_install")
class TestCollectionClaim(BookingCommon, CollectionCommon):
    """The agency gets what the claim statement says: nothing that was paid or waived."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first_notice.sudo().write({"fee": 0, "charge_lump_sum": True, "charge_interest": True})
        cls.final_notice.sudo().write({"charge_lump_sum": True, "charge_interest": True})

    def setUp(self):
        super().setUp()
        self.owed, self.notice = self.final()

    def case(self):
        """Return the case of the invoice, as it stands on 20 November."""
        known = self.env["dunning.collection.case"].with_user(self.head).search([])
        with self.at(day=day("20.11.2026")):
            return known or self.prepare(self.owed)

    def claim(self):
        return self.case()._get_claim(day("20.11.2026"))

    def sums(self, claim=None):
        claim = claim or self.claim()
        return {charge.kind: float(charge.amount) for charge in claim.charges}

    def charge(self, kind):
        return self.notice.charge_ids.filtered(lambda charge: charge.kind == kind)

    def settle(self, line, amount):
        """Reconcile a booked charge with money, as clerks do it in the list of items."""
        with self.at(day=day("05.10.2026")):
            credit = self.credit_note(amount)
            receivable = credit.line_ids.filtered(
                lambda one: one.account_id.account_type == "asset_receivable"
            )
            (line.with_env(self.env) + receivable).reconcile()

    def test_charges_that_are_owed_are_handed_over_once(self):
        claim = self.claim()
        self.assertEqual(self.sums(claim), {"lump_sum": 40})
        self.assertEqual([item.number for item in claim.items], [self.owed.name])

    def test_what_was_paid_of_a_booked_charge_is_not_demanded_again(self):
        (lump,) = self.charge("lump_sum").origin_id._get_booked_items()
        self.settle(lump, 15)
        self.assertEqual(self.sums(), {"lump_sum": 25})
        self.settle(lump, 25)
        self.assertEqual(self.sums(), {})

    def test_what_was_waived_is_not_demanded_again(self):
        self.charge("lump_sum").action_waive("Goodwill")
        self.assertEqual(self.sums(), {})

    def test_the_sums_are_those_of_the_claim_statement(self):
        (line,) = self.charge("interest")._get_booked_items()
        self.settle(line, line.debit)
        claim, sheet = self.claim(), self.sheet(day("20.11.2026"), "principal")
        self.assertEqual(
            (claim.principal, claim.interest, claim.costs),
            (sheet.principal, sheet.interest, sheet.costs),
        )
        self.assertTrue(self.case()._get_xml(claim), "it fits its own schema")

    def test_interest_that_was_paid_stands_below_the_calculation(self):
        (line,) = self.charge("interest")._get_booked_items()
        self.settle(line, line.debit)
        claim = self.claim()
        (item,) = claim.items
        self.assertEqual(self.sums(claim), {"lump_sum": 40})
        self.assertEqual(float(item.interest_paid), line.debit)
        self.assertIn(b'<interest paid="', self.case()._get_xml(claim))

    def test_waived_interest_is_not_claimed_by_the_agency(self):
        before = self.claim().interest
        self.charge("interest").with_user(self.manager).action_waive("Goodwill")
        (item,) = self.claim().items
        self.assertLess(item.interest_sum, before)
        self.assertEqual(item.interest[0].start, day("22.09.2026"))

    def test_no_interest_is_claimed_abroad_where_none_was_agreed(self):
        self.customer.sudo().country_id = self.env.ref("base.fr")
        self.assertEqual(self.claim().interest, 0)
        self.customer.sudo().dunning_charges_agreed = True
        self.assertGreater(self.claim().interest, 0)

    # === WHAT IS HANDED OVER ===

    def prepared(self):
        """Return the case of everything that the customer owes."""
        cases = self.env["dunning.collection.case"].with_user(self.head)
        with self.at(day=day("20.11.2026")):
            return cases._prepare(self.customer, self.company)

    def test_booked_charges_are_no_principal_and_bear_no_interest(self):
        other = self.invoice(300, day("01.11.2026"))
        case = self.prepared()
        self.assertNotIn("entry", case.item_ids.move_id.mapped("move_type"))
        self.assertLessEqual(case.item_ids.move_id, self.owed | other)

    def test_invoices_that_are_excluded_from_reminders_stay_with_us(self):
        excluded = self.invoice(300, day("01.10.2026"))
        excluded.line_ids.sudo().filtered("date_maturity").no_followup = True
        self.assertNotIn(excluded, self.prepared().item_ids.move_id)
        with (
            self.at(day=day("20.11.2026")),
            self.assertRaisesRegex(UserError, "excluded from reminders"),
        ):
            self.prepare(excluded)

    def test_the_adviser_weighs_what_is_dunned_alone(self):
        facts = self.env["dunning.collection.facts"].sudo()
        found = facts._query_overdue(self.company, self.customer, day("20.11.2026"))
        self.assertEqual(float(found[self.customer.id][0]), 1000)
