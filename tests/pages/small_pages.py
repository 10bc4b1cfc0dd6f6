"""The shopper's other pages, each with something to show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from page_situations import NOW, PICTURES, SUPPORT

from shopify_app.catalogue.models import HowTo
from shopify_app.pages.how_to import page_of
from shopify_app.pages.lookup import NOT_FOUND, filled, lookup_form
from shopify_app.pages.messages import LINK_GONE, message_for
from shopify_app.pages.moment import Here
from shopify_app.pages.support import support_block
from shopify_app.settings.tracking import LookupField


def small_pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name -> (template, what it is rendered with)."""
    zone = ZoneInfo("Europe/Stockholm")
    support = support_block(SUPPORT, None, Here(NOW, zone, zone))
    form = lookup_form("/apps/order-care/find", tuple(LookupField))
    unknown = replace(lookup_form("/apps/order-care/find", (LookupField.EMAIL,)), notice=NOT_FOUND)
    guide = HowTo(
        id=1, shop_id=1, owner_kind="product", owner_shopify_id=1, slug="m3asure1", phase="care", type="steps",
        language="en", title="Wash wool without fear", text="Wool cleans itself in fresh air. When it must be water:",
        url=None, minutes=4, steps=[
            {"text": "Fill a basin with lukewarm water and a spoon of wool wash.", "image": PICTURES + "wash.svg"},
            {"text": "Press, never rub. Ten minutes are enough.", "image": None},
        ],
    )  # fmt: skip
    address = "https://hedvall.example/apps/order-care/h/m3asure1"
    return {
        "lookup": ("storefront/lookup.html", {"form": form, "support": support}),
        "lookup_wrong": ("storefront/lookup.html", {"form": filled(form, "#", "Ada Löf"), "support": None}),
        "lookup_unknown": ("storefront/lookup.html", {"form": unknown, "support": support}),
        "link_gone": (
            "storefront/message.html",
            {"message": LINK_GONE.leading_to("/apps/order-care"), "support": None},
        ),
        "server_error": ("storefront/message.html", {"message": message_for(500), "support": support}),
        "how_to": ("storefront/how_to.html", {"guide": page_of(guide, address)}),
    }
