"""The badges of the admin's order page: the words of the app's own desk, in Polaris's tones."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shopify_app.i18n import Phrase, phrase
from shopify_app.pages.parts import Mood
from shopify_app.returns.states import ReturnState

MOODS: Mapping[Mood, str] = MappingProxyType(
    {Mood.CALM: "info", Mood.JOY: "success", Mood.LOOK: "warning", Mood.TROUBLE: "critical"}
)
STATES: Mapping[str, tuple[Phrase, str]] = MappingProxyType(
    {
        ReturnState.REQUESTED: (phrase("Requested"), "caution"),
        ReturnState.MORE_WANTED: (phrase("Asked the shopper"), "info"),
        ReturnState.APPROVED: (phrase("Approved"), "info"),
        ReturnState.DECLINED: (phrase("Declined"), "neutral"),
        ReturnState.CANCELLED: (phrase("Cancelled"), "neutral"),
        ReturnState.CLOSED: (phrase("Closed"), "success"),
    }
)
LOOK = (phrase("Needs a look"), "critical")
