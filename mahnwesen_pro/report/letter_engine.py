"""Draws one HTML document as PDF/A-3b with WeasyPrint. Knows nothing of Odoo's records.

Nothing is fetched: pictures come as ``data:`` URIs, fonts from the files that Odoo brings along.
WeasyPrint is imported with the first letter: it takes half a second and needs Pango's libraries.
"""

import functools
import logging
import re
import threading
from pathlib import Path

from odoo.tools import file_path

#: What Odoo offers as font of the documents, with the folder and the names of its files.
GOOGLE = "web/static/fonts/google/{0}/{0}-{1}.ttf"
LATO = "web/static/fonts/lato/Lato-{1}-webfont.ttf"
LATO_STYLES = {"Regular": "Reg", "Bold": "Bol", "Italic": "RegIta", "BoldItalic": "BolIta"}
STYLES = {
    "Regular": "font-weight: 400",
    "Bold": "font-weight: 700",
    "Italic": "font-weight: 400; font-style: italic",
    "BoldItalic": "font-weight: 700; font-style: italic",
}

STYLE_SHEET = re.compile(r"<style>(.*?)</style>", re.DOTALL)

#: Pango's font maps must not be used by two threads at once.
_drawing = threading.Lock()

for _noisy in ("weasyprint", "weasyprint.progress", "fontTools"):
    logging.getLogger(_noisy).setLevel(logging.ERROR)


def draw(html: str, font: str, attachments=()) -> bytes:
    """Return ``html`` as PDF/A-3b.

    :param font: name of the company's font, as in ``res.company.font``
    :param attachments: (file name, content) of what is put into the PDF
    :raise OSError: when the libraries of Pango are missing
    """
    weasyprint = _load_weasyprint()
    with _drawing:
        sheets = [_compile_sheet(text, font) for text in STYLE_SHEET.findall(html)]
        document = weasyprint.HTML(string=STYLE_SHEET.sub("", html), url_fetcher=_get_fetcher())
        return document.write_pdf(
            font_config=_get_font_config(font),
            stylesheets=sheets,
            pdf_variant="pdf/a-3b",
            attachments=[
                weasyprint.Attachment(string=content, name=name, relationship="Supplement")
                for name, content in attachments
            ],
        )


@functools.cache
def _load_weasyprint():
    import weasyprint

    return weasyprint


@functools.lru_cache(maxsize=32)
def _compile_sheet(text, font):
    """Return a style sheet ready for use: the letters of a company share it."""
    return _load_weasyprint().CSS(
        string=text, font_config=_get_font_config(font), url_fetcher=_get_fetcher()
    )


@functools.cache
def _get_fetcher():
    """Return the only door to the outside: data URIs and the font files, no file, no network."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class LetterFetcher(URLFetcher):
        def fetch(self, url, headers=None):
            if url in _font_files():
                return URLFetcherResponse(url, _font_files()[url].read_bytes())
            return super().fetch(url, headers)

    return LetterFetcher(allowed_protocols={"data"}, allow_redirects=False)


@functools.cache
def _get_font_config(font):
    """Return fonts ready for use: the company's, and Lato for figures and as reserve."""
    from weasyprint.text.fonts import FontConfiguration

    config = FontConfiguration()
    faces = "".join(_get_faces(name) for name in {font, "Lato"})
    _load_weasyprint().CSS(string=faces, font_config=config, url_fetcher=_get_fetcher())
    return config


def _get_faces(font):
    return "".join(
        f"@font-face {{ font-family: '{family}'; src: url('{path.as_uri()}'); {STYLES[style]} }}"
        for family, style, path in _list_fonts()
        if family == font.replace("_", " ")
    )


@functools.cache
def _font_files():
    return {path.as_uri(): path for _family, _style, path in _list_fonts()}


@functools.cache
def _list_fonts():
    """Return (family, style, file) of every font file that exists."""
    names = ["Lato", *(path.name for path in Path(file_path("web/static/fonts/google")).iterdir())]
    fonts = []
    for name in names:
        for style in STYLES:
            pattern = LATO if name == "Lato" else GOOGLE
            file_style = LATO_STYLES[style] if name == "Lato" else style
            try:
                path = Path(file_path(pattern.format(name, file_style)))
            except FileNotFoundError:
                continue
            fonts.append((name.replace("_", " "), style, path.resolve()))
    return fonts
