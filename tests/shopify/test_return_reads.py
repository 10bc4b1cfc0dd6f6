"""What returns are reckoned from, read over the wire and held against the dev store."""

from __future__ import annotations

from decimal import Decimal

import pytest
from returns_counter import Counter, open_counter, sell

from shopify_app.db import Database
from shopify_app.money import Money
from shopify_app.shopify import return_nodes
from shopify_app.shopify.return_snapshots import OrderTooLarge, from_stored, to_stored


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return open_counter(database, database_url)


def euro(text: str) -> Money:
    return Money.parse(text, "EUR")


def test_an_order_tells_its_payments_parcels_and_what_credit_needs(counter: Counter) -> None:
    told = counter.returnable()

    (tender,), (line,), (count,) = told.tenders, told.lines, told.counts
    assert (tender.amount, tender.refundable, told.refundable) == (euro("97.20"), euro("97.20"), euro("97.20"))
    assert (line.fulfillment_id, line.quantity, line.sent) == (counter.desk.parcel_id, 2, 2)
    assert line.delivered_at is not None
    assert (count.quantity, count.current, count.refundable) == (2, 2, 2)
    assert (told.rate, told.taxes_included, told.has_duties, told.is_company) == (Decimal(1), False, False, False)
    assert (told.customer_id, told.credit.is_possible) == (501, True)


def test_what_was_refunded_is_off_the_payment_and_the_goods(counter: Counter) -> None:
    made = counter.desk.create()
    counter.desk.process(made, financialTransfer=counter.desk.refund("48.60"))

    told = counter.returnable()
    assert (told.tenders[0].refundable, told.refundable) == (euro("48.60"), euro("48.60"))
    assert [(line.quantity, line.sent) for line in told.lines] == [(1, 2)]
    (seen,) = told.returns
    assert (seen.status, seen.is_processed, seen.lines[0].line_id) == ("closed", True, told.lines[0].line_id)


def test_it_can_be_kept_and_read_again(counter: Counter) -> None:
    counter.desk.create(exchangeLineItems=[counter.desk.new("M")])
    told = counter.returnable()

    assert from_stored(to_stored(told)) == told


def test_an_order_that_is_gone_is_none(counter: Counter) -> None:
    assert counter.api.returnable_order(77) is None


def test_half_of_the_facts_is_refused(counter: Counter) -> None:
    answer = {"nodes": [], "pageInfo": {"hasNextPage": True}}
    with pytest.raises(OrderTooLarge) as large:
        return_nodes._whole(answer, "returns")
    assert large.value.part == "returns"


def test_reasons_that_are_gone_are_not_offered(counter: Counter) -> None:
    handles = [reason.handle for reason in counter.api.return_reasons()]

    assert "size-too-small" in handles
    assert len(handles) == len(set(handles))


def test_stock_is_shopifys_own_and_unknown_variants_are_left_out(counter: Counter) -> None:
    wanted = counter.desk.variants["M"]
    sell(counter.stage, [{"variant_id": wanted, "quantity": 19}])

    found = counter.api.variant_stock([wanted, 77])

    assert list(found) == [wanted]
    assert (found[wanted].price, found[wanted].has(1), found[wanted].has(2)) == (Decimal("50.00"), True, False)


def test_a_customers_credit_is_told_by_currency(counter: Counter) -> None:
    assert counter.api.customer_credit(501) == ()
    made = counter.desk.create()
    counter.desk.process(made, financialTransfer=counter.desk.credit("48.60"))

    assert counter.api.customer_credit(501) == (euro("48.60"),)
