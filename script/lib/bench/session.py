"""A session on the ledger's database, stopwatch and memory gauge."""

import gc
import logging
import resource
import statistics
import time
from contextlib import contextmanager
from pathlib import Path

from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import config


def connect(database):
    """Return the registry of ``database``; Odoo's settings come from ODOO_RC."""
    config.parse_config(["--database", database, "--no-http", "--log-level", "error"])
    logging.getLogger("odoo").setLevel(logging.ERROR)
    return Registry(database)


@contextmanager
def session(registry, login="admin"):
    """Work as the user with ``login``; commits at the end, rolls back on an error."""
    with registry.cursor() as cr:
        user = api.Environment(cr, api.SUPERUSER_ID, {})["res.users"].search(
            [("login", "=", login)]
        )
        yield api.Environment(cr, user.id, {})


class Stopwatch:
    """Collects seconds: ``with watch: ...`` once per repetition."""

    def __init__(self):
        self.seconds = []

    def __enter__(self):
        gc.collect()
        self._start = time.perf_counter()

    def __exit__(self, kind, _error, _traceback):
        if not kind:
            self.seconds.append(time.perf_counter() - self._start)


def summary(seconds):
    """Return median and spread (lowest, highest) of some measurements.

    >>> summary([3.0, 1.0, 2.0])
    {'median': 2.0, 'low': 1.0, 'high': 3.0, 'runs': 3}
    """
    return {
        "median": round(statistics.median(seconds), 4),
        "low": round(min(seconds), 4),
        "high": round(max(seconds), 4),
        "runs": len(seconds),
    }


def forget_peak_memory():
    """Let the gauge of :func:`peak_memory` start again from what is in use now."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")


def peak_memory():
    """Return the most memory this process has held, in megabytes."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
