"""Ada's return as rows, without anybody having asked Shopify: two shirts for credit with a bonus."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.orders.projection import apply_order
from shopify_app.returns.amounts import Rates
from shopify_app.returns.models import Return, ReturnEntry, ReturnLine, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.paid import Manner, PaidOrder, Pick, Request
from shopify_app.returns.pricing import price
from shopify_app.returns.searching import keeping
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.stored import settlement_to_stored
from shopify_app.returns.tenders import Tender
from shopify_app.returns.units import PaidLine
from shopify_app.returns.verdicts import Promise, Terms
from shopify_app.returns.vocabulary import MoneyEvent, Outcome, TenderKind
from stage import euro, line, order


def placed(session: Session, shop_id: int, number: int = 1042, **changes: Any) -> Order:
    """Ada's order of two shirts at 50.00 with a 10 % code and 8 % tax."""
    shirt = line(1, title="Linen shirt", variant_title="M / White", sku="SHIRT-M", quantity=2, current_quantity=2)
    bought = order(shopify_id=number, name=f"#{number}", lines=(replace(shirt, unit_price=euro("50.00")),), **changes)
    return apply_order(session, shop_id, bought, bought.placed_at)


def settlement(outcome: Outcome, units: int, event: MoneyEvent) -> Settlement:
    """What the two shirts are worth under a bonus of 10 %."""
    paid = PaidOrder(
        order_id=1042,
        rates=Rates("EUR", "EUR"),
        taxes_included=False,
        lines=(PaidLine(9001, 2, euro("50.00"), euro("10.00"), euro("7.20")),),
        tenders=(Tender("card", TenderKind.PAYMENT, Money(9720, "EUR")),),
    )
    bonus = Promise(percent=Decimal(10)) if outcome is Outcome.STORE_CREDIT else None
    terms = Terms(outcome, date(2026, 11, 5), date(2026, 12, 5), money_event=event, bonus=bonus)
    asked = Request("R-1042-1", datetime.fromisoformat("2026-11-24T12:00:00+00:00"))
    (priced,) = price(paid, [Pick.of(9001, units, terms, None)], asked, Manner())
    return priced


def wanted(
    session: Session,
    bought: Order,
    now: datetime,
    *,
    state: str = "requested",
    outcome: Outcome = Outcome.STORE_CREDIT,
    event: MoneyEvent = MoneyEvent.INSPECTION,
    group: str = "waiting",
    units: int = 2,
    rma: str | None = None,
) -> Return:
    """A return of `units` shirts in the states given."""
    ret = Return(
        shop_id=bought.shop_id,
        order=bought,
        rma=rma or f"R-{bought.number}-1",
        state=state,
        currency="EUR",
        policy_version=1,
        requested_at=now - timedelta(hours=3),
        decide_by=now + timedelta(days=2),
    )
    session.add(ret)
    session.flush()
    part = ReleaseGroup(
        shop_id=bought.shop_id,
        return_id=ret.id,
        position=1,
        outcome=outcome,
        money_event=event,
        state=group,
        look="refused" if group == "needs_look" else None,
        look_facts={"words": "Not now."} if group == "needs_look" else None,
        currency="EUR",
        accepted=settlement_to_stored(settlement(outcome, units, event)),
    )
    session.add(part)
    session.flush()
    shirts = ReturnLine(
        shop_id=bought.shop_id,
        group_id=part.id,
        line_id=9001,
        fulfillment_line_id=3001001,
        quantity=units,
        outcome=outcome,
        method="label",
        reason="too-small",
        note="The sleeves are <b>short</b>",
        units=[ReturnUnit(shop_id=bought.shop_id, number=number + 1) for number in range(units)],
    )
    ret.lines.append(shirts)
    session.add(
        ReturnEntry(shop_id=ret.shop_id, return_id=ret.id, at=ret.requested_at, kind="requested", actor="shopper")
    )
    keeping.write(session, ret)
    return ret
