from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import to_decimal


class DunningNotice(models.Model):
    """Books the charges of a notice with its life: sent, cancelled, waived."""

    _inherit = "dunning.notice"

    can_book = fields.Boolean(compute="_compute_can_book")

    @api.depends("state", "charge_ids.booking_line_id", "charge_ids.amount_asked")
    def _compute_can_book(self):
        for notice in self:
            notice.can_book = (
                notice.state == "sent"
                and notice.company_id.dunning_booking == "issued"
                and bool(notice.charge_ids._get_amounts_to_book())
            )

    def action_open_claim(self):
        """Open the claim statement of the customer as of today."""
        self.ensure_one()
        return self.env["dunning.claim.wizard"]._open(self.partner_id, self.company_id)

    def action_use_payment(self):
        """Ask on what a payment for the notice goes."""
        self.ensure_one()
        return self.env["dunning.claim.payment.wizard"]._open(self)

    # === BOOKING ===

    def action_book_charges(self):
        """Book the charges of sent notices that are not in the books yet.

        :raise UserError: when a lock date, an account or a rate is in the way; nothing is booked
        """
        self.check_access("write")
        todo = self.filtered("can_book")
        if not todo:
            raise UserError(self.env._("All charges of these notices are in the books already."))
        for company, notices in todo.grouped("company_id").items():
            notices.charge_ids._book(company._dunning_today())
        return True

    def _start_sending(self):
        """Refuse to send while charges that are to be booked could not be."""
        for company, notices in self.grouped("company_id").items():
            charges = notices.charge_ids.filtered("amount_asked")
            if company.dunning_booking == "issued" and charges:
                company._check_dunning_booking(company._dunning_today(), charges)
        return super()._start_sending()

    def _hook_sent(self):
        res = super()._hook_sent()
        for company, notices in self.grouped("company_id").items():
            if company.dunning_booking == "issued":
                notices._book_or_tell(company)
        return res

    def _book_or_tell(self, company):
        """Book the charges. What became impossible since the letter went out is told, not lost."""
        today, charges = company._dunning_today(), self.charge_ids.filtered("amount_asked")
        problem = charges and company._get_dunning_booking_problem(today, charges)
        if not problem:
            charges._book(today)
            return
        for notice in charges.notice_id:
            here = notice._in_language_of_task_user()
            here._schedule_task(
                "delivery",
                here.env._("The charges of %s are not booked", here.display_name),
                here.company_id._get_dunning_booking_problem(today, charges),
            )

    def _hook_cancelled(self):
        res = super()._hook_cancelled()
        for company, notices in self.grouped("company_id").items():
            booked = notices.charge_ids.filtered("booking_line_id")
            reason = self.env._("Notice cancelled: %s", notices[:1].cancel_reason or "")
            booked._unbook(company._dunning_today(), reason)
            booked._rebook_set_off(company._dunning_today())
        return res

    def _charges_waived(self, charges, reason):
        res = super()._charges_waived(charges, reason)
        for company, waived in charges.grouped("company_id").items():
            booked = waived.filtered("booking_line_id")
            booked._unbook(company._dunning_today(), self.env._("Waived: %s", reason))
            booked._rebook_set_off(company._dunning_today())
        return res

    def _get_charges_owed(self):
        """Take what was paid on booked charges from the books."""
        unpaid = sum(self.charge_ids.mapped("amount_unpaid"))
        return to_decimal(self.currency_id.round(unpaid))
