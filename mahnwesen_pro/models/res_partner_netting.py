from odoo import api, fields, models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    _inherit = "res.partner"

    dunning_can_allocate = fields.Boolean(
        compute="_compute_dunning_can_allocate", groups="mahnwesen_pro.group_dunning_clerk"
    )

    @api.depends_context("company", "uid")
    def _compute_dunning_can_allocate(self):
        lines = self._get_dunning_ledger(self.env.company)
        both = {
            partner
            for (partner, *_group), items in self._group_to_allocate(lines).items()
            if self._has_both_sides(items)
        }
        for partner in self:
            partner.dunning_can_allocate = partner.commercial_partner_id in both

    def action_dunning_allocate(self):
        """Reconcile open credits of the customers with their open items, the oldest first.

        A credit note goes to the invoice that it corrects. Paused items are left alone.

        :raise UserError: when there is nothing to allocate
        """
        self.check_access("write")
        company = self.env.company
        lines = self._get_dunning_ledger(company)
        moves = lines.move_id.sudo()  # what is paused is left alone, whoever may see the pause
        running = moves.filtered(lambda move: not move.dunning_is_paused).sudo(False)
        lines = lines.filtered(lambda line: line.move_id in running)
        allocated = self.browse()
        for credit in lines.move_id.filtered("reversed_entry_id"):
            pair = credit | credit.reversed_entry_id
            allocated |= self._allocate(
                lines.filtered(lambda line, pair=pair: line.move_id in pair)
            )
        allocated |= self._allocate(lines)
        if not allocated:
            raise UserError(
                self.env._("There is no open credit that could be allocated to an open item.")
            )
        self.env["dunning.notice"]._refresh_proposals(allocated.ids, company)
        return True

    def _get_dunning_ledger(self, company):
        """Return the open receivable lines of the customers in a company, credits too."""
        return self.env["account.move.line"].search(
            [
                ("partner_id.commercial_partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", company.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual_currency", "!=", 0),
            ],
            order="date_maturity, id",
        )

    @api.model
    def _allocate(self, lines):
        """Reconcile what can be and return the customers concerned."""
        done = self.browse()
        for (partner, *_group), items in self._group_to_allocate(lines).items():
            if self._has_both_sides(items):
                items.reconcile()
                done |= partner
        return done

    @api.model
    def _group_to_allocate(self, lines):
        """Return the lines by what may be reconciled with each other."""
        return lines.filtered(lambda line: not line.reconciled).grouped(
            lambda line: (line.partner_id.commercial_partner_id, line.account_id, line.currency_id)
        )

    @api.model
    def _has_both_sides(self, lines):
        return len({line.amount_residual_currency > 0 for line in lines}) == 2
