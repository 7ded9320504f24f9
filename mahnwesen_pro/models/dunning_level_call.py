from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import calls
from ..tools import to_decimal


class DunningLevelCall(models.Model):
    """A phone call that belongs to a level: when, from which amount on, and who makes it."""

    _name = "dunning.level.call"
    _description = "Call of a Dunning Level"
    _order = "level_id, minimum desc, id"

    level_id = fields.Many2one("dunning.level", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="level_id.company_id", store=True)
    currency_id = fields.Many2one(related="level_id.currency_id")
    moment = fields.Selection(
        [
            ("before", "Before the letter"),
            ("with", "With the letter"),
            ("after", "After its deadline"),
        ],
        string="When",
        required=True,
        default="after",
    )
    days = fields.Integer(
        string="Working Days",
        default=1,
        help="That many working days after the letter, or after its deadline.",
    )
    minimum = fields.Monetary(
        string="From Amount", help="Smaller sums get no call, in company currency."
    )
    wait_days = fields.Integer(
        string="Letter Waits",
        default=3,
        help="The next written level waits for the call at most that many working days.",
    )
    who = fields.Selection(
        [
            ("clerk", "The customer's clerk"),
            ("salesperson", "The salesperson"),
            ("persons", "One of these persons"),
        ],
        required=True,
        default="clerk",
        help="A salesperson has two working days, then the call goes back to the clerk. Of several "
        "persons, the one with the fewest open calls gets it.",
    )
    user_ids = fields.Many2many("res.users", string="Persons", domain="[('share', '=', False)]")

    _days_positive = models.Constraint(
        "CHECK(days >= 0 AND wait_days >= 0 AND minimum >= 0)",
        "Days and amounts of a call cannot be negative.",
    )

    @api.constrains("who", "user_ids")
    def _check_persons(self):
        for rule in self:
            if rule.who == "persons" and not rule.user_ids:
                raise ValidationError(self.env._("Choose at least one person who makes the calls."))

    @api.depends("moment", "level_id")
    def _compute_display_name(self):
        moments = dict(self._fields["moment"]._description_selection(self.env))
        for rule in self:
            rule.display_name = f"{rule.level_id.name}: {moments.get(rule.moment, '')}"

    @api.model
    def _get_rules(self):
        """Return the calls of all levels as plain values: {level: (CallRule, ...)}."""
        found = {}
        for rule in self.sudo().search([]):  # a letter waits, whoever asks
            found.setdefault(rule.level_id.id, []).append(rule._as_rule())
        return found

    def _as_rule(self) -> calls.CallRule:
        self.ensure_one()
        return calls.CallRule(
            id=self.id,
            level_id=self.level_id.id,
            moment=self.moment,
            days=self.days,
            minimum=to_decimal(self.minimum),
            wait=self.wait_days,
        )


class DunningLevel(models.Model):
    _inherit = "dunning.level"

    call_rule_ids = fields.One2many(
        "dunning.level.call", "level_id", string="Phone Calls", copy=True
    )
