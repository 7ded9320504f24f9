from odoo import api, fields, models

from ..rules.advice import WEIGHTS


class DunningAdviceWeight(models.Model):
    """How much a fact counts when the adviser weighs whether to hand over."""

    _name = "dunning.advice.weight"
    _description = "Weight in the Collection Advice"
    _order = "sequence, id"
    _rec_name = "code"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True, readonly=True)
    name = fields.Char(string="Fact", compute="_compute_name")
    weight = fields.Integer(
        required=True, help="Plus speaks for handing over, minus against it. 0 = does not count."
    )
    default_weight = fields.Integer(string="As Shipped", compute="_compute_name")

    _code_unique = models.Constraint("UNIQUE(code)", "There is one weight per fact.")
    _weight_range = models.Constraint(
        "CHECK(weight BETWEEN -100 AND 100)", "A weight lies between -100 and 100."
    )

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_name(self):
        sentences = self.env["dunning.collection.sentence"]
        for weight in self:
            weight.name = sentences._factor_name(weight.code) if weight.code else ""
            weight.default_weight = WEIGHTS.get(weight.code, 0)
