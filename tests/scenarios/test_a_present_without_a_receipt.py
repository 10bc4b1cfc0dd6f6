"""Ada was given a shirt: no order number, no receipt. From the door to the credit, by page, code, mail and clock."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from portal import Shopper
from returns_counter import Counter, open_counter
from settling import with_credit, work
from sqlalchemy import select

from jobs.mails import send_one
from jobs.no_receipt import give_to_new_accounts
from jobs.reactions import FOLLOWERS, do_duty
from shopify_app.catalogue.models import Product
from shopify_app.config import MailServer
from shopify_app.db import Database
from shopify_app.events import Reaction
from shopify_app.messages.models import Message
from shopify_app.pages.no_receipt import BASE
from shopify_app.returns.no_receipt.models import NoReceiptRequest
from shopify_app.returns.presets import FORGIVING
from shopify_app.settings import store as settings
from shopify_app.settings.no_receipt import NoReceipt
from shopify_app.shops.models import Shop
from wire import SHOP, application

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100"
    "18dd8db00000000049454e44ae426082"
)


class Post:
    """Takes every letter that is handed over."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    def __call__(self, server: Any, letter: EmailMessage, sender: str, recipient: str, hand_over: Any) -> None:
        hand_over()
        self.letters.append(letter)

    @property
    def subjects(self) -> list[str]:
        return [str(letter["Subject"]) for letter in self.letters]

    @property
    def newest(self) -> str:
        body = self.letters[-1].get_body(("plain",))
        assert body is not None
        return body.get_content()


@pytest.fixture
def counter(database: Database, database_url: str, tmp_path: Path) -> Counter:
    database.followers = FOLLOWERS
    found = with_credit(open_counter(database, database_url))
    adapters = found.wire.adapters
    mail = {"mail_server": MailServer("127.0.0.1", 25), "mail_from": "returns@mara.example"}
    found.wire.adapters = replace(adapters, config=replace(adapters.config, data_dir=tmp_path, **mail))
    found.publish(FORGIVING)
    with database.write() as session:
        session.get_one(Shop, found.shop_id).currency = "EUR"
        settings.save(session, found.shop_id, NoReceipt(is_open=True), "mara", found.now())
    return found


def follows(counter: Counter, post: Post) -> Post:
    """Everything that follows from what happened, mails included."""
    for _ in range(3):
        with counter.database.read() as session:
            duties = list(session.scalars(select(Reaction.id).where(Reaction.state == "pending")))
            mails = list(session.scalars(select(Message.id).where(Message.state == "pending")))
        for duty in duties:
            do_duty(counter.wire.adapters, duty)
        for mail in mails:
            send_one(counter.wire.adapters, mail, post)
    work(counter)
    return post


def test_a_present_without_a_receipt_becomes_credit_and_every_step_is_told(counter: Counter) -> None:
    client, post = application(counter.wire.adapters).test_client(), Post()
    eva = Shopper(client, counter.wire)
    with counter.database.read() as session:
        product = session.scalars(select(Product).where(Product.title == "Wool shirt")).one()
    eva.open(f"/{BASE}?q=shirt")
    assert "Wool shirt" in eva.words
    eva.open(f"/{BASE}?item={product.shopify_id}")
    (size,) = (each for each in eva.forms[-1].fields if each.name == "variant")
    eva.send(
        variant=size.options[1], reason="size-too-small", bought="A present from Ada", name="Eva",
        email="eva@example.com", goods=(PIXEL, "shirt.png"),
    )  # fmt: skip
    follows(counter, post)
    code = next(word for word in post.subjects[0].split() if word.isdigit())
    eva.send(code=code)
    assert "We have your request" in eva.words
    status = eva.path
    follows(counter, post)
    assert post.subjects[-1] == "We have your request"

    mara = {"Authorization": f"Bearer {counter.wire.session_token()}"}
    page = client.get(f"/app/returns/no-receipt/N-1001?{urlencode({'shop': SHOP})}", headers=mara)
    assert "€50.00 store credit" in page.text
    assert client.post("/app/returns/no-receipt/N-1001", data={"verb": "accept", "amount": "5000"}, headers=mara)
    follows(counter, post)
    assert post.subjects[-1] == "€50.00 store credit waits for you"
    assert "eva@example.com" in post.newest

    ada = counter.wire.world.store.peek("customer", 501) or {}
    counter.wire.world.store.put("customer", ada | {"id": 777, "email": "eva@example.com"})
    give_to_new_accounts(counter.wire.adapters)
    follows(counter, post)
    follows(counter, post)

    assert post.subjects[-1] == "You have €50.00 in store credit"
    assert "You can use it until" in post.newest
    assert "You have €50.00 in store credit" in eva.open(status).words
    rows = counter.stage.control("GET", "/ledger").json["rows"]
    assert [(row["kind"], row["amount"]) for row in rows if row["kind"] != "charge"] == [("store_credit", "50.00")]
    with counter.database.read() as session:
        assert [row.recipient for row in session.scalars(select(Message))] == [None] * len(post.letters)
        assert session.scalars(select(NoReceiptRequest)).one().state == "credited"
