"""Rules as rows: their versions and the draft of the next; what they did and would have done; and how long parcels have
been quiet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.automations.vocabulary import Outcome
from shopify_app.db import Base, BigKey, Key, ShopKey
from shopify_app.leases import Leased


class AutomationVersion(Base):
    """One version of a shop's rules (`automations.rules.Automations`); never changed once published. `repeats` is the
    earlier version that it brings back."""

    __tablename__ = "automation_version"
    __table_args__ = (UniqueConstraint("shop_id", "number"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    number: Mapped[int]
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(80))
    note: Mapped[str | None] = mapped_column(String(500))
    repeats: Mapped[int | None]
    document: Mapped[dict[str, Any]]


class AutomationDraft(Base):
    """One draft a shop. `revision` grows with every save, also when it is thrown away, so that nobody overwrites what
    they have not seen. `document` None: there is no draft at present."""

    __tablename__ = "automation_draft"
    __table_args__ = (UniqueConstraint("shop_id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    revision: Mapped[int]
    begun_from: Mapped[int]
    document: Mapped[dict[str, Any] | None]
    saved_by: Mapped[str] = mapped_column(String(80))
    saved_at: Mapped[datetime]


class DryRun(Leased, Base):
    """The last dry run of a shop: `document` is the draft as it was then, tried on the `days` before `begun_at`.
    `found` is what it has come to (`automations.dry_run.SoFar` as JSON), `ended_as` one of `kept_dry_run.Ended` once it
    is over."""

    __tablename__ = "automation_dry_run"
    __table_args__ = (UniqueConstraint("shop_id"), Index("ix_automation_dry_run_state_due_at", "state", "due_at"))

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    document: Mapped[dict[str, Any]]
    days: Mapped[int]
    begun_at: Mapped[datetime]
    begun_by: Mapped[str] = mapped_column(String(80))
    found: Mapped[dict[str, Any]]
    ended_as: Mapped[str | None] = mapped_column(String(10))
    ended_at: Mapped[datetime | None]


class Firing(Base):
    """A rule was fired by an event: once, whatever is delivered again. `rule` is what it was called then; events are
    dropped after a while, so `event_id` is a number and no reference."""

    __tablename__ = "automation_firing"
    __table_args__ = (
        UniqueConstraint("event_id", "rule_key"),
        Index("ix_automation_firing_shop_id_id", "shop_id", "id"),
        Index("ix_automation_firing_order_id_rule_key_fired_at", "order_id", "rule_key", "fired_at"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    order_id: Mapped[int] = mapped_column(BigKey, ForeignKey("order.id", ondelete="CASCADE"))
    return_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("return.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(BigKey)
    kind: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    rule_key: Mapped[str] = mapped_column(String(8))
    rule: Mapped[str] = mapped_column(String(120))
    fired_at: Mapped[datetime]


class Effect(Leased, Base):
    """One action of a firing. `action` is the rule's own words (`automations.rules.Action` as JSON); `because` says why
    it was refused or given up (`vocabulary.Why`)."""

    __tablename__ = "automation_effect"
    __table_args__ = (
        UniqueConstraint("firing_id", "position"),
        Index("ix_automation_effect_state_due_at", "state", "due_at"),
        Index("ix_automation_effect_return_id_do", "return_id", "do"),
        Index("ix_automation_effect_order_id_do_id", "order_id", "do", "id"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    firing_id: Mapped[int] = mapped_column(BigKey, ForeignKey("automation_firing.id", ondelete="CASCADE"))
    order_id: Mapped[int] = mapped_column(BigKey, ForeignKey("order.id", ondelete="CASCADE"))
    return_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("return.id", ondelete="CASCADE"))
    position: Mapped[int]
    do: Mapped[str] = mapped_column(String(20))
    action: Mapped[dict[str, Any]]
    outcome: Mapped[str] = mapped_column(String(10), default=Outcome.PLANNED)
    because: Mapped[str | None] = mapped_column(String(40))
    done_at: Mapped[datetime | None]


class QuietParcel(Base):
    """Up to which day without news a parcel was told of, `since` its last word."""

    __tablename__ = "quiet_parcel"
    __table_args__ = (UniqueConstraint("shipment_id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    shipment_id: Mapped[int] = mapped_column(BigKey, ForeignKey("shipment.id", ondelete="CASCADE"))
    since: Mapped[datetime]
    days: Mapped[int]
