"""Who the customers of the demo company are and what happened to their invoices.

Days count back from today: an invoice ``(1200, 15)`` is worth 1,200 and fell due 15 days ago,
``(300, -10)`` falls due in ten days.
"""

from typing import NamedTuple


class Customer(NamedTuple):
    """One customer with one situation; ``note`` is what a visitor should look at."""

    name: str
    street: str
    zip: str
    city: str
    email: str
    note: str
    invoices: tuple[tuple[float, int], ...]
    kind: str = "business"  # business, consumer, public, unknown
    contact: str = ""
    phone: str = ""
    payments: tuple[tuple[int, float, int], ...] = ()  # (invoice, amount or 0 = all, days ago)
    credits: tuple[tuple[float, int], ...] = ()  # (amount, days ago)
    unallocated: tuple[tuple[float, int], ...] = ()  # payments nobody has assigned yet
    currency: str = "EUR"
    lang: str = "de_DE"
    country: str = "DE"
    leitweg: str = ""
    reference: str = ""  # the customer's own order number
    pause: tuple[str, int] | None = None  # (reason, days from now)
    policy: str = ""
    instalments: bool = False
    cap: int = 0
    bank_line: str = ""  # reference of a payment nobody has assigned; {} = the invoice
    unsent: bool = False  # the invoice never left the house


CUSTOMERS = (
    # Fresh
    Customer(
        "Tischlerei Albers GmbH",
        "Deichstraße 12",
        "20459",
        "Hamburg",
        "buero@albers.example",
        "not due yet",
        ((1480.00, -9), (310.50, -2)),
        contact="Jens Albers",
    ),
    Customer(
        "Malerbetrieb Brandt",
        "Lange Reihe 48",
        "20099",
        "Hamburg",
        "info@brandt.example",
        "three days late: too early",
        ((642.60, 3),),
    ),
    Customer(
        "Elektro Claasen KG",
        "Hafenstraße 3",
        "26789",
        "Leer",
        "post@claasen.example",
        "paid in time",
        ((995.00, 20),),
        payments=((0, 0, 22),),
    ),
    # Reminder
    Customer(
        "Dachdecker Diercks GmbH",
        "Ziegelweg 7",
        "24937",
        "Flensburg",
        "rechnung@diercks.example",
        "reminder proposed today",
        ((2310.00, 8),),
        contact="Maren Diercks",
    ),
    Customer(
        "Metallbau Ehlers GmbH & Co. KG",
        "Industrieweg 21",
        "28197",
        "Bremen",
        "buchhaltung@ehlers.example",
        "reminder proposed, order reference of the customer",
        ((4120.35, 9), (187.40, 12)),
        reference="B-2207-114",
    ),
    Customer(
        "Autohaus Friedrichsen",
        "Husumer Straße 90",
        "25813",
        "Husum",
        "rechnung@friedrichsen.example",
        "reminder sent last week, deadline still runs",
        ((879.00, 15),),
    ),
    Customer(
        "Gärtnerei Goldbach",
        "Am Mühlbach 4",
        "21337",
        "Lüneburg",
        "",
        "reminder by letter, no e-mail address known",
        ((264.18, 10),),
    ),
    Customer(
        "Hotel Hohenfels GmbH",
        "Strandallee 101",
        "23669",
        "Timmendorfer Strand",
        "einkauf@hohenfels.example",
        "reminder sent, then paid",
        ((1750.00, 16),),
        payments=((0, 0, 2),),
    ),
    # First notice
    Customer(
        "Installateur Iversen GmbH",
        "Fährweg 2",
        "24103",
        "Kiel",
        "office@iversen.example",
        "first notice proposed today",
        ((3390.00, 23),),
        contact="Ute Iversen",
    ),
    Customer(
        "Jachtwerft Jensen GmbH",
        "Werftstraße 15",
        "24143",
        "Kiel",
        "verwaltung@jensen.example",
        "first notice sent last week",
        ((6200.00, 30),),
    ),
    Customer(
        "Küchenstudio Kruse",
        "Mönckebergstraße 8",
        "20095",
        "Hamburg",
        "kontakt@kruse.example",
        "half paid, first notice for the rest",
        ((2400.00, 24),),
        payments=((0, 1200.00, 9),),
    ),
    Customer(
        "Sabine Lorenz",
        "Birkenweg 19",
        "22179",
        "Hamburg",
        "sabine.lorenz@mail.example",
        "consumer: first notice by letter",
        ((189.90, 25),),
        kind="consumer",
    ),
    Customer(
        "Peter Matthiesen",
        "Osterdeich 77",
        "28203",
        "Bremen",
        "p.matthiesen@mail.example",
        "consumer: reminder proposed",
        ((74.50, 8),),
        kind="consumer",
    ),
    # Final notice
    Customer(
        "Nordsee Gerüstbau GmbH",
        "Kaistraße 44",
        "27568",
        "Bremerhaven",
        "info@nordseegeruest.example",
        "final notice proposed today",
        ((1980.00, 38),),
    ),
    Customer(
        "Objektbau Ostermann AG",
        "Überseering 30",
        "22297",
        "Hamburg",
        "kreditoren@ostermann.example",
        "final notice above 5,000: four eyes",
        ((7845.60, 39),),
        contact="Kreditorenbuchhaltung",
    ),
    Customer(
        "Pension Petersen",
        "Dünenweg 5",
        "25980",
        "Sylt",
        "gast@pension-petersen.example",
        "final notice sent last week",
        ((540.00, 45),),
    ),
    Customer(
        "Quast Fahrzeugteile GmbH",
        "Am Güterbahnhof 11",
        "30161",
        "Hannover",
        "teile@quast.example",
        "all levels sent: decide how to go on",
        ((2260.00, 66),),
    ),
    # Money on its way, credits
    Customer(
        "Reederei Rickmers & Söhne",
        "Am Kaiserkai 1",
        "20457",
        "Hamburg",
        "invoice@rickmers.example",
        "credit note reduces the letter",
        ((1500.00, 9),),
        credits=((350.00, 5),),
    ),
    Customer(
        "Sanitär Schuldt GmbH",
        "Gewerbering 6",
        "22880",
        "Wedel",
        "info@schuldt.example",
        "credit larger than the debt: task to reconcile",
        ((420.00, 12),),
        credits=((600.00, 4),),
    ),
    Customer(
        "Trockenbau Thomsen",
        "Lindenallee 27",
        "24568",
        "Kaltenkirchen",
        "buero@thomsen.example",
        "payment not allocated yet is netted",
        ((980.00, 10),),
        unallocated=((400.00, 3),),
    ),
    # Instalments, currencies, languages
    Customer(
        "Umbau & Ausbau Ulrich GmbH",
        "Rosenstraße 14",
        "38640",
        "Goslar",
        "rechnung@ulrich.example",
        "30/70 payment term: each instalment on its own",
        ((5000.00, 9),),
        instalments=True,
    ),
    Customer(
        "Van Dijk Gereedschap B.V.",
        "Keizersgracht 210",
        "1016 DX",
        "Amsterdam",
        "finance@vandijk.example",
        "English letter abroad",
        ((1340.00, 9),),
        lang="en_US",
        country="NL",
    ),
    Customer(
        "Whitman Tools Inc.",
        "410 Harbor Street",
        "MA 02210",
        "Boston",
        "ap@whitman.example",
        "invoice in US dollars",
        ((2890.00, 10),),
        currency="USD",
        lang="en_US",
        country="US",
    ),
    Customer(
        "Zimmerei Zürcher AG",
        "Seestrasse 44",
        "8002",
        "Zürich",
        "buchhaltung@zuercher.example",
        "customer in Switzerland, in euros",
        ((1125.00, 24),),
        country="CH",
    ),
    Customer(
        "Wiener Werkstätten KG",
        "Mariahilfer Straße 60",
        "1070",
        "Wien",
        "rechnung@werkstaetten.example",
        "customer in Austria",
        ((760.00, 8),),
        country="AT",
    ),
    # Key account
    Customer(
        "Baumarktkette Nordholz SE",
        "Zentralallee 100",
        "21109",
        "Hamburg",
        "kreditoren@nordholz.example",
        "key account with thirty invoices, one letter a week",
        tuple((180.00 + 37.15 * n, 64 - 2 * n) for n in range(30)),
        contact="Kreditorenbuchhaltung",
        reference="Rahmen 4711",
        policy="key",
    ),
    # Public bodies
    Customer(
        "Freie und Hansestadt Hamburg, Schulbau",
        "An der Stadthausbrücke 1",
        "20355",
        "Hamburg",
        "rechnung@schulbau.example",
        "public body with Leitweg-ID",
        ((8650.00, 11),),
        kind="public",
        leitweg="02000000-1234567890-77",
    ),
    Customer(
        "Gemeinde Heringsdorf",
        "Rathausplatz 2",
        "17424",
        "Heringsdorf",
        "kasse@heringsdorf.example",
        "public body, half paid",
        ((2100.00, 17),),
        kind="public",
        payments=((0, 1000.00, 6),),
    ),
    # Paused
    Customer(
        "Ahrens Landtechnik GmbH",
        "Feldstraße 31",
        "29221",
        "Celle",
        "info@ahrens.example",
        "paused: complaint",
        ((3120.00, 25),),
        pause=("dunning_block_reason_complaint", 14),
    ),
    Customer(
        "Bootsverleih Behrens",
        "Seepromenade 9",
        "23714",
        "Bad Malente",
        "moin@behrens.example",
        "paused: payment announced",
        ((455.00, 18),),
        pause=("dunning_block_reason_announced", 3),
    ),
    Customer(
        "Caféhaus Carstens",
        "Marktstraße 20",
        "24837",
        "Schleswig",
        "post@carstens.example",
        "never reminded: the owner's family",
        ((98.00, 40),),
        policy="never",
    ),
    Customer(
        "Drechslerei Dahl",
        "Waldweg 1",
        "19348",
        "Perleberg",
        "werkstatt@dahl.example",
        "not beyond the reminder",
        ((215.00, 36),),
        cap=1,
    ),
    # Addresses
    Customer(
        "Eventagentur Eggers UG", "", "", "", "", "neither e-mail nor address", ((690.00, 20),)
    ),
    Customer(
        "Gesellschaft zur Förderung nachhaltiger Baustoffe und handwerklicher Traditionen "
        "in Norddeutschland mbH",
        "Christian-Albrechts-Universitätsplatz 4, Haus C, Hinterhof",
        "24118",
        "Kiel",
        "geschaeftsstelle@gfnb.example",
        "very long name",
        ((333.33, 9),),
    ),
    Customer(
        "Fliesen Feddersen",
        "Hauptstraße 5",
        "25899",
        "Niebüll",
        "rechnung(at)feddersen",
        "e-mail address is not valid: letter instead",
        ((512.00, 9),),
    ),
    # Small sums
    Customer(
        "Imbiss Inselglück",
        "Promenade 2",
        "26548",
        "Norderney",
        "imbiss@inselglueck.example",
        "below the minimum per item",
        ((4.20, 30),),
    ),
    Customer(
        "Kiosk Kaya",
        "Bahnhofstraße 1",
        "21614",
        "Buxtehude",
        "kiosk@kaya.example",
        "below the minimum per letter",
        ((18.90, 22),),
    ),
    # Money at the bank, our own faults
    Customer(
        "Orgelbau Ohlsen",
        "Kirchplatz 3",
        "25524",
        "Itzehoe",
        "werkstatt@ohlsen.example",
        "payment at the bank, not assigned yet",
        ((1870.00, 12),),
        bank_line="Rg. {} vielen Dank",
    ),
    Customer(
        "Steinmetz Sievers",
        "Friedhofsweg 8",
        "29525",
        "Uelzen",
        "info@sievers.example",
        "the invoice was never sent: look before you approve",
        ((930.00, 10),),
        unsent=True,
    ),
    # More everyday cases
    Customer(
        "Logistik Lüders GmbH",
        "Hafenrandstraße 70",
        "21129",
        "Hamburg",
        "fibu@lueders.example",
        "several levels in one letter",
        ((1410.00, 24), (820.00, 9), (95.00, 2)),
    ),
    Customer(
        "Montagebau Möller GmbH",
        "Ringstraße 33",
        "23560",
        "Lübeck",
        "rechnung@moeller.example",
        "pays late, but pays",
        ((640.00, 60), (710.00, 32), (690.00, 4)),
        payments=((0, 0, 40), (1, 0, 12)),
    ),
    Customer(
        "Werkzeughandel Wulff",
        "Kornhausstraße 18",
        "26603",
        "Aurich",
        "einkauf@wulff.example",
        "reminder sent last week, a newer invoice joins today",
        ((530.00, 16), (275.00, 7)),
    ),
)
