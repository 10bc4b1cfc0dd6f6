"""The developer's desk of the admin: clock, faults, deliveries, calls, app proxy, installation."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from devstore import proxy
from devstore.admin_actions import back, whole_number
from devstore.clock import Clock
from devstore.config import DevStoreConfig
from devstore.control_body import body_of
from devstore.control_door import ControlDoor, Refused
from devstore.control_shapes import text
from devstore.refusals import Refusal
from devstore.store import Document, Store

LEAPS = (
    (3600, "1 hour"),
    (6 * 3600, "6 hours"),
    (86400, "1 day"),
    (3 * 86400, "3 days"),
    (7 * 86400, "1 week"),
    (30 * 86400, "30 days"),
)
FAULTS = (
    ("late", "Webhook arrives late", "topic"),
    ("twice", "Webhook arrives twice", "topic"),
    ("reorder", "Webhooks change places", "topic"),
    ("drop", "Webhook never arrives", "topic"),
    ("429", "Admin API answers 429", "operation"),
    ("throttled", "Admin API is throttled", "operation"),
    ("5xx", "Admin API fails", "operation"),
    ("slow", "Admin API is slow", "operation"),
    ("answer_lost", "Change is made, the answer is lost", "operation"),
    ("revoked", "Access token is revoked", "operation"),
)
MOST_SHOWN = 150


def add_desk(door: Blueprint, store: Store, config: DevStoreConfig, clock: Clock, control: ControlDoor) -> None:
    """Registers the desk's pages on the admin's blueprint."""
    _add_clock(door, control)
    _add_faults(door, store, control)
    _add_logs(door, control)
    _add_setup(door, store, config, control)


def _add_clock(door: Blueprint, control: ControlDoor) -> None:
    @door.get("/admin/clock")
    def clock_page() -> str:
        return render_template("admin/clock.html", leaps=LEAPS)

    @door.post("/admin/clock")
    def advance() -> AnyResponse:
        def leap() -> str:
            seconds = whole_number(request.form.get("seconds", ""), 0)
            answer = control.post("/clock", {"advance_seconds": seconds})
            return f"It is now {answer['now']}."

        return back(_here("/admin/clock"), leap)


def _add_faults(door: Blueprint, store: Store, control: ControlDoor) -> None:
    @door.get("/admin/faults")
    def faults_page() -> str:
        return render_template("admin/faults.html", kinds=FAULTS, faults=list(reversed(store.all("fault"))))

    @door.post("/admin/faults")
    def order_fault() -> AnyResponse:
        def add() -> str:
            count = whole_number(request.form.get("count", ""), 1)
            control.post(
                "/faults", {"kind": request.form["kind"], "match": request.form.get("match", ""), "count": count}
            )
            return "The fault waits for its moment."

        return back("/admin/faults", add)

    @door.post("/admin/faults/clear")
    def clear() -> AnyResponse:
        def end() -> str:
            control.delete("/faults")
            return "All faults are gone."

        return back("/admin/faults", end)


def _add_logs(door: Blueprint, control: ControlDoor) -> None:
    @door.get("/admin/deliveries")
    def deliveries() -> str:
        words = request.args.get("q", "")
        return render_template(
            "admin/deliveries.html", entries=_latest(control, "/deliveries", "deliveries", words), words=words
        )

    @door.get("/admin/calls")
    def calls() -> str:
        words = request.args.get("q", "")
        return render_template("admin/calls.html", entries=_latest(control, "/calls", "calls", words), words=words)

    @door.post("/admin/deliveries/flush")
    def flush() -> AnyResponse:
        def push() -> str:
            control.post("/webhooks/flush")
            return "Everything that was waiting has been sent now."

        return back("/admin/deliveries", push)


def _add_setup(door: Blueprint, store: Store, config: DevStoreConfig, control: ControlDoor) -> None:
    @door.get("/admin/setup")
    def setup() -> str:
        return render_template("admin/setup.html", place=proxy.path_prefix(store, config), prefixes=proxy.PREFIXES)

    @door.post("/admin/setup/proxy")
    def move_proxy() -> AnyResponse:
        def rename() -> str:
            try:
                proxy.rename(store, request.form.get("prefix", ""), request.form.get("subpath", "").strip())
            except ValueError as wrong:
                raise Refused(str(wrong), 422) from wrong
            return f"The app now answers at {proxy.path_prefix(store, config)}."

        return back("/admin/setup", rename)

    @door.post("/admin/setup/<any(install, uninstall, reinstall):verb>")
    def installation(verb: str) -> AnyResponse:
        def act() -> str:
            answer = control.post(f"/{verb}")
            return f"Done: {verb}. {answer if answer else ''}"

        return back("/admin/setup", act)

    @door.post("/control/proxy")
    def control_proxy() -> tuple[dict[str, str], int]:
        try:
            body = body_of({"prefix": text, "subpath": text})
            proxy.rename(store, body.get("prefix") or "apps", body.get("subpath") or "")
        except (Refusal, ValueError) as wrong:
            return {"error": str(wrong)}, 422
        return {"path_prefix": proxy.path_prefix(store, config)}, 200


def _latest(control: ControlDoor, path: str, key: str, words: str) -> list[Document]:
    """The newest entries of a log that contain the words, newest first."""
    answer = control.get(path)
    entries = answer.get(key, []) if isinstance(answer, dict) else answer
    wanted = words.casefold()
    return [entry for entry in reversed(entries) if not wanted or wanted in str(entry).casefold()][:MOST_SHOWN]


def _here(otherwise: str) -> str:
    wanted = request.form.get("return_to", "")
    return wanted if wanted.startswith("/admin/") else otherwise
