"""Access scopes compared as Shopify compares them: writing implies reading."""

from __future__ import annotations

from collections.abc import Iterable

from shopify import ApiAccess, ApiAccessError


def missing_scopes(granted: Iterable[str], wanted: Iterable[str]) -> tuple[str, ...]:
    """Those of `wanted` that `granted` does not cover. Customer-account scopes are not compared."""
    access = ApiAccess([scope for scope in granted if _is_admin_scope(scope)])
    return tuple(sorted(scope for scope in wanted if _is_admin_scope(scope) and not access.covers(ApiAccess(scope))))


def _is_admin_scope(scope: str) -> bool:
    """ShopifyAPI knows no customer-account scopes (``customer_read_orders``)."""
    try:
        ApiAccess(scope)
    except ApiAccessError:
        return False
    return True
