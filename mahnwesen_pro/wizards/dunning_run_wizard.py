from odoo import api, fields, models


class DunningRunWizard(models.TransientModel):
    """Asks whom a run is for, and for a dry run on which day."""

    _name = "dunning.run.wizard"
    _description = "New Dunning Run"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    is_dry_run = fields.Boolean(
        string="Dry Run", help="Shows what would happen on a day of your choice; sends nothing."
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._dunning_today())
    policy_ids = fields.Many2many("dunning.policy", string="Only These Policies")
    partner_ids = fields.Many2many("res.partner", string="Only These Customers")
    bank_note = fields.Html(compute="_compute_bank_note")

    @api.depends("company_id")
    def _compute_bank_note(self):
        """Show per bank journal how far its bookings go: dun on complete books only."""
        for wizard in self:
            journals = self.env["account.journal"].search(
                [("type", "in", ("bank", "cash")), ("company_id", "=", wizard.company_id.id)]
            )
            groups = self.env["account.move.line"]._read_group(
                [("journal_id", "in", journals.ids), ("parent_state", "=", "posted")],
                ["journal_id"],
                ["date:max"],
            )
            wizard.bank_note = self.env["ir.qweb"]._render(
                "mahnwesen_pro.run_bank_note", {"journals": groups}
            )

    def action_propose(self):
        """Propose and open the run."""
        self.ensure_one()
        run = self.env["dunning.run"].propose(
            date=self.date if self.is_dry_run else None,
            company=self.company_id,
            policies=self.policy_ids or None,
            partners=self.partner_ids or None,
            dry_run=self.is_dry_run,
        )
        return run.get_formview_action()
