"""A number without a carrier's name: the carriers that the shop mostly ships with settle it."""

from sqlalchemy import select

from shopify_app.orders.projection import apply_order
from shopify_app.shipments.models import Shipment
from shopify_app.shipments.projection import apply_fulfillment
from shopify_app.shipments.usual import usual_carriers
from stage import fulfillment, order

PLAIN = "12345678901234"
"""Fourteen digits that say nothing by themselves: Hermes and DPD both count so."""


def sent(database, shop, now, company, parcels, first=1):
    """So many parcels of Ada's order, which goes to Sweden, with `company`."""
    with database.write() as session:
        apply_order(session, shop.id, order(), now)
        for number in range(first, first + parcels):
            apply_fulfillment(session, shop.id, fulfillment(number, company=company), now)


def carrier_of_plain_digits(database, shop, now, number=900, company=None):
    with database.write() as session:
        apply_order(session, shop.id, order(), now)
        apply_fulfillment(session, shop.id, fulfillment(number, company=company, numbers=(PLAIN,)), now)
    with database.read() as session:
        return session.scalar(select(Shipment.carrier).where(Shipment.shopify_id == 3000 + number))


def test_plain_digits_are_of_the_carrier_that_the_shop_ships_with(database, shop, now):
    sent(database, shop, now, "Hermes", 12)
    assert carrier_of_plain_digits(database, shop, now) == "hermes"
    assert carrier_of_plain_digits(database, shop, now, 901, company="Other") == "hermes"


def test_a_carrier_of_a_few_parcels_is_not_usual(database, shop, now):
    sent(database, shop, now, "Hermes", 9)
    assert carrier_of_plain_digits(database, shop, now) is None


def test_a_carrier_of_a_tenth_of_the_parcels_is_not_usual(database, shop, now):
    sent(database, shop, now, "Hermes", 10)
    sent(database, shop, now, "PostNord SE", 90, first=101)
    with database.read() as session:
        assert usual_carriers(session, shop.id, "SE") == ("postnord",)


def test_two_usual_carriers_that_both_count_so_settle_nothing(database, shop, now):
    sent(database, shop, now, "Hermes", 20)
    sent(database, shop, now, "DPD", 20, first=101)
    assert carrier_of_plain_digits(database, shop, now) is None


def test_only_parcels_to_the_same_country_count(database, shop, now):
    sent(database, shop, now, "Hermes", 12)
    with database.read() as session:
        assert usual_carriers(session, shop.id, "SE") == ("hermes",)
        assert usual_carriers(session, shop.id, "DE") == ()


def test_another_shops_parcels_teach_nothing(database, shop, now):
    sent(database, shop, now, "Hermes", 12)
    with database.read() as session:
        assert usual_carriers(session, shop.id + 1, "SE") == ()


def test_what_was_believed_of_a_number_teaches_nothing(database, shop, now):
    sent(database, shop, now, "Hermes", 10)
    for number in range(900, 950):
        assert carrier_of_plain_digits(database, shop, now, number) == "hermes"
    with database.read() as session:
        assert usual_carriers(session, shop.id, "SE") == ("hermes",)
    sent(database, shop, now, "PostNord SE", 41, first=101)
    assert carrier_of_plain_digits(database, shop, now, 960) is None


def test_whom_a_parcel_was_taken_for_stays_when_the_shop_changes_its_carrier(database, shop, now):
    sent(database, shop, now, "Hermes", 12)
    assert carrier_of_plain_digits(database, shop, now) == "hermes"
    sent(database, shop, now, "PostNord SE", 200, first=1001)
    assert carrier_of_plain_digits(database, shop, now) == "hermes"
