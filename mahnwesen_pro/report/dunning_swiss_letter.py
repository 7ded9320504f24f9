import re
from typing import NamedTuple

from PIL import ImageDraw

from odoo import models

from ..rules import epc, qr

#: Module size and quiet zone of the code, and the share of its width that the Swiss cross takes.
SCALE = 10
CROSS = 7 / 46

#: With these digits our own QR references begin; those of Odoo's invoices begin with zeros.
OWN_REFERENCE = "99"


class SwissBill(NamedTuple):
    """The payment part of a Swiss QR-bill, ready to print."""

    account: str
    creditor: list
    debtor: list
    reference: str
    message: str
    currency: str
    amount: str
    code: str


class DunningNotice(models.Model):
    """The payment part of the Swiss QR-bill, where Odoo's Swiss localisation offers it."""

    _inherit = "dunning.notice"

    def _get_swiss_bill(self):
        """Return the :class:`SwissBill` of a reminder, None where none can be made.

        Everything is asked of Odoo's own Swiss code, so that the same checks hold as for invoices:
        Swiss account, francs or euro, complete addresses.
        """
        self.ensure_one()
        account = self.company_id.dunning_bank_account_id
        methods = {code for code, *_rest in account._get_available_qr_methods()}
        moves = self.claim_ids.move_id
        if self.kind != "reminder" or "ch_qr" not in methods or moves.partner_bank_id - account:
            return None
        message = epc.reference([self.name or "", *moves.mapped("name")])
        structured = self._get_swiss_reference(account, moves)
        args = ("ch_qr", self.amount_total, self.currency_id, self.partner_id, message, structured)
        refused = account._get_error_messages_for_qr("ch_qr", self.partner_id, self.currency_id)
        if refused or account._check_for_qr_code_errors(*args):
            return None
        return self._make_swiss_bill(account._get_qr_vals(*args))

    def _get_swiss_reference(self, account, moves):
        """Return the structured reference of the bill: a single invoice's own, where it has one.

        A QR-IBAN takes nothing but QR references, so that for several invoices the notice gets one
        of its own number. Before it has a number there is none, and no bill.
        """
        own = moves.payment_reference or "" if len(moves) == 1 else ""
        if not account.l10n_ch_qr_iban or account._is_qr_reference(own):
            return own
        digits = re.sub(r"\D", "", self.name or "")
        return digits and moves._compute_qrr_number(f"{OWN_REFERENCE}{digits:0>24}")

    def _make_swiss_bill(self, lines):
        """Return the :class:`SwissBill` of the lines of a code, as the Swiss guidelines number."""
        number = lines[3]
        reference = lines[28]
        return SwissBill(
            account=" ".join(number[i : i + 4] for i in range(0, len(number), 4)),
            creditor=self._get_swiss_address(lines[5:11]),
            debtor=self._get_swiss_address(lines[21:27]),
            reference=self._group_swiss_reference(reference),
            message=lines[29],
            currency=lines[19],
            amount=f"{float(lines[18]):,.2f}".replace(",", " "),
            code=self._draw_swiss_code("\n".join(lines)),
        )

    @staticmethod
    def _get_swiss_address(lines):
        name, street, number, zip_code, city, _country = lines
        return [name, f"{street} {number}".strip(), f"{zip_code} {city}".strip()]

    @staticmethod
    def _group_swiss_reference(reference):
        """Return a QR reference as two digits and groups of five, others in groups of four."""
        if not reference.isdigit():
            return " ".join(reference[i : i + 4] for i in range(0, len(reference), 4))
        groups = [reference[i : i + 5] for i in range(2, len(reference), 5)]
        return " ".join([reference[:2], *groups])

    @staticmethod
    def _draw_swiss_code(text):
        """Return the QR code of error level M with the Swiss cross in its middle, as data URI."""
        image = qr.draw(text, scale=SCALE, quiet_zone=False)
        size, middle = int(image.width * CROSS), image.width // 2
        draw = ImageDraw.Draw(image)
        half = size // 2
        draw.rectangle([middle - half, middle - half, middle + half, middle + half], fill="white")
        inner = int(half * 0.86)
        draw.rectangle(
            [middle - inner, middle - inner, middle + inner, middle + inner], fill="black"
        )
        long, short = int(inner * 0.65), int(inner * 0.2)
        draw.rectangle([middle - long, middle - short, middle + long, middle + short], fill="white")
        draw.rectangle([middle - short, middle - long, middle + short, middle + long], fill="white")
        return qr.as_uri(image)

    def _get_transfers(self):
        """Say the same as the Swiss payment part where one is printed: one code, one payment."""
        transfers = super()._get_transfers()
        bill = self._get_swiss_bill()
        if not bill:
            return transfers
        reference = bill.reference or bill.message
        return [
            transfer._replace(qr="", number=bill.account, reference=reference)
            for transfer in transfers
        ]
