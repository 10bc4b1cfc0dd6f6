"""Labels that a person has to see to: what is known, and what to do. Msgids with facts; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shopify_app.i18n import Phrase, phrase

_BY_HAND = phrase(
    "Clear the cause and try again: what was bought already is found and never bought twice. Or give the shopper a "
    "label of your own on this page."
)
_NONE_BOUGHT = {
    "NO_ADDRESS": phrase(
        "No label was bought: none of your return addresses fits this return. Labels need one with its parts."
    ),
    "NO_SENDER": phrase("No label was bought: the order has no address that a carrier could collect from."),
    "NO_OFFER": phrase("No label was bought: no carrier of your account offers one for this parcel."),
    "CUSTOMS": phrase("No label was bought: the parcel crosses a customs border, and we make no customs papers."),
    "NO_FILE": phrase(
        "A label was bought, but the provider has not handed out its file for two days. The shopper has no label yet."
    ),
    "NO_ANSWER": phrase("We could not find out whether a label was bought: the provider does not answer."),
}
LABEL_WANTED = (
    phrase("The label ended before anything was sent, and the shopper asks for a new one."),
    phrase(
        "Buy a new label, or give the shopper one of your own, on this page. Shall they have none? Then write to them, "
        "and take this off the list."
    ),
)
"""A label ended, and its shopper wants another."""


def label_failed(facts: Mapping[str, Any]) -> tuple[Phrase, Phrase]:
    """No label could be bought: why, as far as `code` or the provider's own `words` say it."""
    code = str(facts.get("code") or "")
    words = str(facts.get("words") or code or "—")
    said = phrase("No label was bought. The provider said: {words}", words=words)
    return _NONE_BOUGHT.get(code, said), _BY_HAND
