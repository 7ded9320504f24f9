"""On which way a notice reaches its addressee."""

from typing import NamedTuple

from .ladder import Level


class Channels(NamedTuple):
    """The ways that a notice takes; ``missing`` names a wanted way that the addressee lacks."""

    email: bool
    letter: bool
    missing: str = ""

    def __bool__(self):
        return self.email or self.letter


def choose(level: Level, has_email: bool, has_address: bool, is_consumer: bool = False) -> Channels:
    """Choose the channels of ``level`` for an addressee.

    A wanted channel that cannot be used is replaced by the other one; nothing usable is falsy.

    >>> by_mail = Level(1, 1, 7, 0, 10)
    >>> choose(by_mail, has_email=True, has_address=True)
    Channels(email=True, letter=False, missing='')
    >>> choose(by_mail, has_email=False, has_address=True)
    Channels(email=False, letter=True, missing='email')
    >>> bool(choose(by_mail, has_email=False, has_address=False))
    False
    >>> choose(by_mail._replace(letter_to_consumers=True), True, True, is_consumer=True)
    Channels(email=False, letter=True, missing='')
    """
    email, letter = level.send_email, level.send_letter
    if is_consumer and level.letter_to_consumers:
        email, letter = False, True
    missing = "email" if email and not has_email else "letter" if letter and not has_address else ""
    email, letter = email and has_email, letter and has_address
    if not (email or letter):
        email, letter = has_email and not has_address, has_address
    return Channels(email, letter, missing)
