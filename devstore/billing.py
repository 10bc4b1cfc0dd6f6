"""Shopify App Pricing in miniature: the merchant chooses a plan, approves or declines it, cancels it; a shop that does
not pay is frozen. Nothing is charged.

As Shopify documents `AppSubscriptionStatus`: a plan that was chosen waits for approval for two days; approving one ends
the one before it; what is frozen comes back when payment does. Trial days that were used once are not given again.
"""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from devstore.clock import rfc3339
from devstore.gids import gid
from devstore.refusals import Refusal, Unknown
from devstore.store import Document, Store
from devstore.world import World

KIND = "app_subscription"
APPROVED_WITHIN = timedelta(days=2)
PERIOD = timedelta(days=30)
SET_UP = Path(__file__).with_name("seed") / "plans.toml"


@cache
def plans() -> tuple[Document, ...]:
    """The app's public plans as its maker set them up, the smallest first."""
    return tuple(tomllib.loads(SET_UP.read_text())["plans"])


def plan_of(handle: str) -> Document:
    """Raises Unknown."""
    found = next((plan for plan in plans() if plan["handle"] == handle), None)
    if found is None:
        raise Unknown(f"The app has no plan {handle}.")
    return found


def choose(world: World, handle: str) -> Document:
    """The merchant picks a plan, which waits for approval. A free one needs none."""
    plan = plan_of(handle)
    with world.store.transaction():
        now = world.now()
        for waiting in _with(world.store, "PENDING"):
            _move(world, waiting, "EXPIRED")
        made = {
            "id": world.store.next_id(KIND),
            "name": plan["name"],
            "plan_handle": handle,
            "price": plan["price"],
            "currency": "USD",
            "interval": "EVERY_30_DAYS",
            "trial_days": _trial_left(world, plan, now),
            "test": True,
            "status": "PENDING",
            "created_at": rfc3339(now),
            "updated_at": rfc3339(now),
            "current_period_end": None,
        }
        world.store.put(KIND, made)
        if not Decimal(plan["price"]):
            return approve(world, made["id"])
        _tell(world, made)
    return made


def approve(world: World, id: int) -> Document:
    """The plan is in force; the one before it is cancelled. Raises Refusal for one that waits no longer."""
    expire(world)
    with world.store.transaction():
        chosen = _waiting(world, id)
        for before in _with(world.store, "ACTIVE", "FROZEN"):
            _move(world, before, "CANCELLED")
        ends = world.now() + timedelta(days=chosen["trial_days"]) + PERIOD
        return _move(world, chosen | {"current_period_end": rfc3339(ends)}, "ACTIVE")


def decline(world: World, id: int) -> Document:
    """The merchant says no; what was in force stays."""
    expire(world)
    with world.store.transaction():
        return _move(world, _waiting(world, id), "DECLINED")


def cancel(world: World) -> Document:
    """The merchant ends the plan in force."""
    return _from(world, ("ACTIVE", "FROZEN"), "CANCELLED")


def freeze(world: World) -> Document:
    """The shop does not pay its bill."""
    return _from(world, ("ACTIVE",), "FROZEN")


def thaw(world: World) -> Document:
    """It pays again."""
    return _from(world, ("FROZEN",), "ACTIVE")


def rename(world: World, handle: str, name: str) -> Document:
    """The shop is moved to a private plan of the app's maker, which no list shows."""
    with world.store.transaction():
        (held, *_) = _with(world.store, "ACTIVE") or [None]
        if held is None:
            raise Refusal("The shop has no plan in force.")
        return _move(world, held | {"plan_handle": handle, "name": name}, "ACTIVE")


def end_all(world: World) -> None:
    """The app was removed: nothing is billed any more. Who is not there is told nothing but that it was removed."""
    for held in _with(world.store, "ACTIVE", "FROZEN", "PENDING"):
        world.store.put(KIND, held | {"status": "CANCELLED", "updated_at": world.now_text()})


def expire(world: World) -> None:
    """What nobody approved in two days is gone."""
    for waiting in _with(world.store, "PENDING"):
        if world.now() - datetime.fromisoformat(waiting["created_at"]) >= APPROVED_WITHIN:
            with world.store.transaction():
                _move(world, waiting, "EXPIRED")


def payload(world: World, held: Document) -> Document:
    """The body of ``app_subscriptions/update``."""
    return {
        "app_subscription": {
            "admin_graphql_api_id": gid("AppSubscription", held["id"]),
            "name": held["name"],
            "status": held["status"],
            "admin_graphql_api_shop_id": gid("Shop", world.shop()["id"]),
            "created_at": held["created_at"],
            "updated_at": held["updated_at"],
            "currency": held["currency"],
            "capped_amount": "0.0",
            "price": held["price"],
            "interval": held["interval"].lower(),
            "plan_handle": held["plan_handle"],
        }
    }


def _from(world: World, states: tuple[str, ...], to: str) -> Document:
    with world.store.transaction():
        (held, *_) = _with(world.store, *states) or [None]
        if held is None:
            raise Refusal("The shop has no plan of which that could be said.")
        return _move(world, held, to)


def _waiting(world: World, id: int) -> Document:
    chosen = world.need(KIND, id)
    if chosen["status"] != "PENDING":
        raise Refusal(f"This plan waits for no approval: it is {chosen['status'].lower()}.")
    return chosen


def _move(world: World, held: Document, status: str) -> Document:
    moved = held | {"status": status, "updated_at": world.now_text()}
    world.store.put(KIND, moved)
    _tell(world, moved)
    return moved


def _tell(world: World, held: Document) -> None:
    world.fire("app_subscriptions/update", payload(world, held))


def _with(store: Store, *states: str) -> list[Document]:
    return [each for each in store.all(KIND) if each["status"] in states]


def _trial_left(world: World, plan: Document, now: datetime) -> int:
    """A trial goes on from the first approved plan that had one."""
    begun: list[Any] = [
        datetime.fromisoformat(each["created_at"])
        for each in world.store.all(KIND)
        if each["trial_days"] and each["status"] in ("ACTIVE", "FROZEN", "CANCELLED")
    ]
    used = (now - min(begun)).days if begun else 0
    return max(0, plan["trial_days"] - used)
