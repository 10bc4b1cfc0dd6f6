"""How many of each line an order has left: one read tells 250 lines, and an order may have more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shopify_app.shopify.calls import Calls


@dataclass(frozen=True)
class OrderCounts(Calls):
    """What reads that count an order's lines share."""

    def _read_lines_on(self, order: dict[str, Any]) -> bool:
        """Brings the lines of a read `order` to their end, in place; False where Shopify does not show it any more."""
        lines = order["lineItems"]
        while lines["pageInfo"]["hasNextPage"]:
            told = self._run("OrderCountsPage", id=order["id"], after=lines["pageInfo"]["endCursor"])["order"]
            if told is None:
                return False
            lines["nodes"] += told["lineItems"]["nodes"]
            lines["pageInfo"] = told["lineItems"]["pageInfo"]
        return True
