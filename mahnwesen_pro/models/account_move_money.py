from odoo import fields, models

from ..tools import to_decimal
from .res_partner import DEBTOR_TYPES
from .res_partner_money import AGREED

CALLER = "mahnwesen_pro.group_dunning_caller"


class AccountMove(models.Model):
    """What decides on default and interest of one invoice, where it differs from the customer."""

    _inherit = "account.move"

    dunning_debtor_type = fields.Selection(
        DEBTOR_TYPES,
        string="Customer Type here",
        copy=False,
        prefetch="dunning",
        groups=CALLER,
        help="Only for this deal, for example when a freelancer buys for private use. Empty: as "
        "the customer.",
    )
    dunning_due_agreed = fields.Selection(
        AGREED,
        string="Due Date Agreed",
        copy=False,
        prefetch="dunning",
        groups=CALLER,
        help="A date agreed beforehand, in the contract, the order or accepted terms, brings "
        "default by itself. A date that only stands on the invoice does not. Empty: as the "
        "customer.",
    )
    dunning_received_on = fields.Date(
        string="Invoice Received on",
        copy=False,
        prefetch="dunning",
        groups=CALLER,
        help="Empty: some working days after its date, see the settings.",
    )
    dunning_is_no_price = fields.Boolean(
        string="Not a Price",
        copy=False,
        prefetch="dunning",
        groups=CALLER,
        help="No price of goods or services, for example damages or a deposit: also businesses "
        "then owe the lower interest, and no lump sum.",
    )

    dunning_return_cost = fields.Monetary(
        string="Cost of the Returned Debit",
        copy=False,
        prefetch="dunning",
        groups=CALLER,
        help="Exactly what the bank took for the returned direct debit, as on its statement; of "
        "several returns the sum. It stands on the next reminder as a line of its own. Leave it "
        "empty if the fault was yours.",
    )

    _dunning_return_cost_idx = models.Index("(id) WHERE dunning_return_cost > 0")
    _dunning_return_cost_positive = models.Constraint(
        "CHECK(dunning_return_cost >= 0)",
        "What the bank took for a returned debit cannot be negative.",
    )

    def _get_dunning_money_fields(self):
        """Return the fields that decide on default and interest."""
        return [
            "date",
            "dunning_debtor_type",
            "dunning_due_agreed",
            "dunning_is_no_price",
            "dunning_received_on",
            "dunning_return_cost",
            "invoice_date",
        ]

    def _get_dunning_terms(self, customer, company, holidays):
        """Return the values of a :class:`ledger.Entry` that are not bookings."""
        self.ensure_one()
        day = self.invoice_date or self.date
        agreed = self.dunning_due_agreed or customer.dunning_due_agreed
        since = company.dunning_invoice_notice_since
        return {
            "received": self.dunning_received_on
            or company._get_dunning_receipt(day, True, holidays),
            "is_agreed": agreed == "yes" if agreed else company.dunning_due_agreed,
            "has_notice": bool(since and since <= day),
            "is_price": not self.dunning_is_no_price,
            "return_cost": to_decimal(self.dunning_return_cost),
            "debtor": self.dunning_debtor_type or customer.dunning_debtor_type,
        }
