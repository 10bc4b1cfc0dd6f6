"""The wire's manners: what is tried again, what never is, who waits how long, and what each failure is called."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from shopify_app.shopify.errors import (
    AccessDenied,
    AnswerLost,
    MaxCost,
    QueryRefused,
    ShopFrozen,
    ShopGone,
    ShopifyError,
    Throttled,
    TokenRefused,
    Unavailable,
)
from shopify_app.shopify.operations import Operation
from shopify_app.shopify.transport import BACKGROUND, WEB, Budget, Pace, Transport
from shopify_app.wiring import redis_at

READ = Operation("Read", "query Read { shop { id } }")
WRITE = Operation("Write", "mutation Write { orderClose { order { id } } }", is_mutation=True)
SHOP = "mara-goods.myshopify.com"
SLOWLY = {"maximumAvailable": 2000, "restoreRate": 1}
"""A bucket that gains a point a second: a machine that stands still for some seconds changes no answer."""
OK = {"data": {"shop": {"id": "1"}}, "extensions": {"cost": {"requestedQueryCost": 1}}}


class Tokens:
    """A shop's tokens; `renewed` counts, `gave_up` tells."""

    def __init__(self) -> None:
        self.renewed, self.gave_up = 0, False

    def token(self) -> str:
        return "first"

    def renew(self, refused: str) -> str:
        self.renewed += 1
        return "second"

    def give_up(self, refused: str) -> None:
        self.gave_up = True


class Shopify:
    """Answers with what it was given, one after the other, the last for ever."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.requests = list(answers), []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, type):
            raise answer("broken", request=request)
        if isinstance(answer, int):
            return httpx.Response(answer, text="<html>")
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)


def run(shopify: Shopify, operation: Operation = READ, pace: Pace = BACKGROUND, tokens: Tokens | None = None) -> Any:
    slept: list[float] = []
    client = httpx.Client(transport=httpx.MockTransport(shopify))
    transport = Transport(client, lambda domain: f"https://{domain}", Budget(None), slept.append, lambda: 1.0)
    try:
        return transport.execute(SHOP, tokens or Tokens(), operation, {"id": 1}, pace), slept
    except ShopifyError as failure:
        failure.slept = slept  # type: ignore[attr-defined]
        raise


def error(code: str, **cost: Any) -> dict[str, Any]:
    return {"errors": [{"message": "Ada's secret", "extensions": {"code": code}}], "extensions": {"cost": cost}}


FULL = {"maximumAvailable": 2000, "currentlyAvailable": 100, "restoreRate": 100}
THROTTLED = error("THROTTLED", requestedQueryCost=300, throttleStatus=FULL)


def test_a_request_names_its_version_its_operation_and_its_token() -> None:
    shopify = Shopify(OK)

    answer, _ = run(shopify)

    request = shopify.requests[0]
    assert answer == OK["data"]
    assert str(request.url) == f"https://{SHOP}/admin/api/2026-10/graphql.json"
    assert request.headers["X-Shopify-Access-Token"] == "first"
    assert b'"operationName":"Read"' in request.content


@pytest.mark.parametrize("trouble", [503, 500, httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.ConnectError])
def test_a_read_is_tried_again_with_growing_pauses(trouble: Any) -> None:
    shopify = Shopify(trouble, trouble, OK)

    answer, slept = run(shopify)

    assert answer == OK["data"]
    assert slept == [0.75, 1.25]


def test_a_read_gives_up_after_four_attempts() -> None:
    shopify = Shopify(502)

    with pytest.raises(Unavailable) as failure:
        run(shopify)

    assert failure.value.sent
    assert len(shopify.requests) == 4


@pytest.mark.parametrize(
    "trouble", [503, httpx.ReadTimeout, httpx.ReadError, httpx.RemoteProtocolError, error("INTERNAL_SERVER_ERROR")]
)
def test_a_mutation_whose_answer_was_lost_is_never_sent_again(trouble: Any) -> None:
    shopify = Shopify(trouble)

    with pytest.raises(AnswerLost):
        run(shopify, WRITE)

    assert len(shopify.requests) == 1


@pytest.mark.parametrize("trouble", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
def test_a_mutation_that_never_left_is_sent_again(trouble: Any) -> None:
    shopify = Shopify(trouble, OK)

    assert run(shopify, WRITE)[0] == OK["data"]


def test_a_mutation_that_never_leaves_is_known_not_to_have_happened() -> None:
    with pytest.raises(Unavailable) as failure:
        run(Shopify(httpx.ConnectError), WRITE)

    assert not failure.value.sent


@pytest.mark.parametrize("operation", [READ, WRITE])
def test_throttled_calls_wait_as_long_as_the_answer_says_for_they_did_nothing(operation: Operation) -> None:
    polite = httpx.Response(429, headers={"Retry-After": "3.0"})

    answer, slept = run(Shopify(THROTTLED, polite, OK), operation)

    assert answer == OK["data"]
    assert slept == [2.25, 3.25]


def test_the_web_does_not_keep_a_person_waiting() -> None:
    with pytest.raises(Throttled) as failure:
        run(Shopify(THROTTLED), pace=WEB)

    assert failure.value.retry_after == 2.0
    assert failure.value.slept == []  # type: ignore[attr-defined]


def test_a_job_waits_twenty_seconds_in_all_and_then_comes_back_later() -> None:
    shopify = Shopify(THROTTLED)

    with pytest.raises(Throttled) as failure:
        run(shopify)

    assert sum(failure.value.slept) <= 20  # type: ignore[attr-defined]
    assert len(shopify.requests) == 9


def test_a_refused_token_is_renewed_once_and_the_call_repeated_even_a_mutation() -> None:
    tokens, shopify = Tokens(), Shopify(401, OK)

    assert run(shopify, WRITE, tokens=tokens)[0] == OK["data"]
    assert [r.headers["X-Shopify-Access-Token"] for r in shopify.requests] == ["first", "second"]
    assert not tokens.gave_up


def test_a_token_refused_twice_is_given_up() -> None:
    tokens = Tokens()

    with pytest.raises(TokenRefused):
        run(Shopify(401), tokens=tokens)

    assert (tokens.renewed, tokens.gave_up) == (1, True)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (402, ShopFrozen),
        (403, AccessDenied),
        (404, ShopGone),
        (423, ShopFrozen),
        (400, QueryRefused),
        (error("ACCESS_DENIED"), AccessDenied),
        (error("MAX_COST_EXCEEDED"), MaxCost),
        (error("SHOP_INACTIVE"), ShopFrozen),
        (error("undefinedField"), QueryRefused),
        ({"errors": "Not Found"}, QueryRefused),
        ({"errors": {"query": "Required parameter missing"}}, QueryRefused),
        ({}, QueryRefused),
    ],
)
def test_what_trying_again_cannot_mend_is_said_at_once(answer: Any, kind: type[Exception]) -> None:
    shopify = Shopify(answer)

    with pytest.raises(kind) as failure:
        run(shopify)

    assert len(shopify.requests) == 1
    assert "Ada" not in str(failure.value)


@pytest.mark.parametrize("body", ["<html>", "[]", "7"])
def test_an_answer_that_cannot_be_read_is_no_answer(body: str) -> None:
    with pytest.raises(Unavailable):
        run(Shopify(httpx.Response(200, text=body)))


class TestBudget:
    """The bucket that all processes share, on the bundled broker."""

    @pytest.fixture
    def budget(self, broker_client: Callable[[], Any]) -> Budget:
        return Budget(broker_client())

    def test_nobody_waits_before_shopify_has_said_what_there_is(self, budget: Budget) -> None:
        assert budget.take(SHOP, 900, BACKGROUND.reserve_share) == 0

    def test_what_shopify_grants_is_shared_by_everybody(self, budget: Budget, broker_client: Callable[[], Any]) -> None:
        other = Budget(broker_client())
        budget.note(SHOP, SLOWLY | {"currentlyAvailable": 1000})

        assert budget.take(SHOP, 600, 0) == 0
        assert other.take(SHOP, 600, 0) == pytest.approx(200, abs=30)

    def test_jobs_leave_a_third_for_the_people_who_wait(self, budget: Budget) -> None:
        budget.note(SHOP, SLOWLY | {"currentlyAvailable": 650})

        assert budget.take(SHOP, 100, BACKGROUND.reserve_share) == pytest.approx(50, abs=30)
        assert budget.take(SHOP, 100, WEB.reserve_share) == 0

    def test_a_price_above_the_whole_bucket_waits_for_a_full_one_and_not_for_ever(self, budget: Budget) -> None:
        budget.note(SHOP, {"currentlyAvailable": 2000, "maximumAvailable": 2000, "restoreRate": 100})

        assert budget.take(SHOP, 1900, BACKGROUND.reserve_share) == 0

    def test_shops_do_not_pay_for_each_other(self, budget: Budget) -> None:
        budget.note(SHOP, {"currentlyAvailable": 0, "maximumAvailable": 2000, "restoreRate": 100})

        assert budget.take("ottos-outlet.myshopify.com", 900, 0) == 0

    def test_with_the_broker_away_the_call_goes_on(self) -> None:
        gone, began = Budget(redis_at("redis://127.0.0.1:1/0")), time.monotonic()

        gone.note(SHOP, {"currentlyAvailable": 0, "maximumAvailable": 1, "restoreRate": 1})

        assert gone.take(SHOP, 900, 0) == 0
        assert time.monotonic() - began < 5, "nobody waits for a broker that is away"
