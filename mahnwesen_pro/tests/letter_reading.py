import re
import subprocess
import tempfile
from pathlib import Path

import zxingcpp
from PIL import Image

#: PDF units per millimetre.
POINTS = 72 / 25.4


class LetterReading:
    """Reads letters as they come out of the printer: words, places, payment codes."""

    def text(self, pdf):
        return self._poppler("pdftotext", pdf, "-layout").decode()

    def boxes(self, pdf, word, page=1):
        """Return (left, top, right, bottom) in millimetres of every ``word`` on a page."""
        pages = ("-f", str(page), "-l", str(page))
        html = self._poppler("pdftotext", pdf, "-bbox", *pages).decode()
        pattern = rf'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">{re.escape(word)}</word>'
        found = [[float(edge) / POINTS for edge in edges] for edges in re.findall(pattern, html)]
        self.assertTrue(found, f"{word} is not on the page")
        return found

    def codes(self, pdf):
        """Return the payment codes on the pages as lists of their lines."""
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                ["pdftoppm", "-r", "200", "-png", "-", f"{folder}/page"], input=pdf, check=True
            )
            pages = [Image.open(page) for page in sorted(Path(folder).glob("*.png"))]
            found = [code for page in pages for code in zxingcpp.read_barcodes(page)]
        return [code.text.split("\n") for code in found]

    def _poppler(self, program, pdf, *options):
        self.assertEqual(pdf[:5], b"%PDF-")
        done = subprocess.run(
            [program, *options, "-", "-"], input=pdf, capture_output=True, check=True
        )
        return done.stdout
