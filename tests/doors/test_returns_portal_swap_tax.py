"""Ada swaps into a size that bears no tax: her page and Shopify's book say the same."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from portal import Shopper
from returns_counter import Counter, open_counter
from settling import approve, ours, receive, states, steps, theirs
from sqlalchemy import select

from shopify_app.db import Database
from shopify_app.orders.access import link_token
from shopify_app.returns.models import Return
from wire import application

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    """Shirts were sold with 8 % tax; today they bear none."""
    found = open_counter(database, database_url)
    store = found.wire.world.store
    for product in list(store.all("product")):
        store.put("product", {**product, "_tax_rate": 0.0})
    return found


@pytest.fixture
def ada(counter: Counter) -> Shopper:
    client: FlaskClient = application(counter.wire.adapters).test_client()
    return Shopper(client, counter.wire)


def test_the_page_says_what_a_size_without_tax_leaves_over_and_that_goes_back(ada: Shopper, counter: Counter) -> None:
    key = counter.desk.sent().rpartition("/")[2]
    with counter.database.write() as session:
        link = link_token(session, counter.order(session), counter.now())
    ada.open(f"/returns/t/{link}").send(**{f"quantity-{key}": "1"})
    ada.send(**{f"reason-{key}": "size-too-small"})

    # when she takes the one that costs 40.00, for which she paid 48.60
    ada.send(outcome="variant_exchange", **{f"replacement-{key}": str(counter.desk.variants["cheaper"])})
    ada.send(method="own_carrier")

    assert (ada.step, "€8.60" in ada.words) == ("review", True), ada.words
    ada.send(len(ada.forms) - 1)
    with counter.database.read() as session:
        ret = session.scalars(select(Return)).one()
    approve(counter, ret)
    receive(counter, ret)
    assert states(counter, ret) == ["settled"], steps(counter, ret)
    assert theirs(counter) == ours(counter, ret) == [("exchange_sale", "40.00"), ("refund", "8.60")]
