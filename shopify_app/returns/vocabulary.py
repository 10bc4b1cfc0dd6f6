"""The words of a return: what the shopper gets, how goods travel, what frees the money."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What the shopper gets."""

    REFUND = "refund"
    STORE_CREDIT = "store_credit"
    VARIANT_EXCHANGE = "variant_exchange"
    PRODUCT_EXCHANGE = "product_exchange"
    SHOP_NOW = "shop_now"
    KEEP_ITEM = "keep_item"


EXCHANGES = frozenset({Outcome.VARIANT_EXCHANGE, Outcome.PRODUCT_EXCHANGE, Outcome.SHOP_NOW})
WITH_CART = frozenset({Outcome.PRODUCT_EXCHANGE, Outcome.SHOP_NOW})
"""Exchanges for new items at their own price."""
BONUS_OUTCOMES = frozenset({Outcome.STORE_CREDIT, Outcome.PRODUCT_EXCHANGE, Outcome.SHOP_NOW})
"""Only these can earn a bonus: a refund takes the money, an even swap is even."""


class Scope(StrEnum):
    """For which outcome a part of a rule speaks; `any` for all that the rule does not name."""

    ANY = "any"
    REFUND = "refund"
    STORE_CREDIT = "store_credit"
    VARIANT_EXCHANGE = "variant_exchange"
    PRODUCT_EXCHANGE = "product_exchange"
    SHOP_NOW = "shop_now"
    KEEP_ITEM = "keep_item"


class Method(StrEnum):
    """How goods travel back."""

    LABEL = "label"
    QR = "qr"
    OWN_CARRIER = "own_carrier"
    PICK_UP = "pick_up"
    IN_STORE = "in_store"
    NONE = "none"


class MoneyEvent(StrEnum):
    """What releases an outcome, from the earliest to the latest."""

    APPROVAL = "approval"
    FIRST_SCAN = "first_scan"
    DELIVERY = "delivery"
    RECEIPT = "receipt"
    INSPECTION = "inspection"
    BY_HAND = "by_hand"


class Start(StrEnum):
    """From which day a window counts."""

    ORDER = "order"
    FULFILMENT = "fulfilment"
    DELIVERY = "delivery"


class Approval(StrEnum):
    """Who says yes: the rule itself, or a person."""

    AT_ONCE = "at_once"
    REVIEW = "review"


class Standing(StrEnum):
    """On which of the shop's lists a customer is."""

    NEITHER = "neither"
    BLOCKED = "blocked"
    ALLOWED = "allowed"


class BlockedMay(StrEnum):
    """What a blocked customer may still do by themselves."""

    RETURN_WITHOUT_BONUS = "return_without_bonus"
    ASK_ONLY = "ask_only"


class TenderKind(StrEnum):
    """What an order was paid with; `balance` is a balance due that was paid later for an exchange."""

    GIFT_CARD = "gift_card"
    STORE_CREDIT = "store_credit"
    PAYMENT = "payment"
    BALANCE = "balance"


class TenderOrder(StrEnum):
    """Which tender money goes back to first."""

    GIFT_CARD_FIRST = "gift_card_first"
    ORIGINAL_FIRST = "original_first"
    PROPORTIONAL = "proportional"


class LeftoverTo(StrEnum):
    """Where own money goes that an exchange did not use."""

    ORIGINAL = "original"
    STORE_CREDIT = "store_credit"


class ProofLevel(StrEnum):
    """What has to show that something was bought here, from the most to the least."""

    ORDER = "order"  # an order of ours, and nothing else
    GIFT = "gift"  # a gift receipt, or any other paper that was sent along
    NONE = "none"


class PriceBasis(StrEnum):
    """What an item counts for where no order says what was paid. With an order it is always what was paid."""

    CURRENT = "current"
    LOWEST = "lowest"  # of today's price and of what it was sold for lately
