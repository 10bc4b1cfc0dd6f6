"""The inbox: every letter the product sends is kept and can be read, and nothing in it can run."""

import smtplib
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from flask import Flask
from flask.testing import FlaskClient

from devstore import inbox, mail
from devstore.config import DevStoreConfig
from devstore.store import Store

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def _letter(subject: str = "Your boots arrive on Tuesday", html: str = "<h1>On Tuesday</h1>") -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "Shop <hej@shop.example>", "Åda <ada@example.com>", subject
    letter["List-Unsubscribe"] = "<https://shop.example/stop>"
    letter.set_content("They arrive on Tuesday.\n")
    if html:
        letter.add_alternative(html, subtype="html")
    return letter


@pytest.fixture
def store() -> Store:
    return Store(None)


@pytest.fixture
def reader(store: Store) -> FlaskClient:
    flask = Flask("inbox")
    flask.register_blueprint(inbox.blueprint(store, DevStoreConfig()))
    return flask.test_client()


@pytest.fixture
def port(store: Store) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    server = mail.start(store, number, lambda: NOW)
    yield number
    server.stop()


def test_a_letter_sent_by_smtp_is_kept_with_both_its_parts(store: Store, port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as sender:
        sender.send_message(_letter(), to_addrs=["ada@example.com", "copy@example.com"])

    kept = store.all("mail")[0]
    assert kept["subject"] == "Your boots arrive on Tuesday"
    assert kept["envelope_to"] == ["ada@example.com", "copy@example.com"]
    assert kept["html"].strip() == "<h1>On Tuesday</h1>"
    assert kept["text"].strip() == "They arrive on Tuesday."
    assert kept["headers"]["List-Unsubscribe"] == "<https://shop.example/stop>"
    assert kept["received_at"] == "2026-11-22T09:30:00+00:00"
    assert "Subject: Your boots" in kept["source"]


def test_letters_are_listed_newest_first_and_found_by_word(store: Store, reader: FlaskClient) -> None:
    for subject in ("First", "Second"):
        mail.keep(store, _letter(subject).as_bytes(), "hej@shop.example", ["ada@example.com"], NOW)

    page = reader.get("/inbox").text
    assert page.index("Second") < page.index("First")
    assert "Second" not in reader.get("/inbox?q=first").text


def test_a_letter_is_shown_as_page_text_and_source(store: Store, reader: FlaskClient) -> None:
    kept = mail.keep(store, _letter().as_bytes(), "hej@shop.example", ["ada@example.com"], NOW)

    assert 'sandbox="allow-popups' in reader.get(f"/inbox/{kept['id']}").text
    assert "They arrive on Tuesday." in reader.get(f"/inbox/{kept['id']}?view=text").text
    assert "Content-Type: multipart/alternative" in reader.get(f"/inbox/{kept['id']}?view=source").text


def test_a_letter_cannot_run_script(store: Store, reader: FlaskClient) -> None:
    html = "<script>alert(1)</script><p>Hello</p>"
    kept = mail.keep(store, _letter("<b>Hi</b>", html).as_bytes(), "x@shop.example", ["ada@example.com"], NOW)

    body = reader.get(f"/inbox/{kept['id']}/body")
    assert "default-src 'none'" in body.headers["Content-Security-Policy"]
    assert "sandbox" in body.headers["Content-Security-Policy"]
    assert "<b>Hi</b>" not in reader.get(f"/inbox/{kept['id']}").text


def test_a_letter_without_html_shows_its_text(store: Store, reader: FlaskClient) -> None:
    kept = mail.keep(store, _letter(html="").as_bytes(), "x@shop.example", ["ada@example.com"], NOW)

    assert "They arrive on Tuesday." in reader.get(f"/inbox/{kept['id']}").text


def test_tests_read_letters_by_recipient_as_json(store: Store, reader: FlaskClient) -> None:
    mail.keep(store, _letter("To Ada").as_bytes(), "x@shop.example", ["ada@example.com"], NOW)
    mail.keep(store, b"Subject: To Ben\r\n\r\nHi", "x@shop.example", ["ben@example.com"], NOW)

    found = reader.get("/control/mails?to=ben@example.com").get_json()["mails"]

    assert [letter["subject"] for letter in found] == ["To Ben"]


def test_the_inbox_is_emptied(store: Store, reader: FlaskClient) -> None:
    mail.keep(store, _letter().as_bytes(), "x@shop.example", ["ada@example.com"], NOW)

    reader.post("/inbox/empty")

    assert store.all("mail") == []


def test_a_missing_letter_is_not_found(reader: FlaskClient) -> None:
    assert reader.get("/inbox/5").status_code == 404
