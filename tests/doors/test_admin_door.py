"""The embedded admin: who gets in, how a first visit installs, and what every page tells the browser."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from shopify_app.events import Event
from shopify_app.shops.installation import mark_uninstalled
from shopify_app.shops.models import Backfill, Shop, ShopState
from wire import SHOP, Wire

pytestmark = pytest.mark.again

RETRY = "X-Shopify-Retry-Invalid-Session-Request"


def visit(door: FlaskClient, stage: Wire, path: str = "/app", **query: str) -> TestResponse:
    """As Shopify's admin opens the frame."""
    wanted = {"shop": SHOP, "host": "aG9zdA", "embedded": "1", "id_token": stage.session_token()} | query
    return door.get(f"{path}?{urlencode({key: value for key, value in wanted.items() if value})}")


def installed_events(stage: Wire) -> list[dict[str, Any]]:
    with stage.adapters.database.read() as session:
        return [event.facts for event in session.scalars(select(Event).where(Event.kind == "ShopInstalled"))]


class TestFirstVisit:
    def test_the_first_visit_installs_and_shows_the_page(self, door: FlaskClient, stage: Wire) -> None:
        answer = visit(door, stage)

        assert answer.status_code == 200
        assert "Getting to know your shop" in answer.text
        assert stage.shop().access_token
        assert installed_events(stage) == [{"again": False}]

    def test_the_second_visit_asks_shopify_nothing(self, door: FlaskClient, stage: Wire) -> None:
        visit(door, stage)
        before = len(stage.line.requests)

        assert visit(door, stage).status_code == 200
        assert len(stage.line.requests) == before

    def test_a_shop_whose_tokens_died_is_brought_back_by_the_visit(self, door: FlaskClient, stage: Wire) -> None:
        visit(door, stage)
        with stage.adapters.database.write() as session:
            session.scalars(select(Shop)).one().state = ShopState.REAUTH_REQUIRED

        assert visit(door, stage).status_code == 200
        assert stage.shop().state == ShopState.INSTALLED
        assert len(installed_events(stage)) == 1

    def test_what_an_open_page_fetches_is_noted_once_a_minute(self, door: FlaskClient, stage: Wire) -> None:
        visit(door, stage)
        opened = stage.shop().seen_at
        assert opened is not None

        noted = []
        for seconds in (10, 10, 50):
            stage.advance(seconds=seconds)
            door.get("/app/progress", headers={"Authorization": f"Bearer {stage.session_token()}"})
            seen = stage.shop().seen_at
            assert seen is not None
            noted.append((seen - opened).total_seconds())

        assert noted[:2] == [0, 0]
        assert noted[2] >= 60

    def test_a_document_opened_after_an_uninstall_outlasts_it_though_told_late(
        self, door: FlaskClient, stage: Wire
    ) -> None:
        visit(door, stage)
        stage.advance(seconds=5)
        removed = stage.now()
        stage.advance(seconds=5)

        visit(door, stage)  # installed again: Shopify leads to the app
        with stage.adapters.database.write() as session:
            mark_uninstalled(session, session.scalars(select(Shop)).one(), removed, stage.now())

        assert stage.shop().state == ShopState.REAUTH_REQUIRED
        assert visit(door, stage).status_code == 200
        assert stage.shop().state == ShopState.INSTALLED

    def test_a_lost_answer_of_the_exchange_is_asked_for_again(self, door: FlaskClient, stage: Wire) -> None:
        stage.fault("answer_lost", "token:exchange")

        assert visit(door, stage).status_code == 200

    def test_while_shopify_is_away_the_page_says_so_and_nothing_is_installed(
        self, door: FlaskClient, stage: Wire
    ) -> None:
        stage.fault("5xx", "token:exchange", count=2)

        answer = visit(door, stage)

        assert answer.status_code == 503
        assert "Shopify does not answer just now" in answer.text
        assert installed_events(stage) == []

    def test_a_shop_that_removed_us_a_moment_ago_is_told_to_install_again(self, door: FlaskClient, stage: Wire) -> None:
        stage.grant(installed=False)

        answer = visit(door, stage)

        assert answer.status_code == 502
        assert "Install it again" in answer.text


class TestGuard:
    def test_a_document_without_a_token_is_sent_to_fetch_one(self, door: FlaskClient, stage: Wire) -> None:
        answer = visit(door, stage, id_token="", page="2")

        target = urlsplit(answer.location)
        query = parse_qs(target.query)
        assert answer.status_code == 302
        assert target.path == "/app/bounce"
        assert query["shop"] == [SHOP]
        assert query["shopify-reload"] == [f"/app?shop={SHOP}&host=aG9zdA&embedded=1&page=2"]

    @pytest.mark.asked
    def test_a_page_before_whose_address_is_none_says_nothing(self, door: FlaskClient) -> None:
        answer = door.get("/app", headers={"Referer": "http://[admin"})

        assert answer.status_code == 400
        assert "Open Postlude from your Shopify admin" in answer.text

    def test_a_document_with_a_stale_token_is_sent_to_fetch_one_and_its_old_token_is_dropped(
        self, door: FlaskClient, stage: Wire
    ) -> None:
        old = stage.session_token()
        stage.advance(minutes=5)

        answer = visit(door, stage, id_token=old)

        assert answer.status_code == 302
        assert old not in answer.location

    def test_a_fetch_with_a_stale_token_is_told_to_try_again(self, door: FlaskClient, stage: Wire) -> None:
        visit(door, stage)
        old = stage.session_token()
        stage.advance(minutes=5)

        answer = door.get("/app/progress", headers={"Authorization": f"Bearer {old}"})

        assert answer.status_code == 401
        assert answer.headers[RETRY] == "1"

    def test_a_fetch_without_a_token_is_told_to_try_again(self, door: FlaskClient, stage: Wire) -> None:
        answer = door.get("/app/progress", headers={"Sec-Fetch-Dest": "empty"})

        assert (answer.status_code, answer.headers[RETRY]) == (401, "1")

    def test_a_fetch_with_a_token_gets_its_part_of_the_page(self, door: FlaskClient, stage: Wire) -> None:
        visit(door, stage)

        answer = door.get("/app/progress", headers={"Authorization": f"Bearer {stage.session_token()}"})

        assert answer.status_code == 200
        assert "<html" not in answer.text

    @pytest.mark.parametrize("change", [{"aud": "another-app"}, {"sid": None}])
    def test_a_token_for_another_app_is_refused_without_a_second_chance(
        self, door: FlaskClient, stage: Wire, change: dict[str, Any]
    ) -> None:
        claims = jwt.decode(stage.session_token(), options={"verify_signature": False}) | change
        token = jwt.encode({k: v for k, v in claims.items() if v}, stage.config.api_secret, algorithm="HS256")

        document, fetch = (
            visit(door, stage, id_token=token),
            door.get("/app", headers={"Authorization": f"Bearer {token}"}),
        )

        assert (document.status_code, fetch.status_code) == (401, 401)
        assert RETRY not in fetch.headers

    def test_the_shop_is_the_tokens_never_the_addresss(self, door: FlaskClient, stage: Wire) -> None:
        answer = visit(door, stage, shop="ottos-outlet.myshopify.com")

        assert f"https://{SHOP} " in answer.headers["Content-Security-Policy"]
        assert "ottos-outlet" not in answer.text + answer.headers["Content-Security-Policy"]

    def test_every_route_of_the_door_stands_behind_the_guard(self, door: FlaskClient) -> None:
        for rule in door.application.url_map.iter_rules():
            if rule.endpoint.startswith("admin.") and rule.endpoint != "admin.bounce":
                address = re.sub(r"<[^>]+>", "1", rule.rule)
                for method in rule.methods - {"HEAD", "OPTIONS"}:
                    assert door.open(address, method=method).status_code in {302, 400, 401}, (method, rule.rule)


class TestAnAddressWithoutAPage:
    """Mistyped, or opened in a way in which it is not asked."""

    @pytest.mark.parametrize(
        "path", ["/app/retuns", "/app/returns/policy/nowhere/at-all", "/app/", "/app/automations/rules"]
    )
    def test_it_is_said_inside_the_frame(self, door: FlaskClient, stage: Wire, path: str) -> None:
        answer = visit(door, stage, path)

        assert answer.status_code == 404
        assert "Nothing is here" in answer.text
        assert f"https://{SHOP} " in answer.headers["Content-Security-Policy"]
        assert "app-bridge.js" in answer.text

    def test_a_form_that_no_page_takes_is_answered_alike(self, door: FlaskClient, stage: Wire) -> None:
        token = {"Authorization": f"Bearer {stage.session_token()}"}

        answer = door.post("/app/automations/log", headers=token, data={"key": "x"})

        assert answer.status_code == 404
        assert "Nothing is here" in answer.text

    def test_without_a_session_it_asks_for_one_as_any_page_does(self, door: FlaskClient, stage: Wire) -> None:
        answer = visit(door, stage, "/app/retuns", id_token="")
        fetch = door.get("/app/retuns", headers={"Authorization": "Bearer gone"})

        assert answer.status_code == 302
        assert parse_qs(urlsplit(answer.location).query)["shopify-reload"][0].startswith("/app/retuns?")
        assert fetch.status_code == 401
        assert door.get("/app/retuns").status_code == 400


class TestEveryPage:
    def test_only_the_shops_own_admin_may_frame_it_and_nobody_keeps_it(self, door: FlaskClient, stage: Wire) -> None:
        headers = visit(door, stage).headers

        assert headers["Content-Security-Policy"] == f"frame-ancestors https://{SHOP} http://admin.test;"
        assert headers["Cache-Control"] == "no-store"
        assert "X-Frame-Options" not in headers

    def test_app_bridge_is_the_first_script_and_polaris_the_second(self, door: FlaskClient, stage: Wire) -> None:
        text = visit(door, stage).text
        scripts = [part.split('"')[0] for part in text.split('<script src="')[1:]]

        assert scripts == [
            "https://cdn.shopify.com/shopifycloud/app-bridge.js",
            "https://cdn.shopify.com/shopifycloud/polaris.js",
        ]
        assert text.index('name="shopify-api-key"') < text.index("<script")
        assert "async" not in text.split("</head>")[0].split("<style>")[0]

    def test_both_scripts_are_asked_for_ahead(self, door: FlaskClient, stage: Wire) -> None:
        link = visit(door, stage).headers["Link"]

        assert '<https://cdn.shopify.com>; rel="preconnect"' in link
        assert '<https://cdn.shopify.com/shopifycloud/app-bridge.js>; rel="preload"; as="script"' in link


class TestHomePage:
    @pytest.mark.asked
    def test_it_tells_how_far_the_reading_has_come(self, door: FlaskClient, stage: Wire) -> None:
        visit(door, stage)
        shop = stage.shop()
        with stage.adapters.database.write() as session:
            session.add(
                Backfill(shop_id=shop.id, kind="products", seen=64, started_at=stage.now(), finished_at=stage.now())
            )
            session.add(Backfill(shop_id=shop.id, kind="orders", seen=120, expected=421, started_at=stage.now()))
            session.add(Backfill(shop_id=shop.id, kind="reconcile", seen=9, started_at=stage.now()))

        text = visit(door, stage).text

        assert "64, done" in text
        assert "120 of 421" in text
        assert 'value="28"' in text
        assert "reconcile" not in text

    def test_when_all_is_read_it_says_what_there_is(self, door: FlaskClient, stage: Wire) -> None:
        visit(door, stage)
        shop, now = stage.shop(), stage.now()
        with stage.adapters.database.write() as session:
            for kind, seen in (("orders", 1421), ("products", 64)):
                session.add(Backfill(shop_id=shop.id, kind=kind, seen=seen, started_at=now, finished_at=now))

        text = " ".join(visit(door, stage).text.split())

        assert "Everything is in: 64 products, 1,421 orders." in text
        assert "Getting to know your shop" not in text

    def test_it_names_the_tracking_page_on_the_shops_own_domain(self, door: FlaskClient, stage: Wire) -> None:
        visit(door, stage)
        with stage.adapters.database.write() as session:
            shop = session.scalars(select(Shop)).one()
            shop.primary_domain, shop.proxy_path, shop.name = "mara.example", "/apps/parcels", "<Mara & Söhne>"

        text = visit(door, stage).text

        assert 'href="https://mara.example/apps/parcels"' in text
        assert "&lt;Mara &amp; Söhne&gt; today" in text
        assert f"https://{SHOP}/admin/themes/current/editor?" in text
