"""The admin's pages, as they are rendered, against the types of Shopify's Polaris components."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from returned import placed, wanted
from sqlalchemy import select

from shopify_app.returns.models import ReturnUnit
from shopify_app.shops.models import Shop
from wire import SHOP, Wire

HERE = Path(__file__).parent
NODE = Path(sys.executable).parent / "node"
WRONG = '<s-page heading="Returns"><s-buton tonne="critical">Approve</s-buton></s-page>'


@pytest.fixture
def pages(door: FlaskClient, stage: Wire) -> dict[str, str]:
    """What stands between <s-page> and </s-page> of every page of returns, in as many states as have forms."""
    shop = stage.install()
    states = {1042: ("requested", "waiting"), 1043: ("approved", "open"), 1044: ("approved", "needs_look")}
    with stage.adapters.database.write() as session:
        for number, (state, group) in states.items():
            wanted(session, placed(session, shop.id, number), stage.now(), state=state, group=group)
        session.scalars(select(ReturnUnit).order_by(ReturnUnit.id.desc())).first().reception = "received"  # type: ignore[union-attr]
        session.get_one(Shop, shop.id).profile = {"locations": [[61, "Warehouse"]], "customer_accounts": "classic"}
    paths = [
        "",
        "/policy",
        "/policy/rehearse",
        "/settings",
        "/limits",
        "/new",
        "/addresses",
        "/carriers",
        *(f"/R-{number}-1" for number in states),
    ]
    return {path: _page(door, stage, path) for path in paths}


def _page(door: FlaskClient, stage: Wire, path: str) -> str:
    text = door.get(f"/app/returns{path}?{urlencode({'shop': SHOP, 'id_token': stage.session_token()})}").text
    return text[text.index("<s-page") : text.index("</s-page>") + len("</s-page>")]


def test_shopifys_own_validator_finds_nothing_wrong(pages: dict[str, str]) -> None:
    if not NODE.exists():
        pytest.fail("Shopify's tools are not installed: run `python scripts/node_tools.py` once (`make test` does).")
    answer = subprocess.run(
        [NODE, HERE / "polaris_check.mjs"],
        input=json.dumps(pages | {"wrong": WRONG}),
        env=os.environ | {"OPT_OUT_INSTRUMENTATION": "true"},
        capture_output=True,
        text=True,
        cwd=HERE,
        check=True,
    )
    said = json.loads(answer.stdout)

    assert "INVALID" in said.pop("wrong") or "FAILED" in answer.stdout
    assert {name: words for name, words in said.items() if "INVALID" in words or "FAILED" in words} == {}
    assert set(said) == set(pages)
