"""Why goods come back: the shop's `ReturnReasonDefinition`s, and which of them suit which goods."""

from __future__ import annotations

from dataclasses import dataclass

from devstore.refusals import Refusal


@dataclass(frozen=True)
class Reason:
    """One definition; `word` is the `ReturnReason` of older API versions that stands for it."""

    id: int
    handle: str
    name: str
    word: str
    kinds: tuple[str, ...] = ()
    deleted: bool = False


FITTED = ("jacket", "shirt", "sweater", "knit", "trouser", "glove", "mitten", "sock", "hat", "beanie", "boot", "shoe")
REASONS = tuple(
    Reason(7_100_000 + number, *each)
    for number, each in enumerate(
        (
            ("size-too-small", "Size was too small", "SIZE_TOO_SMALL", FITTED),
            ("size-too-large", "Size was too large", "SIZE_TOO_LARGE", FITTED),
            ("uncomfortable", "Not comfortable to wear", "STYLE", FITTED),
            ("color", "Not the color I expected", "COLOR"),
            ("style", "Did not like the style", "STYLE"),
            ("material", "Did not like the material", "STYLE"),
            ("changed-my-mind", "Changed my mind", "UNWANTED"),
            ("found-a-better-price", "Found a better price", "UNWANTED"),
            ("bought-by-mistake", "Bought by mistake", "UNWANTED"),
            ("arrived-too-late", "Arrived too late", "UNWANTED"),
            ("not-as-described", "Not as described", "NOT_AS_DESCRIBED"),
            ("damaged", "Arrived damaged", "DEFECTIVE"),
            ("defective", "Does not work or came apart", "DEFECTIVE"),
            ("missing-parts", "Parts are missing", "DEFECTIVE"),
            ("wrong-item", "Received the wrong item", "WRONG_ITEM"),
            ("other", "Other", "OTHER"),
            ("gift", "It was a gift", "UNWANTED", (), True),
        ),
        start=1,
    )
)
_BY_ID = {reason.id: reason for reason in REASONS}


def reason_of(id: int | None) -> Reason | None:
    """The definition with the id, deleted ones too."""
    return _BY_ID.get(id or 0)


def chosen(id: int | None, word: str | None, field: tuple[str, ...]) -> tuple[int | None, str]:
    """Definition id and legacy word of a new return line. Raises Refusal for unknown and deleted definitions."""
    if id is None:
        meant = next((reason for reason in REASONS if reason.word == word and not reason.deleted), None)
        return (meant.id if meant else None), (word or "UNKNOWN").lower()
    reason = reason_of(id)
    if reason is None:
        raise Refusal("Return reason definition not found.", (*field, "returnReasonDefinitionId"), "NOT_FOUND")
    if reason.deleted:
        raise Refusal("Return reason definition is deleted.", (*field, "returnReasonDefinitionId"), "INVALID")
    return id, reason.word.lower()


def suggested(title: str, product_type: str) -> list[Reason]:
    """The reasons that make sense for goods of this kind, the most likely first."""
    text = f"{title} {product_type}".casefold()
    return [
        reason
        for reason in REASONS
        if not reason.deleted and (not reason.kinds or any(kind in text for kind in reason.kinds))
    ]
