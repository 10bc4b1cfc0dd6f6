"""Which languages there are, read from their catalogues, and which of them a reader gets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from shopify_app.i18n.language import Language

LOCALES = Path(__file__).parent.parent / "locales"
STAFF = LOCALES / "staff"
DEFAULT = "en"


class Languages:
    """All languages that have a catalogue: in `first` where it is given, with `folder` behind it, else in `folder`."""

    def __init__(self, folder: Path = LOCALES, first: Path | None = None) -> None:
        self._catalogues = _catalogues_in(folder)
        self._first = _catalogues_in(first) if first else {}
        self._spoken: dict[tuple[str, str, str], Language] = {}
        known = self._first if first else self._catalogues
        self.codes = (DEFAULT, *(code for code in known if "@" not in code and code != DEFAULT))
        """English first, then by code."""

    def choose(
        self,
        wanted: Iterable[str | None],
        country: str | None = None,
        tone: str = "informal",
        among: Sequence[str] = (),
    ) -> Language:
        """The first language of `wanted` that we speak (``de-AT``, ``sv``), else English. `country` (ISO code) decides
        how dates and amounts are written where the tag names no region. `among`: only these codes will do, and the
        first of them instead of English; empty: all."""
        for tag in wanted:
            parts = re.split(r"[-_]", tag or "")
            code = "nb" if parts[0].lower() == "no" else parts[0].lower()
            if code in self.codes and (not among or code in among):
                region = next((part.upper() for part in parts[1:] if len(part) == 2), country)
                return self._speak(code, region, tone)
        return self._speak(next((code for code in among if code in self.codes), DEFAULT), country, tone)

    def _speak(self, code: str, region: str | None, tone: str) -> Language:
        key = (code, region or "", tone)
        if key not in self._spoken:
            chain = (f"{code}@formal", code) if tone == "formal" else (code,)
            shelves = (self._first, self._catalogues)
            books = tuple(shelf[name] for shelf in shelves for name in chain if name in shelf)
            self._spoken[key] = Language(code, _locale(code, region), tone, books)
        return self._spoken[key]


def accepted(header: str | None) -> list[str]:
    """The tags of an Accept-Language header, best first (RFC 9110 12.5.4); what cannot be read is left out."""
    weighed = []
    for place, part in enumerate((header or "")[:500].split(",")):
        found = re.fullmatch(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*", part)
        if found and float(found[2] or 1) > 0:
            weighed.append((-float(found[2] or 1), place, found[1]))
    return [tag for _, _, tag in sorted(weighed)]


def _locale(code: str, region: str | None) -> Locale:
    for name in (f"{code}_{region}", _wider_english(region) if code == "en" else code):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(code)


def _wider_english(region: str | None) -> str:
    """English where CLDR has none for the region: Europe's writes ``27 €``, the world's ``¥27,632``."""
    zones = get_global("territory_zones").get(region or "", ())
    is_elsewhere = zones and not any(zone.startswith("Europe/") for zone in zones)
    return "en_001" if is_elsewhere else "en_150"


@cache
def _catalogues_in(folder: Path) -> dict[str, Translations]:
    """Read once for all who speak: parsing six of them takes a second."""
    return {path.stem: _translations(path) for path in sorted(folder.glob("*.po"))}


def _translations(path: Path) -> Translations:
    with path.open("rb") as file:
        catalogue: Catalog = read_po(file, locale=path.stem.partition("@")[0])
    packed = BytesIO()
    write_mo(packed, catalogue)
    packed.seek(0)
    return Translations(packed)
