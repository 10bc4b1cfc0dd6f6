"""Where goods go back to, by the shopper's country and the location they were sent from: a form of addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.forms import SettingsPage, settings_page
from shopify_app.admin.frame import language
from shopify_app.returns.presets import EU
from shopify_app.settings.parcels import Parcels
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load
from shopify_app.texts import number_in

WORDS = ("recipient", "street", "street2", "postcode", "city", "province", "country", "phone")
MOST = 40
UNION = "EU"
"""Stands for all countries of the European Union."""


@blueprint.route("/returns/addresses", methods=["GET", "POST"])
def addresses() -> Response:
    """The form, with room for one more address; one that is emptied is gone."""
    return settings_page(
        SettingsPage(
            "returns_addresses.html",
            "/app/returns/addresses",
            (Parcels,),
            fields=("packing_slip",),
            more=_more,
            apart=_typed,
        )
    )


def _more(_: Mapping[type[Any], Any]) -> dict[str, Any]:
    with adapters().database.read() as session:
        otherwise = load(session, shop_row().id, Returns).return_address
    return {
        "otherwise": otherwise,
        "locations": shop_row().profile.get("locations") or [],
        "most": MOST,
        "countries": language().countries,
        "union": EU,
    }


def _typed() -> dict[str, Any]:
    """The addresses as they were typed, without those of which nothing is left."""
    form = request.form
    said = {number_in(name[10:]) for name in form if name.startswith("recipient-")}
    places = sorted(place for place in said if place is not None)
    found = []
    for place in places[: MOST + 1]:
        words = {word: form.get(f"{word}-{place}", "").strip() for word in WORDS}
        if any(words[word] for word in WORDS if word != "country"):
            found.append(words | _for(place))
    return {"addresses": found}


def _for(place: int) -> dict[str, Any]:
    typed = ",".join(request.form.getlist(f"for_countries-{place}")).replace(";", ",").replace(" ", ",").split(",")
    countries = [each for code in typed for each in (EU if code.upper() == UNION else (code,)) if each]
    locations = request.form.getlist(f"for_locations-{place}")
    return {"for_countries": list(dict.fromkeys(countries)), "for_locations": [at for at in locations if at]}
