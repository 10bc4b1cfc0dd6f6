"""Saved settings: every version of every group of a shop's settings, with who saved it and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.db import Base, Key, ShopKey


class SettingsVersion(Base):
    """`kind` names the settings dataclass; the highest `version` is in force; earlier ones are history."""

    __tablename__ = "settings_version"
    __table_args__ = (UniqueConstraint("shop_id", "kind", "version"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    kind: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    document: Mapped[dict[str, Any]]
    saved_by: Mapped[str] = mapped_column(String(120))
    saved_at: Mapped[datetime]
