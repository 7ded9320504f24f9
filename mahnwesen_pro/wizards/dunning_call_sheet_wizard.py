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

    def action_print(self):
        """Print the sheet; on request the substitute gets the tasks."""
        self.ensure_one()
        if self.hands_over and self.substitute_id:
            self._get_planned().write({"user_id": self.substitute_id.id})
        return self.env.ref("mahnwesen_pro.dunning_call_sheet_report").report_action(self)

    def _get_planned(self):
        return self.env["dunning.call"].search(self._get_domain() & Domain("state", "=", "planned"))

    def _get_domain(self):
        users = self.user_id | (self.substitute_id if self.hands_over else self.user_id)
        return Domain("company_id", "=", self.company_id.id) & Domain("user_id", "in", users.ids)

    def _get_rows(self):
        """Return one :class:`Row` per debtor who owes something, the most pressing first."""
        planned = self._get_planned().grouped("partner_id")
        done = self.env["dunning.call"].search(
            self._get_domain() & Domain("state", "=", "done"), order="called_on desc"
        )
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
