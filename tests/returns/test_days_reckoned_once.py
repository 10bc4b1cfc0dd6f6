"""Lines of one order share the reckoning of their days where the same rules apply, and never where they do not."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from policy_cases import DELIVERED, NOW, PUBLISHED, SENT, euro, subject

from shopify_app.returns import policy
from shopify_app.returns.conditions import Conditions
from shopify_app.returns.effects import Effects, Window
from shopify_app.returns.policy import Opening
from shopify_app.returns.presets import PRESETS
from shopify_app.returns.rules import Policy, PolicyVersion, Rule
from shopify_app.returns.vocabulary import Outcome, Scope

TWO_KINDS = Policy(
    rules=(
        Rule(name="Bags are final", when=Conditions(final_sale=True), then=Effects(outcomes=())),
        Rule(
            name="Leather",
            when=Conditions(product_tags=("Leather",)),
            then=Effects(outcomes=(Outcome.REFUND,), windows={Scope.ANY: Window(latest_day=10)}),
        ),
        Rule(
            name="All else",
            then=Effects(outcomes=tuple(policy.CHOICES), windows={Scope.ANY: Window(latest_day=60)}),
        ),
    )
)  # fmt: skip
POLICIES = {name: preset.policy for name, preset in PRESETS.items()} | {"two kinds of goods": TWO_KINDS}


def every_line() -> list[dict[str, Any]]:
    """Lines that differ in all that a rule or a window may look at."""
    tags = (frozenset({"Leather"}), frozenset({"Sale"}), frozenset())
    days = (DELIVERED, DELIVERED - timedelta(days=40), None)
    return [
        {"line_id": number, "product_tags": tagged, "delivered_at": delivered, "fulfilled_at": sent,
         "is_final_sale": is_final, "is_discounted": is_discounted, "price_paid": euro(price), "returnable": left}
        for number, (tagged, delivered, sent, is_final, is_discounted, price, left) in enumerate(
            product(tags, days, (SENT, None), (True, False), (True, False), ("9.00", "900.00"), (0, 2))
        )
    ]  # fmt: skip


@pytest.mark.parametrize("name", POLICIES)
def test_each_line_has_the_days_it_would_have_alone(name: str) -> None:
    first = PolicyVersion(1, PUBLISHED, POLICIES[name])
    later = PolicyVersion(2, NOW - timedelta(days=3), TWO_KINDS)
    for versions in ((first,), (first, later)):
        known: dict[Any, Opening] = {}
        subjects = [subject(line=line) for line in every_line()]
        together = [policy.opening(versions, each, known) for each in subjects]
        assert together == [policy.opening(versions, each) for each in subjects]
        assert len(known) < len(subjects)


def test_lines_of_one_parcel_under_the_same_rules_are_reckoned_once() -> None:
    known: dict[Any, Opening] = {}
    versions = (PolicyVersion(1, PUBLISHED, TWO_KINDS),)
    for number, tag in enumerate(("Leather", "Leather", "Wool")):
        policy.opening(versions, subject(line={"line_id": number, "product_tags": frozenset({tag})}), known)
    assert len(known) == 2
