"""A return of two parts: a shirt for store credit, and another to be swapped for a size that sells out on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from returns_counter import Counter, goods, open_counter, opened, sell
from settling import with_credit, work
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from shopify_app.db import Database
from shopify_app.returns import anew, offers, requests
from shopify_app.returns.models import Return, ReturnQuote
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.states import Actor
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.wishes import Wish


@dataclass
class TwoParts:
    """`ret` is approved; its credit is open at Shopify, its swap waits for Ada."""

    counter: Counter
    ret: Return

    @property
    def swap(self) -> ReleaseGroup:
        """The part that was a swap, as it is now."""
        with self.counter.database.read() as session:
            wanted = select(ReleaseGroup).where(ReleaseGroup.return_id == self.ret.id, ReleaseGroup.position == 2)
            return session.scalars(wanted).one()

    def priced(self, outcome: Outcome, variant: str | None = None) -> ReturnQuote:
        """A stored quote for the swap alone."""
        returnable = self.counter.returnable()
        with self.counter.database.write() as session:
            ret = self.counter.ret(session, self.ret)
            group = session.get_one(ReleaseGroup, self.swap.id)
            new = self.counter.desk.variants[variant] if variant else None
            wish = anew.undecided(session, ret, group)
            wish = wish.changed(lambda line: replace(line, outcome=outcome, replacement_variant_id=new))
            return offers.keep(session, anew.price(session, ret, group, returnable, wish, self.counter.now()))

    def accept(self, quote: ReturnQuote, **more: Any) -> ReleaseGroup:
        with self.counter.database.write() as session:
            ret = self.counter.ret(session, self.ret)
            return anew.accept(session, ret, quote.public_id, Actor.SHOPPER, self.counter.now(), **more)

    def restock(self, variant: str, units: int) -> None:
        """Shopify's stock of one size, told to us."""
        restock(self.counter, variant, units)


def open_shop(database: Database, url: str) -> Counter:
    """Ada bought two shirts on two lines at 50.00, a 10 % code, 8 % tax on top."""
    return opened("two parts", database, url, lambda: _open_shop(database, url))


def _open_shop(database: Database, url: str) -> Counter:
    counter = with_credit(open_counter(database, url, delivered=False))
    variants = goods(counter.stage, 0.08, S="50.00", M="50.00", L="50.00", cheaper="40.00")
    line = {"quantity": 1, "discount_allocations": [{"amount": "5.00", "discount_application_index": 0}]}
    code = {"type": "discount_code", "code": "TEN", "value": "10.0", "value_type": "percentage",
            "target_type": "line_item", "target_selection": "all", "allocation_method": "across"}  # fmt: skip
    both = [line | {"variant_id": variants["S"]}, line | {"variant_id": variants["L"]}]
    counter.desk = sell(counter.stage, both, variants, taxes_included=False, discount_applications=[code])
    counter.stage.post("/events", {"fulfillment_id": counter.desk.parcel_id, "status": "delivered"})
    counter.learn()
    return counter


def asked(counter: Counter, outcome: Outcome = Outcome.STORE_CREDIT) -> Return:
    """One shirt for `outcome`, the other for size M."""
    first = counter.wish(1, outcome, 1)
    second = counter.wish(1, Outcome.VARIANT_EXCHANGE, 2, replacement_variant_id=counter.desk.variants["M"])
    return counter.submit(counter.price(Wish((*first.lines, *second.lines))))


def stuck_shop(database: Database, url: str) -> TwoParts:
    """Such a return, the first part for credit, put back as it was when it had just got stuck."""
    counter = opened("two parts, one stuck", database, url, lambda: stuck(open_shop(database, url)).counter)
    with counter.database.read() as session:
        return TwoParts(counter, session.scalars(select(Return).options(selectinload(Return.lines))).one())


def stuck(counter: Counter, outcome: Outcome = Outcome.STORE_CREDIT) -> TwoParts:
    """The first part is made at Shopify, then there is no M left for the second."""
    ret = asked(counter, outcome)
    with counter.database.write() as session:
        requests.approve(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())
    restock(counter, "M", 0)
    work(counter)
    return TwoParts(counter, ret)


def restock(counter: Counter, variant: str, units: int) -> None:
    """Shopify's stock of one size of the shirts, told to us."""
    wanted = counter.desk.variants[variant]
    for product in counter.wire.world.store.all("product"):
        for each in product["variants"]:
            if each["id"] == wanted:
                each["inventory_quantity"] = units
                counter.wire.world.store.put("product", product)
    counter.learn()
