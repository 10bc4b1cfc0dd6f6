"""What no browser and no Shopify sends, and clocks that jump: answered, and the product goes on as before."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from devstore.webhooks import signature
from running import ANSWER_SECONDS, Running, Shopper, ask, until, words
from trade import Trade

pytestmark = pytest.mark.once

MEGABYTE = 1024 * 1024
PATIENCE_SECONDS = 5.0  # what the intake grants a body
NOISE_SECONDS = 60.0  # in which a busy machine may do something else
JUMP_SECONDS = 2 * 3600


@pytest.fixture
def goes_on(demo: Running, shop: Trade, ada: Shopper) -> Iterator[None]:
    """Whatever the story does, the next order is taken in and shown."""
    yield
    order = shop.order("Kettle")
    assert "Kettle" in ada.reads(order.name, order.email)


def _signed(demo: Running, body: bytes, webhook_id: str) -> dict[str, str]:
    return {
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Shop-Domain": demo.facts["shop"],
        "X-Shopify-Webhook-Id": webhook_id,
        "X-Shopify-Hmac-Sha256": signature(demo.facts["api_secret"], body),
    }


@pytest.mark.usefixtures("goes_on")
def test_a_genuine_body_of_ten_megabytes_is_refused_and_leaves_nothing_behind(demo: Running) -> None:
    body = json.dumps({"id": 1, "note": "x" * (10 * MEGABYTE)}).encode()

    status = _status_of(demo, "/webhooks", _signed(demo, body, "ten-megabytes"), body)

    assert status == 413
    assert demo.rows("SELECT count(*) FROM delivery WHERE webhook_id = 'ten-megabytes'") == [(0,)]


@pytest.mark.usefixtures("goes_on")
def test_ten_megabytes_in_pieces_of_no_declared_length_are_refused_too(demo: Running) -> None:
    def pieces() -> Iterator[bytes]:
        yield from [b"x" * 65536] * 160

    def answer() -> int:
        headers = _signed(demo, b"", "pieces")
        try:
            status = ask("POST", demo.facts["app_url"] + "/webhooks", content=pieces(), headers=headers).status_code
        except (httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
            return 413  # the connection was closed while we still sent, which is the same answer
        return status if status != 408 else 0  # a machine that stood still for five seconds: sent again

    assert until(answer) == 413


@pytest.mark.usefixtures("goes_on")
def test_a_form_of_ten_megabytes_gets_a_sentence(demo: Running) -> None:
    body = b"order=1042&contact=" + b"x" * (10 * MEGABYTE)

    status = _status_of(demo, "/proxy/track", {"Content-Type": "application/x-www-form-urlencoded"}, body)

    assert status in (401, 413)  # unsigned, or too much: never taken in, never a failure of ours


@pytest.mark.usefixtures("goes_on")
def test_bodies_that_trickle_are_cut_after_five_seconds_and_hold_nobody_up(
    demo: Running, shop: Trade, ada: Shopper
) -> None:
    slow = [_begin(demo, f"slow-{each}") for each in range(40)]
    began = time.monotonic()

    order = shop.order("Lamp")  # a shop's own webhooks go on meanwhile
    assert "Lamp" in ada.reads(order.name, order.email)

    answers = [_answer(each) for each in slow]
    assert time.monotonic() - began < PATIENCE_SECONDS + NOISE_SECONDS
    assert {answer.split(b"\r\n")[0] for answer in answers} == {b"HTTP/1.1 408 Request Timeout"}


def test_a_clock_that_jumps_back_two_hours_stops_nothing(demo: Running, shop: Trade, ada: Shopper) -> None:
    before = shop.order("Candle", created_at=shop.ago(minutes=5))
    demo.advance(-JUMP_SECONDS)
    try:
        after = shop.order("Match", created_at=shop.ago(minutes=1))
        parcel = shop.send(after)
        shop.says(parcel, "in_transit", happened_at=shop.ago(minutes=1), city="Leipzig")

        ada.learns(after.name, after.email, "On its way · Leipzig")
        assert "Candle" in ada.reads(before.name, before.email)  # placed in a future that has not come yet
        assert demo.post("/open")["status"] == 200
    finally:
        demo.advance(JUMP_SECONDS)
    assert "On its way · Leipzig" in words(ada.look_up(after.name, after.email).text)
    demo.settled()
    assert demo.metric("postlude_inbox_parked") == 0


def test_a_scan_from_a_carrier_whose_clock_is_ahead_is_shown_and_does_not_hide_what_follows(
    demo: Running, shop: Trade, ada: Shopper
) -> None:
    order = shop.order("Wool blanket", created_at=shop.ago(days=1))
    parcel = shop.send(order)
    shop.says(parcel, "in_transit", happened_at=shop.ago(minutes=-20), city="Leipzig")
    ada.learns(order.name, order.email, "On its way · Leipzig")

    shop.says(parcel, "delivered", happened_at=shop.ago(minutes=1), city="Berlin")

    ada.learns(order.name, order.email, "Delivered · Berlin")


def _status_of(demo: Running, path: str, headers: dict[str, str], body: bytes) -> int:
    """The status of a POST whose sender hears the answer even when it comes before everything is sent."""
    place = urlsplit(demo.facts["app_url"])
    head = {"Host": place.netloc, "Content-Length": str(len(body)), "Connection": "close"} | headers
    with socket.create_connection((place.hostname, place.port), timeout=ANSWER_SECONDS) as line:
        line.sendall(_head(path, head))
        try:
            for begin in range(0, len(body), 65536):
                line.sendall(body[begin : begin + 65536])
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before it was read: the answer is waiting
        return int(_answer(line).split(b" ")[1])


def _begin(demo: Running, webhook_id: str) -> socket.socket:
    """A genuine request that has sent its head and one byte of its body."""
    place = urlsplit(demo.facts["app_url"])
    line = socket.create_connection((place.hostname, place.port), timeout=ANSWER_SECONDS)
    head = {"Host": place.netloc, "Content-Length": "1000"} | _signed(demo, b"", webhook_id)
    line.sendall(_head("/webhooks", head) + b"{")
    return line


def _head(path: str, headers: dict[str, str]) -> bytes:
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def _answer(line: socket.socket) -> bytes:
    with line:
        return line.recv(65536)
