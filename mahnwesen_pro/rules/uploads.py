"""Which files a customer may hand in, and under which name they are kept.

What a file is follows from its content, never from its name.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import NamedTuple

#: What is taken, by content, with the ending that such a file is kept under.
ENDINGS = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "text/plain": ".txt",
}

#: Characters of a file name that is kept.
NAME_LENGTH = 80

#: Neither shown nor written: controls, and what means something to a browser or a file system.
UNSAFE = re.compile(r"[\x00-\x1f\x7f<>:\"'/\\|?*&;`$%{}\[\]^~=]+")


class File(NamedTuple):
    """A file as it was handed in: its name, its size in bytes, and what its content says it is."""

    name: str
    size: int
    kind: str


class Objection(NamedTuple):
    """Why files are not taken: a code, and the name of the file if it is about one."""

    code: str
    name: str


def objection(files: Collection[File], most: int, size: int) -> Objection | None:
    """Return the first objection to the files; None to take them.

    :param most: how many files are taken
    :param size: how large one may be, in bytes

    >>> photo = File("damage.jpg", 2000, "image/jpeg")
    >>> objection([photo], most=3, size=5000)
    >>> objection([photo] * 4, most=3, size=5000)
    Objection(code='too_many', name='')
    >>> objection([photo._replace(size=9000)], most=3, size=5000)
    Objection(code='too_large', name='damage.jpg')
    >>> objection([File("invoice.pdf", 10, "application/x-dosexec")], most=3, size=5000)
    Objection(code='kind', name='invoice.pdf')
    >>> objection([File("empty.pdf", 0, "application/pdf")], most=3, size=5000)
    Objection(code='empty', name='empty.pdf')
    """
    if len(files) > most:
        return Objection("too_many", "")
    return next(_objections(files, size), None)


def _objections(files: Iterable[File], size):
    for file in files:
        name = safe_name(file.name, file.kind)
        if file.size > size:
            yield Objection("too_large", name)
        elif not file.size:
            yield Objection("empty", name)
        elif file.kind not in ENDINGS:
            yield Objection("kind", name)


def safe_name(name: str, kind: str) -> str:
    """Return a harmless name for a file, with the ending of what it really is.

    >>> safe_name("C:\\\\photos\\\\Schaden Küche.JPEG", "image/jpeg")
    'Schaden Küche.jpg'
    >>> safe_name("../../etc/<script>alert(1)</script>.png", "image/png")
    'script.png'
    >>> safe_name("\\u202egpj.exe", "image/png"), safe_name("", "application/pdf")
    ('gpj.png', 'file.pdf')

    The name of a kind that is not taken only stands in the refusal:

    >>> safe_name("setup.exe", "application/x-dosexec")
    'setup.exe'
    """
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(
        letter for letter in last if not unicodedata.category(letter).startswith("C")
    )
    stem, dot, ending = printable.rpartition(".")
    stem = stem if dot else ending
    clean = UNSAFE.sub("", stem).strip(" .")[:NAME_LENGTH] or "file"
    if kind in ENDINGS:
        return clean + ENDINGS[kind]
    return clean + (UNSAFE.sub("", f".{ending}") if dot else "")
