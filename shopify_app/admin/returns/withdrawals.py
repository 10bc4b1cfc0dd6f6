"""Statutory withdrawals for the merchant: what was declared, what waits for a person, where the function is on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from flask import Response, abort, request
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.forms import SettingsPage, settings_page
from shopify_app.admin.frame import go, language
from shopify_app.db import Session
from shopify_app.i18n import Phrase, phrase
from shopify_app.money import decimals
from shopify_app.orders.models import Order
from shopify_app.pages.badges import NEEDS_LOOK, Badge
from shopify_app.returns.models import Return
from shopify_app.returns.states import ReturnState
from shopify_app.returns.withdrawing import declarations as withdrawals
from shopify_app.returns.withdrawing.law import LAWS
from shopify_app.returns.withdrawing.models import OPENED_WITHIN, Withdrawal, WithdrawalState
from shopify_app.returns.withdrawing.opening import Stuck
from shopify_app.returns.withdrawing.travelled import leaves_nothing
from shopify_app.settings.withdrawal import Withdrawal as Settings
from shopify_app.texts import number_in

PATH = "/app/returns/withdrawals"
SHOWN = 100
_WITH_COMMA = re.compile(r"[0-9]+,[0-9]{1,3}")
DID: Mapping[str, Phrase] = MappingProxyType(
    {
        "save": phrase("Saved."),
        "again": phrase("Trying again. It shows here in a moment."),
        "handled": phrase("Noted as dealt with."),
    }
)
STATES: Mapping[str, Badge] = MappingProxyType(
    {
        WithdrawalState.RECEIVED: (phrase("Being opened"), "info"),
        WithdrawalState.OPENED: (phrase("Under way"), "info"),
        WithdrawalState.NEEDS_LOOK: NEEDS_LOOK,
        WithdrawalState.HANDLED: (phrase("Dealt with"), "success"),
    }
)
LOOKS: Mapping[str, tuple[Phrase, Phrase]] = MappingProxyType(
    {
        Stuck.ORDER_GONE: (
            phrase("Shopify does not show us the order any more."),
            phrase("Refund it in Shopify, then mark it as dealt with."),
        ),
        Stuck.TOO_LARGE: (
            phrase(
                "This order has more parcels, payments or returns than Shopify tells at once, so we do not touch it."
            ),
            phrase(
                "In Shopify, take off the order what has not left, and open a return for what has; write to the"
                " shopper where to send it. Refund what was paid by the day shown here, the delivery too where the"
                " whole contract is meant. Then mark it as dealt with."
            ),
        ),
        Stuck.UNPAID: (
            phrase("Nothing has been paid for this order yet."),
            phrase("Cancel it in Shopify, without a refund, then mark it as dealt with."),
        ),
        Stuck.BALANCE_OPEN: (
            phrase("An item came by an exchange that has not been paid in full."),
            phrase("Take the exchange off on the return's page, with the money back, then mark it as dealt with."),
        ),
        Stuck.NOT_ENOUGH: (
            phrase("Some of the items left the order in Shopify in the meantime."),
            phrase(
                "See what was refunded or returned already; refund the rest in Shopify, then mark it as dealt with."
            ),
        ),
    }
)


NO_ANSWER = (
    phrase("Shopify could not be reached, or did not let us in, for more than an hour."),
    phrase(
        "Open the app from Shopify’s admin so that it is let in again, then try again. The declaration counts anyway."
    ),
)
THEY_WAIT = phrase("They were told that a person of your team writes to them.")
"""Of one that a person carries out; said beside what to do."""
FIRST = 5
"""Items of a declaration that the list names at once."""


@dataclass(frozen=True)
class Row:
    """One declaration as the list shows it: its first items as `goods`, the `others`, and why a person has to `look`,
    what to do, and what its shopper was told; empty where nobody has to."""

    id: int
    number: str
    order: str
    order_shopify_id: int
    received: Any
    goods: str
    others: tuple[str, ...]
    is_whole: bool
    refund_by: str
    state: Badge
    look: tuple[Phrase, ...]
    rma: str | None


@blueprint.route("/returns/withdrawals", methods=["GET", "POST"])
def withdrawals_page() -> Response:
    """The list and the settings; a POST saves them, or deals with one that waits for a person."""
    verb, chosen = request.form.get("verb", ""), request.form.get("withdrawal", type=number_in)
    if chosen is not None and verb in ("again", "handled"):
        with adapters().database.write() as session:
            row = session.get(Withdrawal, chosen)
            if row is None or row.shop_id != shop_row().id:
                abort(404)
            _deal_with(session, row, verb)
        return go(PATH, did=verb)
    return settings_page(PAGE)


def _deal_with(session: Session, row: Withdrawal, verb: str) -> None:
    if verb == "again":
        withdrawals.try_again(session, row, adapters().clock.now())
    else:
        withdrawals.handled(row)


def _typed() -> dict[str, Any]:
    """The page shows where the function is on; the setting says where it is off."""
    tags = [tag.strip() for tag in request.form.get("exempt_tags", "").split(",") if tag.strip()]
    cost = request.form.get("standard_delivery_cost", "").strip() or None
    return {
        "off_in": [code for code in LAWS if request.form.get(f"on-{code}") is None],
        "exempt_tags": tags,
        "standard_delivery_cost": cost.replace(",", ".") if cost and _WITH_COMMA.fullmatch(cost) else cost,
    }


def _more(groups: Mapping[type[Any], Any]) -> dict[str, Any]:
    with adapters().database.read() as session:
        rows = _rows(session)
    countries = [(name, code, _own(LAWS[code].source)) for code, name in language().countries if code in LAWS]
    currency = shop_row().currency
    cost = _written(groups[Settings].standard_delivery_cost, currency)
    return {"rows": rows, "currency": currency, "cost": cost, "countries": countries}


def _written(cost: Decimal | None, currency: str) -> str:
    """With the currency's decimals, or as many more as it has; nothing is not zero."""
    return "" if cost is None else f"{cost:.{max(decimals(currency), -int(cost.as_tuple().exponent))}f}"


PAGE = SettingsPage("returns_withdrawals.html", PATH, (Settings,), more=_more, apart=_typed, said=DID)


def _own(source: str) -> str:
    """The country's own law, where the table names one; the directive stands above the list."""
    return source.rpartition("; ")[0]


def _rows(session: Session) -> list[Row]:
    """Those that wait for a person first, then those that are not opened yet, then the newest."""
    shop_id = shop_row().id
    found = session.execute(
        select(Withdrawal, Order, Return)
        .join(Order, Order.id == Withdrawal.order_id)
        .outerjoin(Return, Return.withdrawal_id == Withdrawal.id)
        .where(Withdrawal.shop_id == shop_id)
        .options(selectinload(Order.lines))
        .order_by(
            Withdrawal.state != WithdrawalState.NEEDS_LOOK,
            Withdrawal.state != WithdrawalState.RECEIVED,
            Withdrawal.id.desc(),
        )
        .limit(SHOWN)
    )
    return [_row(*each) for each in found]


def _row(row: Withdrawal, order: Order, ret: Return | None) -> Row:
    is_over = ret is not None and ret.state == ReturnState.CLOSED
    items = [f"{each['quantity']} × {each['title']}" for each in row.lines]
    shown = Row(
        id=row.id,
        number=row.number,
        order=order.name,
        order_shopify_id=order.shopify_id,
        received=row.received_at,
        goods=", ".join(items[:FIRST]),
        others=tuple(items[FIRST:]),
        is_whole=leaves_nothing(row, order.lines),
        refund_by=language().full_day(row.refund_by),
        state=STATES[row.state],
        look=_look(row),
        rma=ret.rma if ret is not None else None,
    )
    return replace(shown, state=(phrase("Done"), "success")) if is_over else shown


def _look(row: Withdrawal) -> tuple[Phrase, ...]:
    """Why a person has to see to it, and what to do."""
    if row.state == WithdrawalState.NEEDS_LOOK:
        return (*LOOKS.get(row.look or "", ()), THEY_WAIT)
    is_stuck = adapters().clock.now() - row.received_at > OPENED_WITHIN
    return NO_ANSWER if row.state == WithdrawalState.RECEIVED and is_stuck else ()
