"""Fills a database with open overdue invoices: one is really posted, the others are its copies.

The copies are made by SQL because posting a million invoices takes hours. A copy is a whole row of
``account_move`` with its journal items; only ids, number, customer, amount and dates differ.
"""

import base64
import io
from contextlib import contextmanager
from datetime import timedelta

from PIL import Image, ImageDraw

from odoo import Command, fields
from odoo.tools import SQL

#: Items per customer, as the task of the benchmark sets it.
PER_CUSTOMER = 5

#: The clerk who does everything that is measured.
CLERK = "bench-clerk"

#: Days overdue of the newest and of the oldest item: all of them are due for the first level.
YOUNGEST, OLDEST = 15, 64

#: Columns of an invoice that hold its amount; the one that is copied carries no tax.
AMOUNTS = (
    "amount_untaxed",
    "amount_total",
    "amount_residual",
    "amount_untaxed_signed",
    "amount_untaxed_in_currency_signed",
    "amount_total_signed",
    "amount_total_in_currency_signed",
    "amount_residual_signed",
)


def fill(env, items):
    """Create ``items`` open overdue invoices of a fifth as many customers, and the clerk."""
    _dress_company(env)
    env["res.users"].create(
        {
            "name": "Clerk",
            "login": CLERK,
            "email": "clerk@hansen.example.com",
            "group_ids": [Command.link(env.ref("account.group_account_invoice").id)],
        }
    )
    invoice = _post_one(env)
    env.flush_all()
    customers = items // PER_CUSTOMER
    with _bulk_load(env, "res_partner", "account_move", "account_move_line"):
        first = _copy_partner(env, invoice.partner_id, customers)
        _copy_moves(env, invoice, items, first, customers)
    invoice.button_draft()
    invoice.button_cancel()
    env.flush_all()


def _dress_company(env):
    """Give the company what stands on every letter: euros, a bank account with code, a logo."""
    euro = env.ref("base.EUR")
    euro.active = True
    env.company.write(
        {
            "email": "buchhaltung@hansen.example.com",
            "street": "Kontorweg 5",
            "zip": "20457",
            "city": "Hamburg",
            "currency_id": euro.id,
            "logo": _draw_logo(),
        }
    )
    account = env["res.partner.bank"].create(
        {"acc_number": "DE89370400440532013000", "partner_id": env.company.partner_id.id}
    )
    journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
    journal.bank_account_id = account


def _draw_logo():
    logo = Image.new("RGB", (400, 120), "white")
    ImageDraw.Draw(logo).ellipse((10, 10, 110, 110), fill="teal")
    stream = io.BytesIO()
    logo.save(stream, "PNG")
    return base64.b64encode(stream.getvalue())


def _post_one(env):
    customer = env["res.partner"].create(
        {
            "name": "Customer",
            "is_company": True,
            "street": "Marktplatz 1",
            "zip": "10115",
            "city": "Berlin",
            "country_id": env.ref("base.de").id,
            "email": "rechnung@kunde.example.com",
        }
    )
    due = fields.Date.today() - timedelta(days=YOUNGEST)
    line = {"name": "Goods", "price_unit": 100.0, "tax_ids": [Command.clear()]}
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_date": due,
            "invoice_date_due": due,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [Command.create(line)],
        }
    )
    invoice.action_post()
    return invoice


def _copy_partner(env, partner, count):
    """Copy the customer ``count`` times; return the first id."""
    first = _reserve_ids(env, "res_partner", count)
    _copy_rows(
        env,
        "res_partner",
        SQL("source.id = %s", partner.id),
        SQL("generate_series(0, %s) AS number", count - 1),
        {
            "id": SQL("%s + number", first),
            "commercial_partner_id": SQL("%s + number", first),
            "name": SQL("'Customer ' || number"),
            "complete_name": SQL("'Customer ' || number"),
            "commercial_company_name": SQL("'Customer ' || number"),
        },
    )
    return first


def _copy_moves(env, invoice, items, first_partner, customers):
    """Copy the posted invoice with its journal items, spread over the customers and 50 days."""
    move = _reserve_ids(env, "account_move", items)
    numbers = SQL("generate_series(0, %s) AS number", items - 1)
    partner = SQL("%s + number %% %s", first_partner, customers)
    age = SQL("(number / %s * 7 + number) %% %s", customers, OLDEST - YOUNGEST + 1)
    amount = SQL("(50 + number %% 1000)")
    name = SQL("'BENCH/' || number")
    due = SQL("(CURRENT_DATE - %s - %s)::date", YOUNGEST, age)
    _copy_rows(
        env,
        "account_move",
        SQL("source.id = %s", invoice.id),
        numbers,
        {
            "id": SQL("%s + number", move),
            "name": name,
            "payment_reference": name,
            "sequence_prefix": SQL("'BENCH/'"),
            "sequence_number": SQL("number"),
            "partner_id": partner,
            "commercial_partner_id": partner,
            "partner_shipping_id": partner,
            "date": due,
            "invoice_date": due,
            "invoice_date_due": due,
            **dict.fromkeys(AMOUNTS, amount),
            "access_token": SQL("NULL"),
        },
    )
    for line in invoice.line_ids:
        sign = SQL("1" if line.balance > 0 else "-1")
        signed = SQL("%s * %s", sign, amount)
        values = {
            "id": SQL("%s + number", _reserve_ids(env, "account_move_line", items)),
            "move_id": SQL("%s + number", move),
            "move_name": name,
            "partner_id": partner,
            "date": due,
            "invoice_date": due,
            "debit": amount if line.balance > 0 else SQL("0"),
            "credit": amount if line.balance < 0 else SQL("0"),
            "balance": signed,
            "amount_currency": signed,
        }
        if line.display_type == "payment_term":
            values |= {
                "date_maturity": due,
                "amount_residual": signed,
                "amount_residual_currency": signed,
                "name": name,
            }
        else:
            values |= dict.fromkeys(("price_unit", "price_subtotal", "price_total"), amount)
        _copy_rows(env, "account_move_line", SQL("source.id = %s", line.id), numbers, values)


@contextmanager
def _bulk_load(env, *tables):
    """Load rows without indexes and foreign keys, and build both once, afterwards."""
    keys = env.execute_query(
        SQL(
            """
            SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
              FROM pg_constraint
             WHERE contype = 'f' AND conrelid::regclass::text IN %s
            """,
            tables,
        )
    )
    indexes = env.execute_query(
        SQL(
            """
            SELECT indexname, indexdef
              FROM pg_indexes
             WHERE schemaname = 'public' AND tablename IN %s
               AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexname::regclass)
            """,
            tables,
        )
    )
    for table, name, _definition in keys:
        _alter(env, table, "DROP CONSTRAINT %s", SQL.identifier(name))
    for name, _definition in indexes:
        env.cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))
    yield
    for _name, definition in indexes:
        env.cr.execute(_verbatim(definition))
    for table, name, definition in keys:
        _alter(env, table, "ADD CONSTRAINT %s %s", SQL.identifier(name), _verbatim(definition))


def _alter(env, table, change, *arguments):
    env.cr.execute(SQL(f"ALTER TABLE %s {change}", SQL.identifier(table), *arguments))


def _verbatim(definition):
    return SQL(definition.replace("%", "%%"))


def _reserve_ids(env, table, count):
    """Take ``count`` consecutive ids from the table's sequence and return the first."""
    [(first,)] = env.execute_query(SQL("SELECT nextval(%s)", f"{table}_id_seq"))
    env.execute_query(SQL("SELECT setval(%s, %s)", f"{table}_id_seq", first + count))
    return first


def _copy_rows(env, table, condition, numbers, values):
    """Insert copies of one row, one per number; ``values`` (column: SQL) replace its own."""
    rows = env.execute_query(
        SQL(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND table_name = %s AND is_generated = 'NEVER'",
            table,
        )
    )
    columns = [column for (column,) in rows]
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s source, %s WHERE %s",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(
                values.get(column, SQL.identifier("source", column)) for column in columns
            ),
            SQL.identifier(table),
            numbers,
            condition,
        )
    )
