"""Mara handles returns in Shopify's own admin, without the app."""

from __future__ import annotations

import pytest

from devstage import Stage
from returns_desk import Desk, shown, worked_example


@pytest.fixture
def ada(stage: Stage) -> Desk:
    return worked_example(stage)


def click(desk: Desk, path: str, **form: str) -> str:
    answer = desk.stage.client.post(f"/admin/{path}", data=form, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def open_return(desk: Desk, **form: str) -> str:
    line = {f"line-{desk.parcel_id * 1000 + 1}": "1", "reason": "7100001"}
    return click(desk, f"orders/{desk.order_id}/returns", **line, **form)


def made(desk: Desk) -> dict:
    return desk.stage.world.store.find("return", order_id=desk.order_id)[-1]


def test_a_return_is_opened_and_refunded_by_hand(ada: Desk) -> None:
    page = open_return(ada, note="Brought to the counter", kind="create")
    assert "The return is open." in page
    assert 'value="48.60"' in page

    done = click(ada, f"returns/{made(ada)['id']}/process", method="original", amount="48.60", restock="on")

    assert "The return is processed." in done
    assert ada.ledger("refund") == [("refund", "48.60")]
    assert made(ada)["status"] == "closed"
    assert ada.stage.sent("returns/process")
    assert ada.stage.sent("reverse_fulfillment_orders/dispose")


def test_a_request_is_answered_by_hand(ada: Desk) -> None:
    open_return(ada, kind="request", note="Too small")
    assert made(ada)["status"] == "requested"

    page = click(ada, f"returns/{made(ada)['id']}/decline", reason="FINAL_SALE", note="Sorry")

    assert "final sale" in page
    open_return(ada, kind="request")
    click(ada, f"returns/{made(ada)['id']}/approve")
    assert made(ada)["status"] == "open"


def test_an_exchange_by_hand_says_what_is_owed_and_store_credit_takes_the_rest(ada: Desk) -> None:
    page = open_return(ada, kind="create", variant_id=str(ada.variants["coat"]))
    assert "The customer owes 16.20 EUR" in page
    click(ada, f"returns/{made(ada)['id']}/process", method="nothing")
    assert shown(ada.order()["totalOutstandingSet"]) == "16.20"
    ada.stage.post("/payments", {"order_id": ada.order_id})

    open_return(ada, kind="create", variant_id=str(ada.variants["scarf"]))
    click(ada, f"returns/{made(ada)['id']}/process", method="store_credit", amount="5.40")

    assert ada.ledger("store_credit_refund") == [("store_credit_refund", "5.40")]


def test_what_is_refused_is_said_on_the_page(ada: Desk) -> None:
    nothing = click(ada, f"orders/{ada.order_id}/returns", reason="7100001", kind="create")
    assert "Return line items can&#39;t be blank" in nothing
    open_return(ada, kind="create")
    assert "lots is not a number." in click(ada, f"returns/{made(ada)['id']}/process", method="original", amount="lots")
    click(ada, f"returns/{made(ada)['id']}/cancel")

    assert "Return status must be CLOSED" in click(ada, f"returns/{made(ada)['id']}/reopen")
