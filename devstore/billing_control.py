"""Plans over the control API: what tests and the plan page do."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request

from devstore import billing
from devstore.json_bodies import object_in
from devstore.refusals import Refusal
from devstore.store import Document
from devstore.world import World

VERBS: dict[str, Callable[[World], Document]] = {
    "cancel": billing.cancel,
    "freeze": billing.freeze,
    "thaw": billing.thaw,
}


def add_billing(door: Blueprint, world: World) -> None:
    """``POST /billing {plan}`` chooses, ``/billing/<id>/approve|decline`` answers, ``/billing/cancel|freeze|thaw`` acts
    on what is in force, ``/billing/private {plan, name}`` moves it to a plan that no list shows."""

    @door.get("/billing")
    def billed() -> Response:
        billing.expire(world)
        return jsonify({"plans": billing.plans(), "subscriptions": world.store.all(billing.KIND)})

    @door.post("/billing")
    def choose() -> Response:
        return jsonify(billing.choose(world, _given("plan")))

    @door.post("/billing/<int:id>/<any(approve, decline):answer>")
    def answer(id: int, answer: str) -> Response:
        return jsonify((billing.approve if answer == "approve" else billing.decline)(world, id))

    @door.post("/billing/<any(cancel, freeze, thaw):verb>")
    def act(verb: str) -> Response:
        return jsonify(VERBS[verb](world))

    @door.post("/billing/private")
    def move() -> Response:
        return jsonify(billing.rename(world, _given("plan"), _given("name")))


def _given(key: str) -> str:
    value = (object_in(request) or {}).get(key)
    if not isinstance(value, str) or not value:
        raise Refusal(f"{key} is missing.", (key,))
    return value
