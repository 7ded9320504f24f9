from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

DEBTOR_TYPES = [
    ("unknown", "Not known"),
    ("consumer", "Consumer"),
    ("business", "Business"),
    ("public", "Public body"),
]

#: What a run reads of a customer. Named, so that no other field of the contact is fetched: each
#: company-dependent one would cost a subquery.
DEBTOR_FIELDS = (
    "active",
    "category_id",
    "city",
    "dunning_address_returned",
    "dunning_cap",
    "dunning_contact_id",
    "dunning_debtor_type",
    "dunning_payer_id",
    "dunning_policy_id",
    "dunning_representative_id",
    "dunning_state",
    "dunning_user_id",
    "email_normalized",
    "is_company",
    "lang",
    "parent_id",
    "street",
    "street2",
    "type",
    "user_id",
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    dunning_policy_id = fields.Many2one(
        "dunning.policy",
        company_dependent=True,
        domain="[('mode', 'not in', ('insolvent', 'deceased'))]",
        help="Empty: the policy of a customer tag, else the company's default policy.",
        groups="base.group_user",
        prefetch="dunning",
    )
    dunning_contact_id = fields.Many2one(
        "res.partner",
        company_dependent=True,
        help="Who gets the reminders. Empty: the invoice contact, else the customer.",
        groups="base.group_user",
        prefetch="dunning",
    )
    dunning_user_id = fields.Many2one(
        "res.users",
        string="Dunning Clerk",
        company_dependent=True,
        help="Stands as contact on the letters. Empty: the company's dunning clerk.",
        groups="base.group_user",
        prefetch="dunning",
    )
    dunning_debtor_type = fields.Selection(
        string="Customer Type",
        selection=DEBTOR_TYPES,
        default="unknown",
        required=True,
        help="Consumers are protected by law; where it is not known, a person counts as consumer.",
        groups="base.group_user",
        prefetch="dunning",
    )
    dunning_cap = fields.Integer(
        string="Dun up to Level",
        company_dependent=True,
        help="No higher level is sent to this customer. 0 = no limit.",
        groups="base.group_user",
        prefetch="dunning",
    )
    dunning_address_returned = fields.Date(
        string="Letters Came Back on",
        compute="_compute_dunning_address_returned",
        store=True,
        copy=False,
        help="No letter goes to the address until it changes.",
        groups="base.group_user",
        prefetch="dunning",
    )
    dunning_returned_place = fields.Char(
        readonly=True,
        copy=False,
        help="The address from which letters came back.",
        groups="base.group_user",
        prefetch="dunning",
    )
    dunning_notice_ids = fields.One2many(
        "dunning.notice", "partner_id", groups="mahnwesen_pro.group_dunning_caller"
    )
    dunning_notice_count = fields.Integer(
        compute="_compute_dunning_notice_count", groups="mahnwesen_pro.group_dunning_caller"
    )
    dunning_level_id = fields.Many2one(
        "dunning.level",
        compute="_compute_dunning_totals",
        groups="mahnwesen_pro.group_dunning_clerk",
    )
    dunning_amount_open = fields.Monetary(
        string="Open",
        compute="_compute_dunning_totals",
        currency_field="currency_id",
        groups="mahnwesen_pro.group_dunning_clerk",
    )
    dunning_amount_overdue = fields.Monetary(
        string="Overdue",
        compute="_compute_dunning_totals",
        currency_field="currency_id",
        groups="mahnwesen_pro.group_dunning_clerk",
    )
    dunning_is_paused = fields.Boolean(
        compute="_compute_dunning_is_paused", groups="mahnwesen_pro.group_dunning_caller"
    )

    @api.depends("dunning_notice_ids")
    @api.depends_context("company")
    def _compute_dunning_notice_count(self):
        groups = self.env["dunning.notice"]._read_group(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
                ("state", "!=", "simulated"),
            ],
            ["partner_id"],
            ["__count"],
        )
        counts = {partner.id: count for partner, count in groups}
        for partner in self:
            partner.dunning_notice_count = counts.get(partner.commercial_partner_id.id, 0)

    @api.depends_context("company")
    def _compute_dunning_totals(self):
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model(["dunning_level_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.commercial_partner_id, SUM(line.amount_residual),
                       SUM(line.amount_residual) FILTER (WHERE line.date_maturity < %(today)s),
                       (ARRAY_AGG(move.dunning_level_id ORDER BY level.rank DESC)
                            FILTER (WHERE level.id IS NOT NULL))[1]
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                  JOIN account_account account ON account.id = line.account_id
                  JOIN account_move move ON move.id = line.move_id
                  LEFT JOIN dunning_level level ON level.id = move.dunning_level_id
                 WHERE account.account_type = 'asset_receivable'
                   AND line.reconciled IS NOT TRUE
                   AND line.parent_state = 'posted'
                   AND line.company_id = %(company)s
                   AND partner.commercial_partner_id = ANY(%(partners)s)
                 GROUP BY partner.commercial_partner_id
                """,
                today=self.env.company._dunning_today(),
                company=self.env.company.id,
                partners=self.commercial_partner_id.ids,
            )
        )
        totals = {partner_id: sums for partner_id, *sums in rows}
        for partner in self:
            total, overdue, level = totals.get(partner.commercial_partner_id.id, (0, 0, False))
            partner.dunning_amount_open = total
            partner.dunning_amount_overdue = overdue
            partner.dunning_level_id = level

    @api.depends("street", "street2", "zip", "city", "country_id")
    def _compute_dunning_address_returned(self):
        """An address that changes is good again, one that is only written anew is not."""
        for partner in self:
            same = partner.dunning_returned_place == partner._get_dunning_place()
            partner.dunning_address_returned = same and partner.dunning_address_returned

    @api.depends_context("company")
    def _compute_dunning_is_paused(self):
        blocks = self.env["dunning.block"].search(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
                ("move_id", "=", False),
                ("is_running", "=", True),
            ]
        )
        for partner in self:
            partner.dunning_is_paused = partner.commercial_partner_id in blocks.partner_id

    # === FACTS FOR THE RULES ===

    def _get_dunning_debtor_values(self):
        """Yield (customer, values for :class:`bundling.Debtor`) in the current company."""
        self.fetch(DEBTOR_FIELDS)
        policies = self._get_dunning_policies()
        rules = {policy: policy._as_rule() for policy in set(policies.values()) if policy}
        veto = any(level.veto_days for rule in rules.values() for level in rule.levels)
        for partner in self:
            addressee = partner._get_dunning_addressee()
            yield (
                partner,
                {
                    "partner_id": partner.id,
                    "policy": rules.get(policies[partner]),
                    "addressee_id": addressee.id,
                    "cap": partner.dunning_cap,
                    "has_email": bool(partner._get_dunning_email(addressee)),
                    "has_address": addressee._has_dunning_address(),
                    "address_wrong": bool(addressee.dunning_address_returned),
                    "is_consumer": partner._is_dunning_consumer(),
                    "stops": partner._get_dunning_state_stops(),
                    "salesperson": (veto and partner._get_dunning_salesperson().name) or "",
                },
            )

    def _get_dunning_policies(self):
        """Return {customer: policy}: his own, else by tag, else the company's default."""
        company = self.env.company
        family = company.sudo().parent_ids  # a branch follows parents that its clerk may not see
        by_tag = (
            self.env["dunning.policy"]
            .sudo()  # which policy applies does not depend on who asks
            .search(
                [
                    ("category_ids", "!=", False),
                    ("company_id", "in", [False, *family.ids]),
                ]
            )
        )
        default = company._get_dunning_policy()
        policies = {}
        for partner in self:
            tags = set(partner.category_id.ids)
            tagged = (policy for policy in by_tag if tags.intersection(policy.category_ids.ids))
            policies[partner] = partner.dunning_policy_id or next(tagged, default)
        return policies

    def _get_dunning_addressee(self):
        """Return who gets the reminders: dunning contact, invoice contact, or the customer."""
        self.ensure_one()
        contact = self.dunning_contact_id.filtered("active")
        return contact or self.child_ids.filtered(lambda child: child.type == "invoice")[:1] or self

    def _is_dunning_consumer(self):
        """Whether letters treat the customer as consumer; a person of unknown type is one."""
        self.ensure_one()
        if self.dunning_debtor_type == "unknown":
            return not self.is_company
        return self.dunning_debtor_type == "consumer"

    def _has_dunning_address(self):
        """Whether a letter would arrive: street or box, and a place; none came back from there."""
        self.ensure_one()
        complete = (self.street or self.street2) and self.city
        return bool(complete) and not self.dunning_address_returned

    def _dunning_address(self):
        """Return the postal address as plain lines, the country only when it is a foreign one.

        The country stands in capitals in the sender's language (DIN 5008), whoever reads it.
        """
        self.ensure_one()
        company = self.env.company
        here = self.with_context(lang=company.partner_id.lang)
        firm = self.commercial_partner_id
        names = [firm.name, self.name] if self != firm and self.name else [self.name or firm.name]
        place = " ".join(filter(None, [self.zip, self.city]))
        country = self.country_id != company.country_id and (here.country_id.name or "").upper()
        return "\n".join(filter(None, [*names, self.street, self.street2, place, country]))

    def _get_dunning_place(self):
        """Return the address without the name, to be compared."""
        self.ensure_one()
        parts = (self.street, self.street2, self.zip, self.city, self.country_id.code)
        return ", ".join(filter(None, parts))

    def _get_dunning_clerk(self, company):
        """Return who writes to the customer."""
        self.ensure_one()
        return self._get_dunning_clerks(company)[self]

    def _get_dunning_clerks(self, company):
        """Return {customer: who writes to him}: his own clerk, the company's, else a manager."""
        general = company._get_dunning_clerk()
        return {
            partner: partner.dunning_user_id.filtered("active") or general
            for partner in self.with_company(company)
        }

    # === TASKS ===

    def _schedule_dunning_reconcile(self, company):
        """Ask the clerk to reconcile credits that cover the debt; one open task per customer."""
        here = self.with_context(lang=company._get_dunning_clerk().lang)
        summary = here.env._("Please reconcile: credits cover the debt")
        self._schedule_dunning_task("reconcile", summary, company)

    def _stop_dunning_letters(self, customer, company):
        """Letters to this contact came back: send none until the address changes; ask for it."""
        self.ensure_one()
        contact = self.sudo()  # a clerk may have no right to edit contacts, see below
        contact.write(
            {
                "dunning_address_returned": company._dunning_today(),
                "dunning_returned_place": self._get_dunning_place(),
            }
        )
        here = self.with_context(lang=company._get_dunning_clerk().lang)
        summary = here.env._("Correct the address of %s: a letter came back", here.display_name)
        customer._schedule_dunning_task("address", summary, company)

    def action_dunning_address_right(self):
        """The address is right all the same: letters may go there again."""
        if not self.env.user.has_group("mahnwesen_pro.group_dunning_clerk"):
            raise AccessError(self.env._("Only dunning clerks may release an address."))
        self.sudo().dunning_address_returned = False  # see below

    def _schedule_dunning_task(self, kind, summary, company):
        """Give the clerk a task at the customers; one open task of a kind per customer.

        :param str kind: ``reconcile`` or ``address``
        """
        kind = self.env.ref(f"mahnwesen_pro.mail_activity_type_{kind}")
        todo = self.sudo()  # a clerk may have no right to edit contacts, but gets the task
        open_tasks = todo.env["mail.activity"].search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", kind.id),
            ]
        )
        for partner in todo.browse(set(self.ids) - set(open_tasks.mapped("res_id"))):
            partner.activity_schedule(
                activity_type_id=kind.id,
                summary=summary,
                user_id=(partner._get_dunning_clerk(company) or self.env.user).id,
            )

    # === ACTIONS ===

    def action_open_dunning_notices(self):
        """Open the notices of the customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mahnwesen_pro.dunning_notice_action"
        )
        partner = self.commercial_partner_id
        return {**action, "domain": [("partner_id", "=", partner.id)], "context": {}}

    def action_dunning_pause(self):
        """Ask for reason and end of a pause for the whole customer."""
        return self.env["dunning.block.wizard"]._open(self.commercial_partner_id)

    def action_open_dunning_blocks(self):
        """Open the running pauses of the customers, to release them."""
        action = self.env["ir.actions.act_window"]._for_xml_id("mahnwesen_pro.dunning_block_action")
        domain = [("partner_id", "in", self.commercial_partner_id.ids), ("is_running", "=", True)]
        return {**action, "domain": domain, "context": {}}

    def action_dunning_now(self):
        """Propose a notice for this customer right away and open it."""
        runs = self.env["dunning.run"]
        return runs._propose_for(self.commercial_partner_id, self.env.company)._open_proposed()
