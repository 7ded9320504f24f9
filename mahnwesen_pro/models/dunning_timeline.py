from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: kind -> (model, what the query reads). Each branch names the same columns in the same order.
BRANCHES = {
    "notice": (
        "dunning.notice",
        """
        SELECT id, company_id, partner_id, COALESCE(date_sent, date) AS date, amount_total,
               currency_id, state
          FROM dunning_notice
         WHERE name IS NOT NULL AND state IN ('sending', 'sent', 'cancelled')
        """,
    ),
    "call": (
        "dunning.call",
        """
        SELECT id, company_id, partner_id, called_on::date, NULL::numeric, NULL::int, outcome
          FROM dunning_call
         WHERE state = 'done'
        """,
    ),
    "promise": (
        "dunning.promise",
        """
        SELECT id, company_id, partner_id, date_given, amount, currency_id, state
          FROM dunning_promise
        """,
    ),
    "plan": (
        "dunning.installment.plan",
        """
        SELECT id, company_id, partner_id, COALESCE(offered_on, date_agreed), amount_total,
               currency_id, state
          FROM dunning_installment_plan
         WHERE state <> 'draft'
        """,
    ),
    "complaint": (
        "dunning.complaint",
        """
        SELECT id, company_id, partner_id, date, amount_contested, currency_id, state
          FROM dunning_complaint
        """,
    ),
    "payment": (
        "account.move.line",
        """
        SELECT line.id, line.company_id, partner.commercial_partner_id, line.date,
               -line.amount_currency, line.currency_id, NULL
          FROM account_move_line line
          JOIN account_account account
            ON account.id = line.account_id AND account.account_type = 'asset_receivable'
          JOIN res_partner partner ON partner.id = line.partner_id
         WHERE line.parent_state = 'posted'
           AND line.balance < 0
           AND (line.payment_id IS NOT NULL OR line.statement_line_id IS NOT NULL)
        """,
    ),
}

KINDS = [
    ("notice", "Reminder"),
    ("call", "Call"),
    ("promise", "Promise"),
    ("plan", "Instalment plan"),
    ("complaint", "Complaint"),
    ("payment", "Payment"),
]

#: What the customer sees of it on his page.
FOR_CUSTOMERS = ("notice", "promise", "plan", "complaint", "payment")


class DunningTimeline(models.Model):
    """Everything that happened between a customer and us, in order: read, never written."""

    _name = "dunning.timeline"
    _description = "Timeline of a Customer"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "kind"

    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    date = fields.Date(readonly=True)
    kind = fields.Selection(KINDS, string="What", readonly=True)
    res_id = fields.Integer(string="Record", readonly=True, aggregator=None)
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    state = fields.Char(string="State Code", readonly=True)
    title = fields.Char(compute="_compute_words")
    status = fields.Char(compute="_compute_words")

    @property
    def _table_query(self):
        self.env.flush_all()
        branches = [
            SQL(
                "SELECT (id::bigint * %(many)s + %(number)s) AS id, company_id, partner_id, date,"
                " %(kind)s AS kind, id AS res_id, amount, currency_id, state"
                " FROM (%(query)s) AS found"
                " (id, company_id, partner_id, date, amount, currency_id, state)",
                many=len(BRANCHES),
                number=number,
                kind=kind,
                query=SQL(query),
            )
            for number, (kind, (_model, query)) in enumerate(BRANCHES.items())
        ]
        return SQL(" UNION ALL ").join(branches)

    @api.depends_context("lang")
    def _compute_words(self):
        """Put each entry into words; whoever may read the timeline may read its words."""
        for kind, entries in self.grouped("kind").items():
            model = BRANCHES[kind][0]
            records = self.env[model].sudo().browse(entries.mapped("res_id"))  # names only
            for entry in entries:
                record = records.browse(entry.res_id)
                entry.title = self._get_title(kind, record)
                entry.status = self._get_status(kind, record)

    @api.model
    def _get_title(self, kind, record):
        if kind == "notice":
            return f"{record.level_id.name} {record.name}"
        if kind == "payment":
            return self.env._("Payment %s", record.move_id.name)
        if kind == "call":
            return record.user_id.name or ""
        if kind == "promise" and record.person:
            return self.env._(
                "Pays by %(day)s (%(person)s)", day=self._day(record.date), person=record.person
            )
        if kind == "promise":
            return self.env._("Pays by %s", self._day(record.date))
        if kind == "complaint":
            return f"{record.name} {record.reason_id.name}"
        return record.name

    @api.model
    def _day(self, date):
        return self.env["ir.qweb.field.date"].value_to_html(date, {})

    @api.model
    def _get_status(self, kind, record):
        if kind == "payment":
            return ""
        field = "outcome" if kind == "call" else "state"
        labels = dict(record._fields[field]._description_selection(self.env))
        return labels.get(record[field], "")

    # === OPENING ===

    def action_open(self):
        """Open what the entry is about."""
        self.ensure_one()
        model, res_id = BRANCHES[self.kind][0], self.res_id
        if self.kind == "payment":
            line = self.env[model].browse(res_id)
            model, res_id = "account.move", line.move_id.id
            if line.payment_id:
                model, res_id = "account.payment", line.payment_id.id
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": res_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    @api.model
    def _open(self, partner):
        """Return the action that shows the timeline of a customer."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mahnwesen_pro.dunning_timeline_action"
        )
        return {**action, "domain": [("partner_id", "=", partner.id)], "context": {}}

    # === THE CUSTOMER'S PAGE ===

    @api.model
    def _own_domain(self):
        """Return the domain of what a customer sees after logging in: his part of it."""
        user = self.env.user
        if user._is_public():
            return Domain.FALSE
        customer = user.partner_id.commercial_partner_id
        return (
            Domain("kind", "in", FOR_CUSTOMERS)
            & (Domain("kind", "!=", "notice") | Domain("state", "in", ("sending", "sent")))
            & Domain("partner_id", "=", customer.id)
            & Domain("company_id", "in", user.company_ids.ids)
        )

    def _get_portal_url(self):
        """Return the address of the customer's page for an entry, "" where there is none."""
        self.ensure_one()
        paths = {
            "notice": "/my/dunning",
            "plan": "/my/dunning/plan",
            "complaint": "/my/dunning/complaint",
        }
        return f"{paths[self.kind]}/{self.res_id}" if self.kind in paths else ""
