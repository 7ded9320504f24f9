"""How long it takes to approve and to send, and how many letters are drawn in a second."""

import io
import time
from unittest.mock import patch

from pypdf import PdfReader

from .ledger import CLERK
from .proposing import forget
from .session import Stopwatch, maintain, peak_memory, session

#: How many notices are approved and sent, in how many goes.
NOTICES, GOES = 500, 3


def measure(registry, notices=NOTICES):
    """Return seconds for approving and sending ``notices`` notices, sending without drawing.

    What is measured of sending: lock, decide again, number, freeze the texts, queue the mail.
    """
    approve, send = Stopwatch(), Stopwatch()
    forget(registry)
    with session(registry, CLERK) as env:
        env["dunning.run"].propose()
    maintain(registry)
    ids = _notice_ids(registry, notices * GOES)
    chunks = [chunk for go in range(GOES) if (chunk := ids[go * notices : (go + 1) * notices])]
    for chunk in chunks:
        with approve, session(registry, CLERK) as env:
            env["dunning.notice"].browse(chunk).action_approve()
    maintain(registry)
    with patch.object(
        registry["dunning.notice"], "_render_pdf", lambda self: b"%PDF-", create=True
    ):
        for chunk in chunks:
            with send, session(registry, CLERK) as env:
                env["dunning.notice"].browse(chunk).action_send()
    return {
        "approve": {**approve.result(), "notices": len(chunks[0])},
        "send": {**send.result(), "notices": len(chunks[0])},
    }


def measure_letters(registry, count):
    """Return seconds per letter of one page: drawn one by one, and drawn and kept as in sending.

    The same in processor time, which hardly notices what else the machine does.
    """
    one, kept, effort = Stopwatch(), Stopwatch(), Stopwatch(time.process_time)
    forget(registry)
    _shorten_letters(registry)
    with session(registry, CLERK) as env:
        env["dunning.run"].propose()
    maintain(registry)
    ids = _notice_ids(registry, count)
    with session(registry, CLERK) as env:
        notices = env["dunning.notice"].browse(ids)
        notices.action_approve()
        notices._give_numbers()  # without a number it is a draft, with a watermark
        notices[0]._render_pdf()  # the first letter loads fonts and templates
        for notice in notices[:50]:
            with one:
                pdf = notice._render_pdf()
            with effort:
                notice._render_pdf()
            assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
        for start in range(0, count, 50):
            part = notices[start : start + 50]
            with kept:
                part._freeze_pdf()
                env.flush_all()
            kept.seconds[-1] /= len(part)
            env.invalidate_all()
    return {
        "letter": one.result(),
        "letter_processor": effort.result(),
        "letter_kept": kept.result(),
    }


def _shorten_letters(registry):
    """Exclude all but three items of each customer, so that the letters have one page."""
    with registry.cursor() as cr:
        cr.execute(
            """
            UPDATE account_move_line SET no_followup = TRUE
             WHERE id IN (
                SELECT id FROM (
                    SELECT id, ROW_NUMBER() OVER (PARTITION BY partner_id ORDER BY id) AS place
                      FROM account_move_line
                     WHERE display_type = 'payment_term' AND parent_state = 'posted'
                ) item WHERE place > 3
             )
            """
        )


def measure_print(registry, count):
    """Return seconds and memory for joining ``count`` kept letters to one PDF, as for printing."""
    watch = Stopwatch()
    ids = _notice_ids(registry, count)
    with session(registry, CLERK) as env, watch:
        pdf = env["dunning.notice"].browse(ids)._get_print_batch()
    return {
        "print": {**watch.result(), "notices": len(ids), "pdf_mb": round(len(pdf) / 1e6, 1)},
        "print_memory_mb": {"median": peak_memory()},
    }


def release(registry, notices):
    """Approve ``notices`` notices and let the scheduled action send them; for :func:`work`."""
    forget(registry)
    with session(registry, CLERK) as env:
        env["dunning.run"].propose()
    maintain(registry)
    with session(registry, CLERK) as env:
        todo = env["dunning.notice"].browse(_notice_ids(registry, notices))
        todo.action_approve()
        todo._write_own({"to_send": True})
    maintain(registry)
    return {}


def work(registry):
    """Send what waits, letters and all, until nothing is left; several processes share the work.

    Returns when this process began and ended, as seconds of the clock on the wall.
    """
    begin = time.time()
    waiting = True
    while waiting:
        with session(registry) as env:
            notices = env["dunning.notice"]
            notices._cron_send()
            waiting = notices.search_count(notices._get_sending_domain(), limit=1)
    return {"begin": begin, "end": time.time()}


def _notice_ids(registry, limit):
    with session(registry) as env:
        return env["dunning.notice"].search([], order="id", limit=limit).ids
