"""Pages that are a form and nothing else: one row each, every one shown, refused and saved in the same way."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from shopify_app.admin.designer.page import reader_languages
from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.forms import SettingsPage, settings_page
from shopify_app.settings.branding import Brand
from shopify_app.settings.languages import ShopLanguages
from shopify_app.settings.returns import Returns
from shopify_app.settings.tracking import Tracking
from shopify_app.zones import zone_named

ARRIVAL, LANGUAGES, TEAM = "/app/settings/arrival", "/app/settings/languages", "/app/settings/team"


def _arrival(_: Mapping[type[Any], Any]) -> dict[str, Any]:
    zone = zone_named(shop_row().timezone)
    return {
        "languages": offered(reader_languages()),
        "zone": shop_row().timezone,
        "here": adapters().clock.now().astimezone(zone).time(),
    }


def _languages(_: Mapping[type[Any], Any]) -> dict[str, Any]:
    return {"languages": reader_languages(), "own": shop_row().profile.get("locales") or []}


def offered(languages: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of (code, name) that the shop writes in."""
    spoken = shop_row().languages
    return [(code, name) for code, name in languages if not spoken or code in spoken]


FORMS = (
    SettingsPage(
        "settings/arrival.html",
        ARRIVAL,
        (Tracking,),
        fields=("arrival_text", "handover_days", "handover_cut_off"),
        more=_arrival,
    ),
    SettingsPage(
        "settings/languages.html",
        LANGUAGES,
        (ShopLanguages, Brand),
        fields=("offered", "fallback", "tone"),
        more=_languages,
    ),
    SettingsPage(
        "settings/team_notes.html",
        TEAM,
        (Returns,),
        fields=("team_mail", "mail_new_returns", "new_returns_to", "mail_looks", "looks_to"),
    ),
)

for _page in FORMS:
    blueprint.add_url_rule(
        _page.path.removeprefix("/app"),
        endpoint=_page.template.replace("/", "_").removesuffix(".html"),
        view_func=partial(settings_page, _page),
        methods=["GET", "POST"],
    )
