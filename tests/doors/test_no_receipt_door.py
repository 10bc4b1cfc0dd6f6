"""The door for people without an order number: found, asked, proven by a code, followed; and what it does not say."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from portal import Shopper
from returns_counter import Counter, open_counter
from settling import with_credit
from sqlalchemy import select
from without_receipt import MARA, accept, asked, kind, know_ada

from jobs.reactions import FOLLOWERS
from shopify_app.catalogue.models import Product
from shopify_app.db import Database
from shopify_app.pages.no_receipt import BASE, status_key
from shopify_app.returns import photos, sealed
from shopify_app.returns.no_receipt import files as no_receipt_files
from shopify_app.returns.no_receipt import verbs as no_receipt
from shopify_app.returns.no_receipt.models import NoReceiptFile, NoReceiptRequest, RequestState
from shopify_app.returns.vocabulary import ProofLevel
from shopify_app.settings import store as settings
from shopify_app.settings.no_receipt import NoReceipt

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\nxref\n0 1\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


@pytest.fixture
def counter(database: Database, database_url: str, tmp_path: Path) -> Counter:
    database.followers = FOLLOWERS
    found = with_credit(open_counter(database, database_url))
    adapters = found.wire.adapters
    found.wire.adapters = replace(adapters, config=replace(adapters.config, data_dir=tmp_path))
    found.publish(kind())
    know_ada(found)
    opened(found, True)
    return found


def opened(counter: Counter, is_open: bool) -> None:
    with counter.database.write() as session:
        settings.save(session, counter.shop_id, NoReceipt(is_open=is_open), "mara", counter.now())


def picture() -> tuple[BytesIO, str]:
    written = BytesIO()
    Image.new("RGB", (40, 30), "green").save(written, "JPEG", exif=b"Exif\x00\x00secret")
    return BytesIO(written.getvalue()), "shirt.jpg"


def requests(counter: Counter) -> list[NoReceiptRequest]:
    with counter.database.read() as session:
        return list(session.scalars(select(NoReceiptRequest).order_by(NoReceiptRequest.id)))


def files(counter: Counter) -> list[NoReceiptFile]:
    with counter.database.read() as session:
        return list(session.scalars(select(NoReceiptFile).order_by(NoReceiptFile.id)))


def at_the_form(ada: Shopper, counter: Counter) -> Shopper:
    with counter.database.read() as session:
        product = session.scalars(select(Product).where(Product.title == "Wool shirt")).one()
    return ada.open(f"/{BASE}?item={product.shopify_id}")


def send(ada: Shopper, counter: Counter, **changes: Any) -> Shopper:
    (field,) = (each for each in ada.forms[-1].fields if each.name == "variant")
    said = {
        "variant": field.options[1],
        "quantity": "1",
        "reason": "unwanted",
        "bought": "A present, at your shop last spring",
        "name": "Ada Lindholm",
        "email": "ada@example.com",
        "goods": picture(),
    } | changes
    return ada.send(**{name: value for name, value in said.items() if value is not None})


def sent_in(ada: Shopper, counter: Counter, **changes: Any) -> Shopper:
    send(at_the_form(ada, counter), counter, **changes)
    return ada.send(code=requests(counter)[-1].code)


def test_a_product_is_found_by_its_name_and_the_request_counts_when_the_code_is_typed(
    ada: Shopper, counter: Counter
) -> None:
    ada.open("/returns")
    assert "No order number?" in ada.words
    ada.open(f"/{BASE}?q=wool+SHIRT")
    assert "Is it one of these?" in ada.words
    at_the_form(ada, counter)
    assert "store credit of 100 % of today's price" in ada.words
    assert "Money back is not possible without an order" in ada.words

    send(ada, counter)

    assert "We have sent six digits to a•••@example.com" in ada.words
    (row,) = requests(counter)
    assert (row.state, row.number) == (RequestState.ASKED, None)
    ada.send(code=row.code)
    assert "We have your request" in ada.words
    assert "N-1001" in ada.words
    assert requests(counter)[0].state == RequestState.RECEIVED


def test_a_wrong_code_sends_nothing_in_and_a_used_one_is_received_once(ada: Shopper, counter: Counter) -> None:
    send(at_the_form(ada, counter), counter)
    page, right = ada.path, requests(counter)[0].code

    ada.send(code="000000" if right != "000000" else "111111")
    assert ada.status == 422
    assert requests(counter)[0].state == RequestState.ASKED
    ada.open(page).send(code=right)
    ada.open(page).send(code=right)

    assert [row.number for row in requests(counter)] == ["N-1001"]
    assert ada.status == 200


@pytest.mark.again
def test_a_picture_loses_what_it_carries_and_a_pdf_of_the_receipt_is_kept_as_it_is(
    ada: Shopper, counter: Counter
) -> None:
    sent_in(ada, counter, purchase=(BytesIO(PDF), "receipt.pdf"))

    shot, paper = files(counter)
    folder, keyring = no_receipt_files.folder_in(counter.wire.adapters.config.data_dir), counter.database.keyring
    assert b"secret" not in sealed.read(folder, keyring, counter.shop_id, shot.file_name)
    assert sealed.read(folder, keyring, counter.shop_id, paper.file_name) == PDF
    on_disk = (folder / str(counter.shop_id) / paper.file_name).read_bytes()
    assert b"%PDF" not in on_disk


@pytest.mark.again
@pytest.mark.parametrize(
    ("field", "raw", "name", "sentence"),
    [
        ("purchase", b"%PDF-1.4 and then nothing", "receipt.pdf", "not a PDF that we can keep"),
        ("purchase", PDF.replace(b"/Root", b"/Encrypt 2 0 R/Root"), "locked.pdf", "not a PDF that we can keep"),
        ("purchase", b"<html>hello</html>", "receipt.pdf", "not a picture that we can read"),
        ("goods", PDF, "shirt.pdf", "not a picture that we can read"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_in_a_sentence_and_nothing_is_kept(
    ada: Shopper, counter: Counter, field: str, raw: bytes, name: str, sentence: str
) -> None:
    send(at_the_form(ada, counter), counter, **{field: (BytesIO(raw), name)})

    assert ada.status == 422
    assert sentence in ada.words
    assert requests(counter) == []
    folder = no_receipt_files.folder_in(counter.wire.adapters.config.data_dir)
    assert list(folder.rglob("*.sealed")) == []
    assert "A present, at your shop last spring" in ada.html  # what was typed is still there


@pytest.mark.again
def test_a_pdf_that_is_too_large_is_not_called_a_picture(ada: Shopper, counter: Counter) -> None:
    send(at_the_form(ada, counter), counter, purchase=(BytesIO(PDF + bytes(photos.MOST_BYTES)), "scan.pdf"))

    assert ada.status == 422
    assert "scan.pdf is larger than 10 MB. A photo of the receipt will do, too." in ada.words


@pytest.mark.again
def test_what_is_missing_is_named_beside_its_field(ada: Shopper, counter: Counter) -> None:
    send(at_the_form(ada, counter), counter, goods=None, email="ada at home", name="", reason="")

    assert ada.status == 422
    for sentence in ("add a picture of the item", "enter an e-mail address", "enter your name", "choose a reason"):
        assert sentence in ada.words


@pytest.mark.again
def test_a_gift_receipt_is_asked_for_where_the_policy_wants_one(ada: Shopper, counter: Counter) -> None:
    counter.publish(kind(proof=ProofLevel.GIFT))

    send(at_the_form(ada, counter), counter)

    assert "Please add a picture or a PDF of the receipt." in ada.words
    sent_in(ada, counter, purchase=(BytesIO(PDF), "receipt.pdf"))
    assert requests(counter)[-1].state == RequestState.RECEIVED


def test_the_same_form_sent_twice_is_one_request(ada: Shopper, counter: Counter) -> None:
    page = at_the_form(ada, counter).html
    send(ada, counter)
    ada.html = page  # the way back in a browser
    send(ada, counter)

    assert ada.status == 200
    assert len(requests(counter)) == 1
    assert len(files(counter)) == 1


def test_a_form_that_was_corrected_and_sent_again_goes_by_what_it_says_now(ada: Shopper, counter: Counter) -> None:
    page = at_the_form(ada, counter).html
    send(ada, counter, email="adda@example.com")
    ada.html = page  # the way back in a browser
    send(ada, counter, email="ada@example.com")

    assert [row.email for row in requests(counter)] == ["adda@example.com", "ada@example.com"]
    ada.send(code=requests(counter)[-1].code)
    assert [row.state for row in requests(counter)] == [RequestState.ASKED, RequestState.RECEIVED]
    assert [row.request_id for row in files(counter)] == [row.id for row in requests(counter)]


@pytest.mark.again
def test_the_answer_is_the_same_whether_the_address_is_a_customers_or_nobodys(ada: Shopper, counter: Counter) -> None:
    known = send(at_the_form(ada, counter), counter).words
    unknown = send(at_the_form(ada, counter), counter, email="axa@example.com").words

    assert known == unknown


@pytest.mark.again
def test_codes_to_one_address_are_rationed(ada: Shopper, counter: Counter) -> None:
    for _ in range(5):
        send(at_the_form(ada, counter), counter)
    send(at_the_form(ada, counter), counter)

    assert ada.status == 429
    assert len(requests(counter)) == 5


@pytest.mark.again
def test_the_door_is_shut_unless_mara_opens_it(ada: Shopper, counter: Counter) -> None:
    opened(counter, False)

    assert ada.open(f"/{BASE}").status == 404
    assert "No order number?" not in ada.open("/returns").words
    assert "No order number?" not in ada.open("/track").words


def test_a_status_page_is_for_its_link_alone_and_ends_with_the_person(ada: Shopper, counter: Counter) -> None:
    request_id = asked(counter)
    with counter.database.read() as session:
        key = status_key(counter.database.keyring, session.get_one(NoReceiptRequest, request_id))

    assert "N-1001" in ada.open(f"/{BASE}/r/{key}").words
    assert ada.open(f"/{BASE}/r/{key[:-2]}xx").status == 404
    with counter.database.write() as session:
        session.get_one(NoReceiptRequest, request_id).email_hash = None
    assert ada.open(f"/{BASE}/r/{key}").status == 404


@pytest.mark.again
def test_each_end_is_told_on_the_status_page(ada: Shopper, counter: Counter) -> None:
    credited, waiting, declined = (
        asked(counter),
        asked(counter, email="ben@example.com", key="b"),
        asked(counter, key="c"),
    )
    accept(counter, credited)
    accept(counter, waiting)
    with counter.database.write() as session:
        row = session.get_one(NoReceiptRequest, declined)
        no_receipt.decline(session, row, "This is another maker's shirt.", MARA, counter.now())
    said = {}
    for request_id in (credited, waiting, declined):
        with counter.database.read() as session:
            key = status_key(counter.database.keyring, session.get_one(NoReceiptRequest, request_id))
        said[request_id] = ada.open(f"/{BASE}/r/{key}").words

    assert "You have €50.00 in store credit" in said[credited]
    assert "You can use it until" in said[credited]
    assert "€50.00 store credit waits for you" in said[waiting]
    assert "b•••@example.com" in said[waiting]
    assert "This is another maker's shirt." in said[declined]


def test_who_asked_about_a_present_reads_that_the_money_is_its_buyers(ada: Shopper, counter: Counter) -> None:
    request_id = asked(counter, email="ben@example.com")
    with counter.database.write() as session:
        row = session.get_one(NoReceiptRequest, request_id)
        no_receipt.matched(session, row, counter.order(session), None, MARA, counter.now())
        key = status_key(counter.database.keyring, row)

    said = ada.open(f"/{BASE}/r/{key}").words

    assert "We have found the order" in said
    assert "Whoever placed the order gets what is paid for it, and our mails about it." in said
