"""A new item that sells out before the shop has said yes is chosen again, under the same number."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from portal import Shopper
from returns_counter import Counter
from sqlalchemy import select

from shopify_app.catalogue import projection as catalogue
from shopify_app.orders.access import link_token
from shopify_app.returns import requests, stock
from shopify_app.returns.models import Return
from shopify_app.returns.states import Actor


@pytest.fixture
def ada(client: FlaskClient, counter: Counter) -> Shopper:
    """At the shop, for one shirt."""
    with counter.database.write() as session:
        link = link_token(session, counter.order(session), counter.now())
    key = counter.desk.sent().rpartition("/")[2]
    ada = Shopper(client, counter.wire).open(f"/returns/t/{link}")
    ada.send(**{f"quantity-{key}": "1"})
    ada.send(**{f"reason-{key}": "size-too-small"})
    return ada.send(outcome="shop_now")


def stocked(counter: Counter, title: str, price: str, pieces: int) -> dict[str, int]:
    wanted = [{"title": "M", "price": price, "stock": pieces}]
    made = counter.stage.post("/products", {"title": title, "variants": wanted, "tax_rate": 0.08})
    product = counter.api.product(made["id"])
    assert product is not None
    with counter.database.write() as session:
        catalogue.apply_product(session, counter.shop_id, product, counter.now())
    return {"product": made["id"], "M": made["variants"][0]["id"]}


def choose(ada: Shopper, made: dict[str, int]) -> Shopper:
    ada.open(f"{ada.path.partition('?')[0].partition('/shop')[0]}/shop/{made['product']}")
    return ada.send(variant=str(made["M"]), quantity="1")


def to_the_end(ada: Shopper) -> Shopper:
    place = next(n for n, form in enumerate(ada.forms) if form.action.endswith("/shop") and form.buttons)
    ada.send(place)
    if ada.step == "method":
        ada.send(method="own_carrier")
    assert ada.step == "review", ada.words
    return ada.send(len(ada.forms) - 1)


def test_what_sold_out_is_chosen_again(ada: Shopper, counter: Counter) -> None:
    # given a coat that sells out before Mara says yes
    coat, vest = stocked(counter, "Coat", "60.00", 1), stocked(counter, "Vest", "47.00", 9)
    to_the_end(choose(ada, coat))
    own = ada.path.partition("?")[0]
    store = counter.wire.world.store
    product = store.get("product", coat["product"]) or {}
    store.put("product", {**product, "variants": [{**product["variants"][0], "inventory_quantity": 0}]})
    with counter.database.write() as session:
        ret = session.scalars(select(Return)).one()
        live = counter.api.variant_stock([coat["M"]])
        assert not requests.approve(session, ret, Actor.MERCHANT, counter.now(), live=live).is_approved

    # when Ada is led back to the shop
    ada.open(own)
    assert "Choose your new items again" in ada.words, ada.words
    again = next(n for n, form in enumerate(ada.forms) if form.action.endswith("/change"))
    ada.send(again)
    start = ada.path.partition("?")[0].rpartition("/")[0]
    ada.open(f"{start}/shop")
    assert "Sold out. Please remove it or choose fewer." in ada.words, ada.words
    cart = next(n for n, form in enumerate(ada.forms) if form.action.endswith("/shop/cart"))
    ada.send(cart, remove=str(coat["M"]))
    to_the_end(choose(ada, vest))

    # then the same return is for the vest, which is kept aside in the coat's place
    assert "R-1001-1" in ada.words
    assert "Vest" in ada.words
    with counter.database.read() as session:
        ret = session.scalars(select(Return)).one()
        assert stock.promised(session, ret) == {vest["M"]: 1}
        assert stock.held(session, counter.shop_id, [coat["M"], vest["M"]], counter.now()) == {vest["M"]: 1}
