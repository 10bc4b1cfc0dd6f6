"""The wire: sends one operation to one shop, keeps within the shop's cost budget, and says precisely what went wrong.

Reads are tried again with growing, jittered pauses. A mutation is tried again only when it cannot have arrived: the
connection was never made, or Shopify refused it before doing anything (429, THROTTLED, 401).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx
import structlog
from redis import Redis
from redis.exceptions import RedisError

from shopify_app.config import API_VERSION
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

log = structlog.get_logger(__name__)

ATTEMPTS = 4
FIRST_PAUSE_SECONDS = 0.5
UNKNOWN_COST = 100  # what an operation is booked with before its first answer tells its cost
TIMEOUT = httpx.Timeout(20.0, connect=5.0)


class TokenSource(Protocol):
    """Where the wire gets a shop's access token. Both methods raise TokenRefused when there is none to be had."""

    def token(self) -> str: ...

    def renew(self, refused: str) -> str:
        """Another token, after Shopify answered 401 to `refused`."""
        ...

    def give_up(self, refused: str) -> None:
        """Shopify refuses even the renewed token: note that the merchant has to open the app, unless there is another
        by now."""
        ...


@dataclass(frozen=True)
class Pace:
    """How a caller shares the shop's budget: the part it leaves untouched, and how long it waits for its turn."""

    reserve_share: float
    longest_wait_seconds: float


WEB = Pace(reserve_share=0.0, longest_wait_seconds=1.0)
BACKGROUND = Pace(reserve_share=0.3, longest_wait_seconds=20.0)

# One leaky bucket a shop, kept by the broker's clock: every process of ours draws from the same one.
_TAKE = """
local t = redis.call('TIME'); local now = t[1] + t[2] / 1000000
local b = redis.call('HMGET', KEYS[1], 'available', 'at', 'maximum', 'rate')
if not b[1] then return '0' end
local maximum, rate = tonumber(b[3]), tonumber(b[4])
local available = math.min(maximum, tonumber(b[1]) + (now - tonumber(b[2])) * rate)
local cost = tonumber(ARGV[1])
local needed = math.min(maximum, cost + maximum * tonumber(ARGV[2]))
if available < needed then return tostring((needed - available) / rate) end
redis.call('HSET', KEYS[1], 'available', tostring(available - cost), 'at', tostring(now))
return '0'
"""
_NOTE = """
local t = redis.call('TIME'); local now = t[1] + t[2] / 1000000
redis.call('HSET', KEYS[1], 'available', ARGV[1], 'at', tostring(now), 'maximum', ARGV[2], 'rate', ARGV[3])
redis.call('EXPIRE', KEYS[1], 3600)
"""


class Budget:
    """The points a shop still grants us (shopify.dev, "API rate limits": per app and store), shared by all processes.

    With the broker away it grants everything: Shopify's own answer is then the only brake.
    """

    def __init__(self, redis: Redis | None) -> None:
        self._redis = redis

    def take(self, domain: str, cost: int, reserve_share: float) -> float:
        """Books `cost` points and returns 0, or returns the seconds to wait for them and books nothing."""
        waited = self._run(_TAKE, domain, cost, reserve_share)
        return 0.0 if waited is None else float(waited)

    def note(self, domain: str, status: Mapping[str, Any]) -> None:
        """What Shopify's answer said (``throttleStatus``) is the truth from here on."""
        self._run(_NOTE, domain, status["currentlyAvailable"], status["maximumAvailable"], status["restoreRate"])

    def _run(self, script: str, domain: str, *args: Any) -> Any:
        if self._redis is None:
            return None
        try:
            return self._redis.eval(script, 1, f"postlude:budget:{domain}", *[str(arg) for arg in args])
        except (RedisError, OSError) as failure:
            log.warning("budget_unknown", shop=domain, error=type(failure).__name__)
            return None


@dataclass
class Transport:
    """Talks to Shopify for every shop; one per process, safe to share between threads.

    `origin_of` gives the address of a shop's Admin API (`Config.shop_origin`).
    """

    http: httpx.Client
    origin_of: Callable[[str], str]
    budget: Budget
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    page_sizes: dict[str, int] = field(default_factory=dict)  # what proved affordable, by operation
    _costs: dict[str, int] = field(default_factory=dict)

    def execute(
        self, domain: str, tokens: TokenSource, operation: Operation, variables: Mapping[str, Any], pace: Pace
    ) -> dict[str, Any]:
        """The ``data`` of the answer; raises a `ShopifyError`."""
        patience, token = _Patience(pace.longest_wait_seconds, self), tokens.token()
        renewed = False
        while True:
            self._wait_for_budget(domain, operation, pace, patience)
            try:
                return self._call(domain, token, operation, variables)
            except TokenRefused:
                if renewed:
                    tokens.give_up(token)
                    raise
                token, renewed = tokens.renew(token), True
            except Throttled as failure:
                patience.wait(failure.retry_after, failure)
            except Unavailable as failure:
                if operation.is_mutation and failure.sent:
                    raise AnswerLost(f"{operation.name}: {failure}") from failure
                patience.try_again(failure)

    def post(self, domain: str, path: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> httpx.Response:
        """One JSON request to the shop, whatever the status of its answer; raises Unavailable when there is none."""
        address = self.origin_of(domain) + path
        try:
            return self.http.post(address, json=dict(body), headers=dict(headers), timeout=TIMEOUT)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as failure:
            raise Unavailable(type(failure).__name__, sent=False) from failure
        except httpx.TransportError as failure:
            raise Unavailable(type(failure).__name__, sent=True) from failure

    def _call(self, domain: str, token: str, operation: Operation, variables: Mapping[str, Any]) -> dict[str, Any]:
        body = {"query": operation.text, "operationName": operation.name, "variables": dict(variables)}
        headers = {"X-Shopify-Access-Token": token, "Accept": "application/json"}
        response = self.post(domain, f"/admin/api/{API_VERSION}/graphql.json", body, headers)
        raise_for_status(response)
        answer = _json(response)
        cost = (answer.get("extensions") or {}).get("cost") or {}
        if "requestedQueryCost" in cost:
            self._costs[operation.name] = int(cost["requestedQueryCost"])
        if "throttleStatus" in cost:
            self.budget.note(domain, cost["throttleStatus"])
        raise_for_errors(answer.get("errors"), cost)
        if not isinstance(answer.get("data"), dict):
            raise QueryRefused("the answer has neither data nor errors")
        return answer["data"]

    def _wait_for_budget(self, domain: str, operation: Operation, pace: Pace, patience: _Patience) -> None:
        cost = self._costs.get(operation.name, UNKNOWN_COST)
        while wait := self.budget.take(domain, cost, pace.reserve_share):
            patience.wait(wait, Throttled(wait))


class _Patience:
    """What is left of a caller's willingness to wait, and of the attempts at one call."""

    def __init__(self, seconds: float, transport: Transport) -> None:
        self._left, self._transport, self._failures = seconds, transport, 0

    def wait(self, seconds: float, failure: ShopifyError) -> None:
        """Sleeps a little longer than `seconds`, or raises `failure` when that is longer than the caller would wait."""
        seconds += self._transport.jitter() * 0.25
        if seconds > self._left:
            raise failure
        self._left -= seconds
        self._transport.sleep(seconds)

    def try_again(self, failure: ShopifyError) -> None:
        """Sleeps a growing pause, or raises `failure` after the last attempt."""
        self._failures += 1
        if self._failures >= ATTEMPTS:
            raise failure
        self.wait(FIRST_PAUSE_SECONDS * 2 ** (self._failures - 1), failure)


def raise_for_status(response: httpx.Response) -> None:
    """Turns an HTTP status into its `ShopifyError`; 2xx passes."""
    status = response.status_code
    if status == 429:
        raise Throttled(_seconds(response.headers.get("Retry-After"), 2.0))
    if status >= 500:
        raise Unavailable(f"HTTP {status}", sent=True)
    refusals = {401: TokenRefused, 402: ShopFrozen, 403: AccessDenied, 404: ShopGone, 423: ShopFrozen}
    if status in refusals:
        raise refusals[status](f"HTTP {status}")
    if not response.is_success:
        raise QueryRefused(f"HTTP {status}")


def raise_for_errors(errors: Any, cost: Mapping[str, Any]) -> None:
    """Turns a GraphQL answer's ``errors`` into a `ShopifyError`; their texts stay out of it, they may quote input."""
    if not errors:
        return
    if not isinstance(errors, list):
        raise QueryRefused("the answer is an error without a code")
    codes = {(error.get("extensions") or {}).get("code") for error in errors}
    if "THROTTLED" in codes:
        raise Throttled(_throttled_for(cost))
    if "INTERNAL_SERVER_ERROR" in codes:
        raise Unavailable("INTERNAL_SERVER_ERROR", sent=True)
    for code, refusal in (
        ("ACCESS_DENIED", AccessDenied),
        ("MAX_COST_EXCEEDED", MaxCost),
        ("SHOP_INACTIVE", ShopFrozen),
    ):
        if code in codes:
            raise refusal(code)
    paths = sorted({".".join(str(step) for step in error.get("path") or ()) for error in errors})
    raise QueryRefused(f"{', '.join(sorted(str(code) for code in codes))} at {', '.join(paths)}")


def _throttled_for(cost: Mapping[str, Any]) -> float:
    status = cost.get("throttleStatus") or {}
    missing = float(cost.get("requestedQueryCost") or 0) - float(status.get("currentlyAvailable") or 0)
    return max(missing / float(status.get("restoreRate") or 50), 0.1) if status else 1.0


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError as failure:
        raise Unavailable("the answer is not JSON", sent=True) from failure
    if not isinstance(answer, dict):
        raise Unavailable("the answer is not an object", sent=True)
    return answer


def _seconds(text: str | None, otherwise: float) -> float:
    try:
        return max(float(text), 0.0) if text else otherwise
    except ValueError:
        return otherwise
