"""Draws one HTML document as PDF/A-3b with WeasyPrint. Knows nothing of Odoo's records.

Nothing is fetched: pictures come as ``data:`` URIs, fonts from the files that Odoo brings along.
WeasyPrint is imported with the first letter: it takes half a second and needs Pango's libraries.
"""

import functools
import logging
import re
import threading
from pathlib import Path
from xml.etree import ElementTree

from lxml import html as lxml_html

from odoo.tools import file_path

#: What Odoo offers as font of the documents, with the folder and the names of its files.
GOOGLE = "web/static/fonts/google/{0}/{0}-{1}.ttf"
LATO = "web/static/fonts/lato/Lato-{1}-webfont.ttf"
#: The font of Swiss payment parts, from Odoo's Swiss localisation.
LIBERATION = "l10n_ch/static/src/font/LiberationSans-{1}.woff"
LATO_STYLES = {"Regular": "Reg", "Bold": "Bol", "Italic": "RegIta", "BoldItalic": "BolIta"}
STYLES = {
    "Regular": "font-weight: 400",
    "Bold": "font-weight: 700",
    "Italic": "font-weight: 400; font-style: italic",
    "BoldItalic": "font-weight: 700; font-style: italic",
}

STYLE_SHEET = re.compile(r"<style>(.*?)</style>", re.DOTALL)

#: Rules of WeasyPrint's own style sheet that each element of a document pays for: notes at the foot
#: of the page, which letters have none of, and the marks of lists, which only lists need.
NOTES = re.compile(r"^::(foot)?note-.*$", re.MULTILINE)
MARKS = re.compile(r"^(?=::marker)", re.MULTILINE)

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
        sheet = _compile_sheet("".join(STYLE_SHEET.findall(html)), font)
        document = _get_document_class()(STYLE_SHEET.sub("", html))
        return document.write_pdf(
            font_config=_get_font_config(font),
            stylesheets=[sheet],
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


@functools.cache
def _get_document_class():
    """Return the document of WeasyPrint, read by lxml and styled for letters.

    That is a sixth faster; what it draws is the same to the pixel.
    """
    import cssselect2
    from weasyprint import CSS, HTML
    from weasyprint.html import UA

    letter_sheet = CSS(string=MARKS.sub("li", NOTES.sub("", UA)))

    class LetterDocument(HTML):
        def __init__(self, source):
            self.base_url = None
            self.url_fetcher = _get_fetcher()
            self.media_type = "print"
            self.wrapper_element = cssselect2.ElementWrapper.from_html_root(
                _parse(source), content_language=None
            )
            self.etree_element = self.wrapper_element.etree_element

        def _ua_stylesheets(self, forms=False):
            return [letter_sheet]

    return LetterDocument


def _parse(source):
    """Return the HTML text as the tree that WeasyPrint works on."""
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    return _copy_tree(lxml_html.document_fromstring(source.encode(), parser=parser))


def _copy_tree(node):
    copy = ElementTree.Element(node.tag, dict(node.attrib))
    copy.text, copy.tail = node.text, node.tail
    copy.extend(map(_copy_tree, node))
    return copy


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
    """Return fonts ready for use: the company's, Lato for figures and as reserve, the Swiss one."""
    from weasyprint.text.fonts import FontConfiguration

    config = FontConfiguration()
    faces = "".join(_get_faces(name) for name in {font, "Lato", "Liberation Sans"})
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
    google = [path.name for path in Path(file_path("web/static/fonts/google")).iterdir()]
    patterns = {"Lato": LATO, "Liberation_Sans": LIBERATION, **dict.fromkeys(google, GOOGLE)}
    fonts = []
    for name, pattern in patterns.items():
        for style in STYLES:
            file_style = LATO_STYLES[style] if name == "Lato" else style
            try:
                path = Path(file_path(pattern.format(name, file_style)))
            except FileNotFoundError:
                continue
            fonts.append((name.replace("_", " "), style, path.resolve()))
    return fonts
