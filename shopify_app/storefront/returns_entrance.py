"""What the tracking page says of returns, in one statement more: the last day of each item, and returns under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shopify_app.orders.models import Order
from shopify_app.pages.promises import ReturnMade, ReturnsFacts
from shopify_app.pages.return_links import status_path
from shopify_app.returns import published
from shopify_app.returns.last_days import last_days
from shopify_app.returns.models import PublishedPolicy, Return
from shopify_app.returns.rules import PolicyVersion
from shopify_app.returns.states import OPEN_RETURNS, ReturnState
from shopify_app.returns.still_to_come import StillToCome
from shopify_app.storefront.door import adapters, kept
from shopify_app.storefront.finished import RETURNS_TOLD
from shopify_app.storefront.reading import onward_to

_VERSIONS = "postlude.policy_versions"
SHOWN = frozenset({*OPEN_RETURNS, ReturnState.CLOSED, ReturnState.DECLINED, *StillToCome})


@dataclass(frozen=True)
class Known:
    """What the statement that found the order told besides: its returns (`finished.RETURNS_TOLD`), the newest numbers
    of the shop's policy and settings, and whether a date may have been promised."""

    returns: str | None
    policy: int | None
    settings: int | None
    has_promises: bool = True


def returns_facts(
    session: Session, order: Order, start: str, policy: str, known: Known | None, now: datetime
) -> ReturnsFacts:
    """One statement where `known` is and this process knows the policy; `start` is where a return begins, `policy`
    where the policy is told."""
    if known is None:
        mine = Return.shop_id == order.shop_id, Return.order_id == order.id
        returns = session.scalar(select(RETURNS_TOLD).where(*mine))
        of_shop = PublishedPolicy.shop_id == order.shop_id
        known = Known(returns, session.scalar(select(func.max(PublishedPolicy.number)).where(of_shop)), None)
    days = last_days(session, order, now, _versions(session, order, known.policy))
    return ReturnsFacts(days, tuple(_told(order, known.returns)), start or None, policy or None)


def _versions(session: Session, order: Order, number: int | None) -> tuple[PolicyVersion, ...]:
    """The shop's policy, read again only when a newer one is published. (Where none is, the preset counts from the
    day we were installed.)"""
    read: dict[int, tuple[Any, tuple[PolicyVersion, ...]]] = kept(_VERSIONS, dict)
    known, state = read.get(order.shop_id), (number, order.shop.installed_at)
    if known is None or known[0] != state:
        known = read[order.shop_id] = (state, published.of_number(session, order.shop, number))
    return known[1]


def _told(order: Order, returns: str | None) -> list[ReturnMade]:
    """The order's returns, the newest first."""
    found = []
    for text in sorted((returns or "").split(","), key=lambda each: int(each.partition(":")[0] or 0), reverse=True):
        id, state, rma, withdrawal = (*text.split(":"), "", "", "")[:4]
        if state in SHOWN:
            path = status_path(adapters().database.keyring, order.shop_id, int(id))
            address = onward_to(f"{order.shop.storefront_url}{order.shop.proxy_path}/{path}")
            found.append(ReturnMade(withdrawal or rma, state, address, bool(withdrawal)))
    return found
