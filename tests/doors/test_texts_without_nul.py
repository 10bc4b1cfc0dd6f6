"""The character NUL, which PostgreSQL keeps in no text: left out of what is typed, and the name of nothing."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from shopify_app.casework.models import SavedReply
from shopify_app.returns.document import WrongPolicy, read_policy, to_document
from shopify_app.returns.presets import STANDARD
from shopify_app.settings.branding import Brand
from shopify_app.settings.store import load
from shopify_app.shops.models import Shop
from wire import SHOP, Wire

BRAND = {
    "accent": "#7a1f2b", "background": "#ffffff", "font": "Georgia, serif", "heading_font": "", "radius": "4",
    "tone": "formal", "scheme": "auto",
}  # fmt: skip


@pytest.fixture(autouse=True)
def mara(stage: Wire) -> Shop:
    return stage.install()


def see(door: FlaskClient, stage: Wire, path: str, **query: Any) -> TestResponse:
    return door.get(f"/app{path}?{urlencode({'shop': SHOP, 'id_token': stage.session_token()} | query)}")


def send(door: FlaskClient, stage: Wire, path: str, form: dict[str, Any]) -> TestResponse:
    return door.post(f"/app{path}", data=form, headers={"Authorization": f"Bearer {stage.session_token()}"})


@pytest.mark.parametrize(
    ("path", "name"),
    [("/returns", "q"), ("/returns", "tag"), ("/automations/log", "key"), ("/designer/offers", "find")],
)
def test_who_asks_for_it_gets_an_answer(door: FlaskClient, stage: Wire, path: str, name: str) -> None:
    assert see(door, stage, path, **{name: "a\0b"}).status_code == 200


@pytest.mark.parametrize("path", ["/app/returns/R-%00", "/app/designer/guides/%00", "/t/%00", "/h/%00"])
def test_an_address_with_it_leads_nowhere(door: FlaskClient, stage: Wire, path: str) -> None:
    assert see(door, stage, path.removeprefix("/app")).status_code == 404
    assert door.get(path).status_code in {302, 400, 404}


def test_what_is_typed_is_kept_without_it(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    assert send(door, stage, "/returns/replies", {"name": "Hel\0lo", "body": "Come\0 in"}).status_code == 303

    with stage.adapters.database.read() as session:
        reply = session.scalars(select(SavedReply)).one()
    assert (reply.name, reply.body) == ("Hello", "Come in")


def test_so_is_what_comes_with_a_file(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    form = BRAND | {"name": "Ma\0ra", "version": "0", "logo": (BytesIO(b""), "")}

    assert send(door, stage, "/designer/brand", form).status_code == 303
    assert send(door, stage, "/designer/publish", {"version": "1"}).status_code == 303

    with stage.adapters.database.read() as session:
        assert load(session, mara.id, Brand).name == "Mara"


def test_a_policy_that_spells_it_out_is_told(door: FlaskClient, stage: Wire) -> None:
    document = to_document(STANDARD)
    document["rules"][0]["name"] = "Our\0 mistake"
    text = json.dumps(document)

    with pytest.raises(WrongPolicy, match="NUL"):
        read_policy(text)
    refused = send(door, stage, "/returns/policy/document", {"document": text, "revision": "0"})

    assert refused.status_code == 422
    assert "which cannot be kept" in refused.text
