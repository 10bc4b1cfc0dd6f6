"""Where the shop's pages are, as Shopify told us: to be read, not set."""

from __future__ import annotations

from flask import Response

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import show
from shopify_app.i18n import phrase

PROXY_OF_APP = phrase(
    "Shopify hands on what shoppers open under this path. It can be changed in Shopify's admin, under Settings, Apps."
)


@blueprint.get("/settings/domains", endpoint="settings_domains")
def domains_page() -> Response:
    """Each address with a sentence what it is for."""
    shop = shop_row()
    own = f"{shop.storefront_url}{shop.proxy_path}"
    rows = (
        (phrase("Domain at Shopify"), shop.domain, phrase("Never changes; it is how Shopify names your shop to us.")),
        (
            phrase("Your domain"),
            shop.primary_domain or shop.domain,
            phrase("What shoppers see. Links in mails and in Shopify's order pages lead there."),
        ),
        (phrase("Path of this app"), shop.proxy_path, PROXY_OF_APP),
        (phrase("Tracking page"), f"{own}/track", phrase("Where shoppers look up an order.")),
        (phrase("Returns page"), f"{own}/returns", phrase("Where shoppers begin a return.")),
        (phrase("Return policy"), f"{own}/returns/policy", phrase("Your policy in plain words.")),
        (
            phrase("This installation"),
            adapters().config.app_url,
            phrase("Where Shopify and carriers reach us. Shoppers see it where a page stands outside your theme."),
        ),
    )
    return show("settings/domains.html", rows=rows, read_at=shop.profile_read_at, zone=shop.timezone)
