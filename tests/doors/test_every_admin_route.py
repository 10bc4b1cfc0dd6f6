"""Every address of the admin, found from the map of addresses: what Otto gets with a good token of his own shop and
Mara's numbers, and what an ended session gets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from admin_pages import NOTE, OTTO, OTTOS_PERSON, SECRETS, Forms, House, Route, filled, furnished, rows_of
from returned import placed, wanted
from sqlalchemy import select

from devstore.tokens import COLLEAGUE
from shopify_app.admin.returns.verbs import VERBS as RETURN_VERBS
from shopify_app.casework.models import SavedReply
from shopify_app.db import Database
from shopify_app.returns.desk.many import Many
from shopify_app.returns.models import Return, ReturnQuote
from shopify_app.returns.parcels.models import ReturnLabel
from shopify_app.returns.withdrawing.models import Withdrawal
from shopify_app.shops.models import Shop
from shopify_app.tables import metadata

ANSWERS = {200, 204, 303, 400, 403, 404, 409, 422, 503}
"""What a door may say to a form that it does not carry out: never a fault of ours."""
REFUSED = {400, 404, 409, 422, 503}
"""What it says to one that names what is somebody else's: nothing is done, and nothing is said to be done."""
TAKE_AN_ID = {
    *("label_off", "retry", "resolve", "waive", "remind", "extend", "drop_exchange", "decide_appeal", "sent_back"),
    *("receive", "missing", "take_back_receipt", "inspect", "dispose"),
}
"""Verbs of a return about one of its parts, labels, questions, parcels, lines or pieces."""
NAMED_BY_ID = {
    "/app/returns/many": tuple(Many),
    "/app/returns/replies": ("", "remove"),
    "/app/returns/withdrawals": ("again", "handled"),
    "/app/returns/new": ("price", "create"),
}
"""Forms that name what they are about by its id alone, with their verbs."""
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
    """Every form of every page of hers, as it stands, with all the numbers that it carries, to the same address; where
    none of her pages has the form, all of her numbers."""
    sent, wrong = 0, {}
    forms = [
        form
        for route in house.routes()
        if route.method == "GET" and (page := house.ask(route.path)).mimetype == "text/html"
        for form in Forms(page.text).found
    ]
    hers = maras_numbers(house)
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
    shown = {action.partition("?")[0] for action, _ in forms}
    unseen = [route for route in house.routes() if route.method == "POST" and route.path.partition("?")[0] not in shown]
    for route in unseen:
        answer = as_otto(house, route, data=hers | {"version": "0", "revision": "1"})
        found = leaks(answer.text, repr(hers) + route.path)
        if answer.status_code not in (REFUSED if route.is_hers else ANSWERS) or found:
            wrong[route.path] = (answer.status_code, found)

    assert sent > 20
    assert unseen
    assert any(NOTE in value for _, fields in forms for _, value in fields) or any("R-10" in path for path, _ in forms)
    assert wrong == {}
    assert maras(house) == before


@pytest.mark.again
def test_forms_of_ottos_own_do_nothing_with_maras_numbers_in_them(house: House) -> None:
    """What no page of hers has a form for is sent too: every verb about a part of a return, with the ids of her things.
    His return is of the same shirts, and may say so."""
    rma, hers = ottos_return(house), maras_numbers(house)
    before, wrong = maras(house), {}
    for path, verbs in {f"/app/returns/{rma}": sorted(TAKE_AN_ID), **NAMED_BY_ID}.items():
        for verb in verbs:
            form = hers | {"verb": verb, "version": str(version_of(house, rma))}
            answer = house.ask(path, "POST", OTTO, token=house.token(OTTO, OTTOS_PERSON), data=form)
            if answer.status_code not in REFUSED or NOTE in answer.text:
                wrong[f"{path} {verb}"] = answer.status_code

    assert set(RETURN_VERBS) >= TAKE_AN_ID
    assert wrong == {}
    assert maras(house) == before


def ottos_return(house: House) -> str:
    """One of his own, approved, of which a part waits for a person."""
    with house.counter.database.write() as session:
        his = session.scalars(select(Shop.id).where(Shop.domain == OTTO)).one()
        bought = placed(session, his, 7001)
        return wanted(session, bought, house.counter.now(), state="approved", group="needs_look").rma


def version_of(house: House, rma: str) -> int:
    with house.counter.database.read() as session:
        return session.scalars(select(Return.version).where(Return.rma == rma)).one()


def maras_numbers(house: House) -> dict[str, str]:
    """The ids of her things, under every name that a form has for such."""
    with house.counter.database.write() as session:
        ret = session.scalars(select(Return).where(Return.shop_id == house.counter.shop_id)).first()
        assert ret is not None
        line, unit = ret.lines[0], ret.lines[0].units[0]
        declared = Withdrawal(
            shop_id=ret.shop_id, order_id=ret.order_id, number="W-1", key="w1", token="w1", country="SE", lines=[],
            is_whole=True, received_at=house.counter.now(), refund_by=house.counter.now().date(), state="needs_look",
        )  # fmt: skip
        session.add(declared)
        session.flush()
        first = {
            name: str(session.scalars(select(column)).first())
            for name, column in {"label": ReturnLabel.id, "id": SavedReply.id, "quote": ReturnQuote.public_id}.items()
        }
        of_pieces = {
            f"{name}-{unit.id}": value for name, value in {"decision": "accept", "disposition": "keep"}.items()
        }
        return {
            **first, **of_pieces, f"quantity-{line.id}": "1", "group": str(line.group_id), "question": "1", "back": "1",
            "order": ret.order.name, "withdrawal": str(declared.id), "row": f"{ret.rma}~{ret.version}", "sure": "1",
            "text": "Words", "note": "Words", "words": "Words", "name": "Name", "body": "Words", "reason": "other",
            "days": "3", "appealed": "agreed", "percent": "50", "tracking": "JD1", "reply": "Words", "location": "1",
            "person": str(COLLEAGUE["id"]),
        }  # fmt: skip


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
