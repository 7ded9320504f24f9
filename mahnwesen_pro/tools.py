"""Small bridges between Odoo, the values of the rules and the database."""

import csv
import hmac
import io
from decimal import Decimal

from psycopg2 import sql


def to_decimal(amount: float) -> Decimal:
    """Return a monetary float as the exact decimal that it prints as.

    >>> to_decimal(0.1) + to_decimal(0.2)
    Decimal('0.3')
    """
    return Decimal(str(amount))


def is_secret(given: str | None, kept: str | None) -> bool:
    """Tell whether ``given`` is the secret that is ``kept``, always in the same time.

    >>> is_secret("abc", "abc"), is_secret("ab", "abc"), is_secret("é", "abc")
    (True, False, False)

    Nothing is never right, not even where nothing is kept:

    >>> is_secret("", ""), is_secret(None, None), is_secret("abc", None)
    (False, False, False)
    """
    same = hmac.compare_digest((given or "").encode(errors="replace"), (kept or "").encode())
    return bool(given) and same


def copy_rows(cr, table, columns, rows):
    """Store many rows in ``table`` by COPY, the quickest way into PostgreSQL.

    Foreign keys, constraints and indexes hold as for every other row; the ORM does not see it, so
    the caller flushes before and invalidates after.

    :param columns: names of the columns that are filled
    :param rows: tuples in the order of ``columns``; None becomes NULL
    """
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    text.seek(0)
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    cr.copy_expert(
        sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(sql.Identifier(table), names), text
    )
