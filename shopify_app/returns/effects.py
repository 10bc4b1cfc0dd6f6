"""What a rule decides. An effect that a rule leaves out is left to the rules after it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from shopify_app.returns.amounts import Amount
from shopify_app.returns.conditions import Days
from shopify_app.returns.vocabulary import (
    BONUS_OUTCOMES,
    Approval,
    Method,
    MoneyEvent,
    Outcome,
    PriceBasis,
    ProofLevel,
    Scope,
    Start,
)
from shopify_app.settings.shape import SentencesPerLanguage
from shopify_app.settings.shape import settings as document

Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=4, allow_inf_nan=False)]


@document
class Window:
    """Days in which notice may be given, counted from day 0; `latest_day` null: no limit.

    ``{"counted_from": "delivery", "latest_day": 30}`` ends at 24:00 of the thirtieth day after delivery.
    """

    counted_from: Start = Start.DELIVERY
    earliest_day: Days = 0
    latest_day: Days | None = None

    @model_validator(mode="after")
    def _is_a_window(self) -> Self:
        if self.latest_day is not None and self.latest_day < self.earliest_day:
            raise ValueError("the latest day lies before the earliest.")
        return self


@document
class Bonus:
    """Either a percentage of the bonus base or a flat amount, once per order. ``{"percent": "0"}`` is none."""

    percent: Percent | None = None
    flat: Amount | None = None

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.percent is None) == (self.flat is None):
            raise ValueError("a bonus is either a percentage or a flat amount.")
        return self


@document
class CustomerCap:
    """The most that one person is given within `days` days, over all orders."""

    amount: Amount
    days: Annotated[int, Field(ge=1, le=3650)]


@document
class NoReceipt:
    """What somebody without an order number gets for an item. Store credit and nothing else: without an order there is
    nothing to refund, and an exchange is this credit, spent at today's prices. ``{"proof": "order"}``: nothing.
    """

    proof: ProofLevel = ProofLevel.NONE
    """order: we have to find the order ourselves; gift: a gift receipt or another paper has to be sent; none."""
    price: PriceBasis = PriceBasis.CURRENT
    """current: today's price; lowest: the lowest price of the last `lowest_of_days` days, as far as we know it."""
    lowest_of_days: Annotated[int, Field(ge=1, le=365)] = 30
    percent: Percent = Decimal(100)
    """Of that price."""
    cap_per_person: CustomerCap | None = None
    """The most credit without an order that one person is given."""
    credit_months: Annotated[int, Field(ge=1, le=60)] = 24
    """How long the credit can be used; every credit needs an end, by which it is found again at Shopify."""


@document
class Effects:
    """Windows, bonuses and money events may differ by outcome; the key `any` is for outcomes not named."""

    windows: dict[Scope, Window] | None = None
    outcomes: tuple[Outcome, ...] | None = None
    """What may be chosen; an empty list: final sale. keep_item is offered by keep_item_below instead."""
    methods: tuple[Method, ...] | None = None
    restocking_percent: Percent | None = None
    """Of the line's value before tax."""
    shipping_fee: Amount | None = None
    """Once per return."""
    waive_restocking_for: tuple[Outcome, ...] | None = None
    waive_shipping_for: tuple[Outcome, ...] | None = None
    merchant_at_fault: bool | None = None
    """No fees; no bonus either where a refund is owed, unless bonus_when_at_fault."""
    bonus: dict[Scope, Bonus] | None = None
    bonus_cap_per_order: Amount | None = None
    bonus_cap_per_customer: CustomerCap | None = None
    bonus_expires_months: Annotated[int, Field(ge=1, le=60)] | None = None
    bonus_on_exchanged: bool | None = None
    """Whether an item that was itself an exchange earns a bonus again."""
    bonus_when_at_fault: bool | None = None
    keep_item_below: Amount | None = None
    """Refund without sending back while what is kept on the order stays below this value."""
    photos: bool | None = None
    question: SentencesPerLanguage | None = None
    """A follow-up question that must be answered, per language."""
    approval: Approval | None = None
    money_events: dict[Scope, MoneyEvent] | None = None
    no_receipt: NoReceipt | None = None
    """What holds without an order number. Only a rule about the product, or the reason, can decide it: of an order and
    its customer nothing is known."""

    @field_validator("outcomes", "waive_restocking_for", "waive_shipping_for")
    @classmethod
    def _keeping_is_no_choice(cls, value: tuple[Outcome, ...] | None) -> tuple[Outcome, ...] | None:
        if value and Outcome.KEEP_ITEM in value:
            raise ValueError("keep_item is offered by keep_item_below and never costs a fee: leave it out here.")
        return value

    @field_validator("bonus")
    @classmethod
    def _bonus_where_it_can_be(cls, value: dict[Scope, Bonus] | None) -> dict[Scope, Bonus] | None:
        wrong = [key for key in value or {} if key != Scope.ANY and key not in BONUS_OUTCOMES]
        if wrong:
            raise ValueError(f"{wrong[0]} earns no bonus: only store_credit, shop_now and product_exchange do.")
        return value

    @field_validator("question")
    @classmethod
    def _is_asked(cls, value: SentencesPerLanguage | None) -> SentencesPerLanguage | None:
        if value is not None and not all(text.strip() for text in value.values()):
            raise ValueError("a question needs words in each of its languages.")
        return value
