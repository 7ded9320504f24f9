"""A session on a database, stopwatch and memory gauge."""

import gc
import logging
import statistics
import time
from contextlib import contextmanager
from pathlib import Path

from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import config


def connect(database):
    """Return the registry of ``database``; Odoo's other settings come from ODOO_RC."""
    config.parse_config(["--database", database, "--no-http", "--log-level", "error"])
    logging.getLogger("odoo").setLevel(logging.ERROR)
    return Registry(database)


@contextmanager
def session(registry, login="admin"):
    """Work as the user with ``login``; commits at the end, rolls back on an error."""
    with registry.cursor() as cr:
        users = api.Environment(cr, api.SUPERUSER_ID, {})["res.users"]
        user = users.search([("login", "=", login)])
        yield api.Environment(cr, user.id, {})
        cr.flush()


def maintain(registry):
    """Do what autovacuum does within a minute: clean up and count the rows for the planner."""
    with registry.cursor() as cr:
        cr._cnx.autocommit = True
        cr.execute("VACUUM ANALYZE")
        cr._cnx.autocommit = False


class Stopwatch:
    """Collects seconds: ``with watch: ...`` once per repetition.

    :param clock: what it reads; the clock on the wall, or ``time.process_time``
    """

    def __init__(self, clock=time.perf_counter):
        self.seconds = []
        self._clock = clock

    def __enter__(self):
        gc.collect()
        self._start = self._clock()
        return self

    def __exit__(self, kind, _error, _traceback):
        if not kind:
            self.seconds.append(self._clock() - self._start)

    def result(self, parts=1):
        """Return median and spread (lowest, highest), for one of ``parts`` equal parts.

        >>> watch = Stopwatch()
        >>> watch.seconds = [3.0, 1.0, 2.0]
        >>> watch.result()
        {'median': 2.0, 'low': 1.0, 'high': 3.0, 'runs': 3}
        """
        return spread([seconds / parts for seconds in self.seconds])


def processor_seconds(cr):
    """Return the processor time that this process and its PostgreSQL session have used (Linux).

    Where small differences count: unlike the clock it hardly notices what else the machine does.
    """
    nanoseconds = Path(f"/proc/{cr._cnx.info.backend_pid}/schedstat").read_text().split()[0]
    return time.process_time() + int(nanoseconds) / 1e9


def spread(values):
    """Return median, lowest and highest value, and how many there were."""
    return {
        "median": round(statistics.median(values), 5),
        "low": round(min(values), 5),
        "high": round(max(values), 5),
        "runs": len(values),
    }


def forget_peak_memory():
    """Let the gauge of :func:`peak_memory` start again from what is in use now (Linux)."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")


def peak_memory():
    """Return the most memory that this process has held, in megabytes (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    [peak] = [line for line in lines if line.startswith("VmHWM")]
    return int(peak.split()[1]) // 1024
