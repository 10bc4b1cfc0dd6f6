from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from shopify_app.customers.models import Customer
from shopify_app.customers.projection import apply_customer, delete_customer, find, forget, merge_customers
from shopify_app.db import Database
from shopify_app.events import Event
from shopify_app.shops.models import Shop
from stage import PLACED, ada


def test_the_newest_name_wins_whichever_arrives_last(database: Database, shop: Shop, now: datetime) -> None:
    renamed = ada(last_name="Lovelace", fact_at=PLACED + timedelta(days=1))
    with database.write() as session:
        apply_customer(session, shop.id, renamed, now)
        apply_customer(session, shop.id, ada(), now)
        customer = find(session, shop.id, 501)
        assert customer is not None
        assert customer.last_name == "Lovelace"


def test_a_merge_points_to_who_was_kept_and_blanks_who_was_not(database: Database, shop: Shop, now: datetime) -> None:
    with database.write() as session:
        apply_customer(session, shop.id, ada(), now)
        apply_customer(session, shop.id, ada(shopify_id=502), now)
        merge_customers(session, shop.id, 501, 502, now)
        merge_customers(session, shop.id, 501, 502, now)
    with database.read() as session:
        merged = session.scalars(select(Customer).where(Customer.shopify_id == 502)).one()
        assert (merged.email, merged.email_hash) == (None, None)
        assert session.scalars(select(Event.kind)).all() == ["CustomersMerged"]


def test_what_is_told_of_a_merged_customer_after_the_merge_is_about_who_was_kept(
    database: Database, shop: Shop, now: datetime
) -> None:
    with database.write() as session:
        merge_customers(session, shop.id, 501, 502, now)  # before either was heard of
        late = apply_customer(session, shop.id, ada(shopify_id=502), now)
        kept = apply_customer(session, shop.id, ada(last_name="Lovelace"), now)
        assert late.id == kept.id
        assert kept.last_name == "Lovelace"
        merged = find(session, shop.id, 502)
        assert merged is not None
        assert (merged.merged_into_id, merged.email, merged.email_hash) == (kept.id, None, None)


def test_merges_in_a_row_and_in_a_circle_end_at_one_customer(database: Database, shop: Shop, now: datetime) -> None:
    with database.write() as session:
        for kept_id, gone_id in ((502, 503), (501, 502), (503, 501)):
            merge_customers(session, shop.id, kept_id, gone_id, now)
        found = {apply_customer(session, shop.id, ada(shopify_id=each), now).id for each in (501, 502, 503)}
        assert len(found) == 1


def test_a_deleted_customer_keeps_only_ids_and_stays_deleted(database: Database, shop: Shop, now: datetime) -> None:
    with database.write() as session:
        apply_customer(session, shop.id, ada(), now)
        delete_customer(session, shop.id, 501, now)
        apply_customer(session, shop.id, ada(fact_at=now), now)
        customer = find(session, shop.id, 501)
        assert customer is not None
        assert (customer.email, customer.first_name, customer.deleted_at) == (None, None, now)


def test_a_word_about_a_customer_that_comes_after_the_deletion_brings_nobody_back(
    database: Database, shop: Shop, now: datetime
) -> None:
    with database.write() as session:
        delete_customer(session, shop.id, 501, now)  # before they were heard of
        apply_customer(session, shop.id, ada(), now)
        customer = find(session, shop.id, 501)
        assert customer is not None
        assert (customer.email, customer.email_hash, customer.first_name) == (None, None, None)
        assert customer.deleted_at == now


def test_forgetting_touches_one_person_of_one_shop(
    database: Database, shop: Shop, other_shop: Shop, now: datetime
) -> None:
    with database.write() as session:
        apply_customer(session, shop.id, ada(), now)
        apply_customer(session, other_shop.id, ada(), now)
        assert forget(session, shop.id, 501) == 1
        assert forget(session, shop.id, 999) == 0
    with database.read() as session:
        emails = {row.shop_id: row.email for row in session.scalars(select(Customer))}
    assert emails == {shop.id: None, other_shop.id: "Ada@Example.com"}
