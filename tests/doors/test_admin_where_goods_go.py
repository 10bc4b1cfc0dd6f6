"""After a parcel has arrived: a verdict is offered, then where the goods go, with places as Shopify numbers them."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from returned import placed, wanted
from sqlalchemy import select
from werkzeug.test import TestResponse

from shopify_app.returns.models import ReturnEntry, ReturnUnit
from shopify_app.shops.models import Shop
from wire import SHOP, Wire

PAGE = "/app/returns/R-1042-1"
SHELF, ATTIC = 73412345678, 73412345679


@pytest.fixture(autouse=True)
def arrived(door: FlaskClient, stage: Wire) -> None:
    """Both pieces of Ada's return are here."""
    shop = stage.install()
    with stage.adapters.database.write() as session:
        session.get_one(Shop, shop.id).profile = {"locations": [[SHELF, "Warehouse"], [ATTIC, "Attic"]]}
        wanted(session, placed(session, shop.id), stage.now(), state="approved", group="open")
    send(door, stage, form_of(see(door, stage), "What has arrived"))


def see(door: FlaskClient, stage: Wire) -> str:
    return door.get(PAGE, query_string={"shop": SHOP, "id_token": stage.session_token()}).text


def form_of(html: str, heading: str) -> dict[str, str]:
    """The fields of the section's form with the values that the page gives them; none where it is not offered."""
    section = re.search(rf'<s-section heading="{heading}">(.*?)</s-section>', html, re.S)
    if section is None:
        return {}
    fields = re.findall(r'<(?:input|s-[\w-]+)[^>]*? name="([\w-]+)"[^>]*? value="([^"]*)"', section[1])
    chosen = re.findall(
        r'name="([\w-]+)"(?:(?!name=).)*?<s-(?:option|choice) value="([^"]*)" selected', section[1], re.S
    )
    return {name: unescape(value) for name, value in fields + chosen}


def send(door: FlaskClient, stage: Wire, form: dict[str, str], **typed: Any) -> TestResponse:
    return door.post(PAGE, data=form | typed, headers={"Authorization": f"Bearer {stage.session_token()}"})


def units(stage: Wire) -> list[ReturnUnit]:
    with stage.adapters.database.read() as session:
        return list(session.scalars(select(ReturnUnit).order_by(ReturnUnit.id)))


@pytest.mark.again
def test_what_is_here_is_offered_for_a_verdict_and_taken(door: FlaskClient, stage: Wire) -> None:
    first, second = units(stage)
    form = form_of(see(door, stage), "Your verdict on what came back")

    verdicts = {f"decision-{first.id}": "reduce", f"percent-{first.id}": "60", f"decision-{second.id}": "refuse"}
    answer = send(door, stage, form, **verdicts)

    assert {f"decision-{first.id}", f"decision-{second.id}", "verb", "version"} <= set(form)
    assert answer.status_code == 303
    assert [(each.decision, each.percent) for each in units(stage)] == [("accepted", 60), ("refused", None)]
    assert form_of(see(door, stage), "Your verdict on what came back") == {}


def test_goods_go_to_the_place_that_the_page_names_first(door: FlaskClient, stage: Wire) -> None:
    first, second = units(stage)
    form = form_of(see(door, stage), "Where the goods go")

    typed = {f"disposition-{first.id}": "restocked", f"disposition-{second.id}": "processing_required"}
    answer = send(door, stage, form, **typed, location=str(SHELF))
    html = see(door, stage)
    later = send(door, stage, form_of(html, "Where the goods go"), **{f"disposition-{second.id}": "restocked"},
                 location=str(ATTIC))  # fmt: skip

    assert (answer.status_code, later.status_code) == (303, 303)
    assert [(each.disposition, each.location_id) for each in units(stage)] == [
        ("restocked", SHELF),
        ("restocked", ATTIC),
    ]
    assert f"disposition-{first.id}" not in html
    with stage.adapters.database.read() as session:
        assert [each.kind for each in session.scalars(select(ReturnEntry))].count("disposed") == 3


@pytest.mark.again
@pytest.mark.parametrize("location", ["", "attic", "9" * 19, "73499999999", "-1"])
def test_a_place_that_the_shop_has_not_changes_nothing(door: FlaskClient, stage: Wire, location: str) -> None:
    first, _ = units(stage)
    form = form_of(see(door, stage), "Where the goods go")

    answer = send(door, stage, form, **{f"disposition-{first.id}": "restocked"}, location=location)

    assert answer.status_code == 409
    assert "Say at which location the goods go back into stock." in answer.text
    assert {each.disposition for each in units(stage)} == {"none"}


@pytest.mark.again
@pytest.mark.parametrize("word", ["sent_back", "none", "sold"])
def test_goods_go_nowhere_that_is_not_offered(door: FlaskClient, stage: Wire, word: str) -> None:
    first, _ = units(stage)
    form = form_of(see(door, stage), "Where the goods go")

    assert send(door, stage, form, **{f"disposition-{first.id}": word}).status_code == 409
    assert {each.disposition for each in units(stage)} == {"none"}


@pytest.mark.again
def test_what_is_said_twice_is_said_once(door: FlaskClient, stage: Wire) -> None:
    first, _ = units(stage)
    form = form_of(see(door, stage), "Where the goods go") | {f"disposition-{first.id}": "not_restocked"}

    assert [send(door, stage, form).status_code for _ in range(2)] == [303, 409]
