"""Who sells labels and follows return parcels: the shop's account, and what a parcel is taken to weigh."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from pydantic import ValidationError

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, show, staff
from shopify_app.admin.returns_words import DONE
from shopify_app.carriers import accounts
from shopify_app.carriers.easypost import ID
from shopify_app.i18n import Phrase, phrase
from shopify_app.returns import published
from shopify_app.returns.unfollowed import BY_CARRIER
from shopify_app.settings.parcels import Parcels
from shopify_app.settings.store import ADAPTERS, explain, kind_of, load, save

KIND = kind_of(Parcels)
NUMBERS = ("label_valid_days", "item_grams", "box_grams", "length_cm", "width_cm", "height_cm")
NO_KEY = phrase("Type the account’s API key: without one nothing can be bought or followed.")


@blueprint.route("/returns/carriers", methods=["GET", "POST"])
def return_carriers() -> Response:
    """The account and the parcel; a POST connects, disconnects, or saves what a parcel is."""
    if request.method == "GET":
        return _page(did=DONE.get(request.args.get("did", "")))
    verb = request.form.get("verb", "")
    refusal = {"connect": _connect, "disconnect": _disconnect, "parcel": _parcel}.get(verb, lambda: "Nothing to do.")()
    return _page(refusal=refusal, status=422) if refusal else go("/app/returns/carriers", did="save")


def _connect() -> str | None:
    """What is left empty stays as it was. A sentence where there is no key at all."""
    key, secret = (request.form.get(name, "").strip() for name in ("api_key", "push_secret"))
    with adapters().database.write() as session:
        shop_id, now = shop_row().id, adapters().clock.now()
        known = accounts.account_of(session, shop_id)
        if not key and (known is None or known.api_key is None):
            return NO_KEY
        sells = "on" in request.form.getlist("sells")
        accounts.connect(session, shop_id, ID, key, secret, sells, staff(), now)
    return None


def _disconnect() -> None:
    with adapters().database.write() as session:
        accounts.disconnect(session, shop_row().id)


def _parcel() -> str | None:
    with adapters().database.write() as session:
        document: dict[str, Any] = ADAPTERS[KIND].dump_python(load(session, shop_row().id, Parcels), mode="json")
        document |= {name: request.form.get(name, "").strip() for name in NUMBERS}
        try:
            save(session, shop_row().id, ADAPTERS[KIND].validate_python(document), staff(), adapters().clock.now())
        except ValidationError as failure:
            return explain(failure, KIND)
    return None


def _page(did: Phrase | None = None, refusal: str | None = None, status: int = 200) -> Response:
    with adapters().database.read() as session:
        shop_id = shop_row().id
        account = accounts.account_of(session, shop_id)
        parcels = load(session, shop_id, Parcels)
        rules = published.newest(session, shop_id).policy.rules
    waits = sorted({rule.name for rule in rules if set((rule.then.money_events or {}).values()) & BY_CARRIER})
    return show(
        "returns_carriers.html",
        status,
        account=account,
        held=parcels,
        push=f"{adapters().config.app_url}/carriers/{ID}/push?shop={shop_row().domain}",
        waits=waits if account is None or account.api_key is None else [],
        did=did,
        refusal=refusal,
    )
