from pathlib import Path

import polib

from odoo.tests import BaseCase, tagged

FOLDER = Path(__file__).parents[1] / "i18n"


@tagged("post_install", "-at_install")
class TestTranslation(BaseCase):
    """German is complete: no text of the template is missing, empty or only guessed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.german = {entry.msgid: entry for entry in polib.pofile(str(FOLDER / "de.po"))}
        cls.template = polib.pofile(str(FOLDER / "mahnwesen_pro.pot"))

    def test_every_text_has_its_german(self):
        texts = {entry.msgid for entry in self.template if not entry.obsolete}
        self.assertGreater(len(texts), 100)
        translated = {msgid for msgid, entry in self.german.items() if entry.msgstr.strip()}
        self.assertFalse(sorted(texts - translated))

    def test_no_german_text_is_only_guessed(self):
        fuzzy = [msgid for msgid, entry in self.german.items() if entry.fuzzy]
        self.assertFalse(fuzzy)

    def test_a_translation_fills_the_same_gaps_as_its_text(self):
        for msgid, entry in self.german.items():
            if "python-format" in entry.flags or "%(" in msgid:
                with self.subTest(text=msgid):
                    self.assertEqual(self._gaps(entry.msgstr), self._gaps(msgid))

    @staticmethod
    def _gaps(text):
        """Return the names in ``%(name)s`` and the number of plain ``%s``."""
        named = {part.split(")")[0] for part in text.split("%(")[1:]}
        return named, text.count("%s")
