"""Where goods go back to, by the shopper's country and the location they were sent from: a form of addresses."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from pydantic import ValidationError
from sqlalchemy import func, select

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, show, staff
from shopify_app.admin.returns_settings import STALE
from shopify_app.admin.returns_words import DONE
from shopify_app.db import Session
from shopify_app.i18n import Phrase
from shopify_app.settings.models import SettingsVersion
from shopify_app.settings.parcels import Parcels
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import ADAPTERS, explain, kind_of, load, load_many, save

WORDS = ("recipient", "street", "street2", "postcode", "city", "province", "country", "phone")
KIND = kind_of(Parcels)
MOST = 40


@blueprint.route("/returns/addresses", methods=["GET", "POST"])
def addresses() -> Response:
    """The form, with room for one more address; one that is emptied is gone."""
    if request.method == "GET":
        return _page(did=DONE.get(request.args.get("did", "")))
    typed = _typed()
    with adapters().database.write() as session:
        if request.form.get("version", type=int) != _version(session):
            return _page(refusal=STALE, status=409)
        document = ADAPTERS[KIND].dump_python(load(session, shop_row().id, Parcels), mode="json")
        document |= {"addresses": typed, "packing_slip": "on" in request.form.getlist("packing_slip")}
        try:
            wanted = ADAPTERS[KIND].validate_python(document)
        except ValidationError as failure:
            return _page(refusal=_sentence(failure), typed=document, status=422)
        save(session, shop_row().id, wanted, staff(), adapters().clock.now())
    return go("/app/returns/addresses", did="save")


def _page(
    did: Phrase | None = None, refusal: str | None = None, typed: dict[str, Any] | None = None, status: int = 200
) -> Response:
    with adapters().database.read() as session:
        groups = load_many(session, shop_row().id, (Parcels, Returns))
        version = _version(session)
    held = typed or ADAPTERS[KIND].dump_python(groups[Parcels], mode="json")
    return show(
        "returns_addresses.html",
        status,
        held=held,
        version=version,
        otherwise=groups[Returns].return_address,
        locations=shop_row().profile.get("locations") or [],
        full=len(held["addresses"]) >= MOST,
        did=did,
        refusal=refusal,
    )


def _typed() -> list[dict[str, Any]]:
    """The addresses as they were typed, without those of which nothing is left."""
    form = request.form
    places = sorted({int(name[10:]) for name in form if name.startswith("recipient-") and name[10:].isdecimal()})
    found = []
    for place in places[: MOST + 1]:
        words = {word: form.get(f"{word}-{place}", "").strip() for word in WORDS}
        if any(words[word] for word in WORDS if word != "country"):
            found.append(words | _for(place))
    return found


def _for(place: int) -> dict[str, Any]:
    countries = request.form.get(f"countries-{place}", "").replace(";", ",").replace(" ", ",").split(",")
    locations = request.form.getlist(f"location-{place}")
    return {"for_countries": [code for code in countries if code], "for_locations": [at for at in locations if at]}


def _sentence(failure: ValidationError) -> str:
    """What is wrong, naming the address as the page counts them."""
    where = failure.errors()[0]["loc"]
    if len(where) > 2 and where[0] == "addresses" and isinstance(where[1], int):
        what = str(where[2]).removeprefix("for_").capitalize()
        why = failure.errors()[0]["msg"].removeprefix("Value error, ")
        if "at least 1 character" in why:
            why = "please fill this in."
        return f"Address {where[1] + 1}, {what}: {why}"
    return explain(failure, KIND)


def _version(session: Session) -> int:
    newest = select(func.max(SettingsVersion.id)).where(
        SettingsVersion.shop_id == shop_row().id, SettingsVersion.kind == KIND
    )
    return session.scalar(newest) or 0
