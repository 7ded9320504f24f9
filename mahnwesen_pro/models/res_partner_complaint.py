from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    dunning_complaint_count = fields.Integer(
        string="Complaints",
        compute="_compute_dunning_complaint_count",
        groups="mahnwesen_pro.group_dunning_caller",
    )

    @api.depends_context("company", "uid")
    def _compute_dunning_complaint_count(self):
        groups = self.env["dunning.complaint"]._read_group(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
            ],
            ["partner_id"],
            ["__count"],
        )
        counts = {partner.id: count for partner, count in groups}
        for partner in self:
            partner.dunning_complaint_count = counts.get(partner.commercial_partner_id.id, 0)

    def action_dunning_complaint(self):
        """Ask what the customer complains about."""
        return self.env["dunning.complaint.wizard"]._open(partner=self)

    def action_open_dunning_complaints(self):
        """Open the complaints of the customer."""
        domain = [("partner_id", "in", self.commercial_partner_id.ids)]
        return self.env["dunning.complaint"]._open_list(domain)

    def action_open_dunning_timeline(self):
        """Open everything that happened between the customer and us, in order."""
        return self.env["dunning.timeline"]._open(self.commercial_partner_id)
