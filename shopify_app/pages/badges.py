"""Badges that staff see on more than one page, in the app and at an order in Shopify's admin: the word, and Polaris's
tone for it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shopify_app.i18n import Phrase, phrase
from shopify_app.returns.states import ReturnState

Badge = tuple[Phrase, str]

OF_RETURN: Mapping[str, Badge] = MappingProxyType(
    {
        ReturnState.REQUESTED: (phrase("Requested"), "caution"),
        ReturnState.MORE_WANTED: (phrase("Asked the shopper"), "info"),
        ReturnState.APPROVED: (phrase("Approved"), "info"),
        ReturnState.DECLINED: (phrase("Declined"), "neutral"),
        ReturnState.CANCELLED: (phrase("Cancelled"), "neutral"),
        ReturnState.CLOSED: (phrase("Closed"), "success"),
    }
)
NEEDS_LOOK: Badge = (phrase("Needs a look"), "critical")
