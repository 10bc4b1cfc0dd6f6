"""Shopify's plan page of the app, in miniature: choose a plan, look it over, approve or decline, cancel.

As in Shopify App Pricing the pages belong to Shopify; the app only leads here and is led back to (its *welcome link*).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from devstore.config import DevStoreConfig
from devstore.control_door import ControlDoor, Refused
from devstore.store import Document

APP = "postlude"
WELCOME = "/admin/apps/postlude/plans"
"""What the app's maker set as the welcome link of every plan."""
SAID = {"cancel": "The plan is cancelled.", "freeze": "The payment failed.", "thaw": "The bill is paid."}


def add_plans(door: Blueprint, config: DevStoreConfig, control: ControlDoor) -> None:
    """Registers the pages on the admin's blueprint, at the addresses that Shopify's have."""
    place = f"/store/{config.shop.removesuffix('.myshopify.com')}/charges/{APP}"
    _add_choosing(door, control, place)
    _add_answers(door, control, place)


def _add_choosing(door: Blueprint, control: ControlDoor, place: str) -> None:

    @door.get(f"{place}/pricing_plans")
    def pricing_plans() -> str:
        billed = control.get("/billing")
        held = _latest(billed["subscriptions"], "ACTIVE", "FROZEN")
        return render_template("admin/plans.html", plans=billed["plans"], held=held, place=place, welcome=WELCOME)

    @door.post(f"{place}/choose")
    def choose() -> AnyResponse:
        try:
            chosen = control.post("/billing", {"plan": request.form.get("plan", "")})
        except Refused as refusal:
            return _back(place, refused=refusal.sentence)
        if chosen["status"] == "ACTIVE":
            return redirect(_welcome(chosen), 303)
        return redirect(f"{place}/{chosen['id']}/confirm", 303)

    @door.get(f"{place}/<int:id>/confirm")
    def confirm(id: int) -> str:
        chosen = next((each for each in control.get("/billing")["subscriptions"] if each["id"] == id), None)
        if chosen is None:
            raise NotFound
        free_until = datetime.fromisoformat(chosen["created_at"]) + timedelta(days=chosen["trial_days"])
        return render_template("admin/plan_confirm.html", chosen=chosen, place=place, free_until=free_until)


def _add_answers(door: Blueprint, control: ControlDoor, place: str) -> None:
    @door.post(f"{place}/<int:id>/<any(approve, decline):answer>")
    def answer(id: int, answer: str) -> AnyResponse:
        try:
            chosen = control.post(f"/billing/{id}/{answer}")
        except Refused as refusal:
            return _back(place, refused=refusal.sentence)
        if answer == "decline":
            return _back(place, said="Declined. Nothing changed.")
        return redirect(_welcome(chosen), 303)

    @door.post(f"{place}/<any(cancel, freeze, thaw):verb>")
    def act(verb: str) -> AnyResponse:
        try:
            control.post(f"/billing/{verb}")
        except Refused as refusal:
            return _back(place, refused=refusal.sentence)
        return _back(place, said=SAID[verb])


def _welcome(chosen: Document) -> str:
    return f"{WELCOME}?{urlencode({'plan_handle': chosen['plan_handle']})}"


def _back(place: str, **told: str) -> AnyResponse:
    return redirect(f"{place}/pricing_plans?{urlencode(told)}", 303)


def _latest(subscriptions: list[Document], *states: str) -> Document | None:
    found = [each for each in subscriptions if each["status"] in states]
    return found[-1] if found else None
