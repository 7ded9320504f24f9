from odoo import api, fields, models
from odoo.tools import SQL

from .dunning_complaint_closing import RESOLUTIONS


class DunningComplaintReport(models.Model):
    """What customers complain about: one row per contested item, sums in company currency."""

    _name = "dunning.complaint.report"
    _description = "Evaluation of Complaints"
    _auto = False
    _order = "date desc, id"
    _rec_name = "complaint_id"

    complaint_id = fields.Many2one("dunning.complaint", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one("res.users", string="Responsible", readonly=True)
    reason_id = fields.Many2one("dunning.complaint.reason", readonly=True)
    cause_id = fields.Many2one("dunning.complaint.cause", string="Our Fault", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    move_id = fields.Many2one("account.move", string="Invoice", readonly=True)
    state = fields.Selection(
        selection=lambda self: self.env["dunning.complaint"]._fields["state"].selection,
        readonly=True,
    )
    resolution = fields.Selection(RESOLUTIONS, readonly=True)
    date = fields.Date(string="Received on", readonly=True)
    days_to_answer = fields.Float(readonly=True, aggregator="avg", help="Working days.")
    days_to_solve = fields.Float(readonly=True, aggregator="avg", help="Working days.")
    satisfaction = fields.Float(
        readonly=True, aggregator="avg", help="3 = satisfied, 2 = partly, 1 = not."
    )
    contested = fields.Monetary(readonly=True, currency_field="company_currency_id")
    conceded = fields.Monetary(readonly=True, currency_field="company_currency_id")
    collected = fields.Monetary(
        string="Collected Afterwards",
        readonly=True,
        currency_field="company_currency_id",
        help="Payments on the contested invoice since the complaint, at most what was contested.",
    )
    share = fields.Float(
        string="Complaints",
        readonly=True,
        help="Adds up to the number of complaints, also where one names several items.",
    )

    @property
    def _table_query(self):
        """Conceded sums and payments of an invoice are spread over its items by their weight."""
        self.env.flush_all()
        return SQL(
            """
            SELECT item.id, complaint.id AS complaint_id, complaint.company_id,
                   company.currency_id AS company_currency_id, complaint.partner_id,
                   complaint.user_id, complaint.reason_id, complaint.cause_id, item.product_id,
                   item.move_id, complaint.state, complaint.resolution, complaint.date,
                   CASE WHEN complaint.answered_on IS NOT NULL OR complaint.closed_on IS NOT NULL
                        THEN complaint.days_to_answer END AS days_to_answer,
                   CASE WHEN complaint.closed_on IS NOT NULL
                        THEN complaint.days_to_solve END AS days_to_solve,
                   complaint.satisfaction::int AS satisfaction,
                   item.amount_company AS contested,
                   COALESCE(complaint.amount_conceded * item.amount_company
                            / NULLIF(complaint.amount_contested, 0), 0) AS conceded,
                   LEAST(item.amount_company, COALESCE(money.paid, 0)
                         * item.amount_company / NULLIF(whole.contested, 0)) AS collected,
                   1.0 / whole.items AS share
              FROM dunning_complaint_item item
              JOIN dunning_complaint complaint ON complaint.id = item.complaint_id
              JOIN res_company company ON company.id = complaint.company_id
              JOIN LATERAL (
                       SELECT SUM(sibling.amount_company)
                                  FILTER (WHERE sibling.move_id = item.move_id) AS contested,
                              COUNT(*) AS items
                         FROM dunning_complaint_item sibling
                        WHERE sibling.complaint_id = item.complaint_id
                   ) whole ON TRUE
              LEFT JOIN LATERAL (
                       SELECT SUM(partial.amount) AS paid
                         FROM account_move_line debit
                         JOIN account_partial_reconcile partial
                           ON partial.debit_move_id = debit.id
                         JOIN account_move_line credit ON credit.id = partial.credit_move_id
                         JOIN account_move payer ON payer.id = credit.move_id
                        WHERE debit.move_id = item.move_id
                          AND payer.move_type <> 'out_refund'
                          AND credit.date >= complaint.date
                   ) money ON TRUE
            """
        )

    def action_open(self):
        """Open the complaint."""
        self.ensure_one()
        return self.complaint_id.get_formview_action()

    # === THE MONTHLY SUMMARY ===

    @api.model
    def _cron_monthly(self):
        """Tell those who can do something about it what was complained of last month."""
        for company in self.env["res.company"].search([("dunning_complaint_monthly", "=", True)]):
            self.with_company(company)._send_monthly(company)

    @api.model
    def _send_monthly(self, company):
        first = company._dunning_today().replace(day=1)
        last = fields.Date.subtract(first, months=1)
        groups = self._read_group(
            [("company_id", "=", company.id), ("date", ">=", last), ("date", "<", first)],
            ["reason_id"],
            ["share:sum", "contested:sum", "conceded:sum", "days_to_answer:avg"],
        )
        told = {}
        for reason, *numbers in groups:
            for user in reason.told_user_ids:
                told.setdefault(user, []).append((reason, *numbers))
        self.env["mail.mail"].create(
            [self._prepare_monthly_vals(company, user, rows, last) for user, rows in told.items()]
        )

    @api.model
    def _prepare_monthly_vals(self, company, user, rows, month):
        here = self.with_context(lang=user.lang)
        title = here.env["ir.qweb.field.date"].value_to_html(month, {"format": "MMMM yyyy"})
        body = here.env["ir.qweb"]._render(
            "mahnwesen_pro.complaint_monthly",
            {
                "company": company,
                "user": user,
                "month": title,
                "rows": [(reason.with_context(lang=user.lang), *rest) for reason, *rest in rows],
            },
        )
        return {
            "subject": here.env._("Complaints in %s", title),
            "body_html": body,
            "email_from": company.email_formatted or user.email_formatted,
            "email_to": user.email_formatted,
            "auto_delete": False,
        }
