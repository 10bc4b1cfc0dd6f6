"""What carriers scan, pushed by EasyPost: proven on its bytes, applied in any order, and money that waited for it."""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from labelled import approved, freed_by, parcels_of, scanned, with_labels
from portal import Shopper
from returns_counter import Counter, open_counter
from settling import receive, states, theirs, work
from sqlalchemy import event
from sqlalchemy.orm import make_transient

from devstore.config import EASYPOST_SECRET
from jobs import parcels as followed
from shopify_app.carriers import accounts
from shopify_app.db import Database
from shopify_app.pages.return_links import status_key
from shopify_app.pushes.door import MOST_TRIED, NOBODYS
from shopify_app.returns.models import Return
from shopify_app.returns.parcels.models import ReturnParcel
from shopify_app.returns.vocabulary import Method, MoneyEvent
from shopify_app.shops.models import Shop

pytestmark = pytest.mark.again

PUSH = "/carriers/easypost/push"
Pushed = tuple[bytes, dict[str, str]]


@pytest.fixture
def counter(database: Database, database_url: str, tmp_path: Path) -> Counter:
    return with_labels(open_counter(database, database_url), tmp_path)


def on_its_way(counter: Counter, event: MoneyEvent, **more: Any) -> tuple[Return, str]:
    """A return with its label, and the label's number."""
    counter.publish(freed_by(event))
    ret = approved(counter, **more)
    work(counter)
    (parcel,) = parcels_of(counter, ret)
    return ret, parcel.number


def push(client: FlaskClient, pushed: Pushed, query: str = "", **headers: str) -> int:
    body, signed = pushed
    return client.post(f"{PUSH}{query}", data=body, headers=signed | headers).status_code


def test_the_first_scan_frees_the_money_that_waited_for_it(client: FlaskClient, counter: Counter) -> None:
    ret, number = on_its_way(counter, MoneyEvent.FIRST_SCAN)
    assert (states(counter, ret), theirs(counter)) == (["open"], [])

    assert push(client, scanned(counter, number, "pre_transit")) == 200
    work(counter)
    assert theirs(counter) == []

    assert push(client, scanned(counter, number, "in_transit")) == 200
    work(counter)
    assert (states(counter, ret), theirs(counter)) == (["settled"], [("refund", "48.60")])


def test_delivery_frees_the_money_and_the_first_scan_does_not(client: FlaskClient, counter: Counter) -> None:
    ret, number = on_its_way(counter, MoneyEvent.DELIVERY)

    push(client, scanned(counter, number, "in_transit"))
    work(counter)
    assert theirs(counter) == []

    push(client, scanned(counter, number, "delivered"))
    work(counter)
    assert (states(counter, ret), theirs(counter)) == (["settled"], [("refund", "48.60")])


def test_the_page_says_that_the_parcel_has_left_and_offers_nothing_more_to_print(
    client: FlaskClient, counter: Counter
) -> None:
    ret, number = on_its_way(counter, MoneyEvent.RECEIPT)
    followed.fetch(counter.wire.adapters)
    path = f"/returns/r/{status_key(counter.database.keyring, ret.shop_id, ret.id)}"
    ada = Shopper(client, counter.wire)
    assert "Print the return label" in ada.open(path).words

    push(client, scanned(counter, number, "in_transit"))
    assert "Your parcel is on its way to us" in ada.open(path).words
    assert "Print the return label" not in ada.words

    push(client, scanned(counter, number, "delivered"))
    assert "Your parcel has reached us" in ada.open(path).words


@pytest.mark.asked
def test_a_push_told_twice_late_and_out_of_order_pays_once(client: FlaskClient, counter: Counter) -> None:
    ret, number = on_its_way(counter, MoneyEvent.FIRST_SCAN)
    early = scanned(counter, number, "in_transit", happened_at="2026-11-20T08:00:00Z")
    late = scanned(counter, number, "delivered", happened_at="2026-11-21T08:00:00Z")

    assert [push(client, each) for each in (late, early, late, early)] == [200] * 4
    work(counter)

    (parcel,) = parcels_of(counter, ret)
    assert (parcel.state, theirs(counter)) == ("delivered", [("refund", "48.60")])
    assert parcel.first_scan_at is not None
    assert parcel.first_scan_at.isoformat() == "2026-11-20T08:00:00+00:00"


def test_a_forged_push_moves_nothing(client: FlaskClient, counter: Counter) -> None:
    ret, number = on_its_way(counter, MoneyEvent.FIRST_SCAN)
    body, headers = scanned(counter, number, "in_transit")
    changed = body.replace(b"in_transit", b"delivered")

    refused = [
        push(client, (changed, headers)),
        push(client, (body, {})),
        push(client, (body, {"X-Hmac-Signature": "hmac-sha256-hex=" + "0" * 64})),
        push(client, (body, headers), "?shop=otto.myshopify.com"),
    ]
    work(counter)

    assert (refused, theirs(counter)) == ([401] * 4, [])
    assert states(counter, ret) == ["open"]


@pytest.mark.asked
def test_a_scan_of_a_number_that_nobody_knows_is_taken_and_changes_nothing(
    client: FlaskClient, counter: Counter
) -> None:
    ret, _ = on_its_way(counter, MoneyEvent.FIRST_SCAN)

    assert push(client, scanned(counter, "RR000000000XX", "in_transit")) == 200
    work(counter)

    assert (states(counter, ret), theirs(counter)) == (["open"], [])


def test_a_genuine_push_that_cannot_be_read_is_refused_and_one_about_something_else_is_not(
    client: FlaskClient, counter: Counter
) -> None:
    on_its_way(counter, MoneyEvent.RECEIPT)

    assert push(client, signed(b"[]")) == 400
    assert push(client, signed(json.dumps({"description": "batch.updated", "result": {}}).encode())) == 200
    assert push(client, signed(b'{"description": "tracker.updated", "result": {"tracking_code": 7}}')) == 400


def test_ottos_secret_speaks_for_ottos_parcels_alone(client: FlaskClient, counter: Counter) -> None:
    ret, number = on_its_way(counter, MoneyEvent.FIRST_SCAN)
    with counter.database.write() as session:
        otto = Shop(domain="otto.myshopify.com", name="Otto", installed_at=counter.now())
        session.add(otto)
        session.flush()
        accounts.connect(session, otto.id, "easypost", "EZTK-otto", "ottos secret", True, "otto", counter.now())
    body, _ = scanned(counter, number, "in_transit")

    assert push(client, signed(body, "ottos secret")) == 200
    work(counter)

    assert (states(counter, ret), theirs(counter)) == (["open"], [])


@pytest.mark.asked
def test_only_a_few_secrets_are_tried_for_a_push_that_names_no_shop(client: FlaskClient, counter: Counter) -> None:
    ret, number = on_its_way(counter, MoneyEvent.FIRST_SCAN)
    with counter.database.write() as session:
        for place in range(MOST_TRIED):
            other = Shop(domain=f"shop-{place}.myshopify.com", name="Otto", installed_at=counter.now())
            session.add(other)
            session.flush()
            accounts.connect(session, other.id, "easypost", "EZTK", f"secret {place}", True, "otto", counter.now())
    last = signed(b'{"description": "batch.updated"}', f"secret {MOST_TRIED - 1}")

    assert push(client, last) == 401
    assert push(client, last, f"?shop=shop-{MOST_TRIED - 1}.myshopify.com") == 200
    assert push(client, signed(last[0], f"secret {MOST_TRIED - 2}")) == 200
    assert push(client, scanned(counter, number, "in_transit")) == 200
    work(counter)
    assert states(counter, ret) == ["settled"]


def test_what_is_tried_for_a_shop_that_is_none_proves_nothing(client: FlaskClient, counter: Counter) -> None:
    body = b'{"description": "batch.updated"}'

    assert push(client, signed(body, NOBODYS), "?shop=nobody.myshopify.com") == 401
    with counter.database.write() as session:
        accounts.disconnect(session, counter.shop_id, "1", counter.now())
    assert push(client, signed(body, NOBODYS)) == 401


def test_a_lost_push_is_made_up_for_by_asking(counter: Counter) -> None:
    ret, number = on_its_way(counter, MoneyEvent.FIRST_SCAN)
    scanned(counter, number, "in_transit")

    followed.follow(counter.wire.adapters)
    work(counter)

    assert (states(counter, ret), theirs(counter)) == (["settled"], [("refund", "48.60")])


def test_a_provider_that_is_away_is_asked_again_later(counter: Counter) -> None:
    ret, number = on_its_way(counter, MoneyEvent.FIRST_SCAN)
    scanned(counter, number, "in_transit")
    counter.wire.fault("5xx", "easypost.track")

    followed.follow(counter.wire.adapters)
    assert states(counter, ret) == ["open"]
    counter.wire.advance(hours=13)
    followed.follow(counter.wire.adapters)
    work(counter)

    assert states(counter, ret) == ["settled"]


def test_a_parcel_whose_news_cannot_be_taken_keeps_no_other_waiting(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    ret, number = on_its_way(counter, MoneyEvent.RECEIPT)
    scanned(counter, number, "in_transit")
    (broken,) = parcels_of(counter, ret)
    with counter.database.write() as session:
        make_transient(broken)
        broken.id, broken.number = None, "a second one"  # type: ignore[assignment]
        session.add(broken)
    first, other = parcels_of(counter, ret)
    taken: list[int] = []

    def take(_session: Any, parcel: ReturnParcel, _told: Any, _now: Any) -> None:
        taken.append(parcel.id)
        if parcel.id == first.id:
            raise RuntimeError("news that nobody understands")

    monkeypatch.setattr(followed.parcel_news, "take", take)
    followed.follow(counter.wire.adapters)
    followed.follow(counter.wire.adapters)

    assert taken == [first.id, other.id]  # and each has had its turn


def test_a_parcel_that_is_asked_of_is_written_when_its_return_is_held(counter: Counter) -> None:
    """A push holds the return first: whoever held the parcel first and then waited for the return would meet it."""
    _, number = on_its_way(counter, MoneyEvent.RECEIPT)
    scanned(counter, number, "in_transit")
    followed.fetch(counter.wire.adapters)
    said: list[str] = []

    def hear(*call: Any) -> None:
        said.append(call[2])

    event.listen(counter.database.engine, "before_cursor_execute", hear)
    followed.follow(counter.wire.adapters)
    event.remove(counter.database.engine, "before_cursor_execute", hear)

    holds = "SELECT return.id, return.shop_id"
    touching = [text for text in said if text.startswith((holds, "UPDATE return_parcel"))]
    assert touching[0].startswith(holds), touching


def test_where_nobody_follows_parcels_the_receipt_frees_the_money(counter: Counter) -> None:
    with counter.database.write() as session:
        accounts.disconnect(session, counter.shop_id, "1", counter.now())
    counter.publish(freed_by(MoneyEvent.FIRST_SCAN))
    ret = approved(counter, method=Method.OWN_CARRIER)
    work(counter)
    assert states(counter, ret) == ["open"]

    receive(counter, ret)

    assert (states(counter, ret), theirs(counter)) == (["settled"], [("refund", "48.60")])


def test_the_arrival_of_one_of_two_pieces_is_no_scan_of_both(counter: Counter) -> None:
    counter.publish(freed_by(MoneyEvent.FIRST_SCAN))
    ret = approved(counter, 2, method=Method.OWN_CARRIER)
    work(counter)

    receive(counter, ret, 1)

    assert states(counter, ret) == ["open"]


def signed(body: bytes, secret: str | None = None) -> Pushed:
    key = unicodedata.normalize("NFKD", secret or EASYPOST_SECRET).encode()
    return body, {"X-Hmac-Signature": f"hmac-sha256-hex={hmac.new(key, body, hashlib.sha256).hexdigest()}"}
