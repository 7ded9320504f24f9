"""Joins PDF documents to one, with only one of them in memory at a time. Knows nothing of Odoo.

Libraries keep every object of every document until the end, about 250 MB for a thousand letters.
"""

import io
from collections import deque

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
)

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"

#: The first two objects: the catalogue, and the list of pages that is written last.
CATALOG, PAGES = 1, 2


def join(documents) -> bytes:
    """Return one PDF with the pages of all ``documents`` (an iterable of bytes), in their order.

    What belongs to a document as a whole, like its attachments and its metadata, is left out.
    """
    joiner = _Joiner()
    for document in documents:
        joiner.add(document)
    return joiner.finish()


class _Joiner:
    def __init__(self):
        self._out = io.BytesIO(HEADER)
        self._out.seek(0, io.SEEK_END)
        self._offsets = {}
        self._pages = ArrayObject()
        self._parent = IndirectObject(PAGES, 0, None)
        self._last = PAGES

    def add(self, document):
        numbers, waiting = {}, deque()

        def renumber(value):
            """Return ``value`` with the numbers that its references have in the new document."""
            if isinstance(value, IndirectObject):
                if value.idnum not in numbers:
                    self._last += 1
                    numbers[value.idnum] = self._last
                    waiting.append(value)
                return IndirectObject(numbers[value.idnum], 0, None)
            if isinstance(value, DictionaryObject):
                if value.get("/Type") == "/Page":
                    value[NameObject("/Parent")] = self._parent
                for key, item in list(value.items()):
                    if item is not self._parent:
                        value[NameObject(key)] = renumber(item)
            elif isinstance(value, ArrayObject):
                value[:] = [renumber(item) for item in list.__iter__(value)]
            return value

        for page in PdfReader(io.BytesIO(document)).pages:
            self._pages.append(renumber(page.indirect_reference))
        while waiting:
            reference = waiting.popleft()
            value = reference.get_object()
            self._write(
                numbers[reference.idnum], NullObject() if value is None else renumber(value)
            )

    def finish(self):
        kids = {"/Type": NameObject("/Pages"), "/Kids": self._pages}
        self._write(PAGES, _dictionary(kids | {"/Count": NumberObject(len(self._pages))}))
        catalog = {"/Type": NameObject("/Catalog"), "/Pages": self._parent}
        self._write(CATALOG, _dictionary(catalog))
        self._write_index()
        return self._out.getvalue()

    def _write(self, number, value):
        self._offsets[number] = self._out.tell()
        self._out.write(b"%d 0 obj\n" % number)
        value.write_to_stream(self._out)
        self._out.write(b"\nendobj\n")

    def _write_index(self):
        start, count = self._out.tell(), self._last + 1
        self._out.write(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        for number in range(1, count):
            self._out.write(b"%010d 00000 n \n" % self._offsets[number])
        self._out.write(b"trailer\n<< /Size %d /Root %d 0 R >>\n" % (count, CATALOG))
        self._out.write(b"startxref\n%d\n%%%%EOF\n" % start)


def _dictionary(values):
    return DictionaryObject({NameObject(key): value for key, value in values.items()})
