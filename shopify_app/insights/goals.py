"""The merchant's main goal, the figures that show how near it is, and since when they are known. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from shopify_app.insights.periods import BASELINE_DAYS, Span


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
NEVER_BEFORE = frozenset(
    {
        *("views_per_order", "lookups_answered", "went_on"),
        *("card_sales_net", "card_sales_broad", "card_sales_strict"),
        *("returns", "return_rate", "retained", "refunded", "bonus", "paid_on_top"),
    }
)
"""Nobody counted these before we were there, and returns of the past are not read back: nothing is not zero."""


def was_counted(name: str, days: Span, installed: date) -> bool:
    """Whether the measure of that name is known of all of the days: since the installation, or since the past that was
    read back then."""
    return days.first >= (installed if name in NEVER_BEFORE else installed - timedelta(days=BASELINE_DAYS))
