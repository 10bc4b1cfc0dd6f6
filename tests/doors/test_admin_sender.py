"""Who mails come from, a test of it to whoever asks, and whether carriers can be asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from devstore.easypost import EASYPOST_KEY
from jobs.mails import send_one
from shopify_app.carriers import accounts
from shopify_app.carriers.easypost import ID
from shopify_app.config import MailServer
from shopify_app.messages.email import SendFailed
from shopify_app.messages.models import Message
from shopify_app.settings.branding import Brand
from shopify_app.settings.languages import ShopLanguages
from shopify_app.settings.messages import Messages
from shopify_app.settings.store import save
from shopify_app.shops.models import Shop
from wire import Wire

SENDER, TEST = "/app/settings/sender", "/app/settings/sender/test"


@pytest.fixture
def mara(stage: Wire) -> Shop:
    return stage.install()


@pytest.fixture
def letters(stage: Wire, door: FlaskClient) -> list[Any]:
    """A mail server, and what it takes."""
    config = replace(stage.adapters.config, mail_server=MailServer("127.0.0.1", 1), mail_from="post@postlude.example")
    stage.adapters = replace(stage.adapters, config=config)
    door.application.extensions["postlude"] = stage.adapters
    return []


def send(door: FlaskClient, stage: Wire, path: str = TEST) -> TestResponse:
    return door.post(path, headers={"Authorization": f"Bearer {stage.session_token()}"})


def see(door: FlaskClient, stage: Wire, path: str = SENDER) -> str:
    return door.get(path, headers={"Authorization": f"Bearer {stage.session_token()}"}).text


def trials(stage: Wire) -> list[Message]:
    with stage.adapters.database.read() as session:
        return list(session.scalars(select(Message).where(Message.kind == "sender_test")))


def deliver(stage: Wire, letters: list[Any], refuses: str = "") -> None:
    def post(_server: Any, letter: Any, _sender: str, recipient: str, hand_over: Any) -> None:
        if refuses:
            raise SendFailed(refuses, permanent=True)
        hand_over()
        letters.append((recipient, letter))

    for row in trials(stage):
        send_one(stage.adapters, row.id, post)


@pytest.mark.usefixtures("mara")
def test_without_a_mail_server_the_page_says_so_and_nothing_is_planned(door: FlaskClient, stage: Wire) -> None:
    assert "No mail leaves yet" in see(door, stage)
    assert send(door, stage).status_code == 409
    assert trials(stage) == []


def test_a_test_goes_to_whoever_asks_and_proves_the_sender(
    door: FlaskClient, stage: Wire, mara: Shop, letters: list[Any]
) -> None:
    stage.at_noon()  # pressed twice within a minute
    with stage.adapters.database.write() as session:
        save(session, mara.id, Messages(sender_address="hello@mara.example"), "4242", stage.now())
    assert "No mail has left with hello@mara.example yet." in see(door, stage)

    assert send(door, stage).status_code == 303
    assert send(door, stage).status_code == 303
    assert "The test is on its way." in see(door, stage)
    deliver(stage, letters)

    ((recipient, letter),) = letters
    assert recipient == "mara@example.com"
    assert "hello@mara.example" in letter["From"]
    assert letter["Subject"] == "This is how your mails arrive"
    html = see(door, stage)
    assert "A mail server took a mail from hello@mara.example." in html
    assert "The mail server took the test." in html
    assert [row.recipient for row in trials(stage)] == [None]


@pytest.mark.usefixtures("mara")
def test_what_the_mail_server_refuses_is_told(door: FlaskClient, stage: Wire, letters: list[Any]) -> None:
    send(door, stage)
    deliver(stage, letters, refuses="sender_550")

    html = see(door, stage)
    assert "The mail server refused the test." in html
    assert "sender_550" in html
    assert "until you set an address of yours" in html


@pytest.mark.usefixtures("mara", "letters")
def test_shopify_away_is_said_and_nothing_is_planned(door: FlaskClient, stage: Wire) -> None:
    see(door, stage)
    stage.line.cut_before = 5
    answer = send(door, stage)

    assert answer.status_code == 503
    assert "Shopify did not answer." in answer.text
    assert trials(stage) == []


def test_a_mail_is_shown_in_the_language_and_with_the_name_of_the_shop(
    door: FlaskClient, stage: Wire, mara: Shop
) -> None:
    with stage.adapters.database.write() as session:
        save(session, mara.id, Brand(name="Nordkant"), "4242", stage.now())
        save(session, mara.id, ShopLanguages(("de", "sv"), "sv"), "4242", stage.now())

    german = see(door, stage, "/app/settings/mails?mail=return_approved&language=de")
    french = see(door, stage, "/app/settings/mails?mail=nothing&language=fr")

    assert '<iframe sandbox=""' in german
    assert "Nordkant" in german
    assert 'lang="de' in german
    assert '<dd lang="sv' in french
    assert '<s-option value="fr"' not in french


class TestCarriers:
    PAGE, ASK = "/app/settings/carriers", "/app/settings/carriers/test"

    def connected(self, stage: Wire, mara: Shop, key: str) -> None:
        with stage.adapters.database.write() as session:
            accounts.connect(session, mara.id, ID, key, "s3cr3t", True, "4242", stage.now())

    @pytest.mark.usefixtures("mara")
    def test_without_an_account_there_is_nothing_to_test(self, door: FlaskClient, stage: Wire) -> None:
        assert "Connect an account" in see(door, stage, self.PAGE)
        assert send(door, stage, self.ASK).status_code == 409

    @pytest.mark.parametrize(
        ("key", "is_cut", "said"),
        [
            (EASYPOST_KEY, False, "EasyPost knows the key"),
            (EASYPOST_KEY, True, "EasyPost did not answer."),
            ("EZTKold", False, "EasyPost does not take the key any more."),
        ],
    )
    def test_the_result_is_a_sentence_and_never_the_key(
        self, door: FlaskClient, stage: Wire, mara: Shop, key: str, is_cut: bool, said: str
    ) -> None:
        self.connected(stage, mara, key)
        see(door, stage, self.PAGE)
        stage.line.cut_before = 5 if is_cut else 0
        answer = send(door, stage, self.ASK)

        assert said in answer.text
        assert key not in answer.text
        assert "s3cr3t" not in answer.text
