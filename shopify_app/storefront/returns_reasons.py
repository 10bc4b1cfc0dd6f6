"""The shop's return reasons, as Shopify has them: they change once in a blue moon and are asked for on every page."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from shopify_app.pages.return_items import REASON_WORDS
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shopify.transport import WEB
from shopify_app.storefront.door import adapters, kept
from shopify_app.storefront.returns_answers import our_shop
from shopify_app.storefront.returns_visit import found

Reasons = tuple[tuple[str, str], ...]
"""(handle, the shop's name for it), in the shop's order."""
KEPT_FOR = timedelta(minutes=10)
USUAL: Reasons = tuple((handle, "") for handle in REASON_WORDS)
"""Shopify's own, for the minutes in which it does not answer."""
_EXTENSION = "postlude.return_reasons"


class KeptReasons:
    """What Shopify said last, by shop. One for each process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said: dict[int, tuple[datetime, Reasons]] = {}

    def fresh(self, shop_id: int, now: datetime) -> Reasons | None:
        """What was said within `KEPT_FOR`."""
        said = self._said.get(shop_id)
        return said[1] if said and timedelta(0) <= now - said[0] < KEPT_FOR else None

    def last(self, shop_id: int) -> Reasons:
        """What was said last, however long ago; the usual ones when nothing was."""
        said = self._said.get(shop_id)
        return said[1] if said else USUAL

    def keep(self, shop_id: int, reasons: Reasons, now: datetime) -> Reasons:
        with self._lock:
            self._said[shop_id] = now, reasons
        return reasons


def known_reasons(token: str) -> Reasons:
    """The reasons of the shop that the draft `token` is in; with no transaction open. Raises CannotSay."""
    now = adapters().clock.now()
    with adapters().database.read() as session:
        shop = our_shop(session)
        found(session, shop, token, now)
    read = kept(_EXTENSION, KeptReasons)
    fresh = read.fresh(shop.id, now)
    if fresh is not None:
        return fresh
    try:
        said = adapters().admin(shop.id, WEB).return_reasons()
    except ShopifyError:
        return read.last(shop.id)
    return read.keep(shop.id, tuple((reason.handle, reason.name) for reason in said) or USUAL, now)
