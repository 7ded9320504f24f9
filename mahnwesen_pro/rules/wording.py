"""The word check: whether a text sounds as its tone asks, and what to write instead.

Polite, factual, concrete: no reproach, no pressure, no threat, no vague date. Which words disturb
which tone is data; here stands how they are found. Tones are ``friendly``, ``firm`` and ``final``.
"""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import NamedTuple

from .placeholders import GAP


class Word(NamedTuple):
    """A word or phrase better not used in ``tones``; ``*`` stands for any letters, or none.

    ``kind`` says why it disturbs (reproach, pressure, ...), ``better`` what to write instead.
    """

    pattern: str
    tones: frozenset[str]
    kind: str
    better: str


class Hit(NamedTuple):
    """One place where ``word`` was found: the line's number from 1, the line, the words in it."""

    number: int
    line: str
    found: str
    word: Word


def check(text: str, words: Iterable[Word], tone: str) -> list[Hit]:
    """Return what disturbs ``tone`` in ``text``, in the order of reading.

    >>> must = Word("müss*", frozenset({"friendly", "firm"}), "pressure", "bitten wir Sie")
    >>> text = "Guten Tag,\\nSie MÜSSTEN bis zum {müssen} zahlen."
    >>> [(hit.number, hit.line, hit.found) for hit in check(text, [must], "firm")]
    [(2, 'Sie MÜSSTEN bis zum {müssen} zahlen.', 'MÜSSTEN')]
    >>> check(text, [must], "final")
    []

    Only whole words count, and a phrase is found across the end of a line.

    >>> soon = Word("in Kürze", frozenset({"firm"}), "vague", "bis zum {deadline}")
    >>> [hit.found for hit in check("Zahlen Sie in\\nKürze. Darin Kürzeres.", [soon], "firm")]
    ['in Kürze']
    """
    blanked = GAP.sub(lambda gap: "\0" * len(gap.group()), text)
    places = [
        (match.start(), match.group(), word)
        for word in words
        if tone in word.tones
        for match in _expression(word.pattern).finditer(blanked)
    ]
    lines = text.split("\n")
    hits = []
    for start, found, word in sorted(places):
        index = text.count("\n", 0, start)
        hits.append(Hit(index + 1, lines[index].strip(), " ".join(found.split()), word))
    return hits


@lru_cache(maxsize=1024)
def _expression(pattern: str) -> re.Pattern:
    """Return the regular expression that finds ``pattern`` as whole words, in any case."""
    words = (r"\w*".join(map(re.escape, word.split("*"))) for word in pattern.split())
    phrase = r"\s+".join(words)
    return re.compile(rf"(?<!\w){phrase}(?!\w)", re.IGNORECASE)


def missing_gaps(text: str, needed: Collection[str]) -> list[str]:
    """Return the gaps that ``text`` needs and does not name. An empty text needs nothing.

    >>> missing_gaps("Please pay {total} as agreed.", ("total", "deadline"))
    ['deadline']
    >>> missing_gaps("", ("deadline",))
    []
    """
    named = set(GAP.findall(text))
    return [gap for gap in needed if text.strip() and gap not in named]
