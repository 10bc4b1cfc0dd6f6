"""Words that staff see on more than one page, in the app and at an order in Shopify's admin: badges, each with the tone
that Polaris has for it, and ways back (`returns.explain` says them to shoppers)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shopify_app.i18n import Phrase, phrase
from shopify_app.returns.states import ReturnState
from shopify_app.returns.vocabulary import Method

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
WAYS_BACK: Mapping[Method, Phrase] = MappingProxyType(
    {
        Method.LABEL: phrase("With your label"),
        Method.QR: phrase("With a code for the parcel shop"),
        Method.OWN_CARRIER: phrase("With a carrier of their choice"),
        Method.PICK_UP: phrase("Picked up by you"),
        Method.IN_STORE: phrase("To your store"),
        Method.NONE: phrase("Nothing to send back"),
    }
)
