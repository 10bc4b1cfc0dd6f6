"""Mara's own rules: published, set off by events, and carried out by workers."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from returns_counter import Counter
from sqlalchemy import select

from jobs import automations, reactions
from shopify_app.automations import calling, versions
from shopify_app.automations.models import Effect
from shopify_app.automations.rules import Automations
from shopify_app.events import OrderChanged, Reaction, record
from shopify_app.leases import due

RULES: TypeAdapter[Automations] = TypeAdapter(Automations)
TAG = {"do": "tag", "tag": "look"}


def rule(key: str, on: str, *then: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"key": key * 8, "name": f"Rule {key}", "on": on, "then": list(then), **more}


def publish(counter: Counter, *rules: dict[str, Any]) -> None:
    """As Mara does it: a draft, then the version."""
    counter.wire.advance(minutes=1)
    with counter.database.write() as session:
        held = versions.draft_of(session, counter.shop_id)
        wanted = RULES.validate_python({"rules": rules})
        saved = versions.save(session, counter.shop_id, wanted, held.revision, "1", counter.now())
        versions.publish(session, counter.shop_id, saved.revision, "", "1", counter.now())
    counter.wire.advance(minutes=1)


def happens(counter: Counter, happening: Any) -> int:
    with counter.database.write() as session:
        return record(session, counter.shop_id, happening, counter.now()).id


def work(counter: Counter, post: calling.Post | None = None) -> None:
    """Every duty and every action that is due is done."""
    for _ in range(4):
        with counter.database.read() as session:
            duties, effects = (due(session, model, counter.now()) for model in (Reaction, Effect))
        for duty in duties:
            reactions.do_duty(counter.wire.adapters, duty)
        for effect in sorted(effects):
            automations.carry_one(counter.wire.adapters, effect, post or nobody_there)


def nobody_there(url: str, letter: calling.Letter) -> None:
    raise calling.NotTaken("nobody_there")


def rows(counter: Counter, model: Any) -> list[Any]:
    with counter.database.read() as session:
        return list(session.scalars(select(model).order_by(model.id)))


def outcomes(counter: Counter) -> list[tuple[str, str, str | None]]:
    return [(each.do, each.outcome, each.because) for each in rows(counter, Effect)]


def tags(counter: Counter) -> str:
    return (counter.wire.world.store.peek("order", counter.desk.order_id) or {}).get("tags") or ""


def order_id(counter: Counter) -> int:
    with counter.database.read() as session:
        return counter.order(session).id


def changed(counter: Counter) -> int:
    return happens(counter, OrderChanged(order_id=order_id(counter)))
