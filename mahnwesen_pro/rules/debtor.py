"""Consumer, business or public body: what the data of a customer suggest, and by which sign.

Only natural persons who buy mainly for private ends are consumers (§ 13 BGB). A suggestion decides
nothing: as long as nobody has confirmed it, the customer counts as consumer.
"""

import re
from typing import NamedTuple

#: Legal forms that no natural person has, as whole words of a name.
LEGAL_FORMS = (
    "AG",
    "e.G.",
    "eG",
    "e.K.",
    "e.U.",
    "e.V.",
    "eV",
    "GbR",
    "GesbR",
    "GmbH",
    "gGmbH",
    "KG",
    "KGaA",
    "KöR",
    "Ltd.",
    "mbH",
    "OG",
    "OHG",
    "PartG",
    "S.A.",
    "S.à r.l.",
    "Sàrl",
    "SE",
    "UG",
)

#: Words with which the names of public bodies begin.
PUBLIC_WORDS = (
    "Bezirksamt",
    "Bundesamt",
    "Finanzamt",
    "Gemeinde",
    "Landkreis",
    "Stadt",
    "Universität",
)


class Suggestion(NamedTuple):
    """What a customer seems to be; ``sign`` says by what, ``detail`` what it is."""

    debtor: str
    sign: str
    detail: str = ""


def suggest(
    name: str, is_company: bool, vat: str = "", registry: str = "", leitweg: str = ""
) -> Suggestion | None:
    """Return what the data suggest, None when they tell nothing.

    >>> suggest("Bäckerei Sommer GmbH", True)
    Suggestion(debtor='business', sign='legal_form', detail='GmbH')
    >>> suggest("Anna Weber", False)
    Suggestion(debtor='consumer', sign='person', detail='')
    >>> suggest("Anna Weber", False, vat="DE136695976").sign
    'vat'
    >>> suggest("Stadt Musterhausen", True, leitweg="05711-06001-79").debtor
    'public'
    >>> suggest("Stadt Musterhausen", True).sign, suggest("Stadtwerke Nord GmbH", True).sign
    ('public_word', 'legal_form')
    >>> suggest("Sommer", True)
    """
    if leitweg:
        return Suggestion("public", "leitweg", leitweg)
    for word in PUBLIC_WORDS:
        if name.startswith(f"{word} "):
            return Suggestion("public", "public_word", word)
    if vat:
        return Suggestion("business", "vat", vat)
    if registry:
        return Suggestion("business", "registry", registry)
    for form in LEGAL_FORMS:
        if re.search(rf"(?<![\w.]){re.escape(form)}(?!\w)", name):
            return Suggestion("business", "legal_form", form)
    return None if is_company else Suggestion("consumer", "person")
