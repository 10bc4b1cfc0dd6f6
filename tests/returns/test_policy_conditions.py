"""Every condition, met and unmet; first match per effect; unknown facts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from policy_cases import NOW, euro, published, rule, subject

from shopify_app.returns.amounts import Rates
from shopify_app.returns.conditions import Conditions, Count, Dates, Sum
from shopify_app.returns.effects import Window
from shopify_app.returns.policy import check
from shopify_app.returns.presets import EVERYTHING
from shopify_app.returns.vocabulary import Approval, Method, Outcome, Scope, Standing

CASES: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({"product_ids": (701, 5)}, {}, {"line": {"product_id": 9}}),
    ({"variant_ids": (801,)}, {}, {"line": {"variant_id": None}}),
    ({"product_tags": ("boots",)}, {}, {"line": {"product_tags": frozenset({"Hats"})}}),
    ({"collection_ids": (41,)}, {}, {"line": {"collection_ids": frozenset()}}),
    ({"product_types": ("footwear",)}, {}, {"line": {"product_type": "Wax"}}),
    ({"vendors": ("Nordkant",)}, {}, {"line": {"vendor": None}}),
    ({"price_paid": Sum(at_least="90.00")}, {}, {"line": {"price_paid": euro("89.99")}}),
    ({"price_paid": Sum(at_most="90.00")}, {}, {"line": {"price_paid": euro("90.01")}}),
    ({"discounted": True}, {}, {"line": {"is_discounted": False}}),
    ({"discount_codes": ("welcome10",)}, {}, {"order": {"discount_codes": frozenset({"OTHER"})}}),
    ({"final_sale": False}, {}, {"line": {"is_final_sale": True}}),
    ({"order_date": Dates(first=date(2026, 11, 1))}, {}, {"order": {"placed_at": NOW.replace(month=10)}}),
    ({"order_date": Dates(last=date(2026, 11, 1))}, {}, {"order": {"placed_at": NOW}}),
    ({"countries": ("SE", "NO")}, {}, {"order": {"country": "DE"}}),
    ({"markets": ("nordics",)}, {}, {"order": {"markets": frozenset()}}),
    ({"markets": ("uk", "Europe")}, {}, {"order": {"markets": frozenset({"nordics"})}}),
    ({"channels": ("Online Store",)}, {}, {"order": {"channel": "Point of Sale"}}),
    ({"company": False}, {}, {"order": {"is_company": True}}),
    ({"order_value": Sum(at_most="100")}, {}, {"order": {"value": euro("100.01")}}),
    ({"customer_tags": ("vip",)}, {}, {"customer": {"tags": frozenset()}}),
    ({"customer_lists": (Standing.NEITHER,)}, {}, {"customer": {"standing": Standing.BLOCKED}}),
    ({"order_count": Count(at_least=3)}, {}, {"customer": {"order_count": 2}}),
    ({"return_count": Count(at_most=1)}, {}, {"customer": {"return_count": 2}}),
    ({"return_value": Sum(at_most="40")}, {}, {"customer": {"return_value": euro("40.01")}}),
    ({"bonus_received": Sum(at_most="4")}, {}, {"customer": {"bonus_received": euro("4.01")}}),
    ({"reasons": ("damaged",)}, {"notice": {"reason": "damaged"}}, {}),
    ({"methods": (Method.IN_STORE,)}, {"notice": {"method": Method.IN_STORE}}, {"notice": {"method": Method.LABEL}}),
    ({"days_since_order": Count(at_most=19)}, {}, {"now": NOW.replace(day=21)}),
    ({"days_since_fulfilment": Count(at_most=18)}, {}, {"now": NOW.replace(day=21)}),
    ({"days_since_delivery": Count(at_least=15)}, {}, {"now": NOW.replace(day=19)}),
]


@pytest.mark.parametrize(("when", "met", "unmet"), CASES, ids=lambda case: str(next(iter(case), "")) if case else "")
def test_a_condition_holds_exactly_where_its_fact_does(
    when: dict[str, Any], met: dict[str, Any], unmet: dict[str, Any]
) -> None:
    conditions = Conditions(**when)

    assert conditions.hold(subject(**met), 7)
    assert not conditions.hold(subject(**unmet), 7)


def test_every_condition_has_a_case() -> None:
    assert {name for when, _, _ in CASES for name in when} == set(Conditions.__dataclass_fields__)  # pyright: ignore


def test_all_named_conditions_must_hold_together() -> None:
    both = Conditions(countries=("SE",), product_tags=("Boots",))

    assert both.hold(subject(), 7)
    assert not both.hold(subject(order={"country": "DE"}), 7)


def test_what_is_not_known_of_a_guest_meets_no_condition() -> None:
    ada = subject()
    guest = type(ada)(ada.line, ada.order, None, ada.notice)

    for name, asked in (
        ("customer_tags", ("VIP",)),
        ("order_count", Count(at_most=99)),
        ("return_value", Sum(at_most="9")),
    ):
        assert not Conditions(**{name: asked}).hold(guest, 7)


def test_amounts_in_the_shops_currency_are_converted_at_the_orders_own_rate() -> None:
    swedish = {"rates": Rates("SEK", "EUR", rate=Decimal("11")), "value": euro("90.00")}

    assert Conditions(order_value=Sum(at_least="90")).hold(subject(order=swedish), 7)
    assert not Conditions(order_value=Sum(at_least="90.01")).hold(subject(order=swedish), 7)
    assert Conditions(order_value=Sum(at_least={"SEK": "990"})).hold(subject(order=swedish), 7)
    assert not Conditions(order_value=Sum(at_least={"USD": "1"})).hold(subject(order=swedish), 7)


def test_the_first_matching_rule_decides_each_effect_and_the_rest_is_left_to_later_rules() -> None:
    versions = (
        published(
            rule("Boots", {"product_tags": ("Boots",)}, approval=Approval.AT_ONCE),
            rule("Hats", {"product_tags": ("Hats",)}, photos=True),
            rule(
                "All",
                approval=Approval.REVIEW,
                outcomes=EVERYTHING,
                windows={Scope.REFUND: Window(latest_day=20), Scope.ANY: Window(latest_day=40)},
            ),
        ),
    )

    verdict = check(versions, subject())

    assert verdict.approval is Approval.AT_ONCE
    assert not verdict.needs_photos
    refund, credit = verdict.terms_for(Outcome.REFUND), verdict.terms_for(Outcome.STORE_CREDIT)
    assert refund is not None
    assert credit is not None
    assert (refund.closes, credit.closes) == (date(2026, 11, 25), date(2026, 12, 15))
    named = {(d.aspect.value, d.part): d.rule for d in verdict.decisions}
    assert named[("approval", "")] == "Boots"
    assert named[("window", "refund")] == "All"
    assert named[("photos", "")] == ""
