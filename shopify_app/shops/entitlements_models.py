"""The plan a shop has, as Shopify last told it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.db import Base, Key, ShopKey


class ShopPlan(Base):
    """One row a shop. `plan` is ours (`entitlements_plans.PLANS`), the rest is the subscription that counts, in
    Shopify's words: `named` its name, `price_minor` of `currency` each `every_days` days. `asked_at` is when the
    question left that this answers: of two answers the later question's is the truth."""

    __tablename__ = "shop_plan"
    __table_args__ = (UniqueConstraint("shop_id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    plan: Mapped[str] = mapped_column(String(20))
    standing: Mapped[str] = mapped_column(String(12))
    named: Mapped[str] = mapped_column(String(255), default="")
    price_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    every_days: Mapped[int | None]
    trial_ends_at: Mapped[datetime | None]
    period_ends_at: Mapped[datetime | None]
    is_test: Mapped[bool] = mapped_column(default=False)
    is_known: Mapped[bool] = mapped_column(default=True)
    asked_at: Mapped[datetime]
    changed_at: Mapped[datetime]
