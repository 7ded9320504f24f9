from odoo import api, fields, models

from ..models.dunning_advice import DECISIONS

#: What the adviser's verdict proposes to decide.
PROPOSED = {
    "not_yet": "wait",
    "talk": "talk",
    "last_chance": "last_chance",
    "hand_over": "hand_over",
    "not_worth": "keep",
    "write_off": "write_off",
}


class DunningAdviceWizard(models.TransientModel):
    """Asks what a person decides on the adviser's recommendation, and why."""

    _name = "dunning.advice.wizard"
    _description = "Decide on an Advice"

    advice_id = fields.Many2one("dunning.advice", required=True)
    sentence = fields.Char(related="advice_id.sentence")
    decision = fields.Selection(
        DECISIONS, compute="_compute_decision", store=True, readonly=False, required=True
    )
    reason = fields.Text(required=True)
    date_review = fields.Date(
        string="Look again on", help="Empty: some days later, depending on the decision."
    )

    @api.depends("advice_id")
    def _compute_decision(self):
        for wizard in self:
            wizard.decision = PROPOSED.get(wizard.advice_id.verdict)

    def action_decide(self):
        """Keep the decision and go on with what it asks for."""
        return self.advice_id._decide(self.decision, self.reason, self.date_review)
