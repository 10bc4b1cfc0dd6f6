"""What a shopper is asked after an inspection, and goods that go back to them, as rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.db import Base, BigKey, Encrypted, Key, ShopKey
from shopify_app.returns.inspecting.states import QuestionState


class InspectionQuestion(Base):
    """One question about one release group: some of its units were accepted at less or refused; what shall become of
    them? The group's money waits while it is open.

    `units` are the verdicts it asks about (`inspecting.asking.verdicts`); `offer` is the settlement that they come to,
    None where nothing was accepted; `rest` what is left if the goods go back; `instead` what an exchange could become:
    [{"outcome", "agreed": the settlement as if all were accepted in full, "final": at the verdicts}]. `way` is what was
    answered (`Way`), `answered_by` by whom (`Actor`). `appeal` are the shopper's words, `reply` the merchant's; both
    are encrypted. `verdict` is what the merchant decided on the appeal (`Appealed`).
    """

    __tablename__ = "inspection_question"
    __table_args__ = (
        UniqueConstraint("group_id", "round"),
        Index("ix_inspection_question_return_id", "return_id"),
        Index("ix_inspection_question_shop_id_state", "shop_id", "state"),
        Index("ix_inspection_question_state_answer_by", "state", "answer_by"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    return_id: Mapped[int] = mapped_column(BigKey, ForeignKey("return.id", ondelete="CASCADE"))
    group_id: Mapped[int] = mapped_column(BigKey, ForeignKey("release_group.id", ondelete="CASCADE"))
    round: Mapped[int]
    state: Mapped[str] = mapped_column(String(12), default=QuestionState.ASKED)
    units: Mapped[list[Any]]
    offer: Mapped[dict[str, Any] | None]
    rest: Mapped[dict[str, Any] | None]
    instead: Mapped[list[Any]] = mapped_column(default=list)
    asked_at: Mapped[datetime]
    answer_by: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    way: Mapped[str | None] = mapped_column(String(20))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(10))
    appeal: Mapped[str | None] = mapped_column(Encrypted)
    appealed_at: Mapped[datetime | None]
    decide_by: Mapped[datetime | None]
    verdict: Mapped[str | None] = mapped_column(String(12))
    reply: Mapped[str | None] = mapped_column(Encrypted)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(80))


class GoodsSentBack(Base):
    """Units that go back to their shopper, to `address` (encrypted JSON with Shopify's keys). A task of the merchant's
    until `sent_at`; `number`, `carrier` and `url` are of the parcel; `paid_by` says whose postage it is
    (`settings.returns.Payer`)."""

    __tablename__ = "goods_sent_back"
    __table_args__ = (
        Index("ix_goods_sent_back_return_id", "return_id"),
        Index("ix_goods_sent_back_shop_id_sent_at", "shop_id", "sent_at"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    return_id: Mapped[int] = mapped_column(BigKey, ForeignKey("return.id", ondelete="CASCADE"))
    question_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("inspection_question.id", ondelete="SET NULL"))
    units: Mapped[list[Any]]
    address: Mapped[str | None] = mapped_column(Encrypted)
    paid_by: Mapped[str] = mapped_column(String(8))
    asked_at: Mapped[datetime]
    number: Mapped[str | None] = mapped_column(String(100))
    carrier: Mapped[str | None] = mapped_column(String(40))
    url: Mapped[str | None] = mapped_column(String(500))
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[str | None] = mapped_column(String(80))
