from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ..rules.eligibility import Reason

MANAGER = "mahnwesen_pro.group_dunning_manager"


class ResPartner(models.Model):
    """What is special about a customer: his state, who pays for him, who may see his reminders."""

    _inherit = "res.partner"

    dunning_state = fields.Selection(
        [("normal", "Normal"), ("insolvent", "Insolvent"), ("deceased", "Deceased")],
        string="Customer State",
        default="normal",
        required=True,
        tracking=True,
        help="Insolvent and deceased customers get no reminders. One letter with everything that "
        "is open can be written to the insolvency administrator or to the heirs.",
        groups="base.group_user",
        prefetch="dunning",
    )
    dunning_state_date = fields.Date(
        string="State since",
        help="Day on which the proceedings were opened, or of the death.",
        groups="base.group_user",
        prefetch="dunning",
    )
    dunning_state_ref = fields.Char(
        string="Court File No.",
        groups="base.group_user",
        help="Stands on the letter, so that the administrator or the heirs can assign it.",
        prefetch="dunning",
    )
    dunning_representative_id = fields.Many2one(
        "res.partner",
        string="Administrator or Heirs",
        index="btree_not_null",
        ondelete="restrict",
        help="Gets the letter instead of the customer as long as he is insolvent or deceased.",
        groups="base.group_user",
        prefetch="dunning",
    )
    dunning_payer_id = fields.Many2one(
        "res.partner",
        string="Payer",
        company_dependent=True,
        help="Somebody else who pays the invoices of this customer. All letters go to him; they "
        "name the customer.",
        groups="base.group_user",
        prefetch="dunning",
    )
    dunning_is_confidential = fields.Boolean(
        string="Confidential Reminders",
        tracking=True,
        groups="base.group_user",
        help="For employees and affiliates: their notices, and why they are not reminded, are "
        "visible to dunning managers only, also in runs and on the start screen.",
        prefetch="dunning",
    )
    dunning_is_hidden = fields.Boolean(
        compute="_compute_dunning_is_hidden", groups="base.group_user"
    )
    dunning_amount_payable = fields.Monetary(
        string="We Owe",
        compute="_compute_dunning_amount_payable",
        currency_field="currency_id",
        groups="mahnwesen_pro.group_dunning_clerk",
        help="Open bills of this customer, who is a supplier, too. Nothing is netted by itself.",
    )

    _dunning_confidential_idx = models.Index("(id) WHERE dunning_is_confidential IS TRUE")
    _dunning_state_idx = models.Index("(id) WHERE dunning_state <> 'normal'")

    # === COMPUTE ===

    @api.depends("commercial_partner_id.dunning_is_confidential")
    @api.depends_context("uid")
    def _compute_dunning_is_hidden(self):
        is_manager = self._is_dunning_manager()
        for partner in self:
            firm = partner.commercial_partner_id
            partner.dunning_is_hidden = firm.dunning_is_confidential and not is_manager

    @api.depends_context("company")
    def _compute_dunning_amount_payable(self):
        """Sum the open bills less credits of suppliers, in company currency; never below zero."""
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.commercial_partner_id, -SUM(line.amount_residual)
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                  JOIN account_account account ON account.id = line.account_id
                 WHERE account.account_type = 'liability_payable'
                   AND account.non_trade IS NOT TRUE
                   AND line.reconciled IS NOT TRUE
                   AND line.parent_state = 'posted'
                   AND line.company_id = %s
                   AND partner.commercial_partner_id = ANY(%s)
                 GROUP BY partner.commercial_partner_id
                """,
                self.env.company.id,
                self.commercial_partner_id.ids,
            )
        )
        payable = dict(rows)
        for partner in self:
            amount = payable.get(partner.commercial_partner_id.id, 0)
            partner.dunning_amount_payable = max(amount, 0)

    # === CHECKS ===

    @api.constrains("dunning_payer_id", "dunning_representative_id")
    def _check_dunning_payer(self):
        for partner in self:
            if partner.commercial_partner_id & (
                partner.dunning_payer_id | partner.dunning_representative_id
            ):
                raise ValidationError(
                    self.env._(
                        "%s is the customer himself. Choose another contact, or leave the field "
                        "empty.",
                        partner.display_name,
                    )
                )

    @api.model
    def _is_dunning_manager(self):
        return self.env.su or self.env.user.has_group(MANAGER)

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("dunning_is_confidential") for vals in vals_list):
            self._check_dunning_confidential_right()
        return super().create(vals_list)

    def write(self, vals):
        if "dunning_is_confidential" in vals:
            self._check_dunning_confidential_right()
        return super().write(vals)

    def _check_dunning_confidential_right(self):
        """:raise AccessError: only managers decide who sees the reminders of a customer"""
        if not self._is_dunning_manager():
            raise AccessError(
                self.env._("Only a dunning manager decides whether reminders are confidential.")
            )

    def _check_dunning_visible(self):
        """:raise AccessError: when the reminders of a customer are not for the user's eyes"""
        hidden = self.filtered("dunning_is_hidden")
        if hidden:
            raise AccessError(
                self.env._(
                    "The reminders of %s are confidential. Please ask a dunning manager.",
                    ", ".join(hidden.mapped("display_name")),
                )
            )

    # === FACTS FOR THE RULES ===

    def _get_dunning_state_stops(self):
        """Return the reasons of the customer's state as :class:`Reason` tuples."""
        self.ensure_one()
        state = self.dunning_state
        return () if state in (False, "normal") else (Reason(state, record=self.id),)

    def _get_dunning_addressee(self):
        """Return who gets the letters: administrator or heirs, the payer, else as usual."""
        self.ensure_one()
        if self.dunning_state != "normal" and self.dunning_representative_id:
            return self.dunning_representative_id
        payer = self.dunning_payer_id.filtered("active")
        return super(ResPartner, payer or self)._get_dunning_addressee()

    def _get_dunning_email(self, addressee):
        """Return where e-mails for ``addressee`` go; never to the customer behind another's back.

        An addressee of the customer's own house may do without an address, another may not.
        """
        self.ensure_one()
        firm = addressee.commercial_partner_id
        house = firm if firm != self.commercial_partner_id else self
        return addressee.email_normalized or house.email_normalized or ""

    def _get_dunning_salesperson(self):
        """Return who is told before levels that ask for it, empty when there is nobody.

        Reminders of confidential customers are not for sales.
        """
        self.ensure_one()
        users = self.user_id.filtered("active")
        return users.browse() if self.sudo().dunning_is_confidential else users  # see its groups

    def _get_dunning_clerks(self, company):
        """Of a confidential customer a clerk takes care who may see him."""
        clerks = super()._get_dunning_clerks(company)
        for partner, clerk in clerks.items():
            if partner.commercial_partner_id.dunning_is_confidential and not clerk.has_group(
                MANAGER
            ):
                clerks[partner] = company._get_dunning_manager()
        return clerks

    # === TASKS ===

    def _schedule_dunning_task(self, kind, summary, company):
        """Keep tasks about confidential customers off the contact, where everybody reads them."""
        customers = self.sudo()  # to decide where the task belongs
        secret = customers.filtered("commercial_partner_id.dunning_is_confidential").sudo(False)
        secret._remind_dunning_manager(kind, summary, company)
        return super(ResPartner, self - secret)._schedule_dunning_task(kind, summary, company)

    def _remind_dunning_manager(self, kind, summary, company):
        """Give a manager a task that hangs on no record: nobody but he reads it."""
        kind = self.env.ref(f"mahnwesen_pro.mail_activity_type_{kind}")
        tasks = self.env["mail.activity"].sudo()  # whoever has the cause, the manager gets the task
        names = {partner: partner.display_name for partner in self}
        wanted = {
            summary if name in summary else f"{name}: {summary}": partner
            for partner, name in names.items()
        }
        known = tasks.search(
            [
                ("activity_type_id", "=", kind.id),
                ("res_model", "=", False),
                ("summary", "in", list(wanted)),
            ]
        ).mapped("summary")
        tasks.create(
            [
                {
                    "activity_type_id": kind.id,
                    "summary": text,
                    "user_id": manager.id,
                    "automated": True,
                }
                for text, partner in wanted.items()
                if text not in known and (manager := partner._get_dunning_clerk(company))
            ]
        )

    # === ACTIONS ===

    def action_dunning_now(self):
        self._check_dunning_visible()
        return super().action_dunning_now()

    def action_dunning_letter_once(self):
        """Propose the one letter to the administrator or to the heirs, or open the one there is."""
        self.ensure_one()
        partner = self.commercial_partner_id
        partner._check_dunning_visible()
        if partner.dunning_state == "normal":
            raise UserError(self.env._("%s is neither insolvent nor deceased.", partner.name))
        if not partner.dunning_representative_id:
            raise UserError(
                self.env._("Please name the insolvency administrator or the heirs first.")
            )
        return self.env["dunning.run"]._propose_letter_once(partner)

    def action_open_dunning_bills(self):
        """Open the bills that we owe this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_in_invoice_type"
        )
        domain = [
            ("commercial_partner_id", "=", self.commercial_partner_id.id),
            ("move_type", "in", ("in_invoice", "in_refund")),
            ("state", "=", "posted"),
            ("payment_state", "in", ("not_paid", "partial", "in_payment")),
        ]
        return {**action, "domain": domain, "context": {"create": False}}
