"""Requests without an order number in the admin and on the command line: matched, accepted, declined, and only here."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from PIL import Image
from returns_counter import Counter, open_counter
from settling import with_credit, work
from sqlalchemy import select
from withdrawing import buys
from without_receipt import accept, asked, capped, kind, know_ada, request_of

from jobs.no_receipt import clear, give_to_new_accounts
from jobs.reactions import FOLLOWERS
from shopify_app import commands
from shopify_app.admin.no_receipt.door import SHOWN
from shopify_app.cli import main
from shopify_app.db import Database
from shopify_app.returns.models import Return
from shopify_app.returns.no_receipt import files as no_receipt_files
from shopify_app.returns.no_receipt.files import KeptFile
from shopify_app.returns.no_receipt.models import NoReceiptFile, NoReceiptRequest, ProofOf, RequestState
from shopify_app.returns.presets import FORGIVING
from wire import SHOP, application

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\nstartxref\n9\n%%EOF\n"
HERE = "/app/returns/no-receipt"


@pytest.fixture
def counter(database: Database, database_url: str, tmp_path: Path) -> Counter:
    database.followers = FOLLOWERS
    found = with_credit(open_counter(database, database_url))
    adapters = found.wire.adapters
    found.wire.adapters = replace(adapters, config=replace(adapters.config, data_dir=tmp_path))
    found.publish(kind())
    know_ada(found)
    return found


@pytest.fixture
def mara(counter: Counter) -> FlaskClient:
    return application(counter.wire.adapters).test_client()


def see(mara: FlaskClient, counter: Counter, path: str = HERE, **query: str) -> str:
    answer = mara.get(f"{path}?{urlencode({'shop': SHOP, 'id_token': counter.wire.session_token()} | query)}")
    assert answer.status_code == 200
    return answer.text


def send(mara: FlaskClient, counter: Counter, path: str, **form: Any) -> Any:
    return mara.post(path, data=form, headers={"Authorization": f"Bearer {counter.wire.session_token()}"})


def kept(counter: Counter) -> list[KeptFile]:
    drawn = BytesIO()
    Image.new("RGB", (30, 30), "green").save(drawn, "JPEG")
    folder, keyring = no_receipt_files.folder_in(counter.wire.adapters.config.data_dir), counter.database.keyring
    sent = ((drawn.getvalue(), ProofOf.GOODS), (PDF, ProofOf.PURCHASE))
    return [no_receipt_files.keep(folder, keyring, counter.shop_id, raw, "file", what) for raw, what in sent]


def order_id(counter: Counter) -> int:
    with counter.database.read() as session:
        return counter.order(session).id


@pytest.mark.again
def test_the_list_shows_what_waits_and_the_switch_opens_the_door(mara: FlaskClient, counter: Counter) -> None:
    assert "Nobody has written yet. Once the door is open" in see(mara, counter)

    assert send(mara, counter, HERE, is_open="on").status_code == 303
    assert "Nobody has written yet. “No order number?” stands below" in see(mara, counter)
    asked(counter)

    page = see(mara, counter)
    assert "Without order number (1)" in see(mara, counter, "/app/returns")
    assert "N-1001" in page
    assert "To decide" in page
    assert " checked" in page


@pytest.mark.again
def test_what_was_shown_is_given_and_a_sum_that_moved_is_refused(mara: FlaskClient, counter: Counter) -> None:
    request_id = asked(counter)
    page = see(mara, counter, f"{HERE}/N-1001")
    assert "€50.00 store credit for 24 months" in page
    assert "no return, no refund" in page

    for other in ("4900", "", "50.00", "-5000", "9" * 30):
        refused = send(mara, counter, f"{HERE}/N-1001", verb="accept", amount=other)
        assert refused.status_code == 422, other
        assert "it comes to €50.00 now" in refused.text
    assert request_of(counter, request_id).state == RequestState.RECEIVED

    assert send(mara, counter, f"{HERE}/N-1001", verb="accept", amount="5000").status_code == 303
    work(counter)
    assert request_of(counter, request_id).state == RequestState.CREDITED
    assert "Credited" in see(mara, counter, f"{HERE}/N-1001")


def test_a_match_becomes_a_normal_return_of_the_order(mara: FlaskClient, counter: Counter) -> None:
    counter.publish(FORGIVING)
    request_id = asked(counter)
    page = see(mara, counter, f"{HERE}/N-1001")
    assert "same e-mail" in page
    assert "2 × this item" in page

    done = send(mara, counter, f"{HERE}/N-1001", verb="match", order=order_id(counter), outcome="refund")

    assert done.status_code == 303, done.text
    row = request_of(counter, request_id)
    with counter.database.read() as session:
        ret = session.scalars(select(Return)).one()
        assert (ret.state, [line.outcome for line in ret.lines]) == ("approved", ["refund"])
    assert (row.state, row.return_id, row.amount) == (RequestState.MATCHED, ret.id, None)
    assert ret.rma in see(mara, counter, f"{HERE}/N-1001")


def test_a_match_takes_the_pieces_from_as_many_parcels_as_they_came_in(mara: FlaskClient, counter: Counter) -> None:
    counter.publish(FORGIVING)
    desk = buys(counter, "S", quantity=3)
    (line,) = counter.stage.world.need("order", desk.order_id)["line_items"]
    for pieces in (1, 2):
        parcel = {"order_id": desk.order_id, "lines": [{"id": line["id"], "quantity": pieces}]}
        sent = counter.stage.post("/fulfillments", parcel)
        counter.stage.post("/events", {"fulfillment_id": sent["id"], "status": "delivered"})
    counter.learn(desk)
    asked(counter, quantity=2)
    with counter.database.read() as session:
        order = counter.order(session, desk).id

    done = send(mara, counter, f"{HERE}/N-1001", verb="match", order=order, outcome="refund")

    assert done.status_code == 303, done.text
    with counter.database.read() as session:
        (ret,) = session.scalars(select(Return))
        assert [line.quantity for line in ret.lines] == [1, 1]


def test_what_went_back_is_not_offered_as_a_match(mara: FlaskClient, counter: Counter) -> None:
    """It was called the very item, and then refused: nothing of the product is left of the order."""
    asked(counter)
    with counter.database.write() as session:
        for line in counter.order(session).lines:
            line.current_quantity = 0

    page = see(mara, counter, f"{HERE}/N-1001")

    assert "× this item" not in page
    assert "nothing of this product is left" in page


def test_what_an_open_return_asks_for_is_not_offered_as_a_match(mara: FlaskClient, counter: Counter) -> None:
    counter.publish(FORGIVING)
    asked(counter)
    counter.submit(counter.price(counter.wish(1)))
    assert "1 × this item" in see(mara, counter, f"{HERE}/N-1001")

    counter.submit(counter.price(counter.wish(1)))

    page = see(mara, counter, f"{HERE}/N-1001")
    assert "× this item" not in page
    assert "nothing of this product is left" in page


def test_an_order_without_the_product_is_refused_and_can_still_be_noted(mara: FlaskClient, counter: Counter) -> None:
    request_id = asked(counter)
    with counter.database.write() as session:
        row = session.get_one(NoReceiptRequest, request_id)
        row.product_id = row.variant_id = 999
    assert "without this product" in see(mara, counter, f"{HERE}/N-1001")

    refused = send(mara, counter, f"{HERE}/N-1001", verb="match", order=order_id(counter), outcome="refund")
    assert (refused.status_code, "nothing of that product" in refused.text) == (422, True)
    noted = send(mara, counter, f"{HERE}/N-1001", verb="match", order=order_id(counter), outcome="by_hand")

    assert noted.status_code == 303
    assert "Set up the return" in see(mara, counter, f"{HERE}/N-1001")


def test_orders_are_found_by_number_by_address_and_by_day(mara: FlaskClient, counter: Counter) -> None:
    asked(counter, email="ben@example.com")
    with counter.database.read() as session:
        order = counter.order(session)
        day = order.placed_at.date().isoformat()
    for typed in (order.name, "ada@example.com", day):
        assert f"<h3>{order.name}</h3>" in see(mara, counter, f"{HERE}/N-1001", q=typed)
    assert "No order fits that." in see(mara, counter, f"{HERE}/N-1001", q="999999")


@pytest.mark.again
def test_a_no_needs_words_and_they_are_kept(mara: FlaskClient, counter: Counter) -> None:
    request_id = asked(counter)

    assert send(mara, counter, f"{HERE}/N-1001", verb="decline", note=" ").status_code == 422
    send(mara, counter, f"{HERE}/N-1001", verb="decline", note="Not one of ours.")

    row = request_of(counter, request_id)
    assert (row.state, row.decline_note) == (RequestState.DECLINED, "Not one of ours.")


@pytest.mark.again
def test_what_cannot_be_given_says_why(mara: FlaskClient, counter: Counter) -> None:
    counter.publish(kind(cap_per_person=capped("0.00")))
    asked(counter)

    assert "as much without an order as your policy allows" in see(mara, counter, f"{HERE}/N-1001")


@pytest.mark.again
def test_a_pdf_leaves_only_as_a_download_and_a_picture_is_shown(mara: FlaskClient, counter: Counter) -> None:
    asked(counter, files=kept(counter))
    with counter.database.read() as session:
        shot, paper = session.scalars(select(NoReceiptFile).order_by(NoReceiptFile.id)).all()
    token = {"Authorization": f"Bearer {counter.wire.session_token()}"}

    picture = mara.get(f"{HERE}/N-1001/file/{shot.id}", headers=token)
    pdf = mara.get(f"{HERE}/N-1001/file/{paper.id}", headers=token)

    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")
    assert pdf.data == PDF
    assert pdf.headers["Content-Disposition"].startswith("attachment;")
    assert pdf.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.again
def test_otto_finds_nothing_of_it(mara: FlaskClient, counter: Counter) -> None:
    asked(counter)
    with counter.database.write() as session:  # it is somebody else's shop
        session.scalars(select(NoReceiptRequest)).one().number = "N-7"

    token = {"Authorization": f"Bearer {counter.wire.session_token()}"}
    assert mara.get(f"{HERE}/N-1001", headers=token).status_code == 404
    assert mara.post(f"{HERE}/N-1001", data={"verb": "accept"}, headers=token).status_code == 404


@pytest.mark.again
def test_a_credit_that_waits_is_given_when_the_account_is_there(mara: FlaskClient, counter: Counter) -> None:
    request_id = asked(counter, email="eva@example.com")
    send(mara, counter, f"{HERE}/N-1001", verb="accept", amount="5000")
    assert request_of(counter, request_id).state == RequestState.ACCOUNT_WANTED
    give_to_new_accounts(counter.wire.adapters)
    assert request_of(counter, request_id).state == RequestState.ACCOUNT_WANTED

    ada = counter.wire.world.store.peek("customer", 501) or {}
    counter.wire.world.store.put("customer", ada | {"id": 777, "email": "eva@example.com"})
    give_to_new_accounts(counter.wire.adapters)
    work(counter)

    assert request_of(counter, request_id).state == RequestState.CREDITED


def test_what_nobody_proved_goes_after_a_day_with_its_files(counter: Counter) -> None:
    asked(counter, files=kept(counter))
    with counter.database.write() as session:
        session.scalars(select(NoReceiptRequest)).one().state = RequestState.ASKED
    counter.wire.advance(seconds=3 * 86400)

    clear(counter.wire.adapters)

    with counter.database.read() as session:
        assert session.scalars(select(NoReceiptRequest)).all() == []
        assert session.scalars(select(NoReceiptFile)).all() == []


def test_the_command_line_lists_shows_accepts_and_declines(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*words: str) -> Any:
        return CliRunner().invoke(main, ["return", "no-receipt", *words[:1], "--shop", SHOP, *words[1:]])

    monkeypatch.setattr("shopify_app.commands_no_receipt.open_adapters", lambda: counter.wire.adapters)
    monkeypatch.setattr(commands, "open_adapters", lambda: counter.wire.adapters)
    first, second = asked(counter), asked(counter, key="k2")

    listed = json.loads(run("list", "--json").output)["requests"]
    assert [each["number"] for each in listed] == ["N-1002", "N-1001"]
    assert "email" not in listed[0]
    assert json.loads(run("show", "--number", "N-1001", "--json").output)["worth"] == "50.00 EUR"
    assert json.loads(run("accept", "--number", "N-1001", "--json").output)["credit"] == "50.00"
    assert run("decline", "--number", "N-1002", "--note", "Not ours.").output == "Declined.\n"
    assert run("accept", "--number", "N-1002").exit_code == 1
    assert request_of(counter, first).state == RequestState.ACCEPTED
    assert request_of(counter, second).state == RequestState.DECLINED


def test_the_ledger_exports_a_credit_under_the_requests_number(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shopify_app.commands_ledger.open_adapters", lambda: counter.wire.adapters)
    accept(counter, asked(counter))

    told = json.loads(CliRunner().invoke(main, ["ledger", "--shop", SHOP, "--rma", "N-1001", "--json"]).output)
    table = CliRunner().invoke(main, ["ledger", "--shop", SHOP, "--csv"]).output

    assert [(row["rma"], row["account"], row["amount"]) for row in told["rows"]] == [
        ("N-1001", "no_receipt_expense", "50.00"),
        ("N-1001", "no_receipt_credit", "-50.00"),
    ]
    assert told["alarms"] == []
    assert "N-1001,n1.credit,no_receipt_credit,-50.00,EUR" in table


@pytest.mark.again
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_at_the_end_of_the_calendar_names_no_order(mara: FlaskClient, counter: Counter, day: str) -> None:
    number = request_of(counter, asked(counter)).number

    assert see(mara, counter, f"{HERE}/{number}", q=day)


def test_the_oldest_of_many_requests_is_still_found(mara: FlaskClient, counter: Counter) -> None:
    oldest = request_of(counter, asked(counter))
    told = {each.key: getattr(oldest, each.key) for each in NoReceiptRequest.__mapper__.column_attrs}
    del told["id"]
    with counter.database.write() as session:
        for number in range(SHOWN):
            session.add(NoReceiptRequest(**told | {"key": f"later-{number}", "number": f"N-9{number:03}"}))

    first, second = see(mara, counter), see(mara, counter, page="1")

    assert (f"{HERE}/{oldest.number}?" in first, "page=1" in first) == (False, True)
    assert (f"{HERE}/{oldest.number}?" in second, "page=2" in second) == (True, False)
    assert f"{HERE}?" in see(mara, counter, page="2"), "nothing stands there, but the way back"
    assert see(mara, counter, page="9" * 30)
