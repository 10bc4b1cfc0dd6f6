"""Cases as rows: whose they are, how they are found again, ready words, and work on many of them at once."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.db import Base, BigKey, Key, ShopKey
from shopify_app.leases import Leased


class CaseKind(StrEnum):
    """What a case is about."""

    RETURN = "return"


class CaseFile(Base):
    """Who works on a case, and by when it is answered where somebody said so. Without a row it is nobody's.

    `assignee` is ``staff:<Shopify's id>`` or ``team:<name>``; `answer_by` goes before the case's own promise.
    """

    __tablename__ = "case_file"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id"),
        Index("ix_case_file_shop_id_kind_assignee", "shop_id", "kind", "assignee"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    kind: Mapped[str] = mapped_column(String(12))
    subject_id: Mapped[int] = mapped_column(BigKey)
    assignee: Mapped[str | None] = mapped_column(String(80))
    answer_by: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str | None] = mapped_column(String(80))


class CaseTag(Base):
    """A word that the shop's people put on a case, to find it by."""

    __tablename__ = "case_tag"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id", "tag"),
        Index("ix_case_tag_shop_id_kind_tag", "shop_id", "kind", "tag"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    kind: Mapped[str] = mapped_column(String(12))
    subject_id: Mapped[int] = mapped_column(BigKey)
    tag: Mapped[str] = mapped_column(String(40))


class SavedReply(Base):
    """Ready words for shoppers. `body` has places in curly brackets (`casework.replies.PLACES`)."""

    __tablename__ = "saved_reply"
    __table_args__ = (UniqueConstraint("shop_id", "name"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    name: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(String(2000))
    version: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str | None] = mapped_column(String(80))


class SavedView(Base):
    """A list as somebody set it up: `query` is what stands in its address, without the words searched for."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("shop_id", "kind", "name"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(1000))
    made_at: Mapped[datetime]
    made_by: Mapped[str | None] = mapped_column(String(80))


class BulkAction(Leased, Base):
    """One verb for many cases, accepted as it stands and carried out by a worker, piece by piece.

    `facts` are what the verb needs (a reason, words, whose it shall be), the same for every case. `total` counts its
    items; it is done when every item has an outcome.
    """

    __tablename__ = "bulk_action"
    __table_args__ = (
        Index("ix_bulk_action_state_due_at", "state", "due_at"),
        Index("ix_bulk_action_shop_id_kind_made_at", "shop_id", "kind", "made_at"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    kind: Mapped[str] = mapped_column(String(12))
    verb: Mapped[str] = mapped_column(String(20))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    total: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    made_by: Mapped[str | None] = mapped_column(String(80))
    finished_at: Mapped[datetime | None]


class BulkItem(Base):
    """One case of a bulk action. `seen` is the version that its chooser saw: what changed since is left alone.

    `outcome` is None until it was tried, then `ItemOutcome`; `because` says why it was refused: a
    handle that the kind has words for, or a sentence.
    """

    __tablename__ = "bulk_item"
    __table_args__ = (
        UniqueConstraint("bulk_id", "subject_id"),
        Index("ix_bulk_item_bulk_id_outcome_id", "bulk_id", "outcome", "id"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    bulk_id: Mapped[int] = mapped_column(BigKey, ForeignKey("bulk_action.id", ondelete="CASCADE"))
    subject_id: Mapped[int] = mapped_column(BigKey)
    name: Mapped[str] = mapped_column(String(80))
    seen: Mapped[int]
    outcome: Mapped[str | None] = mapped_column(String(10))
    because: Mapped[str | None] = mapped_column(String(400))
    done_at: Mapped[datetime | None]


class ItemOutcome(StrEnum):
    """What became of one case of a bulk action."""

    DONE = "done"
    REFUSED = "refused"
