"""A withdrawal cannot be capped: what is more than one return holds comes back in several, each paid once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from again import slow_but
from returns_counter import Counter, open_counter
from settling import MARA, groups, looks, ours, receive, states, steps, theirs, with_credit, work
from withdrawing import buys, carry_out, declare, its_return

from jobs.reactions import FOLLOWERS
from shopify_app.db import Database
from shopify_app.returns import reception, settle
from shopify_app.returns.inspecting.verdicts import lines_of
from shopify_app.returns.models import Return
from shopify_app.returns.withdrawing import opening
from shopify_app.returns.withdrawing.models import WithdrawalState
from shopify_app.settings.keys import set_key
from shopify_app.shopify.admin import AdminAPI
from shopify_app.shopify.errors import UserError, UserErrors
from shopify_app.shopify.return_facts import MOST_LINES

PIECE = "54.00"


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    database.followers = FOLLOWERS
    return with_credit(open_counter(database, database_url))


def of_shopify(counter: Counter, desk: Any) -> list[Any]:
    """The order's returns there, oldest first."""
    return counter.stage.world.store.find("return", order_id=desk.order_id)


@pytest.mark.again
def test_more_different_items_than_one_return_holds_come_back_in_two(counter: Counter) -> None:
    desk = buys(counter, *["S"] * (MOST_LINES + 1), sent=MOST_LINES + 1)

    row = declare(counter, desk)
    carry_out(counter)
    ret = its_return(counter, row)
    receive(counter, ret)

    assert (row.is_whole, states(counter, ret)) == (True, ["settled", "settled"]), looks(counter, ret)
    assert [len(made["return_line_items"]) for made in of_shopify(counter, desk)] == [MOST_LINES, 1]
    assert theirs(counter) == ours(counter, ret) == [("refund", "2700.00"), ("refund", "4.90"), ("refund", PIECE)]
    assert sorted(kind for kind, _ in steps(counter, ret)) == [
        "create", "create", "process", "process", "refund_delivery",
    ]  # fmt: skip


def test_an_order_of_250_lines_of_which_some_were_not_sent_is_withdrawn_from_to_the_last(counter: Counter) -> None:
    desk = buys(counter, *["S"] * 250, sent=130)

    row = declare(counter, desk)
    carry_out(counter)
    ret = its_return(counter, row)
    receive(counter, ret)

    with counter.database.read() as session:
        assert session.get_one(type(row), row.id).state == WithdrawalState.OPENED
    assert states(counter, ret) == ["settled"] * 4, looks(counter, ret)
    assert [len(lines_of(ret, group)) for group in groups(counter, ret)] == [120, 50, 50, 30]
    sums = ["1620.00", "2700.00", "2700.00", "4.90", "6480.00"]
    assert theirs(counter) == ours(counter, ret) == [("refund", amount) for amount in sums]
    left = counter.stage.world.need("order", desk.order_id)["line_items"]
    assert not any(line["current_quantity"] for line in left)


@pytest.mark.parametrize("sent", slow_but(0, of=[0, 40]))
def test_an_order_of_more_lines_than_one_read_or_one_refund_tells_is_withdrawn_from_to_the_last(
    counter: Counter, sent: int
) -> None:
    with counter.database.write() as session:
        set_key(session, counter.shop_id, "withdrawal.standard_delivery_cost", "3.00", "mara", counter.now())
    desk = buys(counter, *["S"] * 260, sent=sent)

    row = declare(counter, desk)
    carry_out(counter)
    ret = its_return(counter, row)
    if sent:
        receive(counter, ret)

    assert states(counter, ret) == ["settled"] * 2, looks(counter, ret)
    assert [len(lines_of(ret, group)) for group in groups(counter, ret)] == ([220, 40] if sent else [250, 10])
    for book in (theirs(counter), ours(counter, ret)):  # what is paid to one card at once is one sum there and two here
        assert sum(Decimal(amount) for _, amount in book) == 260 * Decimal(PIECE) + 3
    order = counter.stage.world.need("order", desk.order_id)
    assert not any(line["current_quantity"] for line in order["line_items"])
    assert bool(order["cancelled_at"]) is (sent == 0)


@pytest.mark.parametrize("refused", [None, 1, 2])
def test_an_order_taken_off_in_several_refunds_is_cancelled_once_after_the_last(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, refused: int | None
) -> None:
    monkeypatch.setattr(opening, "MOST_TAKEN_OFF", 1)
    made, create, money = [], AdminAPI.create_refund, AdminAPI.order_money

    def at_times(self: AdminAPI, *given: Any) -> Any:
        made.append(given)
        if len(made) == refused:
            raise UserErrors([UserError("Not now.")])
        return create(self, *given)

    def not_yet(self: AdminAPI, *given: Any) -> Any:
        seen = money(self, *given)
        return seen and replace(seen, is_cancelled=False)  # Shopify cancels shortly after it said yes

    monkeypatch.setattr(AdminAPI, "create_refund", at_times)
    monkeypatch.setattr(AdminAPI, "order_money", not_yet)
    row = declare(counter, buys(counter, "S", "M", sent=0))
    carry_out(counter)
    ret = its_return(counter, row)
    with counter.database.write() as session:
        for group in [each for each in groups(counter, ret) if each.look]:
            settle.retry(session, counter.ret(session, ret), group.id, MARA, counter.now())
    work(counter)

    assert (states(counter, ret), looks(counter, ret)) == (["settled", "settled"], [None, None])
    assert sorted(theirs(counter)) == [("refund", "54.00"), ("refund", "58.90")]
    assert [phase for kind, phase in steps(counter, ret) if kind.startswith("cancel_order")] == ["done"]


def test_pieces_of_a_line_that_came_in_several_parcels_stay_together(counter: Counter) -> None:
    desk = buys(counter, *["S"] * MOST_LINES, "M", quantity=2, sent=MOST_LINES)
    line = counter.stage.world.need("order", desk.order_id)["line_items"][-1]
    for _ in range(2):
        parcel = {"order_id": desk.order_id, "lines": [{"id": line["id"], "quantity": 1}]}
        sent = counter.stage.post("/fulfillments", parcel)
        counter.stage.post("/events", {"fulfillment_id": sent["id"], "status": "delivered"})
    counter.learn(desk)

    row = declare(counter, desk)
    carry_out(counter)
    ret = its_return(counter, row)
    receive(counter, ret)

    assert states(counter, ret) == ["settled", "settled"], looks(counter, ret)
    assert [len(made["return_line_items"]) for made in of_shopify(counter, desk)] == [MOST_LINES, 2]
    assert theirs(counter) == ours(counter, ret) == [("refund", "108.00"), ("refund", "4.90"), ("refund", "5400.00")]


@pytest.mark.again
@pytest.mark.parametrize("document", ["ReturnCreate", "ReturnProcess", "RefundCreate"])
@pytest.mark.parametrize("nth", slow_but(2, of=[1, 2]))
def test_whatever_answer_is_lost_each_part_is_made_and_paid_once(counter: Counter, document: str, nth: int) -> None:
    desk = buys(counter, *["S"] * (MOST_LINES + 1), sent=MOST_LINES + 1)
    row = declare(counter, desk)
    counter.wire.fault("answer_lost", document, nth)

    carry_out(counter)
    ret = its_return(counter, row)
    receive(counter, ret)

    assert states(counter, ret) == ["settled", "settled"], (steps(counter, ret), looks(counter, ret))
    assert len(of_shopify(counter, desk)) == 2
    assert theirs(counter) == ours(counter, ret) == [("refund", "2700.00"), ("refund", "4.90"), ("refund", PIECE)]


def receives_part(counter: Counter, ret: Return, which: int) -> None:
    """Only the goods of one release group are here."""
    wanted = groups(counter, ret)[which].id
    with counter.database.write() as session:
        found = counter.ret(session, ret)
        for line in [each for each in found.lines if each.group_id == wanted]:
            reception.receive(session, found, line.id, None, MARA, counter.now())
    work(counter)


@pytest.mark.again
@pytest.mark.parametrize(("first", "last"), [(0, 1), (1, 0)])
def test_the_delivery_goes_back_once_with_whatever_part_is_here_first(counter: Counter, first: int, last: int) -> None:
    desk = buys(counter, *["S"] * (MOST_LINES + 1), sent=MOST_LINES + 1)
    row = declare(counter, desk)
    carry_out(counter)
    ret = its_return(counter, row)

    receives_part(counter, ret, first)
    before = theirs(counter)
    receives_part(counter, ret, last)

    assert ("refund", "4.90") in before
    assert len(before) == 2
    assert theirs(counter) == [("refund", "2700.00"), ("refund", "4.90"), ("refund", PIECE)]
    assert states(counter, ret) == ["settled", "settled"], looks(counter, ret)
