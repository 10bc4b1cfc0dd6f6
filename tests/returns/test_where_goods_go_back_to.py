"""Which of the shop's addresses a return goes to, and how it is written."""

from __future__ import annotations

from datetime import datetime

import pytest
from pydantic import ValidationError
from returned import placed, wanted
from sqlalchemy.orm import Session

from shopify_app.db import Database
from shopify_app.returns.models import Return
from shopify_app.returns.parcels import send_to
from shopify_app.settings.parcels import Parcels, ReturnAddress
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import save
from shopify_app.shipments.models import Shipment
from shopify_app.shops.models import Shop


def address(city: str, country: str = "SE", **more: object) -> ReturnAddress:
    return ReturnAddress(recipient="Hedvall", street="Lagergatan 4", city=city, country=country, **more)  # type: ignore[arg-type]


BORAS, BERLIN = address("Borås", postcode="504 30"), address("Berlin", "DE", for_countries=("DE", "AT"))
MALMO = address("Malmö", for_locations=(62,))
VIENNA = address("Wien", "AT", for_countries=("AT",), for_locations=(62,))
ALL = (BORAS, BERLIN, MALMO, VIENNA)


@pytest.mark.parametrize(
    ("country", "location", "found"),
    [
        ("SE", 61, BORAS),
        ("DE", 61, BERLIN),
        ("DE", 62, MALMO),  # where it was sent from says more than where the shopper lives
        ("AT", 62, VIENNA),
        ("AT", None, BERLIN),
        (None, None, BORAS),
    ],
)
def test_the_address_that_says_most_about_a_return_is_chosen(
    country: str | None, location: int | None, found: ReturnAddress
) -> None:
    assert send_to.chosen(ALL, country, location) is found


def test_of_addresses_that_say_as_much_the_first_is_chosen() -> None:
    other = address("Göteborg", for_countries=("DE",))

    assert send_to.chosen((BERLIN, other), "DE", None) is BERLIN


def test_where_no_address_fits_the_one_for_all_is_said_or_none() -> None:
    only_germany = Parcels(addresses=(BERLIN,))

    said = send_to.destination(only_germany, Returns(return_address="Hedvall\nHaga 1"), "SE", None)

    assert (said.lines, said.country) == (("Hedvall", "Haga 1"), None)
    assert send_to.destination(only_germany, Returns(), "SE", None).lines == ()


@pytest.mark.parametrize(
    ("country", "parts", "town"),
    [
        ("SE", {"postcode": "504 30"}, ("504 30 X",)),
        ("US", {"postcode": "02139", "province": "MA"}, ("X MA 02139",)),
        ("GB", {"postcode": "EC1A 1BB"}, ("X", "EC1A 1BB")),
        ("IE", {}, ("X",)),
    ],
)
def test_town_and_postcode_stand_as_their_country_writes_them(
    country: str, parts: dict[str, str], town: tuple[str, ...]
) -> None:
    assert send_to.written(address("X", country, **parts)) == ("Hedvall", "Lagergatan 4", *town)


def test_a_country_that_is_none_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValidationError, match="is no country: write its two letters"):
        address("Borås", "Sweden")


def test_lines_from_two_locations_go_to_two_addresses(database: Database, shop: Shop, now: datetime) -> None:
    with database.write() as session:
        ret = two_parcels(session, shop.id, now)

        found = [(place.lines[-1], len(lines)) for place, lines in send_to.of_lines(session, ret, ret.lines)]

    assert found == [("504 30 Borås", 1), ("Malmö", 1)]


def test_pages_and_mails_say_the_addresses_of_the_return(database: Database, shop: Shop, now: datetime) -> None:
    with database.write() as session:
        said = send_to.for_return(session, two_parcels(session, shop.id, now), Returns(return_address="Somewhere"))

    assert "504 30 Borås" in said.return_address
    assert "Malmö" in said.return_address
    assert "Somewhere" not in said.return_address


def two_parcels(session: Session, shop_id: int, now: datetime) -> Return:
    """Ada's shirts were sent from Borås and from Malmö, which take their own goods back."""
    save(session, shop_id, Parcels(addresses=ALL), "mara", now)
    bought = placed(session, shop_id)
    bought.country = "SE"
    ret = wanted(session, bought, now, state="approved", group="open", units=1)
    (first,) = ret.lines
    more = {"group_id": first.group_id, "line_id": 9001, "quantity": 1, "outcome": first.outcome, "method": "label"}
    ret.lines.append(type(first)(shop_id=shop_id, fulfillment_line_id=3001002, **more))
    for line, location in zip(ret.lines, (61, 62), strict=True):
        line.fulfillment_id = 7000 + location
        session.add(
            Shipment(
                shop_id=shop_id,
                order_id=bought.id,
                shopify_id=line.fulfillment_id,
                state="delivered",
                origin=location,
                shipped_at=now,
                fact_at=now,
            )
        )
    session.flush()
    return ret
