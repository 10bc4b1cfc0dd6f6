"""Tokens: exchanged once, refreshed by one worker, never lost with an answer, given up only when Shopify says so."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, update

from shopify_app.db import Database, database_epoch
from shopify_app.shopify.errors import QueryRefused, ShopGone, StaleIdToken, TokenRefused, Unavailable
from shopify_app.shopify.oauth import TokenEndpoint
from shopify_app.shopify.transport import WEB
from shopify_app.shops.installation import mark_uninstalled
from shopify_app.shops.models import Shop, ShopState
from shopify_app.shops.tokens import ShopTokens, needs_exchange, refresh_idle
from wire import Wire, wire


@pytest.fixture
def stage(database: Database, database_url: str) -> Wire:
    built = wire(database, database_url)
    built.install()
    return built


def tokens(stage: Wire) -> ShopTokens:
    return ShopTokens(
        stage.adapters.database,
        stage.adapters.admin_apis.tokens,
        stage.adapters.clock,
        stage.shop().id,
        stage.slept.append,
    )


def asked(stage: Wire, path: str = "access_token") -> int:
    return sum(request.url.path.endswith(path) for request in stage.line.requests)


def test_an_exchange_brings_both_tokens_and_both_expiries(stage: Wire) -> None:
    shop = stage.shop()

    assert (shop.access_token or "").startswith("shpat_")
    assert (shop.refresh_token or "").startswith("shprt_")
    assert shop.access_expires_at is not None
    assert timedelta(minutes=59) < shop.access_expires_at - stage.now() <= timedelta(hours=1)
    assert shop.refresh_expires_at is not None
    assert shop.refresh_expires_at - stage.now() > timedelta(days=89)


def test_tokens_are_unreadable_in_the_database(stage: Wire) -> None:
    with stage.adapters.database.engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT access_token, refresh_token FROM shop").one()

    assert all(b"shp" not in bytes(value) for value in stored)


def test_a_used_up_session_token_is_told_apart(stage: Wire) -> None:
    old = stage.session_token()
    stage.advance(minutes=3)

    with pytest.raises(StaleIdToken):
        stage.adapters.admin_apis.tokens.exchange(stage.config.shop, old)


def test_a_fresh_token_costs_no_call(stage: Wire) -> None:
    before = asked(stage)

    assert tokens(stage).token() == stage.shop().access_token
    assert asked(stage) == before


def test_a_token_with_less_than_five_minutes_is_refreshed_by_the_products_clock(stage: Wire) -> None:
    old = stage.shop()
    stage.advance(minutes=56)

    found = tokens(stage).token()

    new = stage.shop()
    assert found == new.access_token != old.access_token
    assert new.refresh_token != old.refresh_token
    assert new.refresh_lease_token is None


def test_twenty_workers_refresh_once(stage: Wire) -> None:
    stage.advance(hours=2)
    before, gate = asked(stage), threading.Barrier(20)

    def work(_: int) -> str:
        gate.wait()
        return replace(tokens(stage), sleep=lambda _seconds: threading.Event().wait(0.5)).token()  # have patience

    with ThreadPoolExecutor(20) as pool:
        found = set(pool.map(work, range(20)))

    assert asked(stage) - before == 1
    assert found == {stage.shop().access_token}


def test_a_lost_refresh_answer_is_asked_for_again_with_the_same_token(stage: Wire) -> None:
    stage.advance(hours=2)
    stage.fault("answer_lost", "token:refresh")
    before = asked(stage)

    found = tokens(stage).token()

    assert asked(stage) - before == 2
    assert found == stage.shop().access_token
    assert stage.adapters.admin(stage.shop().id, WEB).granted_scopes()  # the pair works


def test_when_all_answers_are_lost_the_next_try_still_finds_its_way(stage: Wire) -> None:
    stage.advance(hours=2)
    stage.fault("answer_lost", "token:refresh", count=3)
    with pytest.raises(Unavailable):
        tokens(stage).token()

    assert stage.shop().state == ShopState.INSTALLED
    assert tokens(stage).token() == stage.shop().access_token


def test_while_shopify_is_away_a_token_that_still_lives_is_used(stage: Wire) -> None:
    old = stage.shop().access_token
    stage.advance(minutes=57)
    stage.fault("5xx", "token:refresh", count=9)

    assert tokens(stage).token() == old


def test_a_worker_whose_lease_ran_out_does_not_overwrite_the_others_tokens(stage: Wire) -> None:
    """The first worker hangs in its call; the second takes over and stores; the first one's answer is refused."""
    stage.advance(hours=2)
    endpoint = stage.adapters.admin_apis.tokens
    late = tokens(stage)
    theirs: list[str] = []

    def hang(request: httpx.Request) -> httpx.Response:
        with stage.adapters.database.write() as session:
            session.execute(update(Shop).values(refresh_lease_until=database_epoch() - 1))
        theirs.append(tokens(stage).token())
        return httpx.Response(
            200, json={"access_token": "shpat_late", "refresh_token": "shprt_late", "expires_in": 3600}
        )

    hanging = replace(endpoint.transport, http=httpx.Client(transport=httpx.MockTransport(hang)))
    found = replace(late, endpoint=replace(endpoint, transport=hanging)).token()

    assert [found] == theirs == [stage.shop().access_token]


def test_a_dead_refresh_token_asks_for_the_merchant_and_pauses_the_shop(stage: Wire) -> None:
    stage.advance(days=91)

    with pytest.raises(TokenRefused):
        tokens(stage).token()

    assert stage.shop().state == ShopState.REAUTH_REQUIRED
    assert needs_exchange(stage.shop(), stage.now())
    before = asked(stage)
    with pytest.raises(TokenRefused):
        tokens(stage).token()
    assert asked(stage) == before


def test_the_next_admin_visit_brings_a_paused_shop_back_without_a_second_installation(stage: Wire) -> None:
    installed_at = stage.shop().installed_at
    stage.advance(days=91)
    with pytest.raises(TokenRefused):
        tokens(stage).token()

    stage.install()

    assert (stage.shop().state, stage.shop().installed_at) == (ShopState.INSTALLED, installed_at)
    assert tokens(stage).token()


def test_a_revoked_token_is_refreshed_once_and_the_call_repeated(stage: Wire) -> None:
    stage.fault("revoked", "Installation")

    assert stage.adapters.admin(stage.shop().id, WEB).granted_scopes()
    assert stage.shop().state == ShopState.INSTALLED


def test_a_token_refused_twice_asks_for_the_merchant(stage: Wire) -> None:
    stage.fault("revoked", "Installation", count=2)

    with pytest.raises(TokenRefused):
        stage.adapters.admin(stage.shop().id, WEB).granted_scopes()

    assert stage.shop().state == ShopState.REAUTH_REQUIRED


def test_a_visit_that_brought_another_token_meanwhile_is_not_undone(stage: Wire) -> None:
    refused = stage.shop().access_token or ""
    stage.advance(hours=1)
    stage.install()
    assert stage.shop().access_token != refused

    tokens(stage).give_up(refused)

    assert stage.shop().state == ShopState.INSTALLED


def test_a_shopify_that_is_away_during_the_renewal_costs_the_shop_nothing(stage: Wire) -> None:
    stage.fault("revoked", "Installation")
    stage.fault("5xx", "token:refresh", count=3)

    with pytest.raises(Unavailable):
        tokens(stage).renew(stage.shop().access_token or "")

    assert stage.shop().state == ShopState.INSTALLED


def test_a_shop_that_has_left_has_no_token(stage: Wire) -> None:
    with stage.adapters.database.write() as session:
        mark_uninstalled(session, session.scalars(select(Shop)).one(), stage.now(), stage.now())

    with pytest.raises(ShopGone):
        tokens(stage).token()


def test_idle_shops_are_refreshed_after_a_week_and_live_through_the_quarter(stage: Wire) -> None:
    held = stage.adapters
    assert refresh_idle(held.database, held.admin_apis.tokens, held.clock) == 0

    for _ in range(14):
        stage.advance(days=8)
        assert refresh_idle(held.database, held.admin_apis.tokens, held.clock) == 1

    assert held.admin(stage.shop().id, WEB).granted_scopes()


def answering(stage: Wire, status: int, body: object) -> TokenEndpoint:
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(status, json=body)))
    endpoint = stage.adapters.admin_apis.tokens
    return replace(endpoint, transport=replace(endpoint.transport, http=client))


def test_an_answer_without_a_life_is_taken_for_an_hour_never_for_ever(stage: Wire) -> None:
    granted = answering(stage, 200, {"access_token": "a", "refresh_token": "b"}).refresh(stage.config.shop, "x")

    assert (granted.access_seconds, granted.refresh_seconds) == (3600, 90 * 24 * 3600)


def test_an_answer_without_a_refresh_token_is_refused(stage: Wire) -> None:
    with pytest.raises(QueryRefused):
        answering(stage, 200, {"access_token": "a", "scope": "read_orders"}).exchange(stage.config.shop, "x")


@pytest.mark.parametrize(
    ("status", "error"), [(400, "invalid_grant"), (400, "invalid_client"), (401, "invalid_request")]
)
def test_the_known_refusals_of_a_refresh_all_mean_the_same(stage: Wire, status: int, error: str) -> None:
    with pytest.raises(TokenRefused):
        answering(stage, status, {"error": error}).refresh(stage.config.shop, "x")


def test_secrets_stay_out_of_what_is_printed(stage: Wire) -> None:
    assert stage.config.api_secret not in repr(stage.adapters.admin_apis.tokens)
    assert "shpat_" not in repr(stage.adapters.admin_apis.tokens.exchange(stage.config.shop, stage.session_token()))
