"""Ada's boots as a policy sees them, and variations; versions of Mara's policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from shopify_app.money import Money
from shopify_app.returns.amounts import Rates
from shopify_app.returns.conditions import Conditions
from shopify_app.returns.effects import Effects
from shopify_app.returns.rules import Policy, PolicyVersion, Rule
from shopify_app.returns.subjects import CustomerFacts, LineFacts, Notice, OrderFacts, Subject

ORDERED = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
SENT = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
DELIVERED = datetime(2026, 11, 5, 10, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PUBLISHED = datetime(2026, 1, 1, tzinfo=UTC)


def euro(text: str) -> Money:
    return Money.parse(text, "EUR")


def subject(
    line: dict[str, Any] | None = None,
    order: dict[str, Any] | None = None,
    customer: dict[str, Any] | None = None,
    notice: dict[str, Any] | None = None,
    now: datetime = NOW,
) -> Subject:
    """Ada's boots: 90.00, bought on the 1st, sent on the 2nd, delivered on the 5th of November in Stockholm."""
    boots = LineFacts(
        line_id=1,
        price_paid=euro("90.00"),
        product_id=701,
        variant_id=801,
        product_tags=frozenset({"Boots", "Leather"}),
        collection_ids=frozenset({41}),
        product_type="Footwear",
        vendor="Nordkant",
        is_discounted=True,
        fulfilled_at=SENT,
        delivered_at=DELIVERED,
        delivery_known_at=DELIVERED + timedelta(hours=1),
    )
    placed = OrderFacts(
        placed_at=ORDERED,
        value=euro("90.00"),
        rates=Rates("EUR", "EUR"),
        zone="Europe/Stockholm",
        country="SE",
        markets=frozenset({"nordics", "europe"}),
        channel="Online Store",
        discount_codes=frozenset({"WELCOME10"}),
    )
    ada = CustomerFacts(
        tags=frozenset({"VIP"}), order_count=3, return_count=1, return_value=euro("40.00"), bonus_received=euro("4.00")
    )
    return Subject(
        line=boots._replace(**(line or {})),
        order=replace(placed, **(order or {})),
        customer=replace(ada, **(customer or {})),
        notice=replace(Notice(now), **(notice or {})),
    )


def rule(name: str = "30 days", when: dict[str, Any] | None = None, **then: Any) -> Rule:
    return Rule(name=name, when=Conditions(**(when or {})), then=Effects(**then))


def published(*rules: Rule, number: int = 1, at: datetime = PUBLISHED, **changes: Any) -> PolicyVersion:
    return PolicyVersion(number, at, Policy(rules=rules, **changes))


TEN_PERCENT = Decimal(10)
