"""Which carrier has the parcel: the name on the fulfilment, else the number, else nobody.

It lies below `carriers/` (the providers with network) because projections need it and may not look upwards.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from urllib.parse import quote

from shopify_app.shipments.numbers import SURE_ENOUGH, detect, plain
from shopify_app.shipments.places import fold


@dataclass(frozen=True)
class Carrier:
    """A carrier we know: its id, the name shoppers know it by, where it is at home (ISO countries), and how to reach
    it. `delivers_saturday` says whether homes get parcels on Saturdays, `published` is the domestic service it must
    keep (working days, percent of parcels)."""

    id: str
    name: str
    home: tuple[str, ...] = ()
    url: str | None = None
    help_url: str | None = None
    phone: str | None = None
    delivers_saturday: bool = False
    published: tuple[int, int] | None = None

    def tracking_url(self, number: str) -> str | None:
        """The carrier's page for `number`, None where we are not sure of its address."""
        return self.url.replace("{number}", quote(plain(number), safe="")) if self.url and plain(number) else None


class KnownBy(StrEnum):
    """What told us the carrier, most trusted first."""

    NAME = "name"
    USUAL = "usual"
    NUMBER = "number"


@dataclass(frozen=True)
class Match:
    """A carrier, how sure we are (0 to 1, never under 0.6), and by what."""

    carrier: Carrier
    confidence: float
    known_by: KnownBy


def carrier_for(
    company: str | None, number: str | None, destination: str | None = None, usual: Sequence[str] = ()
) -> Match | None:
    """The carrier of a parcel, None when nothing says so surely enough.

    `company` is the name on the fulfilment, `usual` the ids this shop mostly ships with to `destination` (ISO): where
    the number fits one of them, it is that one; where it fits two, they settle nothing. A name we do not know ends the
    search: the merchant named somebody, and it is none of ours.
    """
    if company is not None and is_named(company):
        named = by_name(company)
        return Match(named, 1.0, KnownBy.NAME) if named else None
    if not number:
        return None
    candidates = detect(number)
    fitting = {found.carrier for found in candidates}.intersection(usual)
    if len(fitting) == 1:
        return Match(_table()[fitting.pop()], SURE_ENOUGH, KnownBy.USUAL)
    sure = [found for found in candidates if found.confidence >= SURE_ENOUGH]
    local = [found for found in sure if destination in _table()[found.carrier].home]
    for choice in (sure, local):
        if len(choice) == 1:
            return Match(_table()[choice[0].carrier], choice[0].confidence, KnownBy.NUMBER)
    return None


def is_named(company: str | None) -> bool:
    """Whether a fulfilment's company names somebody: "Other" and the like do not."""
    return fold(company or "") not in _NO_NAME


def carrier(id_: str | None) -> Carrier | None:
    """The carrier with this id, None for none of ours."""
    return _table().get(id_ or "")


def by_name(name: str) -> Carrier | None:
    """The carrier a merchant means by `name`: Shopify's spelling or another, whatever the case and accents."""
    return _names().get(fold(name))


def all_carriers() -> tuple[Carrier, ...]:
    """Every carrier in the table."""
    return tuple(_table().values())


_NO_NAME = frozenset({"", "other", "custom", "unknown", "none"})


@cache
def _rows() -> list[dict]:
    text = resources.files("shopify_app.shipments").joinpath("data", "carriers.json").read_text(encoding="utf-8")
    return json.loads(text)["carriers"]


@cache
def _table() -> dict[str, Carrier]:
    return {
        row["id"]: Carrier(
            id=row["id"],
            name=row["name"],
            home=tuple(row["home"]),
            url=row.get("url"),
            help_url=row.get("help"),
            phone=row.get("phone"),
            delivers_saturday=row.get("saturday", False),
            published=(row["published"]["working_days"], row["published"]["percent"]) if "published" in row else None,
        )
        for row in _rows()
    }


@cache
def _names() -> dict[str, Carrier]:
    return {fold(name): _table()[row["id"]] for row in _rows() for name in (*row["names"], row["name"])}
