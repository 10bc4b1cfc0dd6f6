"""Every kind of input at `/webhooks` has its stated answer."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import func, select, text

from letters import OLD_SECRET, Door, Letter, flask_stands_here
from shopify_app.db import Database
from shopify_app.observability import deliveries_received
from shopify_app.shops.models import Shop
from shopify_app.wiring import Adapters
from webhooks import receive
from webhooks.group_commit import Arrival, GroupCommit, Overloaded
from webhooks.inbox import Delivery, unpack


def test_a_genuine_delivery_is_stored_before_it_is_acknowledged(
    door: Door, letter: Letter, shop: Shop, database: Database
):
    assert door.post(letter).status == 200

    (row,) = stored(database)
    assert (row.shop_id, row.webhook_id, row.topic) == (shop.id, letter.webhook_id, "orders/create")
    assert (row.event_id, row.api_version, row.state) == ("event-1", "2026-10", "pending")
    assert row.triggered_at is not None
    assert row.triggered_at.isoformat() == "2026-11-24T11:59:58.123456+00:00"
    assert unpack(row.body or b"") == letter.body


def test_the_previous_secret_is_good_while_it_is_rotated(door: Door, letter: Letter, shop: Shop):
    assert door.post(replace(letter, secret=OLD_SECRET)).status == 200


@pytest.mark.parametrize("signature", ["", "bm90IGl0", "not base64 \xff"])
def test_a_wrong_or_missing_signature_is_refused_without_a_body(
    signature: str, door: Door, letter: Letter, shop: Shop, database: Database
):
    heard = door.post(letter, x_shopify_hmac_sha256=signature)

    assert (heard.status, heard.body) == (401, b"")
    assert stored(database) == []


def test_a_signature_of_another_app_or_of_another_body_is_refused(
    door: Door, letter: Letter, shop: Shop, other_shop: Shop, database: Database
):
    of_another_app = replace(letter, secret="the secret of somebody else's app.")
    ottos = Letter(b'{"id": 7}', shop="ottos-outlet.myshopify.com")

    assert door.post(of_another_app).status == 401
    assert door.post(letter, x_shopify_hmac_sha256=ottos.signature).status == 401
    assert stored(database) == []


def test_an_unknown_shop_or_topic_is_acknowledged_and_counted_but_not_stored(
    door: Door, letter: Letter, shop: Shop, database: Database
):
    before = counted("unknown_shop"), counted("unknown_topic")

    assert door.post(replace(letter, shop="nobody.myshopify.com")).status == 200
    assert door.post(replace(letter, topic="carts/update")).status == 200

    assert (counted("unknown_shop"), counted("unknown_topic")) == (before[0] + 1, before[1] + 1)
    assert stored(database) == []


def test_compliance_topics_are_taken_for_a_shop_that_has_gone(
    door: Door, letter: Letter, shop: Shop, adapters: Adapters, database: Database
):
    with adapters.database.write() as session:
        session.get_one(Shop, shop.id).state = "uninstalled"

    assert door.post(replace(letter, topic="shop/redact")).status == 200
    assert [row.topic for row in stored(database)] == ["shop/redact"]


@pytest.mark.parametrize("body", [b"", b"not json", b"\xff\xfe", b"[1, 2]", b'{"open": '])
def test_what_is_no_json_is_kept_all_the_same(body: bytes, door: Door, shop: Shop, database: Database):
    assert door.post(Letter(body)).status == 200
    assert [unpack(row.body or b"") for row in stored(database)] == [body]


def test_fifty_of_the_same_at_once_make_one_row(door: Door, letter: Letter, shop: Shop, database: Database):
    with ThreadPoolExecutor(50) as senders:
        heard = list(senders.map(lambda _: door.post(letter).status, range(50)))

    assert heard == [200] * 50
    assert len(stored(database)) == 1


def test_the_same_webhook_id_of_another_shop_is_another_delivery(
    door: Door, letter: Letter, shop: Shop, other_shop: Shop, database: Database
):
    door.post(letter)
    door.post(replace(letter, shop="ottos-outlet.myshopify.com"))

    assert {row.shop_id for row in stored(database)} == {shop.id, other_shop.id}


def test_a_body_that_says_it_is_too_large_is_refused_unread(door: Door, letter: Letter, shop: Shop):
    heard = door.post(letter, content_length=str(receive.MOST_BYTES + 1), parts=[], ends=False)

    assert heard.status == 413


def test_a_body_that_is_too_large_without_saying_so_is_cut(door: Door, shop: Shop, database: Database):
    huge = Letter(b"x" * (receive.MOST_BYTES + 1))
    parts = [huge.body[:1_000_000]] * 6

    assert door.post(huge, content_length="", parts=parts, ends=False).status == 413
    assert stored(database) == []


def test_the_largest_allowed_body_is_stored(door: Door, shop: Shop, database: Database):
    assert door.post(Letter(b"x" * receive.MOST_BYTES)).status == 200
    assert len(stored(database)) == 1


def test_a_body_in_parts_without_a_declared_length_is_stored_whole(door: Door, shop: Shop, database: Database):
    letter = Letter(b'{"id": 1042}')

    assert door.post(letter, content_length="", parts=[b'{"id"', b": ", b"1042}"]).status == 200
    assert [unpack(row.body or b"") for row in stored(database)] == [letter.body]


def test_a_body_shorter_than_declared_is_refused(door: Door, letter: Letter, shop: Shop, database: Database):
    assert door.post(letter, content_length="999").status == 400
    assert stored(database) == []


def test_a_hundred_bodies_that_stall_are_cut_and_hold_up_nobody_else(
    adapters: Adapters, letter: Letter, shop: Shop, database: Database
):
    quick = Door(receive.Intake(flask_stands_here, adapters, patience_seconds=0.5))

    with ThreadPoolExecutor(100) as senders:
        slow = [senders.submit(quick.post, letter, parts=[letter.body[:4]], ends=False) for _ in range(100)]
        assert quick.post(Letter(b"{}")).status == 200
        heard = [sender.result() for sender in slow]

    assert {(one.status, one.headers["connection"]) for one in heard} == {(408, "close")}
    assert len(stored(database)) == 1


def test_a_delivery_without_an_id_is_refused(door: Door, letter: Letter, shop: Shop):
    assert door.post(letter, x_shopify_webhook_id="").status == 400
    assert door.post(letter, x_shopify_webhook_id="x" * 101).status == 400


def test_a_time_that_cannot_be_read_does_not_lose_the_delivery(
    door: Door, letter: Letter, shop: Shop, database: Database
):
    assert door.post(replace(letter, triggered_at="yesterday")).status == 200
    assert [row.triggered_at for row in stored(database)] == [None]


def test_only_post_is_taken(door: Door, letter: Letter):
    heard = door.post(letter, method="GET")

    assert (heard.status, heard.headers["allow"]) == (405, "POST")


def test_other_paths_are_the_rest_of_the_apps(door: Door, letter: Letter):
    assert door.post(letter, path="/webhooks/more").body == b"the rest of the app"


def test_a_database_that_cannot_store_is_no_200_and_recovers(
    door: Door, letter: Letter, shop: Shop, adapters: Adapters, database: Database
):
    door.post(letter)  # the shop is remembered now
    rename(adapters, "delivery", "hidden")
    failed = door.post(Letter(b"{}"))
    rename(adapters, "hidden", "delivery")

    assert failed.status == 503
    assert "retry-after" in failed.headers
    assert door.post(Letter(b"{}")).status == 200


def test_a_shop_erased_a_moment_ago_does_not_spoil_the_commit_for_others(
    adapters: Adapters, shop: Shop, door: Door, letter: Letter, database: Database
):
    told: dict[str, bool] = {}
    gone = shop.id + 999
    intake = receive.Intake(flask_stands_here, adapters)
    good = intake.row(Letter(b"{}").headers(), b"{}")
    assert isinstance(good, dict)
    writer = GroupCommit(adapters.database, lambda ids: None)

    new_ids = writer.store(
        [
            Arrival(lambda: good | {"shop_id": gone, "webhook_id": "a"}, lambda ok: told.update(a=ok)),
            Arrival(lambda: good | {"webhook_id": "b"}, lambda ok: told.update(b=ok)),
        ]
    )

    assert told == {"a": False, "b": True}
    assert len(new_ids) == 1


def test_when_commits_do_not_keep_up_newcomers_are_turned_away(adapters: Adapters, shop: Shop, letter: Letter):
    writer = GroupCommit(adapters.database, lambda ids: None)
    row = receive.Intake(flask_stands_here, adapters).row(letter.headers(), letter.body)
    assert isinstance(row, dict)
    held, stuck = Event(), Event()

    def holding_up(_: bool) -> None:
        held.set()
        stuck.wait(60)

    first = Arrival(lambda: row, holding_up)
    writer.put(first)  # whoever is told first holds up the writer
    assert held.wait(60)
    late = Arrival(lambda: row | {"webhook_id": "later"}, lambda _: None)
    late.queued_at = first.queued_at + 1.5
    writer.put(late)
    newcomer = Arrival(lambda: row, lambda _: None)
    newcomer.queued_at = first.queued_at + 2.5
    with pytest.raises(Overloaded):
        writer.put(newcomer)
    stuck.set()


def test_new_rows_wake_a_worker_once_and_repeats_wake_nobody(adapters: Adapters, shop: Shop, letter: Letter):
    woken: list[int] = []
    writer = GroupCommit(adapters.database, woken.extend)
    row = receive.Intake(flask_stands_here, adapters).row(letter.headers(), letter.body)
    assert isinstance(row, dict)

    first = writer.store([Arrival(lambda: row, lambda _: None)])
    again = writer.store([Arrival(lambda: row, lambda _: None)])

    assert (len(first), again) == (1, [])


@pytest.mark.once
def test_nobody_who_arrives_waits_while_the_log_is_carried_into_the_file(
    adapters: Adapters, shop: Shop, letter: Letter, database: Database
):
    writer = GroupCommit(adapters.database, lambda ids: None)
    row = receive.Intake(flask_stands_here, adapters).row(letter.headers(), letter.body)
    assert isinstance(row, dict)
    log = Path(f"{database.engine.url.database}-wal")

    for number in range(30):  # 6 MB: half as much again as SQLite would let the log grow
        large = row | {"webhook_id": f"large-{number}", "body": secrets.token_bytes(200_000)}
        writer.store([Arrival(lambda large=large: large, lambda _: None)])

    assert log.stat().st_size > 5_500_000


def stored(database: Database) -> list[Delivery]:
    with database.read() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def counted(outcome: str) -> float:
    return deliveries_received.labels(outcome)._value.get()


def rename(adapters: Adapters, table: str, to: str) -> None:
    with adapters.database.write() as session:
        session.execute(text(f"ALTER TABLE {table} RENAME TO {to}"))
        session.execute(select(func.count()).select_from(Shop))
