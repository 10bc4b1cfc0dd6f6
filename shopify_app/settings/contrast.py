"""Can it be read? WCAG 2.2 contrast of two colours, and the nearest shade that passes. Pure.

Source: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio and #dfn-relative-luminance.
"""

from __future__ import annotations

import colorsys
import re

from shopify_app.i18n import phrase
from shopify_app.settings.shape import Unfit

READABLE = 4.5
LIGHT_GROUND, DARK_GROUND = "#ffffff", "#16181b"
_HEX = re.compile(r"#[0-9a-f]{6}")


def parse_colour(text: str) -> str:
    """``#RRGGBB`` in lower case, from that or ``#RGB``; raises ValueError with a sentence."""
    colour = text.strip().lower()
    if re.fullmatch(r"#[0-9a-f]{3}", colour):
        colour = "#" + "".join(digit * 2 for digit in colour[1:])
    if not _HEX.fullmatch(colour):
        raise Unfit(phrase("“{text}” is no colour: write it as #1a6b4f.", text=text))
    return colour


def contrast(one: str, other: str) -> float:
    """The ratio of two ``#rrggbb`` colours, from 1 (the same) to 21 (black on white)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable_on(colour: str, ground: str) -> str:
    """`colour` when text in it reads on `ground` (>= 4.5:1), else the nearest lightness of that hue that does.

    Every ground has one: black or white always reaches 4.5:1 against any colour."""
    if contrast(colour, ground) >= READABLE:
        return colour
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    for step in range(1, 101):
        for shade in (lightness - step / 100, lightness + step / 100):
            if 0 <= shade <= 1:
                candidate = _hex(colorsys.hls_to_rgb(hue, shade, saturation))
                if contrast(candidate, ground) >= READABLE:
                    return candidate
    return ink_on(ground)


def ink_on(ground: str) -> str:
    """Black or white, whichever reads better on `ground`."""
    return max(("#ffffff", "#000000"), key=lambda ink: contrast(ink, ground))


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
