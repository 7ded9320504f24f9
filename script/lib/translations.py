"""Translations: is the template fresh, is the German complete, and merging a new template.

usage: translations.py fresh NEW_POT POT     the texts of POT are those that Odoo exports now
       translations.py complete POT PO       every text is translated, nothing is left over
       translations.py swiss PO              German for Switzerland is that of PO, with ss for ß
       translations.py merge NEW_POT POT PO  take over a new template, keep the translations
"""

import re
import sys
from collections import Counter
from pathlib import Path

import polib

# What a program fills in: %(name)s, %s, {name}, {{ object.name }}, and the tags around it.
PLACEHOLDER = re.compile(r"%\(\w+\)[-+#0-9.]*[a-z]|%[sd]|\{\{.*?\}\}|\{\w*\}|</?\w+")


def texts(po):
    return {entry.msgid: entry for entry in po if not entry.obsolete}


def short(text):
    return repr(text if len(text) < 80 else f"{text[:77]}...")


def find_stale(new, old):
    new_texts, old_texts = texts(polib.pofile(new)), texts(polib.pofile(old))
    yield from (f"not in {old}: {short(text)}" for text in new_texts if text not in old_texts)
    yield from (f"no longer used: {short(text)}" for text in old_texts if text not in new_texts)


def find_incomplete(pot, po):
    wanted, have = texts(polib.pofile(pot)), polib.pofile(po)
    there = texts(have)
    yield from (f"missing: {short(text)}" for text in wanted if text not in there)
    yield from (f"not in the template: {short(text)}" for text in there if text not in wanted)
    yield from (f"obsolete: {short(entry.msgid)}" for entry in have.obsolete_entries())
    for text, entry in there.items():
        if not entry.msgstr.strip():
            yield f"empty: {short(text)}"
        elif entry.fuzzy:
            yield f"fuzzy: {short(text)}"
        elif Counter(PLACEHOLDER.findall(text)) != Counter(PLACEHOLDER.findall(entry.msgstr)):
            yield f"other placeholders: {short(text)} -> {short(entry.msgstr)}"


def swiss_of(po):
    """Return the path of German for Switzerland, and its content: what is spelled otherwise there.

    Odoo reads it on top of the German.
    """
    german, swiss = polib.pofile(po), polib.POFile()
    swiss.metadata = {**german.metadata, "Language": "de_CH"}
    swiss.extend(entry for entry in german if "ß" in entry.msgstr)
    for entry in swiss:
        entry.msgstr = entry.msgstr.replace("ß", "ss")
    return Path(po).with_name("de_CH.po"), f"{swiss}\n" if swiss else ""


def find_unswiss(po):
    path, content = swiss_of(po)
    if content != (path.read_text() if path.exists() else ""):
        yield f"{path} is not what follows from {po}: run script/translate"


def merge(new, pot, po):
    """Returns the texts that wait for a translation."""
    template = polib.pofile(new)
    for name in ("POT-Creation-Date", "PO-Revision-Date"):
        template.metadata.pop(name, None)  # else every export is a change
    translated = texts(polib.pofile(po)) if Path(po).exists() else {}
    Path(pot).parent.mkdir(exist_ok=True)
    template.save(pot)
    for entry in template:
        if entry.msgid in translated:
            entry.msgstr = translated[entry.msgid].msgstr
    template.metadata["Language"] = Path(po).stem
    template.save(po)
    path, content = swiss_of(po)
    if content:
        path.write_text(content)
    else:
        path.unlink(missing_ok=True)
    return [f"to translate: {short(entry.msgid)}" for entry in template.untranslated_entries()]


if __name__ == "__main__":
    if sys.argv[1] != "merge":
        for file in sys.argv[2:]:
            if not Path(file).exists():
                sys.exit(f"{file} is missing: run script/translate")
    commands = {
        "fresh": find_stale,
        "complete": find_incomplete,
        "swiss": find_unswiss,
        "merge": merge,
    }
    problems = list(commands[sys.argv[1]](*sys.argv[2:]))
    print("\n".join(problems))
    sys.exit(bool(problems))
