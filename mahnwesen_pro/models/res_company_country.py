from odoo import api, fields, models

#: External ids of the shipped policies by country; everybody else follows the first one.
POLICIES = {
    "DE": "mahnwesen_pro.dunning_policy_default",
    "AT": "mahnwesen_pro.dunning_policy_at",
    "CH": "mahnwesen_pro.dunning_policy_ch",
}


class ResCompany(models.Model):
    """Policy and letter form follow the company's country until somebody chooses others."""

    _inherit = "res.company"

    dunning_letter_form = fields.Selection(
        selection_add=[("ch", "Switzerland (window on the right)")],
        ondelete={"ch": "set default"},
        prefetch="dunning",
    )

    @api.model
    def _get_shipped_dunning_policy(self, country):
        """Return the policy that is shipped for a country, empty if it was deleted."""
        reference = POLICIES.get(country.code, POLICIES["DE"])
        found = self.env.ref(reference, raise_if_not_found=False)
        return found or self.env["dunning.policy"]

    def _set_default_dunning_policy(self):
        for company in self:
            if not company.dunning_policy_id and not company.parent_id:
                company.dunning_policy_id = self._get_shipped_dunning_policy(company.country_id)
        self._set_dunning_letter_form()

    def _set_dunning_letter_form(self):
        """Swiss envelopes have their window on the right; Austrian ones as in form B."""
        for company in self:
            if company.country_id.code == "CH" and company.dunning_letter_form == "b":
                company.dunning_letter_form = "ch"
            elif company.country_id.code != "CH" and company.dunning_letter_form == "ch":
                company.dunning_letter_form = "b"

    def write(self, vals):
        before = {company: company.country_id for company in self}
        result = super().write(vals)
        moved = self.filtered(lambda company: company.country_id != before[company])
        for company in moved:
            if company.dunning_policy_id == self._get_shipped_dunning_policy(before[company]):
                company.dunning_policy_id = self._get_shipped_dunning_policy(company.country_id)
        moved._set_dunning_letter_form()
        return result
