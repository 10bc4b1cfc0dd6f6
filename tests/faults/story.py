"""What people do to a return, told to the house: Ada asks, Mara decides, goods arrive, Shopify's admin interferes.

Each verb is one transaction, as a door makes it: whatever it meets on the way is rolled back or done, never half.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from house import House
from sqlalchemy.orm import Session

from devstore import api
from devstore.control import MERCHANT_SCOPES
from shopify_app.orders.models import Order
from shopify_app.returns import offers, published, reception, requests, settle, withdrawals
from shopify_app.returns.document import from_document
from shopify_app.returns.models import Return
from shopify_app.returns.reasons import NotEligible
from shopify_app.returns.reception import By, NoSuchUnits, Verdict
from shopify_app.returns.refusals import PolicyMoved, PricesMoved, QuoteForeign, QuoteOver, StockGone
from shopify_app.returns.states import Actor, UnitDecision
from shopify_app.returns.vocabulary import Method, Outcome
from shopify_app.returns.wishes import Wish, WishIncomplete, WishLine, WrongWish
from shopify_app.returns.withdrawals import Declaration, NoWithdrawal, WrongChoice
from shopify_app.shopify.errors import ShopifyError
from shopify_app.states import IllegalMove

POLICY: dict[str, Any] = {
    "rules": [
        {
            "name": "30 days",
            "then": {
                "windows": {"any": {"counted_from": "delivery", "latest_day": 3650}},
                "outcomes": ["refund", "store_credit", "variant_exchange"],
                "methods": ["own_carrier", "label"],
                "bonus": {"any": {"percent": "10"}},
                "shipping_fee": {"EUR": "4.90"},
                "waive_shipping_for": ["store_credit", "variant_exchange"],
                "money_events": {"any": "receipt", "store_credit": "inspection"},
            },
        }
    ]
}
MARA = By()
TOO_LATE: tuple[type[Exception], ...] = (
    *(IllegalMove, NoSuchUnits, NotEligible, WrongWish, WishIncomplete, ShopifyError),
    *(PolicyMoved, PricesMoved, QuoteForeign, QuoteOver, StockGone, NoWithdrawal, WrongChoice),
)
"""What a verb answers to somebody who comes too late, or finds Shopify away: nothing has moved then."""
REFUND = """mutation R($in: RefundInput!, $key: String!) { refundCreate(input: $in) @idempotent(key: $key) {
  refund { id } userErrors { field message } } }"""


class Premises(Protocol):
    """Where a story happens: `house.House` in one process, `plant.Plant` in many."""

    adapters: Any
    shop_id: int
    variants: dict[str, int]

    def now(self) -> datetime: ...
    def read(self) -> AbstractContextManager[Session]: ...
    def write(self) -> AbstractContextManager[Session]: ...


def publish(house: Premises, document: dict[str, Any] | None = None) -> None:
    """Mara's policy, in force for orders from the next second on."""
    with house.write() as session:
        published.publish(session, house.shop_id, from_document(document or POLICY), "operator", house.now())


def offer(
    house: Premises,
    order_id: int,
    outcome: Outcome,
    quantity: int = 1,
    swap_for: str = "M",
    method: Method = Method.OWN_CARRIER,
) -> str:
    """Ada sees what she would get; the public id of the stored quote."""
    with house.read() as session:
        order = session.get_one(Order, order_id)
    returnable = house.adapters.admin(house.shop_id).returnable_order(order.shopify_id)
    if not returnable.lines:
        raise NotEligible(())
    line = returnable.lines[0]
    wanted = WishLine(
        line_id=line.line_id,
        fulfillment_line_id=line.fulfillment_line_id,
        quantity=quantity,
        reason="unwanted",
        outcome=outcome,
        replacement_variant_id=house.variants[swap_for] if outcome is Outcome.VARIANT_EXCHANGE else None,
        method=method,
    )
    with house.write() as session:
        order = session.get_one(Order, order_id)
        return offers.keep(session, offers.price(session, order, returnable, Wish((wanted,)), house.now())).public_id


def submit(house: Premises, quote: str) -> int:
    """Ada confirms; our id of the return."""
    with house.write() as session:
        return requests.submit(session, house.shop_id, quote, Actor.SHOPPER, house.now()).id


def request(house: Premises, order_id: int, outcome: Outcome, quantity: int = 1) -> int:
    """Ada chooses and confirms."""
    return submit(house, offer(house, order_id, outcome, quantity))


@contextmanager
def _the(house: Premises, return_id: int) -> Iterator[tuple[Any, Return]]:
    with house.write() as session:
        yield session, session.get_one(Return, return_id)


def approve(house: Premises, return_id: int) -> None:
    with _the(house, return_id) as (session, ret):
        requests.approve(session, ret, Actor.MERCHANT, house.now())


def decline(house: Premises, return_id: int) -> None:
    with _the(house, return_id) as (session, ret):
        requests.decline(session, ret, "other", None, Actor.MERCHANT, house.now())


def cancel(house: Premises, return_id: int, by: Actor = Actor.SHOPPER) -> None:
    with _the(house, return_id) as (session, ret):
        requests.cancel(session, ret, by, house.now())


def receive(house: Premises, return_id: int, quantity: int | None = None) -> None:
    """A scan in Borås: all units, or so many of the one line."""
    with _the(house, return_id) as (session, ret):
        line = ret.lines[0].id if quantity is not None else None
        reception.receive(session, ret, line, quantity, MARA, house.now())


def inspect(house: Premises, return_id: int, accepted: bool = True, percent: Decimal | None = None) -> None:
    """The verdict on every unit that arrived and is not decided."""
    with _the(house, return_id) as (session, ret):
        units = reception.units_to_inspect(ret, None, None)
        verdict = Verdict(UnitDecision.ACCEPTED if accepted else UnitDecision.REFUSED, percent)
        reception.inspect(session, ret, units, verdict, MARA, house.now())


def settle_now(house: Premises, return_id: int) -> None:
    with _the(house, return_id) as (session, ret):
        settle.settle_now(session, ret, MARA, house.now())


def withdraw(house: Premises, order_id: int, key: str, lines: Mapping[int, int] | None = None) -> int:
    """Ada withdraws from the contract: from all that she may, or so many units by Shopify's line; our id of it."""
    with house.write() as session:
        order = session.get_one(Order, order_id)
        said = Declaration(key, "Ada Berg", None, "en", lines or {})
        return withdrawals.declare(session, order, said, house.now()).id


def refund_in_admin(house: House, order_id: int, amount: str, key: str) -> list[Any]:
    """Mara refunds money in Shopify's own admin, tied to no goods; what Shopify objects to."""
    with house.read() as session:
        order = session.get_one(Order, order_id)
    payment = next(
        each for each in house.store.find("transaction", order_id=order.shopify_id) if each["kind"] == "sale"
    )
    wanted = {
        "orderId": f"gid://shopify/Order/{order.shopify_id}",
        "transactions": [
            {
                "amount": amount,
                "gateway": payment["gateway"],
                "kind": "REFUND",
                "orderId": f"gid://shopify/Order/{order.shopify_id}",
                "parentId": f"gid://shopify/OrderTransaction/{payment['id']}",
            }
        ],
    }
    answer = api.run(house.wire.world, MERCHANT_SCOPES, REFUND, {"in": wanted, "key": key}, None)
    assert "errors" not in answer, answer["errors"]
    return answer["data"]["refundCreate"]["userErrors"]
