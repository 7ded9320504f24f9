"""Colours of a letter: the company's own, as long as they can be read on white paper."""

import re

#: Ink for a company that has chosen no colour.
FALLBACK = "#1c2b3a"

#: Contrast to white that small print needs (WCAG 2, level AA).
READABLE = 4.5


def readable(color: str | None, contrast: float = READABLE) -> str:
    """Return ``color`` as #rrggbb, darkened until it stands out from white by ``contrast``.

    >>> readable("#1C2B3A"), readable(None), readable("red; } body {")
    ('#1c2b3a', '#1c2b3a', '#1c2b3a')
    >>> readable("#fc0"), readable("#FFCC00", contrast=1.4)
    ('#917300', '#ffcc00')
    """
    if not re.fullmatch(r"#([0-9a-fA-F]{3}){1,2}", color or ""):
        return FALLBACK
    digits = color[1:] if len(color) == 7 else "".join(2 * digit for digit in color[1:])
    shades = [int(digits[start : start + 2], 16) for start in (0, 2, 4)]
    while contrast_to_white(shades) < contrast:
        shades = [int(shade * 0.96) for shade in shades]
    return "#" + "".join(f"{shade:02x}" for shade in shades)


def contrast_to_white(shades: list[int]) -> float:
    """Return the contrast of a colour (red, green, blue from 0 to 255) to white, from 1 to 21.

    >>> contrast_to_white([0, 0, 0]), contrast_to_white([255, 255, 255])
    (21.0, 1.0)
    """
    linear = [
        share / 12.92 if (share := shade / 255) <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for shade in shades
    ]
    red, green, blue = linear
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
