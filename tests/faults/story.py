"""What people do to a return, told to the house: Ada asks, Mara decides, goods arrive, Shopify's admin interferes.

Each verb is one transaction, as a door makes it: whatever it meets on the way is rolled back or done, never half.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from house import House
from sqlalchemy.orm import Session

from devstore import api
from devstore.control import MERCHANT_SCOPES
from shopify_app.orders.models import Order
from shopify_app.returns import acceptance, offers, published, reception, requests, settle
from shopify_app.returns.balances import rows as balances
from shopify_app.returns.balances import verbs as balance_verbs
from shopify_app.returns.changing import changes
from shopify_app.returns.document import read_policy
from shopify_app.returns.inspecting import asking as inspection_asking
from shopify_app.returns.inspecting import dialogue as inspection
from shopify_app.returns.inspecting.models import InspectionQuestion
from shopify_app.returns.inspecting.states import Appealed, QuestionState
from shopify_app.returns.models import Return, ReturnQuote
from shopify_app.returns.reasons import NotEligible
from shopify_app.returns.reception import NoSuchUnits, Verdict
from shopify_app.returns.refusals import PolicyMoved, PricesMoved, QuoteForeign, QuoteOver, StockGone
from shopify_app.returns.shop_now import shopping
from shopify_app.returns.states import Actor, UnitDecision
from shopify_app.returns.timeline import By
from shopify_app.returns.vocabulary import Method, Outcome
from shopify_app.returns.wishes import NewGoods, Wish, WishIncomplete, WishLine, WrongWish
from shopify_app.returns.withdrawing import declarations as withdrawals
from shopify_app.returns.withdrawing.declarations import Declaration, NoWithdrawal, WrongChoice
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shopify.return_snapshots import ReturnableOrder
from shopify_app.states import IllegalMove

MOST_WITHOUT_ORDER = "120.00"
"""So much one person is given without an order: two shirts and not quite half of one."""
POLICY: dict[str, Any] = {
    "rules": [
        {
            "name": "30 days",
            "then": {
                "windows": {"any": {"counted_from": "delivery", "latest_day": 3650}},
                "outcomes": ["refund", "store_credit", "variant_exchange", "shop_now"],
                "methods": ["own_carrier", "label"],
                "bonus": {"any": {"percent": "10"}},
                "shipping_fee": {"EUR": "4.90"},
                "waive_shipping_for": ["store_credit", "variant_exchange"],
                "money_events": {"any": "receipt", "store_credit": "inspection"},
                "no_receipt": {"cap_per_person": {"amount": {"EUR": MOST_WITHOUT_ORDER}, "days": 365}},
            },
        }
    ]
}
MARA = By()
ADA = By(Actor.SHOPPER)
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
    buyer: str
    variants: dict[str, int]

    def now(self) -> datetime: ...
    def read(self) -> AbstractContextManager[Session]: ...
    def write(self) -> AbstractContextManager[Session]: ...


def publish(house: Premises, document: dict[str, Any] | None = None) -> None:
    """Mara's policy, in force for orders from the next second on."""
    with house.write() as session:
        published.publish(session, house.shop_id, read_policy(json.dumps(document or POLICY)), "operator", house.now())


def offer(house: Premises, order_id: int, outcome: Outcome, quantity: int = 1, **more: Any) -> str:
    """Ada sees what she would get; the public id of the stored quote. `more` as in `wished`."""
    with house.read() as session:
        order = session.get_one(Order, order_id)
    returnable = house.adapters.admin(house.shop_id).returnable_order(order.shopify_id)
    wish = wished(house, returnable, outcome, quantity, **more)

    def price(carts: Any = None) -> ReturnQuote:
        with house.read() as session:
            order = session.get_one(Order, order_id)
            return offers.price(session, order, returnable, wish, house.now(), carts=carts)

    return _kept(house, price, order, returnable, wish)


def wished(
    house: Premises,
    returnable: ReturnableOrder,
    outcome: Outcome,
    quantity: int,
    method: Method = Method.OWN_CARRIER,
    item: str = "60.00",
) -> Wish:
    """So many of the shirts that were sent, for an outcome; `item` is the price of the coat in a cart."""
    if not returnable.lines:
        raise NotEligible(())
    line = returnable.lines[0]
    wanted = WishLine(
        line_id=line.line_id,
        fulfillment_line_id=line.fulfillment_line_id,
        quantity=quantity,
        reason="unwanted",
        outcome=outcome,
        replacement_variant_id=house.variants["M"] if outcome is Outcome.VARIANT_EXCHANGE else None,
        method=method,
    )
    cart = (NewGoods(house.variants[item], 1),) if outcome is Outcome.SHOP_NOW else ()
    return Wish((wanted,), cart)


def _kept(
    house: Premises, price: Callable[..., ReturnQuote], order: Order, returnable: ReturnableOrder, wish: Wish
) -> str:
    """The quote with Shopify's word on the new items, if there are any, stored."""
    admin = house.adapters.admin(house.shop_id)
    currency = returnable.currency
    carts = None
    if wish.cart:
        carts = shopping.carts_of(
            admin, order.shopify_id, currency, wish, lambda known: acceptance.settlements_of(price(known))
        )
    quote = price(carts)
    with house.write() as session:
        return offers.keep(session, quote).public_id


def change(house: Premises, return_id: int, outcome: Outcome, quantity: int, item: str) -> int:
    """Ada wants something else of a return that she sent in; how many units are in it now."""
    with house.read() as session:
        ret = session.get_one(Return, return_id)
        order = session.get_one(Order, ret.order_id)
    returnable = house.adapters.admin(house.shop_id).returnable_order(order.shopify_id)
    with house.read() as session:
        free = changes.as_free(session, session.get_one(Return, return_id), returnable)
    wish = wished(house, free, outcome, quantity, item=item)

    def price(carts: Any = None) -> ReturnQuote:
        with house.read() as session:
            found = session.get_one(Return, return_id)
            return changes.propose(session, found, returnable, wish, Actor.SHOPPER, house.now(), carts=carts)

    quote = _kept(house, price, order, returnable, wish)
    with house.write() as session:
        ret = changes.accept(session, house.shop_id, quote, Actor.SHOPPER, house.now())
        return sum(len(line.units) for line in ret.lines)


def _questions(session: Session, ret: Return, state: QuestionState) -> list[InspectionQuestion]:
    return [each for each in inspection_asking.of_return(session, ret) if each.state == state]


def answer(house: Premises, return_id: int, way: str) -> None:
    """Ada answers what she is asked after an inspection: ``take``, ``send_back`` or ``appeal``."""
    with _the(house, return_id) as (session, ret):
        for question in _questions(session, ret, QuestionState.ASKED):
            if way == "take":
                inspection.take(session, ret, question.id, ADA, house.now())
            elif way == "send_back":
                inspection.send_back(session, ret, question.id, None, ADA, house.now())
            else:
                inspection.appeal(session, ret, question.id, "It came like that.", house.now())


def decide(house: Premises, return_id: int, verdict: Appealed) -> None:
    """Mara has looked again."""
    with _the(house, return_id) as (session, ret):
        for question in _questions(session, ret, QuestionState.APPEALED):
            inspection.decide(session, ret, question.id, verdict, None, "We looked again.", MARA, house.now())


def give_up(house: Premises, return_id: int, verb: str) -> None:
    """The balance is not waited for any longer: Mara waives it (``waive``), or Ada drops the exchange (``drop``)."""
    with _the(house, return_id) as (session, ret):
        for row in balances.of_return(session, ret):
            if row.is_open and verb == "waive":
                balance_verbs.waive(session, ret, row.group_id, MARA, house.now())
            elif row.is_open:
                balance_verbs.drop(session, ret, row.group_id, ADA, house.now())


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
