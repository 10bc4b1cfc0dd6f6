"""Access tokens: exchanged, refreshed, retired and revoked as Shopify documents it."""

from __future__ import annotations

import jwt
import pytest

from devstage import Stage

SHOP = "{ shop { name } }"


def alive(stage: Stage, token: str) -> bool:
    return stage.ask(SHOP, token=token).status_code == 200


def test_an_exchange_gives_a_pair_that_lives_an_hour_and_ninety_days(stage: Stage) -> None:
    pair = stage.exchange().json

    assert pair["expires_in"] == 3600
    assert pair["refresh_token_expires_in"] == 7_776_000
    assert alive(stage, pair["access_token"])


def test_an_online_token_names_the_member_of_staff(stage: Stage) -> None:
    answer = stage.exchange(requested_token_type="urn:shopify:params:oauth:token-type:online-access-token").json

    assert answer["associated_user"]["id"] == 4242
    assert "refresh_token" not in answer


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"subject_token": "nonsense"}, 400, "invalid_subject_token"),
        ({"subject_token_type": "urn:else"}, 400, "invalid_subject_token"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_a_wrong_exchange_is_refused_by_name(stage: Stage, changes: dict, status: int, error: str) -> None:
    answer = stage.exchange(**changes)

    assert (answer.status_code, answer.json["error"]) == (status, error)


def test_a_session_token_for_another_shop_is_not_exchanged(stage: Stage) -> None:
    now = int(stage.world.now().timestamp())
    claims = {
        "dest": "https://otto.myshopify.com",
        "aud": stage.config.api_key,
        "sub": "1",
        "exp": now + 60,
        "nbf": now,
    }
    token = jwt.encode(claims, stage.config.api_secret, algorithm="HS256")

    assert stage.exchange(subject_token=token).json["error"] == "invalid_subject_token"


def test_a_session_token_older_than_a_minute_is_not_exchanged(stage: Stage) -> None:
    from devstore import tokens

    old = tokens.id_token(stage.config, 4242, stage.world.now())
    stage.world.clock.advance(120)

    assert stage.exchange(subject_token=old).json["error"] == "invalid_subject_token"


def test_a_token_that_never_expires_is_refused_by_the_api(stage: Stage) -> None:
    token = stage.exchange(expiring=0).json["access_token"]

    assert stage.ask(SHOP, token=token).status_code == 403


def test_a_token_dies_when_the_shared_clock_passes_its_hour(stage: Stage) -> None:
    token = stage.exchange().json["access_token"]
    stage.world.clock.advance(3601)

    assert not alive(stage, token)


def test_the_old_refresh_token_works_until_its_replacement_is_first_used(stage: Stage) -> None:
    first = stage.exchange().json
    lost = stage.refresh(first["refresh_token"]).json
    again = stage.refresh(first["refresh_token"])

    assert again.status_code == 200
    assert not alive(stage, lost["access_token"])
    assert alive(stage, again.json["access_token"])
    refused = stage.refresh(first["refresh_token"])
    assert (refused.status_code, refused.json["error"]) == (401, "invalid_request")


def test_using_the_new_refresh_token_retires_the_old_one_too(stage: Stage) -> None:
    first = stage.exchange().json
    second = stage.refresh(first["refresh_token"]).json
    assert stage.refresh(second["refresh_token"]).status_code == 200

    assert stage.refresh(first["refresh_token"]).status_code == 401


def test_a_new_exchange_ends_the_refreshing_of_older_tokens(stage: Stage) -> None:
    first = stage.exchange().json
    stage.exchange()

    assert stage.refresh(first["refresh_token"]).status_code == 401


def test_an_unknown_refresh_token_is_an_invalid_grant(stage: Stage) -> None:
    answer = stage.refresh("shprt_unknown")

    assert (answer.status_code, answer.json["error"]) == (400, "invalid_grant")


def test_ninety_idle_days_end_the_refresh_token(stage: Stage) -> None:
    pair = stage.exchange().json
    stage.world.clock.advance(91 * 86_400)

    assert stage.refresh(pair["refresh_token"]).status_code == 401


def test_after_an_uninstall_nothing_works_and_a_reinstall_begins_anew(stage: Stage) -> None:
    pair = stage.exchange().json
    stage.post("/uninstall")

    assert not alive(stage, pair["access_token"])
    assert stage.refresh(pair["refresh_token"]).json["error"] == "invalid_client"
    assert len(stage.sent("app/uninstalled")) == 1

    stage.install("read_orders")
    assert alive(stage, stage.token)
    assert stage.refresh(pair["refresh_token"]).status_code == 401
