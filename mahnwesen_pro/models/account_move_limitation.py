from odoo import api, fields, models
from odoo.fields import Domain

CLERK = "mahnwesen_pro.group_dunning_clerk"


class AccountMove(models.Model):
    _inherit = "account.move"

    dunning_limitation_ids = fields.One2many("dunning.limitation", "move_id", groups=CLERK)
    dunning_limitation_date = fields.Date(
        string="Statute-barred after",
        compute="_compute_dunning_limitation_date",
        groups=CLERK,
        help="The earliest day after which the customer may refuse to pay, with what suspended or "
        "restarted the period. A reminder does not stop it.",
    )

    @api.depends("dunning_limitation_ids", "line_ids.amount_residual", "invoice_date")
    def _compute_dunning_limitation_date(self):
        self.dunning_limitation_date = False
        events = self.env["dunning.limitation"]
        for company, moves in (
            self.filtered(lambda move: move.state == "posted").grouped("company_id").items()
        ):
            lines = moves._get_dunning_open_lines()
            found = events._compute_lines(company, lines, company._dunning_today())
            for line, result in found.items():
                known = line.move_id.dunning_limitation_date
                if result.expires and (not known or result.expires < known):
                    line.move_id.dunning_limitation_date = result.expires

    def _get_dunning_detail_fields(self):
        return [*super()._get_dunning_detail_fields(), "dunning_limitation_date"]

    def action_open_dunning_limitation(self):
        """Record what suspends or restarts the limitation of the invoice."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Limitation"),
            "res_model": "dunning.limitation",
            "view_mode": "list",
            "domain": list(Domain("move_id", "=", self.id)),
            "context": {"default_move_id": self.id},
            "target": "current",
        }
