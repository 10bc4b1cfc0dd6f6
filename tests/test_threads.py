"""Flask's pages on threads: what goes in and what comes out is what the web server would have given and taken."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask, Response, request

from shopify_app.storefront.tracking import LINKED
from shopify_app.threads import Lane, OnThreads


def _asked(
    pages: Any, body: Iterable[bytes] = (b"",), lane: Lane | None = None, **scope: Any
) -> tuple[int, dict[str, str], bytes]:
    """One request, its body in pieces: status, headers and body."""
    pieces = list(body)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asked = {
        **{"type": "http", "method": "GET", "path": "/", "query_string": b"", "http_version": "1.1"},
        **{"headers": [], "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 4711)},
        **scope,
    }
    asyncio.run(OnThreads(pages, 2, lane)(asked, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])


@pytest.fixture
def pages() -> Flask:
    app = Flask(__name__)

    @app.route("/echo", methods=["GET", "POST"])
    def echo() -> Response:
        said = [request.method, request.args.get("who", ""), request.headers.get("X-Said", "")]
        said += [request.form.get("note", ""), request.remote_addr or ""]
        return Response("|".join(said), 201, {"X-Heard": "yes"})

    return app


def test_a_form_that_arrives_in_pieces_is_read_whole(pages: Flask) -> None:
    form = b"note=Gr%C3%BC%C3%9Fe+aus+Leipzig"

    status, headers, body = _asked(
        pages,
        (form[:7], form[7:]),
        method="POST",
        path="/echo",
        query_string=b"who=Ada",
        headers=[
            (b"content-type", b"application/x-www-form-urlencoded"),
            (b"content-length", str(len(form)).encode()),
            (b"x-said", b"hello"),
        ],
    )

    assert (status, headers["x-heard"]) == (201, "yes")
    assert body.decode() == "POST|Ada|hello|Grüße aus Leipzig|127.0.0.1"
    assert headers["content-length"] == str(len(body))


def test_a_page_that_fails_is_flasks_own_answer_not_a_broken_line(pages: Flask) -> None:
    assert _asked(pages, path="/nowhere")[0] == 404


def test_what_a_page_holds_open_is_closed_even_when_it_breaks_half_way() -> None:
    closed: list[bool] = []

    class Broken:
        def __iter__(self) -> Any:
            yield b"half"
            raise RuntimeError("the disk is gone")

        def close(self) -> None:
            closed.append(True)

    def pages(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return Broken()

    with pytest.raises(RuntimeError, match="the disk is gone"):
        _asked(pages)
    assert closed == [True]


@pytest.mark.parametrize(
    ("method", "path", "threads"),
    [
        ("GET", "/t/abc", "lane"),
        ("GET", "/proxy/t/abc", "lane"),
        ("POST", "/t/abc", "pages"),
        ("GET", "/t/abc/more", "pages"),
        ("GET", "/proxy/returns/t/abc", "pages"),
        ("GET", "/app/", "pages"),
    ],
)
def test_pages_behind_links_are_answered_by_threads_that_do_nothing_else(method: str, path: str, threads: str) -> None:
    def pages(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [threading.current_thread().name.encode()]

    _, _, body = _asked(pages, lane=Lane(LINKED, 1), method=method, path=path)

    assert body.decode().partition("_")[0] == threads


def test_whoever_waits_elsewhere_does_not_hold_up_the_lane() -> None:
    is_over = threading.Event()

    def pages(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [b"waited" if environ["PATH_INFO"] == "/slow" and is_over.wait(60) else b"at once"]

    async def both() -> list[bytes]:
        app, heard = OnThreads(pages, 1, Lane(re.compile("/quick"), 1)), []
        slow = asyncio.create_task(_one(app, "/slow", heard))
        await asyncio.sleep(0)
        await _one(app, "/quick", heard)
        is_over.set()
        await slow
        return heard

    assert asyncio.run(both()) == [b"at once", b"waited"]


def test_where_nothing_is_waited_for_the_loop_makes_the_page_itself(pages: Flask) -> None:
    """A body that a GET request announces is not waited for: it could only be read by the loop, which is busy."""
    told = [(b"content-length", b"5"), (b"content-type", b"application/x-www-form-urlencoded"), (b"x-said", b"hello")]

    def here(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        assert threading.current_thread() is threading.main_thread()
        return pages(environ, start_response)

    lane = Lane(re.compile("/echo"), 0)
    status, _, body = _asked(here, lane=lane, path="/echo", query_string=b"who=Ada", headers=told)
    assert (status, body) == (201, b"GET|Ada|hello||127.0.0.1")


def test_between_two_pages_of_the_loop_everything_else_has_its_turn() -> None:
    heard: list[bytes] = []

    def pages(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        heard.append(environ["PATH_INFO"].encode())
        return [b""]

    async def all_of_them() -> None:
        app = OnThreads(pages, 1, Lane(re.compile("/t/."), 0))
        rush = [asyncio.create_task(_one(app, f"/t/{number}", [])) for number in range(3)]
        for _ in range(9):
            await asyncio.sleep(0)
            heard.append(b"webhook")
        await asyncio.gather(*rush)

    asyncio.run(all_of_them())
    places = [at for at, each in enumerate(heard) if each.startswith(b"/t/")]
    assert [heard[at] for at in places] == [b"/t/0", b"/t/1", b"/t/2"]
    assert all(b"webhook" in heard[one:next] for one, next in pairwise(places)), heard


async def _one(app: OnThreads, path: str, heard: list[bytes]) -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if "body" in message:
            heard.append(message["body"])

    asked = {"type": "http", "method": "GET", "path": path, "query_string": b"", "http_version": "1.1"}
    await app(asked | {"headers": [], "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 4711)}, receive, send)
