"""Texts with named gaps: ``Sehr geehrte Damen und Herren, die Rechnung {invoice} ...``.

Only plain names in braces are understood. A text that customers read is never evaluated.
"""

import re
from collections.abc import Collection, Mapping

GAP = re.compile(r"\{([^{}]*)\}")


def gaps(text: str) -> list[str]:
    """Return the names of the gaps in ``text``, in order.

    >>> gaps("Please pay {total} until {date}")
    ['total', 'date']
    """
    return GAP.findall(text)


def unknown_gaps(text: str, known: Collection[str]) -> list[str]:
    """Return the names in ``text`` that nobody can fill, in order.

    >>> unknown_gaps("Please pay {total} until {date}, {{name}}", {"total"})
    ['date', 'name']
    """
    return [name for name in gaps(text) if name not in known]


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return ``text`` with every known gap filled; what is unknown stays as it is.

    >>> fill("Please pay {total} by {deadline}.", {"total": "12.00 EUR", "deadline": "4 May 2026"})
    'Please pay 12.00 EUR by 4 May 2026.'
    """
    return GAP.sub(lambda gap: values.get(gap.group(1), gap.group(0)), text)
