from odoo import fields, models
from odoo.exceptions import UserError


class DunningNotice(models.Model):
    """Allocating the open credits of a notice to its claims, in one click."""

    _inherit = "dunning.notice"

    can_allocate = fields.Boolean(compute="_compute_can_allocate")

    def _compute_can_allocate(self):
        for notice in self:
            notice.can_allocate = notice.state in ("proposed", "approved", "sent") and any(
                item.amount_residual_currency < 0
                for line in notice.credit_ids
                for item in notice._get_live_items(line)
            )

    def action_allocate(self):
        """Reconcile the open credits of the notices with their claims, the oldest first.

        Proposals are brought up to date; where the credits cover everything, they go.

        :raise UserError: when there is nothing to allocate
        """
        self.check_access("write")
        todo = self.filtered("can_allocate")
        if not todo:
            raise UserError(
                self.env._("These notices have no open credit that could be allocated.")
            )
        for notice in todo:
            notice._allocate_credits(notice.credit_ids)
            notice._message_log(body=self.env._("Open credits were allocated to the items."))
        todo._refresh_after_allocation()
        return True

    def _refresh_after_allocation(self):
        """Bring what was not sent yet up to date with the ledger."""
        unsent = self.filtered(lambda notice: notice.state in ("proposed", "approved"))
        for notice in unsent.filtered(lambda notice: notice.state == "approved"):
            notice.action_unapprove()
        for company, notices in unsent.grouped("company_id").items():
            self._refresh_proposals(notices.partner_id.ids, company)
