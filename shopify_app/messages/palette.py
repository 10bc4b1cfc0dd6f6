"""The brand's colours as mail programs understand them: plain ``#rrggbb``, for light and for dark. Pure.

Greys are tinted with the accent; whatever carries words reads on what is under it (4.5:1).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from shopify_app.settings.contrast import DARK_GROUND, ink_on, readable_on


@dataclass(frozen=True)
class Shades:
    """`ground` is around the card, `card` under the words; `tint` under a code, a quotation, a missing picture."""

    ground: str
    card: str
    ink: str
    muted: str
    line: str
    tint: str
    accent: str
    on_accent: str


@dataclass(frozen=True)
class Palette:
    light: Shades
    dark: Shades


@lru_cache(256)
def palette(accent: str, background: str) -> Palette:
    """Both sets of shades for a brand's accent on its own light ground."""
    return Palette(
        _shades(accent, card=background, ink="#1c2023"),
        _shades(accent, card="#1d2024", ink="#eceeef", ground=DARK_GROUND),
    )


def _shades(accent: str, card: str, ink: str, ground: str | None = None) -> Shades:
    seen = readable_on(accent, card)
    tint = mix(card, seen, 0.09)
    around = ground or mix(mix(card, seen, 0.05), ink, 0.02)
    return Shades(
        ground=around,
        card=card,
        ink=ink if readable_on(ink, card) == ink else ink_on(card),
        muted=readable_on(readable_on(mix(ink, card, 0.36), tint), around),
        line=mix(card, mix(seen, ink, 0.6), 0.16),
        tint=tint,
        accent=seen,
        on_accent=ink_on(seen),
    )


def mix(colour: str, other: str, share: float) -> str:
    """`colour` with `share` (0 to 1) of `other`, both ``#rrggbb``."""
    parts = ((int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in parts)
