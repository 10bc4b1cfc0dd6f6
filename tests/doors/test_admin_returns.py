"""The merchant's list of returns and the page of one: what is read from rows."""

from __future__ import annotations

from dataclasses import asdict
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from PIL import Image
from returned import placed, wanted
from werkzeug.test import TestResponse

from shopify_app.returns import photos, sealed
from shopify_app.returns.models import Return, ReturnPhoto
from shopify_app.shops.models import Shop
from wire import SHOP, Wire


@pytest.fixture
def mara(stage: Wire) -> Shop:
    return stage.install()


def visit(door: FlaskClient, stage: Wire, path: str, **query: Any) -> TestResponse:
    wanted = {"shop": SHOP, "host": "aG9zdA", "embedded": "1", "id_token": stage.session_token()} | query
    return door.get(f"{path}?{urlencode(wanted)}")


def returned(stage: Wire, shop: Shop, number: int = 1042, **states: Any) -> Return:
    with stage.adapters.database.write() as session:
        return wanted(session, placed(session, shop.id, number), stage.now(), **states)


@pytest.mark.again
class TestTheList:
    def test_a_request_waits_under_to_approve_with_what_the_shopper_gets(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        returned(stage, mara)

        text = visit(door, stage, "/app/returns").text

        assert "R-1042-1" in text
        assert "106.20" in text
        assert "Ada Lindholm" in text

    @pytest.mark.asked
    def test_each_return_is_under_the_tab_that_says_what_it_waits_for(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        returned(stage, mara, 1042)
        returned(stage, mara, 1043, state="approved", group="open")
        returned(stage, mara, 1044, state="approved", group="needs_look")
        returned(stage, mara, 1045, state="closed", group="settled")

        found = {tab: visit(door, stage, "/app/returns", tab=tab).text for tab in ("waiting", "needs_look", "done")}

        assert {tab: [n for n in range(1042, 1046) if f"R-{n}-1<" in text] for tab, text in found.items()} == {
            "waiting": [1043],
            "needs_look": [1044],
            "done": [1045],
        }

    def test_a_search_finds_by_order_number_and_goes_straight_to_an_rma(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        returned(stage, mara)

        by_order, by_rma = (visit(door, stage, "/app/returns", q=q) for q in ("#1042", " r-1042-1 "))

        assert "R-1042-1<" in by_order.text
        assert (by_rma.status_code, "/app/returns/R-1042-1?" in by_rma.location) == (303, True)

    def test_a_word_in_the_search_field_is_a_word(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        text = visit(door, stage, "/app/returns", q='<script>"%_').text

        assert "<script>&#34;%_" not in text
        assert "&lt;script&gt;" in text


@pytest.mark.again
class TestOneReturn:
    def test_a_guest_is_called_so_in_the_readers_language(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        made = returned(stage, mara)
        with stage.adapters.database.write() as session:
            session.get_one(Return, made.id).order.customer_id = None

        text = visit(door, stage, "/app/returns/R-1042-1", locale="de").text

        assert "Gast" in text
        assert "Guest" not in text

    def test_the_page_tells_the_items_the_sum_and_how_it_is_worked_out(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        returned(stage, mara)

        text = visit(door, stage, "/app/returns/R-1042-1").text

        assert "2 × Linen shirt" in text
        assert "The sleeves are &lt;b&gt;short&lt;/b&gt;" in text
        assert "How €106.20 is worked out" in text
        assert "Bonus, 10 % of" in text
        for word in ("Approve", "Decline", "Ask the shopper", "Cancel the return", "Keep the note"):
            assert f">{word}</s-button>" in text

    def test_a_photo_is_unsealed_for_the_merchant_alone(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        ret = returned(stage, mara)
        otto = self.otto(stage)
        theirs = returned(stage, otto, 2001)
        picture = BytesIO()
        Image.new("RGB", (40, 30), "red").save(picture, "PNG")
        folder = photos.folder_in(stage.adapters.config.data_dir)
        ids = []
        for owner in (ret, theirs):
            kept = photos.keep(folder, stage.adapters.database.keyring, owner.shop_id, picture.getvalue(), "sleeve.png")
            with stage.adapters.database.write() as session:
                row = ReturnPhoto(
                    shop_id=owner.shop_id,
                    return_id=owner.id,
                    fulfillment_line_id=3001001,
                    added_at=stage.now(),
                    **asdict(kept),
                )
                session.add(row)
            ids.append(row.id)

        mine, others = (visit(door, stage, f"/app/returns/R-1042-1/photo/{photo}") for photo in ids)

        assert (mine.status_code, mine.mimetype, mine.data[:2]) == (200, "image/jpeg", b"\xff\xd8")
        assert mine.headers["Cache-Control"] == "no-store"
        assert others.status_code == 404
        assert f"/photo/{ids[0]}?" in visit(door, stage, "/app/returns/R-1042-1").text
        for photo, owner in zip(ids, (ret, theirs), strict=True):
            with stage.adapters.database.read() as session:
                sealed.remove(folder, owner.shop_id, session.get_one(ReturnPhoto, photo).file_name)

    def test_what_otto_may_not_see_is_not_there(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        otto = self.otto(stage)
        returned(stage, otto, 2001)

        answers = [visit(door, stage, path) for path in ("/app/returns/R-2001-1", "/app/returns/R-2001-1/photo/1")]
        listed = visit(door, stage, "/app/returns", q="2001")

        assert [answer.status_code for answer in answers] == [404, 404]
        assert all("Nothing is here" in answer.text and "Find a return" in answer.text for answer in answers)
        assert "R-2001-1<" not in listed.text

    @staticmethod
    def otto(stage: Wire) -> Shop:
        with stage.adapters.database.write() as session:
            shop = Shop(domain="ottos-outlet.myshopify.com", name="Otto's", installed_at=stage.now())
            session.add(shop)
        return shop


@pytest.mark.again
class TestTheFrame:
    def test_a_bare_path_of_shopifys_menu_asks_for_a_token_of_the_shop_before_it(
        self, door: FlaskClient, stage: Wire
    ) -> None:
        before = f"http://localhost/app?shop={SHOP}&host=aG9zdA&embedded=1&id_token=old"

        answer = door.get("/app/returns?tab=done", headers={"Referer": before})

        target = parse_qs(urlsplit(answer.location).query)
        assert answer.status_code == 302
        assert target["shopify-reload"] == [f"/app/returns?tab=done&shop={SHOP}&host=aG9zdA&embedded=1"]
        assert "old" not in answer.location

    @pytest.mark.parametrize("before", ["http://elsewhere.test/app?shop=x.myshopify.com", "", "nonsense"])
    def test_another_sites_word_about_the_shop_counts_nothing(
        self, door: FlaskClient, stage: Wire, before: str
    ) -> None:
        answer = door.get("/app/returns", headers={"Referer": before})

        assert (answer.status_code, "Open Postlude from your Shopify admin" in answer.text) == (400, True)

    def test_links_keep_what_app_bridge_needs_and_never_a_token(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        returned(stage, mara)

        text = visit(door, stage, "/app/returns").text

        assert f"/app/returns/R-1042-1?shop={SHOP}&amp;host=aG9zdA&amp;embedded=1" in text
        assert "id_token=" not in text
