"""What an incoming e-mail is by its headers: written by a person, by a machine, or a bounce."""

from collections.abc import Iterable

#: ``Precedence`` of mails that no person wrote to us.
MACHINE_PRECEDENCE = ("auto_reply", "bulk", "junk", "list")

#: What a delivery status says of a mail that did arrive, or may still arrive (RFC 3464).
HARMLESS_ACTIONS = ("delayed", "delivered", "expanded", "relayed")


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
    known = {name.lower(): value.strip().lower() for name, value in headers}
    return (
        known.get("auto-submitted", "no").split(";")[0].strip() != "no"
        or known.get("x-autoreply", "no") != "no"
        or known.get("x-autorespond", "no") != "no"
        or known.get("precedence") in MACHINE_PRECEDENCE
        or known.get("return-path") == "<>"
    )


def is_failure(actions: Iterable[str]) -> bool:
    """Return whether a delivery status tells of a recipient who was not reached.

    :param actions: what the status says of each recipient; none: an old server that only writes

    >>> is_failure(["failed"]), is_failure([])
    (True, True)
    >>> is_failure(["delayed"]), is_failure(["Delivered"])
    (False, False)
    """
    actions = [action.strip().lower() for action in actions]
    return not actions or any(action not in HARMLESS_ACTIONS for action in actions)
