"""The draft of a shop's next policy."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.db import Base, Key, ShopKey


class PolicyDraft(Base):
    """One draft a shop, always a whole policy. `revision` grows with every save, also when a draft is thrown away and
    begun again, so that nobody overwrites what they have not seen. `begun_from` is the version that it was begun from;
    `document` None: there is no draft at present."""

    __tablename__ = "policy_draft"
    __table_args__ = (UniqueConstraint("shop_id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    revision: Mapped[int]
    begun_from: Mapped[int]
    document: Mapped[dict[str, Any] | None]
    saved_by: Mapped[str] = mapped_column(String(80))
    saved_at: Mapped[datetime]
