"""Every address of the admin, found from the map of addresses: what Otto gets with a good token of his own shop and
Mara's numbers, and what an ended session gets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from admin_pages import NOTE, OTTO, OTTOS_PERSON, SECRETS, Forms, House, Route, filled, furnished, rows_of

from shopify_app.db import Database
from shopify_app.tables import metadata

ANSWERS = {200, 303, 400, 403, 404, 409, 422, 503}
"""What a door may say to a form that it does not carry out: never a fault of ours."""
AGAIN = "X-Shopify-Retry-Invalid-Session-Request"


@pytest.fixture
def house(database: Database, database_url: str, tmp_path: Path) -> House:
    return furnished(database, database_url, tmp_path)


def maras(house: House) -> dict[str, list[Any]]:
    with house.counter.database.read() as session:
        return rows_of(session, house.counter.shop_id, metadata.sorted_tables)


def as_otto(house: House, route: Route, **more: Any) -> Any:
    return house.ask(route.path, route.method, OTTO, token=house.token(OTTO, OTTOS_PERSON), **more)


def leaks(text: str, said: str) -> list[str]:
    """Mara's words in an answer that whoever asked did not bring along."""
    return [word for word in SECRETS if word in text and word not in said]


def nobodys_path(path: str) -> str:
    """The same address with names and numbers that were never given to anything."""
    named = path.replace("R-10", "R-99").replace("N-10", "N-99")
    return re.sub(r"(?<=/)\d+(?=/|\?|$)", "990099", named)


def test_her_own_address_opens_for_mara(house: House) -> None:
    """Otherwise what follows would prove nothing."""
    closed = {
        route.path: answer.status_code
        for route in house.routes()
        if route.method == "GET" and (answer := house.ask(route.path)).status_code not in {200, 302, 303}
    }

    assert closed == {}


@pytest.mark.again
def test_otto_finds_nothing_of_maras_at_any_address(house: House) -> None:
    before, wrong = maras(house), {}
    for route in house.routes():
        answer = as_otto(house, route, data={"version": "0"} if route.method == "POST" else None)
        found = leaks(answer.text if answer.mimetype.startswith("text/") else "", route.path)
        expected = ({404} if route.method == "GET" else {404, 400}) if route.is_hers else ANSWERS
        if answer.status_code not in expected or found:
            wrong[f"{route.method} {route.path}"] = (answer.status_code, found)

    assert wrong == {}
    assert maras(house) == before


@pytest.mark.again
def test_ottos_404_is_the_same_for_what_is_maras_and_for_what_never_was(house: House) -> None:
    hers = {route.rule: route for route in house.routes() if route.is_hers and route.method == "GET"}
    nobodys = {rule: nobodys_path(route.path) for rule, route in hers.items()}

    assert hers
    for rule, route in hers.items():
        assert nobodys[rule] != route.path, rule
        theirs = house.ask(nobodys[rule], shop=OTTO, token=house.token(OTTO, OTTOS_PERSON))
        assert (theirs.status_code, theirs.text) == (404, as_otto(house, route).text), rule


@pytest.mark.again
def test_maras_own_forms_change_nothing_of_hers_in_ottos_hands(house: House) -> None:
    """Every form of every page of hers, as it stands, with all the numbers that it carries, to the same address."""
    sent, wrong = 0, {}
    forms = [
        form
        for route in house.routes()
        if route.method == "GET" and (page := house.ask(route.path)).mimetype == "text/html"
        for form in Forms(page.text).found
    ]
    before = maras(house)
    for action, fields in forms:
        path, said = action.partition("?")[0], repr(fields)
        data: dict[str, list[str]] = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        answer = house.ask(path, "POST", OTTO, token=house.token(OTTO, OTTOS_PERSON), data=data)
        sent += 1
        if answer.status_code not in ANSWERS or leaks(answer.text, said + path):
            wrong[f"{path} {said[:200]}"] = (answer.status_code, leaks(answer.text, said + path))

    assert sent > 20
    assert any(NOTE in value for _, fields in forms for _, value in fields) or any("R-10" in path for path, _ in forms)
    assert wrong == {}
    assert maras(house) == before


def test_an_ended_session_is_asked_for_a_new_token_everywhere_and_changes_nothing(house: House) -> None:
    old, before, wrong = house.token(), maras(house), {}
    house.counter.wire.advance(minutes=5)
    for route in house.routes():
        answer = house.ask(route.path, route.method, token=old, data={"version": "0"})
        if (answer.status_code, answer.headers.get(AGAIN)) != (401, "1"):
            wrong[f"{route.method} {route.path}"] = answer.status_code

    assert wrong == {}
    assert maras(house) == before


@pytest.mark.again
def test_a_new_route_has_to_say_what_stands_in_it(house: House) -> None:
    with house.counter.database.read() as session, pytest.raises(AssertionError, match="say in tests/admin_pages"):
        filled(session, "/app/gifts/<int:gift_id>")
