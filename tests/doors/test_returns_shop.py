"""The shop inside a return: searching, choosing, the running total, and what goes wrong; as forms without script."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from portal import Shopper
from returns_counter import Counter, goods, sell

from shopify_app.catalogue import projection as catalogue
from shopify_app.orders.access import link_token

pytestmark = pytest.mark.again


@pytest.fixture
def ada(client: FlaskClient, counter: Counter) -> Shopper:
    """At the outcomes of one shirt."""
    with counter.database.write() as session:
        link = link_token(session, counter.order(session), counter.now())
    key = counter.desk.sent().rpartition("/")[2]
    return at_outcomes(Shopper(client, counter.wire), link, key)


def at_outcomes(ada: Shopper, link: str, key: str, quantity: int = 1) -> Shopper:
    ada.open(f"/returns/t/{link}")
    ada.send(**{f"quantity-{key}": str(quantity)})
    return ada.send(**{f"reason-{key}": "size-too-small"})


def stocked(counter: Counter, title: str, tax_rate: float = 0.08, stock: int = 20, **prices: str) -> dict[str, int]:
    """A product of the shop, known to us; its own id under "product"."""
    wanted = [{"title": name, "price": price, "stock": stock} for name, price in prices.items()]
    made = counter.stage.post("/products", {"title": title, "variants": wanted, "tax_rate": tax_rate})
    learn(counter, made["id"])
    return {each["title"]: each["id"] for each in made["variants"]} | {"product": made["id"]}


def learn(counter: Counter, product_id: int) -> None:
    product = counter.api.product(product_id)
    assert product is not None
    with counter.database.write() as session:
        catalogue.apply_product(session, counter.shop_id, product, counter.now())


def put_in(ada: Shopper, made: dict[str, int], name: str, pieces: int = 1) -> Shopper:
    """Chooses a variant on its product's page."""
    ada.open(f"{ada.path.partition('/shop')[0]}/shop/{made['product']}")
    assert ada.status == 200, ada.words
    return ada.send(variant=str(made[name]), quantity=str(pieces))


def go_on(ada: Shopper) -> Shopper:
    """Sends the form that goes on with the cart."""
    place = next(n for n, form in enumerate(ada.forms) if form.action.endswith("/shop") and ("", "") in form.buttons)
    return ada.send(place)


def test_choosing_to_shop_leads_to_the_shop(ada: Shopper, counter: Counter) -> None:
    stocked(counter, "Wool coat", M="60.00")

    ada.send(outcome="shop_now")

    assert ada.step == "shop"
    assert "You have €48.60 to spend, and up to €4.50 bonus off the new items." in ada.words
    assert "Wool coat" in ada.words


@pytest.mark.parametrize(
    ("price", "said"),
    [
        ("60.00", ("€11.34 to pay", "You pay at the shop's checkout")),
        ("47.00", ("€0.00 to pay", "€2.50 of the bonus is not needed and lapses")),
        ("40.00", ("€5.40 back", "€4.50 of the bonus is not needed and lapses", "Goes back to how you paid")),
    ],
)
def test_the_running_total_is_the_worked_example(
    ada: Shopper, counter: Counter, price: str, said: tuple[str, ...]
) -> None:
    made = stocked(counter, "Wool coat", M=price)
    ada.send(outcome="shop_now")

    put_in(ada, made, "M")

    assert ada.step == "shop"
    for each in said:
        assert each in ada.words, ada.words


def test_an_exchange_is_sent_in_and_its_page_tells_the_new_item(ada: Shopper, counter: Counter) -> None:
    made = stocked(counter, "Wool coat", M="60.00")
    ada.send(outcome="shop_now")
    put_in(ada, made, "M")
    go_on(ada)
    assert ada.step == "method", ada.words
    ada.send(method="own_carrier")
    assert ada.step == "review", ada.words
    assert "€11.34 to pay" in ada.words
    assert "Wool coat" in ada.words

    ada.send(len(ada.forms) - 1)

    assert "/returns/r/" in ada.path, ada.words
    assert "Wool coat" in ada.words
    assert "€11.34" in ada.words


def test_prices_are_in_the_orders_own_money(client: FlaskClient, counter: Counter) -> None:
    store = counter.wire.world.store
    store.put("shop", {**(store.get("shop", 1) or {}), "enabled_presentment_currencies": ["EUR", "SEK"]})
    variants = goods(counter.stage, 0.25, lamp="33.33")
    line = {"variant_id": variants["lamp"], "quantity": 1}
    counter.desk = sell(counter.stage, [line], variants, presentment_currency="SEK", taxes_included=True)
    counter.stage.post("/events", {"fulfillment_id": counter.desk.parcel_id, "status": "delivered"})
    counter.learn()
    made = stocked(counter, "Wool coat", M="10.00")
    with counter.database.write() as session:
        link = link_token(session, counter.order(session), counter.now())
    ada = at_outcomes(Shopper(client, counter.wire), link, counter.desk.sent().rpartition("/")[2])

    ada.send(outcome="shop_now")
    shelf = ada.words
    put_in(ada, made, "M")

    price = re.search(r"Wool coat SEK (\d+\.\d\d)", shelf)
    assert price, shelf
    assert f"SEK {price[1]}" in ada.words.partition("What it comes to")[0]
    assert "€" not in ada.words
