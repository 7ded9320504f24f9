"""Bank transfers for a letter: which account gets how much, the reference, the payment code.

The code is the one of EPC069-12 ("GiroCode"). It knows euros only.
"""

import re
from collections.abc import Hashable, Iterable, Mapping
from decimal import Decimal

from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

from . import qr

#: What a bank carries along as text, in characters.
REFERENCE_LENGTH = 140
HOLDER_LENGTH = 70
#: What a code has room for: euros, and bytes.
HIGHEST_AMOUNT = Decimal("999999999.99")
CODE_LENGTH = 331


def reference(parts: Iterable[str], limit: int = REFERENCE_LENGTH) -> str:
    """Return as many of the parts, in order, as fit into ``limit`` characters.

    >>> reference(["M/2026/7", "RE/1", "RE/2"])
    'M/2026/7 RE/1 RE/2'
    >>> reference(["M/2026/7", "RE/1", "RE/2"], limit=17)
    'M/2026/7 RE/1 ...'
    >>> reference(["A very long reference"], limit=11)
    'A very long'
    """
    parts = [" ".join(part.split()) for part in parts if part]
    text = " ".join(parts)
    if len(text) <= limit:
        return text
    for count in range(len(parts) - 1, 0, -1):
        shorter = " ".join([*parts[:count], "..."])
        if len(shorter) <= limit:
            return shorter
    return text[:limit]


def split(
    claims: Iterable[tuple[Hashable, Decimal]], rest: Decimal, own: Hashable
) -> Mapping[Hashable, Decimal] | None:
    """Return how much goes to which account, or None when the total cannot be split.

    :param claims: (account, open amount) of every claim; an unknown account is falsy
    :param rest: charges less credits; they belong to the creditor, so to the account ``own``

    Factored invoices are owed to the account of the factor:

    >>> split([("own", Decimal(80)), ("factor", Decimal(50))], Decimal(-30), "own")
    {'own': Decimal('50'), 'factor': Decimal('50')}

    One account takes everything. A credit that is larger than what is owed to us cannot lower what
    is owed to the factor:

    >>> split([("factor", Decimal(80))], Decimal(5), "own")
    {'factor': Decimal('85')}
    >>> split([("own", Decimal(10)), ("factor", Decimal(50))], Decimal(-30), "own")
    """
    sums: dict[Hashable, Decimal] = {}
    for account, amount in claims:
        sums[account] = sums.get(account, Decimal(0)) + amount
    if len(sums) == 1:
        own = next(iter(sums))
    if rest:
        sums[own] = sums.get(own, Decimal(0)) + rest
    payable = all(account and amount > 0 for account, amount in sums.items())
    return sums if payable else None


def is_iban(number: str) -> bool:
    """Return whether a number without spaces is an IBAN by its form and check digits.

    (``stdnum.iban`` would also know the lengths per country, but its data file cannot be opened
    inside Odoo 19, which loads the package in its own way.)

    >>> is_iban("DE89370400440532013000"), is_iban("DE88370400440532013000"), is_iban("532013000")
    (True, False, False)
    """
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", number):
        return False
    return mod_97_10.is_valid(number[4:] + number[:4])


def group_iban(number: str) -> str:
    """Return an IBAN the way people read it; another account number stays as it is.

    >>> group_iban("DE89370400440532013000")
    'DE89 3704 0044 0532 0130 00'
    >>> group_iban("532013000")
    '532013000'
    """
    groups = (number[start : start + 4] for start in range(0, len(number), 4))
    return " ".join(groups) if is_iban(number) else number


def code(holder: str, number: str, amount: Decimal, text: str, bic: str = "") -> str:
    """Return the payment code as the data URI of a picture, empty when none can be made.

    One pixel for each module, so whoever draws it must not smooth it when it grows.

    :param number: IBAN of the recipient, without spaces
    :param amount: in euros
    :param text: reference; one by ISO 11649 ("RF...") is marked as such

    >>> code("Muster GmbH", "DE89370400440532013000", Decimal("12.30"), "RE/1")[:14]
    'data:image/png'
    >>> code("Muster GmbH", "532013000", Decimal("12.30"), "RE/1")
    ''
    >>> code("Muster GmbH", "DE89370400440532013000", Decimal("1e9"), "RE/1")
    ''
    """
    holder = " ".join(holder.split())[:HOLDER_LENGTH].strip()
    fits = amount <= HIGHEST_AMOUNT and len(text) <= REFERENCE_LENGTH
    if not (is_iban(number) and holder and amount > 0 and text and fits):
        return ""
    content = "\n".join(_elements(holder, number, amount, text, bic))
    if len(content.encode()) > CODE_LENGTH:
        return ""
    return qr.as_uri(qr.draw(content).convert("1"))


def _elements(holder, number, amount, text, bic):
    """Return the elements of the code in the order of EPC069-12.

    >>> iban = "DE89370400440532013000"
    >>> _elements("Muster GmbH", iban, Decimal("12.3"), "RE/1 RE/2", "BELADEBEXXX")[4:]
    ['BELADEBEXXX', 'Muster GmbH', 'DE89370400440532013000', 'EUR12.30', '', '', 'RE/1 RE/2']
    >>> _elements("Muster GmbH", iban, Decimal(12), "RF18539007547034", "")[7:]
    ['EUR12', '', 'RF18539007547034']
    """
    return [
        *("BCD", "002", "1", "SCT"),  # service, version, UTF-8, credit transfer
        bic if len(bic) in (8, 11) else "",
        *(holder, number),
        f"EUR{amount:.2f}".removesuffix(".00"),
        "",  # purpose
        *([text] if iso11649.is_valid(text) else ["", text]),
    ]
