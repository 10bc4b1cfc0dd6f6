"""What is done to returns and money at Shopify: mutations of `AdminAPI`, and the reads that look back for them."""

from __future__ import annotations

from dataclasses import dataclass

from shopify_app.shopify.calls import Calls


@dataclass(frozen=True)
class ReturnWrites(Calls):
    """Mutations that returns need. None is sent twice: after AnswerLost the caller looks back."""
