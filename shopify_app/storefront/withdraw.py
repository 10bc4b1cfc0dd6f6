"""The withdrawal function: who it is, from what, confirmed. Two pages and a receipt; no code, no reason, no account.

Whoever names an order and its e-mail address, or holds its link, may declare; money goes back to what was paid with,
and the acknowledgement to the order's own address, so nobody gains by declaring for somebody else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.crypto import BadToken
from shopify_app.i18n import Phrase, phrase
from shopify_app.messages.envelope import NoAddress, address_of
from shopify_app.orders.access import (
    Access,
    make_pass,
)
from shopify_app.orders.models import Order
from shopify_app.pages.messages import MessagePage
from shopify_app.pages.parts import Link
from shopify_app.pages.return_goods import goods_of
from shopify_app.pages.return_links import status_path
from shopify_app.pages.support import support_block
from shopify_app.pages.withdrawal_page import Form, Known, barred, in_a_return, receipt, statement
from shopify_app.returns import requests
from shopify_app.returns.models import Return
from shopify_app.returns.states import OPEN_RETURNS, Actor
from shopify_app.returns.withdrawing import declarations as withdrawals
from shopify_app.returns.withdrawing.declarations import Declaration, NoWithdrawal, WrongChoice
from shopify_app.returns.withdrawing.law import Bar, Right
from shopify_app.returns.withdrawing.models import Withdrawal
from shopify_app.returns.withdrawing.travelled import travelled
from shopify_app.storefront.door import adapters, proxied
from shopify_app.storefront.returns_answers import CannotSay, Setting, onward, our_shop, said_page, setting_of, shown
from shopify_app.storefront.returns_visit import is_owner

PURPOSE, LIFE = "withdraw", timedelta(hours=2)
NO_NAME = phrase("Please enter your name.")
NO_EMAIL = phrase("Please enter an e-mail address, so that we can confirm it.")
NO_GOODS = phrase("Please choose what you withdraw from.")
PAGE_OVER = MessagePage(
    phrase("Please start again"),
    (phrase("This page closes after two hours, to keep your order private. Nothing has been sent."),),
    icon="clock",
)


@dataclass(frozen=True)
class Sayer:
    """Somebody at the form of an order. `key` makes sending it twice one declaration."""

    setting: Setting
    order: Order
    key: str
    token: str
    is_owner: bool


@proxied.get("/withdraw/say/<token>")
def statement_form(token: str) -> Response:
    """The statement: everything is chosen, a part may be."""
    with adapters().database.read() as session:
        sayer = _sayer(session, token)
        right = withdrawals.right_of(session, sayer.order, sayer.setting.now)
        if right.bar is not None:
            return _nothing(session, sayer, right.bar, right)
        return _statement(session, sayer, right, name=_own_name(sayer))


@proxied.post("/withdraw/say/<token>")
def statement_confirmed(token: str) -> Response:
    """Writes the declaration down, once, and leads to its receipt."""
    name, email = request.form.get("name", "").strip()[:120], request.form.get("email", "").strip()[:254]
    try:
        with adapters().database.read() as session:
            sayer = _sayer(session, token)
            right = withdrawals.right_of(session, sayer.order, sayer.setting.now)
            chosen = _chosen(right)
            problems = () if _is_known(session, sayer) else _problems(sayer, name, email, chosen, right)
            if problems:
                typed: dict[str, Any] = {"name": name, "email": email, "chosen": chosen, "problems": problems}
                return _statement(session, sayer, right, 422, **typed)
        recipient = None if sayer.order.email else email
        said = Declaration(sayer.key, name, recipient, sayer.setting.language.tag, chosen)
        with adapters().database.write() as session:
            row = withdrawals.declare(session, session.get_one(Order, sayer.order.id), said, sayer.setting.now)
        return onward(sayer.setting, f"withdraw/done/{row.token}")
    except (NoWithdrawal, WrongChoice):
        return statement_form(token)


@proxied.get("/withdraw/done/<token>")
def withdrawal_receipt(token: str) -> Response:
    """What was declared, and when; the address is in the acknowledgement too."""
    with adapters().database.read() as session:
        setting = shop_setting(session)
        mine = Withdrawal.shop_id == setting.shop.id
        row = session.scalar(select(Withdrawal).where(mine, Withdrawal.token == token))
        order = session.get(Order, row.order_id) if row is not None else None
        if row is None or order is None or order.erased_at is not None or order.deleted_at is not None:
            raise CannotSay(404)
        setting = setting_of(session, setting.shop, setting.now, order)
        ret = withdrawals.return_of(session, row)
        status = None
        if ret is not None:
            status = setting.path(status_path(adapters().database.keyring, ret.shop_id, ret.id))
        goods = goods_of(session, order.shop_id, {line.product_shopify_id for line in order.lines})
        known = Known(travelled(session, row, order), withdrawals.zone_of(order), status)
        page = receipt(order, row, goods, known)
        support = support_block(setting.support, None, setting.here)
    return shown(setting, "withdraw_done.html", page, f"withdraw/done/{token}", support=support)


def shop_setting(session: Session) -> Setting:
    """The shop's; a portal that is closed to returns closes nobody's right."""
    shop = our_shop(session)
    return setting_of(session, shop, adapters().clock.now())


def _sayer(session: Session, token: str) -> Sayer:
    setting = shop_setting(session)
    try:
        facts = adapters().database.keyring.unsign(PURPOSE, token, setting.now)
    except BadToken as bad:
        raise CannotSay(410, PAGE_OVER) from bad
    order = session.get(Order, facts["o"])
    if order is None or order.shop_id != setting.shop.id or order.deleted_at or order.erased_at:
        raise CannotSay(404)
    setting = setting_of(session, setting.shop, setting.now, order)
    return Sayer(setting, order, facts["k"], token, is_owner(session, order))


def _statement(session: Session, sayer: Sayer, right: Right, status: int = 200, **typed: Any) -> Response:
    order, tail = sayer.order, f"withdraw/say/{sayer.token}"
    goods = goods_of(session, order.shop_id, {line.product_shopify_id for line in order.lines})
    today = withdrawals.local_day(order, sayer.setting.now)
    pays_delivery = withdrawals.pays_delivery(session, order, right)
    page = statement(order, right, goods, Form(sayer.setting.place.path(tail), today, pays_delivery, **typed))
    return shown(sayer.setting, "withdraw_say.html", page, tail, status)


def _nothing(session: Session, sayer: Sayer, bar: Bar, right: Right) -> Response:
    """Why not; whoever has declared already is led to what they declared."""
    setting, known = sayer.setting, withdrawals.of_order(session, sayer.order)
    next = None
    if known:
        next = Link(phrase("See your withdrawal"), setting.path(f"withdraw/done/{known[-1].token}"))
    elif bar is Bar.OVER and setting.returns.portal_open:
        key = make_pass(adapters().database.keyring, sayer.order, Access.FULL, setting.now)
        next = Link(phrase("To our returns"), setting.place.path(f"returns/o?{urlencode({'key': key})}"))
    own = _own_return(session, sayer.order) if bar is Bar.IN_A_RETURN and not known else None
    said = barred(bar, right, next)
    if own is not None:
        key = status_path(adapters().database.keyring, own.shop_id, own.id)
        to_it = Link(phrase("See your return"), setting.path(key))
        said = in_a_return(to_it, requests.may_cancel(session, own, Actor.SHOPPER))
    return said_page(setting, said, 200)


def _own_return(session: Session, order: Order) -> Return | None:
    """The newest return of the order that is still open."""
    mine = Return.shop_id == order.shop_id, Return.order_id == order.id, Return.state.in_(OPEN_RETURNS)
    return session.scalars(select(Return).where(*mine).order_by(Return.id.desc()).limit(1)).first()


def _chosen(right: Right) -> dict[int, int]:
    """Units by line as the form has them; what it does not name is kept."""
    found: dict[int, int] = {}
    for each in right.choices:
        typed = request.form.get(f"quantity-{each.line_id}", "0")
        found[each.line_id] = int(typed) if typed.isdecimal() and len(typed) < 6 else 0
    return {line: min(units, _most(right, line)) for line, units in found.items() if units}


def _most(right: Right, line_id: int) -> int:
    choice = right.choice(line_id)
    return choice.units if choice else 0


def _problems(
    sayer: Sayer, name: str, email: str, chosen: Mapping[int, int], right: Right
) -> tuple[tuple[str, Phrase], ...]:
    if right.bar is not None:
        return ()
    problems = [("goods", NO_GOODS)] if not any(chosen.values()) else []
    if not any(ch.isalpha() for ch in name):
        problems.append(("name", NO_NAME))
    if not sayer.order.email and not _is_address(email):
        problems.append(("email", NO_EMAIL))
    return tuple(problems)


def _is_address(email: str) -> bool:
    try:
        return bool(address_of(email))
    except NoAddress:
        return False


def _is_known(session: Session, sayer: Sayer) -> bool:
    """Whether this very form was sent before."""
    mine = (Withdrawal.shop_id == sayer.order.shop_id, Withdrawal.key == sayer.key)
    return session.scalar(select(Withdrawal.id).where(*mine)) is not None


def _own_name(sayer: Sayer) -> str:
    """Filled in for whoever is signed in as the order's customer; nobody else is shown a name."""
    if not sayer.is_owner or not sayer.order.shipping_address:
        return ""
    address = json.loads(sayer.order.shipping_address)
    return " ".join(part for part in (address.get("first_name"), address.get("last_name")) if part)
