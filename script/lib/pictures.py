"""Takes the pictures of the manual: a headless Chromium, driven over its own debugging protocol.

Usage: pictures.py ADDRESS FOLDER LETTERS. Each picture is taken in German and in English:
FOLDER/de/NAME.png and FOLDER/en/NAME.png; letters become pictures of their first page.
"""

import base64
import itertools
import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple

import websocket

#: language -> login (the password is the same)
CLERKS = {"de": "svenja", "en": "emma"}
ADMINS = {"de": "henrik", "en": "emma"}


class Picture(NamedTuple):
    """One picture: where to go, what to click on the way (CSS selectors), as whom, how wide."""

    name: str
    path: str
    clicks: tuple[str, ...] = ()
    admin: bool = False
    width: int = 1366
    height: int = 768


#: kind of letter, as its file is called -> picture
LETTERS = {
    "Zahlungserinnerung": "letter_reminder",
    "Payment reminder": "letter_reminder_en",
    "1. Mahnung": "letter_first_notice",
    "Letzte Mahnung": "letter_final_notice",
}

ROW = ".o_data_row .o_data_cell"
GUIDE = ".o_data_row:nth-child(2) button[name=action_open_guide]"
CARD = ".o_kanban_record [name=action_open_guide]"
NEXT = ".o_dunning_guide button[data-hotkey=n]"
#: Of the demo company: a reminded customer whose money came in and waits for its use.
WITH_CREDIT = "Getränke Voss OHG"
PICTURES = (
    Picture("start", "/odoo/mahnwesen-start"),
    Picture("run", "/odoo/mahnwesen-laeufe", (ROW,)),
    Picture("notices", "/odoo/mahnwesen"),
    Picture("notice", "/odoo/mahnwesen", (ROW,)),
    Picture("leave_out", "/odoo/mahnwesen", (ROW, "button[name=action_leave_out]")),
    Picture("skips", "/odoo/mahnwesen-nicht-gemahnt"),
    Picture("blocks", "/odoo/mahnsperren"),
    Picture("deliveries", "/odoo/mahnwesen-zustellungen"),
    Picture("invoices", "/odoo/customer-invoices"),
    Picture("veto", "/odoo/mahnwesen-vertrieb"),
    Picture(
        "customer_state",
        "/odoo/mahnwesen-start",
        (
            ".o_kanban_record:has(.fa-gavel)",
            ROW,
            ".o_field_widget[name=partner_id] a.o_form_uri",
            "a.nav-link[name=dunning]",
        ),
    ),
    Picture("level", "/odoo/mahnstufen", (ROW,), admin=True),
    Picture("policy", "/odoo/mahnverfahren", (ROW,), admin=True),
    Picture("words", "/odoo/mahnwesen-woerter", admin=True),
    Picture("promises", "/odoo/zahlungszusagen"),
    Picture("plans", "/odoo/ratenzahlungen"),
    Picture("plan", "/odoo/ratenzahlungen", (ROW,), height=1000),
    Picture(
        "claim",
        "/odoo/mahnwesen",
        (
            ROW,
            ".o_field_widget[name=partner_id] a.o_form_uri",
            "a.nav-link[name=dunning]",
            "button[name=action_dunning_claim]",
        ),
    ),
    Picture(
        "payment",
        "/odoo/mahnwesen",
        (
            ".o_facet_remove",
            f".o_data_row:has(td[data-tooltip='{WITH_CREDIT}']) .o_data_cell",
            "button[name=action_use_payment]",
        ),
    ),
    Picture("advice", "/odoo/inkasso-empfehlungen", (ROW,), admin=True, height=1000),
    Picture("collection", "/odoo/inkassoakten", (ROW,), admin=True, height=1000),
    Picture("base_rates", "/odoo/basiszinssaetze", admin=True),
    Picture("charges", "/odoo/nebenforderungen"),
    Picture("phone", "/odoo/mahnwesen", width=390, height=844),
    Picture("complaints", "/odoo/reklamationen", width=1600),
    Picture(
        "complaint",
        "/odoo/reklamationen",
        (".o_kanban_group:nth-child(3) .o_kanban_record", ".o_notebook a[name=options]"),
        height=1000,
    ),
    Picture("complaint_report", "/odoo/reklamationsauswertung"),
    Picture("complaint_reason", "/odoo/reklamationsgruende", (ROW,), admin=True),
    Picture("calls", "/odoo/mahnanrufe"),
    Picture("call_guide", "/odoo/mahnanrufe", (GUIDE, NEXT)),
    Picture("call_outcome", "/odoo/mahnanrufe", (GUIDE, "button[name=promise]")),
    Picture("call_log", "/odoo/mahnanrufe", (".o_data_row button:has(.fa-pencil)",)),
    Picture("call_phone", "/odoo/mahnanrufe", (CARD, NEXT), width=390, height=844),
)


class Browser:
    """A page in a headless Chromium."""

    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="pictures-")
        self.process = subprocess.Popen(
            [
                "chromium",
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--remote-allow-origins=*",
                f"--user-data-dir={self.profile}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        port = self._read_port()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
            pages = [page for page in json.load(answer) if page["type"] == "page"]
        self.socket = websocket.create_connection(pages[0]["webSocketDebuggerUrl"], timeout=60)
        self.numbers = itertools.count(1)
        self.call("Page.enable")

    def _read_port(self):
        file = Path(self.profile) / "DevToolsActivePort"
        for _ in range(100):
            if file.exists() and file.read_text():
                return file.read_text().split("\n")[0]
            time.sleep(0.1)
        raise SystemExit("Chromium did not start: install it with sudo apt-get install chromium")

    def call(self, method, **params):
        """Send a command of the protocol and return its result."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == number:
                return answer.get("result", {})

    def run(self, script):
        """Run a JavaScript expression and return its value."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        return result.get("result", {}).get("value")

    def wait(self, script, seconds=20):
        """Wait until the expression is true."""
        for _ in range(seconds * 10):
            if self.run(f"Boolean({script})"):
                return
            time.sleep(0.1)
        raise SystemExit(f"This did not appear: {script}")

    def go(self, address):
        self.call("Page.navigate", url=address)
        self.wait("document.readyState === 'complete'")

    def login(self, address, login):
        self.size(1366, 768)
        self.call("Network.clearBrowserCookies")
        self.go("about:blank")
        self.go(f"{address}/web/login")
        self.wait("document.querySelector('input[name=password]')")
        self.run(
            f"document.querySelector('input[name=login]').value = {json.dumps(login)};"
            f"document.querySelector('input[name=password]').value = {json.dumps(login)};"
            "document.querySelector('form.oe_login_form').submit()"
        )
        self.wait("document.querySelector('.o_main_navbar')", seconds=60)

    def size(self, width, height):
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def save(self, file):
        picture = self.call("Page.captureScreenshot", format="png")
        file.write_bytes(base64.b64decode(picture["data"]))

    def close(self):
        self.socket.close()
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


def take(browser, address, picture, file):
    """Take one picture."""
    browser.size(picture.width, picture.height)
    browser.go(address + picture.path)
    browser.wait(
        "document.querySelector('.o_kanban_view, .o_form_view, .o_list_view, .o_pivot_view')"
    )
    for selector in picture.clicks:
        browser.wait(f"document.querySelector({json.dumps(selector)})")
        time.sleep(0.5)
        browser.run(f"document.querySelector({json.dumps(selector)}).click()")
        time.sleep(1.5)
    time.sleep(1.5)
    browser.run("document.activeElement && document.activeElement.blur()")
    refuse_errors(browser, file)
    browser.save(file)
    print(f"  {file.parent.name}/{file.name}", flush=True)


def refuse_errors(browser, file):
    """End with the details when the page shows an error instead of what was asked for."""
    if browser.run("Boolean(document.querySelector('.o_error_dialog'))"):
        browser.run("document.querySelector('.o_error_dialog .btn-link').click()")
        time.sleep(1)
        details = browser.run("document.querySelector('.o_error_dialog').innerText")
        raise SystemExit(f"{file.name} shows an error:\n{details}")


def picture_letters(letters, folder):
    """Turn the newest letter of each kind that manuals show into a picture of its first page."""
    for kind, name in LETTERS.items():
        *_older, newest = sorted(letters.glob(f"{kind} *.pdf"))
        subprocess.run(
            ["pdftoppm", "-png", "-r", "80", "-singlefile", str(newest), str(folder / name)],
            check=True,
        )


def main(address, folder, letters):
    browser = Browser()
    try:
        for lang, admin in itertools.product(CLERKS, (False, True)):
            (folder / lang).mkdir(parents=True, exist_ok=True)
            browser.login(address, (ADMINS if admin else CLERKS)[lang])
            for picture in PICTURES:
                if picture.admin == admin:
                    take(browser, address, picture, folder / lang / f"{picture.name}.png")
    finally:
        browser.close()
    picture_letters(letters, folder)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
