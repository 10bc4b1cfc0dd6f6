"""The ways out of a balance: Shopify's page to pay it, and what the exchange would turn into."""

from __future__ import annotations

import structlog
from sqlalchemy.orm import Session

from shopify_app.pages.return_balance import open_rows
from shopify_app.pages.return_followed import Followed
from shopify_app.returns.balances import drop as balance_drop
from shopify_app.returns.vocabulary import Outcome
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shopify.transport import WEB
from shopify_app.storefront.door import adapters

log = structlog.get_logger(__name__)


def pay_address(seen: Followed) -> str | None:
    """Shopify's own page to pay what is open, asked for with no transaction open and kept nowhere; None where nothing
    is open, or Shopify does not answer now."""
    if not open_rows(seen):
        return None
    try:
        told = adapters().admin(seen.ret.shop_id, WEB).order_balance(seen.order.shopify_id)
    except ShopifyError as failure:
        log.info("pay_page_not_read", shop_id=seen.ret.shop_id, error=type(failure).__name__)
        return None
    return told.pay_url if told is not None else None


def instead_of(session: Session, seen: Followed) -> Outcome | None:
    """What the first open balance's exchange turns into when it is dropped."""
    open_groups = {row.group_id for row in seen.balances if row.is_open}
    group = next((each for each in seen.groups if each.id in open_groups), None)
    return balance_drop.outcome_instead(session, group)[0] if group is not None else None
