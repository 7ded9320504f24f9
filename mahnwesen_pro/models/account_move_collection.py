from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_dunning_contract(self):
        """Return (subject, day) of the contract behind the invoice, as far as it is known.

        § 13a (1) no. 2 RDG asks for both. The day is known where the order is in Odoo.
        """
        self.ensure_one()
        products = self.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        subject = (products[:1].name or "").strip().split("\n")[0]
        return subject[:200], False

    def action_dunning_prepare_case(self):
        """Prepare the collection case of these invoices."""
        cases = self.env["dunning.collection.case"]
        for company, own in self.grouped("company_id").items():
            for partner, moves in own.grouped("commercial_partner_id").items():
                cases |= cases._prepare(partner, company, moves)
        return cases._open_cases([("id", "in", cases.ids)])
