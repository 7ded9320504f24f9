"""Money that has arrived but is not assigned yet: does a line of the bank belong to an open item?

A line is a hint, not a booking: it parks the item until somebody has looked.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

#: An invoice number consists of at most this many parts, such as RE/2026/00067.
PARTS = 4


class BankLine(NamedTuple):
    """An incoming payment nobody has assigned. ``iban`` without blanks, amount in its currency."""

    id: int
    amount: Decimal
    currency_id: int
    reference: str = ""
    iban: str = ""
    partner_id: int = 0


class Radar:
    """Finds the bank line that belongs to an item, by number, account, customer or exact sum.

    >>> lines = [BankLine(1, Decimal(90), 7, "Rg. RE 2026-00067 danke"),
    ...     BankLine(2, Decimal(50), 7, iban="DE89370400440532013000"),
    ...     BankLine(3, Decimal("12.34"), 7)]
    >>> radar = Radar(lines)
    >>> radar.find("RE/2026/00067", (), 5, Decimal(500), 7).id
    1
    >>> radar.find("RE/1", ["DE89370400440532013000"], 5, Decimal(500), 7).id
    2
    >>> radar.find("RE/1", (), 5, Decimal("12.34"), 7).id
    3
    >>> radar.find("RE/1", (), 5, Decimal("12.34"), 8)
    """

    def __init__(self, lines: Iterable[BankLine]):
        self.by_number: Mapping[str, BankLine] = {}
        self.by_iban, self.by_partner, self.by_sum = {}, {}, defaultdict(list)
        for line in lines:
            for number in mentions(line.reference):
                self.by_number.setdefault(number, line)
            if line.iban:
                self.by_iban.setdefault(line.iban, line)
            if line.partner_id:
                self.by_partner.setdefault(line.partner_id, line)
            else:
                self.by_sum[line.amount, line.currency_id].append(line)

    def find(self, number, ibans, partner_id, amount, currency_id) -> BankLine | None:
        """Return the first line that points to the item, None when there is none.

        :param str number: number of the invoice
        :param ibans: bank accounts of the customer, without blanks
        :param Decimal amount: what is open, in the currency ``currency_id``
        """
        found = self.by_number.get(compact(number)) or self.by_partner.get(partner_id)
        for iban in ibans:
            found = found or self.by_iban.get(iban)
        exact = self.by_sum.get((amount, currency_id))
        return found or (exact[0] if exact else None)


def compact(text: str) -> str:
    """Return letters and digits only, in capitals.

    >>> compact("re/2026/00067")
    'RE202600067'
    """
    return re.sub(r"[^0-9A-Z]", "", (text or "").upper())


def mentions(reference: str) -> set[str]:
    """Return everything in a payment reference that may be the number of an invoice, compact.

    >>> sorted(mentions("Rg RE-2026"))
    ['2026', 'RE', 'RE2026', 'RG', 'RGRE', 'RGRE2026']
    """
    parts = re.findall(r"[0-9A-Z]+", (reference or "").upper())
    return {
        "".join(parts[start : start + length])
        for start in range(len(parts))
        for length in range(1, PARTS + 1)
        if start + length <= len(parts)
    }
