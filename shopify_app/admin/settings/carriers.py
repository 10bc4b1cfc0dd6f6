"""Who tells us where parcels are, and whether the connection works."""

from __future__ import annotations

from flask import Response

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import say, show
from shopify_app.carriers.accounts import account_of
from shopify_app.i18n import Phrase, phrase
from shopify_app.returns.parcels.labels import ProviderAway, ProviderRefused
from shopify_app.shipments.directory import all_carriers

NOBODYS_SHIPMENT = "postlude-connection-test"
"""A shipment that no account has: whoever may ask for it is told that it does not exist."""
WRONG_KEY = ("HTTP_401", "HTTP_403", "APIKEY", "UNAUTHORIZED", "FORBIDDEN")


@blueprint.get("/settings/carriers", endpoint="settings_carriers")
def carriers_page() -> Response:
    """The connections, and all carriers that we know."""
    return _page()


@blueprint.post("/settings/carriers/test", endpoint="settings_carriers_test")
def test_connection() -> Response:
    """Asks EasyPost something harmless with the shop's key, and says what came of it."""
    provider = adapters().carriers.of(shop_row().id)
    if provider is None:
        return _page(("warning", phrase("No account is connected, so there is nothing to test.")), 409)
    try:
        provider.find(NOBODYS_SHIPMENT)
    except ProviderRefused as refusal:
        return _page(_refused(refusal))
    except ProviderAway:
        return _page(("warning", phrase("EasyPost did not answer. Try again in a moment.")))
    return _page(("success", phrase("EasyPost knows the key: labels can be bought and parcels followed.")))


def _refused(refusal: ProviderRefused) -> tuple[str, Phrase]:
    if refusal.code.startswith(WRONG_KEY):
        return "critical", phrase("EasyPost does not take the key any more. Connect the account with a new one.")
    return "critical", phrase("EasyPost refused: {words}", words=refusal.words or refusal.code)


def _page(result: tuple[str, Phrase] | None = None, status: int = 200) -> Response:
    with adapters().database.read() as session:
        account = account_of(session, shop_row().id)
    return show(
        "settings/carriers.html",
        status,
        account=account,
        result=(result[0], say(result[1])) if result else None,
        known=sorted((each.name for each in all_carriers()), key=str.casefold),
    )
