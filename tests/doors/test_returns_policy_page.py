"""The policy page: for everybody, in the theme; for an order by its link, under the version of its purchase."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from portal import PREFIX, Shopper
from returns_counter import Counter
from sqlalchemy import select, update

from shopify_app.orders.models import Order
from shopify_app.returns import published
from shopify_app.returns.conditions import Conditions
from shopify_app.returns.effects import Bonus, Effects, Window
from shopify_app.returns.models import PublishedPolicy
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.vocabulary import Outcome, Scope
from shopify_app.settings.returns import Returns
from shopify_app.settings.shape import but
from shopify_app.settings.store import save
from shopify_app.shops.models import Shop

pytestmark = pytest.mark.again


def policy(days: int) -> Policy:
    """Mara's: so many days for everything, hats not at all."""
    everything = Effects(
        outcomes=(Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE, Outcome.SHOP_NOW),
        windows={Scope.ANY: Window(latest_day=days)},
        bonus={Scope.ANY: Bonus(percent=Decimal(10))},
    )
    hats = Rule(
        name="Hats",
        when=Conditions(product_types=("Hats",)),
        then=Effects(outcomes=()),
        says={"en": "Worn close to the head.", "de": "Sie sitzen nah am Kopf."},
    )
    return Policy(rules=(hats, Rule(name="All", then=everything)))


def publish(counter: Counter, days: int, *, after_purchase: bool = True) -> None:
    """Mara publishes, a day after Ada's order or a day before it."""
    with counter.database.write() as session:
        order = counter.order(session)
        at = order.placed_at + timedelta(days=1 if after_purchase else -1)
        published.publish(session, order.shop_id, policy(days), "mara", at)


def test_everybody_reads_what_orders_placed_now_are_under(ada: Shopper, counter: Counter) -> None:
    publish(counter, 40)

    ada.open("/returns/policy")

    assert ada.status == 200
    assert "You have 40 days after delivery" in ada.words
    assert "10 % on top as a bonus." in ada.words
    assert "Items of the kind Hats Worn close to the head. Cannot be returned." in ada.words
    assert "Version 2, in force since" in ada.words
    assert f'href="{PREFIX}/returns"' in ada.html
    assert "Shop now" in ada.words


def test_a_link_shows_the_version_of_its_order_and_begins_its_return(ada: Shopper, counter: Counter, link: str) -> None:
    publish(counter, 20, after_purchase=False)
    publish(counter, 40)

    ada.open(f"/returns/policy/t/{link}")

    assert "You have 20 days after delivery" in ada.words
    assert "Returns and exchanges for order" in ada.words
    assert "Version 2, in force since" in ada.words
    assert "If we publish another one later, whatever in it is better for you holds too." in ada.words
    assert f'href="{PREFIX}/returns/t/{link}"' in ada.html


@pytest.mark.asked
def test_the_version_stamped_on_the_order_wins_over_dates(ada: Shopper, counter: Counter, link: str) -> None:
    publish(counter, 20)
    with counter.database.write() as session:
        counter.order(session).policy_version = 2

    assert "You have 20 days" in ada.open(f"/returns/policy/t/{link}").words


@pytest.mark.parametrize(
    ("fee", "told"),
    [
        ({"shop": Decimal("4.90")}, "Return shipping: €4.90, once per return."),
        ({"shop": Decimal("4.90"), "SEK": Decimal(55)}, "Return shipping: SEK 55.00, once per return."),
    ],
)
def test_an_order_in_other_money_is_told_what_it_costs_and_earns(
    ada: Shopper, counter: Counter, link: str, fee: dict[str, Decimal], told: str
) -> None:
    (hats, everything) = policy(30).rules
    more = but(everything.then, shipping_fee=fee, bonus_cap_per_order={**fee, "shop": Decimal(40)})
    with counter.database.write() as session:
        order = counter.order(session)
        order.currency, order.shop_currency = "SEK", "EUR"
        before = order.placed_at - timedelta(days=1)
        changed = but(policy(30), rules=(hats, but(everything, then=more)))
        published.publish(session, order.shop_id, changed, "mara", before)

    said = ada.open(f"/returns/policy/t/{link}").words.replace("\xa0", " ")

    assert told in said
    assert "10 % on top as a bonus." in said
    assert "No fees" not in said


def test_the_page_stands_alone_beside_the_tracking_page(client: FlaskClient, counter: Counter, link: str) -> None:
    publish(counter, 20, after_purchase=False)

    answer = client.get(f"/t/{link}/policy?lang=de")

    assert answer.status_code == 200
    assert "Sie sitzen nah am Kopf." in answer.text
    assert "20 Tage nach der Lieferung" in answer.text
    assert f"{PREFIX}/returns/t/{link}" in answer.text
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.asked
def test_a_link_that_is_none_and_a_link_of_another_shop_say_nothing(
    ada: Shopper, client: FlaskClient, counter: Counter, link: str, other_shop: Shop
) -> None:
    assert ada.open("/returns/policy/t/nonsense").status == 404
    assert client.get("/t/nonsense/policy").status_code == 404
    with counter.database.write() as session:
        session.scalars(select(Order)).first().shop_id = other_shop.id  # type: ignore[union-attr]
    assert ada.open(f"/returns/policy/t/{link}").status == 404


def test_where_the_portal_is_closed_the_page_has_no_button(ada: Shopper, counter: Counter) -> None:
    with counter.database.write() as session:
        save(session, counter.order(session).shop_id, Returns(portal_open=False), "mara", counter.now())

    assert "Start a return" not in ada.open("/returns/policy").words


def test_the_way_out_of_the_contract_stands_beside_the_policy(ada: Shopper, counter: Counter, link: str) -> None:
    with counter.database.write() as session:
        counter.order(session).shop.country = "SE"

    assert f'href="{PREFIX}/withdraw"' in ada.open("/returns/policy").html
    assert "Rights that the law gives you stand beside this policy." in ada.words
    assert f'{PREFIX}/withdraw"' in ada.client.get(f"/t/{link}/policy").text


def test_a_shop_that_published_nothing_has_the_preset(ada: Shopper) -> None:
    assert "You have 30 days after delivery" in ada.open("/returns/policy").words
    assert "Version 1, in force since" in ada.words


def test_the_tracking_page_leads_to_the_policy_of_its_order(ada: Shopper, link: str) -> None:
    where = f"{PREFIX}/returns/policy/t/{link}"

    assert f'{where}"' in ada.open(f"/t/{link}").html


def test_reading_the_policy_writes_nothing(ada: Shopper, counter: Counter, link: str) -> None:
    with counter.database.read() as session:
        before = counter.order(session).policy_version
    ada.open(f"/returns/policy/t/{link}")
    with counter.database.read() as session:
        assert counter.order(session).policy_version == before


def test_words_from_before_they_were_bounded_stand_on_the_page(ada: Shopper, counter: Counter) -> None:
    publish(counter, 40)
    with counter.database.write() as session:
        known = session.scalars(select(PublishedPolicy).order_by(PublishedPolicy.number.desc())).first()
        assert known is not None
        document = json.loads(json.dumps(known.document).replace("Worn close to the head.", "Worn close. " * 50))
        document["rules"][1]["then"] |= {"money_events": {"any": "delivery"}, "question": {"en": "Why? " * 120}}
        session.execute(update(PublishedPolicy).where(PublishedPolicy.id == known.id).values(document=document))

    ada.open("/returns/policy")

    assert ada.status == 200
    assert "Items of the kind Hats Worn close. Worn close." in ada.words
