from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text

from shopify_app.db import Database
from shopify_app.events import Event
from shopify_app.money import Money
from shopify_app.orders.models import Order, OrderLine
from shopify_app.orders.projection import apply_order, apply_refund, delete_order, find, forget, number_key
from shopify_app.shopify.snapshots import OrderSnapshot
from shopify_app.shops.models import Shop
from stage import PLACED, ada, euro, fulfillment, line, order, refund

LATER = PLACED + timedelta(hours=2)
SOONER = PLACED + timedelta(hours=1)


def apply(database: Database, shop: Shop, *snapshots: OrderSnapshot, now: datetime) -> None:
    for snapshot in snapshots:
        with database.write() as session:
            apply_order(session, shop.id, snapshot, now)


def held(database: Database, shop: Shop) -> Order:
    with database.read() as session:
        found = find(session, shop.id, 1042)
        assert found is not None
        found.lines  # noqa: B018 - loaded while the session lives
        return found


def left(database: Database, shop: Shop) -> list[int]:
    """How many of each line are still the buyer's."""
    return [row.current_quantity for row in held(database, shop).lines]


def never_sent(database: Database, shop: Shop) -> list[int | None]:
    """How many of each line were taken out before they were sent; None: Shopify has not told yet."""
    return [row.never_sent for row in held(database, shop).lines]


def kinds(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Event.kind).order_by(Event.id)))


def test_a_new_order_is_held_with_its_lines_and_amounts_to_the_cent(
    database: Database, shop: Shop, now: datetime
) -> None:
    apply(database, shop, order(), now=now)

    ours = held(database, shop)
    assert (ours.number, ours.total, ours.currency, ours.country) == ("1042", 9000, "EUR", "SE")
    assert [(row.title, row.unit_price, row.discount) for row in ours.lines] == [("Fell boots", 10000, 1000)]
    assert ours.confirmed_at == ours.paid_at == PLACED
    assert kinds(database) == ["OrderPlaced", "OrderPaid"]


def test_what_an_order_is_worth_in_the_shops_money_stays_where_a_later_word_lacks_it(
    database: Database, shop: Shop, now: datetime
) -> None:
    told = order(currency="SEK", total=Money(100800, "SEK"), shop_total=euro("90.00"))
    apply(database, shop, told, replace(told, shop_total=None, fact_at=LATER), now=now)

    assert (held(database, shop).shop_total, held(database, shop).rate) == (9000, Decimal("11.2"))


def test_nothing_paid_tells_no_rate(database: Database, shop: Shop, now: datetime) -> None:
    free = order(currency="SEK", total=Money(0, "SEK"), shop_total=euro("0.00"))
    apply(database, shop, free, now=now)

    assert held(database, shop).rate is None


def test_an_older_fact_never_overrides_a_newer_one_in_any_order_of_arrival(
    database: Database, shop: Shop, other_shop: Shop, now: datetime
) -> None:
    first = order()
    edited = order(fact_at=LATER, lines=(line(quantity=2, current_quantity=2),), total=euro("180.00"))
    cancelled = order(fact_at=LATER + timedelta(hours=1), cancelled_at=LATER, cancel_reason="customer")
    outcomes = set()
    for i, arrival in enumerate(itertools.permutations([first, edited, cancelled, first, edited])):
        mine = _another_shop(database, i)
        apply(database, mine, *arrival, now=now)
        ours = held(database, mine)
        outcomes.add((ours.cancelled_at, ours.total, len(ours.lines), ours.fact_at))
    assert outcomes == {(LATER, 9000, 1, LATER + timedelta(hours=1))}


def test_the_same_order_twice_is_one_order_and_one_placing(database: Database, shop: Shop, now: datetime) -> None:
    apply(database, shop, order(), order(), now=now)

    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 1
        assert session.scalar(select(func.count()).select_from(OrderLine)) == 1
    assert kinds(database).count("OrderPlaced") == 1
    assert kinds(database).count("OrderPaid") == 1


def test_a_line_that_an_edit_removed_is_gone_and_the_others_keep_their_rows(
    database: Database, shop: Shop, now: datetime
) -> None:
    apply(database, shop, order(lines=(line(1), line(2))), now=now)
    kept = held(database, shop).lines[1].id

    apply(database, shop, order(fact_at=LATER, lines=(line(2),)), now=now)

    assert [row.id for row in held(database, shop).lines] == [kept]


def test_paid_later_is_dated_when_we_learned_it(database: Database, shop: Shop, now: datetime) -> None:
    apply(database, shop, order(financial_status="pending"), order(fact_at=LATER), now=now)
    assert held(database, shop).paid_at == LATER


def test_personal_fields_are_unreadable_in_the_file_and_found_by_hash(
    database: Database, shop: Shop, now: datetime
) -> None:
    apply(database, shop, order(), now=now)

    with database.read() as session:
        raw = session.execute(text('SELECT email, shipping_address, email_hash, phone_hash FROM "order"')).one()
        assert b"ada" not in bytes(raw[0]).lower()
        assert b"Storgatan" not in bytes(raw[1])
        assert raw[2] == database.keyring.blind("email", "ada@example.com")
        assert raw[3] == database.keyring.blind("phone", "701740605")
        address = json.loads(session.scalars(select(Order.shipping_address)).one() or "")
    assert address["address1"] == "Storgatan 1"


@pytest.mark.parametrize("typed", ["#1042", "1042", " # 1042 ", "＃１０４２", "#١٠٤٢", "१०४२"])
def test_an_order_number_is_found_however_it_is_typed(typed: str) -> None:
    assert number_key(typed) == "1042"


def test_an_order_without_customer_address_or_email_is_held(database: Database, shop: Shop, now: datetime) -> None:
    apply(database, shop, order(customer=None, email=None, shipping_address=None, locale=None), now=now)
    ours = held(database, shop)
    assert (ours.customer_id, ours.email_hash, ours.country) == (None, None, None)


def test_a_refund_is_counted_once_however_often_it_is_told(database: Database, shop: Shop, now: datetime) -> None:
    apply(database, shop, order(), order(fact_at=LATER, refunds=(refund(),)), now=now)
    with database.write() as session:
        apply_refund(session, shop.id, refund(), now)

    assert held(database, shop).refunded == 9000
    assert kinds(database).count("OrderRefunded") == 1
    with database.read() as session:
        returned = session.scalars(select(Event).where(Event.kind == "ItemsReturned")).one()
    assert returned.facts["product_ids"] == [701]


def test_a_refund_told_before_its_order_takes_its_goods_off_at_once(
    database: Database, shop: Shop, now: datetime
) -> None:
    """Whoever reads the order between the two words must not find goods that have gone."""
    two = (line(1, quantity=2, current_quantity=2), line(2))
    one = (line(1, quantity=2, current_quantity=1), line(2))
    apply(database, shop, order(lines=two), now=now)
    with database.write() as session:
        apply_refund(session, shop.id, refund(), now)
        apply_refund(session, shop.id, refund(), now)
    assert left(database, shop) == [1, 1]

    apply(database, shop, order(fact_at=SOONER, lines=two), now=now)
    assert left(database, shop) == [1, 1], "the order's word from before the refund"

    apply(database, shop, order(fact_at=LATER, lines=one, refunds=(refund(),)), now=now)
    assert left(database, shop) == [1, 1]

    apply(database, shop, order(fact_at=LATER + timedelta(hours=1), lines=two, refunds=(refund(),)), now=now)
    assert left(database, shop) == [2, 1], "Mara has put one on the order again"


def test_of_two_refunds_the_second_may_be_told_before_an_order_that_knows_the_first_alone(
    database: Database, shop: Shop, now: datetime
) -> None:
    three, two = (line(1, quantity=3, current_quantity=3),), (line(1, quantity=3, current_quantity=2),)
    apply(database, shop, order(lines=three), now=now)
    with database.write() as session:
        apply_refund(session, shop.id, refund(2), now)
    assert left(database, shop) == [2]

    apply(database, shop, order(fact_at=SOONER, lines=two, refunds=(refund(1),)), now=now)
    assert left(database, shop) == [1]

    with database.write() as session:
        apply_refund(session, shop.id, refund(1), now)
    assert left(database, shop) == [1]


def test_a_refund_may_name_a_line_twice(database: Database, shop: Shop, now: datetime) -> None:
    """One piece is put back on the shelf, the other is not: Shopify tells each by itself."""
    apply(database, shop, order(lines=(line(quantity=3, current_quantity=3),)), now=now)
    with database.write() as session:
        apply_refund(session, shop.id, refund(returned=((9001, 1), (9001, 1))), now)
    assert left(database, shop) == [1]


def test_goods_that_an_order_already_lacks_are_not_taken_off_twice(
    database: Database, shop: Shop, now: datetime
) -> None:
    one = (line(quantity=2, current_quantity=1),)
    apply(database, shop, order(lines=one, refunds=(refund(),)), now=now)
    with database.write() as session:
        apply_refund(session, shop.id, refund(), now)
    assert left(database, shop) == [1]


def test_a_refund_of_an_unknown_order_is_said_to_be_early(database: Database, shop: Shop, now: datetime) -> None:
    with pytest.raises(LookupError), database.write() as session:
        apply_refund(session, shop.id, refund(), now)


def test_a_deleted_order_is_not_revived_by_a_late_update(database: Database, shop: Shop, now: datetime) -> None:
    apply(database, shop, order(), now=now)
    with database.write() as session:
        delete_order(session, shop.id, 1042, now)
        delete_order(session, shop.id, 1042, now)
    apply(database, shop, order(fact_at=LATER), now=now)
    assert held(database, shop).deleted_at == now
    assert kinds(database).count("OrderDeleted") == 1


def test_an_order_that_was_deleted_before_it_came_does_not_live(
    database: Database, shop: Shop, other_shop: Shop, now: datetime
) -> None:
    """Deliveries come in any order, and Shopify may send the first of them again for hours."""
    with database.write() as session:
        delete_order(session, shop.id, 1042, now)
        delete_order(session, shop.id, 1042, now)
    with_refund = order(fact_at=LATER, cancelled_at=LATER, refunds=(refund(),))
    apply(database, shop, order(), with_refund, now=now)

    assert held(database, shop).deleted_at == now
    assert kinds(database) == []

    apply(database, other_shop, order(), now=now)
    assert held(database, other_shop).deleted_at is None, "Otto's order has the same number"


def test_what_was_taken_out_before_it_was_sent_is_told_from_what_came_back(
    database: Database, shop: Shop, now: datetime
) -> None:
    """Three were ordered, one travels, one is gone: only what waits says whether another is still to be sent."""
    sent = (fulfillment(),)
    three = {"quantity": 3, "current_quantity": 2}
    apply(database, shop, order(lines=(line(**three, to_send=1),), fulfillments=sent), now=now)
    assert never_sent(database, shop) == [1]

    apply(database, shop, order(fact_at=SOONER, lines=(line(**three, to_send=2),), fulfillments=sent), now=now)
    assert never_sent(database, shop) == [0]

    taken_back = (fulfillment(status="cancelled"),)
    apply(database, shop, order(fact_at=LATER, lines=(line(**three, to_send=2),), fulfillments=taken_back), now=now)
    assert never_sent(database, shop) == [1]


def test_what_the_newest_refund_took_is_not_known_until_the_order_tells(
    database: Database, shop: Shop, now: datetime
) -> None:
    lines = (line(1, quantity=2, current_quantity=2, to_send=2), line(2, to_send=1))
    apply(database, shop, order(lines=lines), now=now)
    with database.write() as session:
        apply_refund(session, shop.id, refund(), now)
    assert never_sent(database, shop) == [None, 0]

    apply(database, shop, order(fact_at=SOONER, lines=lines), now=now)
    assert never_sent(database, shop) == [None, 0], "the order's word from before the refund"

    one = (line(1, quantity=2, current_quantity=1, to_send=1), line(2, to_send=1))
    apply(database, shop, order(fact_at=LATER, lines=one, refunds=(refund(),)), now=now)
    assert never_sent(database, shop) == [1, 0]


def test_erasing_leaves_the_numbers_and_nothing_personal(database: Database, shop: Shop, now: datetime) -> None:
    apply(database, shop, order(), now=now)
    with database.write() as session:
        assert forget(session, shop.id, None, (1042,)) == 1
    apply(database, shop, order(fact_at=LATER), now=now)  # a late update must not bring it back
    ours = held(database, shop)
    assert (ours.email, ours.shipping_address, ours.email_hash, ours.total) == (None, None, None, 9000)


def test_otto_sees_nothing_of_an_order_with_the_same_id(
    database: Database, shop: Shop, other_shop: Shop, now: datetime
) -> None:
    apply(database, shop, order(), now=now)
    with database.read() as session:
        assert find(session, other_shop.id, 1042) is None


def test_a_customer_inside_an_order_is_one_row_for_all_orders(database: Database, shop: Shop, now: datetime) -> None:
    apply(database, shop, order(), order(shopify_id=1043, name="#1043", customer=ada(fact_at=LATER)), now=now)
    with database.read() as session:
        assert len(set(session.scalars(select(Order.customer_id)))) == 1


def _another_shop(database: Database, number: int) -> Shop:
    with database.write() as session:
        shop = Shop(domain=f"shop-{number}.myshopify.com", installed_at=PLACED)
        session.add(shop)
    return shop
