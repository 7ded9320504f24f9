from odoo import models
from odoo.fields import Domain

from .dunning_notice_kind import ONCE


class DunningCard(models.Model):
    """Cards about what is special with a customer, and whom the cards leave out."""

    _inherit = "dunning.card"

    def _get_source(self):
        """Leave confidential customers out for everybody but managers.

        Our own records do so by their access rules; customers and invoices are open to clerks.
        """
        model, domain, field = super()._get_source()
        if model in ("res.partner", "account.move") and not self._sees_confidential():
            prefix = "commercial_partner_id." if model == "account.move" else ""
            domain = Domain(domain) & Domain(f"{prefix}dunning_is_confidential", "=", False)
        return model, domain, field

    def _sees_confidential(self):
        return self.env["res.partner"]._is_dunning_manager()

    def _card_forgotten(self):
        """The level of confidential customers does not stand on their invoices, see there."""
        model, domain, field = super()._card_forgotten()
        reminded = Domain("dunning_line_ids", "any", [("state", "=", "sent"), ("rank", ">", 0)])
        secret = Domain("commercial_partner_id.dunning_is_confidential", "=", True)
        return model, domain & ~(secret & reminded), field

    def _card_states(self):
        """Items of customers to whose administrator or heirs nobody has written yet."""
        model, domain, field = self._skips("insolvent", "deceased")
        letters = [("kind", "in", ONCE), ("state", "not in", ("cancelled", "simulated"))]
        return model, domain & Domain("partner_id.dunning_notice_ids", "not any", letters), field

    def _card_veto(self):
        return "dunning.veto", self._own() & Domain("state", "=", "waiting"), "amount_open"
