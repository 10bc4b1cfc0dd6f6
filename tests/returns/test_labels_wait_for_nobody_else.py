"""Labels of one return, or of one shop, hold up no other's; in the name of a shop that has left nobody is asked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from labelled import approved, bought, freed_at_receipt, labels_of, with_labels
from returns_counter import Counter, open_counter
from settling import work

from jobs import parcels as followed
from shopify_app.carriers.easypost import ID
from shopify_app.db import Database
from shopify_app.leases import BACKOFF
from shopify_app.returns import parked, requests
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return
from shopify_app.returns.parcels import buying, labels, voiding
from shopify_app.returns.parcels import parcels as return_parcels
from shopify_app.returns.parcels.coming import Coming, coming
from shopify_app.returns.parcels.labels import LabelKind
from shopify_app.returns.parcels.models import ReturnLabel
from shopify_app.returns.release import groups_of
from shopify_app.returns.states import Actor
from shopify_app.shops.models import Shop, ShopState


@pytest.fixture
def counter(database: Database, database_url: str, tmp_path: Path) -> Counter:
    return freed_at_receipt(with_labels(open_counter(database, database_url), tmp_path))


def is_now(counter: Counter, state: ShopState) -> None:
    with counter.database.write() as session:
        session.get_one(Shop, counter.shop_id).state = state


def called_off(counter: Counter, ret: Return) -> None:
    with counter.database.write() as session:
        requests.cancel(session, counter.ret(session, ret), Actor.SHOPPER, counter.now())


def planned(counter: Counter) -> int:
    """How many labels the next pass gives back that has room for one."""
    with counter.database.write() as session:
        return voiding.plan_unneeded(session, counter.now(), 1)


@pytest.mark.again
def test_postage_that_was_asked_back_and_not_answered_keeps_no_other_label(counter: Counter) -> None:
    for _ in range(2):
        ret = approved(counter)
        work(counter)
        called_off(counter, ret)
    assert len(bought(counter)) == 2

    assert [planned(counter) for _ in range(3)] == [1, 1, 0]


def test_files_that_one_shop_cannot_get_keep_no_other_shop_waiting(counter: Counter) -> None:
    other, ret = counter.asked(), approved(counter)
    with counter.database.write() as session:
        otto = Shop(domain="ottos-outlet.myshopify.com", name="Otto", currency="EUR", installed_at=counter.now())
        session.add(otto)
        session.flush()
        facts = {"source": ID, "kind": LabelKind.FILE, "added_at": counter.now(), "return_id": other.id}
        session.add_all(ReturnLabel(shop_id=otto.id, **facts) for _ in range(followed.MOST + 10))
    work(counter)

    followed.fetch(counter.wire.adapters)

    assert [bool(each.file_name) for each in labels_of(counter, ret)] == [True, True]


@pytest.mark.again
def test_what_was_bought_last_comes_before_what_cannot_be_had(counter: Counter) -> None:
    other, ret = counter.asked(), approved(counter)
    with counter.database.write() as session:
        facts = {"source": ID, "kind": LabelKind.FILE, "added_at": counter.now(), "return_id": other.id}
        session.add_all(
            ReturnLabel(shop_id=counter.shop_id, provider_ref="shp_none", **facts) for _ in range(followed.MOST + 10)
        )
    work(counter)

    followed.fetch(counter.wire.adapters)

    assert [bool(each.file_name) for each in labels_of(counter, ret)] == [True, True]


@pytest.mark.again
def test_in_the_name_of_a_shop_that_has_left_nobody_is_asked(counter: Counter) -> None:
    ret = approved(counter)
    work(counter)
    later = counter.now() + timedelta(days=30)
    is_now(counter, ShopState.UNINSTALLED)

    followed.fetch(counter.wire.adapters)
    assert not any(each.file_name for each in labels_of(counter, ret))
    with counter.database.write() as session:
        assert labels.without_file(session, later, counter.now() - timedelta(days=1), 50) == []
        assert list(return_parcels.due(session, later, 50)) == []
    called_off(counter, ret)
    assert planned(counter) == 0

    is_now(counter, ShopState.INSTALLED)
    with counter.database.write() as session:
        assert list(return_parcels.due(session, later, 50)) != []
    assert planned(counter) == 1


def test_a_person_who_is_asked_for_a_label_is_named_though_more_has_to_be_looked_at(counter: Counter) -> None:
    counter.wire.fault("5xx", "easypost.quote", count=99)
    ret = approved(counter)
    for _ in range(len(BACKOFF) + 1):
        work(counter, rounds=2)
        counter.wire.advance(hours=12)

    with counter.database.write() as session:
        found = counter.ret(session, ret)
        groups = groups_of(session, found)
        assert [group.look for group in groups] == [Look.LABEL_FAILED]
        parked.needs_look(session, found, groups[0], Look.CHANGED_AT_SHOPIFY, {}, counter.now())
        assert coming(found, (), buying.purchases(session, found), groups) == Coming(is_asked=True)
