"""How the shop takes returns, and the mails about them: two groups of settings as one form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from shopify_app.admin.door import blueprint, shop_row
from shopify_app.admin.forms import SettingsPage, settings_page
from shopify_app.admin.frame import languages
from shopify_app.settings.messages import Messages
from shopify_app.settings.returns import BonusAs, Returns
from shopify_app.shops.capabilities import credit_bar, credit_limits

STALE = "Somebody else saved these settings while you were changing them. Their values are shown; change yours again."
LANGUAGES = ("en", "de", "es", "fr", "nl", "sv")


@blueprint.route("/returns/settings", methods=["GET", "POST"])
def returns_settings() -> Response:
    """The form; a POST saves both groups or neither."""
    return settings_page(
        SettingsPage("returns_settings.html", "/app/returns/settings", (Returns, Messages), more=_more)
    )


def _more(groups: Mapping[type[Any], Any]) -> dict[str, Any]:
    profile, spoken = shop_row().profile, languages()
    return {
        "languages": [(code, spoken.choose([code]).language_name()) for code in LANGUAGES],
        "locations": profile.get("locations") or [],
        "credit_bar": credit_bar(profile),
        "knows_credit": profile.get("store_credit") is not None,
        "credit_limits": credit_limits(groups[Returns].bonus_as is BonusAs.GIFT_CARD),
        "contact": profile.get("email"),
    }
