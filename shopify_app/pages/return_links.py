"""Addresses of returns, for pages and mails: where a return is followed and where one is begun."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shopify_app.crypto import Keyring
from shopify_app.shops.models import Shop

PURPOSE = "return"


def status_key(keyring: Keyring, shop_id: int, return_id: int) -> str:
    """The key of a return's status page. It always comes out the same and does not expire by itself: the page asks
    the return whether it may still be seen."""
    return keyring.sign(PURPOSE, {"s": shop_id, "r": return_id})


def key_facts(keyring: Keyring, key: str, now: datetime) -> tuple[int, int]:
    """(shop id, return id) of a genuine key; raises BadToken."""
    facts: dict[str, Any] = keyring.unsign(PURPOSE, key, now)
    return facts["s"], facts["r"]


def status_path(keyring: Keyring, shop_id: int, return_id: int) -> str:
    """The status page below the merchant's path through the proxy: ``returns/r/<key>``."""
    return f"returns/r/{status_key(keyring, shop_id, return_id)}"


def status_address(keyring: Keyring, shop: Shop, return_id: int) -> str:
    """The whole address of a return's status page on the shop's own domain, for mails."""
    return f"{shop.storefront_url}{shop.proxy_path}/{status_path(keyring, shop.id, return_id)}"


def start_path(link_token: str) -> str:
    """Where a return begins for whoever holds an order's signed link (`orders.access.link_token`)."""
    return f"returns/t/{link_token}"


def policy_path(link_token: str = "") -> str:
    """The returns policy in plain words: as it holds for the order behind a link, or for orders placed now."""
    return f"returns/policy/t/{link_token}" if link_token else "returns/policy"


def policy_address(shop: Shop, link_token: str) -> str:
    """The same as a whole address on the shop's own domain."""
    return f"{shop.storefront_url}{shop.proxy_path}/{policy_path(link_token)}"


def start_address(shop: Shop, link_token: str) -> str:
    """The same as a whole address on the shop's own domain."""
    return f"{shop.storefront_url}{shop.proxy_path}/{start_path(link_token)}"
