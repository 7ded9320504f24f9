from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..rules import ladder, placeholders
from ..tools import to_decimal
from .dunning_policy import LETTER_MODES

TONES = [("friendly", "Friendly"), ("firm", "Firm"), ("final", "Final")]

#: What a text may name in braces; the values come from the notice (see _get_text_values there).
GAPS = (
    "addressee",
    "company",
    "clerk",
    "clerk_phone",
    "clerk_email",
    "date",
    "deadline",
    "total",
    "total_in_words",
    "number",
    "invoices",
    "due_since",
    "level",
    "next_level",
    "next_date",
)

#: The texts of a level, all of them checked for gaps and for their tone.
TEXTS = ("letter_subject", "letter_opening", "letter_closing", "email_subject", "email_body")


class DunningLevel(models.Model):
    """One step of a policy: when it comes, how it sounds, on which way it goes."""

    _name = "dunning.level"
    _description = "Dunning Level"
    _inherit = ["dunning.wording.mixin"]
    _order = "policy_id, sequence, id"

    name = fields.Char(required=True, translate=True, help="Title of the letter.")
    active = fields.Boolean(default=True)
    policy_id = fields.Many2one("dunning.policy", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    currency_id = fields.Many2one(related="policy_id.currency_id")
    sequence = fields.Integer(default=10)
    rank = fields.Integer(
        compute="_compute_rank",
        store=True,
        string="Level No.",
        help="Position in the policy. 0: the letter stands outside the ladder.",
    )

    days_after_due = fields.Integer(
        required=True,
        default=7,
        help="The level is reached this many days after the due date at the earliest.",
    )
    days_since_previous = fields.Integer(
        string="Days since Previous Notice",
        help="And this many days after the previous notice was sent. Both have to hold.",
    )
    days_to_pay = fields.Integer(
        required=True,
        default=10,
        help="Deadline in calendar days from the letter; it moves on to the next working day.",
    )
    minimum_amount = fields.Monetary(
        string="Minimum per Item at this Level",
        help="Smaller items do not rise to this level, in company currency.",
    )
    tone = fields.Selection(TONES, required=True, default="friendly")
    send_email = fields.Boolean(string="By E-mail", default=True)
    send_letter = fields.Boolean(string="By Letter")
    letter_to_consumers = fields.Boolean(
        string="Consumers by Letter", help="Consumers get a letter instead of an e-mail."
    )
    attach_invoices = fields.Boolean(help="Send the PDFs of the invoices along.")
    amount_in_words = fields.Boolean(help="Write the total in words, too.")
    fee = fields.Monetary(
        help="Plain amount in company currency. Consumers owe no more than the cost of material; "
        "the first level cannot have a fee because it is what creates the default."
    )
    automatic = fields.Boolean(
        help="Needs no review. Takes effect once the company has switched on automatic sending."
    )
    veto_days = fields.Integer(
        string="Tell Sales before",
        help="The customer's salesperson is told so many days before this level and may stop it "
        "until a day of his choice. Silence means go. 0 = nobody is told.",
    )
    four_eyes_amount = fields.Monetary(
        string="Four Eyes from", help="Letters from this total on need two persons. 0 = never."
    )

    letter_subject = fields.Char(required=True, translate=True)
    letter_opening = fields.Text(required=True, translate=True, help="Stands before the table.")
    letter_closing = fields.Text(required=True, translate=True, help="Stands after the total.")
    email_subject = fields.Char(string="E-mail Subject", translate=True)
    email_body = fields.Text(string="E-mail Text", translate=True)

    _days_positive = models.Constraint(
        "CHECK(days_after_due >= 1 AND days_since_previous >= 0 AND days_to_pay >= 1)",
        "A level comes at least one day after the due date and leaves at least one day to pay.",
    )
    _veto_days_positive = models.Constraint(
        "CHECK(veto_days >= 0)", "Sales cannot be told a negative number of days before."
    )
    _amounts_positive = models.Constraint(
        "CHECK(minimum_amount >= 0 AND fee >= 0 AND four_eyes_amount >= 0)",
        "Amounts of a level cannot be negative: enter 0 or more.",
    )
    _channel_chosen = models.Constraint(
        "CHECK(send_email OR send_letter)",
        "Choose at least one channel: e-mail or letter.",
    )

    @api.depends(
        "policy_id.level_ids.sequence", "policy_id.level_ids.active", "policy_id.mode", "active"
    )
    def _compute_rank(self):
        for policy, levels in self.grouped("policy_id").items():
            steps = policy.level_ids.filtered("active")
            if policy.mode in dict(LETTER_MODES):
                steps = steps.browse()  # its letter is no step
            ladder_ = steps.sorted(lambda level: (level.sequence, level._origin.id))
            ranks = {level: rank for rank, level in enumerate(ladder_, start=1)}
            for level in levels:
                level.rank = ranks.get(level, 0)

    @api.constrains(
        "days_after_due", "days_since_previous", "days_to_pay", "sequence", "fee", "active"
    )
    def _check_ladder(self):
        for policy in self.policy_id:
            for level, problem in policy._backward_steps():
                raise ValidationError(level._get_backward_message(problem))
            first = policy.level_ids.sorted("rank")[:1]
            if first.fee:
                raise ValidationError(
                    self.env._(
                        "“%s” is the first level and cannot have a fee: the reminder that puts the "
                        "customer in default may not be charged. Set the fee to 0.",
                        first.name,
                    )
                )

    def _get_backward_message(self, problem):
        if problem == "due":
            return self.env._(
                "“%s” comes earlier after the due date than the level before it. Give it more days "
                "after the due date, or move it up.",
                self.name,
            )
        return self.env._(
            "“%s” would be sent while the deadline of the level before it still runs. Give it more "
            "days since the previous notice.",
            self.name,
        )

    @api.constrains("send_email", "email_subject", "email_body")
    def _check_email_text(self):
        for level in self.filtered("send_email"):
            if not (level.email_subject and level.email_body):
                raise ValidationError(
                    self.env._("“%s” goes by e-mail: write its subject and its text.", level.name)
                )

    @api.constrains(*TEXTS)
    def _check_gaps(self):
        for level in self:
            for name in TEXTS:
                unknown = placeholders.unknown_gaps(level[name] or "", GAPS)
                if unknown:
                    raise ValidationError(
                        self.env._(
                            "“%(level)s”: {%(gap)s} is not known. Use one of these: %(known)s.",
                            level=level.name,
                            gap=unknown[0],
                            known=", ".join(f"{{{gap}}}" for gap in GAPS),
                        )
                    )

    @api.constrains("active", "sequence", *TEXTS)
    def _check_next_step(self):
        """The last level cannot announce a next one, METHOD P2."""
        for policy in self.policy_id.filtered(lambda policy: policy.mode != "never"):
            last = policy.level_ids.sorted("rank")[-1:]
            gaps = {gap for name in TEXTS for gap in placeholders.gaps(last[name] or "")}
            if gaps & {"next_level", "next_date"}:
                raise ValidationError(
                    self.env._(
                        "“%s” is the last level, but its texts announce a next one ({next_level}, "
                        "{next_date}). Say there what is decided after the deadline.",
                        last.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        lines = self.env["dunning.notice.line"].sudo()  # notices of every company count
        used = lines.search([("level_id", "in", self.ids)], limit=1)
        if used:
            raise UserError(
                self.env._(
                    "“%s” stands on notices that were sent. Archive the level instead of deleting "
                    "it; it then no longer takes part.",
                    used.level_id.name,
                )
            )

    def _get_wording_texts(self):
        return TEXTS

    def _get_wording_tone(self):
        return self.tone

    def _get_wording_needs(self):
        """The date, the sum and, unless it is the last level, the next step (METHOD R2, M1, P2)."""
        step = ("next_date",) if self._next_level() else ()
        return (
            (("letter_closing", "letter_opening"), ("deadline", *step)),
            (("email_body",), ("total", "deadline", *step)),
        )

    def unlink(self):
        policies = self.policy_id
        result = super().unlink()
        policies.exists()._check_levels()
        return result

    def _as_rule(self) -> ladder.Level:
        """Return the level as plain values for the rules."""
        self.ensure_one()
        return ladder.Level(
            id=self.id,
            rank=self.rank,
            days_after_due=self.days_after_due,
            days_since_previous=self.days_since_previous,
            days_to_pay=self.days_to_pay,
            minimum=to_decimal(self.minimum_amount),
            fee=to_decimal(self.fee),
            send_email=self.send_email,
            send_letter=self.send_letter,
            letter_to_consumers=self.letter_to_consumers,
            veto_days=self.veto_days,
        )

    def _next_level(self):
        """Return the level that follows in the policy, empty after the last one."""
        self.ensure_one()
        if self._is_outside_ladder():
            return self.browse()
        return self.policy_id.level_ids.filtered(lambda level: level.rank == self.rank + 1)

    def _is_outside_ladder(self):
        """Whether the letter lists what is open and raises no level, see :data:`LETTER_MODES`."""
        return self.policy_id.mode in dict(LETTER_MODES)

    @property
    def is_last(self) -> bool:
        """Whether no level follows: sending it takes the right to send final notices."""
        return not self._next_level() and not self._is_outside_ladder()
