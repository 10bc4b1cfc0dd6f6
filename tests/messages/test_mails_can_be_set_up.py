"""What the environment says of mails, what the doctor says of the environment, and what an erasure leaves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from postbox import Office, Postbox
from sqlalchemy import select

from jobs.privacy import FORGET
from shopify_app import doctor
from shopify_app.config import ConfigError, MailSecurity, MailServer, mail_address, mail_server
from shopify_app.doctor import examine
from shopify_app.events import CodeWanted, ReturnApproved
from shopify_app.messages.sender import fallback_address, sender_of
from shopify_app.messages.stories import house_of
from shopify_app.orders.models import OneTimeCode, Order
from shopify_app.settings.messages import Messages
from shopify_app.settings.store import save
from shopify_app.shops.models import Shop
from shopify_app.shops.privacy import Subject
from shopify_app.wiring import Adapters

CASES = {
    "smtp://mail.example": MailServer("mail.example", 25),
    "smtp://mail.example:2525": MailServer("mail.example", 2525),
    "smtp://mail.example?starttls=1": MailServer("mail.example", 587, MailSecurity.STARTTLS),
    "smtps://u%40x:p%2Fw@mail.example": MailServer("mail.example", 465, MailSecurity.TLS, "u@x", "p/w"),
}


@pytest.mark.parametrize("url", CASES)
def test_the_mail_server_is_read_from_its_address(url: str) -> None:
    assert mail_server(url) == CASES[url]


@pytest.mark.parametrize("url", ["mail.example:25", "http://mail.example", "smtp://", "smtp://mail.example:mail"])
def test_what_is_no_mail_server_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(ConfigError, match="POSTLUDE_SMTP_URL"):
        mail_server(url)


@pytest.mark.parametrize("text", ["Nordkant <a@b.se>", "a@b@c", "nobody", "a@b.se\r\nBcc: c@d.se"])
def test_a_sender_is_one_plain_address(text: str) -> None:
    with pytest.raises(ConfigError, match="POSTLUDE_MAIL_FROM"):
        mail_address(text)


def test_a_password_is_in_no_text_made_of_the_configuration() -> None:
    assert "p/w" not in repr(CASES["smtps://u%40x:p%2Fw@mail.example"])


def said(tmp_path: Path, **settings: str) -> list[doctor.Finding]:
    environ = {
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "s" * 32,
        "POSTLUDE_ENCRYPTION_KEYS": "00" * 32,
        "POSTLUDE_DATA_DIR": str(tmp_path),
        "REDIS_URL": "redis://127.0.0.1:1/0",
    } | settings
    return [finding for finding in examine(environ) if "MAIL" in finding.sentence or "mail" in finding.sentence]


def test_the_doctor_asks_for_a_mail_server(tmp_path: Path) -> None:
    (finding,) = said(tmp_path)

    assert finding.must_act
    assert finding.sentence.startswith("POSTLUDE_SMTP_URL is not set")


def test_the_doctor_tries_the_mail_server(tmp_path: Path, postbox: Postbox) -> None:
    assert postbox.server
    answers, sender = said(tmp_path, POSTLUDE_SMTP_URL=f"smtp://127.0.0.1:{postbox.server.port}")

    assert not answers.must_act
    assert "answers and lets us in" in answers.sentence
    assert "no-reply@localhost" in sender.sentence
    assert not sender.must_act


def test_the_doctor_says_when_nobody_answers(tmp_path: Path) -> None:
    url, sender = "smtp://127.0.0.1:9", "returns@mara.example"
    (finding,) = said(tmp_path, POSTLUDE_SMTP_URL=url, POSTLUDE_MAIL_FROM=sender)

    assert finding.must_act
    assert "does not let us in (ConnectionRefusedError)" in finding.sentence


def test_a_shops_own_sender_comes_first_and_answers_go_to_the_shop(adapters: Adapters, shop: Shop) -> None:
    with adapters.database.write() as session:
        own = Messages(sender_name="Mara & Co", sender_address="hej@mara.example", reply_to="help@mara.example")
        save(session, shop.id, own, "mara", adapters.clock.now())
    with adapters.database.read() as session:
        house = house_of(session, session.get_one(Shop, shop.id))

    sender = sender_of(adapters.config, house)

    assert (sender.name, sender.address, sender.reply_to) == ("Mara & Co", "hej@mara.example", "help@mara.example")


def test_without_any_sender_mails_come_from_the_host_of_the_app(adapters: Adapters) -> None:
    assert fallback_address(adapters.config) == "no-reply@postlude.example"
    assert fallback_address(replace(adapters.config, app_url="http://127.0.0.1:8000")) == "no-reply@localhost"


def test_an_erasure_takes_the_reader_the_waiting_mails_and_the_codes(office: Office) -> None:
    ret = office.request(state="approved")
    office.happens(ReturnApproved(office.order_id, ret))
    office.happens(CodeWanted(office.order_id, office.code()))

    with office.adapters.database.write() as session:
        order = session.get_one(Order, office.order_id)
        ours, person = order.customer_id, Subject(501, ())
        for room in ("messages", "orders"):
            FORGET[room](session, office.shop_id, person, ours)
    office.send()

    assert office.postbox.taken == []
    assert [(row.phase, row.state, row.recipient) for row in office.rows()] == [("unsent", "done", None)] * 2
    with office.adapters.database.read() as session:
        code = session.scalars(select(OneTimeCode)).one()
    assert (code.code, code.code_hash) == (None, "")
    assert list(FORGET).index("messages") < list(FORGET).index("orders")
