"""Ada's exchange for new items at the dev store: what she chooses, priced as the portal does it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from returns_counter import Counter
from sqlalchemy import select

from shopify_app.catalogue import projection as catalogue
from shopify_app.catalogue.models import Variant
from shopify_app.returns import offers, published
from shopify_app.returns.acceptance import settlements_of
from shopify_app.returns.conditions import Conditions
from shopify_app.returns.effects import Bonus, Effects, Window
from shopify_app.returns.models import Return, ReturnQuote
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.shop_now import shopping
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome, Scope, Start
from shopify_app.returns.wishes import NewGoods, Wish

OUTCOMES = (Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE, Outcome.SHOP_NOW, Outcome.PRODUCT_EXCHANGE)


def policy(event: MoneyEvent = MoneyEvent.RECEIPT, percent: int = 10, **effects: Any) -> Policy:
    """Thirty days, everything, a bonus of 10 %; the money is freed by `event`."""
    then = Effects(
        windows={Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=0, latest_day=30)},
        outcomes=OUTCOMES,
        methods=(Method.OWN_CARRIER,),
        bonus={Scope.ANY: Bonus(percent=Decimal(percent))},
        money_events={Scope.ANY: event},
        approval=Approval.REVIEW,
        **effects,
    )
    return Policy(rules=(Rule(name="All", when=Conditions(), then=then),))


def in_force(counter: Counter, wanted: Policy) -> None:
    """The policy was published before Ada bought."""
    with counter.database.write() as session:
        published.publish(session, counter.shop_id, wanted, "mara", counter.now() - timedelta(days=90))


def new_product(counter: Counter, title: str = "Coat", tax_rate: float = 0.08, stock: int = 20, **prices: str) -> Any:
    """A product made in Shopify's pages, known to us; its variants by name."""
    wanted = [{"title": name, "price": price, "stock": stock} for name, price in prices.items()]
    made = counter.stage.post("/products", {"title": title, "variants": wanted, "tax_rate": tax_rate})
    learn(counter, made["id"])
    return {each["title"]: each["id"] for each in made["variants"]}


def learn(counter: Counter, product_id: int) -> None:
    """What Shopify knows of a product arrives in our rows."""
    product = counter.api.product(product_id)
    assert product is not None
    with counter.database.write() as session:
        catalogue.apply_product(session, counter.shop_id, product, counter.now())


def shop_now(counter: Counter, chosen: dict[int, int], quantity: int = 1, **more: Any) -> Wish:
    """Units of Ada's shirt for new items: pieces by variant."""
    outcome = more.pop("outcome", Outcome.SHOP_NOW)
    goods = tuple(NewGoods(variant, pieces, outcome) for variant, pieces in chosen.items())
    return replace(counter.wish(quantity, outcome, **more), cart=goods)


def priced(counter: Counter, wish: Wish, **more: Any) -> ReturnQuote:
    """The stored quote, its tax Shopify's own word."""
    returnable, order_id = counter.returnable(), counter.desk.order_id

    def price(carts: Any) -> ReturnQuote:
        with counter.database.read() as session:
            order = counter.order(session)
            return offers.price(session, order, returnable, wish, counter.now(), carts=carts, **more)

    carts = shopping.carts_of(
        counter.api, order_id, returnable.currency, wish, lambda known: settlements_of(price(known))
    )
    with counter.database.write() as session:
        return offers.keep(session, price(carts))


def asked(counter: Counter, chosen: dict[int, int], quantity: int = 1, **more: Any) -> Return:
    """A request for new items, sent in."""
    return counter.submit(priced(counter, shop_now(counter, chosen, quantity, **more)))


def sums(quote: ReturnQuote, place: int = 0) -> dict[str, str]:
    """The figures of one settlement."""
    found = settlements_of(quote)[place]
    names = ("own", "bonus", "bonus_used", "bonus_lapses", "new_total", "due", "back")
    return {name: str(getattr(found, name)) for name in names}


def known_price(counter: Counter, variant_id: int) -> int:
    """In minor units, by our rows."""
    with counter.database.read() as session:
        return session.scalars(select(Variant.price).where(Variant.shopify_id == variant_id)).one()
