from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ..rules import workdays


class ResCompany(models.Model):
    _inherit = "res.company"

    dunning_complaint_limit = fields.Monetary(
        string="Options up to",
        default=250,
        help="What an option may cost us before a manager has to approve it.",
        prefetch="dunning",
    )
    dunning_complaint_files = fields.Integer(
        string="Files of a Complaint",
        default=5,
        help="How many a customer may hand in at once.",
        prefetch="dunning",
    )
    dunning_complaint_file_size = fields.Integer(
        string="Size of a File",
        default=8,
        help="In MB, for what customers hand in.",
        prefetch="dunning",
    )
    dunning_complaint_satisfaction = fields.Boolean(
        string="Ask One Question",
        help="After a complaint the customer is asked whether he is satisfied with how we handled "
        "it.",
        prefetch="dunning",
    )
    dunning_complaint_monthly = fields.Boolean(
        string="Monthly Summary",
        help="On the first of the month the people named in the reasons get a summary of the "
        "complaints that came up in their field.",
        prefetch="dunning",
    )
    dunning_complaint_alias_id = fields.Many2one(
        "mail.alias",
        readonly=True,
        copy=False,
        prefetch="dunning",
    )
    dunning_complaint_alias = fields.Char(
        string="Address for Complaints",
        compute="_compute_dunning_complaint_alias",
        inverse="_inverse_dunning_complaint_alias",
        help="The part before the @. A mail to this address opens a complaint. Empty: none.",
    )
    dunning_dispute_body = fields.Text(
        string="Dispute Resolution Body",
        help="Name, address and website of the body for consumers (§ 37 VSBG). The letter that "
        "rejects a consumer's complaint names it.",
        prefetch="dunning",
    )
    dunning_dispute_takes_part = fields.Boolean(
        string="We Take Part in Dispute Resolution",
        help="Whether we are willing or obliged to take part in proceedings before that body.",
        prefetch="dunning",
    )

    _dunning_complaint_positive = models.Constraint(
        "CHECK(dunning_complaint_limit >= 0 AND dunning_complaint_files >= 0 "
        "AND dunning_complaint_file_size > 0)",
        "Limits cannot be negative, and a file has at least 1 MB.",
    )

    def _get_dunning_deadline(self, days):
        """Return the working day that ends a deadline of so many calendar days from today."""
        self.ensure_one()
        today = self._dunning_today()
        holidays = self._dunning_holidays(today, today + timedelta(days=days + 31))
        return workdays.deadline(today, days, holidays)

    # === AN ADDRESS OF ITS OWN ===

    def _compute_dunning_complaint_alias(self):
        for company in self:
            company.dunning_complaint_alias = company.dunning_complaint_alias_id.alias_name

    def _inverse_dunning_complaint_alias(self):
        for company in self:
            name, alias = (company.dunning_complaint_alias or "").strip(), company.sudo()
            alias = alias.dunning_complaint_alias_id  # aliases are technical, made by the settings
            if not name:
                alias.unlink()
            elif alias:
                alias.alias_name = name
            else:
                company._create_dunning_complaint_alias(name)

    def _create_dunning_complaint_alias(self, name):
        if not self.alias_domain_id:
            raise UserError(
                self.env._("Set up a domain for incoming e-mails first (Settings, General).")
            )
        models_ = self.env["ir.model"]
        self.sudo().dunning_complaint_alias_id = (  # see above
            self.env["mail.alias"]
            .sudo()  # see above
            .create(
                {
                    "alias_name": name,
                    "alias_domain_id": self.alias_domain_id.id,
                    "alias_model_id": models_._get_id("dunning.complaint"),
                    "alias_defaults": {"company_id": self.id},
                    "alias_contact": "everyone",
                }
            )
        )
