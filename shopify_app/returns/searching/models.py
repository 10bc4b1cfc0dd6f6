"""What a return is found by, as rows: narrow ones, so that a search reads nothing else."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.db import Base, BigKey, Key, ShopKey


class WordKind(StrEnum):
    """What a word says of the return."""

    ITEM = "item"
    PERSON = "person"
    PLACE = "place"
    PARCEL = "parcel"


class ReturnWord(Base):
    """One word of one return; `searching.keeping` alone writes them.

    Of an *item* it is name and number (`folding.item`), searched for a part of it; of a *person* the keyed hash of one
    word of a name (`folding.of_names`), of a *place* the order's country, and country and province (``SE``, ``US-CA``):
    of a *parcel* that brought the order the keyed hash of its number (`shipments.numbers.plain`): all found whole.
    """

    __tablename__ = "return_word"
    __table_args__ = (
        Index("ix_return_word_found", "shop_id", "kind", "word", "return_id", unique=True),
        Index("ix_return_word_return_id", "return_id"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    return_id: Mapped[int] = mapped_column(BigKey, ForeignKey("return.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8))
    word: Mapped[str] = mapped_column(String(400))
