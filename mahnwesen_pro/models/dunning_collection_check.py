from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..rules import gate
from .dunning_collection_gate import GATES


class DunningCollectionCheck(models.Model):
    """One condition of a case's gate: green, red, or to be confirmed with name and note."""

    _name = "dunning.collection.check"
    _description = "Condition before Handing over"
    _order = "case_id, gate, sequence"

    case_id = fields.Many2one(
        "dunning.collection.case", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True)
    partner_id = fields.Many2one(related="case_id.partner_id")
    gate = fields.Selection(GATES, required=True, readonly=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    state = fields.Selection(
        [("green", "Fine"), ("red", "In the way"), ("confirm", "To confirm")],
        required=True,
        readonly=True,
    )
    reason = fields.Char(readonly=True)
    day = fields.Date(readonly=True)
    detail = fields.Char(readonly=True)
    name = fields.Char(string="Condition", compute="_compute_sentence")
    sentence = fields.Char(string="What it Says", compute="_compute_sentence")
    confirmed_by = fields.Char(readonly=True)
    confirm_note = fields.Char(string="Note", readonly=True)
    confirmed_on = fields.Datetime(readonly=True)

    _one_line = models.UniqueIndex("(case_id, gate, code)", "One line per condition.")

    @api.depends("code", "reason", "day", "detail", "confirm_note")
    @api.depends_context("lang")
    def _compute_sentence(self):
        sentences = self.env["dunning.collection.sentence"]
        for check in self:
            check.name = sentences._condition(check.code)
            check.sentence = sentences._gate(
                check.code,
                check.reason,
                format_date(self.env, check.day) if check.day else "",
                check.detail,
            )

    def _may_pass(self):
        """Whether nothing is red and everything to confirm is confirmed."""
        return gate.may_pass(self.mapped("state"), [bool(c.confirmed_on) for c in self])

    def _stops_announcing(self, by_letter):
        """Whether the condition forbids even to announce handing over."""
        self.ensure_one()
        return gate.stops_announcing(self.code, self.state, by_letter)

    def _get_list(self):
        """Return the conditions with what they say, one per line of text."""
        return "\n".join(f"– {check.name}: {check.sentence}" for check in self)

    def action_confirm(self):
        """Ask for name and note of who confirms the condition."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Confirm: %s", self.name),
            "res_model": "dunning.collection.confirm.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_check_id": self.id},
        }

    def _confirm(self, name, note):
        """Take over a person's word for a condition.

        :raise UserError: red cannot be skipped; name and note are needed
        """
        self.ensure_one()
        self.case_id._check_right()
        if self.state != "confirm":
            raise UserError(
                self.env._("“%s” cannot be confirmed. Put right what it names.", self.name)
            )
        if not (name or "").strip() or not (note or "").strip():
            raise UserError(self.env._("Confirming needs your name and a note of what you know."))
        lines = self.sudo()  # lines are written by methods only
        lines.write(
            {"confirmed_by": name, "confirm_note": note, "confirmed_on": fields.Datetime.now()}
        )
        self.case_id.message_post(
            body=self.env._(
                "%(condition)s confirmed by %(name)s: %(note)s",
                condition=self.name,
                name=name,
                note=note,
            )
        )
