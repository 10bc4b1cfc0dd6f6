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
REASONS = (
    Reason(7_100_001, "size-too-small", "Size was too small", "SIZE_TOO_SMALL", FITTED),
    Reason(7_100_002, "size-too-large", "Size was too large", "SIZE_TOO_LARGE", FITTED),
    Reason(7_100_003, "uncomfortable", "Not comfortable to wear", "STYLE", FITTED),
    Reason(7_100_004, "color", "Not the color I expected", "COLOR"),
    Reason(7_100_005, "style", "Did not like the style", "STYLE"),
    Reason(7_100_006, "material", "Did not like the material", "STYLE"),
    Reason(7_100_007, "changed-my-mind", "Changed my mind", "UNWANTED"),
    Reason(7_100_008, "found-a-better-price", "Found a better price", "UNWANTED"),
    Reason(7_100_009, "bought-by-mistake", "Bought by mistake", "UNWANTED"),
    Reason(7_100_010, "arrived-too-late", "Arrived too late", "UNWANTED"),
    Reason(7_100_011, "not-as-described", "Not as described", "NOT_AS_DESCRIBED"),
    Reason(7_100_012, "damaged", "Arrived damaged", "DEFECTIVE"),
    Reason(7_100_013, "defective", "Does not work or came apart", "DEFECTIVE"),
    Reason(7_100_014, "missing-parts", "Parts are missing", "DEFECTIVE"),
    Reason(7_100_015, "wrong-item", "Received the wrong item", "WRONG_ITEM"),
    Reason(7_100_016, "other", "Other", "OTHER"),
    Reason(7_100_017, "gift", "It was a gift", "UNWANTED", deleted=True),
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
