from odoo import api, fields, models
from odoo.fields import Domain

CALLER = "mahnwesen_pro.group_dunning_caller"


class ResPartner(models.Model):
    _inherit = "res.partner"

    dunning_call_count = fields.Integer(compute="_compute_dunning_call_count", groups=CALLER)

    @api.depends_context("company", "uid")
    def _compute_dunning_call_count(self):
        groups = self.env["dunning.call"]._read_group(
            self._get_dunning_call_domain(), ["partner_id"], ["__count"]
        )
        counts = {partner.id: count for partner, count in groups}
        for partner in self:
            partner.dunning_call_count = counts.get(partner.commercial_partner_id.id, 0)

    def _get_dunning_call_domain(self):
        return (
            Domain("partner_id", "in", self.commercial_partner_id.ids)
            & Domain("company_id", "=", self.env.company.id)
            & Domain("state", "!=", "cancelled")
        )

    def action_open_dunning_calls(self):
        """Open the calls with the customer."""
        return self.env["dunning.call"]._open_list(self._get_dunning_call_domain())

    def action_dunning_call(self):
        """Open the guided call for the customer."""
        self.ensure_one()
        return self.env["dunning.call"]._open_for(self, self.env.company)


class AccountMove(models.Model):
    _inherit = "account.move"

    dunning_call_ids = fields.Many2many("dunning.call", string="Calls", groups=CALLER)
    dunning_call_count = fields.Integer(compute="_compute_dunning_buttons", groups=CALLER)

    @api.depends("dunning_call_ids.state")
    def _compute_dunning_buttons(self):
        return super()._compute_dunning_buttons()

    def _get_dunning_counters(self):
        calls = ("dunning.call", "move_ids", [("state", "!=", "cancelled")], "__count")
        return {**super()._get_dunning_counters(), "dunning_call_count": calls}

    def action_open_dunning_calls(self):
        """Open the calls about the invoices."""
        return self.env["dunning.call"]._open_list(Domain("move_ids", "in", self.ids))

    def action_dunning_call(self):
        """Open the guided call about this invoice."""
        self.ensure_one()
        return self.env["dunning.call"]._open_for(
            self.commercial_partner_id, self.company_id, moves=self
        )


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    dunning_call_count = fields.Integer(compute="_compute_dunning_call_count")

    def _compute_dunning_call_count(self):
        for notice in self:
            notice.dunning_call_count = self.env["dunning.call"].search_count(
                notice._get_dunning_call_domain()
            )

    def _get_dunning_call_domain(self):
        return (
            Domain("partner_id", "in", self.partner_id.ids)
            & Domain("company_id", "in", self.company_id.ids)
            & Domain("state", "!=", "cancelled")
            & (
                Domain("notice_id", "in", self.ids)
                | Domain("move_ids", "in", self.claim_ids.move_id.ids)
            )
        )

    def action_open_dunning_calls(self):
        """Open the calls about what stands on the notice."""
        return self.env["dunning.call"]._open_list(self._get_dunning_call_domain())

    def action_dunning_call(self):
        """Open the guided call about what stands on the notice."""
        self.ensure_one()
        return self.env["dunning.call"]._open_for(
            self.partner_id, self.company_id, moves=self.claim_ids.move_id
        )
