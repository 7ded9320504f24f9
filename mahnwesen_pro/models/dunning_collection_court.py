from odoo import api, fields, models

from ..rules import court_fee
from ..tools import to_decimal

#: Catalogue numbers of the online form that were checked; others are entered by hand.
CATALOGUE = [
    ("5", "5 Service contract"),
    ("6", "6 Freight"),
    ("7", "7 Agency agreement"),
    ("8", "8 Work by a craftsman"),
    ("11", "11 Sale"),
    ("12", "12 Current account"),
    ("15", "15 Leasing or hire purchase"),
    ("16", "16 Course"),
    ("17", "17 Rent of business premises"),
    ("19", "19 Rent of a dwelling"),
]

#: Kinds of charges in the order of the form; what is not named stands under “other”.
ANCILLARY = ("fee", "enquiry", "return_cost", "collection")


class DunningCollectionCourt(models.AbstractModel):
    """The data for the application to the dunning court, in the order of the online form.

    A sheet to type from: the form has no import, and a wrong file would cost the deadline.
    """

    _name = "dunning.collection.court"
    _description = "Court Data of a Collection Case"

    currency_id = fields.Many2one("res.currency")
    court_catalogue = fields.Selection(
        CATALOGUE, string="Catalogue No.", default="11", help="Kind of the claim in the court form."
    )
    court_counter_performance = fields.Boolean(
        string="Counter-performance Made",
        default=True,
        help="Goods were delivered or work was done: without that the court issues no order.",
    )
    court_fee = fields.Monetary(
        compute="_compute_court_fee",
        help="Half a fee by § 34 GKG of the principal, at least 38 euro (KV 1100). Only in euro.",
    )

    @api.depends("amount_open", "currency_id")
    def _compute_court_fee(self):
        for case in self:
            fee = case._is_for_german_court() and court_fee.court_fee(to_decimal(case.amount_open))
            case.court_fee = float(fee or 0)

    def _is_for_german_court(self):
        """Whether the German procedure is open: a creditor there, and a sum in euro (§ 688 ZPO)."""
        self.ensure_one()
        return self.currency_id.name == "EUR" and self.company_id.country_id.code == "DE"

    def _get_contested_court(self):
        """Return which court decides when the debtor objects, by the sum (§ 23 no. 1 GVG)."""
        value = to_decimal(self.amount_open)
        if value > court_fee.DISTRICT_COURT_UP_TO:
            return self.env._("Regional court (Landgericht) of the debtor's place")
        return self.env._("District court (Amtsgericht) of the debtor's place")

    def _get_ancillary_claims(self, claim):
        """Return [(name, amount)] in the order of the form."""
        names = {
            "fee": self.env._("Reminder costs"),
            "enquiry": self.env._("Information"),
            "return_cost": self.env._("Bank costs of returned debits"),
            "collection": self.env._("Collection costs"),
            "other": self.env._("Other"),
        }
        sums = dict.fromkeys(names, 0)
        for charge in claim.charges:
            sums[charge.kind if charge.kind in ANCILLARY else "other"] += charge.amount
        sums["collection"] += self._get_agency_cost_to_claim(claim)
        return [(names[kind], float(amount)) for kind, amount in sums.items() if amount]

    def _get_agency_cost_to_claim(self, claim):
        """Return the agency's costs as far as they exceed the lump sums (§ 288 (5) BGB).

        Reminder fees beside a lump sum exceed it already; then nothing of it is left to set off.
        """
        kinds = {charge.kind for charge in claim.charges}
        lumps = sum(charge.amount for charge in claim.charges if charge.kind == "lump_sum")
        return max(to_decimal(self.amount_cost) - (0 if "fee" in kinds else lumps), 0)

    def action_print_court_sheet(self):
        """Open the sheet as PDF."""
        return self.env.ref("mahnwesen_pro.dunning_collection_court_report").report_action(self)
