"""Shopify App Pricing in miniature: chosen, approved, declined, cancelled, frozen, and told as Shopify tells it."""

from __future__ import annotations

from typing import Any

import pytest

from devstage import Stage
from devstore import billing
from shopify_app.shopify.operations import operation
from shopify_app.shops.entitlements_plans import PLANS

TOPIC = "app_subscriptions/update"


def choose(stage: Stage, plan: str, answer: str | None = "approve") -> dict[str, Any]:
    made = stage.post("/billing", {"plan": plan})
    return stage.post(f"/billing/{made['id']}/{answer}") if answer else made


def told(stage: Stage) -> list[tuple[str, str]]:
    found = (body["app_subscription"] for body in stage.sent(TOPIC))
    return [(each["plan_handle"], each["status"]) for each in found]


def place(stage: Stage) -> str:
    return f"/store/{stage.config.shop.removesuffix('.myshopify.com')}/charges/postlude"


def in_force(stage: Stage) -> list[str]:
    found = stage.read(operation("Subscriptions").text)["currentAppInstallation"]["activeSubscriptions"]
    return [each["lineItems"][0]["plan"]["pricingDetails"]["planHandle"] for each in found]


def test_the_plans_on_sale_are_those_that_the_app_knows(stage: Stage) -> None:
    assert [(each["handle"], each["name"], each["price"], each["trial_days"]) for each in billing.plans()] == [
        (plan.handle, plan.name, str(plan.price), plan.trial_days) for plan in PLANS
    ]


def test_a_plan_counts_once_it_is_approved_and_ends_the_one_before(stage: Stage) -> None:
    choose(stage, "growth", answer=None)
    assert in_force(stage) == []

    choose(stage, "growth")
    choose(stage, "scale")

    assert in_force(stage) == ["scale"]
    assert told(stage) == [
        ("growth", "PENDING"), ("growth", "EXPIRED"), ("growth", "PENDING"), ("growth", "ACTIVE"),
        ("scale", "PENDING"), ("growth", "CANCELLED"), ("scale", "ACTIVE"),
    ]  # fmt: skip


def test_what_was_declined_leaves_what_was_in_force(stage: Stage) -> None:
    choose(stage, "growth")
    choose(stage, "scale", answer="decline")

    assert in_force(stage) == ["growth"]
    assert told(stage)[-1] == ("scale", "DECLINED")


def test_what_nobody_approves_is_gone_after_two_days(stage: Stage) -> None:
    waiting = choose(stage, "growth", answer=None)
    stage.world.clock.advance(2 * 86400)

    refused = stage.control("POST", f"/billing/{waiting['id']}/approve")

    assert refused.status_code == 422
    assert told(stage)[-1] == ("growth", "EXPIRED")


def test_a_bill_that_is_not_paid_freezes_the_plan_until_it_is(stage: Stage) -> None:
    choose(stage, "growth")
    stage.post("/billing/freeze")
    assert in_force(stage) == []

    stage.post("/billing/thaw")

    assert in_force(stage) == ["growth"]
    assert [status for _, status in told(stage)[-2:]] == ["FROZEN", "ACTIVE"]


def test_trial_days_that_were_used_are_not_given_again(stage: Stage) -> None:
    assert choose(stage, "growth")["trial_days"] == 14
    stage.world.clock.advance(5 * 86400)
    assert choose(stage, "scale")["trial_days"] == 9
    stage.world.clock.advance(20 * 86400)
    assert choose(stage, "growth")["trial_days"] == 0


def test_nothing_is_billed_for_an_app_that_was_removed(stage: Stage) -> None:
    choose(stage, "scale")
    stage.post("/uninstall")

    assert [each["status"] for each in stage.control("GET", "/billing").json["subscriptions"]] == ["CANCELLED"]
    assert told(stage)[-1] == ("scale", "ACTIVE")
    assert stage.sent("app/uninstalled")


@pytest.mark.parametrize("verb", ["cancel", "freeze", "thaw"])
def test_without_a_plan_there_is_nothing_to_end(stage: Stage, verb: str) -> None:
    assert stage.control("POST", f"/billing/{verb}").status_code == 422


def test_a_plan_that_is_not_on_sale_cannot_be_chosen(stage: Stage) -> None:
    assert stage.control("POST", "/billing", {"plan": "platinum"}).status_code == 404
    assert stage.control("POST", "/billing", {}).status_code == 422


def test_a_merchant_chooses_looks_over_and_approves_on_shopifys_own_pages(stage: Stage) -> None:
    asked = stage.client.post(f"{place(stage)}/choose", data={"plan": "growth"})
    page = stage.client.get(asked.location)
    approved = stage.client.post(asked.location.replace("/confirm", "/approve"))

    assert "14 days, until" in page.text
    assert approved.location == "/admin/apps/postlude/plans?plan_handle=growth"
    assert "Current plan" in stage.client.get(f"{place(stage)}/pricing_plans").text
    assert in_force(stage) == ["growth"]


def test_a_free_plan_needs_no_approval(stage: Stage) -> None:
    answer = stage.client.post(f"{place(stage)}/choose", data={"plan": "starter"})

    assert answer.location == "/admin/apps/postlude/plans?plan_handle=starter"
    assert in_force(stage) == ["starter"]


def test_the_plan_page_declines_cancels_and_says_what_cannot_be(stage: Stage) -> None:
    asked = stage.client.post(f"{place(stage)}/choose", data={"plan": "growth"})
    declined = stage.client.post(asked.location.replace("/confirm", "/decline"), follow_redirects=True)
    again = stage.client.post(asked.location.replace("/confirm", "/approve"), follow_redirects=True)
    choose(stage, "growth")
    cancelled = stage.client.post(f"{place(stage)}/cancel", follow_redirects=True)

    assert "Declined. Nothing changed." in declined.text
    assert "This plan waits for no approval: it is declined." in again.text
    assert "The plan is cancelled." in cancelled.text
    assert in_force(stage) == []
