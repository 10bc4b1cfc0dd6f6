"""The merchant's main goal, and the figures that show how near it is. Pure."""

from __future__ import annotations

from enum import StrEnum


class Goal(StrEnum):
    """What the merchant wants most."""

    FEWER_QUESTIONS = "fewer_questions"  # "where is my order?"
    FEWER_REFUNDS = "fewer_refunds"
    MORE_REPEAT = "more_repeat"


LEADING = {
    Goal.FEWER_QUESTIONS: ("views_per_order", "delivery_kept", "lookups_answered", "hand_over_kept"),
    Goal.FEWER_REFUNDS: ("retained_share", "retained", "return_rate", "exchange_share"),
    Goal.MORE_REPEAT: ("again_orders", "again_sales", "went_on", "card_sales_net"),
}
"""The four figures that lead the home page under a goal, the first of them large."""
