"""Whatever comes in at the returns pages gets a sentence; nothing is lost and nothing moves that should not."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image
from portal import Shopper
from returns_counter import Counter, open_counter
from sqlalchemy import select

from returns_desk import sell
from shopify_app.db import Database
from shopify_app.orders.access import link_token
from shopify_app.orders.models import OneTimeCode
from shopify_app.returns.models import Return, ReturnDraft, ReturnPhoto
from shopify_app.returns.presets import FORGIVING
from shopify_app.shopify.return_facts import MOST_LINES
from shopify_app.shops.models import Shop

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str, tmp_path: Path) -> Counter:
    opened = open_counter(database, database_url)
    adapters = opened.wire.adapters
    opened.wire.adapters = replace(adapters, config=replace(adapters.config, data_dir=tmp_path))
    return opened


@pytest.fixture
def key(counter: Counter) -> str:
    return counter.desk.sent().rpartition("/")[2]


def at_review(ada: Shopper, link: str, key: str, outcome: str = "store_credit") -> Shopper:
    ada.open(f"/returns/t/{link}").send(**{f"quantity-{key}": "1"})
    ada.send(**{f"reason-{key}": "size-too-small"}).send(outcome=outcome).send(method="own_carrier")
    assert ada.step == "review", ada.words
    return ada


def swapping(ada: Shopper, link: str, key: str, counter: Counter) -> None:
    """At the review of a shirt for one in M."""
    other = str(counter.desk.variants["M"])
    ada.open(f"/returns/t/{link}").send(**{f"quantity-{key}": "1"}).send(**{f"reason-{key}": "size-too-small"})
    ada.send(outcome="variant_exchange", **{f"replacement-{key}": other}).send(method="own_carrier")
    assert ada.step == "review", ada.words


def becomes(counter: Counter, name: str, **changes: object) -> None:
    """A variant changes at Shopify, which tells us."""
    store, wanted = counter.wire.world.store, counter.desk.variants[name]
    for product in store.find("product"):
        if any(each["id"] == wanted for each in product["variants"]):
            variants = [each | changes if each["id"] == wanted else each for each in product["variants"]]
            store.put("product", product | {"variants": variants})
    counter.learn()


def made(counter: Counter) -> list[Return]:
    with counter.database.read() as session:
        return list(session.scalars(select(Return).order_by(Return.id)))


def jpeg(size: tuple[int, int] = (900, 700)) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, "teal").save(written, "JPEG")
    return written.getvalue()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("3", "Only 2 of them can still come back."),
        ("99999999999999999999", "Please choose how many."),
        ("-1", "Please choose how many."),
        ("1.5", "Please choose how many."),
        ("0", "Please choose at least one item."),
        ("", "Please choose at least one item."),
    ],
)
def test_a_quantity_that_cannot_be_gets_a_sentence(ada: Shopper, link: str, key: str, typed: str, said: str) -> None:
    ada.open(f"/returns/t/{link}").send(**{f"quantity-{key}": typed})
    assert ada.status == 422
    assert ada.step == "items"
    assert said in ada.alerts


def test_a_line_of_somebody_elses_order_is_not_taken(ada: Shopper, link: str, key: str, counter: Counter) -> None:
    ada.open(f"/returns/t/{link}").send(**{"quantity-999001": "1"})
    assert ada.status == 422
    assert "Please choose at least one item." in ada.alerts
    ada.send(**{f"quantity-{key}": "1", "quantity-999001": "4"})
    assert ada.step == "reasons"
    assert ada.words.count("Wool shirt") == 1


def test_what_was_typed_is_there_again_when_something_is_missing(ada: Shopper, link: str, key: str) -> None:
    ada.open(f"/returns/t/{link}").send(**{f"quantity-{key}": "1"})
    note = "{{ shop.secret }} <script>alert(1)</script> {% raw %} the left sleeve"
    ada.send(**{f"reason-{key}": "", f"note-{key}": note})
    assert ada.status == 422
    assert "Please choose a reason." in ada.alerts
    (area,) = [each for each in ada.forms[0].fields if each.name == f"note-{key}"]
    assert area.value == note
    assert "<script" not in ada.html
    assert "{{" not in ada.html


def test_a_reason_that_nobody_offered_is_asked_for_again(ada: Shopper, link: str, key: str) -> None:
    ada.open(f"/returns/t/{link}").send(**{f"quantity-{key}": "1"})
    ada.send(**{f"reason-{key}": "because-i-say-so"})
    assert ada.status == 422


def test_no_outcome_and_one_that_is_not_offered_are_asked_for_again(ada: Shopper, link: str, key: str) -> None:
    ada.open(f"/returns/t/{link}").send(**{f"quantity-{key}": "1"}).send(**{f"reason-{key}": "size-too-small"})
    ada.send()
    assert (ada.status, ada.step) == (422, "outcome")
    assert "Please choose what you would like." in ada.alerts
    ada.send(outcome="keep_item")
    assert (ada.status, ada.step) == (422, "outcome")
    ada.send(outcome="variant_exchange")
    assert (ada.status, ada.step) == (422, "outcome")
    assert "Please choose a size or colour." in ada.alerts
    assert ada.forms[0].choices("outcome")["variant_exchange"].is_on


def test_a_replacement_of_another_product_is_refused(ada: Shopper, link: str, key: str) -> None:
    ada.open(f"/returns/t/{link}").send(**{f"quantity-{key}": "1"}).send(**{f"reason-{key}": "size-too-small"})
    ada.send(outcome="variant_exchange", **{f"replacement-{key}": "424242"})
    assert ada.status in (422, 409)
    assert ada.step == "outcome"


def test_a_replacement_that_sold_out_meanwhile_is_chosen_anew(
    ada: Shopper, link: str, key: str, counter: Counter
) -> None:
    swapping(ada, link, key, counter)
    becomes(counter, "M", inventory_quantity=0)
    ada.send(len(ada.forms) - 1)
    assert (ada.step, made(counter)) == ("outcome", [])
    assert "This one has just sold out. Please choose another." in ada.words


def test_a_replacement_that_became_cheaper_meanwhile_is_told_before_anything_moves(
    ada: Shopper, link: str, key: str, counter: Counter
) -> None:
    swapping(ada, link, key, counter)
    becomes(counter, "M", price="30.00")
    ada.send(len(ada.forms) - 1)
    assert (ada.status, made(counter)) == (409, [])
    assert "A price has just changed" in ada.words
    assert "You get €16.20 back" in ada.words  # 48.60 less 30.00 and 8 %
    ada.send(len(ada.forms) - 1)
    assert len(made(counter)) == 1


@pytest.mark.asked
def test_a_quote_is_accepted_once_from_two_tabs(ada: Shopper, link: str, key: str, counter: Counter) -> None:
    at_review(ada, link, key)
    form = ada.forms[-1]
    ada.post(form.action, **form.sent())
    first = ada.path.partition("?")[0]
    ada.post(form.action, **form.sent())
    assert ada.path.partition("?")[0] == first
    assert len(made(counter)) == 1


@pytest.mark.asked
def test_who_goes_back_after_sending_it_in_is_led_to_the_return(ada: Shopper, link: str, key: str) -> None:
    ada.open(f"/returns/t/{link}").send(**{f"quantity-{key}": "2"})
    ada.send(**{f"reason-{key}": "size-too-small"}).send(outcome="store_credit").send(method="own_carrier")
    review = ada.path
    ada.send(len(ada.forms) - 1)
    sent = ada.path.partition("?")[0]
    ada.open(review)
    assert ada.path.partition("?")[0] == sent


def test_a_foreign_or_invented_quote_moves_nothing(
    ada: Shopper, client: FlaskClient, link: str, key: str, counter: Counter
) -> None:
    at_review(ada, link, key)
    action = ada.forms[-1].action
    ada.post(action, quote="AAAAAAAAAAAAAAAA")
    assert ada.status == 404
    assert "does not belong to this order" in ada.words
    ada.post(action, quote="x" * 5000)
    assert ada.status == 404
    ada.post(action)
    assert ada.status == 404
    assert made(counter) == []


def test_an_offer_of_yesterday_is_shown_anew_before_anything_moves(
    ada: Shopper, link: str, key: str, counter: Counter
) -> None:
    at_review(ada, link, key)
    form = ada.forms[-1]
    counter.wire.advance(hours=23)
    ada.open(form.action)
    fresh = ada.forms[-1].sent()["quote"]
    counter.wire.advance(minutes=59)
    ada.post(form.action, **form.sent())
    assert fresh != form.sent()["quote"]
    counter.wire.advance(hours=2)
    ada.open(form.action)
    assert ada.status == 410
    assert "Please start your return again" in ada.words


def test_a_policy_that_changed_meanwhile_is_told_before_anything_moves(
    ada: Shopper, link: str, key: str, counter: Counter
) -> None:
    at_review(ada, link, key)
    counter.publish(FORGIVING)
    ada.send(len(ada.forms) - 1)
    assert ada.status == 409
    assert "policy has just changed" in ada.words
    assert made(counter) == []
    ada.send(len(ada.forms) - 1)
    assert "/returns/r/" in ada.path
    assert len(made(counter)) == 1


def test_units_that_another_tab_has_sent_in_are_not_promised_twice(
    client: FlaskClient, link: str, key: str, counter: Counter
) -> None:
    one, two = Shopper(client, counter.wire), Shopper(client, counter.wire)
    for tab in (one, two):
        tab.open(f"/returns/t/{link}").send(**{f"quantity-{key}": "2"})
        tab.send(**{f"reason-{key}": "size-too-small"}).send(outcome="store_credit").send(method="own_carrier")
    one.send(len(one.forms) - 1)
    two.send(len(two.forms) - 1)
    assert two.step == "items"
    assert "is under way" in two.words
    assert len(made(counter)) == 1


@pytest.mark.asked
def test_a_photo_is_kept_and_what_is_none_is_refused_by_name(
    ada: Shopper, link: str, key: str, counter: Counter
) -> None:
    ada.open(f"/returns/t/{link}").send(**{f"quantity-{key}": "1"})
    sent = [(jpeg(), "tear.jpg"), (b"%PDF-1.7 invoice", "invoice.jpg")]
    ada.send(**{f"reason-{key}": "damaged", f"note-{key}": "torn", f"photos-{key}": sent})
    assert ada.status == 422
    assert "invoice.jpg is not a picture that we can read." in ada.alerts
    assert ada.forms[0].sent()[f"note-{key}"] == "torn"
    with counter.database.read() as session:
        (row,) = session.scalars(select(ReturnPhoto)).all()
        draft = session.scalars(select(ReturnDraft)).one()
    shown = ada.client.get(f"/proxy/returns/{draft.token}/photo/{row.id}?{ada.signed()}")
    assert (shown.status_code, shown.content_type) == (200, "image/jpeg")
    assert Image.open(BytesIO(shown.data)).size == (900, 700)


def test_a_photo_of_thirty_megabytes_gets_a_sentence_and_loses_nothing(
    ada: Shopper, link: str, key: str, counter: Counter
) -> None:
    ada.open(f"/returns/t/{link}").send(**{f"quantity-{key}": "1"})
    huge = jpeg() + bytes(30 * 1024 * 1024)
    ada.send(**{f"reason-{key}": "damaged", f"note-{key}": "torn", f"photos-{key}": [(huge, "huge.jpg")]})
    assert ada.status == 422
    assert "huge.jpg is larger than 10 MB." in ada.alerts
    assert ada.forms[0].sent()[f"note-{key}"] == "torn"


@pytest.mark.asked
def test_at_most_six_pictures_are_kept_and_one_can_be_taken_away(
    ada: Shopper, link: str, key: str, counter: Counter
) -> None:
    ada.open(f"/returns/t/{link}").send(**{f"quantity-{key}": "1"})
    ada.send(**{f"reason-{key}": "", f"photos-{key}": [(jpeg((50, 50)), f"{n}.jpg") for n in range(7)]})
    assert "6.jpg was left out" in ada.alerts
    with counter.database.read() as session:
        kept = session.scalars(select(ReturnPhoto)).all()
    assert len(kept) == 6
    ada.send(**{f"reason-{key}": "", "remove-photo": str(kept[0].id)})
    with counter.database.read() as session:
        assert len(session.scalars(select(ReturnPhoto)).all()) == 5
    files = list((ada.client.application.extensions["postlude"].config.data_dir / "photos").rglob("*.sealed"))
    assert len(files) == 5


@pytest.mark.asked
def test_at_six_pictures_one_can_be_put_in_the_place_of_another(
    ada: Shopper, link: str, key: str, counter: Counter
) -> None:
    ada.open(f"/returns/t/{link}").send(**{f"quantity-{key}": "1"})
    ada.send(**{f"reason-{key}": "", f"photos-{key}": [(jpeg((50, 50)), f"{n}.jpg") for n in range(6)]})
    with counter.database.read() as session:
        first, *others = session.scalars(select(ReturnPhoto.id).order_by(ReturnPhoto.id))

    new = [(jpeg((50, 50)), "new.jpg"), (jpeg((50, 50)), "more.jpg")]
    ada.send(**{f"reason-{key}": "", "remove-photo": str(first), f"photos-{key}": new})

    assert "more.jpg was left out" in ada.alerts
    with counter.database.read() as session:
        kept = session.scalars(select(ReturnPhoto.id).order_by(ReturnPhoto.id)).all()
    assert (kept[:5], len(kept)) == (others, 6)


def test_somebody_elses_shop_sees_nothing_of_it(
    ada: Shopper, client: FlaskClient, link: str, key: str, counter: Counter, other_shop: Shop
) -> None:
    at_review(ada, link, key)
    address = ada.path
    ada.send(len(ada.forms) - 1)
    otto = Shopper(client, counter.wire, shop=other_shop.domain)
    for path in (address, ada.path, f"/returns/t/{link}"):
        otto.open(path)
        assert otto.status in (404, 410)
        assert "Wool shirt" not in otto.words


def test_a_forged_key_and_an_unknown_draft_show_nothing(ada: Shopper) -> None:
    for path in ("/returns/r/abc.def", "/returns/r/abc", "/returns/nothing/items", "/returns/t/xyz"):
        ada.open(path)
        assert ada.status in (404, 410)
        assert len(ada.words) > 40


def test_number_and_contact_that_do_not_fit_get_one_answer_and_no_code(ada: Shopper, counter: Counter) -> None:
    with counter.database.read() as session:
        number = counter.order(session).name
    answers = []
    for order, contact in ((number, "ben@example.com"), ("#999999", "ada@example.com")):
        ada.open("/returns").send(order=order, contact=contact)
        answers.append((ada.status, ada.alerts))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    with counter.database.read() as session:
        assert session.scalars(select(OneTimeCode)).all() == []


def test_whoever_asks_for_codes_without_end_is_stopped(ada: Shopper, counter: Counter) -> None:
    with counter.database.read() as session:
        number = counter.order(session).name
    statuses = []
    for _ in range(7):
        ada.open("/returns").send(order=number, contact="ada@example.com")
        statuses.append(ada.status)
    assert statuses[0] == 200
    assert statuses[-1] == 429


@pytest.mark.asked
def test_a_signed_in_customer_needs_no_code_and_another_customer_does(client: FlaskClient, counter: Counter) -> None:
    ada, ben = Shopper(client, counter.wire, "501"), Shopper(client, counter.wire, "502")
    ada.open("/returns")
    with counter.database.read() as session:
        name = counter.order(session).name
    assert name in ada.words
    begin = ada.html.partition('href="')[2].partition('"')[0]
    ada.open(begin.replace("&amp;", "&"))
    assert ada.step == "items"
    ben.open("/returns")
    assert name not in ben.words


def test_more_items_than_one_return_can_hold_are_not_left_out_in_silence(counter: Counter, ada: Shopper) -> None:
    line = {"variant_id": counter.desk.variants["S"], "quantity": 1}
    desk = sell(counter.stage, [line] * (MOST_LINES + 1), counter.desk.variants)
    counter.stage.post("/events", {"fulfillment_id": desk.parcel_id, "status": "delivered"})
    counter.learn(desk)
    with counter.database.write() as session:
        link = link_token(session, counter.order(session, desk), counter.now())
    keys = [desk.sent(place).rpartition("/")[2] for place in range(1, MOST_LINES + 2)]

    ada.open(f"/returns/t/{link}").send(**{f"quantity-{key}": "1" for key in keys})

    assert ada.status == 422
    assert "more than one return can hold" in ada.words
    ada.send(**{f"quantity-{keys[0]}": "0"})
    assert ada.step == "reasons"


def test_a_reason_that_is_missing_for_several_items_is_asked_for_by_their_names(counter: Counter, ada: Shopper) -> None:
    bought = [{"variant_id": counter.desk.variants[size], "quantity": 1} for size in ("S", "M")]
    desk = sell(counter.stage, bought, counter.desk.variants)
    counter.stage.post("/events", {"fulfillment_id": desk.parcel_id, "status": "delivered"})
    counter.learn(desk)
    with counter.database.write() as session:
        link = link_token(session, counter.order(session, desk), counter.now())
    keys = [desk.sent(place).rpartition("/")[2] for place in (1, 2)]

    ada.open(f"/returns/t/{link}").send(**{f"quantity-{key}": "1" for key in keys})
    ada.send(**{f"reason-{key}": "" for key in keys})

    assert ada.status == 422
    assert "Wool shirt, S: Please choose a reason. Wool shirt, M: Please choose a reason." in ada.alerts
