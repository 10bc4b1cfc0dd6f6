"""The badges of the admin's order page: the words of the app's own desk, in Polaris's tones."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shopify_app.i18n import Phrase, phrase
from shopify_app.pages.parts import Mood
from shopify_app.returns import explain
from shopify_app.returns.reasons import LineReason
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
_WHY_NOT: Mapping[str, Phrase] = MappingProxyType(
    {
        "final_sale": phrase("Sold as final sale."),
        "not_covered": phrase("No rule of the policy lets it come back."),
        "not_fulfilled_yet": phrase("Not sent yet."),
        "already_returned": phrase("Already returned, or part of a return."),
        "withdrawn": phrase("Named in a withdrawal that is still to be carried out."),
        "ask_us": phrase("The policy has customers write to you about it."),
    }
)


def why_not(reason: LineReason) -> Phrase:
    """Why a line cannot come back, for staff; where there is nothing else to say, as the shopper is told."""
    return _WHY_NOT.get(reason.kind) or explain.why(reason)
