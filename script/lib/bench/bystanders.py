"""What the addon costs others: posting, reconciling, opening lists and forms of invoices.

The same work is done in a database with and in one without the addon, in one process and by turns;
only the ratio within a pair counts.
"""

import gc
from collections import defaultdict
from datetime import timedelta

from lxml import etree

from odoo import Command, fields
from odoo.tests.form import Form

from .ledger import CLERK
from .session import maintain, processor_seconds, session, spread

#: How many pairs, and in each of them: invoices posted and paid, openings of lists and forms.
PAIRS, INVOICES, OPENINGS = 20, 10, 20


def measure(registry, plain):
    """Return the quotients of processor time with and without the addon; nothing is kept."""
    quotients = defaultdict(list)
    databases = [("with", registry), ("without", plain)]
    for _name, database in databases:
        maintain(database)
        _work(database, 5, 1)  # fills the caches
    for _pair in range(PAIRS):
        databases.reverse()
        seconds = {name: _work(database, INVOICES, OPENINGS) for name, database in databases}
        for task, spent in seconds["with"].items():
            quotients[task].append(spent / seconds["without"][task])
    return {task: spread(values) for task, values in quotients.items()}


def _work(registry, invoices, openings):
    figures = {}
    with session(registry, CLERK) as env:
        figures["post"] = _time(env, _post, invoices)
        figures["reconcile"] = _time(env, _reconcile, invoices)
        for name, task in (("list", _open_list), ("form", _open_form)):
            figures[name] = _time(env, task, openings)
        env.cr.rollback()
    return figures


def _time(env, task, count):
    """Return the processor seconds of what ``task`` prepares."""
    prepared = task(env, count)
    env.flush_all()
    env.invalidate_all()
    gc.collect()
    before = processor_seconds(env.cr)
    prepared()
    env.flush_all()
    return processor_seconds(env.cr) - before


def _post(env, count):
    return _draft_invoices(env, count).action_post


def _reconcile(env, count):
    """Match one payment with each invoice; making the payments is not measured."""
    invoices = _draft_invoices(env, count)
    invoices.action_post()
    journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
    payments = env["account.payment"].create(
        [
            {
                "partner_id": invoice.partner_id.id,
                "amount": invoice.amount_total,
                "journal_id": journal.id,
                "payment_type": "inbound",
                "partner_type": "customer",
            }
            for invoice in invoices
        ]
    )
    payments.action_post()
    receivable = invoices.line_ids.account_id.filtered(
        lambda account: account.account_type == "asset_receivable"
    )

    def task():
        for invoice, payment in zip(invoices, payments, strict=True):
            lines = invoice.line_ids + payment.move_id.line_ids
            lines.filtered(lambda line: line.account_id == receivable).reconcile()

    return task


def _open_list(env, count):
    """Ask for what the web client asks for when the list of invoices is opened."""
    moves = env["account.move"]
    action = env["ir.actions.act_window"]._for_xml_id("account.action_move_out_invoice_type")
    kinds = [(view_id, kind) for view_id, kind in action["views"]]
    arch = etree.fromstring(moves.get_views(kinds)["views"]["list"]["arch"])
    names = {node.get("name") for node in arch.xpath("//field[not(ancestor::field)]")}
    specification = {name: _specify(moves._fields[name]) for name in names}
    domain = [("move_type", "in", ["out_invoice", "out_refund"])]

    def task():
        for _opening in range(count):
            env.invalidate_all()
            moves.web_search_read(domain, specification, limit=80, count_limit=10001)

    return task


def _specify(field):
    return {"fields": {"display_name": {}}} if field.type == "many2one" else {}


def _open_form(env, count):
    """Open forms of invoices as the web client does: each alone, the server knows no neighbours."""
    invoices = env["account.move"].search([("state", "=", "posted")], limit=count)

    def task():
        for invoice in invoices:
            Form(invoice.with_prefetch())

    return task


def _draft_invoices(env, count):
    due = fields.Date.today() - timedelta(days=5)
    customers = env["res.partner"].search([("name", "like", "Customer ")], limit=count)
    line = {"name": "Goods", "price_unit": 100.0, "tax_ids": [Command.clear()]}
    return env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "invoice_date": due,
                "invoice_line_ids": [Command.create(line)],
            }
            for customer in customers
        ]
    )
