from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

CLERK = "mahnwesen_pro.group_dunning_clerk"


class ResPartner(models.Model):
    """Collection agencies, and what is special with a debtor who may be handed over."""

    _inherit = "res.partner"

    dunning_is_agency = fields.Boolean(
        string="Collection Agency",
        help="Claims may be handed over to this partner.",
        prefetch="dunning",
    )
    dunning_agency_register_no = fields.Char(
        string="Registration No.",
        help="Collecting for others needs a registration (§ 10 RDG). The register is public.",
        prefetch="dunning",
    )
    dunning_agency_checked_on = fields.Date(
        string="Register Looked up on",
        prefetch="dunning",
    )
    dunning_agency_checked_by = fields.Char(
        string="Looked up by",
        help="Name of the person who has seen the entry.",
        prefetch="dunning",
    )
    dunning_agency_contact_id = fields.Many2one(
        "res.partner",
        string="Contact at the Agency",
        ondelete="set null",
        help="Gets the packages and notices. Empty: the agency itself.",
        prefetch="dunning",
    )
    dunning_agency_terms = fields.Text(
        string="Cost Terms",
        help="What the agency costs us, and what it asks of the debtor.",
        prefetch="dunning",
    )
    dunning_insurer_id = fields.Many2one(
        "res.partner",
        string="Credit Insurer or Factor",
        company_dependent=True,
        help="The claims are insured or sold: the insurer has to agree before they are handed "
        "over.",
        prefetch="dunning",
    )
    dunning_insurer_days = fields.Integer(
        string="Tell the Insurer within",
        company_dependent=True,
        help="Days after the due date of the oldest item. 0 = no deadline.",
        prefetch="dunning",
    )
    dunning_case_count = fields.Integer(
        string="Collection Cases", compute="_compute_dunning_case_count", groups=CLERK
    )

    @api.depends_context("company", "uid")
    def _compute_dunning_case_count(self):
        groups = self.env["dunning.collection.case"]._read_group(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
            ],
            ["partner_id"],
            ["__count"],
        )
        counts = {partner.id: count for partner, count in groups}
        for partner in self:
            partner.dunning_case_count = counts.get(partner.commercial_partner_id.id, 0)

    @api.constrains("dunning_is_agency", "dunning_agency_checked_on", "dunning_agency_checked_by")
    def _check_dunning_agency_register(self):
        for agency in self.filtered("dunning_is_agency"):
            if bool(agency.dunning_agency_checked_on) != bool(agency.dunning_agency_checked_by):
                raise ValidationError(
                    self.env._(
                        "The look into the register needs both: the day and the name of the person."
                    )
                )

    def _is_dunning_agency_usable(self):
        """Whether claims may be handed over to this agency (METHOD C5)."""
        self.ensure_one()
        return bool(
            self.active
            and self.dunning_is_agency
            and self.dunning_agency_register_no
            and self.dunning_agency_checked_on
        )

    def _check_dunning_agency(self):
        """:raise UserError: unless the partner is an agency whose registration was looked up"""
        for agency in self:
            if not agency._is_dunning_agency_usable():
                raise UserError(
                    self.env._(
                        "%s cannot be chosen yet: enter the registration number, and who looked it "
                        "up in the register on which day (contact ▸ Dunning).",
                        agency.display_name,
                    )
                )

    def _get_dunning_agency_mail(self):
        """Return where packages and notices go."""
        self.ensure_one()
        return self.dunning_agency_contact_id.email_normalized or self.email_normalized or ""

    # === ACTIONS ===

    def action_dunning_advice(self):
        """Weigh anew whether to hand the customers over, and open the advice."""
        self.env["dunning.advice"].check_access("read")
        self.commercial_partner_id._check_dunning_visible()
        advices = self.env["dunning.advice"]._recompute(
            self.env.company, self.commercial_partner_id
        )
        if not advices:
            raise UserError(self.env._("Nothing is overdue: there is nothing to advise on."))
        return advices._open_advices()

    def action_dunning_prepare_case(self):
        """Prepare a collection case for what the customer owes."""
        self.ensure_one()
        cases = self.env["dunning.collection.case"]._prepare(self, self.env.company)
        return cases._open_cases([("id", "in", cases.ids)])

    def action_open_dunning_cases(self):
        """Open the collection cases of the customer."""
        return self.env["dunning.collection.case"]._open_cases(
            [("partner_id", "in", self.commercial_partner_id.ids)]
        )
