"""Mara's return addresses: typed into a form, checked, kept, removed by being emptied."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from returned import placed, wanted
from werkzeug.test import TestResponse

from shopify_app.returns.presets import EU
from shopify_app.settings.parcels import Parcels
from shopify_app.settings.store import load
from shopify_app.shops.models import Shop
from wire import SHOP, Wire

pytestmark = pytest.mark.again

BORAS = {
    "recipient-0": "Hedvall", "street-0": "Lagergatan 4", "postcode-0": "504 30", "city-0": "Borås", "country-0": "se",
    "for_countries-0": "se, NO;dk", "for_locations-0": "61",
}  # fmt: skip


@pytest.fixture(autouse=True)
def mara(stage: Wire) -> Shop:
    shop = stage.install()
    with stage.adapters.database.write() as session:
        session.get_one(Shop, shop.id).profile = {"locations": [[61, "Warehouse"], [62, "Shop"]]}
    return shop


def see(door: FlaskClient, stage: Wire, path: str = "/app/returns/addresses", **query: str) -> str:
    return door.get(f"{path}?{urlencode({'shop': SHOP, 'id_token': stage.session_token()} | query)}").text


def send(door: FlaskClient, stage: Wire, **form: Any) -> TestResponse:
    version = re.search(r'name="version" value="(\d+)"', see(door, stage))
    assert version
    data = {"version": version[1], "packing_slip": "on"} | form
    headers = {"Authorization": f"Bearer {stage.session_token()}"}
    return door.post("/app/returns/addresses", data=data, headers=headers)


def kept(stage: Wire, shop: Shop) -> Parcels:
    with stage.adapters.database.read() as session:
        return load(session, shop.id, Parcels)


def test_an_address_is_kept_with_the_countries_and_locations_it_is_for(
    door: FlaskClient, stage: Wire, mara: Shop
) -> None:
    answer = send(door, stage, **BORAS)

    (found,) = kept(stage, mara).addresses
    assert answer.status_code == 303
    assert (found.country, found.for_countries, found.for_locations) == ("SE", ("SE", "NO", "DK"), (61,))
    assert 'value="Lagergatan 4"' in see(door, stage)


def test_an_emptied_address_is_gone(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    send(door, stage, **BORAS)

    send(door, stage, **(dict.fromkeys(BORAS, "") | {"country-0": "SE"}))

    assert kept(stage, mara).addresses == ()


@pytest.mark.asked
def test_countries_are_chosen_by_their_names_in_the_staffs_language(door: FlaskClient, stage: Wire) -> None:
    send(door, stage, **BORAS)

    page = see(door, stage, "/app/returns/addresses", locale="de")

    assert re.search(r'<s-select name="country-0"[^>]* value="SE"', page)
    assert '<s-option value="SE">Schweden</s-option>' in page
    chosen = re.findall(r'<s-checkbox name="for_countries-0" value="(\w\w)" label="(\w+)" checked>', page)
    assert chosen == [("DK", "Dänemark"), ("NO", "Norwegen"), ("SE", "Schweden")]


@pytest.mark.asked
def test_one_more_country_joins_those_that_are_ticked(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    send(door, stage, **(BORAS | {"for_countries-0": ["SE", "FI"]}))

    assert kept(stage, mara).addresses[0].for_countries == ("SE", "FI")


@pytest.mark.asked
def test_the_european_union_stands_for_its_countries(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    send(door, stage, **(BORAS | {"for_countries-0": ["NO", "SE", "EU"]}))

    found = kept(stage, mara).addresses[0].for_countries
    assert found[:2] == ("NO", "SE")
    assert {*found} == {"NO", *EU}
    assert len(found) == 1 + len(EU)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"country-0": "Sweden"}, "“Sweden” is no country: write its two letters, as in SE."),
        ({"city-0": ""}, "This cannot be empty."),
        ({"for_countries-0": "SE, XQ"}, "“XQ” is no country: write its two letters, as in SE."),
    ],
)
def test_what_is_wrong_is_said_of_the_address_and_nothing_is_kept(
    door: FlaskClient, stage: Wire, mara: Shop, changed: dict[str, str], said: str
) -> None:
    answer = send(door, stage, **(BORAS | changed))

    assert (answer.status_code, kept(stage, mara).addresses) == (422, ())
    (name,) = changed
    assert re.search(f'name="{name}"[^>]* error="{re.escape(said)}"', answer.text)
    assert "Lagergatan 4" in answer.text
    for typed in changed.values():
        assert all(f'value="{each}"' in answer.text for each in typed.split(", "))


def test_what_is_wrong_with_the_second_address_stands_beside_the_second(door: FlaskClient, stage: Wire) -> None:
    second = {"recipient-7": "Hedvall", "street-7": "Gatan 1", "city-7": "", "country-7": "SE"}

    answer = send(door, stage, **(BORAS | second))

    assert re.search(r'name="city-1"[^>]* error="This cannot be empty."', answer.text)
    assert "1 field needs another look. Nothing was saved." in answer.text


def test_there_is_room_for_forty_addresses_and_no_more(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    places = [name.removesuffix("-0") for name in BORAS]
    many = {f"{name}-{place}": BORAS[f"{name}-0"] for name in places for place in range(41)}

    answer = send(door, stage, **many)

    assert "That is too many: 40 at most." in answer.text
    assert (answer.status_code, kept(stage, mara).addresses) == (422, ())


def test_who_saves_after_somebody_else_is_shown_what_they_saved(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    send(door, stage, **BORAS)

    answer = send(door, stage, **(BORAS | {"city-0": "Malmö"}), version="0")

    assert answer.status_code == 409
    assert 'value="Malmö"' in answer.text
    assert kept(stage, mara).addresses[0].city == "Borås"


def test_the_page_of_an_approved_return_leads_to_its_slip(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    with stage.adapters.database.write() as session:
        wanted(session, placed(session, mara.id), stage.now(), state="approved", group="open")
        wanted(session, placed(session, mara.id, 1043), stage.now())

    assert "Packing slip (PDF)" in see(door, stage, "/app/returns/R-1042-1")
    assert "Packing slip (PDF)" not in see(door, stage, "/app/returns/R-1043-1")
