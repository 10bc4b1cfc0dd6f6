"""Returns that somebody moves in Shopify's own pages: our rows follow, our own effects are recognised."""

from __future__ import annotations

from typing import Any

import pytest
from returns_counter import Counter, open_counter
from settling import approve, grant, groups, looks, receive, settle_now, state, states, theirs, with_credit
from sqlalchemy import select
from webhooks_by_hand import carry_post

from returns_desk import BY_ID, CREATE, PROCESS
from shopify_app.db import Database
from shopify_app.returns.models import Return, ReturnEntry
from shopify_app.returns.states import Source
from shopify_app.returns.vocabulary import Outcome

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return with_credit(open_counter(database, database_url))


def entries(counter: Counter, ret: Return) -> list[str]:
    with counter.database.read() as session:
        wanted = select(ReturnEntry.kind).where(ReturnEntry.return_id == ret.id).order_by(ReturnEntry.id)
        return list(session.scalars(wanted))


def returns(counter: Counter) -> list[Return]:
    with counter.database.read() as session:
        return list(session.scalars(select(Return).order_by(Return.id)))


def as_merchant(counter: Counter, document: str, **variables: Any) -> None:
    counter.wire.advance(seconds=2)
    answer = counter.stage.post("/merchant/graphql", {"query": document, "variables": variables})
    (payload,) = answer["data"].values()
    assert payload["userErrors"] == []


@pytest.mark.asked
def test_what_we_did_ourselves_changes_nothing(counter: Counter) -> None:
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)
    carry_post(counter)
    receive(counter, ret)
    before = entries(counter, ret)

    carry_post(counter)

    assert entries(counter, ret) == before
    assert len(returns(counter)) == 1
    assert states(counter, ret) == ["settled"]


def test_a_return_cancelled_there_is_off_here(counter: Counter) -> None:
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)
    carry_post(counter)

    made = counter.wire.world.store.all("return")[0]
    as_merchant(counter, BY_ID["returnCancel"], id=made["admin_graphql_api_id"])
    carry_post(counter)

    assert states(counter, ret) == ["cancelled"]
    assert grant(counter, ret).state == "void"
    assert "changed_at_shopify" in entries(counter, ret)


def test_a_return_closed_there_falls_away_here(counter: Counter) -> None:
    ret = counter.asked()
    approve(counter, ret)
    carry_post(counter)

    made = counter.wire.world.store.all("return")[0]
    as_merchant(counter, BY_ID["returnClose"], id=made["admin_graphql_api_id"])
    carry_post(counter)

    assert (states(counter, ret), state(counter, ret)) == (["fell_away"], "closed")
    assert theirs(counter) == []


def test_a_return_settled_there_is_settled_here_by_its_figures(counter: Counter) -> None:
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)
    carry_post(counter)

    made = counter.wire.world.store.all("return")[0]
    lines = [{"id": each["admin_graphql_api_id"], "quantity": 1} for each in made["return_line_items"]]
    given = {"returnId": made["admin_graphql_api_id"], "returnLineItems": lines} | {
        "financialTransfer": counter.desk.refund("40.00")
    }
    as_merchant(counter, PROCESS, **{"in": given})
    carry_post(counter)
    receive(counter, ret)

    assert states(counter, ret) == ["settled"], [(g.look, g.look_facts) for g in groups(counter, ret)]
    assert grant(counter, ret).state == "void"
    assert theirs(counter) == [("refund", "40.00")]


def test_a_return_begun_there_becomes_one_of_ours_and_can_be_settled_by_hand(counter: Counter) -> None:
    wanted = {"orderId": counter.desk.order_gid, "returnLineItems": [counter.desk.line()]}
    as_merchant(counter, CREATE, **{"in": wanted})

    carry_post(counter)

    (ret,) = returns(counter)
    assert (ret.source, state(counter, ret), states(counter, ret)) == (Source.SHOPIFY, "approved", ["open"])
    receive(counter, ret)
    assert theirs(counter) == []
    settle_now(counter, ret)
    assert states(counter, ret) == ["settled"], [(g.look, g.look_facts) for g in groups(counter, ret)]
    assert theirs(counter) == [("refund", "48.60")]


def test_a_refund_made_there_stops_the_return_it_may_have_been_for(counter: Counter) -> None:
    ret = counter.asked()
    approve(counter, ret)
    carry_post(counter)
    refund = """mutation R($in: RefundInput!) { refundCreate(input: $in) @idempotent(key: "one") {
        userErrors { message } } }"""
    paid = {"orderId": counter.desk.order_gid, "kind": "REFUND", "gateway": "manual", "amount": "10.00",
            "parentId": counter.desk.payment()}  # fmt: skip

    as_merchant(counter, refund, **{"in": {"orderId": counter.desk.order_gid, "transactions": [paid]}})
    carry_post(counter)

    assert looks(counter, ret) == ["refund_elsewhere"]
    assert "refund_elsewhere" in entries(counter, ret)
    receive(counter, ret)
    assert theirs(counter) == [("refund", "10.00")]
    settle_now(counter, ret)
    assert states(counter, ret) == ["settled"], [(g.look, g.look_facts) for g in groups(counter, ret)]
    assert theirs(counter) == sorted([("refund", "10.00"), ("refund", "48.60")])
