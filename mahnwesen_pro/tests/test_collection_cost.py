from odoo.tests import tagged

from .collection_common import CollectionCommon
from .common import TODAY


@tagged("post_install", "-at_install")
class TestCollectionCost(CollectionCommon):
    """What an agency costs, and who pays it in the end (EX11), from a posted invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.sudo().dunning_debtor_type = "business"

    def text(self, html):
        return " ".join(str(html).replace("<", " <").replace("\xa0", " ").split())

    def bill(self, case, amount):
        """The agency tells what it has cost."""
        case._log_event("cost", amount=amount)

    def owed(self, lump_sums=True):
        statement = self.env["dunning.claim.statement"]._get_statement(
            self.company, self.customer, TODAY, with_lump_sums=lump_sums
        )
        return statement.sheets[0]

    def remind_by_post(self, amount):
        """Post an invoice of 31 July and send all letters, the two last ones at 5.00 by post."""
        (self.first_notice + self.final_notice).sudo().write({"fee": 5, "send_letter": True})
        self.final_notice.sudo().charge_lump_sum = True
        with self.at(day="2026-07-31"):
            invoice = self.overdue_invoice(0, amount)
        for day in ("2026-08-10", "2026-08-31", "2026-09-21"):
            with self.at(day=day):
                self.send(self.propose().notice_ids.with_user(self.manager))
        return invoice

    # === BEFORE ===

    def test_ex11_the_case_shows_the_fee_of_an_agency_with_its_parts(self):
        case = self.prepare(self.exhausted(500))
        self.assertEqual(case.agency_fee, 55.62)
        page = self.text(case.expected_cost_html)
        for part in (
            "0.9 times 51.50 € for a value of 500.00 € (§ 13 RVG, no. 2300 (2) VV RVG)",
            "46.35 €",
            "a fifth of the fee, at most 20.00 € (no. 7002 VV RVG)",
            "9.27 €",
            "55.62 €",
            "§ 13e RDG",
            "lump sum of 40.00 € is set off, not added",
            "38.00 €",
            "it may ask 30.90 €: 0.5 times",
        ):
            self.assertIn(part, page)
        self.assertNotIn("95.62", page)
        self.assertNotIn("VAT", page)

    def test_without_input_tax_the_vat_of_the_agency_comes_on_top(self):
        self.company.sudo().dunning_deducts_vat = False
        case = self.prepare(self.exhausted(500))
        self.assertIn("VAT comes on top", case.expected_cost_html)

    def test_a_consumer_owes_no_lump_sum_that_could_be_set_off(self):
        self.customer.sudo().dunning_debtor_type = "consumer"
        case = self.prepare(self.exhausted(500))
        self.assertEqual(case.agency_fee, 55.62)
        self.assertNotIn("lump sum", case.expected_cost_html)

    def test_beyond_the_tables_nothing_is_guessed(self):
        case = self.prepare(self.exhausted(10000.01))
        self.assertEqual(case.agency_fee, 0)
        self.assertIn("ask agency and court", case.expected_cost_html)

    def test_the_advice_names_what_agency_and_court_would_cost(self):
        self.exhausted(500)
        advice = self.env["dunning.advice"]._recompute(self.company, self.customer)
        self.assertEqual((advice.cost_agency, advice.cost_court), (55.62, 38))

    # === AFTERWARDS ===

    def test_ex11_two_letters_and_an_agency_are_not_added_to_the_lump_sum(self):
        invoice = self.remind_by_post(500)
        self.assertEqual(self.owed().costs, 40)
        case = self.hand_over(invoice)
        self.assertIn("reminder fees", case.expected_cost_html)
        self.bill(case, case.agency_fee)
        self.assertEqual(str(self.owed().costs), "60.62")  # 55.62 and 5.00, not 40.00 as well
        claims = dict(case._get_ancillary_claims(case._get_claim()))
        self.assertEqual(claims, {"Collection costs": 15.62, "Other": 40})

    def test_ex11_the_agency_swallows_the_lump_sum(self):
        case = self.hand_over(self.exhausted(500))
        self.assertEqual(self.owed().costs, 40)
        self.bill(case, case.agency_fee)
        self.assertEqual(str(self.owed().costs), "55.62")
        self.assertEqual(str(self.owed(lump_sums=False).costs), "55.62")

    def test_what_the_agency_has_cost_stands_in_the_claim_statement_and_on_the_court_sheet(self):
        case = self.hand_over(self.exhausted(500))
        self.bill(case, 55.62)
        claims = dict(case._get_ancillary_claims(case._get_claim()))
        self.assertEqual(claims["Collection costs"], 55.62)
        case.action_recall("He wants to pay us")
        self.assertEqual(str(self.owed(lump_sums=False).costs), "55.62")

    def test_a_case_that_is_over_asks_for_nothing_more(self):
        invoice = self.exhausted(500)
        case = self.hand_over(invoice)
        self.bill(case, 55.62)
        case.action_close("Paid to the agency with all its costs")
        self.assertEqual(self.owed(lump_sums=False).costs, 0)

    def test_abroad_the_agency_is_not_charged_unless_that_was_agreed(self):
        case = self.hand_over(self.exhausted(500))
        self.bill(case, 55.62)
        self.customer.sudo().country_id = self.env.ref("base.fr")
        self.assertEqual(self.owed().costs, 0)
