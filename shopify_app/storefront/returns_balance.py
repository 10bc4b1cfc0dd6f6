"""A shopper who would rather not pay: the exchange is dropped and the next best outcome taken, confirmed to the cent.

It needs no more than the return's own link: the same happens when nobody pays, and the money goes only to its owner.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response
from sqlalchemy.orm import Session

from shopify_app.money import Money, total
from shopify_app.pages.return_balance import INSTEAD, InsteadPage, instead_part, open_rows
from shopify_app.pages.return_follow import follow
from shopify_app.pages.return_followed import Followed
from shopify_app.pages.return_links import status_path
from shopify_app.pages.texts import plain
from shopify_app.returns.balances import drop as balance_drop
from shopify_app.returns.balances import verbs as balance_verbs
from shopify_app.returns.balances.models import BalanceDue
from shopify_app.returns.outgoing import NeedsLook
from shopify_app.returns.states import Actor
from shopify_app.returns.timeline import By
from shopify_app.shopify.return_snapshots import ReturnableOrder
from shopify_app.states import IllegalMove
from shopify_app.storefront.door import adapters, proxied
from shopify_app.storefront.returns_answers import NOT_NOW, CannotSay, Setting, onward, order_there, shown
from shopify_app.storefront.returns_standing import TOO_LATE, found_return, status_of


@dataclass(frozen=True)
class _Asked:
    """The return with what is open of it, and the order as Shopify has it."""

    setting: Setting
    seen: Followed
    rows: list[BalanceDue]


@proxied.get("/returns/r/<key>/instead")
def instead(key: str) -> Response:
    """What one gets when the exchange is dropped, before it holds."""
    with adapters().database.read() as session:
        asked = _asked(session, key)
    if not asked.rows:
        return status_of(key, 409, TOO_LATE)
    returnable = order_there(asked.seen.order)
    with adapters().database.read() as session:
        asked = _asked(session, key)
        page = _page(session, asked, returnable)
        path = status_path(adapters().database.keyring, asked.seen.ret.shop_id, asked.seen.ret.id)
        return shown(asked.setting, "return_instead.html", page, f"{path}/instead")


@proxied.post("/returns/r/<key>/instead")
def dropped(key: str) -> Response:
    """The shopper's word: the exchange is dropped. What they have paid meanwhile is exchanged after all."""
    try:
        with adapters().database.write() as session:
            setting, ret, _ = found_return(session, key)
            seen = follow(session, ret, ret.order, setting.returns, setting.here)
            if not open_rows(seen):
                raise IllegalMove("the balance", "settled already", "dropped")
            for row in open_rows(seen):
                balance_verbs.drop(session, ret, row.group_id, By(Actor.SHOPPER), setting.now)
        path = status_path(adapters().database.keyring, ret.shop_id, ret.id)
        return onward(setting, path, dropped="1")
    except IllegalMove:
        return status_of(key, 409, TOO_LATE)


def _asked(session: Session, key: str) -> _Asked:
    setting, ret, order = found_return(session, key)
    seen = follow(session, ret, order, setting.returns, setting.here)
    return _Asked(setting, seen, open_rows(seen))


def _page(session: Session, asked: _Asked, returnable: ReturnableOrder) -> InsteadPage:
    seen, setting = asked.seen, asked.setting
    try:
        found = [balance_drop.reckon_drop(session, seen.order, returnable, row, setting.now) for row in asked.rows]
    except NeedsLook as unclear:
        raise CannotSay(503, NOT_NOW) from unclear
    path = status_path(adapters().database.keyring, seen.ret.shop_id, seen.ret.id)
    paid = total([Money(row.paid, row.currency) for row in asked.rows], seen.ret.currency)
    return InsteadPage(
        rma=seen.ret.rma,
        order_name=plain(seen.order.name, 64),
        action=setting.place.path(f"{path}/instead"),
        back=setting.path(path),
        label=INSTEAD[found[0].final.outcome],
        parts=tuple(instead_part(each.final, seen, setting.here.shop_today) for each in found),
        paid_back=paid if paid else None,
    )
