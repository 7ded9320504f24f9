from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import eligibility, ladder
from ..tools import to_decimal

#: Policies whose one letter stands outside the ladder: it lists what is open and raises no level.
LETTER_MODES = [
    ("statement", "Send statements of account"),
    ("insolvent", "Letter to an insolvency administrator"),
    ("deceased", "Letter to heirs"),
]


class DunningPolicy(models.Model):
    """Who is dunned how: the levels, the minimum amounts and the spacing of letters."""

    _name = "dunning.policy"
    _description = "Dunning Policy"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", help="Leave empty to offer the policy to every company."
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    mode = fields.Selection(
        [("dun", "Send reminders"), ("never", "Never send reminders"), *LETTER_MODES],
        required=True,
        default="dun",
        help="Statements of account list everything open instead of a reminder. The letters to "
        "administrators and heirs are written once, from the customer's form. Customers of a "
        "policy that never sends reminders are shown with that reason.",
    )
    category_ids = fields.Many2many(
        "res.partner.category",
        string="For Customer Tags",
        help="Customers with one of these tags follow this policy unless they name their own. "
        "When several policies match, the first in the list counts.",
    )
    level_ids = fields.One2many("dunning.level", "policy_id", string="Levels", copy=True)
    minimum_item = fields.Monetary(
        string="Minimum per Item", help="Smaller open items wait, in company currency."
    )
    minimum_letter = fields.Monetary(
        string="Minimum per Notice",
        help="Letters whose claims less credits are smaller wait, in company currency.",
    )
    letter_spacing = fields.Integer(
        string="Days between Notices",
        default=7,
        help="A customer gets at most one letter in this many days; newer items wait for the next. "
        "For statements of account this is their rhythm.",
    )

    _amounts_positive = models.Constraint(
        "CHECK(minimum_item >= 0 AND minimum_letter >= 0 AND letter_spacing >= 0)",
        "Minimum amounts and the days between letters cannot be negative.",
    )

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for policy in self:
            policy.currency_id = (policy.company_id or self.env.company).currency_id

    @api.constrains("level_ids", "mode", "active")
    def _check_levels(self):
        for policy in self:
            if policy.mode == "dun" and not policy.level_ids:
                raise ValidationError(
                    self.env._(
                        "“%(policy)s” sends reminders but has no level. Add at least one level, or "
                        "choose “Never send reminders”.",
                        policy=policy.name,
                    )
                )
            # while data is loaded, the policy comes before its letter
            missing = not policy.level_ids and not self.env.context.get("install_mode")
            if policy.mode in dict(LETTER_MODES) and (missing or len(policy.level_ids) > 1):
                raise ValidationError(
                    self.env._("“%s” writes one kind of letter: give it one level.", policy.name)
                )
            policy.level_ids._check_ladder()
            policy.level_ids._check_first_level_free()
            policy.level_ids._check_next_step()

    def _as_rule(self) -> eligibility.Policy:
        """Return the policy as plain values for the rules."""
        self.ensure_one()
        return eligibility.Policy(
            id=self.id,
            mode=self.mode,
            levels=tuple(level._as_rule() for level in self.level_ids.sorted("rank")),
            minimum_item=to_decimal(self.minimum_item),
            minimum_letter=to_decimal(self.minimum_letter),
            letter_spacing=self.letter_spacing,
        )

    def _backward_steps(self):
        """Return the impossible steps of the ladder as (level, problem)."""
        self.ensure_one()
        levels = self.level_ids.sorted("rank")
        rules = [level._as_rule() for level in levels]
        return [(levels[rank - 1], problem) for rank, problem in ladder.backward_steps(rules)]

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%s (copy)", policy.name), **(default or {})}
            for policy, vals in zip(self, super().copy_data(default), strict=True)
        ]
