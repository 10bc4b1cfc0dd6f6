from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from shopify_app.catalogue.projection import apply_product
from shopify_app.db import Database, Session
from shopify_app.orders.models import Order
from shopify_app.orders.projection import apply_order, apply_refund
from shopify_app.recommendations import attribution, learn
from shopify_app.recommendations.cards import cards_for
from shopify_app.recommendations.models import CardClick, ItemCount, PairCount
from shopify_app.recommendations.ranking import Why
from shopify_app.recommendations.shelf import Shelf
from shopify_app.settings.recommendations import Recommendations
from shopify_app.shops.models import Shop
from stage import PLACED, ada, euro, line, order, product, refund

BOOTS, WAX, SOCKS = 701, 702, 703


def place(
    session: Session, shop: Shop, number: int, products: tuple[int, ...], now: datetime, **changes: object
) -> Order:
    lines = tuple(line(n - 700, title=f"Product {n}") for n in products)
    snapshot = order(shopify_id=number, name=f"#{number}", lines=lines, **changes)
    return apply_order(session, shop.id, snapshot, now)


def products_of(bought: Order) -> list[int | None]:
    return [row.product_shopify_id for row in bought.lines]


def counts(session: Session) -> dict[int, float]:
    return {row.product_id: row.orders for row in session.scalars(select(ItemCount))}


def pairs(session: Session) -> dict[tuple[int, int], float]:
    return {(row.product_id, row.other_id): row.orders for row in session.scalars(select(PairCount)) if row.orders}


@pytest.fixture
def stocked(database: Database, shop: Shop, now: datetime) -> None:
    with database.write() as session:
        for number in (1, 2, 3):
            boots = product(number, title=f"Product {700 + number}", product_type=f"Type {number}")
            apply_product(session, shop.id, boots, now)


@pytest.mark.again
def test_an_order_is_counted_once_and_uncounted_exactly(database: Database, shop: Shop, now: datetime) -> None:
    with database.write() as session:
        bought = place(session, shop, 1042, (BOOTS, WAX), now)
        assert learn.count_order(session, shop.id, bought.id, now)
        assert not learn.count_order(session, shop.id, bought.id, now)
        assert counts(session) == {0: 1, BOOTS: 1, WAX: 1}
        assert pairs(session) == {(BOOTS, WAX): 1, (WAX, BOOTS): 1}

        assert learn.uncount_order(session, shop.id, bought.id, now)
        assert not learn.uncount_order(session, shop.id, bought.id, now)
        session.expire_all()
        assert set(counts(session).values()) == {0}
        assert pairs(session) == {}


def test_an_edited_order_is_uncounted_by_what_was_counted(database: Database, shop: Shop, now: datetime) -> None:
    with database.write() as session:
        bought = place(session, shop, 1042, (BOOTS, WAX), now)
        learn.count_order(session, shop.id, bought.id, now)
        place(session, shop, 1042, (BOOTS,), now, fact_at=PLACED + timedelta(hours=1))
        learn.uncount_order(session, shop.id, bought.id, now)
        assert pairs(session) == {}


@pytest.mark.again
@pytest.mark.parametrize("changes", [{"is_test": True}, {"financial_status": "pending"}, {"cancelled_at": PLACED}])
def test_what_was_not_really_bought_teaches_nothing(
    database: Database, shop: Shop, now: datetime, changes: dict[str, object]
) -> None:
    with database.write() as session:
        assert not learn.count_order(session, shop.id, place(session, shop, 1042, (BOOTS,), now, **changes).id, now)


@pytest.mark.again
def test_cards_go_with_the_order_and_never_repeat_it(
    database: Database, shop: Shop, stocked: None, now: datetime
) -> None:
    with database.write() as session:
        for number in range(2000, 2005):
            bought = place(session, shop, number, (BOOTS, WAX), now, customer=None, email=None)
            learn.count_order(session, shop.id, bought.id, now)
        mine = place(session, shop, 1042, (BOOTS,), now)
    with database.read() as session:
        cards = cards_for(session, mine, products_of(mine), Recommendations(), "EUR", now)
    assert [(card.product_id, card.why, card.goes_with) for card in cards] == [(WAX, Why.GOES_WITH, "Product 701")]
    assert cards[0].price == euro("100.00")


@pytest.mark.again
def test_what_ada_sent_back_is_never_shown_to_her_again(
    database: Database, shop: Shop, stocked: None, now: datetime
) -> None:
    with database.write() as session:
        for number in range(2000, 2005):
            bought = place(session, shop, number, (BOOTS, WAX, SOCKS), now, customer=None, email=None)
            learn.count_order(session, shop.id, bought.id, now)
        earlier = place(session, shop, 1041, (WAX,), now, placed_at=PLACED - timedelta(days=300))
        learn.note_returned(session, shop.id, earlier.id, [WAX], now)
        adas = place(session, shop, 1042, (BOOTS,), now)
        bens = place(session, shop, 1043, (BOOTS,), now, customer=ada(shopify_id=502), email="ben@example.com")
    with database.read() as session:
        for mine, expected in ((adas, {SOCKS}), (bens, {WAX, SOCKS})):
            cards = cards_for(session, mine, products_of(mine), Recommendations(), "EUR", now)
            assert {card.product_id for card in cards} == expected


def test_what_is_kept_for_newcomers_is_never_shown_to_whoever_has_a_past(
    database: Database, shop: Shop, stocked: None, now: datetime
) -> None:
    """The same products, one after the other, from the same shelf: Ada once sent the wax back."""
    with database.write() as session:
        for number in range(2000, 2005):
            bought = place(session, shop, number, (BOOTS, WAX, SOCKS), now, customer=None, email=None)
            learn.count_order(session, shop.id, bought.id, now)
        earlier = place(session, shop, 1041, (WAX,), now, placed_at=PLACED - timedelta(days=300))
        learn.note_returned(session, shop.id, earlier.id, [WAX], now)
        guest = place(session, shop, 1042, (BOOTS,), now, customer=None, email=None)
        bens = place(session, shop, 1043, (BOOTS,), now, customer=ada(shopify_id=502), email="ben@example.com")
        adas = place(session, shop, 1044, (BOOTS,), now)
    with database.read() as session:
        shelf = Shelf()
        for mine, expected in ((guest, {WAX, SOCKS}), (bens, {WAX, SOCKS}), (adas, {SOCKS}), (guest, {WAX, SOCKS})):
            cards = cards_for(session, mine, products_of(mine), Recommendations(), "EUR", now, shelf)
            assert {card.product_id for card in cards} == expected
        without = Recommendations(exclusions=(WAX,))
        kept = cards_for(session, guest, products_of(guest), without, "EUR", now, shelf)
        assert [card.product_id for card in kept] == [SOCKS]


def test_a_sold_out_product_is_not_shown(database: Database, shop: Shop, stocked: None, now: datetime) -> None:
    with database.write() as session:
        bought = place(session, shop, 2000, (BOOTS, WAX), now, customer=None, email=None)
        learn.count_order(session, shop.id, bought.id, now)
        gone = product(2, fact_at=now)
        apply_product(session, shop.id, replace(gone, variants=(replace(gone.variants[0], available=0),)), now)
        mine = place(session, shop, 1042, (BOOTS,), now)
        assert WAX not in {
            card.product_id for card in cards_for(session, mine, products_of(mine), Recommendations(), "EUR", now)
        }


def test_a_click_is_credited_strictly_for_the_product_and_broadly_for_any(
    database: Database, shop: Shop, now: datetime
) -> None:
    with database.write() as session:
        first = place(session, shop, 1042, (BOOTS,), now)
        attribution.note_click(session, first, WAX, "product", PLACED + timedelta(hours=1))
        session.flush()
        same = place(session, shop, 1043, (WAX,), now, placed_at=PLACED + timedelta(hours=72))
        other = place(session, shop, 1044, (SOCKS,), now, placed_at=PLACED + timedelta(days=4))
        late = place(session, shop, 1045, (WAX,), now, placed_at=PLACED + timedelta(days=6))
        strict = attribution.attribute_order(session, shop.id, same.id, now)
        broad = attribution.attribute_order(session, shop.id, other.id, now)
        assert strict is not None
        assert broad is not None
        assert (strict.strict, strict.gross) == (True, 9000)
        assert (broad.strict, broad.gross) == (False, 9000)
        assert attribution.attribute_order(session, shop.id, same.id, now) is None
        assert attribution.attribute_order(session, shop.id, late.id, now) is None


@pytest.mark.again
@pytest.mark.parametrize(
    ("product", "after", "credited"),
    [
        (WAX, timedelta(hours=72), True),
        (WAX, timedelta(hours=72, seconds=1), False),  # the same product, but only broadly
        (SOCKS, timedelta(days=5), False),
        (WAX, timedelta(days=5, seconds=1), None),
        (SOCKS, timedelta(days=5, seconds=1), None),
    ],
)
def test_the_same_product_counts_for_72_hours_and_any_for_five_days(
    database: Database, shop: Shop, now: datetime, product: int, after: timedelta, credited: bool | None
) -> None:
    with database.write() as session:
        attribution.note_click(session, place(session, shop, 1042, (BOOTS,), now), WAX, "product", PLACED)
        session.flush()
        later = place(session, shop, 1043, (product,), now, placed_at=PLACED + after)
        found = attribution.attribute_order(session, shop.id, later.id, now)

        assert (found.strict if found else None) is credited


@pytest.mark.again
def test_a_click_in_another_shop_is_none_here(database: Database, shop: Shop, other_shop: Shop, now: datetime) -> None:
    with database.write() as session:
        attribution.note_click(session, place(session, other_shop, 1042, (BOOTS,), now), WAX, "product", PLACED)
        session.flush()
        later = place(session, shop, 1043, (WAX,), now, placed_at=PLACED + timedelta(hours=2))

        assert attribution.attribute_order(session, shop.id, later.id, now) is None


@pytest.mark.again
def test_a_click_in_the_second_in_which_the_order_was_placed_counts(
    database: Database, shop: Shop, now: datetime
) -> None:
    with database.write() as session:
        clicked = place(session, shop, 1042, (BOOTS,), now)
        attribution.note_click(session, clicked, WAX, "product", PLACED + timedelta(milliseconds=900))
        session.flush()
        later = place(session, shop, 1043, (WAX,), now, placed_at=PLACED)
        assert attribution.attribute_order(session, shop.id, later.id, now)


def test_credited_revenue_is_net_of_refunds(database: Database, shop: Shop, now: datetime) -> None:
    with database.write() as session:
        attribution.note_click(session, place(session, shop, 1042, (BOOTS,), now), WAX, "product", PLACED)
        session.flush()
        later = place(session, shop, 1043, (WAX,), now, placed_at=PLACED + timedelta(hours=2))
        credited = attribution.attribute_order(session, shop.id, later.id, now)
        apply_refund(session, shop.id, refund(order_id=1043, amount=euro("45.00")), now)
        attribution.net_of_refunds(session, shop.id, later.id)
        assert credited is not None
        assert credited.refunded == 4500


@pytest.mark.again
def test_a_refund_that_was_heard_of_before_the_credit_is_taken_off_it(
    database: Database, shop: Shop, now: datetime
) -> None:
    with database.write() as session:
        attribution.note_click(session, place(session, shop, 1042, (BOOTS,), now), WAX, "product", PLACED)
        session.flush()
        later = place(session, shop, 1043, (WAX,), now, placed_at=PLACED + timedelta(hours=2))
        apply_refund(session, shop.id, refund(order_id=1043, amount=euro("45.00")), now)
        attribution.net_of_refunds(session, shop.id, later.id)
        credited = attribution.attribute_order(session, shop.id, later.id, now)

        assert credited is not None
        assert (credited.gross, credited.refunded) == (9000, 4500)


def test_a_nights_fading_is_small_and_uncounting_later_takes_only_what_is_left(
    database: Database, shop: Shop, now: datetime
) -> None:
    with database.write() as session:
        bought = place(session, shop, 1042, (BOOTS, WAX), now)
        learn.count_order(session, shop.id, bought.id, now)
        learn.decay(session, shop.id)
        session.expire_all()
        assert counts(session)[BOOTS] == pytest.approx(0.998)
        learn.uncount_order(session, shop.id, bought.id, now + timedelta(days=1))
        session.expire_all()
        assert counts(session)[BOOTS] == pytest.approx(0)


@pytest.mark.again
def test_an_order_that_was_wholly_refunded_before_it_was_counted_teaches_nothing(
    database: Database, shop: Shop, now: datetime
) -> None:
    with database.write() as session:
        bought = place(session, shop, 1042, (BOOTS, WAX), now)
        apply_refund(session, shop.id, refund(amount=euro("30.00")), now)
        assert learn.count_order(session, shop.id, bought.id, now)  # a part refund changes nothing
        other = place(session, shop, 1043, (BOOTS, WAX), now, refunds=(refund(2, order_id=1043, amount=euro("999")),))
        assert not learn.count_order(session, shop.id, other.id, now)


def test_a_card_that_is_followed_again_and_again_is_one_click_a_minute(
    database: Database, shop: Shop, now: datetime
) -> None:
    with database.write() as session:
        bought = place(session, shop, 1042, (BOOTS,), now)
        first = attribution.note_click(session, bought, WAX, "product", PLACED)
        session.flush()
        for seconds in range(1, 60):
            again = attribution.note_click(session, bought, WAX, "product", PLACED + timedelta(seconds=seconds))
            assert again is first
        attribution.note_click(session, bought, SOCKS, "product", PLACED + timedelta(seconds=2))
        attribution.note_click(session, bought, WAX, "product", PLACED + timedelta(seconds=120))
        session.flush()
        clicks = session.scalars(select(CardClick).order_by(CardClick.id)).all()
    assert [click.product_id for click in clicks] == [WAX, SOCKS, WAX]
