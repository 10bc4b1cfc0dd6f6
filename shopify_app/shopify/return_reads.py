"""What Shopify knows of an order's returns: reads of `AdminAPI`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shopify_app.money import Money
from shopify_app.shopify import return_nodes
from shopify_app.shopify.nodes import gid, number
from shopify_app.shopify.order_counts import OrderCounts
from shopify_app.shopify.return_snapshots import ReasonSnapshot, ReturnableOrder, VariantStock

MOST_NODES = 250


@dataclass(frozen=True)
class ReturnReads(OrderCounts):
    """Reads that returns need; any may raise a `ShopifyError`."""

    def returnable_order(self, shopify_id: int) -> ReturnableOrder | None:
        """Everything a return of the order is reckoned from, as it is now; None where Shopify does not show the order
        (deleted, or older than the token may see). Lines and parcels that are told in part are read to their end.
        Raises OrderTooLarge."""
        answer = self._run("OrderForReturn", id=gid("Order", shopify_id))
        if answer["order"] is None or not self._read_lines_on(answer["order"]):
            return None
        for parcel in answer["returnableFulfillments"]["nodes"]:
            self._read_on(parcel)
        return return_nodes.returnable_order(answer)

    def return_reasons(self) -> tuple[ReasonSnapshot, ...]:
        """The shop's return reasons that may be chosen today, in Shopify's order."""
        found: list[ReasonSnapshot] = []
        cursor: str | None = None
        while True:
            page = self._run("ReturnReasons", after=cursor)["returnReasonDefinitions"]
            found += [
                ReasonSnapshot(number(n["id"]), n["handle"], n["name"]) for n in page["nodes"] if not n["deleted"]
            ]
            if not page["pageInfo"]["hasNextPage"]:
                return tuple(found)
            cursor = page["pageInfo"]["endCursor"]

    def customer_credit(self, customer_id: int) -> tuple[Money, ...]:
        """The customer's store credit, one balance a currency."""
        customer = self._run("CustomerCredit", id=gid("Customer", customer_id))["customer"]
        nodes = customer["storeCreditAccounts"]["nodes"] if customer else []
        return tuple(Money.parse(n["balance"]["amount"], n["balance"]["currencyCode"]) for n in nodes)

    def variant_stock(self, variant_ids: Sequence[int]) -> dict[int, VariantStock]:
        """What can be had of each variant now; variants that are gone are left out."""
        found: dict[int, VariantStock] = {}
        for start in range(0, len(variant_ids), MOST_NODES):
            ids = [gid("ProductVariant", each) for each in variant_ids[start : start + MOST_NODES]]
            for node in self._run("VariantStock", ids=ids)["nodes"]:
                if node:
                    stock = return_nodes.variant_stock(node)
                    found[stock.variant_id] = stock
        return found

    def _read_on(self, parcel: dict[str, Any]) -> None:
        lines = parcel["returnableFulfillmentLineItems"]
        while lines["pageInfo"]["hasNextPage"]:
            answer = self._run("ReturnableLinesPage", id=parcel["id"], after=lines["pageInfo"]["endCursor"])
            if answer["returnableFulfillment"] is None:  # nothing of it can come back any more
                lines |= {"nodes": [], "pageInfo": {"hasNextPage": False}}
                return
            more = answer["returnableFulfillment"]["returnableFulfillmentLineItems"]
            lines |= {"nodes": [*lines["nodes"], *more["nodes"]], "pageInfo": more["pageInfo"]}
