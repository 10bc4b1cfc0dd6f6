"""Shopify opens an embedded app at the `application_url` of shopify.app.toml, the root of our host."""

from __future__ import annotations

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from flask.testing import FlaskClient

from wire import SHOP, Wire

MANIFEST = Path(__file__).resolve().parents[2] / "shopify.app.toml"
WELCOME = urlsplit(tomllib.loads(MANIFEST.read_text())["application_url"]).path or "/"


def test_the_first_visit_installs_where_shopify_opens_the_app(door: FlaskClient, stage: Wire) -> None:
    query = {"embedded": "1", "shop": SHOP, "host": "YWRtaW4", "locale": "de", "id_token": stage.session_token()}

    answer = door.get(WELCOME, query_string=query, follow_redirects=True)

    assert answer.status_code == 200
    assert answer.request.path == "/app"
    assert answer.request.args.to_dict() == query
    assert f"frame-ancestors https://{SHOP}" in answer.headers["Content-Security-Policy"]


def test_whoever_opens_it_outside_the_admin_is_told_where_to_go(door: FlaskClient) -> None:
    answer = door.get("/", follow_redirects=True)

    assert answer.status_code == 400
    assert "Open Postlude from your Shopify admin" in answer.text


def test_nothing_of_the_address_leads_away_from_our_host(door: FlaskClient) -> None:
    answer = door.get("/?shop=//evil.example&x=%0d%0aSet-Cookie:a=b")

    assert answer.headers["Location"].startswith("/app?shop=")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
