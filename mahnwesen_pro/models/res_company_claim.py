from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

#: Accounts by chart and kind of charge; all of them without tax. What a bank took is given back to
#: the account of the bank's own fees. Other charts are asked for.
PRESETS = {
    "de_skr03": {"interest": "2650", "fee": "8600", "return_cost": "4970"},
    "de_skr04": {"interest": "7100", "fee": "4830", "return_cost": "6855"},
}

#: The field that holds the account of each kind of charge.
ACCOUNTS = {
    "interest": "dunning_account_interest_id",
    "lump_sum": "dunning_account_fee_id",
    "fee": "dunning_account_fee_id",
    "return_cost": "dunning_account_return_id",
}


class ResCompany(models.Model):
    """Whether and where the company books charges, and how it uses payments on claims with them."""

    _inherit = "res.company"

    dunning_booking = fields.Selection(
        [
            ("show", "Only show them on letters"),
            ("issued", "Book when the letter is sent"),
            ("paid", "Book when they are paid"),
        ],
        string="Charges in the Books",
        default="show",
        required=True,
        prefetch="dunning",
    )
    dunning_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of Charges",
        domain="[('type', '=', 'general')]",
        check_company=True,
        prefetch="dunning",
    )
    dunning_account_interest_id = fields.Many2one(
        "account.account",
        string="Account of Default Interest",
        domain="[('account_type', 'in', ('income', 'income_other'))]",
        check_company=True,
        prefetch="dunning",
    )
    dunning_account_fee_id = fields.Many2one(
        "account.account",
        string="Account of Fees and Lump Sums",
        domain="[('account_type', 'in', ('income', 'income_other'))]",
        check_company=True,
        prefetch="dunning",
    )
    dunning_account_return_id = fields.Many2one(
        "account.account",
        string="Account of Returned Debits",
        check_company=True,
        help="The account on which you book the bank's fee; the customer's share evens it out.",
        prefetch="dunning",
    )
    dunning_payment_order = fields.Selection(
        [
            ("law", "Costs, interest, principal (§ 367 BGB)"),
            ("principal", "Principal, costs, interest (as in the books)"),
        ],
        string="Payments Go on",
        default="law",
        required=True,
        help="What claim statements and the booking helper propose. The books stay as they are.",
        prefetch="dunning",
    )

    dunning_write_off_limit = fields.Monetary(
        string="Write off up to",
        default=5,
        help="A clerk writes off the rest of an invoice up to this amount, a manager any amount.",
        prefetch="dunning",
    )

    dunning_discount_grace = fields.Integer(
        string="Grace for Cash Discounts",
        default=3,
        help="In days: a payment that comes so much later still counts as in time.",
        prefetch="dunning",
    )
    dunning_discount_policy_id = fields.Many2one(
        "dunning.policy",
        string="Ladder for Cash Discounts",
        domain="[('mode', '=', 'dun')]",
        default=lambda self: self._get_shipped_policy("discount"),
        help="Claims back what was deducted too late, too high or without an agreement. Empty: as "
        "any other rest.",
        prefetch="dunning",
    )
    dunning_return_policy_id = fields.Many2one(
        "dunning.policy",
        string="Ladder for Returned Debits",
        domain="[('mode', '=', 'dun')]",
        default=lambda self: self._get_shipped_policy("return"),
        help="Writes about invoices whose direct debit was returned. Empty: as any other invoice.",
        prefetch="dunning",
    )

    _dunning_write_off_positive = models.Constraint(
        "CHECK(dunning_write_off_limit >= 0 AND dunning_discount_grace >= 0)",
        "The limit for writing off and the days of grace cannot be negative.",
    )

    # === PRESETS ===

    @api.model
    def _get_shipped_policy(self, name):
        return self.env.ref(f"mahnwesen_pro.dunning_policy_{name}", raise_if_not_found=False)

    def _set_dunning_own_policies(self):
        """Give companies the shipped ladders for returned debits and cash discounts."""
        for company in self:
            company.dunning_discount_policy_id = self._get_shipped_policy("discount")
            company.dunning_return_policy_id = self._get_shipped_policy("return")

    def _set_dunning_accounts(self):
        """Fill in journal and accounts where the chart is known and nothing was chosen."""
        for company in self.filtered("chart_template"):
            preset = PRESETS.get(company.chart_template, {})
            for kind, code in preset.items():
                field = ACCOUNTS[kind]
                company[field] = company[field] or company._find_dunning_account(code)
            company.dunning_journal_id = (
                company.dunning_journal_id or company._find_dunning_journal()
            )

    def _find_dunning_account(self, code):
        accounts = self.env["account.account"].with_company(self)
        return accounts.search(
            [*accounts._check_company_domain(self), ("code", "=like", f"{code}%")], limit=1
        )

    def _find_dunning_journal(self):
        journals = self.env["account.journal"]
        general = Domain(journals._check_company_domain(self)) & Domain("type", "=", "general")
        by_code = journals.search(general & Domain("code", "in", ("MISC", "DIV")), limit=1)
        return by_code or journals.search(general, limit=1)

    def _get_dunning_account(self, kind):
        return self[ACCOUNTS[kind]]

    # === CHECKS ===

    def _check_dunning_booking(self, date, charges):
        """Make sure that these charges can be booked on ``date``.

        :raise UserError: saying what is missing, and where to enter it
        """
        self.ensure_one()
        problem = self._get_dunning_booking_problem(date, charges)
        if problem:
            raise UserError(problem)

    def _check_dunning_date(self, date):
        """Make sure that a lock date does not stand in the way.

        :raise UserError: naming the lock date
        """
        problem = self._get_dunning_lock_problem(date)
        if problem:
            raise UserError(problem)

    def _check_dunning_rate(self, currency, date):
        """Make sure that a rate of exchange is known; Odoo would silently take 1.

        :raise UserError: naming currency and day
        """
        problem = self._get_dunning_rate_problem(currency, date)
        if problem:
            raise UserError(problem)

    def _get_dunning_rate_problem(self, currency, date):
        if currency._has_dunning_rate(self, date):
            return ""
        return self.env._(
            "No rate of exchange is known for %(currency)s on %(date)s. Enter it under Currencies.",
            currency=currency.name,
            date=format_date(self.env, date),
        )

    def _get_dunning_booking_problem(self, date, charges):
        """Return what keeps charges from being booked as a sentence, "" when nothing does."""
        books = self.sudo()  # the settings hold whoever asks
        if not books.dunning_journal_id:
            return self.env._(
                "Charges cannot be booked: choose their journal under Settings, Dunning."
            )
        for kind in sorted(set(charges.mapped("kind"))):
            if not books._get_dunning_account(kind):
                return self.env._(
                    "Charges cannot be booked: choose the “%s” under Settings, Dunning.",
                    self._fields[ACCOUNTS[kind]]._description_string(self.env),
                )
        for currency in charges.currency_id:
            if not currency._has_dunning_rate(self, date):
                return self.env._(
                    "Charges cannot be booked: no rate of exchange is known for %(currency)s on "
                    "%(date)s. Enter it under Currencies.",
                    currency=currency.name,
                    date=format_date(self.env, date),
                )
        return books._get_dunning_lock_problem(date)

    def _get_dunning_lock_problem(self, date):
        locks = self._get_violated_lock_dates(date, False, self.dunning_journal_id)
        return locks and self.env._(
            "Nothing can be booked on %(date)s: the books are closed (%(locks)s). Use a later day, "
            "or ask whoever sets the lock dates.",
            date=format_date(self.env, date),
            locks=self._format_lock_dates(locks),
        )
