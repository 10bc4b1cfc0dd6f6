"""Which parcels cross a customs border, and so travel with papers that we do not make. Pure.

Sources: Regulation (EU) 952/2013, Article 4 (the customs territory); Directive 2006/112/EC, Article 6 (territories
inside it to which the common VAT does not reach: a declaration is needed all the same); the unions of Switzerland with
Liechtenstein, Great Britain with the Isle of Man, the United States with Puerto Rico; the Windsor Framework, Article 5
(Northern Ireland's goods move as the Union's do) and Article 6 (they reach Great Britain unfettered).
"""

from __future__ import annotations

_EU = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "MC",
)  # fmt: skip
_UNIONS = {**dict.fromkeys(_EU, "EU"), "LI": "CH", "IM": "GB", "PR": "US"}
_APART = {
    "DE": ("27498", "78266"),  # Heligoland, Büsingen
    "ES": ("35", "38", "51", "52"),  # Canary Islands, Ceuta, Melilla
    "FI": ("22",),  # Åland
    "GR": ("63086", "63087"),  # Mount Athos
    "IT": ("23041", "23030"),  # Livigno
}
"""Beginnings of postcodes that lie in a country and outside its union."""
_NORTHERN_IRELAND = "XI"
_OPEN = {(_NORTHERN_IRELAND, "EU"), ("EU", _NORTHERN_IRELAND), (_NORTHERN_IRELAND, "GB")}
"""From where to where there is no border between two territories."""


def crosses_border(from_country: str, from_postcode: str, to_country: str, to_postcode: str) -> bool:
    """Whether a parcel needs customs papers. From Great Britain to Northern Ireland it counts as needing them, whatever
    scheme its sender is in: rather one label too few."""
    start, end = _territory(from_country, from_postcode), _territory(to_country, to_postcode)
    return start != end and (start, end) not in _OPEN


def _territory(country: str, postcode: str) -> str:
    if country.upper() == "GB" and postcode.strip().upper().startswith("BT"):  # of no other place: Belfast's
        return _NORTHERN_IRELAND
    code, digits = country.upper(), "".join(sign for sign in postcode if sign.isdigit())
    for start in _APART.get(code, ()):
        if digits.startswith(start):
            return f"{code}-{start}"
    return _UNIONS.get(code, code)
