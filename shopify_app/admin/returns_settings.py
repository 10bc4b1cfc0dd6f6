"""How the shop takes returns, and the mails about them: two groups of settings as one form."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from pydantic import ValidationError
from sqlalchemy import func, select

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, language, show, staff
from shopify_app.admin.returns_words import DONE
from shopify_app.db import Session
from shopify_app.i18n import Languages
from shopify_app.settings.messages import Messages
from shopify_app.settings.models import SettingsVersion
from shopify_app.settings.returns import BonusAs, Returns
from shopify_app.settings.store import ADAPTERS, WrongSetting, explain, kind_of, load_many, save
from shopify_app.shops.capabilities import credit_bar, credit_limits

LANGUAGES = ("en", "de", "es", "fr", "nl", "sv")
STALE = "Somebody else saved these settings while you were changing them. Their values are shown; change yours again."


@blueprint.route("/returns/settings", methods=["GET", "POST"])
def returns_settings() -> Response:
    """The form; a POST saves both groups or neither."""
    if request.method == "GET":
        return _page(did=DONE.get(request.args.get("did", "")))
    try:
        returns, messages = _typed("returns", _returns()), _typed("messages", _messages())
    except WrongSetting as failure:
        return _page(refusal=str(failure), typed=_returns() | _messages(), status=422)
    with adapters().database.write() as session:
        if request.form.get("version", type=int) != _version(session):
            refusal = STALE
        else:
            for group in (returns, messages):
                save(session, shop_row().id, group, staff(), adapters().clock.now())
            return go("/app/returns/settings", did="save")
    return _page(refusal=refusal, status=409)


def _page(
    did: str | None = None, refusal: str | None = None, typed: dict[str, Any] | None = None, status: int = 200
) -> Response:
    with adapters().database.read() as session:
        groups = load_many(session, shop_row().id, (Returns, Messages))
        version = _version(session)
    held = {**_plain(groups[Returns]), **_plain(groups[Messages])}
    profile = shop_row().profile
    return show(
        "returns_settings.html",
        status,
        held=held | (typed or {}),
        version=version,
        languages=[(code, Languages().choose([code]).language_name()) for code in LANGUAGES],
        locations=profile.get("locations") or [],
        credit_bar=credit_bar(profile),
        knows_credit=profile.get("store_credit") is not None,
        credit_limits=credit_limits(groups[Returns].bonus_as is BonusAs.GIFT_CARD),
        contact=profile.get("email"),
        spoken=language(),
        did=did,
        refusal=refusal,
    )


def _plain(group: Any) -> dict[str, Any]:
    return ADAPTERS[kind_of(type(group))].dump_python(group, mode="json")


def _typed(kind: str, document: dict[str, Any]) -> Any:
    """The group that the form describes. Raises WrongSetting with a sentence."""
    try:
        return ADAPTERS[kind].validate_python(document)
    except ValidationError as failure:
        raise WrongSetting(explain(failure, kind)) from failure


def _returns() -> dict[str, Any]:
    form = request.form
    numbers = ("decide_within_days", "check_within_days", "hold_replacement_days")
    instructions = {code: form.get(f"instructions-{code}", "").strip() for code in LANGUAGES}
    return {
        **{name: "on" in form.getlist(name) for name in ("portal_open", "follow_shopify_returns")},
        **{name: form.get(name, "").strip() for name in (*numbers, "bonus_as", "return_address", "store_addresses")},
        "instructions": {code: text for code, text in instructions.items() if text},
        "restock_location_id": form.get("restock_location_id", "").strip() or None,
        **_dialogue(),
        **({"balance_days": days} if (days := form.get("balance_days", "").strip()) else {}),
    }


def _dialogue() -> dict[str, Any]:
    """What happens after an inspection; a form without it (of an earlier page) leaves it as it is."""
    form, names = request.form, ("inspection_answer_days", "inspection_default", "goods_back_paid_by")
    typed = {name: form[name].strip() for name in names if form.get(name, "").strip()}
    return typed | {"inspection_dialogue": "on" in form.getlist("inspection_dialogue")} if typed else {}


def _messages() -> dict[str, Any]:
    form = request.form
    return {
        "sender_name": form.get("sender_name", "").strip(),
        "sender_address": form.get("sender_address", "").strip() or None,
        "reply_to": form.get("reply_to", "").strip() or None,
        "return_mails": "on" in form.getlist("return_mails"),
    }


def _version(session: Session) -> int:
    """Grows with every save of either group."""
    newest = select(func.max(SettingsVersion.id)).where(
        SettingsVersion.shop_id == shop_row().id, SettingsVersion.kind.in_(("returns", "messages"))
    )
    return session.scalar(newest) or 0
