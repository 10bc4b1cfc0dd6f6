"""The shop's own labels: given on the return's page, shown to the shopper, mailed once, taken back, ended."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time, timedelta
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from in_account import Account
from labelled import approved, freed_by, labels_of, parcels_of, with_labels
from PIL import Image
from portal import Shopper
from returns_counter import Counter, open_counter
from settling import MARA, receive, work
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from jobs import parcels as followed
from shopify_app.carriers import accounts
from shopify_app.db import Database
from shopify_app.events import Event
from shopify_app.leases import BACKOFF
from shopify_app.orders.access import link_token
from shopify_app.pages.return_links import status_key
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import Step
from shopify_app.returns.parcels import buying
from shopify_app.returns.reception import add_delivery
from shopify_app.returns.rules import Policy
from shopify_app.returns.vocabulary import Method, MoneyEvent
from shopify_app.shops.models import Shop
from wire import SHOP

pytestmark = pytest.mark.again

PDF = b"%PDF-1.4 a label"
LISTED = (
    "Your return is approved",
    "Your return is complete",
    "Your items are not here yet",
    "Your parcel is on its way to us",
    "Your parcel has reached us",
)


@pytest.fixture
def counter(database: Database, database_url: str, tmp_path: Path) -> Counter:
    """A shop without an account: its labels are its own."""
    found = with_labels(open_counter(database, database_url), tmp_path)
    with found.database.write() as session:
        accounts.disconnect(session, found.shop_id, "1", found.now())
    return found


@pytest.fixture
def ret(counter: Counter) -> Return:
    found = approved(counter, method=Method.OWN_CARRIER)
    work(counter)
    return found


def give(client: FlaskClient, counter: Counter, ret: Return, **form: Any) -> TestResponse:
    """Mara sends the form of the return's page as it stands."""
    token = counter.wire.session_token()
    path = f"/app/returns/{ret.rma}"
    seen = client.get(f"{path}?{urlencode({'shop': SHOP, 'id_token': token})}").text
    version = re.search(r'name="version" value="(\d+)"', seen)
    assert version
    data = {"verb": "label", "version": version[1]} | form
    return client.post(path, data=data, headers={"Authorization": f"Bearer {token}"})


def png() -> bytes:
    written = BytesIO()
    Image.new("RGB", (20, 20), "white").save(written, "PNG")
    return written.getvalue()


def page(counter: Counter, ret: Return) -> str:
    return f"/returns/r/{status_key(counter.database.keyring, ret.shop_id, ret.id)}"


@pytest.mark.parametrize(("raw", "kind"), [(PDF, "application/pdf"), (png(), "image/png")])
def test_a_file_that_mara_gives_is_sealed_and_shown_to_ada_alone(
    client: FlaskClient, ada: Shopper, counter: Counter, ret: Return, tmp_path: Path, raw: bytes, kind: str
) -> None:
    answer = give(
        client, counter, ret, file=(BytesIO(raw), "anything.exe"), tracking="RR123456785SE", carrier="PostNord"
    )
    assert answer.status_code == 303, answer.text

    (label,) = labels_of(counter, ret)
    assert "Print the return label" in ada.open(page(counter, ret)).words
    shown = client.get(f"/proxy{page(counter, ret)}/label/{label.id}?{ada.signed()}")
    assert (shown.data, shown.mimetype) == (raw, kind)
    assert [raw in file.read_bytes() for file in tmp_path.glob("labels/*/*")] == [False]
    with counter.database.read() as session:
        told = list(session.scalars(select(Event.kind).where(Event.kind == "LabelAdded")))
    assert told == ["LabelAdded"]


def test_the_number_of_maras_label_reaches_shopify(client: FlaskClient, counter: Counter, ret: Return) -> None:
    give(client, counter, ret, file=(BytesIO(PDF), "label.pdf"), tracking="RR123456785SE")
    counter_work = work(counter)

    sent = counter.wire.world.store.all("reverse_delivery")
    assert [each["tracking"]["number"] for each in sent] == ["RR123456785SE"], counter_work
    (parcel,) = parcels_of(counter, ret)
    assert (parcel.number, parcel.provider) == ("RR123456785SE", None)


def test_a_link_is_shown_as_one(client: FlaskClient, ada: Shopper, counter: Counter, ret: Return) -> None:
    assert give(client, counter, ret, link="https://carrier.example/label/7").status_code == 303

    ada.open(page(counter, ret))
    assert "Open the return label" in ada.words
    assert 'href="https://carrier.example/label/7"' in ada.html


@pytest.mark.asked
def test_a_label_works_until_the_end_of_the_day_that_was_said_and_then_says_that_it_ended(
    client: FlaskClient, ada: Shopper, counter: Counter, ret: Return
) -> None:
    shop = in_new_york(counter)
    last = counter.now().astimezone(shop).date() + timedelta(days=10)
    assert give(client, counter, ret, link="https://carrier.example/7", until=last.isoformat()).status_code == 303
    said = f"{last:%A, %B} {last.day}."
    beyond = give(client, counter, ret, link="https://carrier.example/7", until="9999-12-31")
    assert (beyond.status_code, "Write the last day as" in beyond.text) == (409, True)

    before = ada.open(page(counter, ret)).words
    clock_at(counter, datetime.combine(last, time(23, 30), shop))
    in_time = ada.open(page(counter, ret)).words
    clock_at(counter, datetime.combine(last + timedelta(days=1), time(0, 30), shop))
    after = ada.open(page(counter, ret))

    assert f"Use it until {said}" in before
    assert "Open the return label" in in_time
    assert f"Your return label ended on {said}" in after.words
    assert "Open the return label" not in after.words
    assert "Ask for a new label" in after.words


@pytest.mark.asked
def test_ada_asks_for_a_new_label_and_mara_gives_her_one(
    client: FlaskClient, ada: Shopper, counter: Counter, ret: Return
) -> None:
    until = (counter.now() + timedelta(days=2)).date().isoformat()
    give(client, counter, ret, link="https://carrier.example/7", until=until)
    counter.wire.advance(days=4)

    for _ in range(2):  # pressed again on a page that was still open
        ada.open(page(counter, ret))
        ada.post(f"{page(counter, ret)}/label")
        assert "We write to you as soon as your new label is there." in ada.words
        assert "You asked for a new one on" in ada.words
        assert "Ask for a new label" not in ada.words
    mine = shown(client, counter, ret)
    assert mine.count("The label ended before anything was sent, and the shopper asks for a new one.") == 1
    assert "Take it off the list" in mine
    assert "Buy a new label" not in mine.replace("Buy a new label, or give", "")  # she has nobody to buy from

    assert give(client, counter, ret, link="https://carrier.example/8").status_code == 303

    assert "The label ended before" not in shown(client, counter, ret)
    assert 'href="https://carrier.example/8"' in ada.open(page(counter, ret)).html
    assert "You asked for a new one" not in ada.words


@pytest.mark.asked
def test_nobody_asks_for_a_label_that_works(client: FlaskClient, ada: Shopper, counter: Counter, ret: Return) -> None:
    give(client, counter, ret, link="https://carrier.example/7")

    ada.open(page(counter, ret))
    ada.post(f"{page(counter, ret)}/label")

    assert (ada.status, "the return has moved on" in ada.alerts) == (409, True)


@pytest.mark.asked
def test_mara_buys_a_label_anew_in_place_of_one_that_ended(
    client: FlaskClient, ada: Shopper, counter: Counter, tmp_path: Path
) -> None:
    with_labels(counter, tmp_path)
    ret = approved(counter, method=Method.LABEL)
    work(counter)
    followed.fetch(counter.wire.adapters)
    assert "Buy a new label" not in shown(client, counter, ret)
    refused = give(client, counter, ret, verb="label_anew")
    counter.wire.advance(days=31)
    assert "Buy a new label" in shown(client, counter, ret)

    done = give(client, counter, ret, verb="label_anew")

    assert (refused.status_code, done.status_code) == (409, 303)
    assert "Buy a new label" not in shown(client, counter, ret)
    assert "A new return label is being made" in ada.open(page(counter, ret)).words
    work(counter)
    followed.fetch(counter.wire.adapters)
    assert "Print the return label" in ada.open(page(counter, ret)).words


@pytest.mark.asked
def test_while_the_provider_is_away_both_pages_say_that_the_label_is_being_bought_and_from_when_mara_is_asked(
    client: FlaskClient, ada: Shopper, counter: Counter, tmp_path: Path
) -> None:
    with_labels(counter, tmp_path)
    counter.wire.fault("5xx", "easypost.quote", count=99)
    ret = approved(counter, method=Method.LABEL)
    work(counter, rounds=1)
    assert "Your return label is being made" in ada.open(page(counter, ret)).words
    assert "does not answer" not in ada.words
    assert "A label is being bought." in shown(client, counter, ret)

    work(counter, rounds=4)

    (step,) = purchases_of(counter, ret)
    left = timedelta(seconds=sum(BACKOFF[step.attempts :]))
    asked_from = (step.due_at + left).astimezone(ZoneInfo(shop_of(counter).timezone))
    said = ada.open(page(counter, ret)).words
    assert f"if it is not there by {asked_from:%A, %B} {asked_from.day}, our team sees to it." in said
    _, _, until = shown(client, counter, ret).partition("The provider does not answer. We go on trying until ")
    assert f"{asked_from:%I:%M}".lstrip("0") in until[:40]

    for _ in BACKOFF:
        counter.wire.advance(hours=12)
        work(counter, rounds=2)

    assert "Your return label is not there yet Our team is seeing to it." in ada.open(page(counter, ret)).words
    assert "A label is being bought." not in shown(client, counter, ret)


def test_whoever_has_the_shops_own_label_waits_for_none(
    client: FlaskClient, ada: Shopper, counter: Counter, tmp_path: Path
) -> None:
    with_labels(counter, tmp_path)
    ret = approved(counter, method=Method.LABEL)
    work(counter)
    assert "Your return label is being made" in ada.open(page(counter, ret)).words  # bought, its file is on the way

    give(client, counter, ret, link="https://carrier.example/7")

    assert "Open the return label" in ada.open(page(counter, ret)).words
    assert "being made" not in ada.words


@pytest.mark.parametrize("event", [MoneyEvent.RECEIPT, MoneyEvent.APPROVAL])
def test_who_waits_for_a_label_that_only_mara_can_give_reads_so_and_mara_too(
    client: FlaskClient, ada: Shopper, counter: Counter, event: MoneyEvent
) -> None:
    counter.publish(freed_by(event))
    ret = approved(counter, method=Method.LABEL)
    work(counter)
    waits = "Your return label is not there yet We write to you as soon as it is there."
    asked = "The shopper waits for your label. Give it here: they are told by e-mail."
    assert waits in ada.open(page(counter, ret)).words
    assert asked in shown(client, counter, ret)

    give(client, counter, ret, link="https://carrier.example/7")

    assert "not there yet" not in ada.open(page(counter, ret)).words
    assert asked not in shown(client, counter, ret)


def test_who_was_promised_a_code_reads_of_a_code_until_the_shop_has_given_what_it_has(
    client: FlaskClient, ada: Shopper, counter: Counter
) -> None:
    (rule,) = freed_by(MoneyEvent.RECEIPT).rules
    counter.publish(Policy(rules=(replace(rule, then=replace(rule.then, methods=(Method.QR,))),)))
    ret = approved(counter, method=Method.QR)
    work(counter)

    said = ada.open(page(counter, ret)).words
    assert "Your code for the parcel shop is not there yet We write to you as soon as it is there." in said
    assert "label" not in said.lower()

    give(client, counter, ret, link="https://carrier.example/7")

    assert "Open your code or label" in ada.open(page(counter, ret)).words
    assert "not there yet" not in ada.words


def test_whose_parcel_is_known_waits_for_no_label(client: FlaskClient, ada: Shopper, counter: Counter) -> None:
    ret = approved(counter, method=Method.LABEL)
    work(counter)
    with counter.database.write() as session:
        add_delivery(session, counter.ret(session, ret), "RR123456785SE", None, MARA, counter.now())

    assert "not there yet" not in ada.open(page(counter, ret)).words
    assert "waits for your label" not in shown(client, counter, ret)


def test_who_was_paid_at_approval_finds_the_label_on_the_page_and_is_asked_to_send_the_goods(
    ada: Shopper, counter: Counter, tmp_path: Path
) -> None:
    with_labels(counter, tmp_path)
    counter.publish(freed_by(MoneyEvent.APPROVAL))
    ret = approved(counter, method=Method.LABEL)
    work(counter)
    followed.fetch(counter.wire.adapters)

    said = ada.open(page(counter, ret)).words
    assert "Please send it back We have approved your return. You got €48.60 in all." in said
    assert "Print the return label" in said
    assert "complete" not in said
    assert "Arrived with us done" not in said

    receive(counter, ret)

    assert "Your return is complete You got €48.60 in all." in ada.open(page(counter, ret)).words
    assert "Print the return label" not in ada.words


@pytest.mark.asked
def test_lists_call_no_return_complete_whose_goods_are_still_to_come(
    client: FlaskClient, ada: Shopper, counter: Counter
) -> None:
    counter.publish(freed_by(MoneyEvent.APPROVAL))
    ret = approved(counter, method=Method.OWN_CARRIER)
    with counter.database.write() as session:
        link = link_token(session, counter.order(session), counter.now())
    account = Account(client, counter)

    def listed() -> set[str]:
        """What the order's page and the account call it."""
        (told,) = account.ask(f"returns?order={counter.desk.order_id}").said["returns"]
        page = ada.open(f"/t/{link}").words
        found = [words for words in LISTED if f"{ret.rma}: {words}" in page]
        return {told["title"], *found}

    assert listed() == {"Your return is approved"}
    work(counter)
    assert listed() == {"Your items are not here yet"}
    for column, words in (("scanned_at", "on its way to us"), ("delivered_at", "reached us")):
        with counter.database.write() as session:
            setattr(counter.ret(session, ret), column, counter.now())
        (said,) = listed()
        assert words in said
    receive(counter, ret)
    assert listed() == {"Your return is complete"}


def purchases_of(counter: Counter, ret: Return) -> list[Step]:
    with counter.database.read() as session:
        return buying.purchases(session, counter.ret(session, ret))


def test_a_page_of_a_label_that_ended_asks_no_more_than_any_other(
    client: FlaskClient, counter: Counter, tmp_path: Path
) -> None:
    with_labels(counter, tmp_path)
    ret = approved(counter, method=Method.LABEL)
    work(counter)
    followed.fetch(counter.wire.adapters)
    counter.wire.advance(days=31)
    asked: list[str] = []

    def hear(*call: Any) -> None:
        asked.extend([call[2]] if call[2].startswith(("SELECT", "WITH")) else [])

    shown(client, counter, ret)  # whoever comes for the first time is written down
    event.listen(counter.database.engine, "before_cursor_execute", hear)
    assert "Buy a new label" in shown(client, counter, ret)
    event.remove(counter.database.engine, "before_cursor_execute", hear)

    assert len(asked) <= 12, asked


def shown(client: FlaskClient, counter: Counter, ret: Return) -> str:
    """What Mara sees of the return."""
    token = counter.wire.session_token()
    return client.get(f"/app/returns/{ret.rma}?{urlencode({'shop': SHOP, 'id_token': token})}").text


def shop_of(counter: Counter) -> Shop:
    with counter.database.read() as session:
        return session.get_one(Shop, counter.shop_id)


def in_new_york(counter: Counter) -> ZoneInfo:
    with counter.database.write() as session:
        session.get_one(Shop, counter.shop_id).timezone = "America/New_York"
    return ZoneInfo("America/New_York")


def clock_at(counter: Counter, moment: datetime) -> None:
    counter.wire.advance(seconds=ceil((moment - counter.now()).total_seconds()))


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "Choose a file, or type the link"),
        ({"link": "javascript:alert(1)"}, "is no web address"),
        ({"link": "https://a.example/1", "until": "2020-01-01"}, "has ended already"),
        ({"link": "https://a.example/1", "until": "soon"}, "Write the last day as"),
    ],
)
def test_what_is_no_label_is_refused_in_a_sentence(
    client: FlaskClient, counter: Counter, ret: Return, form: dict[str, str], said: str
) -> None:
    answer = give(client, counter, ret, **form)

    assert (answer.status_code, labels_of(counter, ret)) == (409, [])
    assert said in answer.text


@pytest.mark.parametrize("raw", [b"<html>not a label</html>", b"\x89PNG broken", b"%PDF-" + b"0" * (5 * 1024 * 1024)])
def test_a_file_that_is_none_is_refused_and_leaves_nothing_behind(
    client: FlaskClient, counter: Counter, ret: Return, tmp_path: Path, raw: bytes
) -> None:
    answer = give(client, counter, ret, file=(BytesIO(raw), "label.pdf"))

    assert answer.status_code == 409
    assert (labels_of(counter, ret), list(tmp_path.glob("labels/*/*"))) == ([], [])


def test_a_label_taken_back_is_shown_no_more(client: FlaskClient, ada: Shopper, counter: Counter, ret: Return) -> None:
    give(client, counter, ret, file=(BytesIO(PDF), "label.pdf"))
    (label,) = labels_of(counter, ret)

    assert give(client, counter, ret, verb="label_off", label=str(label.id)).status_code == 303

    assert "Print the return label" not in ada.open(page(counter, ret)).words
    assert "Return label taken back" in ada.words, "it is no good to whoever has printed it"
    ada.open(f"{page(counter, ret)}/label/{label.id}")
    assert (ada.status, "cannot be used any more" in ada.alerts) == (404, True)


def test_a_bought_code_is_shown_on_the_page_itself(
    client: FlaskClient, ada: Shopper, counter: Counter, tmp_path: Path
) -> None:
    with_labels(counter, tmp_path)
    ret = approved(counter, method=Method.LABEL)
    work(counter)
    followed.fetch(counter.wire.adapters)

    ada.open(page(counter, ret))

    _, code = labels_of(counter, ret)
    assert "Show this code at the counter" in ada.words
    assert f'{page(counter, ret)}/label/{code.id}"' in ada.html
    shown = client.get(f"/proxy{page(counter, ret)}/label/{code.id}?{ada.signed()}")
    assert (shown.mimetype, shown.data[:4]) == ("image/png", b"\x89PNG")


@pytest.mark.asked
def test_a_label_of_another_return_opens_with_no_key_but_its_own(
    client: FlaskClient, ada: Shopper, counter: Counter, ret: Return
) -> None:
    give(client, counter, ret, file=(BytesIO(PDF), "label.pdf"))
    (label,) = labels_of(counter, ret)
    other = approved(counter, method=Method.OWN_CARRIER)

    assert client.get(f"/proxy{page(counter, other)}/label/{label.id}?{ada.signed()}").status_code == 404
