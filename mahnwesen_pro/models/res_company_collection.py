from odoo import api, fields, models

from ..rules.advice import Terms
from ..tools import to_decimal


class ResCompany(models.Model):
    """How the company decides on handing over."""

    _inherit = "res.company"

    dunning_advice_last_chance = fields.Float(
        string="Last Letter from Score",
        default=30,
        help="From this score on the adviser recommends a last letter; below, to talk first.",
        prefetch="dunning",
    )
    dunning_advice_hand_over = fields.Float(
        string="Hand over from Score",
        default=45,
        help="From this score on: hand over.",
        prefetch="dunning",
    )
    dunning_valued_years = fields.Integer(
        string="Long-standing from Years",
        default=5,
        help="For such customers the management decides, and one documented call by the "
        "salesperson is demanded before. 0 = never.",
        prefetch="dunning",
    )
    dunning_valued_revenue = fields.Monetary(
        string="Valuable from Revenue",
        default=25000,
        help="Net, in twelve months. Treated like long-standing customers. 0 = never.",
        prefetch="dunning",
    )
    dunning_advice_cost_share = fields.Float(
        string="Worth it from",
        default=1,
        help="Smaller sums than so many times the expected cost of agency and court are not worth "
        "it.",
        prefetch="dunning",
    )
    dunning_collection_hold = fields.Boolean(
        string="Credit Hold with a Case",
        default=True,
        help="New cases put the customer on hold: orders are stopped while the case is open.",
        prefetch="dunning",
    )
    dunning_announce_days = fields.Integer(
        string="Days in the Last-chance Letter",
        default=7,
        help="Deadline; it moves to a working day.",
        prefetch="dunning",
    )
    dunning_bureau_member = fields.Boolean(
        string="Contract with a Credit Bureau",
        help="Only contract partners of a credit bureau may report, or announce a report.",
        prefetch="dunning",
    )
    dunning_deducts_vat = fields.Boolean(
        string="Deducts Input VAT",
        default=True,
        help="Then the agency's VAT is no damage of yours (§ 13a (1) no. 6 RDG).",
        prefetch="dunning",
    )

    _dunning_collection_positive = models.Constraint(
        "CHECK(dunning_valued_years >= 0 AND dunning_valued_revenue >= 0 "
        "AND dunning_advice_cost_share >= 0 AND dunning_announce_days >= 1)",
        "Years, revenue and shares cannot be negative; the last letter leaves at least one day.",
    )

    @api.model
    def _get_dunning_advice_weights(self):
        """Return {factor: weight}."""
        weights = self.env["dunning.advice.weight"].sudo()  # the weights hold whoever asks
        return {weight.code: weight.weight for weight in weights.search([])}

    def _get_dunning_advice_terms(self):
        """Return the settings of the adviser as :class:`advice.Terms`."""
        self.ensure_one()
        return Terms(
            last_chance=to_decimal(self.dunning_advice_last_chance),
            hand_over=to_decimal(self.dunning_advice_hand_over),
            valued_years=to_decimal(self.dunning_valued_years),
            valued_revenue=to_decimal(self.dunning_valued_revenue),
            cost_share=to_decimal(self.dunning_advice_cost_share),
        )

    def _get_limitation_country(self):
        """Return the code of the country by whose law the claims become statute-barred."""
        return self.country_id.code or "DE"

    def _knows_dunning_thirty_days(self):
        law = self._get_dunning_law()
        return bool(law and law.knows_thirty_days)
