from odoo import api, fields, models


class DunningComplaintReason(models.Model):
    """Why customers complain: whether that contests the claim, who answers, within which time."""

    _name = "dunning.complaint.reason"
    _description = "Reason for Complaints"
    _inherit = ["dunning.complaint.wording"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    contests = fields.Boolean(
        string="Contests the Claim",
        default=True,
        help="What is contested is not dunned while the complaint is open. Hardship does not "
        "contest the claim: it leads to an instalment plan.",
    )
    in_portal = fields.Boolean(
        string="Offered to Customers", default=True, help="Customers can choose it on their page."
    )
    user_ids = fields.Many2many(
        "res.users",
        "dunning_complaint_reason_user_rel",
        string="Responsible",
        domain="[('share', '=', False)]",
        help="One person or a team: whoever has the fewest open complaints gets the next one. "
        "Empty: the customer's dunning clerk.",
    )
    told_user_ids = fields.Many2many(
        "res.users",
        "dunning_complaint_reason_told_rel",
        string="Told Each Month",
        domain="[('share', '=', False)]",
        help="Get the monthly summary of the complaints with this reason, where the company has "
        "switched it on.",
    )
    days_acknowledge = fields.Integer(
        string="Acknowledge within",
        default=1,
        help="Working days. The acknowledgement goes out by e-mail at once; without an address "
        "somebody has to call or write.",
    )
    days_answer = fields.Integer(
        string="Answer within",
        default=3,
        help="Working days until the customer has our options. After that no dunning step runs on "
        "the invoice until we have answered.",
    )
    days_solve = fields.Integer(string="Solve within", default=10, help="Working days.")
    text = fields.Text(
        translate=True, help="What the acknowledgement says about this kind of complaint."
    )
    option_ids = fields.One2many(
        "dunning.complaint.reason.option", "reason_id", string="Usual Options"
    )

    _days_in_order = models.Constraint(
        "CHECK(days_acknowledge >= 0 AND days_answer >= days_acknowledge "
        "AND days_solve >= days_answer)",
        "First comes the acknowledgement, then the answer, then the solution.",
    )

    @api.model
    def _get_wording_texts(self):
        return ("text",)

    def _get_responsible(self, company):
        """Return who of the responsible people has the fewest open complaints in a company."""
        self.ensure_one()
        reason = self.sudo()  # customers hand in complaints without a right on people
        team = reason.user_ids.filtered(lambda user: user.active and company in user.company_ids)
        if len(team) < 2:
            return team.sudo(False)
        groups = reason.env["dunning.complaint"]._read_group(
            [("user_id", "in", team.ids), ("closed_on", "=", False)], ["user_id"], ["__count"]
        )
        busy = {user.id: count for user, count in groups}
        return team.sorted(lambda user: (busy.get(user.id, 0), user.id))[:1].sudo(False)


class DunningComplaintReasonOption(models.Model):
    """An option that usually helps with a reason; the clerk takes it over and adapts it."""

    _name = "dunning.complaint.reason.option"
    _description = "Usual Option for a Complaint"
    _order = "sequence, id"

    reason_id = fields.Many2one(
        "dunning.complaint.reason", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        selection=lambda self: self.env["dunning.complaint.option"]._fields["kind"].selection,
        required=True,
    )
    name = fields.Char(
        string="In Words", translate=True, help="What the customer reads. Empty: the kind."
    )
    percent = fields.Float(
        digits=(5, 1),
        default=100,
        help="Of what is contested: how much is credited, or paid now.",
    )
    days = fields.Integer(
        default=14, help="How long the option holds, or by how much time is given."
    )

    _sensible = models.Constraint(
        "CHECK(percent > 0 AND percent <= 100 AND days > 0)",
        "Choose between 0 and 100 percent, and at least one day.",
    )
