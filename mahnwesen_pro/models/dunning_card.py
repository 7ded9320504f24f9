from odoo import api, fields, models
from odoo.fields import Domain


class DunningCard(models.Model):
    """A card of the start screen: what waits for a person today, how much, and the list behind it.

    A card is data; its ``code`` names the method ``_card_<code>`` that returns the model, the
    domain and the field to sum. Count, sum and list come from this one domain.
    """

    _name = "dunning.card"
    _description = "Dunning Overview"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    icon = fields.Char(help="Font Awesome name, for example fa-check.")
    hint = fields.Char(translate=True, help="One line: what to do.")
    count = fields.Integer(compute="_compute_numbers")
    amount = fields.Monetary(compute="_compute_numbers", help="In company currency.")
    has_amount = fields.Boolean(compute="_compute_numbers")
    currency_id = fields.Many2one("res.currency", compute="_compute_numbers")

    _code_unique = models.Constraint("UNIQUE(code)", "There is one card per code.")

    @api.depends_context("company", "uid")
    def _compute_numbers(self):
        company = self.env.company
        for card in self:
            model, domain, field = card._get_source()
            card.currency_id = company.currency_id
            card.count = self.env[model].search_count(domain)
            card.has_amount = bool(field)
            card.amount = card._sum(model, domain, field) if field else 0.0

    def _sum(self, model, domain, field):
        """Return the sum of ``field`` in company currency, converted where needed."""
        company = self.env.company
        comodel_field = self.env[model]._fields[field]
        if comodel_field.get_currency_field(self.env[model]) == "company_currency_id":
            groups = self.env[model]._read_group(domain, [], [f"{field}:sum"])
            return groups[0][0]
        groups = self.env[model]._read_group(domain, ["currency_id"], [f"{field}:sum"])
        today = company._dunning_today()
        return sum(
            currency._convert(amount, company.currency_id, company, today)
            for currency, amount in groups
        )

    def _get_source(self):
        """Return (model, domain, field to sum or None) behind the card."""
        self.ensure_one()
        return getattr(self, f"_card_{self.code}")()

    def action_open(self):
        """Open the list behind the card."""
        model, domain, _field = self._get_source()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": model,
            "view_mode": "list,form",
            "views": self._get_views(model),
            "domain": list(domain),
            "context": {"create": False},
        }

    @api.model
    def _get_views(self, model):
        names = {"account.move": "mahnwesen_pro.account_move_view_list_dunning"}
        view = names.get(model)
        return [(self.env.ref(view).id if view else False, "list"), (False, "form")]

    # === CARDS ===

    @api.model
    def _own(self):
        return Domain("company_id", "=", self.env.company.id)

    def _card_to_approve(self):
        return "dunning.notice", self._own() & Domain("state", "=", "proposed"), "amount_total"

    def _card_to_send(self):
        return "dunning.notice", self._own() & Domain("state", "=", "approved"), "amount_total"

    def _card_to_print(self):
        queued = Domain(self.env["dunning.run"]._print_queue_domain())
        return "dunning.delivery", self._own() & queued, None

    def _card_failed(self):
        return "dunning.notice", self._own() & Domain("state", "=", "failed"), "amount_total"

    def _card_came_back(self):
        return "dunning.notice", self._own() & Domain("came_back", "!=", False), "amount_total"

    def _card_replies(self):
        return "dunning.notice", self._own() & Domain("reply_state", "=", "unread"), "amount_total"

    def _card_reconcile(self):
        kind = self.env.ref("mahnwesen_pro.mail_activity_type_reconcile")
        tasks = Domain("activity_ids", "any", [("activity_type_id", "=", kind.id)])
        shared = Domain("company_id", "in", (False, self.env.company.id))
        return "res.partner", tasks & shared, None

    def _card_blocks(self):
        today = Domain("released", "=", False) & Domain("date_end", ">=", "today -7d")
        return "dunning.block", self._own() & today & Domain("date_end", "<=", "today +7d"), None

    def _card_no_address(self):
        return self._skips("no_address", "address_wrong")

    def _card_exhausted(self):
        return self._skips("exhausted")

    def _skips(self, *reasons):
        real = Domain("run_id.is_dry_run", "=", False) & Domain("reason", "in", reasons)
        return "dunning.run.skip", self._own() & real, "amount_open"

    def _card_forgotten(self):
        """Invoices overdue for more than 30 days for which no reminder was ever sent."""
        overdue = Domain("invoice_date_due", "<", "today -30d") & Domain("state", "=", "posted")
        unpaid = Domain("payment_state", "in", ("not_paid", "partial"))
        never = Domain("dunning_level_id", "=", False) & Domain("move_type", "=", "out_invoice")
        return "account.move", self._own() & overdue & unpaid & never, "amount_residual"
