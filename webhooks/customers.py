"""Customers: changed, deleted, merged."""

from __future__ import annotations

from shopify_app.customers.projection import apply_customer, delete_customer, merge_customers
from shopify_app.shopify import payloads
from shopify_app.shopify.payload_fields import number, text
from webhooks.work import Stale, Work


def customer_changed(work: Work) -> None:
    """``customers/update``."""
    snapshot = payloads.customer(work.payload, work.triggered_at)
    with work.applying() as session:
        apply_customer(session, work.shop_id, snapshot, work.now)


def customer_deleted(work: Work) -> None:
    """``customers/delete``: only the id."""
    customer_id = number(work.payload, "id")
    with work.applying() as session:
        delete_customer(session, work.shop_id, customer_id, work.now)


def customers_merged(work: Work) -> None:
    """``customers/merge``: who was merged away is found as who was kept; a merge that failed changes nothing."""
    if (text(work.payload, "status") or "completed").lower() == "failed":
        raise Stale("the merge failed at Shopify")
    kept = number(work.payload, "admin_graphql_api_customer_kept_id")
    gone = number(work.payload, "admin_graphql_api_customer_deleted_id")
    with work.applying() as session:
        merge_customers(session, work.shop_id, kept, gone, work.now)
