"""Money cases at the counter: an order in any currency, sold under terms of its own, and what came back of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any

from returns_counter import Counter
from settling import MARA, agree, approve, groups, ours, receive, steps, work
from sqlalchemy import select

from returns_desk import Desk, goods
from shopify_app.returns import published, reception
from shopify_app.returns.effects import Bonus, Effects, Window
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import LedgerRow
from shopify_app.returns.reception import Verdict
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.states import UnitDecision
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome, Scope, Start
from shopify_app.returns.wishes import Wish, WishLine

REFUND, CREDIT, SWAP, KEEP = Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE, Outcome.KEEP_ITEM
EVERYTHING = (REFUND, CREDIT, SWAP)
_buyers = count(7001)
_names = count(1)


@dataclass(frozen=True)
class Sold:
    """A line of the order: `price` of a unit, `off` what each discount takes off the line, `tax` its tax lines, all in
    the order's currency. `swap`: what the other variant costs today, in the shop's currency, and `rate` the tax that
    new goods of its kind bear."""

    price: str
    quantity: int = 1
    off: tuple[str, ...] = ()
    tax: tuple[str, ...] = ()
    swap: str | None = None
    rate: float = 0.0


@dataclass
class Bought:
    """An order at the counter, its buyer, the variants that could replace its lines, and by place the fulfilment lines
    in which they were sent."""

    counter: Counter
    desk: Desk
    buyer: int | None
    others: dict[int, int] = field(default_factory=dict)
    sent: dict[int, int] = field(default_factory=dict)

    def wish(self, *chosen: tuple[int, int, Outcome]) -> Wish:
        """(place of the line, units, outcome) each."""
        self.counter.desk = self.desk
        known = {line.fulfillment_line_id: line.line_id for line in self.counter.returnable().lines}
        lines = []
        for place, quantity, outcome in chosen:
            sent = self.sent[place]
            other = self.others[known[sent]] if outcome is SWAP else None
            method = Method.NONE if outcome is KEEP else Method.OWN_CARRIER
            said: dict[str, Any] = {"reason": "size-too-small", "method": method, "outcome": outcome}
            lines.append(WishLine(known[sent], sent, quantity, replacement_variant_id=other, **said))
        return Wish(tuple(lines))

    def asks(self, *chosen: tuple[int, int, Outcome]) -> Return:
        return self.counter.submit(self.counter.price(self.wish(*chosen)))

    def moved(self) -> list[tuple[str, str, str]]:
        """What the dev store's ledger says moved for this order and its buyer: kind, tender, amount."""
        rows: list[dict[str, Any]] = self.counter.stage.control("GET", "/ledger").json["rows"]
        own = [
            row
            for row in rows
            if row["order_id"] == self.desk.order_id
            or (row["order_id"] is None and row["customer_id"] == self.buyer and self.buyer is not None)
        ]
        return sorted((row["kind"], row["tender"], row["amount"]) for row in own if row["kind"] != "charge")

    def sums(self) -> list[tuple[str, str]]:
        return sorted((kind, amount) for kind, _, amount in self.moved())


def terms(event: MoneyEvent = MoneyEvent.RECEIPT, *, more: dict[str, Any] | None = None, **effects: Any) -> Policy:
    """Thirty days, everything allowed, 10 % bonus unless said otherwise. `more` is for the policy as a whole."""
    wanted: dict[str, Any] = {
        "windows": {Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=0, latest_day=30)},
        "outcomes": EVERYTHING,
        "methods": (Method.OWN_CARRIER,),
        "bonus": {Scope.ANY: Bonus(percent=Decimal(10))},
        "money_events": {Scope.ANY: event},
        "approval": Approval.REVIEW,
    } | effects
    return Policy(rules=(Rule(name=f"Terms {next(_names)}", then=Effects(**wanted)),), **(more or {}))


def buys(counter: Counter, policy: Policy, *lines: Sold, **order: Any) -> Bought:
    """A buyer nobody has seen before buys, under `policy`; it is sent, delivered, and we know of it.

    `tenders`: (gateway, amount) each, in place of one payment. `guest`: no customer. `customer`: one known already.
    `parcels`: how many units of the first line each parcel holds; unset: everything in one.
    """
    tenders, guest, parcels = order.pop("tenders", ()), order.pop("guest", False), order.pop("parcels", ())
    buyer = None if guest else order.pop("customer", None) or _somebody(counter)
    counter.wire.advance(seconds=60)
    with counter.database.write() as session:
        published.publish(session, counter.shop_id, policy, "mara", counter.now())
    counter.wire.advance(seconds=60)
    wanted = [_line(counter, line, order) for line in lines]
    others = [each.pop("_other") for each in wanted]
    codes = order.pop("discount_applications", None) or _codes(lines)
    body = {"line_items": wanted, "discount_applications": codes, "email": f"buyer{buyer or 0}@example.com"} | order
    placed = counter.stage.post("/orders", body | ({"customer": {"id": buyer}} if buyer else {}))
    _pay_with(counter, placed["id"], tenders)
    sent = _send(counter, placed["id"], parcels)
    shown = order.get("presentment_currency", "EUR")
    counter.desk = Desk(counter.stage, placed["id"], sent[0] // 1000, {}, shown)
    counter.learn()
    line_ids = [each["id"] for each in counter.wire.world.need("order", placed["id"])["line_items"]]
    places = dict(enumerate(sent, start=1))
    return Bought(counter, counter.desk, buyer, dict(zip(line_ids, others, strict=True)), places)


def carried(
    counter: Counter, ret: Return, *decided: tuple[UnitDecision, int, str | None], received: bool = True
) -> Return:
    """Approved, received, inspected where decisions are given."""
    approve(counter, ret)
    if received:
        receive(counter, ret)
    for decision, quantity, percent in decided:
        decide(counter, ret, decision, quantity, percent)
    return ret


def decide(
    counter: Counter,
    ret: Return,
    decision: UnitDecision,
    quantity: int | None = None,
    percent: str | None = None,
    line_id: int | None = None,
) -> None:
    """What Mara says of units when she looks at them, of one line of ours or of the first that come; where Ada is asked
    about it, she takes what she is offered."""
    with counter.database.write() as session:
        found = counter.ret(session, ret)
        units = reception.units_to_inspect(found, line_id, quantity)
        verdict = Verdict(decision, Decimal(percent) if percent else None)
        reception.inspect(session, found, units, verdict, MARA, counter.now())
    work(counter)
    agree(counter, ret)


def why(counter: Counter, ret: Return) -> object:
    return steps(counter, ret), [(group.look, group.look_facts) for group in groups(counter, ret)]


def account(counter: Counter, ret: Return) -> dict[str, int]:
    """Our ledger by account, comparison left out; it has to come to zero."""
    with counter.database.read() as session:
        rows = session.scalars(select(LedgerRow).where(LedgerRow.return_id == ret.id)).all()
    found: dict[str, int] = {}
    for row in rows:
        found[row.account] = found.get(row.account, 0) + row.amount
    assert sum(found.values()) == 0
    return found


def refund_by_hand(bought: Bought, amount: str, of_line: int | None = None) -> None:
    """Mara gives money back in Shopify's admin, for one piece of a line or for none in particular."""
    bought.counter.wire.advance(seconds=1)
    store, order = bought.counter.wire.world.store, bought.desk.order_gid
    paid = next(each for each in store.find("transaction", order_id=bought.desk.order_id) if each["kind"] == "sale")
    given = {
        "orderId": order, "kind": "REFUND", "gateway": paid["gateway"], "amount": amount,
        "parentId": paid["admin_graphql_api_id"],
    }  # fmt: skip
    wanted: dict[str, Any] = {"orderId": order, "transactions": [given]}
    if of_line:
        line = bought.counter.wire.world.need("order", bought.desk.order_id)["line_items"][of_line - 1]["id"]
        piece = {"lineItemId": f"gid://shopify/LineItem/{line}", "quantity": 1, "restockType": "NO_RESTOCK"}
        wanted["refundLineItems"] = [piece]
    query = f"""mutation R($in: RefundInput!) {{ refundCreate(input: $in) @idempotent(key: "by hand {next(_names)}") {{
        userErrors {{ message }} }} }}"""
    as_merchant(bought, query, **{"in": wanted})


def as_merchant(bought: Bought, query: str, **variables: Any) -> dict[str, Any]:
    """What Mara does in Shopify's admin; it must succeed."""
    made = bought.counter.stage.post("/merchant/graphql", {"query": query, "variables": variables})
    (payload,) = made["data"].values()
    assert payload["userErrors"] == [], payload
    return made["data"]


def _line(counter: Counter, line: Sold, order: dict[str, Any]) -> dict[str, Any]:
    shop, shown = "EUR", order.get("presentment_currency", "EUR")
    variants = goods(counter.stage, line.rate, **{"one": "10.00", f"two{next(_names)}": line.swap or "10.00"})
    first, other = variants.values()
    return {
        "variant_id": first,
        "_other": other,
        "quantity": line.quantity,
        "price_set": _set(line.price, shown, shop),
        "discount_allocations": [
            {"amount_set": _set(off, shown, shop), "discount_application_index": nth}
            for nth, off in enumerate(line.off)
        ],
        "tax_lines": [
            {"title": f"Tax {nth}", "rate": 0.1, "price_set": _set(tax, shown, shop), "channel_liable": False}
            for nth, tax in enumerate(line.tax)
        ],
    }


def _set(amount: str, shown: str, shop: str) -> dict[str, Any]:
    """An amount of the order's currency, with its twin in the shop's at a rate that leaves odd cents."""
    rates = {
        "EUR": 1,
        "SEK": Decimal("11.2037"),
        "JPY": Decimal("168.31"),
        "KWD": Decimal("0.3343"),
        "USD": Decimal("1.0907"),
    }
    twin = (Decimal(amount) / rates[shown]).quantize(Decimal("0.01"))
    return {
        "shop_money": {"amount": str(twin), "currency_code": shop},
        "presentment_money": {"amount": amount, "currency_code": shown},
    }


def _codes(lines: Iterable[Sold]) -> list[dict[str, Any]]:
    most = max((len(line.off) for line in lines), default=0)
    code = {"type": "discount_code", "value": "10.0", "value_type": "fixed_amount", "target_type": "line_item",
            "target_selection": "all", "allocation_method": "across"}  # fmt: skip
    return [{**code, "code": f"CODE{nth}"} for nth in range(most)]


def _send(counter: Counter, order_id: int, parcels: Iterable[int]) -> list[int]:
    """Sends and delivers; the fulfilment lines in their order."""
    lines = counter.wire.world.need("order", order_id)["line_items"]
    found = []
    for quantity in parcels or (None,):
        some = {"lines": [{"id": lines[0]["id"], "quantity": quantity}]} if quantity else {}
        parcel = counter.stage.post("/fulfillments", {"order_id": order_id, **some})
        counter.stage.post("/events", {"fulfillment_id": parcel["id"], "status": "delivered"})
        held = 1 if quantity else len(lines)
        found += [parcel["id"] * 1000 + nth for nth in range(1, held + 1)]
    return found


def _somebody(counter: Counter) -> int:
    store, number = counter.wire.world.store, next(_buyers)
    store.put("customer", {**store.get("customer", 501), "id": number, "email": f"buyer{number}@example.com"})
    return number


def _pay_with(counter: Counter, order_id: int, tenders: Iterable[tuple[str, str]]) -> None:
    """The payments of the order are these instead."""
    store = counter.wire.world.store
    if not tenders:
        return
    (paid,) = [each for each in store.find("transaction", order_id=order_id) if each["kind"] == "sale"]
    assert sum(Decimal(amount) for _, amount in tenders) == Decimal(paid["amount"])
    for nth, (gateway, amount) in enumerate(tenders):
        id = paid["id"] + nth * 100_003
        more = {"id": id, "gateway": gateway, "amount": amount}
        store.put("transaction", {**paid, **more, "admin_graphql_api_id": f"gid://shopify/OrderTransaction/{id}"})


__all__ = ["Bought", "Sold", "account", "approve", "buys", "carried", "decide", "groups", "ours", "receive", "terms",
           "why", "work"]  # fmt: skip
