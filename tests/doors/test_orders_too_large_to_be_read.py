"""Of an order that Shopify tells in more than one read nothing is reckoned: everybody gets a sentence, nobody half."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from at_an_order import Clerk
from balance_desk import owing
from flask.testing import FlaskClient
from portal import Shopper
from returns_counter import Counter
from settling import with_credit
from sqlalchemy import func, select
from two_parts import open_shop, stuck
from webhooks_by_hand import carry_post

from shopify_app.db import Database
from shopify_app.pages.return_links import status_path
from shopify_app.returns import review
from shopify_app.returns.models import Return
from shopify_app.returns.states import Actor
from shopify_app.returns.vocabulary import Outcome
from shopify_app.shopify.return_nodes import MOST_TRANSACTIONS
from webhooks.inbox import Delivery
from wire import SHOP, application

pytestmark = pytest.mark.again

TOLD = "holds more than Shopify tells us at once"


def grown(counter: Counter) -> None:
    """The order is paid in a hundred pieces."""
    store = counter.wire.world.store
    paid, *_ = store.find("transaction", order_id=counter.desk.order_id)
    for more in range(1, MOST_TRANSACTIONS):
        store.put("transaction", paid | {"id": paid["id"] + more, "kind": "authorization"})


def page(client: FlaskClient, counter: Counter, path: str, **query: Any) -> Any:
    return client.get(f"{path}?{urlencode({'shop': SHOP, 'id_token': counter.wire.session_token()} | query)}")


def test_staff_who_make_a_return_of_it_are_told(counter: Counter, client: FlaskClient) -> None:
    grown(counter)
    with counter.database.read() as session:
        number = counter.order(session).name

    answer = page(client, counter, "/app/returns/new", order=number)

    assert (answer.status_code, TOLD in answer.text) == (422, True)


def test_staff_who_look_at_or_change_a_return_of_it_are_told(counter: Counter, client: FlaskClient) -> None:
    ret = counter.asked()
    grown(counter)

    looked = page(client, counter, f"/app/returns/{ret.rma}/eligibility")
    changed = page(client, counter, f"/app/returns/{ret.rma}/change")

    assert (looked.status_code, TOLD in looked.text) == (200, True)
    assert (changed.status_code, TOLD in changed.text) == (409, True)


def test_staff_at_the_order_in_shopify_are_told(counter: Counter, client: FlaskClient) -> None:
    grown(counter)

    answer = Clerk(client, counter).ask("return")

    assert (answer.status, TOLD in answer.said["error"]) == (422, True)


def follows(counter: Counter, ret: Return) -> tuple[Shopper, str]:
    """Ada before the page of her return, and its address."""
    ada = Shopper(application(counter.wire.adapters).test_client(), counter.wire)
    return ada, "/" + status_path(counter.database.keyring, ret.shop_id, ret.id)


def is_told_to_write(ada: Shopper) -> bool:
    """Trying again in a minute would change nothing."""
    return ada.status == 409 and "Please write to us about this return" in ada.words


def test_ada_who_would_not_pay_is_told(counter: Counter) -> None:
    ada, at = follows(counter, owing(with_credit(counter)))
    grown(counter)

    assert is_told_to_write(ada.open(f"{at}/instead"))


def test_ada_who_chooses_another_replacement_is_told(counter: Counter) -> None:
    medium, other = counter.desk.variants["M"], counter.desk.variants["cheaper"]
    ret = counter.asked(1, Outcome.VARIANT_EXCHANGE, replacement_variant_id=medium)
    gone = {id: replace(each, available=0) for id, each in counter.api.variant_stock([medium]).items()}
    with counter.database.write() as session:
        assert review.approve(session, counter.ret(session, ret), Actor.MERCHANT, counter.now(), live=gone).gone
    ada, at = follows(counter, ret)
    grown(counter)
    key = counter.desk.sent().rpartition("/")[2]

    assert is_told_to_write(ada.post(f"{at}/replacement", **{f"replacement-{key}": str(other)}))


def test_ada_who_chooses_a_part_anew_is_told(database: Database, database_url: str) -> None:
    counter = open_shop(database, database_url)
    ada, at = follows(counter, stuck(counter).ret)
    grown(counter)

    assert is_told_to_write(ada.post(f"{at}/anew", outcome="refund"))


@pytest.mark.asked
def test_a_return_begun_there_stays_there(counter: Counter) -> None:
    grown(counter)
    counter.desk.create()

    carry_post(counter)

    with counter.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Return)) == 0
        assert set(session.scalars(select(Delivery.state).where(Delivery.topic.startswith("returns/")))) == {"done"}
