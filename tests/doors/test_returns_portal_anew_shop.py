"""A part chosen anew is never exchanged for something else from the shop, and its page says so where it might be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from portal import Shopper
from returns_counter import Counter
from two_parts import open_shop, stuck

from shopify_app.db import Database
from shopify_app.pages.return_links import status_path
from shopify_app.returns import published
from shopify_app.returns.effects import Effects, Window
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.vocabulary import Approval, Method, Outcome, Scope, Start
from wire import application

pytestmark = pytest.mark.again

WITHOUT = (Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE)


def offer(counter: Counter, outcomes: tuple[Outcome, ...]) -> None:
    then = Effects(
        windows={Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=0, latest_day=30)},
        outcomes=outcomes,
        methods=(Method.OWN_CARRIER,),
        approval=Approval.REVIEW,
    )
    with counter.database.write() as session:
        policy = Policy(rules=(Rule(name="All", then=then),))
        published.publish(session, counter.shop_id, policy, "mara", counter.now() - timedelta(days=90))


@pytest.mark.parametrize(("more", "is_said"), [((), False), ((Outcome.SHOP_NOW,), True)])
def test_new_items_are_not_for_a_single_part_and_the_page_says_so(
    database: Database, database_url: str, more: tuple[Outcome, ...], is_said: bool
) -> None:
    counter = open_shop(database, database_url)
    offer(counter, (*WITHOUT, *more))
    ret = stuck(counter).ret
    path = "/" + status_path(counter.database.keyring, counter.shop_id, ret.id)

    ada = Shopper(application(counter.wire.adapters).test_client(), counter.wire, customer="501").open(path)

    choices = next(form for form in ada.forms if form.action.endswith("/anew")).choices("outcome")
    assert set(choices) == set(WITHOUT)
    assert ("Shop now: Not possible for a single part of a return that is under way." in ada.words) is is_said
