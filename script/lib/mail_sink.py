"""A mail server that delivers nothing: it writes every mail it takes as an .eml file.

usage: mail_sink.py FOLDER PORT_FILE

It listens on a free port of the loopback interface and writes the port's number into PORT_FILE.
"""

import asyncio
import re
import signal
import sys
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.smtp import SMTP


class Sink:
    def __init__(self, folder):
        self.folder = folder
        self.count = len(list(folder.glob("*.eml")))

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        subject = message_from_bytes(envelope.content, policy=policy.default)["subject"] or ""
        words = "-".join([*envelope.rcpt_tos[:1], *re.findall(r"\w+", subject)])
        name = re.sub(r"[^\w@.-]", "_", f"{self.count:03d}-{words}")[:120]
        (self.folder / f"{name}.eml").write_bytes(envelope.content)
        return "250 Kept in a file"


async def main(folder, port_file):
    folder.mkdir(parents=True, exist_ok=True)
    sink, loop, stop = Sink(folder), asyncio.get_running_loop(), asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    server = await loop.create_server(
        lambda: SMTP(sink, enable_SMTPUTF8=True, loop=loop), "127.0.0.1", 0
    )
    port_file.write_text(f"{server.sockets[0].getsockname()[1]}\n")
    await stop.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
