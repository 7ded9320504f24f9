from odoo import api, fields, models
from odoo.tools import format_date

from ..rules import ledger

CALLER = "mahnwesen_pro.group_dunning_caller"


class AccountMove(models.Model):
    """Since when the customer is in default with an invoice, or why he is not."""

    _inherit = "account.move"

    dunning_default_on = fields.Date(
        string="In Default since", compute="_compute_dunning_default", groups=CALLER
    )
    dunning_default_note = fields.Char(
        string="Default", compute="_compute_dunning_default", groups=CALLER
    )

    @api.depends("state", "payment_state", "dunning_due_agreed", "dunning_received_on")
    @api.depends_context("lang")
    def _compute_dunning_default(self):
        self.dunning_default_on = self.dunning_default_note = False
        invoices = self.filtered(lambda m: m.state == "posted" and m.is_sale_document(True))
        for company, moves in invoices.grouped("company_id").items():
            today = company._dunning_today()
            lines = moves.line_ids.filtered(
                lambda line: line.display_type == "payment_term" and line.amount_residual > 0
            )
            first = {line.move_id: line for line in lines.sorted("date_maturity", reverse=True)}
            entries = self.env["dunning.ledger"]._get_entries(
                company, [line.id for line in first.values()], today
            )
            for move, line in first.items():
                found = move._get_dunning_default(entries[line.id], today)
                move.dunning_default_on = found.start if found.has_begun(today) else False
                move.dunning_default_note = self._get_dunning_default_sentence(found, today)

    def _get_dunning_detail_fields(self):
        own = ["dunning_default_on", "dunning_default_note"]
        return super()._get_dunning_detail_fields() + own

    def _get_dunning_default(self, entry, today):
        """Return the :class:`default.Default` of an item."""
        company = self.company_id
        law = company._get_dunning_law()
        holidays = company._get_public_holidays(
            min(entry.booked, entry.due), fields.Date.add(max(today, entry.due), days=60)
        )
        return ledger.default_of(entry, bool(law and law.knows_thirty_days), holidays)

    @api.model
    def _get_dunning_default_sentence(self, found, today):
        """Return a :class:`default.Default` in words."""
        trigger = format_date(self.env, found.trigger) if found.trigger else ""
        sentences = {
            "agreed": self.env._("The due date of %s was agreed", trigger),
            "reminder": self.env._("The first reminder arrived on %s", trigger),
            "deadline": self.env._("The first reminder set a deadline until %s", trigger),
            "thirty_days": self.env._("30 days after due date and receipt, %s", trigger),
            "no_trigger": self.env._(
                "No default yet: the due date was not agreed and no reminder has arrived"
            ),
            "no_notice": self.env._(
                "No default yet: the due date was not agreed, no reminder has arrived, and the "
                "invoice does not tell a consumer of the 30 days"
            ),
        }
        sentence = sentences[found.reason]
        if found.start and not found.has_begun(today):
            return self.env._(
                "No default before %(day)s: %(reason)s",
                day=format_date(self.env, found.start),
                reason=sentence[:1].lower() + sentence[1:],
            )
        return sentence
