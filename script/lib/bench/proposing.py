"""How long a run takes: on an untouched ledger, on one with a history, over existing proposals."""

from odoo.tools import SQL

from .ledger import CLERK
from .session import Stopwatch, forget_peak_memory, maintain, peak_memory, session

#: What runs and sending store, parts first; the ledger itself stays as it is.
TABLES = (
    "dunning_run_skip",
    "dunning_call",
    "dunning_delivery",
    "dunning_notice_charge",
    "dunning_notice_line",
    "dunning_notice",
    "dunning_run",
)

#: What hangs on a planned call, with the column that says so.
PARTS_OF_CALLS = {
    "mail_activity": "res_model",
    "mail_followers": "res_model",
    "mail_message": "model",
}


def measure(registry, runs):
    """Return seconds and memory of runs on a ledger that was never dunned."""
    watch = Stopwatch()
    _warm_up(registry)
    forget_peak_memory()
    for _run in range(runs):
        forget(registry)
        notices = _propose(registry, watch)
    result = watch.result()
    return {
        "propose": {**result, "notices": notices},
        "memory_mb": {"median": peak_memory()},
    }


def measure_again(registry, runs):
    """Return seconds where a third stands on level 1 and a third on level 2, and of a repetition.

    ``propose_again``: nothing is proposed yet. ``propose_replace``: the same run once more, which
    replaces all proposals of the first.
    """
    again, replace = Stopwatch(), Stopwatch()
    forget(registry)
    _propose(registry, Stopwatch())
    with registry.cursor() as cr:
        _pretend_sent(cr)
    maintain(registry)
    for _run in range(runs):
        notices = _propose(registry, again)
        _propose(registry, replace)
        with registry.cursor() as cr:
            cr.execute("DELETE FROM dunning_notice WHERE state = 'proposed'")
            cr.execute("DELETE FROM dunning_run")
        maintain(registry)
    return {
        "propose_again": {**again.result(), "notices": notices},
        "propose_replace": replace.result(),
    }


def forget(registry):
    """Empty the tables of the addon that hold runs and notices, and take back the planned calls."""
    with registry.cursor() as cr:
        for table, column in PARTS_OF_CALLS.items():
            cr.execute(
                SQL(
                    "DELETE FROM %s WHERE %s = 'dunning.call'",
                    SQL.identifier(table),
                    SQL.identifier(column),
                )
            )
        for table in TABLES:
            cr.execute(SQL("DELETE FROM %s", SQL.identifier(table)))
        cr.execute(
            "UPDATE account_move SET dunning_level_id = NULL, dunning_date_last = NULL"
            " WHERE dunning_level_id IS NOT NULL"
        )
    maintain(registry)


def _warm_up(registry):
    """Propose for a few customers: the first run of a process fills Odoo's caches."""
    with session(registry, CLERK) as env:
        some = env["res.partner"].search([("name", "like", "Customer ")], limit=10)
        env["dunning.run"].propose(partners=some)


def _propose(registry, watch):
    """Propose as the clerk and commit, under the stopwatch; return the number of notices."""
    with watch, session(registry, CLERK) as env:
        run = env["dunning.run"].propose()
    with session(registry) as env:
        return run.with_env(env).notice_count


def _pretend_sent(cr):
    """Turn the proposals of two thirds of the customers into notices sent a month ago."""
    cr.execute(
        """
        UPDATE dunning_notice notice
           SET state = 'sent', rank = level.rank, level_id = level.id, name = 'B' || notice.id,
               date = CURRENT_DATE - 30, date_sent = CURRENT_DATE - 30,
               date_deadline = CURRENT_DATE - 20
          FROM dunning_level first
          JOIN dunning_level level ON level.policy_id = first.policy_id
         WHERE first.id = notice.level_id
           AND level.rank = notice.partner_id %% 3
        """,
        [],
    )
    cr.execute(
        """
        UPDATE dunning_notice_line line
           SET state = 'sent', rank = notice.rank, level_id = notice.level_id
          FROM dunning_notice notice
         WHERE notice.id = line.notice_id AND notice.state = 'sent'
        """
    )
    cr.execute(
        """
        UPDATE account_move move
           SET dunning_level_id = line.level_id, dunning_date_last = CURRENT_DATE - 30
          FROM dunning_notice_line line
         WHERE line.move_id = move.id AND line.state = 'sent'
        """
    )
    cr.execute("DELETE FROM dunning_notice WHERE state = 'proposed'")
    cr.execute("DELETE FROM dunning_run")
