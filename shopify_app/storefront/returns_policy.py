"""The returns policy in plain words: for everybody, and as it holds for the order of whoever has that order's link."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import Response
from sqlalchemy.orm import Session

from shopify_app.crypto import BadToken
from shopify_app.orders.access import LinkGone, open_link
from shopify_app.orders.models import Order
from shopify_app.pages.policy_page import policy_page
from shopify_app.pages.return_links import policy_path, start_address, start_path
from shopify_app.pages.support import support_block
from shopify_app.shops.models import Shop, ShopState
from shopify_app.storefront import answers
from shopify_app.storefront.door import adapters, alone, proxied, proxied_shop
from shopify_app.storefront.reading import Place, frame_for, renderer, standing_alone, themed
from shopify_app.storefront.rendering import Surface
from shopify_app.storefront.returns_answers import Setting, setting_of, withdraw_address


@proxied.get("/returns/policy")
def policy_in_theme() -> Response:
    """What orders placed now are under."""
    now = adapters().clock.now()
    with adapters().database.read() as session:
        shop = proxied_shop(session)
        if shop is None:
            return answers.bare(404)
        return _page(session, shop, themed(shop), policy_path(), now)


@proxied.get("/returns/policy/t/<token>")
def policy_of_order(token: str) -> Response:
    """What the order behind a link is under."""
    now = adapters().clock.now()
    with adapters().database.read() as session:
        shop = proxied_shop(session)
        if shop is None:
            return answers.bare(404)
        try:
            order = open_link(session, token, now)
        except BadToken:
            return answers.in_theme(session, shop, 404)
        except LinkGone:
            return answers.in_theme(session, shop, 410)
        if order.shop_id != shop.id:
            return answers.in_theme(session, shop, 404)
        return _page(session, shop, themed(shop), policy_path(token), now, order, token)


@alone.get("/t/<token>/policy")
def policy_alone(token: str) -> Response:
    """The same on our own address, beside the tracking page that stands there."""
    now = adapters().clock.now()
    with adapters().database.read() as session:
        try:
            order = open_link(session, token, now)
        except BadToken:
            return answers.bare(404)
        except LinkGone:
            return answers.bare(410)
        if order.shop.state == ShopState.UNINSTALLED:
            return answers.bare(410)
        place = standing_alone(adapters().config.app_url)
        return _page(session, order.shop, place, f"t/{token}/policy", now, order, token)


def _page(
    session: Session,
    shop: Shop,
    place: Place,
    tail: str,
    now: datetime,
    order: Order | None = None,
    token: str = "",
) -> Response:
    """The page at `tail`. `token` is the order's link, with which a return begins without a code."""
    setting = setting_of(session, shop, now, order)
    is_alone = place.surface is Surface.ALONE
    page = policy_page(session, shop, setting.language.code, start=_start(setting, token, is_alone), order=order)
    withdraw = withdraw_address(session, setting)
    if withdraw and is_alone:
        withdraw = f"{shop.storefront_url}{withdraw}"
    body = renderer().render(
        "storefront/return_policy.html",
        setting.language,
        replace(frame_for(shop, setting.brand, place, place.path(tail)), withdraw=withdraw),
        page=page,
        support=support_block(setting.support, None, setting.here),
    )
    return answers.page(body, place.surface)


def _start(setting: Setting, token: str, is_alone: bool) -> str | None:
    """Where a return begins: with a link without a code; None where it cannot be begun online."""
    if not setting.returns.portal_open:
        return None
    if is_alone:
        return start_address(setting.shop, token)
    return setting.path(start_path(token) if token else "returns")
