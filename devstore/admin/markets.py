"""Markets: who each is for. Only markets by region carry conditions that are looked into."""

from __future__ import annotations

from typing import Any

from babel import Locale

from devstore.admin.connections import Page, page
from devstore.admin.fields import Ask, Typed, identified, plain, resolver
from devstore.gids import gid, number
from devstore.store import Document

ENGLISH = Locale("en")
BY_REGION = "REGION"

identified("Market")
plain(
    "Market",
    handle="handle",
    name="name",
    status="status",
    type="type",
    conditions=lambda market, ask, args: market,
)
plain(
    "MarketConditions",
    conditionTypes=lambda market, ask, args: [market["type"]],
    regionsCondition=lambda market, ask, args: market if market["type"] == BY_REGION else None,
)
plain("RegionsCondition", applicationLevel=lambda market, ask, args: "ALL" if market["everywhere"] else "SPECIFIED")
plain(
    "MarketRegionCountry",
    id=lambda code, ask, args: gid("MarketRegionCountry", _numbered(code)),
    code=lambda code, ask, args: code,
    name=lambda code, ask, args: ENGLISH.territories[code],
)
plain(
    "MarketRegionSubdivision",
    id=lambda code, ask, args: gid("MarketRegionSubdivision", _numbered(code)),
    code=lambda code, ask, args: code.split("-")[1],
    name=lambda code, ask, args: code.split("-")[1],
    country=lambda code, ask, args: code.split("-")[0],
)
plain(
    "MarketRegionSubdivisionCountry",
    code=lambda code, ask, args: code,
    name=lambda code, ask, args: ENGLISH.territories[code],
)


@resolver("RegionsCondition", "regions")
def _regions(market: Document, ask: Ask, args: dict[str, Any]) -> Page:
    kinds = ("MarketRegionCountry", "MarketRegionSubdivision")
    return page([Typed(kinds["-" in code], code) for code in market["regions"]], args)


@resolver("QueryRoot", "markets")
def _markets(root: Any, ask: Ask, args: dict[str, Any]) -> Page:
    found = [each for each in ask.store.all("market") if args.get("type") in (None, each["type"])]
    keys = {"NAME": lambda each: each["name"].casefold(), "STATUS": lambda each: each["status"]}
    return page(found, args, keys.get(args.get("sortKey") or "NAME", lambda each: each["id"]))


@resolver("QueryRoot", "market")
def _market(root: Any, ask: Ask, args: dict[str, Any]) -> Document | None:
    return ask.store.peek("market", number(args["id"], "Market"))


def _numbered(code: str) -> int:
    """The same number for the same region, whoever asks."""
    return int.from_bytes(code.encode(), "big")
