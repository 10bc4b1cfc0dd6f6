"""What can go wrong in the shop inside a return: foreign ids, too many, sold out or dearer at the last moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from portal import Shopper
from returns_counter import Counter

from shopify_app.catalogue import projection as catalogue
from shopify_app.orders.access import link_token
from shopify_app.returns import published
from shopify_app.returns.presets import EVERYTHING, STANDARD
from shopify_app.returns.vocabulary import Outcome

pytestmark = pytest.mark.again


@pytest.fixture
def ada(client: FlaskClient, counter: Counter) -> Shopper:
    """At the outcomes of one shirt."""
    return at_outcomes(client, counter)


def at_outcomes(client: FlaskClient, counter: Counter, quantity: int = 1) -> Shopper:
    with counter.database.write() as session:
        link = link_token(session, counter.order(session), counter.now())
    key = counter.desk.sent().rpartition("/")[2]
    ada = Shopper(client, counter.wire).open(f"/returns/t/{link}")
    ada.send(**{f"quantity-{key}": str(quantity)})
    return ada.send(**{f"reason-{key}": "size-too-small"})


def stocked(counter: Counter, title: str, stock: int = 20, **prices: str) -> dict[str, int]:
    """A product of the shop, known to us; its own id under "product"."""
    wanted = [{"title": name, "price": price, "stock": stock} for name, price in prices.items()]
    made = counter.stage.post("/products", {"title": title, "variants": wanted, "tax_rate": 0.08})
    learn(counter, made["id"])
    return {each["title"]: each["id"] for each in made["variants"]} | {"product": made["id"]}


def learn(counter: Counter, product_id: int) -> None:
    product = counter.api.product(product_id)
    assert product is not None
    with counter.database.write() as session:
        catalogue.apply_product(session, counter.shop_id, product, counter.now())


def change(counter: Counter, product_id: int, **of_variants: Any) -> None:
    """Shopify's own word changes, and ours does not follow yet."""
    store = counter.wire.world.store
    product = store.get("product", product_id) or {}
    fields = {name: of_variants.pop(name) for name in ("published_at", "status") if name in of_variants}
    variants = [{**each, **of_variants} for each in product["variants"]]
    store.put("product", {**product, **fields, "variants": variants})


def chosen(ada: Shopper, made: dict[str, int], name: str = "M", outcome: str = "shop_now", pieces: int = 1) -> Shopper:
    """A variant in the cart."""
    ada.send(outcome=outcome)
    ada.open(f"{base(ada)}/shop/{made['product']}?for={outcome}")
    return ada.send(variant=str(made[name]), quantity=str(pieces))


def base(ada: Shopper) -> str:
    return ada.path.partition("?")[0].partition("/shop")[0].removesuffix("/outcome")


def at_review(ada: Shopper) -> Shopper:
    place = next(n for n, form in enumerate(ada.forms) if form.action.endswith("/shop") and form.buttons)
    ada.send(place)
    ada.send(method="own_carrier")
    assert ada.step == "review", ada.words
    return ada


def confirm(ada: Shopper) -> Shopper:
    return ada.send(len(ada.forms) - 1)


def test_the_shop_is_open_to_those_only_who_chose_to_shop(ada: Shopper, counter: Counter) -> None:
    made = stocked(counter, "Coat", M="60.00")
    start = base(ada)
    ada.send(outcome="refund")

    ada.open(f"{start}/shop")
    assert ada.step == "outcome"
    ada.post(f"{start}/shop/add", variant=str(made["M"]), quantity="1")

    assert ada.step == "outcome"


@pytest.mark.parametrize("variant", ["999999", "0", "-1", "x", "", "9" * 40])
def test_a_variant_that_nobody_sells_is_not_put_into_the_cart(ada: Shopper, counter: Counter, variant: str) -> None:
    stocked(counter, "Coat", M="60.00")
    ada.send(outcome="shop_now")

    ada.post(f"{base(ada)}/shop/add", variant=variant, quantity="1")

    assert ada.status in (404, 422)
    assert "Your choice" not in ada.words


@pytest.mark.parametrize("quantity", ["100", "99999999999999"])
def test_more_pieces_than_a_cart_holds_are_not_taken(ada: Shopper, counter: Counter, quantity: str) -> None:
    made = stocked(counter, "Coat", M="60.00")
    ada.send(outcome="shop_now")

    ada.post(f"{base(ada)}/shop/add", variant=str(made["M"]), product=str(made["product"]), quantity=quantity)

    assert ada.status == 422
    assert "That is more than can be chosen here" in ada.words


def test_a_product_exchange_takes_one_piece_for_each(client: FlaskClient, counter: Counter) -> None:
    *first, last = STANDARD.rules
    offered = replace(last, then=replace(last.then, outcomes=(*EVERYTHING, Outcome.PRODUCT_EXCHANGE)))
    with counter.database.write() as session:  # presets do not offer it, a merchant's own policy may
        published.publish(
            session, counter.shop_id, replace(STANDARD, rules=(*first, offered)), "mara", counter.now() - timedelta(90)
        )
    ada, made = at_outcomes(client, counter), stocked(counter, "Coat", M="60.00")

    chosen(ada, made, outcome="product_exchange", pieces=2)
    assert "That is more than can be chosen here" in ada.words
    ada.send(variant=str(made["M"]), quantity="1")

    assert "€11.34 to pay" in ada.words


@pytest.mark.asked
def test_something_can_be_taken_out_again(ada: Shopper, counter: Counter) -> None:
    coat, vest = stocked(counter, "Coat", M="30.00"), stocked(counter, "Vest", M="10.00")
    chosen(ada, coat)
    ada.open(f"{base(ada)}/shop/{vest['product']}").send(variant=str(vest["M"]), quantity="2")
    assert "€50.00" in ada.words
    place = next(n for n, form in enumerate(ada.forms) if form.action.endswith("/shop/cart"))

    ada.send(place, remove=str(coat["M"]))

    assert "Coat" not in ada.words.partition("What it comes to")[0]
    assert "€27.00 back" in ada.words


@pytest.mark.asked
def test_a_search_finds_by_words_and_says_when_there_is_nothing(ada: Shopper, counter: Counter) -> None:
    stocked(counter, "Blue boat", M="60.00")
    stocked(counter, "Green tent 100%", M="60.00")
    ada.send(outcome="shop_now")
    start = base(ada)

    ada.open(f"{start}/shop?q=BOAT+blue")
    assert ("Blue boat" in ada.words, "Green tent" in ada.words) == (True, False)
    ada.open(f"{start}/shop?q=100%25")
    assert ("Blue boat" in ada.words, "Green tent" in ada.words) == (False, True)
    ada.open(f"{start}/shop?q=nothing+like+it&in=99&page=9999")

    assert ada.status == 200
    assert "Nothing found" in ada.words


def test_the_shop_without_a_cart_does_not_lead_on(ada: Shopper, counter: Counter) -> None:
    stocked(counter, "Coat", M="60.00")
    ada.send(outcome="shop_now")
    start = base(ada)

    ada.post(f"{start}/shop")
    assert (ada.status, ada.step) == (422, "shop")
    ada.open(f"{start}/method")
    assert ada.step == "shop"
    ada.open(f"{start}/review")

    assert ada.step == "shop"


def test_a_price_that_moves_at_the_last_moment_is_shown_before_it_counts(ada: Shopper, counter: Counter) -> None:
    made = stocked(counter, "Coat", M="60.00")
    at_review(chosen(ada, made))
    change(counter, made["product"], price="70.00")

    confirm(ada)
    assert ada.status == 409
    assert "A price has just changed" in ada.words
    assert "€22.14 to pay" in ada.words
    confirm(ada)

    assert "/returns/r/" in ada.path, ada.words


def test_what_sells_out_at_the_last_moment_leads_back_to_the_shop(ada: Shopper, counter: Counter) -> None:
    made = stocked(counter, "Coat", M="60.00")
    at_review(chosen(ada, made))
    change(counter, made["product"], inventory_quantity=0)

    confirm(ada)

    assert ada.step == "shop", ada.words
    assert "Something you chose has just sold out" in ada.words
    assert "Sold out. Please remove it or choose fewer." in ada.words


def test_what_is_taken_off_sale_leads_back_to_the_shop(ada: Shopper, counter: Counter) -> None:
    made = stocked(counter, "Coat", M="60.00")
    at_review(chosen(ada, made))
    change(counter, made["product"], published_at=None)
    learn(counter, made["product"])

    confirm(ada)

    assert ada.step == "shop", ada.words
    assert "Sold out" in ada.words


def test_another_number_of_items_is_priced_anew(client: FlaskClient, counter: Counter) -> None:
    made = stocked(counter, "Coat", M="60.00")
    ada = chosen(at_outcomes(client, counter, 2), made)
    assert "€32.40 back" in ada.words, ada.words

    ada.open(f"{base(ada)}/items")
    key = counter.desk.sent().rpartition("/")[2]
    ada.send(**{f"quantity-{key}": "1"})
    ada.open(f"{base(ada).removesuffix('/reasons')}/shop")

    assert "€11.34 to pay" in ada.words, ada.words


def test_what_is_to_happen_without_a_payment_is_remembered(ada: Shopper, counter: Counter) -> None:
    made = stocked(counter, "Coat", M="60.00")
    chosen(ada, made)
    place = next(n for n, form in enumerate(ada.forms) if form.action.endswith("/shop") and form.buttons)
    assert {"store_credit", "refund"} == set(ada.forms[place].choices("instead"))
    start = base(ada)

    ada.send(place, instead="refund")
    ada.open(f"{start}/shop")

    assert ada.forms[place].choices("instead")["refund"].is_on
