from odoo import api, fields, models
from odoo.exceptions import ValidationError


class DunningPause(models.Model):
    """Days on which the company writes no reminder: between the years, during the inventory."""

    _name = "dunning.pause"
    _description = "Dunning Calendar"
    _order = "date_start desc"

    name = fields.Char(required=True, help="For example: between the years.")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_start = fields.Date(string="From", required=True)
    date_end = fields.Date(string="Until", required=True, help="The last day without letters.")

    _period = models.Constraint(
        "CHECK(date_end >= date_start)", "The pause ends before it starts. Choose a later end."
    )

    @api.constrains("date_start", "date_end")
    def _check_length(self):
        for pause in self:
            if (pause.date_end - pause.date_start).days > 92:
                raise ValidationError(
                    self.env._(
                        "“%s” lasts longer than three months. Switch off the morning proposals "
                        "instead.",
                        pause.name,
                    )
                )
