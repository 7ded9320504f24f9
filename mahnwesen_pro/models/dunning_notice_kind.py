from odoo import api, fields, models
from odoo.tools import format_amount

from .dunning_policy import LETTER_MODES

#: Letters that a person asks for once, because the customer's state has stopped the ladder.
ONCE = ("insolvent", "deceased")


class DunningNotice(models.Model):
    """What kind of letter a notice is, and whom it concerns when it goes to somebody else."""

    _inherit = "dunning.notice"

    kind = fields.Selection(
        [("reminder", "Reminder"), *LETTER_MODES],
        string="Kind of Letter",
        compute="_compute_kind",
        store=True,
        precompute=True,
        readonly=False,  # or the ORM would drop what is given and work it out notice by notice
        help="Only reminders raise the level of their items.",
    )
    letter_concern = fields.Char(
        string="Concerns",
        readonly=True,
        copy=False,
        help="Names the customer when the letter goes to somebody else.",
    )
    other_addressee_id = fields.Many2one("res.partner", compute="_compute_other_addressee_id")

    @api.depends("level_id")
    def _compute_kind(self):
        for notice in self:
            notice.kind = self._get_kind(notice.level_id)

    @api.model
    def _get_kind(self, level):
        mode = level.policy_id.mode
        return mode if mode in dict(LETTER_MODES) else "reminder"

    @api.model
    def _prepare_draft_vals(self, draft):
        """Give the kind along, which is quicker than computing it for each notice."""
        level = self.env["dunning.level"].browse(draft.level.id)
        return {**super()._prepare_draft_vals(draft), "kind": self._get_kind(level)}

    @api.depends("partner_id")
    @api.depends_context("company")
    def _compute_other_addressee_id(self):
        for notice in self:
            partner = notice.partner_id.with_company(notice.company_id)
            state = partner.dunning_state != "normal"
            other = (state and partner.dunning_representative_id) or partner.dunning_payer_id
            notice.other_addressee_id = other.commercial_partner_id

    def _is_written_once(self):
        self.ensure_one()
        return self.kind in ONCE

    # === TEXTS ===

    def _get_texts(self):
        texts = super()._get_texts()
        concern = self.letter_concern if self.is_frozen else self._get_concern()
        return {**texts, "letter_concern": concern or ""}

    def _get_concern(self):
        """Return the line that names the customer to another addressee; "" for his own house."""
        self.ensure_one()
        partner = self.partner_id
        if self.addressee_id.commercial_partner_id == partner.commercial_partner_id:
            return ""
        notice = self.with_context(lang=self.lang)
        place = ", ".join(
            filter(None, (partner.street, f"{partner.zip or ''} {partner.city or ''}".strip()))
        )
        who = ", ".join(filter(None, (partner.name, place)))
        if self.kind in ONCE:
            return notice._get_state_concern(who)
        return notice.env._("Concerns invoices to %s, for which you are named as payer", who)

    def _get_state_concern(self, who):
        sentence = (
            self.env._("Insolvency proceedings of %s", who)
            if self.kind == "insolvent"
            else self.env._("Estate of %s", who)
        )
        file_no = self.partner_id.dunning_state_ref
        return (
            self.env._("%(what)s, file no. %(no)s", what=sentence, no=file_no)
            if file_no
            else sentence
        )

    def _open_letters(self):
        """Open the form of a single notice, or the list."""
        if len(self) == 1:
            return self.get_formview_action()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mahnwesen_pro.dunning_notice_action"
        )
        return {**action, "domain": [("id", "in", self.ids)], "context": {}}

    def _get_overdue_amount(self):
        """Return what is due of a letter that lists everything open, less its credits."""
        self.ensure_one()
        due = self.claim_ids.filtered(lambda line: line.date_due < self.date)
        amount = sum(due.mapped("amount_open")) - self.amount_credits
        return max(self.currency_id.round(amount), 0.0)

    # === REVIEW ===

    def _get_hints(self):
        yield from super()._get_hints()
        if (
            self.other_addressee_id
            and self.other_addressee_id != self.addressee_id.commercial_partner_id
        ):
            yield self.env._(
                "It goes to the customer, although %s is named instead of him.",
                self.other_addressee_id.name,
            )
        if self.env.su or self.env.user.has_group("mahnwesen_pro.group_dunning_clerk"):
            yield from self._get_payable_hint()

    def _get_payable_hint(self):
        partner = self.partner_id.with_company(self.company_id)
        owed = partner.dunning_amount_payable
        if owed:
            yield self.env._(
                "We owe this customer %s from his own bills; nothing is netted by itself.",
                format_amount(self.env, owed, self.company_currency_id),
            )

    # === CONFIDENTIAL ===

    def _log_on_documents(self, event):
        """Leave no trace of a confidential notice where everybody would see it."""
        open_ones = self.filtered(lambda notice: not notice.partner_id.dunning_is_confidential)
        return super(DunningNotice, open_ones)._log_on_documents(event)
