"""Withdrawals in one process: Ada buys, the shop sends some of it, Ada declares, workers carry it out."""

from __future__ import annotations

from typing import Any

from returns_counter import Counter
from settling import work
from sqlalchemy import select

from jobs.reactions import do_duty
from returns_desk import Desk
from shopify_app.db import Session
from shopify_app.events import Reaction
from shopify_app.returns.models import Return
from shopify_app.returns.withdrawing import declarations as withdrawals
from shopify_app.returns.withdrawing.declarations import Declaration
from shopify_app.returns.withdrawing.models import Withdrawal

POSTAGE = [{"title": "Standard", "price": "4.90"}]
IN_SWEDEN = {"first_name": "Ada", "last_name": "Lindholm", "address1": "Storgatan 1", "city": "Göteborg",
             "zip": "411 24", "country_code": "SE", "country": "Sweden"}  # fmt: skip


def buys(counter: Counter, *names: str, sent: int = 0, quantity: int = 1, **order: Any) -> Desk:
    """Ada buys `quantity` of each good; the shop sends the first `sent` lines, which arrive."""
    stage, variants = counter.stage, counter.desk.variants
    lines = [{"variant_id": variants[name], "quantity": quantity} for name in names]
    who = {"customer": {"id": 501}, "email": "ada@example.com", "shipping_address": IN_SWEDEN, "taxes_included": False}
    placed = stage.post("/orders", {"line_items": lines, "shipping_lines": POSTAGE} | who | order)
    parcel = 0
    if sent:
        rows = stage.world.need("order", placed["id"])["line_items"][:sent]
        goods = [{"id": row["id"], "quantity": row["quantity"]} for row in rows]
        parcel = stage.post("/fulfillments", {"order_id": placed["id"], "lines": goods})["id"]
        stage.post("/events", {"fulfillment_id": parcel, "status": "delivered"})
    desk = Desk(stage, placed["id"], parcel, variants)
    counter.learn(desk)
    return desk


def declare(counter: Counter, desk: Desk, key: str = "one", lines: dict[int, int] | None = None) -> Withdrawal:
    """Ada withdraws, from all that she may or from so many units of the lines by their place."""
    with counter.database.write() as session:
        order = counter.order(session, desk)
        wanted = {order.lines[place - 1].shopify_id: units for place, units in (lines or {}).items()}
        return withdrawals.declare(session, order, Declaration(key, "Ada Lindholm", None, "en", wanted), counter.now())


def carry_out(counter: Counter) -> None:
    """Whoever follows events and steps does what is due, until nothing is left."""
    for _ in range(4):
        open_only(counter)
        work(counter)


def open_only(counter: Counter) -> None:
    """What follows from events, and nothing of what is to be done at Shopify."""
    with counter.database.read() as session:
        duties = list(session.scalars(select(Reaction.id).where(Reaction.state == "pending")))
    for duty in duties:
        do_duty(counter.wire.adapters, duty)


def return_of(session: Session, row: Withdrawal) -> Return:
    found = withdrawals.return_of(session, row)
    assert found is not None
    return found


def its_return(counter: Counter, row: Withdrawal) -> Return:
    with counter.database.read() as session:
        found = return_of(session, session.get_one(Withdrawal, row.id))
        _ = [line.units for line in found.lines]
        return found


def goodwill(counter: Counter, desk: Desk, times: int, note: str = "Sorry") -> None:
    """A cent of the order's payment goes back by hand, so many times."""
    payment = desk.payment()
    for _ in range(times):
        counter.wire.advance(seconds=1)
        money = {"orderId": desk.order_gid, "parentId": payment, "kind": "REFUND", "amount": "0.01"}
        gateway = counter.returnable(desk).tenders[0].gateway
        input = {"orderId": desk.order_gid, "currency": "EUR", "note": note, "notify": False}
        input |= {"transactions": [money | {"gateway": gateway}]}
        counter.api.create_refund(input, f"{note} {counter.now().isoformat()}")
