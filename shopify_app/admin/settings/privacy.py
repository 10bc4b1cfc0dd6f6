"""Privacy: how long people are known, who asked for their data or its erasure, and asking in somebody's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, request

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.forms import SettingsPage, settings_page
from shopify_app.admin.frame import go, say, show, staff, who
from shopify_app.admin.people import needs
from shopify_app.admin.settings.somebody import NobodyNamed, Somebody, find, is_same
from shopify_app.db import Session
from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.settings.privacy import Privacy
from shopify_app.shops import privacy
from shopify_app.shops.models import PrivacyRequest, Shop
from shopify_app.shops.staff import Right
from shopify_app.texts import number_in

PRIVACY, PERSON = "/app/settings/privacy", "/app/settings/privacy/person"
NAMED = phrase("Write an e-mail address or a phone number.")
UNKNOWN = phrase("Nobody is known by this. There is nothing to hand out and nothing to erase.")
NOT_THE_SAME = phrase("This is not what you wrote above. Nothing was erased.")
DID = {
    "erase": phrase("The erasure is on its way. The log says when it is done."),
    "export": phrase("The copy is being made. It is in the log in a moment, for 30 days."),
}
TOPICS: Mapping[str, Phrase] = {
    privacy.ERASE: phrase("Erasure of a customer"),
    privacy.HAND_OUT: phrase("Copy of a customer's data"),
    "shop/redact": phrase("Erasure of the whole shop"),
}


@blueprint.route("/settings/privacy", methods=["GET", "POST"], endpoint="settings_privacy")
def privacy_page() -> Response:
    """The retention, and the log."""
    return settings_page(SettingsPage("settings/privacy.html", PRIVACY, (Privacy,), more=_log))


@blueprint.get("/settings/privacy/person", endpoint="settings_privacy_person")
def ask_for_person() -> Response:
    """The form that asks who it is about."""
    return _person("")


@blueprint.post("/settings/privacy/person", endpoint="settings_privacy_person_found")
@needs(Right.ERASE)
def person_asked_for() -> Response:
    """Looks somebody up (`verb` find), has a copy of their data made (export) or has them erased (erase), which takes
    their address or number a second time."""
    who, verb = request.form.get("who", "").strip()[:320], request.form.get("verb", "")
    with adapters().database.read() as session:
        try:
            found = find(session, shop_row().id, who)
        except NobodyNamed:
            return _person(who, error=NAMED, status=422)
    if not found.is_known:
        return _person(who, error=UNKNOWN, status=422)
    if verb not in DID:
        return _person(who, found)
    if verb == "erase" and not is_same(who, request.form.get("again", "")):
        return _person(who, found, again=NOT_THE_SAME, status=422)
    with adapters().database.write() as session:
        _ask(session, found, privacy.ERASE if verb == "erase" else privacy.HAND_OUT)
    return go(PRIVACY, did=verb)


@blueprint.get("/settings/privacy/requests/<int:request_id>", endpoint="settings_privacy_export")
@needs(Right.ERASE)
def export_file(request_id: int) -> Response:
    """The copy that was made, as JSON."""
    with adapters().database.read() as session:
        text = privacy.export_of(session, shop_row().id, request_id)
    if text is None:
        abort(404)
    name = f'attachment; filename="customer-data-{request_id}.json"'
    return Response(text, mimetype="application/json", headers={"Content-Disposition": name})


def _ask(session: Session, found: Somebody, topic: str) -> None:
    """One request for each customer; what belongs to none of them goes with the first."""
    shop, now = session.get_one(Shop, shop_row().id), adapters().clock.now()
    orders = [shopify_id for shopify_id, _ in found.orders]
    for customer in [shopify_id for shopify_id, _ in found.customers] or [None]:
        privacy.ask(session, shop, topic, customer, orders, now, asked_by=staff(), hashes=found.hashes)
        orders = []


def _person(
    who: str,
    found: Somebody | None = None,
    error: Phrase | None = None,
    again: Phrase | None = None,
    status: int = 200,
) -> Response:
    wrong, wrong_again = (say(each) if each else "" for each in (error, again))
    return show(
        "settings/privacy_person.html",
        status,
        who=who,
        found=found,
        again=request.form.get("again", ""),
        wrong=wrong,
        wrong_again=wrong_again,
    )


def _log(_: Mapping[type[Any], Any]) -> dict[str, Any]:
    with adapters().database.read() as session:
        rows = privacy.log_of(session, shop_row().id, request.args.get("before", type=number_in))
    did = DID.get(request.args.get("did", ""))
    return {
        "rows": [
            (row, TOPICS.get(row.topic, Phrase(row.topic)), _by(row), _outcome(row), has_export)
            for row, has_export in rows[: privacy.LISTED]
        ],
        "more": rows[privacy.LISTED - 1][0].id if len(rows) > privacy.LISTED else None,
        "asked": say(did) if did and request.method == "GET" else "",
    }


def _by(row: PrivacyRequest) -> Phrase:
    if row.asked_by is None:
        return phrase("Asked by Shopify")
    if row.asked_by == privacy.CLOCK:
        return phrase("By your retention")
    name = who(row.asked_by)
    return phrase("Asked by {name}", name=name) if name else phrase("Asked by staff member {id}", id=row.asked_by)


def _outcome(row: PrivacyRequest) -> Phrase:
    """Counts alone; nothing here says who it was."""
    if row.done_at is None or row.outcome is None:
        return phrase("Being worked on")
    if "refused" in row.outcome:
        return phrase("Not carried out: the shop had installed Postlude again.")
    if row.topic == privacy.HAND_OUT:
        return phrase_n("{count} order", "{count} orders", int(row.outcome.get("orders", 0)))
    count = sum(value for value in row.outcome.values() if isinstance(value, int))
    return phrase_n("{count} row erased", "{count} rows erased", count)
