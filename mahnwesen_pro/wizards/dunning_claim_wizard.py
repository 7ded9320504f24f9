import base64

from odoo import api, fields, models
from odoo.exceptions import UserError


class DunningClaimWizard(models.TransientModel):
    """Asks as of which day, in which order and for which currency a claim statement is drawn."""

    _name = "dunning.claim.wizard"
    _description = "Claim Statement of a Customer"
    _inherit = ["dunning.letter.content", "dunning.claim.sheet"]

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one("res.partner", string="Customer", required=True)
    addressee_id = fields.Many2one("res.partner", compute="_compute_addressee_id")
    address_sent = fields.Text(compute="_compute_addressee_id")
    lang = fields.Char(compute="_compute_addressee_id")
    user_id = fields.Many2one("res.users", default=lambda self: self.env.user)
    name = fields.Char(compute="_compute_name")
    date = fields.Date(
        string="As of", required=True, default=lambda self: self.env.company._dunning_today()
    )
    order = fields.Selection(
        selection=lambda self: (
            self.env["res.company"]
            ._fields["dunning_payment_order"]
            ._description_selection(self.env)
        ),
        string="Payments Go on",
        required=True,
        default=lambda self: self.env.company.dunning_payment_order,
    )
    with_lump_sums = fields.Boolean(
        string="All Lump Sums",
        help="Also count the lump sum that the law gives where no letter has asked for it yet.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        domain="[('id', 'in', currency_ids)]",
        compute="_compute_currency_id",
        store=True,
        precompute=True,
        readonly=False,
    )
    currency_ids = fields.Many2many(
        "res.currency", string="Currencies Owed", compute="_compute_currency_ids"
    )
    amount_principal = fields.Monetary(string="Principal", compute="_compute_amounts")
    amount_interest = fields.Monetary(string="Interest", compute="_compute_amounts")
    amount_costs = fields.Monetary(string="Costs", compute="_compute_amounts")
    amount_credit = fields.Monetary(string="Open Credits", compute="_compute_amounts")
    amount_total = fields.Monetary(string="Total", compute="_compute_amounts")
    unknown_from = fields.Date(compute="_compute_amounts")
    xlsx_file = fields.Binary(compute="_compute_xlsx_file")

    @api.depends("partner_id", "company_id")
    def _compute_addressee_id(self):
        for wizard in self:
            partner = wizard.partner_id.with_company(wizard.company_id)
            wizard.addressee_id = partner._get_dunning_addressee()
            wizard.address_sent = wizard.addressee_id.with_company(
                wizard.company_id
            )._dunning_address()
            wizard.lang = wizard.addressee_id.lang or partner.lang or self.env.lang or "en_US"

    @api.depends("partner_id", "date")
    def _compute_name(self):
        for wizard in self:
            wizard.name = self.env._(
                "Claim statement %(customer)s %(date)s",
                customer=wizard.partner_id.commercial_partner_id.name or "",
                date=wizard.date,
            )

    @api.depends("partner_id", "company_id", "date")
    def _compute_currency_ids(self):
        for wizard in self:
            statement = wizard._get_statement()
            known = [sheet.currency_id for sheet in statement.sheets] if statement else []
            wizard.currency_ids = known or wizard.company_id.currency_id

    @api.depends("currency_ids")
    def _compute_currency_id(self):
        for wizard in self:
            own = wizard.company_id.currency_id
            known = wizard.currency_ids._origin
            wizard.currency_id = own if own in known else known[:1]

    @api.depends("partner_id", "company_id", "date", "order", "currency_id", "with_lump_sums")
    def _compute_amounts(self):
        for wizard in self:
            sheet = wizard._get_sheet()
            wizard.amount_principal = float(sheet.principal) if sheet else 0
            wizard.amount_interest = float(sheet.interest) if sheet else 0
            wizard.amount_costs = float(sheet.costs) if sheet else 0
            wizard.amount_credit = float(sheet.credit) if sheet else 0
            wizard.amount_total = float(sheet.total) if sheet else 0
            wizard.unknown_from = sheet and sheet.unknown_from

    def _compute_xlsx_file(self):
        for wizard in self:
            localized = wizard.with_context(lang=wizard.lang)
            wizard.xlsx_file = base64.b64encode(localized._draw_xlsx())

    @api.model
    def _open(self, partner, company=None, date=None):
        """Return the action that asks for the claim statement of a customer."""
        company = company or self.env.company
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Claim Statement"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_partner_id": partner.commercial_partner_id.id,
                "default_company_id": company.id,
                "default_date": date or company._dunning_today(),
                "default_order": company.dunning_payment_order,
            },
        }

    # === OUTPUT ===

    def action_print(self):
        """Draw the statement as PDF."""
        self._check_not_empty()
        return self.env.ref("mahnwesen_pro.dunning_claim_report").report_action(self)

    def action_download(self):
        """Download the statement as a table with formulas."""
        self._check_not_empty()
        name = self._get_report_base_filename()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/xlsx_file/{name}.xlsx?download=true",
            "target": "self",
        }

    def _check_not_empty(self):
        self.ensure_one()
        if not self._get_sheet():
            raise UserError(
                self.env._(
                    "%(customer)s owed nothing in %(currency)s on that day. Choose another day or "
                    "currency.",
                    customer=self.partner_id.name,
                    currency=self.currency_id.name,
                )
            )

    def _get_report_base_filename(self):
        """Return the file name without its ending, safe for every file system."""
        self.ensure_one()
        return self.with_context(lang=self.lang).name.replace("/", "-")
