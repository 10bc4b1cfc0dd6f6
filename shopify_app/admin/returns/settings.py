"""How the shop takes returns. Mails about them have pages of their own (`admin.settings`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from shopify_app.admin.designer.page import reader_languages
from shopify_app.admin.door import blueprint, shop_row
from shopify_app.admin.forms import SettingsPage, settings_page
from shopify_app.settings.keys import fields_of
from shopify_app.settings.returns import BonusAs, Returns
from shopify_app.shops.capabilities import credit_bar, credit_limits

TEAM_NOTES = frozenset({"team_mail", "mail_new_returns", "new_returns_to", "mail_looks", "looks_to"})
FIELDS = tuple(name for name in fields_of("returns") if name not in TEAM_NOTES)


@blueprint.route("/returns/settings", methods=["GET", "POST"])
def returns_settings() -> Response:
    """The form."""
    return settings_page(
        SettingsPage("returns_settings.html", "/app/returns/settings", (Returns,), fields=FIELDS, more=_more)
    )


def _more(groups: Mapping[type[Any], Any]) -> dict[str, Any]:
    profile = shop_row().profile
    return {
        "languages": reader_languages(),
        "locations": profile.get("locations") or [],
        "credit_bar": credit_bar(profile),
        "knows_credit": profile.get("store_credit") is not None,
        "credit_limits": credit_limits(groups[Returns].bonus_as is BonusAs.GIFT_CARD),
    }
