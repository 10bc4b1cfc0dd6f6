"""A shop's markets as Shopify tells them: which destinations each is for. Pure.

Only markets that are active and chosen by region alone: whose orders belong to a company's or a store's market nobody
tells of an order afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Node = Mapping[str, Any]


@dataclass(frozen=True)
class MarketSnapshot:
    """One market. `regions` are ISO codes of countries (``SE``) and of parts of them (``CA-QC``); with
    `is_everywhere` it is for every destination there is."""

    handle: str
    name: str
    regions: tuple[str, ...] = ()
    is_everywhere: bool = False


def is_by_region(node: Node) -> bool:
    """Whether destinations alone decide who is in this market, and it is in use."""
    return node["status"] == "ACTIVE" and node["type"] == "REGION" and _condition(node) is not None


def market(node: Node, regions: tuple[str, ...]) -> MarketSnapshot:
    """A market that is by region; `regions` are all of its regions, page by page."""
    condition = _condition(node) or {}
    everywhere = condition.get("applicationLevel") == "ALL"
    return MarketSnapshot(node["handle"], node["name"], () if everywhere else tuple(sorted(set(regions))), everywhere)


def regions_of(node: Node | None) -> Node | None:
    """The connection of a market's regions; None for one that has none, or is gone."""
    condition = _condition(node) if node else None
    return condition["regions"] if condition else None


def region(node: Node) -> str:
    """``SE`` or ``CA-QC``, whether or not Shopify puts the country before a part's own code."""
    if "countryCode" in node:
        return node["countryCode"]
    country, code = node["country"]["code"], node["subdivisionCode"]
    return code if code.startswith(f"{country}-") else f"{country}-{code}"


def _condition(node: Node) -> Node | None:
    return (node["conditions"] or {}).get("regionsCondition")
