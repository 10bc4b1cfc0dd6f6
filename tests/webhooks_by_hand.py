"""The post between the dev store and the product in one process: what Shopify wrote goes into the inbox, handled."""

from __future__ import annotations

from itertools import count

from returns_counter import Counter
from settling import work
from sqlalchemy import select

from shopify_app.leases import WorkState
from webhooks.handle import handle_delivery
from webhooks.inbox import Delivery, pack

_numbers = count(1)
ROUNDS = 12


def carry_post(counter: Counter) -> None:
    """Every webhook that was written since, then what follows from them, until nothing is left."""
    store = counter.wire.world.store
    for letter in list(store.find("delivery", status="pending")):
        _put_in_the_inbox(counter, letter["topic"], letter["body"].encode())
        store.put("delivery", {**letter, "status": "delivered"})
    for _ in range(ROUNDS):
        with counter.database.read() as session:
            waiting = list(session.scalars(select(Delivery.id).where(Delivery.state == WorkState.PENDING)))
        if not waiting:
            break
        for delivery_id in waiting:
            handle_delivery(counter.wire.adapters, delivery_id)
        counter.wire.advance(seconds=5)
    work(counter)


def _put_in_the_inbox(counter: Counter, topic: str, body: bytes) -> None:
    now = counter.now()
    with counter.database.write() as session:
        session.add(
            Delivery(
                shop_id=counter.shop_id,
                webhook_id=f"by-hand-{next(_numbers)}",
                topic=topic,
                triggered_at=now,
                received_at=now,
                due_at=now,
                body=pack(body),
            )
        )
