"""The floor: what PostgreSQL alone needs to find the items and to store as many rows."""

from odoo.tools import SQL

from .session import Stopwatch, maintain

STATEMENT = """
WITH item AS (
    SELECT line.id, line.move_id, line.company_id, line.currency_id,
           partner.commercial_partner_id AS partner_id,
           line.date_maturity AS due, line.amount_residual_currency AS residual
      FROM account_move_line line
      JOIN account_account account ON account.id = line.account_id
      JOIN res_partner partner ON partner.id = line.partner_id
     WHERE account.account_type = 'asset_receivable'
       AND line.reconciled IS NOT TRUE
       AND line.parent_state = 'posted'
       AND line.amount_residual_currency > 0
       AND line.date_maturity < CURRENT_DATE
), notice AS (
    INSERT INTO %(notice)s (state, company_id, partner_id, addressee_id, currency_id, level_id,
                            rank, date, date_deadline, send_email, amount_total)
    SELECT 'proposed', company_id, partner_id, partner_id, currency_id,
           (SELECT MIN(id) FROM dunning_level WHERE rank = 1), 1, CURRENT_DATE,
           CURRENT_DATE + 10, TRUE, SUM(residual)
      FROM item
     GROUP BY company_id, partner_id, currency_id
    RETURNING id, partner_id, level_id
)
INSERT INTO %(line)s (notice_id, state, company_id, kind, move_id, move_line_id, date_due,
                      amount_original, amount_residual, amount_open, level_id, rank)
SELECT notice.id, 'proposed', item.company_id, 'claim', item.move_id, item.id, item.due,
       item.residual, item.residual, item.residual, notice.level_id, 1
  FROM item
  JOIN notice USING (partner_id)
"""


def measure(registry, runs):
    """Return seconds for the statement: into the addon's own tables, and into bare ones.

    ``floor``: every key, index and constraint of the tables is kept up, as in every run.
    ``floor_bare``: copies of the tables that have a primary key and nothing else.
    """
    bare = {"dunning_notice": "bench_notice", "dunning_notice_line": "bench_line"}
    with registry.cursor() as cr:
        for table, copy in bare.items():
            names = {"copy": SQL.identifier(copy), "table": SQL.identifier(table)}
            cr.execute(
                SQL(
                    "CREATE TABLE %(copy)s (LIKE %(table)s INCLUDING DEFAULTS, PRIMARY KEY (id))",
                    **names,
                )
            )
    figures = {
        "floor": _time(registry, dict(zip(bare, bare, strict=True)), runs),
        "floor_bare": _time(registry, bare, runs),
    }
    with registry.cursor() as cr:
        cr.execute("DROP TABLE bench_notice, bench_line")
    return figures


def _time(registry, tables, runs):
    watch = Stopwatch()
    notice, line = (SQL.identifier(tables[t]) for t in ("dunning_notice", "dunning_notice_line"))
    for _run in range(runs + 1):
        with registry.cursor() as cr, watch:
            cr.execute(SQL(STATEMENT, notice=notice, line=line))
            cr.commit()
        with registry.cursor() as cr:
            cr.execute(SQL("DELETE FROM %s", line))
            cr.execute(SQL("DELETE FROM %s", notice))
        maintain(registry)
    del watch.seconds[0]  # the first one warms PostgreSQL up
    return watch.result()
