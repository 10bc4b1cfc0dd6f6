"""What follows by itself: the policy's stamp, the rule's yes, the day we stand by, and what is cleared away."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from databases import sharing
from returns_counter import Counter, open_counter, sell
from sqlalchemy import select

from jobs import reactions, returns
from shopify_app.db import Database
from shopify_app.events import Reaction
from shopify_app.leases import due
from shopify_app.orders.models import Order
from shopify_app.returns import photos, published, requests
from shopify_app.returns.models import Return, ReturnDraft, ReturnEntry, ReturnPhoto, ReturnQuote, ReturnWindowDay
from shopify_app.returns.presets import FORGIVING, STANDARD
from shopify_app.returns.rules import in_force
from shopify_app.returns.states import ReturnState
from shopify_app.returns.vocabulary import Outcome
from shopify_app.shops.models import Shop


@pytest.fixture
def counter(database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counter:
    """The counter with everything that follows; its files lie in the test's own folder."""
    monkeypatch.chdir(tmp_path)
    return open_counter(sharing(database, reactions.FOLLOWERS), database_url)


def work(counter: Counter) -> None:
    """Every duty that is due is done."""
    with counter.database.read() as session:
        waiting = due(session, Reaction, counter.now())
    for reaction_id in waiting:
        reactions.do_duty(counter.wire.adapters, reaction_id)


def test_an_order_carries_the_policy_of_its_day(counter: Counter) -> None:
    work(counter)
    counter.wire.advance(minutes=1)
    counter.publish(FORGIVING)
    counter.wire.advance(minutes=1)
    later = sell(counter.stage, [{"variant_id": counter.desk.variants["S"], "quantity": 1}])
    counter.learn(later)
    work(counter)

    with counter.database.read() as session:
        assert [order.policy_version for order in session.scalars(select(Order).order_by(Order.id))] == [1, 2]
        stored = [version.published_by for version in session.scalars(select(published.PublishedPolicy))]
    assert stored == ["preset", "mara"]


@pytest.mark.again
def test_an_order_from_before_the_installation_carries_the_first_policy_that_mara_publishes(counter: Counter) -> None:
    with counter.database.write() as session:
        session.get_one(Shop, counter.shop_id).installed_at = counter.now()
        counter.order(session).placed_at = counter.now() - timedelta(days=3)
    work(counter)
    with counter.database.read() as session:
        assert counter.order(session).policy_version is None

    counter.wire.advance(minutes=1)
    counter.publish(FORGIVING)

    with counter.database.read() as session:
        order = counter.order(session)
        assert order.policy_version == 2
        assert in_force(published.versions(session, counter.shop_id), order.placed_at).policy == FORGIVING
    counter.wire.advance(minutes=1)
    counter.publish(STANDARD)
    with counter.database.read() as session:
        assert counter.order(session).policy_version == 2


def test_the_last_day_is_stood_by_from_delivery_on(counter: Counter) -> None:
    work(counter)

    with counter.database.read() as session:
        (day,) = session.scalars(select(ReturnWindowDay)).all()
    assert day.last_day is not None


def test_a_rule_says_yes_at_once(counter: Counter) -> None:
    counter.publish(FORGIVING)
    ret = counter.asked(1, Outcome.STORE_CREDIT)
    work(counter)

    with counter.database.read() as session:
        row = counter.ret(session, ret)
        kinds = [(each.kind, each.actor) for each in session.scalars(select(ReturnEntry).order_by(ReturnEntry.id))]
    assert row.state == ReturnState.APPROVED
    assert kinds[:2] == [("requested", "shopper"), ("approved", "rule")]


@pytest.mark.again
def test_without_such_a_rule_a_person_is_waited_for(counter: Counter) -> None:
    ret = counter.asked(1)
    work(counter)

    with counter.database.read() as session:
        assert counter.ret(session, ret).state == ReturnState.REQUESTED


@pytest.mark.again
def test_a_rule_reads_shopifys_stock_before_it_says_yes(counter: Counter) -> None:
    # given the last M was sold at Shopify after Ada asked for it, and no word of it has reached us
    counter.publish(FORGIVING)
    wanted = counter.desk.variants["M"]
    ret = counter.asked(1, Outcome.VARIANT_EXCHANGE, replacement_variant_id=wanted)
    sell(counter.stage, [{"variant_id": wanted, "quantity": 20}])
    work(counter)

    with counter.database.read() as session:
        row = counter.ret(session, ret)
        kinds = [each.kind for each in session.scalars(select(ReturnEntry).order_by(ReturnEntry.id))]
    assert (row.state, kinds) == (ReturnState.REQUESTED, ["requested", "replacement_gone"])


def test_what_came_to_nothing_is_cleared_with_its_photos(counter: Counter) -> None:
    # given an accepted return with a photo, an old draft with one, and a file that no row speaks of
    adapters = counter.wire.adapters
    folder = photos.folder_in(adapters.config.data_dir) / str(counter.shop_id)
    folder.mkdir(parents=True, exist_ok=True)
    ret = counter.asked(1)
    with counter.database.write() as session:
        draft = requests.draft_from(session, counter.ret(session, ret), counter.now())
        for name, owner in (("a", {"return_id": ret.id}), ("b", {"draft_id": draft.id})):
            session.add(
                ReturnPhoto(
                    shop_id=counter.shop_id, fulfillment_line_id=1, file_name=f"{name}.sealed", bytes=1, width=1,
                    media_type="image/jpeg", height=1, added_at=counter.now(), **owner,
                )
            )  # fmt: skip
    old = (counter.now() - timedelta(days=3)).timestamp()
    for name in ("a", "b", "c"):
        (folder / f"{name}.sealed").write_bytes(b"x")
        os.utime(folder / f"{name}.sealed", (old, old))

    # when a week and a bit has passed
    counter.wire.advance(days=9)
    returns.clear(adapters)

    # then only what belongs to a return is left
    assert sorted(file.name for file in folder.iterdir()) == ["a.sealed"]
    with counter.database.read() as session:
        assert session.scalars(select(ReturnDraft)).all() == []
        assert [photo.file_name for photo in session.scalars(select(ReturnPhoto))] == ["a.sealed"]
        assert len(session.scalars(select(ReturnQuote)).all()) == 1
        assert session.scalars(select(Return.state)).all() == [ReturnState.REQUESTED]
