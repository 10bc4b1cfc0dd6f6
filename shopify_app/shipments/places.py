"""Where a scan happened: the town's zone and position, from a table we ship.

Towns of 5,000 people and more come from GeoNames (CC BY 4.0, cut by `scripts/build_places.py`), US ZIP codes from the
package `zipcodes`, hub codes (LEJ, CVG) from `airportsdata`. Each is loaded when it is first needed: most of the world
is settled by the country alone, in 214 countries every clock shows the same time.
"""

import gzip
import json
import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from babel import Locale

_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l", "þ": "th", "ð": "d", "ı": "i"})
_LANGUAGES = ("en", "de", "sv", "fr", "es", "nl", "it", "da", "nb", "fi")
_DEPOT = re.compile(
    r"^(?P<city>.+?)(?: (?P<state>[a-z]{2}))?"
    r" (?:(?:regional|network|international|local|remote|carrier) )*"
    r"(?:distribution|sorting|sort|processing|logistics|mail|parcel|delivery|postal|package|operations)\b.*$"
)


@dataclass(frozen=True)
class Place:
    """A known place: ISO country, IANA zone, and its position in degrees (good to about a kilometre, draw it so)."""

    country: str
    zone: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Address:
    """What a scan says about where it was, in the source's words; every part may be empty."""

    city: str = ""
    region: str = ""
    country: str = ""
    zip: str = ""


def locate(address: Address) -> Place | None:
    """The place a scan names, None when it is not in the table or when namesakes leave it open."""
    country = country_code(address.country)
    if country == "US" and (found := _by_zip(address.zip)):
        return found
    if found := _hub(address.city, country):
        return found
    city, region = _without_depot(fold(address.city), address.region)
    return _only(_namesakes(country, city), _region_code(country, region)) if country and city else None


def country_zone(country: str) -> str | None:
    """The zone of a country whose every clock shows the same time, None for the others and for unknown names."""
    return _regions()["single_zone_countries"].get(country_code(country))


def zone_at(address: Address) -> str | None:
    """The zone of an address; the country first, because one-zone countries need no table of towns."""
    if zone := country_zone(address.country):
        return zone
    place = locate(address)
    return place.zone if place else None


def country_code(name: str) -> str:
    """ISO 3166 alpha-2 for a code or a country's name in one of ten languages; "" when neither is known."""
    word = name.strip()
    if len(word) == 2 and word.isascii() and word.isalpha():
        return "GB" if word.upper() == "UK" else word.upper()
    return _country_names().get(fold(word), "")


def fold(name: str) -> str:
    """A name without case, accents and punctuation: `Sankt-Pölten` and `SANKT POLTEN` are the same place."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    letters = "".join(" " if unicodedata.category(c)[0] in "PZ" else c for c in plain if not unicodedata.combining(c))
    return " ".join(letters.replace("'", "").split())


def _without_depot(city: str, region: str) -> tuple[str, str]:
    # "QUEENS NY DISTRIBUTION CENTER" is Queens, NY.
    depot = _DEPOT.match(city)
    return (depot["city"], region or depot["state"] or "") if depot else (city, region)


def _namesakes(country: str, city: str) -> list[tuple[str, Place]]:
    return _towns(country).get(city, [])


def _only(candidates: list[tuple[str, Place]], region: str) -> Place | None:
    """The one place meant: in the region if one is named; else the largest, if all namesakes keep the same time."""
    if region and (inside := [item for item in candidates if item[0] == region]):
        candidates = inside
    zones = {place.zone for _, place in candidates}
    return candidates[0][1] if len(zones) == 1 else None


def _region_code(country: str, region: str) -> str:
    known = _regions()["regions"].get(country, {})
    return known.get(fold(region).removeprefix(f"{country.lower()} "), "")


def _by_zip(code: str) -> Place | None:
    found = re.match(r"\s*(\d{5})(?:-?\d{4})?\s*$", code)
    if not found:
        return None
    return _zip_places(found[1])


@cache
def _zip_places(code: str) -> Place | None:
    import zipcodes  # half a second and 40,000 rows: only for shops that ship to the US

    for match in zipcodes.matching(code):
        if match["timezone"]:
            return Place("US", match["timezone"], float(match["lat"] or 0), float(match["long"] or 0))
    return None


def _hub(code: str, country: str) -> Place | None:
    word = code.strip()
    if not re.fullmatch(r"[A-Z]{3}", word):
        return None
    airport = _airports().get(word)
    if airport is None or (country and airport["country"] != country):
        return None
    return Place(airport["country"], airport["tz"], airport["lat"], airport["lon"])


@cache
def _airports() -> dict[str, Any]:
    import airportsdata  # 3 MB: only for carriers that scan with hub codes

    return dict(airportsdata.load("IATA"))


@cache
def _regions() -> dict[str, Any]:
    return json.loads(_shipped("regions.json"))


@cache
def _towns(country: str) -> dict[str, list[tuple[str, Place]]]:
    """Folded name -> (region code, place), the largest town first; one country at a time, they are 69,000 towns."""
    towns: dict[str, list[tuple[str, Place]]] = {}
    for line in gzip.decompress(_shipped("places.tsv.gz")).decode().splitlines():
        if line.startswith(f"{country}\t"):
            _, region, zone, latitude, longitude, names = line.split("\t")
            place = Place(country, sys.intern(zone), float(latitude), float(longitude))
            for name in names.split("|"):
                towns.setdefault(name, []).append((region, place))
    return towns


@cache
def _country_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                names.setdefault(fold(name), code)
    return names


def _shipped(name: str) -> bytes:
    return resources.files("shopify_app.shipments").joinpath("data", name).read_bytes()
