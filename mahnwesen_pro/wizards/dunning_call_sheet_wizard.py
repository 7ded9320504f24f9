from typing import NamedTuple

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_date


class Row(NamedTuple):
    """One debtor on the sheet: who, what is overdue, last word, promise, when to go on."""

    partner: str
    phone: str
    overdue: float
    last: str
    words: str
    promise: str
    following: str


class DunningCallSheetWizard(models.TransientModel):
    """The holiday sheet: what a substitute needs to know of somebody's debtors, on paper."""

    _name = "dunning.call.sheet.wizard"
    _description = "Holiday Sheet"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        string="Calls of",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    substitute_id = fields.Many2one("res.users", domain="[('share', '=', False)]")
    hands_over = fields.Boolean(
        string="Hand over the Planned Calls", help="The substitute gets the tasks at once."
    )
    handed_over_ids = fields.Many2many("dunning.call", groups=fields.NO_ACCESS)

    def action_print(self):
        """Print the sheet; on request the substitute gets the tasks."""
        self.ensure_one()
        if self.hands_over and self.substitute_id:
            self._hand_over()
        return self.env.ref("mahnwesen_pro.dunning_call_sheet_report").report_action(self)

    def _hand_over(self):
        """Give the planned calls to the substitute; the sheet still tells their dates."""
        calls = self._search_calls("planned")
        calls.write({"user_id": self.substitute_id.id})
        sheet = self.sudo()  # that they were one's own is written by this method alone
        sheet.handed_over_ids |= calls

    def _search_calls(self, state, order=None):
        """Return the calls that the person who asks may see, also while the sheet is drawn."""
        calls = self.env["dunning.call"].sudo(False)  # paper is drawn as superuser
        return calls.search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("user_id", "=", self.user_id.id)
            & Domain("state", "=", state),
            order=order,
        )

    def _get_rows(self):
        """Return one :class:`Row` per debtor who owes something, the most pressing first."""
        handed_over = self.sudo().handed_over_ids  # see _hand_over
        planned = self._search_calls("planned") | handed_over.filtered(
            lambda call: call.state == "planned"
        )
        planned = planned.sudo().grouped("partner_id")  # found above, now only read
        done = self._search_calls("done", order="called_on desc")
        partners = self.env["res.partner"].union(*planned, done.partner_id)
        partners = partners.with_company(self.company_id).sudo()  # also for a salesperson's sheet
        by_partner = done.grouped("partner_id")
        rows = [
            self._get_row(partner, planned.get(partner), by_partner.get(partner))
            for partner in partners
            if partner.dunning_amount_overdue > 0
        ]
        return sorted(rows, key=lambda row: -row.overdue)

    def _get_row(self, partner, planned, done):
        last = done[:1] if done else self.env["dunning.call"]
        promised = (done or last).filtered("promise_date")[:1]
        outcomes = dict(last._fields["outcome"]._description_selection(self.env))
        return Row(
            partner=partner.name,
            phone=partner.phone or "",
            overdue=partner.dunning_amount_overdue,
            last=f"{last._format_day()}: {outcomes[last.outcome]}" if last else "",
            words=last.customer_words or last.notes or "",
            promise=promised._get_guide_promise() if promised else "",
            following=format_date(self.env, planned.date) if planned else "",
        )

    def _get_report_base_filename(self):
        return self.env._("Holiday sheet of %s", self.user_id.name)
