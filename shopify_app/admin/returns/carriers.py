"""Who sells labels and follows return parcels: the shop's account, and what a parcel is taken to weigh."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.forms import Besides, Overtaken, SettingsPage, settings_page, standing
from shopify_app.admin.frame import go, staff, who
from shopify_app.carriers import accounts
from shopify_app.carriers.easypost import ID
from shopify_app.db import Session
from shopify_app.i18n import Phrase, phrase
from shopify_app.returns import published
from shopify_app.returns.parcels.models import ProviderAccount
from shopify_app.returns.unfollowed import BY_CARRIER
from shopify_app.settings.parcels import Parcels

PATH = "/app/returns/carriers"
NUMBERS = ("label_valid_days", "item_grams", "box_grams", "length_cm", "width_cm", "height_cm")
SECRETS = ("api_key", "push_secret")
LONGEST = 500
NO_KEY = phrase("Type the account’s API key: without one nothing can be bought or followed.")
TOO_LONG = phrase("That is too long: {most} characters at most.", most=LONGEST)
CHANGED = phrase("Somebody else changed the account meanwhile. What you typed is kept: save again to put it in place.")


@blueprint.route("/returns/carriers", methods=["GET", "POST"])
def return_carriers() -> Response:
    """The account and the parcel in one form; a POST saves both, or disconnects."""
    if request.form.get("verb") == "disconnect":
        return _disconnect()
    return settings_page(PAGE, _account() if "seen" in request.form else None)


def _account() -> Besides:
    """The account as it was typed. What is left empty stays as it was; whoever wants one has to have a key."""
    key, secret = (request.form.get(name, "").strip() for name in SECRETS)
    sells = "on" in request.form.getlist("sells")
    with adapters().database.read() as session:
        known = accounts.account_of(session, shop_row().id)
    wrong = {name: TOO_LONG for name, typed in zip(SECRETS, (key, secret), strict=True) if len(typed) > LONGEST}
    is_other = bool(key or secret) or sells != _sells(known)
    if is_other and not key and (known is None or known.api_key is None):
        wrong["api_key"] = NO_KEY

    def save(session: Session) -> None:
        shop_id = shop_row().id
        if not is_other:
            return
        if (said := _overtaken(accounts.account_of(session, shop_id))) is not None:
            raise Overtaken(said)
        accounts.connect(session, shop_id, ID, key, secret, sells, staff(), adapters().clock.now())

    return Besides(wrong, save)


def _sells(account: ProviderAccount | None) -> bool:
    """Whether the box is ticked: a new account buys labels unless somebody says otherwise."""
    return account is None or account.is_label_seller


def _disconnect() -> Response:
    with adapters().database.write() as session:
        overtaken = _overtaken(accounts.account_of(session, shop_row().id))
        if overtaken is None:
            accounts.disconnect(session, shop_row().id, staff(), adapters().clock.now())
    return standing(PAGE, 409, overtaken) if overtaken else go(PATH, did="save")


def _overtaken(known: ProviderAccount | None) -> Phrase | None:
    """What to say where the form was opened on another account than there is now."""
    if request.form.get("seen", "") == accounts.fingerprint(known):
        return None
    name = who(known.connected_by) if known else ""
    first = phrase(
        "{name} changed the account meanwhile. What you typed is kept: save again to put it in place.", name=name
    )
    return first if name else CHANGED


def _more(groups: Mapping[type[Any], Any]) -> dict[str, Any]:
    with adapters().database.read() as session:
        shop_id = shop_row().id
        account = accounts.account_of(session, shop_id)
        rules = published.newest(session, shop_id).policy.rules
    waits = sorted({rule.name for rule in rules if set((rule.then.money_events or {}).values()) & BY_CARRIER})
    typed = request.form if "seen" in request.form and request.form.get("verb") != "disconnect" else {}
    return {
        "account": account,
        "seen": accounts.fingerprint(account),
        "typed": typed,
        "sells": "sells" in typed if typed else _sells(account),
        "push": f"{adapters().config.app_url}/carriers/{ID}/push?shop={shop_row().domain}",
        "waits": waits if account is None or account.api_key is None else [],
    }


PAGE = SettingsPage("returns_carriers.html", PATH, (Parcels,), fields=NUMBERS, more=_more)
