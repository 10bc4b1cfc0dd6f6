"""Forms and addresses of the admin's return pages that no page of ours would send: a clear answer, never an error."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from returned import placed, wanted
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from shopify_app.returns.models import Return, ReturnUnit
from shopify_app.returns.parcels.models import ReturnParcel
from shopify_app.shops.models import Shop
from wire import SHOP, Wire

RMA = "R-1042-1"


@pytest.fixture
def mara(stage: Wire) -> Shop:
    return stage.install()


@pytest.fixture
def ret(stage: Wire, mara: Shop) -> Return:
    with stage.adapters.database.write() as session:
        return wanted(session, placed(session, mara.id), stage.now(), state="approved")


def send(door: FlaskClient, stage: Wire, verb: str, **form: Any) -> TestResponse:
    token = {"Authorization": f"Bearer {stage.session_token()}"}
    return door.post(f"/app/returns/{RMA}", data={"verb": verb, "version": 0} | form, headers=token)


@pytest.mark.parametrize(
    ("verb", "form"),
    [
        ("note", {"text": "x" * 2001}),
        ("decline", {"reason": "other", "note": "x" * 2001}),
        ("inspect", {"decision": "reduce", "percent": "50", "told": "x" * 2001}),
    ],
)
def test_words_longer_than_are_kept_are_refused_and_not_cut(
    door: FlaskClient, stage: Wire, ret: Return, verb: str, form: dict[str, str]
) -> None:
    with stage.adapters.database.read() as session:
        unit = session.scalars(select(ReturnUnit.id)).first()
    named = {f"{name}-{unit}" if verb == "inspect" else name: typed for name, typed in form.items()}

    answer = send(door, stage, verb, **named)

    assert (answer.status_code, "That is too long: 2,000 characters at most." in answer.text) == (409, True)


@pytest.mark.parametrize("number", ["²", "٣", "9" * 30])
@pytest.mark.parametrize("kind", ["photo", "label"])
def test_a_file_of_no_number_is_not_there(door: FlaskClient, stage: Wire, ret: Return, kind: str, number: str) -> None:
    query = {"shop": SHOP, "host": "aG9zdA", "embedded": "1", "id_token": stage.session_token()}

    assert door.get(f"/app/returns/{RMA}/{kind}/{number}", query_string=query).status_code == 404


def test_a_piece_of_no_number_is_none(door: FlaskClient, stage: Wire, ret: Return) -> None:
    answer = send(door, stage, "inspect", **{"decision-²": "accept"})

    assert answer.status_code == 409
    with stage.adapters.database.read() as session:
        assert set(session.scalars(select(ReturnUnit.decision))) == {"pending"}


def test_a_page_of_a_parcel_longer_than_any_is_refused(door: FlaskClient, stage: Wire, ret: Return) -> None:
    answer = send(door, stage, "deliver", tracking="JJD0001", url="https://carrier.example/" + "x" * 500)

    assert answer.status_code == 409
    with stage.adapters.database.read() as session:
        assert session.scalar(select(func.count()).select_from(ReturnParcel)) == 0
