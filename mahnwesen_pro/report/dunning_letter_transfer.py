from collections import defaultdict
from typing import NamedTuple

from odoo import models
from odoo.tools import format_amount, str2bool

from ..rules import epc
from ..tools import to_decimal

#: How many characters of invoice numbers stand above a transfer.
HEADING_LENGTH = 60


class Transfer(NamedTuple):
    """One bank transfer as it stands on the letter. ``amount`` and ``qr`` may be empty."""

    holder: str
    number: str
    bic: str
    bank: str
    amount: str
    reference: str
    qr: str
    invoices: str


class DunningLetterTransfer(models.AbstractModel):
    """How a notice can be paid: accounts, amounts, references, payment code, online payment."""

    _name = "dunning.letter.transfer"
    _description = "Payment Data of a Dunning Letter"

    def _get_transfers(self):
        """Return one :class:`Transfer` per bank account; their amounts make up the letter's total.

        Every invoice is owed to its own account, which is the factor's for factored invoices.
        Credits and charges go with the company's own account. Where that does not work out, the
        accounts are named without amounts and codes.
        """
        self.ensure_one()
        own = self.company_id.dunning_bank_account_id
        claims = defaultdict(lambda: self.env["dunning.notice.line"])
        for line in self.claim_ids:
            claims[line.move_id.partner_bank_id or own] |= line
        sums = epc.split(
            [
                (account, to_decimal(line.amount_open))
                for account, lines in claims.items()
                for line in lines
            ],
            to_decimal(self.currency_id.round(self.amount_charges - self.amount_credits)),
            own,
        )
        amounts = sums or dict.fromkeys(account for account in claims if account)
        return [
            self._make_transfer(account, amount, claims[account].move_id, len(claims) == 1)
            for account, amount in amounts.items()
        ]

    def _make_transfer(self, account, amount, invoices, is_only):
        reference = self._get_transfer_reference(invoices, is_only)
        holder = account.acc_holder_name or account.partner_id.name or ""
        number = account.sanitized_acc_number or ""
        bic = account.bank_bic or ""
        is_euro = self.currency_id.name == "EUR"
        return Transfer(
            holder=holder,
            number=epc.group_iban(number),
            bic=bic,
            bank=account.bank_name or "",
            amount=format_amount(self.env, float(amount), self.currency_id) if amount else "",
            reference=reference,
            qr=epc.code(holder, number, amount, reference, bic) if amount and is_euro else "",
            invoices="" if is_only else epc.reference(invoices.mapped("name"), HEADING_LENGTH),
        )

    def _get_transfer_reference(self, invoices, is_only):
        """Return the invoice's own reference if there is only one, else our number and theirs."""
        if is_only and len(invoices) == 1 and invoices.payment_reference:
            return epc.reference([invoices.payment_reference])
        return epc.reference([self.name or "", *invoices.mapped("name")])

    def _get_payment_link(self):
        """Return the address of the page that takes payments, "" where none is active."""
        self.ensure_one()
        settings = self.env["ir.config_parameter"].sudo()  # whoever prints it, the link is the same
        enabled = str2bool(settings.get_param("account_payment.enable_portal_payment") or "0")
        if not enabled or self.amount_total <= 0:
            return ""
        partner, currency = self.partner_id, self.currency_id
        providers = self.env["payment.provider"].sudo()  # clerks may not read providers
        if not providers.search_count([("is_published", "=", True)], limit=1):
            return ""  # most companies: saves the longer question
        usable = providers._get_compatible_providers(
            self.company_id.id, partner.id, self.amount_total, currency_id=currency.id
        )
        if not usable.filtered("is_published"):
            return ""
        return f"{self._get_portal_link()}#dunning_pay"
