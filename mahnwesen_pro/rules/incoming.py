"""What an incoming e-mail is: written by a person, by a machine, or a mail of ours come back."""

import re
import textwrap
from collections.abc import Iterable, Iterator
from email.message import Message

#: ``Precedence`` of mails that no person wrote to us.
MACHINE_PRECEDENCE = ("auto_reply", "bulk", "junk", "list")

#: What a delivery status says of a mail that did arrive, or may still arrive (RFC 3464).
HARMLESS_ACTIONS = ("delayed", "delivered", "expanded", "relayed")

#: Who writes when a mail server itself has something to say.
MAIL_SERVERS = ("mailer-daemon", "postmaster")


def is_automatic(headers: Iterable[tuple[str, str]]) -> bool:
    """Return whether a machine answered: out of office, ticket system, receipt (RFC 3834).

    Only what a machine says of itself counts. An answer wrongly taken for a person's costs the
    clerk a click; one wrongly taken for a machine's would be overlooked.

    >>> is_automatic([("Subject", "Your reminder"), ("Auto-Submitted", "no")])
    False
    >>> is_automatic([("auto-submitted", "auto-replied; owner-email=a@b.example")])
    True
    >>> is_automatic([("X-Autoreply", "yes")]), is_automatic([("Precedence", "bulk")])
    (True, True)
    >>> is_automatic([("Return-Path", "<>")])
    True
    """
    known = {name.lower(): str(value).strip().lower() for name, value in headers}
    return (
        known.get("auto-submitted", "no").split(";")[0].strip() != "no"
        or known.get("x-autoreply", "no") != "no"
        or known.get("x-autorespond", "no") != "no"
        or known.get("precedence") in MACHINE_PRECEDENCE
        or known.get("return-path") == "<>"
    )


def is_bounce(message: Message) -> bool:
    """Return whether a mail at the bounce address says that somebody was not reached.

    Warnings that a mail is late come there, too, and answers of machines, which go to the sender on
    the envelope (RFC 3834). Old servers send no delivery status, but they write themselves.

    >>> from email import message_from_string
    >>> is_bounce(message_from_string("From: MAILER-DAEMON@mx.example\\n\\nSorry."))
    True
    >>> is_bounce(message_from_string("From: Ada <ada@kunde.example>\\n\\nOn holiday."))
    False
    >>> status = "Content-Type: message/delivery-status\\n\\n\\nAction: "
    >>> is_bounce(message_from_string(status + "failed")), is_bounce(
    ...     message_from_string(status + "delayed"))
    (True, False)
    """
    actions = [value.strip().lower() for value in _values(message, "Action")]
    if actions:
        return any(action not in HARMLESS_ACTIONS for action in actions)
    sender = str(message.get("From", "")).rpartition("<")[2]
    return sender.partition("@")[0].strip().lower() in MAIL_SERVERS


def message_ids(message: Message) -> set[str]:
    """Return every Message-ID that a mail names, in whichever part the server put it.

    >>> from email import message_from_string
    >>> sorted(message_ids(message_from_string("References: <a@x> <b@y>\\n\\nYour mail <c@z>")))
    ['<a@x>', '<b@y>', '<c@z>']
    """
    found = set()
    for part in message.walk():
        for text in (*map(str, part.values()), _text(part)):
            found.update(re.findall(r"<[^<>\s]+@[^<>\s]+>", text))
    return found


def server_words(message: Message) -> str:
    """Return what the mail server says, in one line.

    >>> from email import message_from_string
    >>> server_words(message_from_string("Diagnostic-Code: smtp; 550 5.1.1 User unknown\\n\\n"))
    '550 5.1.1 User unknown'
    >>> server_words(message_from_string("From: x@y\\n\\nI could not\\ndeliver it."))
    'I could not deliver it.'
    """
    for value in _values(message, "Diagnostic-Code"):
        return textwrap.shorten(value.partition(";")[2] or value, 300)
    texts = (_text(part) for part in message.walk() if part.get_content_type() == "text/plain")
    return textwrap.shorten(next(texts, ""), 300)


def _values(message: Message, header: str) -> Iterator[str]:
    for part in message.walk():
        yield from map(str, part.get_all(header, ()))


def _text(part: Message) -> str:
    if part.get_content_maintype() != "text":
        return ""
    return (part.get_payload(decode=True) or b"").decode("utf-8", "replace")
