"""What a return is found by: how names and items are folded, when it is written, and when it is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from returned import placed, wanted
from sqlalchemy import delete, select

from jobs import merges, privacy, return_words
from shopify_app.customers.projection import apply_customer, delete_customer, merge_customers
from shopify_app.db import Database, Session
from shopify_app.events import Event
from shopify_app.orders.models import Order
from shopify_app.orders.projection import apply_order
from shopify_app.returns.models import Return
from shopify_app.returns.no_receipt.models import NoReceiptRequest
from shopify_app.returns.no_receipt.privacy import forget as forget_request
from shopify_app.returns.searching import folding, keeping
from shopify_app.returns.searching.models import ReturnWord, WordKind
from shopify_app.shipments.projection import apply_fulfillment
from shopify_app.shops.models import Shop
from shopify_app.shops.privacy import Subject
from stage import PLACED, ada, fulfillment, order

LATER = PLACED + timedelta(days=1)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


@pytest.fixture
def ret(session: Session, shop: Shop, now: datetime) -> Return:
    """Ada's return of shirts that went to Sweden."""
    return wanted(session, placed(session, shop.id), now)


def found(session: Session, shop: Shop, name: str) -> bool:
    """Whether some return of the shop is found by every word of the name."""
    words = [session.info["keyring"].blind("name", word) for word in folding.asked_names(name)]
    rows = select(ReturnWord.word).where(ReturnWord.shop_id == shop.id, ReturnWord.kind == WordKind.PERSON)
    return bool(words) and set(words) <= set(session.scalars(rows))


def told(session: Session, kind: WordKind) -> list[str]:
    return sorted(session.scalars(select(ReturnWord.word).where(ReturnWord.kind == kind)))


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Åsa Öberg", "asa OBERG"),
        ("Łukasz Sørensen", "lukasz sorensen"),
        ("Groß", "GROSS"),
        ("O'Brien", "obrien"),
        ("O'Brien", "o'brien"),
        ("O'Brien", "Brien"),
        ("Anna-Lena", "anna lena"),
        ("Anna-Lena", "Anna-Lena"),
        ("von der Heide", "Heide"),
        ("J. Ek", "j. ek"),
        ("山田 太郎", "山田"),
    ],
)
def test_a_name_is_found_however_it_is_typed(name: str, typed: str) -> None:
    assert folding.asked_names(typed)
    assert set(folding.asked_names(typed)) <= set(folding.of_names((name,)))


def test_single_letters_find_nobody() -> None:
    assert folding.of_names(("J", "-", None, "")) == ()
    assert folding.asked_names("j .") == ()


def test_an_item_is_folded_as_what_is_typed_and_never_found_across_name_and_number() -> None:
    assert folding.folded("  ÖL ") in folding.item("Pflegeöl  weiß", "OIL-1")
    assert folding.folded("weiss oil") not in folding.item("Pflegeöl weiß", "OIL-1")
    assert len(folding.item("x" * 255, "y" * 255)) <= folding.LONGEST_ITEM


def test_a_return_is_found_by_its_items_its_people_and_where_it_went(
    session: Session, shop: Shop, other_shop: Shop, ret: Return
) -> None:
    assert told(session, WordKind.ITEM) == ["linen shirt\nshirt-m"]
    assert told(session, WordKind.PLACE) == ["SE"]
    assert found(session, shop, "Ada Lindholm")
    assert not found(session, other_shop, "Ada")
    assert "ada" not in told(session, WordKind.PERSON)


def test_writing_again_writes_nothing_new(session: Session, shop: Shop, ret: Return) -> None:
    before = session.scalars(select(ReturnWord.id)).all()
    keeping.write(session, ret)
    assert session.scalars(select(ReturnWord.id)).all() == before


def test_an_order_that_goes_to_somebody_else_elsewhere_says_so_and_its_return_follows(
    session: Session, shop: Shop, ret: Return, now: datetime
) -> None:
    bought = order(shopify_id=1042, name="#1042")
    assert bought.shipping_address is not None
    moved = replace(bought.shipping_address, first_name="Ben", last_name="Ek", country_code="US", province_code="CA")

    apply_order(session, shop.id, replace(bought, shipping_address=moved, fact_at=LATER), now)
    apply_order(session, shop.id, replace(bought, shipping_address=moved, fact_at=LATER), now)
    described = session.scalars(select(Event.facts).where(Event.kind == "OrderDescribedAnew")).all()
    keeping.of_order(session, shop.id, ret.order_id)

    assert described == [{"order_id": ret.order_id}]
    assert found(session, shop, "ben ek")
    assert told(session, WordKind.PLACE) == ["US", "US-CA"]


def test_a_return_is_found_by_the_parcels_that_brought_its_order_until_they_are_forgotten(
    database: Database, shop: Shop, now: datetime
) -> None:
    """It was asked for when the parcel had no number yet; and one from before numbers were written down."""
    parcel = fulfillment(numbers=("UA 938-1",))
    with database.write() as session:
        bought = placed(session, shop.id)
        apply_fulfillment(session, shop.id, replace(parcel, numbers=()), now)
        ret = wanted(session, bought, now)
        assert told(session, WordKind.PARCEL) == []
        apply_fulfillment(session, shop.id, replace(parcel, fact_at=LATER), now)
        described = session.scalars(select(Event.facts).where(Event.kind == "OrderDescribedAnew")).all()
        keeping.of_order(session, shop.id, ret.order_id)
        written = told(session, WordKind.PARCEL)
        session.execute(delete(ReturnWord).where(ReturnWord.kind == WordKind.PARCEL))

    assert described == [{"order_id": ret.order_id}]
    assert written == [database.keyring.blind("parcel", "UA9381")]
    assert return_words.write_missing(database) == 1
    assert return_words.write_missing(database) == 0
    with database.write() as session:
        assert told(session, WordKind.PARCEL) == written
        privacy.erase(session, shop.id, privacy.subject(session, shop.id, 501, ()))
        keeping.write(session, session.get_one(Return, ret.id))
        assert told(session, WordKind.PARCEL) == []


def test_a_renamed_customer_is_found_by_the_new_name_alone(
    session: Session, shop: Shop, ret: Return, now: datetime
) -> None:
    customer = apply_customer(session, shop.id, ada(last_name="Lovelace", fact_at=LATER), now)
    apply_customer(session, shop.id, ada(last_name="Lovelace", tags=("New",), fact_at=LATER), now)
    renamed = session.scalars(select(Event.facts).where(Event.kind == "CustomerRenamed")).all()
    session.get_one(Order, ret.order_id).shipping_address = None
    keeping.of_customer(session, shop.id, customer.id)

    assert renamed == [{"customer_id": customer.id}]
    assert found(session, shop, "ada lovelace")
    assert not found(session, shop, "lindholm")


def test_whoever_was_merged_away_or_deleted_is_found_by_no_name_of_theirs(
    session: Session, shop: Shop, ret: Return, now: datetime
) -> None:
    session.get_one(Order, ret.order_id).shipping_address = None
    gone = session.get_one(Order, ret.order_id).customer_id or 0
    kept = apply_customer(session, shop.id, ada(shopify_id=777, first_name="Ben", last_name="Ek"), now)
    merge_customers(session, shop.id, 777, 501, now)
    merges.follow(session, shop.id, kept.id, gone)
    assert found(session, shop, "Ben Ek")
    assert not found(session, shop, "Ada")

    delete_customer(session, shop.id, 777, now)
    assert session.scalars(select(Event.kind)).all().count("CustomerRenamed") == 1
    keeping.of_customer(session, shop.id, kept.id)
    assert told(session, WordKind.PERSON) == []


def test_whoever_asked_without_an_order_number_is_found_until_they_are_erased(
    session: Session, shop: Shop, ret: Return, now: datetime
) -> None:
    asked = {"order_id": ret.order_id, "return_id": ret.id, "name": "Ben Ek", "email_hash": "ben"}
    goods = {"product_id": 1, "variant_id": 2, "title": "Linen shirt", "quantity": 1}
    session.add(NoReceiptRequest(shop_id=shop.id, key="k", state="matched", asked_at=now, **asked, **goods))
    keeping.write(session, ret)
    assert found(session, shop, "Ben Ek")

    forget_request(session, shop.id, Subject(None, (), "ben", None), None)
    assert not found(session, shop, "Ben")
    assert found(session, shop, "Ada Lindholm")


def test_erasure_leaves_items_and_places_and_no_name(session: Session, shop: Shop, ret: Return, now: datetime) -> None:
    privacy.erase(session, shop.id, privacy.subject(session, shop.id, 501, ()))

    assert told(session, WordKind.PERSON) == []
    keeping.write(session, ret)
    assert told(session, WordKind.PERSON) == []
    assert (told(session, WordKind.ITEM), told(session, WordKind.PLACE)) == (["linen shirt\nshirt-m"], ["SE"])


def test_returns_from_before_get_their_words_in_small_batches(
    database: Database, shop: Shop, other_shop: Shop, now: datetime
) -> None:
    def words() -> set[tuple[int, str, str]]:
        rows = session.execute(select(ReturnWord.return_id, ReturnWord.kind, ReturnWord.word))
        return {(return_id, kind, word) for return_id, kind, word in rows}

    with database.write() as session:
        for number in range(5):
            wanted(session, placed(session, (shop, other_shop)[number % 2].id, 1042 + number), now)
        written = words()
        session.execute(delete(ReturnWord))

    assert return_words.write_missing(database, at_once=2) == 5
    with database.read() as session:
        assert words() == written
    assert return_words.write_missing(database) == 0
