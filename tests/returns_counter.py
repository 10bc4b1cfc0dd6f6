"""The shop's return counter in one process: a dev store where Ada bought shirts, and the product that knows of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from kept import Kept, followed, is_new

from devstage import Stage
from devstore.store import Store
from returns_desk import Desk, goods, sell
from shopify_app.catalogue import projection as catalogue
from shopify_app.db import Database, Session
from shopify_app.orders import projection as orders
from shopify_app.orders.models import Order
from shopify_app.returns import offers, published, requests
from shopify_app.returns.models import Return, ReturnQuote
from shopify_app.returns.rules import Policy
from shopify_app.returns.states import Actor
from shopify_app.returns.vocabulary import Method, Outcome
from shopify_app.returns.wishes import Wish, WishLine
from shopify_app.shipments import projection as shipments
from shopify_app.shopify.admin import AdminAPI
from shopify_app.shopify.return_snapshots import ReturnableOrder
from wire import Wire, empty_store, wire

BUCKET = 1_000_000
"""What the dev store lets a shop cost: more than any test asks for."""


@dataclass
class Counter:
    """Ada's order at the dev store (`desk`) and in our rows. What is read from Shopify is read anew each time."""

    wire: Wire
    stage: Stage
    desk: Desk
    policy: Policy | None = None
    shop_id: int = field(init=False)

    def __post_init__(self) -> None:
        self.shop_id = self.wire.shop().id

    @property
    def database(self) -> Database:
        return self.wire.adapters.database

    @property
    def api(self) -> AdminAPI:
        return self.wire.adapters.admin(self.shop_id)

    def now(self) -> datetime:
        return self.wire.now()

    def learn(self, desk: Desk | None = None) -> None:
        """Everything that Shopify knows of the order and its goods arrives in our rows."""
        order_id = (desk or self.desk).order_id
        snapshot = self.api.order(order_id)
        assert snapshot is not None
        products = {line.product_id for line in snapshot.lines if line.product_id}
        with self.database.write() as session:
            for product_id in sorted(products):
                product = self.api.product(product_id)
                assert product is not None
                catalogue.apply_product(session, self.shop_id, product, self.now())
            orders.apply_order(session, self.shop_id, snapshot, self.now())
            for parcel in snapshot.fulfillments:
                shipments.apply_fulfillment(session, self.shop_id, parcel, self.now())

    def order(self, session: Session, desk: Desk | None = None) -> Order:
        found = orders.find(session, self.shop_id, (desk or self.desk).order_id)
        assert found is not None
        return found

    def returnable(self, desk: Desk | None = None) -> ReturnableOrder:
        """Shopify's word."""
        found = self.api.returnable_order((desk or self.desk).order_id)
        assert found is not None
        return found

    def wish(self, quantity: int = 1, outcome: Outcome | None = Outcome.REFUND, place: int = 1, **more: Any) -> Wish:
        """Units of one line of Ada's parcel, with all that the preset asks for."""
        sent = int(self.desk.sent(place).rpartition("/")[2])
        known = self.returnable().line(sent)
        line_id = known.line_id if known else 0
        said = {"reason": "size-too-small", "method": Method.OWN_CARRIER} | more
        return Wish((WishLine(line_id, sent, quantity, outcome=outcome, **said),))

    def price(self, wish: Wish, **more: Any) -> ReturnQuote:
        returnable = self.returnable()
        with self.database.write() as session:
            quote = offers.price(session, self.order(session), returnable, wish, self.now(), **more)
            return offers.keep(session, quote)

    def submit(self, quote: ReturnQuote, by: Actor = Actor.SHOPPER, **more: Any) -> Return:
        with self.database.write() as session:
            return requests.submit(session, self.shop_id, quote.public_id, by, self.now(), **more)

    def asked(self, *args: Any, **more: Any) -> Return:
        """A request, from wish to return."""
        return self.submit(self.price(self.wish(*args, **more)))

    def ret(self, session: Session, ret: Return) -> Return:
        """The row as it is now."""
        return session.get_one(Return, ret.id, populate_existing=True)

    def publish(self, policy: Policy) -> None:
        with self.database.write() as session:
            published.publish(session, self.shop_id, policy, "mara", self.now())


@dataclass(frozen=True)
class _Opened:
    """A counter as it was when it had just been opened."""

    kept: Kept
    desk: Desk

    def again(self, database: Database, url: str) -> Counter:
        self.kept.put_back(database)
        found = wire(database, url, self.kept.store.twin(), bucket_size=BUCKET)
        self.kept.set_clock(found)
        stage = _stage(found)
        return Counter(found, stage, replace(self.desk, stage=stage, variants=dict(self.desk.variants)))


_opened: dict[Hashable, _Opened] = {}


def opened(which: Hashable, database: Database, url: str, make: Callable[[], Counter]) -> Counter:
    """What `make` makes in a database with nothing in it, made once a minute. `which` tells it from others."""
    if not is_new(database):
        return make()
    name = (database.engine.dialect.name, followed(database), which)
    if (known := _opened.get(name)) and known.kept.is_fresh():
        return known.again(database, url)
    counter = make()
    _opened[name] = _Opened(Kept.of(counter.wire), counter.desk)
    return counter


def open_counter(database: Database, url: str, *, quantity: int = 2, delivered: bool = True) -> Counter:
    """Mara's shop with the worked example: shirts at 50.00, 10 % code, 8 % tax on top, sent and delivered."""
    which = ("the worked example", quantity, delivered)
    return opened(which, database, url, lambda: _open(database, url, quantity, delivered))


def _open(database: Database, url: str, quantity: int, delivered: bool) -> Counter:
    found = wire(database, url, _shop(), bucket_size=BUCKET)
    found.install()
    found.advance(seconds=1)  # orders tell their second only: one of the same would be from before the installation
    stage = _stage(found)
    found.world.store.put("customer", _customer(found.world.now_text()))
    variants = goods(stage, 0.08, S="50.00", M="50.00", cheaper="40.00")
    counter = Counter(found, stage, shirts(stage, variants, quantity))
    if delivered:
        stage.post("/events", {"fulfillment_id": counter.desk.parcel_id, "status": "delivered"})
    counter.learn()
    return counter


def _stage(found: Wire) -> Stage:
    stage = Stage(found.app.test_client(), found.world, found.config)
    stage.token = found.shop().access_token or ""
    return stage


def shirts(stage: Stage, variants: dict[str, int], quantity: int, **order: Any) -> Desk:
    """Ada buys `quantity` shirts with the code TEN."""
    line = {
        "variant_id": variants["S"],
        "quantity": quantity,
        "discount_allocations": [{"amount": f"{5 * quantity}.00", "discount_application_index": 0}],
    }
    code = {"type": "discount_code", "code": "TEN", "value": "10.0", "value_type": "percentage",
            "target_type": "line_item", "target_selection": "all", "allocation_method": "across"}  # fmt: skip
    return sell(stage, [line], variants, taxes_included=False, discount_applications=[code], **order)


def _shop() -> Store:
    """A shop that gives store credit."""
    store = empty_store()
    accounts = {"_customer_accounts": "REQUIRED_NEW_CUSTOMER_ACCOUNTS"}
    store.put("shop", (store.peek("shop", 1) or {}) | accounts)
    place = {"id": 61, "name": "Borås", "active": True, "country_code": "SE", "legacy": False}
    store.put("location", place | {"admin_graphql_api_id": "gid://shopify/Location/61"})
    return store


def _customer(now: str) -> dict[str, Any]:
    who = {"id": 501, "email": "ada@example.com", "first_name": "Ada", "last_name": "Lindholm", "_locale": "en"}
    rest = {"addresses": [], "default_address": None, "phone": None, "_tags": "", "state": "enabled", "note": ""}
    more = {"currency": "EUR", "tax_exempt": False, "verified_email": True, "created_at": now, "updated_at": now}
    return who | rest | more


__all__ = ["Counter", "goods", "open_counter", "opened", "sell", "shirts"]
