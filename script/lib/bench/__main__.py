"""``python -m bench STEP DATABASE [VALUE]``: takes one measurement, prints its figures as JSON."""

import json
import sys

from . import bystanders, floor, ledger, peer, proposing, sending
from .session import connect, maintain, session


def fill(registry, items):
    with session(registry) as env:
        ledger.fill(env, items)
    maintain(registry)
    return {}


STEPS = {
    "fill": fill,
    "floor": floor.measure,
    "propose": proposing.measure,
    "again": proposing.measure_again,
    "send": sending.measure,
    "letters": sending.measure_letters,
    "print": sending.measure_print,
    "release": sending.release,
    "work": sending.work,
    "peer": peer.measure,
    "bystanders": bystanders.measure,
}

step, database, *values = sys.argv[1:]
arguments = [int(value) if value.isdigit() else connect(value) for value in values]
print(json.dumps(STEPS[step](connect(database), *arguments)))
