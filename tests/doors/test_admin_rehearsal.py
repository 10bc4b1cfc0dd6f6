"""The rehearsal in the admin: figures, bars and examples for a draft, and a clear sentence for everything else."""

from __future__ import annotations

import io
import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from rehearsed import CREDIT_ONLY, brought_back, sold
from werkzeug.test import TestResponse

from shopify_app.returns.document import read_policy, to_document
from shopify_app.returns.presets import STANDARD
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.writing import drafts
from shopify_app.shops.models import Shop
from wire import SHOP, Wire

pytestmark = pytest.mark.again

PATH = "/app/returns/policy/rehearse"
IN_FORCE = json.dumps(to_document(STANDARD))


@pytest.fixture(autouse=True)
def mara(stage: Wire) -> Shop:
    return stage.install()


@pytest.fixture
def filled(stage: Wire, mara: Shop) -> None:
    """Ada bought twice, and sent back a shirt of each: for credit and for money."""
    now = stage.now()
    with stage.adapters.database.write() as session:
        for number, outcome in ((1042, Outcome.STORE_CREDIT), (1043, Outcome.REFUND)):
            brought_back(session, sold(session, mara.id, now, number), now, outcome)


def see(door: FlaskClient, stage: Wire, **query: Any) -> TestResponse:
    return door.get(f"{PATH}?{urlencode({'shop': SHOP, 'id_token': stage.session_token()} | query)}")


def send(door: FlaskClient, stage: Wire, path: str = PATH, **form: Any) -> TestResponse:
    return door.post(path, data=form, headers={"Authorization": f"Bearer {stage.session_token()}"})


def words(answer: TestResponse) -> str:
    """What is read on the page, headings of banners and sections with it."""
    text = re.sub(r'<s-[^>]* heading="([^"]*)"[^>]*>', r" \1 ", answer.text)
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", text, flags=re.DOTALL).split())


@pytest.mark.usefixtures("filled")
def test_the_draft_of_the_shop_is_what_is_rehearsed(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    assert "so nothing would change" in see(door, stage).text
    with stage.adapters.database.write() as session:
        drafts.save(session, mara.id, read_policy(CREDIT_ONLY), 0, "77", stage.now())

    said = words(send(door, stage, days="90"))

    assert "2 of 2 items sold and 2 of 2 returns would have gone differently" in said


@pytest.mark.usefixtures("filled")
def test_a_draft_is_answered_with_sums_and_lost_choices(door: FlaskClient, stage: Wire) -> None:
    answer = send(door, stage, document=CREDIT_ONLY, days="90")

    assert answer.status_code == 200
    said = words(answer)
    assert "2 of 2 items sold and 2 of 2 returns would have gone differently" in said
    assert "Retained revenue €48.60 €39.60 −€9.00 of what came back 100 % 81.5 %" in said
    assert "Bonus, on top €4.50 €1.80 −€2.70" in said
    assert "1 item for refund, paid with €48.60" in said
    assert "nothing is guessed" in said
    in_german = words(send(door, stage, f"{PATH}?locale=de", document=CREDIT_ONLY, days="90"))
    assert "100 % 81,5 %" in in_german


@pytest.mark.usefixtures("filled")
def test_the_bars_are_read_out_with_their_sums(door: FlaskClient, stage: Wire) -> None:
    (chart,) = re.findall(r"<desc[^>]*>(.+?)</desc>", send(door, stage, document=CREDIT_ONLY).text)

    assert chart == "In force: Store credit €48.60. Draft: Fees €9.00, Store credit €39.60"


@pytest.mark.usefixtures("filled")
def test_examples_lead_to_the_return_and_to_the_order(door: FlaskClient, stage: Wire) -> None:
    text = send(door, stage, document=CREDIT_ONLY).text

    assert "/app/returns/R-1042-1?shop=" in text
    assert 'href="shopify://admin/orders/1043"' in text
    assert "rule “Credit only”" in text
    assert "Choice lost: refund: not offered" in text


@pytest.mark.usefixtures("filled")
def test_the_policy_in_force_changes_nothing(door: FlaskClient, stage: Wire) -> None:
    said = words(send(door, stage, document=IN_FORCE))

    assert "Your draft against version 1" in said
    assert "No item would have been treated differently." in said


@pytest.mark.usefixtures("filled")
def test_a_file_counts_before_the_field(door: FlaskClient, stage: Wire) -> None:
    file = (io.BytesIO(b"\xef\xbb\xbf" + CREDIT_ONLY.encode()), "draft.json")

    answer = send(door, stage, document=IN_FORCE, file=file)

    assert "2 of 2 items sold" in words(answer)
    assert "Credit only" in answer.text


@pytest.mark.usefixtures("filled")
def test_no_file_chosen_is_the_field(door: FlaskClient, stage: Wire) -> None:
    assert "2 of 2 items sold" in words(send(door, stage, document=CREDIT_ONLY, file=(io.BytesIO(b""), "")))


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (b"{", "This is not JSON."),
        (b"\xff\xfe\x00", "This is not JSON."),
        (b'{"rules": []}', "at least one rule"),
        (b'{"rules": [{"name": "<b>", "then": {"restocking_percent": "lots"}}]}', "rule 1 (“&lt;b&gt;”)"),
        (b"{" + b" " * 1_000_000, "A policy has at most 1,000,000 bytes."),
    ],
)
def test_what_is_no_policy_is_said_and_the_draft_is_kept(
    door: FlaskClient, stage: Wire, draft: bytes, why: str
) -> None:
    answer = send(door, stage, file=(io.BytesIO(draft), "draft.json"))

    assert answer.status_code == 422
    assert why in answer.text
    assert "nothing was rehearsed" in answer.text


def test_an_empty_shop_is_told_so(door: FlaskClient, stage: Wire) -> None:
    said = words(send(door, stage, document=CREDIT_ONLY))

    assert "Nobody asked for a return in these days" in said
    assert "No order was placed in these days" in said


def test_sold_items_without_a_return_are_judged_all_the_same(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    with stage.adapters.database.write() as session:
        sold(session, mara.id, stage.now())

    said = words(send(door, stage, document=CREDIT_ONLY, days="30"))

    assert "1 of 1 item sold would have gone differently" in said
    assert "No longer offered" in said


def test_a_span_that_is_not_offered_is_ninety_days(door: FlaskClient, stage: Wire) -> None:
    for days in ("-1", "36500", "many"):
        assert send(door, stage, document=CREDIT_ONLY, days=days).status_code == 200


@pytest.mark.asked
@pytest.mark.usefixtures("filled")
def test_otto_sees_nothing_of_maras_shop(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    with stage.adapters.database.write() as session:
        session.get_one(Shop, mara.id).domain = "somebody-else.myshopify.com"
    stage.install()

    assert "No order was placed in these days" in words(send(door, stage, document=CREDIT_ONLY))


def test_nobody_rehearses_without_a_session_token(door: FlaskClient) -> None:
    assert door.post(PATH, data={"document": CREDIT_ONLY}, headers={"Sec-Fetch-Dest": "empty"}).status_code == 401
