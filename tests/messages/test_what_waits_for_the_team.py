"""The team hears of everything that waits for one of them: appeals, goods to send back, answers, requests without an
order number, withdrawals that stopped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from postbox import Postbox
from returned import placed, wanted
from sqlalchemy import select
from sqlalchemy.orm import Session
from team_mails import team_is_mailed

from shopify_app.events import (
    GoodsGoBack,
    Happening,
    InspectionAppealed,
    NoReceiptNeedsLook,
    NoReceiptReceived,
    ReturnAnswered,
    WithdrawalNeedsLook,
    record,
)
from shopify_app.returns.inspecting.models import GoodsSentBack, InspectionQuestion
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.no_receipt.models import NoReceiptRequest
from shopify_app.returns.withdrawing.models import Withdrawal
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import save
from shopify_app.shops.models import Shop
from shopify_app.wiring import Adapters

TEAM = Returns(team_mail="team@mara.example")
Happens = Callable[[Session, Shop, datetime, bool], Happening]


def appealed(session: Session, shop: Shop, now: datetime, is_over: bool) -> Happening:
    ret = wanted(session, placed(session, shop.id), now, state="approved", group="open")
    group = session.scalars(select(ReleaseGroup.id).where(ReleaseGroup.return_id == ret.id)).one()
    question = InspectionQuestion(
        shop_id=shop.id, return_id=ret.id, group_id=group, round=1, state="decided" if is_over else "appealed",
        units=[], asked_at=now, answer_by=now, appeal="It came with that stain.", decide_by=now + timedelta(days=3),
    )  # fmt: skip
    session.add(question)
    session.flush()
    return InspectionAppealed(order_id=ret.order_id, return_id=ret.id, question_id=question.id)


def to_send_back(session: Session, shop: Shop, now: datetime, is_over: bool) -> Happening:
    ret = wanted(session, placed(session, shop.id), now, state="closed", group="fell_away")
    sent_at = now if is_over else None
    row = GoodsSentBack(
        shop_id=shop.id, return_id=ret.id, units=[1, 2], paid_by="shop", asked_at=now, sent_at=sent_at, address="{}"
    )
    session.add(row)
    session.flush()
    return GoodsGoBack(order_id=ret.order_id, return_id=ret.id, back_id=row.id)


def answered(session: Session, shop: Shop, now: datetime, is_over: bool) -> Happening:
    state = "approved" if is_over else "requested"
    ret = wanted(session, placed(session, shop.id), now, state=state, group="open" if is_over else "waiting")
    return ReturnAnswered(order_id=ret.order_id, return_id=ret.id)


def without_a_number(session: Session, shop: Shop, now: datetime, is_over: bool) -> Happening:
    return NoReceiptReceived(request_id=asked(session, shop, now, state="declined" if is_over else "received"))


def credit_stopped(session: Session, shop: Shop, now: datetime, is_over: bool) -> Happening:
    look = None if is_over else "credit_failed"
    return NoReceiptNeedsLook(request_id=asked(session, shop, now, state="accepted", look=look))


def withdrawal_stopped(session: Session, shop: Shop, now: datetime, is_over: bool) -> Happening:
    order = placed(session, shop.id)
    row = Withdrawal(
        shop_id=shop.id, order_id=order.id, number="W-1042-1", key="k", token="t", received_at=now, country="SE",
        lines=[{"line_id": 9001, "quantity": 2, "title": "Linen shirt"}], is_whole=True, refund_by=date(2026, 12, 8),
        state="handled" if is_over else "needs_look", look="too_large",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return WithdrawalNeedsLook(order_id=order.id, withdrawal_id=row.id)


def asked(session: Session, shop: Shop, now: datetime, **changes: Any) -> int:
    known = {"number": "N-1001", "key": "k", "product_id": 501, "variant_id": 601, "title": "Linen shirt"}
    person = {"email": "ada@example.com", "name": "Ada", "asked_at": now, "received_at": now, "quantity": 1}
    row = NoReceiptRequest(shop_id=shop.id, **known | person | changes)
    session.add(row)
    session.flush()
    return row.id


CASES = [
    (appealed, "Return R-1042-1: a second look is wanted", "/app/returns/R-1042-1"),
    (to_send_back, "Return R-1042-1: goods are to be sent back", "/app/returns/R-1042-1"),
    (answered, "Return R-1042-1: the shopper has answered", "/app/returns/R-1042-1"),
    (without_a_number, "New request N-1001 without an order number", "/app/returns/no-receipt/N-1001"),
    (credit_stopped, "Request N-1001 needs a look", "/app/returns/no-receipt/N-1001"),
    (withdrawal_stopped, "Withdrawal W-1042-1 needs a look", "/app/returns/withdrawals"),
]
NAMES = [case[0].__name__ for case in CASES]


def told(adapters: Adapters, shop: Shop, happens: Happens, is_over: bool = False, team: Returns = TEAM) -> None:
    """It happens, and what follows for the team is done twice, as after a lost message."""
    now = adapters.clock.now()
    with adapters.database.write() as session:
        save(session, shop.id, team, "mara", now)
        record(session, shop.id, happens(session, shop, now, is_over), now)
    team_is_mailed(adapters)


@pytest.mark.parametrize(("happens", "subject", "page"), CASES, ids=NAMES)
def test_the_team_is_told_once_with_the_way_to_it(
    adapters: Adapters, postbox: Postbox, shop: Shop, happens: Happens, subject: str, page: str
) -> None:
    told(adapters, shop, happens)

    assert postbox.subjects == [subject]
    body = postbox.taken[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert page in body
    assert "stain" not in body  # what shoppers write stays on our pages
    assert "ada@example.com" not in body


@pytest.mark.parametrize("happens", [case[0] for case in CASES], ids=NAMES)
def test_the_team_is_not_told_of_what_somebody_has_seen_to(
    adapters: Adapters, postbox: Postbox, shop: Shop, happens: Happens
) -> None:
    told(adapters, shop, happens, is_over=True)

    assert postbox.subjects == []


@pytest.mark.parametrize("happens", [case[0] for case in CASES], ids=NAMES)
def test_the_team_is_not_told_where_the_shop_switched_it_off(
    adapters: Adapters, postbox: Postbox, shop: Shop, happens: Happens
) -> None:
    off = Returns(team_mail="team@mara.example", mail_new_returns=False, mail_looks=False)
    told(adapters, shop, happens, team=off)

    assert postbox.subjects == []


def test_an_appeal_says_by_when_its_shopper_was_promised_an_answer(
    adapters: Adapters, postbox: Postbox, shop: Shop
) -> None:
    told(adapters, shop, appealed)

    body = " ".join(postbox.taken[0].get_body(("plain",)).get_content().split())  # type: ignore[union-attr]
    assert "They were told that you answer by Friday, 27 November." in body
