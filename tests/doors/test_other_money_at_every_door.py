"""An order in krona of a shop that reckons in euro: whoever is asked until when it may come back gives one answer."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from at_an_order import Clerk
from flask.testing import FlaskClient
from in_account import Account
from returns_counter import Counter, shirts
from sqlalchemy import select

from shopify_app.orders.access import link_token
from shopify_app.returns import last_days, offers, policy, published
from shopify_app.returns.conditions import Conditions, Sum
from shopify_app.returns.document import to_document
from shopify_app.returns.effects import Effects, Window
from shopify_app.returns.models import PublishedPolicy
from shopify_app.returns.rehearsal.rows import Holdings
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.vocabulary import Outcome, Scope
from shopify_app.returns.writing.simulation import Question, tried
from shopify_app.shipments.models import Shipment
from shopify_app.shops.models import Shop


def days(latest: int) -> Effects:
    return Effects(windows={Scope.ANY: Window(latest_day=latest)}, outcomes=(Outcome.REFUND, Outcome.STORE_CREDIT))


DEAR = Conditions(price_paid=Sum(at_least={"shop": Decimal("40.00")}))
"""A shirt is 45.00 euro, 504 krona."""
POLICY = Policy(rules=(Rule(name="Dear", when=DEAR, then=days(10)), Rule(name="Rest", then=days(30))))


@pytest.fixture
def counter(counter: Counter) -> Counter:
    """Ada bought two shirts in krona; the dearer goods are, the sooner they have to come back."""
    with counter.database.write() as session:
        row = PublishedPolicy(shop_id=counter.shop_id, number=1, published_by="mara")
        row.published_at, row.document = counter.now() - timedelta(days=300), to_document(POLICY)
        session.add(row)
    counter.desk = shirts(counter.stage, counter.desk.variants, 2, presentment_currency="SEK")
    counter.stage.post("/events", {"fulfillment_id": counter.desk.parcel_id, "status": "delivered"})
    counter.learn()
    return counter


def last_day(counter: Counter) -> date:
    with counter.database.read() as session:
        parcel = session.scalars(select(Shipment).where(Shipment.shopify_id == counter.desk.parcel_id)).one()
        assert parcel.delivered_at is not None
        return last_days.day_of(parcel.delivered_at, counter.order(session).shop.timezone) + timedelta(days=10)


def test_the_portal_our_rows_the_rehearsal_and_a_policys_try_name_one_day(counter: Counter) -> None:
    promised, returnable = last_day(counter), counter.returnable()

    with counter.database.read() as session:
        order, shop = counter.order(session), session.get_one(Shop, counter.shop_id)
        (row,) = last_days.last_days(session, order, counter.now())
        (line,) = offers.eligible(session, order, returnable, counter.now())
        versions = published.versions(session, shop.id)
    holdings = Holdings(counter.database, shop, order.placed_at, counter.now(), False)
    (rehearsed,) = [
        subject
        for page in holdings.pages()
        for sent in page.lines
        if sent.order_shopify_id == counter.desk.order_id
        for subject in sent.subjects
    ]
    one = tried(counter.database, shop, POLICY, POLICY, Question(order.number, counter.now().date()))

    assert one is not None
    assert (row.last_day, line.verdict.last_day) == (promised, promised)
    assert policy.check(versions, rehearsed).last_day == promised
    assert [each.in_force.verdict.last_day for each in one.lines] == [promised]
    assert holdings.without_rate == set()
    assert order.rate == returnable.rate == rehearsed.order.rates.rate


def test_the_doors_say_the_same(client: FlaskClient, counter: Counter) -> None:
    order_id = counter.desk.order_id
    with counter.database.write() as session:
        token = link_token(session, counter.order(session), counter.now())
        days = last_days.last_days(session, counter.order(session), counter.now())
    assert [each.last_day for each in days] == [last_day(counter)]

    page = " ".join(re.sub(r"<[^>]+>", " ", client.get(f"/t/{token}").get_data(as_text=True)).split())
    (told,) = Clerk(client, counter).ask("order").said["last_days"]
    assert told["until"].rpartition(" ")[2] == str(last_day(counter).day), told
    assert f"Return or exchange {told['until']}" in page
    assert Account(client, counter).ask(f"returns?order={order_id}").said["can_start"] is True

    counter.wire.advance(days=11)
    assert Account(client, counter).ask(f"returns?order={order_id}").said["can_start"] is False
    with counter.database.read() as session:
        (line,) = offers.eligible(session, counter.order(session), counter.returnable(), counter.now())
    assert not line.verdict.is_eligible
