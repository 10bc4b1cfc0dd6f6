"""Every night: the bonuses that our books call issued, against the movements of Shopify's own accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy import select

from shopify_app.customers.models import Customer
from shopify_app.returns.bonus import GrantState
from shopify_app.returns.crediting import BETWEEN_CLOCKS
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import BonusGrant, ReleaseGroup
from shopify_app.returns.outgoing import Ground
from shopify_app.returns.parked import listed
from shopify_app.shopify.errors import ShopifyError

log = structlog.get_logger(__name__)

LOOKED_AT = timedelta(days=2)
"""How far back a night looks: each bonus is seen twice, so that a night without Shopify loses none."""
READ_BACK = LOOKED_AT + BETWEEN_CLOCKS
"""How far back Shopify is read for it."""


def compare_bonuses(ground: Ground) -> int:
    """Lists every group whose bonus Shopify does not show as we booked it. Returns how many; a shop that does not let
    us in is passed and logged."""
    alarms = 0
    for shop_id, customer_id, grants in _issued(ground):
        try:
            accounts = ground.admin_of(shop_id).store_credit_accounts(customer_id, ground.clock.now() - READ_BACK)
        except ShopifyError as failure:
            log.warning("bonuses_not_compared", shop_id=shop_id, error=type(failure).__name__)
            continue
        known = {moved.id: moved.amount.amount for account in accounts for moved in account.movements}
        wrong = [grant for grant in grants if known.get(grant.shopify_id or "") != grant.amount]
        for grant in wrong:
            _alarm(ground, grant, known.get(grant.shopify_id or "", 0))
        alarms += len(wrong)
    return alarms


def _issued(ground: Ground) -> Sequence[tuple[int, int, list[BonusGrant]]]:
    """Bonuses given as store credit of late: shop, Shopify's id of the customer, and theirs."""
    since = ground.clock.now() - LOOKED_AT
    wanted = (
        select(BonusGrant, Customer.shopify_id)
        .join(Customer, Customer.id == BonusGrant.customer_id)
        .where(BonusGrant.state == GrantState.ISSUED, BonusGrant.issued_at >= since, Customer.merged_into_id.is_(None))
        .where(BonusGrant.account_id.is_not(None))
    )
    found: dict[tuple[int, int], list[BonusGrant]] = {}
    with ground.database.read() as session:
        for grant, customer_id in session.execute(wanted):
            found.setdefault((grant.shop_id, customer_id), []).append(grant)
    return [(shop_id, customer_id, grants) for (shop_id, customer_id), grants in found.items()]


def _alarm(ground: Ground, grant: BonusGrant, theirs: int) -> None:
    now = ground.clock.now()
    with ground.database.write() as session:
        ret = session.get_one(Return, grant.return_id)
        group = session.get_one(ReleaseGroup, grant.group_id)
        if group.look != Look.LEDGER_DIFFERS:
            facts = {"ours": grant.amount, "theirs": theirs, "posting": "bonus"}
            listed(session, ret, group, Look.LEDGER_DIFFERS, facts, now)
