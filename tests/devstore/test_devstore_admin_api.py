"""The Admin API: what it answers, what it refuses, what it costs, and how it fails on demand."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from devstage import API, Stage, make_stage
from devstore.admin.fields import TABLE
from devstore.cost import Bucket, size_factor
from devstore.schema import admin_schema
from devstore.seed import SeedShop

DOCUMENTS = Path(__file__).resolve().parents[2] / "shopify_app" / "shopify" / "graphql"
NAMES = """query Names($first: Int!, $after: String, $query: String) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { id name updatedAt }
    pageInfo { hasNextPage endCursor }
  }
}"""


def errors(answer: Any) -> list[dict[str, Any]]:
    return answer.json["errors"]


def newest(stage: Stage, kind: str) -> int:
    return stage.world.store.all(kind)[-1]["id"]


def test_every_implemented_field_exists_in_shopifys_schema() -> None:
    types = admin_schema().type_map

    invented = [key for key in TABLE if key[1] not in types[key[0]].fields and key[1] != "legacyResourceId"]  # type: ignore[union-attr]

    assert invented == []


def test_a_field_nobody_implemented_is_an_error_that_names_it(stage: Stage) -> None:
    answer = stage.ask("{ shop { fulfillmentServices { handle } } }")

    assert errors(answer)[0]["message"] == "The dev store does not implement Shop.fulfillmentServices."


def test_what_the_schema_does_not_know_is_refused_before_it_runs(stage: Stage) -> None:
    answer = stage.ask("{ shop { fondness } }")

    assert "Cannot query field 'fondness' on type 'Shop'" in errors(answer)[0]["message"]
    assert "data" not in answer.json


ASKED_BY_RETURNS = frozenset(
    {"CustomerCredit", "GiftCardsFound", "OrderCountsPage", "OrderForReturn", "OrderMoney", "OrderRefunds",
     "OrderReturns", "RefundMadeById", "ReturnCalculate", "ReturnFacts", "ReturnableLinesPage", "ReverseOrderOwner",
     "StoreCreditTransactions", "StoreCreditTransactionsPage", "SuggestedOutcome", "VariantStock"}
)  # fmt: skip
"""Documents about things that this untouched shop does not have; tests/shopify/test_return_reads.py and the settlements
and withdrawals of tests/returns ask them of returns, credits and stock that are there, and orders with much behind
them the second page of an order's lines."""


ASKED_WITH_CONSENT = frozenset({"ThemePicture", "ThemeSettings"})
"""Documents behind an optional scope, which this shop has not granted."""


def test_every_document_of_the_product_is_answered_in_full(stage: Stage) -> None:
    ids = {
        "OrderById": newest(stage, "order"),
        "OrderLinesPage": newest(stage, "order"),
        "OrderBalance": newest(stage, "order"),
        "MarketRegions": newest(stage, "market"),
        "ProductById": newest(stage, "product"),
        "ProductVariantsPage": newest(stage, "product"),
        "FulfillmentById": newest(stage, "fulfillment"),
        "RefundById": _refund(stage),
        "FulfillmentOrderOwner": newest(stage, "order"),
    }
    answered = []
    for file in sorted(DOCUMENTS.glob("*.graphql")):
        text = _with_fragments(file)
        if "mutation" in text or ids.get(file.stem, 1) is None or file.stem in ASKED_BY_RETURNS:
            continue
        kind = file.stem
        for end in ("ById", "LinesPage", "VariantsPage", "Owner", "Regions", "Balance"):
            kind = kind.removesuffix(end)
        variables = {"id": f"gid://shopify/{kind}/{ids[file.stem]}"} if file.stem in ids else {}
        variables |= {name: 2 if kind == "Int" else "postlude" for name, kind in _required(text) if name != "id"}
        if file.stem == "ProductsThere":
            variables = {"ids": [f"gid://shopify/Product/{newest(stage, 'product')}"]}
        body = stage.ask(text, **variables).json
        if file.stem in ASKED_WITH_CONSENT:
            assert [each["extensions"]["code"] for each in body["errors"]] == ["ACCESS_DENIED"]
            continue
        assert "errors" not in body, (file.stem, body["errors"])
        answered.append(file.stem)

    assert {"OrdersPage", "OrderById", "ProductsPage", "ShopProfile", "FulfillmentById"} <= set(answered)


def _required(text: str) -> list[tuple[str, str]]:
    """The variables of a document that must be given, with their types."""
    return re.findall(r"\$(\w+): (\w+)!", text)


def _refund(stage: Stage) -> int:
    placed = stage.post("/orders", {"line_items": [{"title": "Book", "price": "9.00"}]})
    stage.post(f"/orders/{placed['id']}/cancel")
    return newest(stage, "refund")


def _with_fragments(file: Path) -> str:
    """A document with the fragments it spreads, whether they stand in it or in files of their own."""
    texts = {file.stem: file.read_text()}
    kept = {each.stem: each.read_text() for each in DOCUMENTS.rglob("*.graphql") if each != file}
    while missing := _spread(texts.values()) - _defined(texts.values()):
        texts |= {name: kept[name] for name in missing}
    return "\n".join(texts.values())


def _spread(texts: Any) -> set[str]:
    return {name for text in texts for name in re.findall(r"\.\.\.\s*(?!on\b)(\w+)", text)}


def _defined(texts: Any) -> set[str]:
    return {name for text in texts for name in re.findall(r"fragment\s+(\w+)\s+on", text)}


def test_money_comes_in_both_currencies_and_without_padding(stage: Stage) -> None:
    placed = stage.post("/orders", {"line_items": [{"title": "Book", "price": "9.00"}], "presentment_currency": "JPY"})
    query = """query M($id: ID!) { order(id: $id) { totalPriceSet {
      shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } } } }"""

    money = stage.read(query, id=f"gid://shopify/Order/{placed['id']}")["order"]["totalPriceSet"]

    assert money["shopMoney"] == {"amount": "9.0", "currencyCode": "EUR"}
    assert money["presentmentMoney"] == {"amount": "1512.0", "currencyCode": "JPY"}


def test_paging_by_change_visits_every_order_once(stage: Stage) -> None:
    seen, after = [], None
    while True:
        page = stage.read(NAMES, first=5, after=after)["orders"]
        seen += [node["id"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]

    assert len(seen) == len(set(seen)) == len(stage.world.store.all("order"))


def test_an_order_that_changes_between_two_pages_is_not_lost(stage: Stage) -> None:
    first = stage.read(NAMES, first=4)["orders"]
    moved = first["nodes"][-1]["id"].rpartition("/")[2]
    stage.world.clock.advance(5)
    stage.post(f"/orders/{moved}", {"note": "changed meanwhile"})

    rest = stage.read(NAMES, first=50, after=first["pageInfo"]["endCursor"])["orders"]["nodes"]

    everyone = {node["id"] for node in [*first["nodes"], *rest]}
    assert len(everyone) == len(stage.world.store.all("order"))
    assert rest[-1]["id"].endswith(moved)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("name:{name}", 1),
        ("id:{id}", 1),
        ("name:{name} OR name:#0", 1),
        ("name:{name} AND -financial_status:voided", 1),
        ("NOT name:{name}", -1),
        ("(name:{name} OR name:#0) AND test:true", 0),
        ("updated_at:>='2999-01-01'", 0),
        ("created_at:>2000-01-01T00:00:00Z status:any", None),
    ],
)
def test_orders_are_found_by_shopifys_search_syntax(stage: Stage, query: str, expected: int | None) -> None:
    order = stage.world.store.all("order")[0]
    everything = len(stage.world.store.all("order"))
    wanted = {None: everything, -1: everything - 1}.get(expected, expected)

    found = stage.read(NAMES, first=100, query=query.format(name=order["name"], id=order["id"]))["orders"]["nodes"]

    assert len(found) == wanted


def test_a_search_field_nobody_implemented_is_an_error(stage: Stage) -> None:
    assert "search field 'moon_phase'" in errors(stage.ask(NAMES, first=1, query="moon_phase:full"))[0]["message"]


def test_a_connection_wants_a_size_of_at_most_250(stage: Stage) -> None:
    assert "first or last" in errors(stage.ask("{ products { nodes { id } } }"))[0]["message"]
    assert "between 0 and 250" in errors(stage.ask("{ products(first: 251) { nodes { id } } }"))[0]["message"]


def test_no_token_or_a_wrong_one_is_unauthorized(stage: Stage) -> None:
    assert stage.ask("{ shop { name } }", token="shpat_wrong").status_code == 401


def test_a_scope_the_token_lacks_is_named(stage: Stage) -> None:
    stage.install("read_products")
    order = newest(stage, "order")

    answer = stage.ask("query O($id: ID!) { order(id: $id) { id } }", id=f"gid://shopify/Order/{order}")

    assert errors(answer)[0]["extensions"]["code"] == "ACCESS_DENIED"
    assert "`read_orders`" in errors(answer)[0]["message"]
    assert answer.json["data"]["order"] is None


def test_writing_implies_reading(stage: Stage) -> None:
    stage.install("write_products")

    assert stage.read("{ products(first: 1) { nodes { id } } }")["products"]["nodes"]


def test_without_all_orders_only_sixty_days_are_visible(stage: Stage) -> None:
    placed = stage.post("/orders", {"line_items": [{"title": "Book", "price": "9.00"}]})
    stage.world.clock.advance(61 * 86_400)
    query = "query O($id: ID!) { order(id: $id) { id } }"
    stage.install("read_orders")
    assert stage.read(query, id=f"gid://shopify/Order/{placed['id']}")["order"] is None

    stage.install("read_orders,read_all_orders")
    assert stage.read(query, id=f"gid://shopify/Order/{placed['id']}")["order"] is not None


def test_the_cost_is_told_and_what_was_not_needed_comes_back(stage: Stage) -> None:
    body = stage.ask('query { products(first: 250, query: "title:nothing") { nodes { id } } }').json

    cost = body["extensions"]["cost"]
    assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (12, 0)
    assert cost["throttleStatus"]["currentlyAvailable"] == cost["throttleStatus"]["maximumAvailable"]


def test_the_size_factor_reproduces_the_published_answer() -> None:
    # product { variants(first: 250) { nodes { inventoryItem { id } } } } is answered with a requested cost of 25
    assert 1 + 2 * size_factor(250) == 25
    assert [size_factor(count) for count in (0, 1, 2, 10)] == [0, 1, 2, 5]


def test_a_query_over_a_thousand_points_is_refused_whatever_the_plan(stage: Stage) -> None:
    query = """{ orders(first: 250) { nodes { lineItems(first: 250) { nodes {
      taxLines { priceSet { shopMoney { amount } } }
      originalUnitPriceSet { shopMoney { amount } } discountedUnitPriceSet { shopMoney { amount } } } } } } }"""

    assert errors(stage.ask(query))[0]["extensions"]["code"] == "MAX_COST_EXCEEDED"


def test_an_empty_bucket_answers_throttled_with_the_cost(small_seed: SeedShop) -> None:
    stage = make_stage(small_seed, bucket_size=15, restore_rate=1)
    query = 'mutation T($id: ID!) { tagsAdd(id: $id, tags: ["x"]) { userErrors { message } } }'
    order = f"gid://shopify/Order/{newest(stage, 'order')}"
    assert "errors" not in stage.ask(query, id=order).json

    answer = stage.ask(query, id=order)

    assert answer.status_code == 200
    assert errors(answer)[0]["extensions"]["code"] == "THROTTLED"
    assert answer.json["extensions"]["cost"]["requestedQueryCost"] == 10


def test_the_bucket_follows_the_plan() -> None:
    assert (Bucket("basic").maximum, Bucket("shopify_plus").restore_rate) == (2000, 1000)


@pytest.mark.parametrize(("kind", "status"), [("429", 429), ("5xx", 503), ("throttled", 200), ("revoked", 401)])
def test_a_fault_hits_the_calls_it_names_as_often_as_it_says(stage: Stage, kind: str, status: int) -> None:
    stage.post("/faults", {"kind": kind, "match": "Hit", "count": 1})

    assert stage.ask("query Missed { shop { name } }").status_code == 200
    hit = stage.ask("query Hit { shop { name } }")
    assert hit.status_code == status
    assert (kind == "throttled") == ("THROTTLED" in hit.get_data(as_text=True))
    if kind != "revoked":
        assert stage.read("query Hit { shop { name } }")


def test_a_slow_answer_takes_its_time_and_is_whole(stage: Stage) -> None:
    stage.post("/faults", {"kind": "slow", "match": "Hit", "seconds": 0.2})
    began = time.monotonic()

    assert stage.read("query Hit { shop { name } }")["shop"]["name"]
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 50_000,
        b'{"query": 5}',
        b'{"query": "{ shop { name } }", "variables": [1]}',
        b'{"query": "{ shop { name } }", "operationName": []}',
    ],
)
def test_what_is_no_graphql_request_is_refused_by_the_name_of_what_is_wrong(stage: Stage, body: bytes) -> None:
    headers = {"X-Shopify-Access-Token": stage.token, "Content-Type": "application/json"}

    answer = stage.client.post(API, data=body, headers=headers)

    assert (answer.status_code, "Required parameter missing" in answer.text) == (400, True)


@pytest.mark.parametrize("body", [b"5", b'"x"', b"[1]", b"[" * 50_000])
def test_what_is_no_request_for_a_token_is_refused_as_one(stage: Stage, body: bytes) -> None:
    answer = stage.client.post("/admin/oauth/access_token", data=body, content_type="application/json")

    assert answer.status_code == 401
    assert "invalid_client" in answer.text


def test_a_revoked_token_stays_dead_and_can_be_refreshed(stage: Stage) -> None:
    pair = stage.exchange().json
    stage.post("/faults", {"kind": "revoked", "match": "shop"})

    assert stage.ask("{ shop { name } }", token=pair["access_token"]).status_code == 401
    assert stage.ask("{ shop { name } }", token=pair["access_token"]).status_code == 401
    again = stage.refresh(pair["refresh_token"]).json["access_token"]
    assert stage.ask("{ shop { name } }", token=again).status_code == 200


def test_faults_end_when_they_are_cleared(stage: Stage) -> None:
    stage.post("/faults", {"kind": "5xx", "match": "", "count": 99})
    stage.control("DELETE", "/faults")

    assert stage.ask("{ shop { name } }").status_code == 200


def test_the_log_keeps_what_was_asked_and_answered(stage: Stage) -> None:
    stage.ask("query Name($first: Int!) { products(first: $first) { nodes { id } } }", first=1)

    call = stage.control("GET", "/calls?operation=Name").json["calls"][-1]
    assert call["operation"] == "Name products"
    assert call["variables"] == {"first": 1}
    assert len(call["answer"]["data"]["products"]["nodes"]) == 1
    assert stage.token not in json.dumps(call)


def test_nodes_are_found_by_their_global_ids(stage: Stage) -> None:
    order, product = newest(stage, "order"), newest(stage, "product")
    ids = [f"gid://shopify/Order/{order}", f"gid://shopify/Product/{product}", "gid://shopify/Order/1"]

    nodes = stage.read("query N($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=ids)["nodes"]

    assert [node and node["__typename"] for node in nodes] == ["Order", "Product", None]


def test_the_apps_own_metafields_are_kept_and_replaced_by_key(stage: Stage) -> None:
    read = """query {
      currentAppInstallation { id metafield(namespace: "postlude", key: "promise") { value jsonValue } } }"""
    write = """mutation W($metafields: [MetafieldsSetInput!]!) {
      metafieldsSet(metafields: $metafields) { metafields { id } userErrors { code message } } }"""
    owner = stage.read(read)["currentAppInstallation"]["id"]
    for value in ('{"days": 14}', '{"days": 30}'):
        field = {"ownerId": owner, "namespace": "postlude", "key": "promise", "type": "json", "value": value}
        assert stage.read(write, metafields=[field])["metafieldsSet"]["userErrors"] == []

    kept = stage.read(read)["currentAppInstallation"]["metafield"]
    assert kept == {"value": '{"days": 30}', "jsonValue": {"days": 30}}


def test_a_version_that_is_not_served_falls_back_and_says_so(stage: Stage) -> None:
    headers = {"X-Shopify-Access-Token": stage.token}
    answer = stage.client.post("/admin/api/2020-01/graphql.json", json={"query": "{ shop { name } }"}, headers=headers)

    assert answer.headers["X-Shopify-API-Version"] == "2026-10"
