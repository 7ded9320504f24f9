from collections import defaultdict

from odoo import api, models

from ..rules import claim
from ..tools import to_decimal

#: The agency's costs are the customer's debt while it works for us, and when it gives the case
#: back: then it bills us. A case that was paid or closed is settled.
OWED_STATES = ("handed_over", "instalments", "partly_paid", "returned")


class DunningClaimStatement(models.AbstractModel):
    """An agency's costs are damage of the delay: the claim statement counts them, § 286 BGB."""

    _inherit = "dunning.claim.statement"

    @api.model
    def _get_further_costs(self, company, partner, date):
        """Add what agencies have told of their costs, on the oldest item of each case."""
        costs = super()._get_further_costs(company, partner, date)
        events = self.env["dunning.collection.event"].sudo()  # see _check_may_see
        found = events.search(
            [
                ("kind", "=", "cost"),
                ("company_id", "=", company.id),
                ("case_id.partner_id", "=", partner.id),
                ("case_id.state", "in", OWED_STATES),
                ("date", "<=", date),
            ],
            order="date, id",
        )
        added = defaultdict(list, costs)
        for event in found:
            for line in event.case_id.item_ids.move_line_id.sorted("date_maturity")[:1]:
                cost = claim.Cost(event.date, to_decimal(event.amount), "collection")
                added[line.id].append(cost)
        return added
