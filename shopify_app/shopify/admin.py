"""Shopify's Admin API as this product uses it: one method per document, snapshots out, never a dict.

Every method may raise any `ShopifyError`. `None` means that Shopify does not know the thing (any more).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from shopify_app.shopify import markets, nodes, product_nodes, subscriptions
from shopify_app.shopify.calls import check
from shopify_app.shopify.errors import AccessDenied, MaxCost
from shopify_app.shopify.markets import MarketSnapshot
from shopify_app.shopify.order_balances import OrderBalances
from shopify_app.shopify.order_refunds import OrderRefunds
from shopify_app.shopify.order_writes import OrderWrites
from shopify_app.shopify.return_nodes import returns_of_order
from shopify_app.shopify.return_reads import ReturnReads
from shopify_app.shopify.return_snapshots import OrderReturns
from shopify_app.shopify.return_writes import ReturnWrites
from shopify_app.shopify.snapshots import (
    CollectionSnapshot,
    CustomerSnapshot,
    FulfillmentSnapshot,
    LineSnapshot,
    OrderSnapshot,
    Page,
    ProductSnapshot,
    RefundSnapshot,
    ShopSnapshot,
    VariantSnapshot,
)
from shopify_app.shopify.subscriptions import SubscriptionSnapshot

T = TypeVar("T")

PAGE_SIZES = {"OrdersPage": 20, "ProductsPage": 50, "ProductIdsPage": 250, "ReturnsPage": 25}


@dataclass(frozen=True)
class AppMetafield:
    """What is stored with the app's own installation: `owner` is the installation's global id, `text` the value as it
    was written, None when there is none."""

    owner: str
    text: str | None


@dataclass(frozen=True)
class AdminAPI(ReturnReads, ReturnWrites, OrderWrites, OrderRefunds, OrderBalances):
    """One shop's Admin API. Each document stays under Shopify's 1,000 points."""

    def shop_profile(self) -> ShopSnapshot:
        """The shop's own facts, its published languages, its policies and its markets."""
        return replace(nodes.shop(self._run("ShopProfile")), markets=self.markets())

    def markets(self) -> tuple[MarketSnapshot, ...] | None:
        """The active markets that are chosen by destination; None where we may not read them (`read_markets`, which
        shops that installed us earlier have not granted)."""
        found, cursor = [], None
        try:
            while True:
                connection = self._run("MarketsPage", after=cursor)["markets"]
                found += [node for node in connection["nodes"] if markets.is_by_region(node)]
                if not _is_cut(connection):
                    return tuple(markets.market(node, self._regions(node)) for node in found)
                cursor = connection["pageInfo"]["endCursor"]
        except AccessDenied:
            return None

    def granted_scopes(self) -> tuple[str, ...]:
        """The access scopes the merchant has granted, as Shopify says now."""
        granted = self._run("Installation")["currentAppInstallation"]["accessScopes"]
        return tuple(sorted(scope["handle"] for scope in granted))

    def subscriptions(self) -> tuple[SubscriptionSnapshot, ...]:
        """The shop's subscriptions to the app: those in force, and the latest of all."""
        return subscriptions.subscriptions(self._run("Subscriptions")["currentAppInstallation"])

    def theme_settings(self) -> str | None:
        """The text of the published theme's ``config/settings_data.json``; None where there is none, or where we may
        not read themes (`read_themes`, which merchants grant when they want it)."""
        try:
            found = self._run("ThemeSettings")["themes"]["nodes"]
        except AccessDenied:
            return None
        files = found[0]["files"]["nodes"] if found else []
        return files[0]["body"].get("content") if files else None

    def theme_picture(self, filename: str) -> str | None:
        """The address of the picture with this name among the shop's files, which themes name their pictures by; None
        where there is none, or where we may not read themes."""
        try:
            found = self._run("ThemePicture", query=f'filename:"{filename}"')["files"]["nodes"]
        except AccessDenied:
            return None
        addresses = [node["image"]["url"] for node in found if node.get("image")]
        return next((each for each in addresses if urlsplit(each).path.rpartition("/")[2] == filename), None)

    def order(self, shopify_id: int) -> OrderSnapshot | None:
        """One order whole, with all its lines, parcels, scans, refunds and packing times."""
        node = self._run("OrderById", id=nodes.gid("Order", shopify_id))["order"]
        return None if node is None else self._whole(node)

    def orders_page(self, query: str, cursor: str | None = None) -> Page[OrderSnapshot]:
        """Orders that match `query` (Shopify's search syntax), by their time of change, oldest first. Each is whole:
        what does not fit the page's own lists is fetched order by order."""
        page = self._run_page("OrdersPage", query=query, after=cursor)["orders"]
        return _page(page, self._whole_or_fetched)

    def returns_page(self, query: str, cursor: str | None = None) -> Page[OrderReturns]:
        """Which returns orders that match `query` have, and how they stand; by the orders' time of change."""
        return _page(self._run_page("ReturnsPage", query=query, after=cursor)["orders"], returns_of_order)

    def orders_count(self, query: str) -> int | None:
        """How many orders match; None when Shopify does not count that far."""
        answer = self._run("OrdersCount", query=query)["ordersCount"]
        return nodes.exact_count(answer)

    def fulfillment(self, shopify_id: int) -> FulfillmentSnapshot | None:
        """One parcel with all its scans."""
        node = self._run("FulfillmentById", id=nodes.gid("Fulfillment", shopify_id))["fulfillment"]
        return None if node is None else nodes.fulfillment(node, nodes.number(node["order"]["id"]))

    def order_of_fulfillment_order(self, shopify_id: int) -> int | None:
        """Of which order a fulfilment order sends the goods: Shopify's number of the order."""
        node = self._run("FulfillmentOrderOwner", id=nodes.gid("FulfillmentOrder", shopify_id))["fulfillmentOrder"]
        return None if node is None else nodes.number(node["orderId"])

    def refund(self, shopify_id: int) -> RefundSnapshot | None:
        """One refund with all the goods it covers."""
        node = self._run("RefundById", id=nodes.gid("Refund", shopify_id))["refund"]
        if node is None:
            return None
        return nodes.refund(node, nodes.number(node["order"]["id"]), node["order"]["presentmentCurrencyCode"])

    def product(self, shopify_id: int) -> ProductSnapshot | None:
        """One product with its variants, stock, collections and how-to content."""
        answer = self._run("ProductById", id=nodes.gid("Product", shopify_id))
        if answer["product"] is None:
            return None
        snapshot = product_nodes.product(answer["product"], answer["shop"]["currencyCode"])
        rest = self._variants_after(answer["product"], answer["shop"]["currencyCode"])
        return replace(snapshot, variants=snapshot.variants + tuple(rest)) if rest else snapshot

    def products_page(self, query: str | None = None, cursor: str | None = None) -> Page[ProductSnapshot]:
        """Products by their id; those with more variants than fit the page are fetched one by one."""
        answer = self._run_page("ProductsPage", query=query, after=cursor)
        currency = answer["shop"]["currencyCode"]
        return _page(answer["products"], lambda node: self._product_whole(node, currency))

    def product_ids_page(self, cursor: str | None = None) -> Page[int]:
        """The ids of all products, drafts and archived ones among them, in ascending order."""
        return _page(self._run_page("ProductIdsPage", after=cursor)["products"], lambda node: nodes.number(node["id"]))

    def products_there(self, shopify_ids: Sequence[int]) -> set[int]:
        """Those of at most 250 products that Shopify knows."""
        found = self._run("ProductsThere", ids=[nodes.gid("Product", id_) for id_ in shopify_ids])["nodes"]
        return {nodes.number(node["id"]) for node in found if node is not None}

    def collections_page(self, cursor: str | None = None) -> Page[CollectionSnapshot]:
        """Collections with their how-to content."""
        return _page(self._run("CollectionsPage", after=cursor)["collections"], product_nodes.collection)

    def customers_page(self, cursor: str | None) -> Page[CustomerSnapshot]:
        """Customers by their time of change, oldest first."""
        return _page(self._run("CustomersPage", after=cursor)["customers"], nodes.customer)

    def customer_with_email(self, email: str) -> CustomerSnapshot | None:
        """The customer with exactly this address; None where Shopify knows nobody by it."""
        node = self._run("CustomerByEmail", email=email)["customerByIdentifier"]
        return nodes.customer(node) if node else None

    def app_metafield(self, namespace: str, key: str) -> AppMetafield:
        """The JSON that the app has stored with its own installation, for Liquid (`app.metafields`) to read."""
        node = self._run("AppMetafield", namespace=namespace, key=key)["currentAppInstallation"]
        stored = node["metafield"]
        return AppMetafield(node["id"], None if stored is None else stored["value"])

    def set_app_metafield(self, owner: str, namespace: str, key: str, text: str) -> None:
        """Stores JSON `text` with the installation `owner` (of `app_metafield`); raises UserErrors when refused.
        Setting the same text twice does no harm: after a lost answer it may be done again."""
        field = {"ownerId": owner, "namespace": namespace, "key": key, "type": "json", "value": text}
        check(self._run("AppMetafieldSet", metafields=[field])["metafieldsSet"]["userErrors"])

    def _run_page(self, name: str, **variables: Any) -> dict[str, Any]:
        """As large a page as Shopify grants: how its price grows with the size is not documented, so a page that is too
        dear (MaxCost; nothing was done) is asked for again at half the size."""
        sizes = self.transport.page_sizes
        while True:
            size = sizes.get(name, PAGE_SIZES[name])
            try:
                return self._run(name, first=size, **variables)
            except MaxCost:
                if size == 1:
                    raise
                sizes[name] = size // 2

    def _regions(self, market: Mapping[str, Any]) -> tuple[str, ...]:
        found: list[str] = []
        connection = markets.regions_of(market)
        while connection is not None:
            found += [markets.region(node) for node in connection["nodes"]]
            if not _is_cut(connection):
                break
            after = connection["pageInfo"]["endCursor"]
            connection = markets.regions_of(self._run("MarketRegions", id=market["id"], after=after)["market"])
        return tuple(found)

    def _whole_or_fetched(self, node: Mapping[str, Any]) -> OrderSnapshot:
        if nodes.is_whole(node):
            return nodes.order(node)
        return self.order(nodes.number(node["id"])) or nodes.order(node)

    def _whole(self, node: Mapping[str, Any]) -> OrderSnapshot:
        """An order of OrderById with what its own lists had no room for."""
        cut_parcels = [n for n in node["fulfillments"] if _is_cut(n["events"]) or _is_cut(n["fulfillmentLineItems"])]
        cut_refunds = [n for n in node["refunds"] if _is_cut(n["refundLineItems"])]
        parcels = {found.shopify_id: found for n in cut_parcels if (found := self.fulfillment(nodes.number(n["id"])))}
        refunds = {found.shopify_id: found for n in cut_refunds if (found := self.refund(nodes.number(n["id"])))}
        snapshot = nodes.order(node)
        return replace(
            snapshot,
            lines=snapshot.lines + tuple(self._lines_after(node)),
            fulfillments=tuple(parcels.get(parcel.shopify_id, parcel) for parcel in snapshot.fulfillments),
            refunds=tuple(refunds.get(refund.shopify_id, refund) for refund in snapshot.refunds),
        )

    def _lines_after(self, node: Mapping[str, Any]) -> list[LineSnapshot]:
        lines: list[LineSnapshot] = []
        connection = node["lineItems"]
        while _is_cut(connection):
            after = connection["pageInfo"]["endCursor"]
            answer = self._run("OrderLinesPage", id=node["id"], after=after)["order"]
            if answer is None:
                break  # deleted between two pages
            connection = answer["lineItems"]
            lines += [nodes.line(line, answer["presentmentCurrencyCode"]) for line in connection["nodes"]]
        return lines

    def _product_whole(self, node: Mapping[str, Any], currency: str) -> ProductSnapshot:
        if _is_cut(node["variants"]) or _is_cut(node["collections"]):
            return self.product(nodes.number(node["id"])) or product_nodes.product(node, currency)
        return product_nodes.product(node, currency)

    def _variants_after(self, node: Mapping[str, Any], currency: str) -> list[VariantSnapshot]:
        variants: list[VariantSnapshot] = []
        connection = node["variants"]
        while _is_cut(connection):
            after = connection["pageInfo"]["endCursor"]
            product = self._run("ProductVariantsPage", id=node["id"], after=after)["product"]
            if product is None:
                break  # deleted between two pages
            connection = product["variants"]
            variants += [product_nodes.variant(variant, currency) for variant in connection["nodes"]]
        return variants


def _is_cut(connection: Mapping[str, Any]) -> bool:
    return connection["pageInfo"]["hasNextPage"]


def _page(connection: Mapping[str, Any], read: Callable[[Mapping[str, Any]], T]) -> Page[T]:
    cursor = connection["pageInfo"]["endCursor"] if _is_cut(connection) else None
    return Page(tuple(read(node) for node in connection["nodes"]), cursor)
