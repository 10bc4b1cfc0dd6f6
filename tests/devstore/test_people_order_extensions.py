"""The dev store's admin around the app: its extensions on the order's page, and its blocks in the theme editor."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from devstage import Stage
from devstore.order_shell import ACTION, BLOCK, extension
from devstore.theme_editor import EDITOR

STATIC = Path(__file__).resolve().parents[2] / "devstore" / "static"


@pytest.fixture
def mara(stage: Stage) -> FlaskClient:
    return stage.client


@pytest.fixture
def order(stage: Stage) -> int:
    return int(next(iter(stage.world.store.all("order")))["id"])


@pytest.fixture
def product(stage: Stage) -> str:
    """The page of something on sale."""
    found = next(each for each in stage.world.store.all("product") if each["status"] == "active")
    return f"/products/{found['handle']}"


def facts(page: str) -> dict[str, Any]:
    found = re.search(r'id="facts">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def told(mara: FlaskClient) -> dict[str, dict[str, Any]]:
    """What App Bridge's `app.extensions()` would say of the theme, by block."""
    (theme,) = mara.get("/admin/extensions").get_json()
    assert theme["type"] == "theme_app_extension"
    return {each["handle"]: each for each in theme["activations"]}


def turn(mara: FlaskClient, block: str, on: bool) -> int:
    return mara.post(EDITOR, data={"block": block, "on": str(int(on))}).status_code


class TestTheOrdersPage:
    def test_it_starts_the_block_and_keeps_the_action_ready(self, mara: FlaskClient, order: int) -> None:
        page = mara.get(f"/admin/orders/{order}").text

        address = f"/admin/orders/{order}/extensions"
        frames = re.findall(r'<iframe[^>]* (src|data-src)="([^"]+)" sandbox="([^"]+)"', page)
        assert [(name, src) for name, src, _ in frames] == [
            ("src", f"{address}/{BLOCK}"),
            ("data-src", f"{address}/{ACTION}"),
        ]
        assert not any("allow-same-origin" in sandbox for *_, sandbox in frames)  # as opaque as Shopify's worker

    def test_a_frame_knows_its_order_the_app_and_its_words(self, mara: FlaskClient, order: int, stage: Stage) -> None:
        page = mara.get(f"/admin/orders/{order}/extensions/{BLOCK}?locale=sv").text

        known = facts(page)
        assert known["order"] == f"gid://shopify/Order/{order}"
        assert (known["app"], known["language"]) == (stage.config.app_url, "sv")
        assert known["texts"]["block"]["create"] == "Skapa retur"
        assert "/admin/extension-bundles/order-parcels.js" in page

    def test_a_colleague_reads_their_own_language(self, mara: FlaskClient, order: int) -> None:
        mara.set_cookie("devstore_staff", "4243")

        assert facts(mara.get(f"/admin/orders/{order}/extensions/{ACTION}").text)["language"] == "sv"

    def test_each_bundle_is_there_and_nothing_else(self, mara: FlaskClient) -> None:
        for handle in extension().handles.values():
            assert mara.get(f"/admin/extension-bundles/{handle}.js").mimetype == "text/javascript"
        assert mara.get("/admin/extension-bundles/other.js").status_code == 404

    def test_what_is_not_there_is_404(self, mara: FlaskClient, order: int) -> None:
        assert mara.get(f"/admin/orders/{order}/extensions/admin.nowhere").status_code == 404
        assert mara.get(f"/admin/orders/1/extensions/{BLOCK}").status_code == 404

    def test_an_address_of_the_app_keeps_its_question(self, mara: FlaskClient) -> None:
        page = mara.get("/admin/apps/postlude/app/returns/new?order=1042&shop=evil").text

        (src,) = re.findall(r'id="app-frame"[^>]* data-src="([^"]+)"', page)
        assert "/app/returns/new?" in src
        assert "order=1042" in src
        assert "evil" not in src

    def test_the_stand_ins_have_every_part_that_the_extension_uses(self) -> None:
        used = set(
            re.findall(
                r"<(s-[\w-]+)", "".join(each.read_text() for each in Path(extension().folder / "src").glob("*.jsx"))
            )
        )
        stubs = (STATIC / "polaris-stub.js").read_text() + (STATIC / "order" / "host.js").read_text()

        assert {part for part in used if f"'{part}'" not in stubs} == set()


class TestTheTheme:
    def test_a_block_that_is_taken_out_is_available_and_no_more_in_the_shop(
        self, mara: FlaskClient, product: str
    ) -> None:
        assert "shopify-app-block" in mara.get(product).text
        assert (told(mara)["promise"]["status"], told(mara)["promise"]["name"]) == ("active", "Returns and arrival")
        assert told(mara)["promise"]["activations"]

        assert turn(mara, "promise", False) == 303

        assert (told(mara)["promise"]["status"], told(mara)["promise"]["activations"]) == ("available", [])
        assert "shopify-app-block" not in mara.get(product).text

    def test_an_embed_is_a_switch(self, mara: FlaskClient) -> None:
        turn(mara, "track-link", False)
        without = mara.get("/").text
        assert told(mara)["track-link"]["status"] == "available"

        turn(mara, "track-link", True)

        assert told(mara)["track-link"]["status"] == "active"
        assert len(mara.get("/").text) > len(without)

    def test_a_block_that_the_theme_came_without_can_be_put_in(self, mara: FlaskClient) -> None:
        assert told(mara)["start-return"]["status"] == "available"

        turn(mara, "start-return", True)

        assert told(mara)["start-return"]["status"] == "active"

    @pytest.mark.parametrize(
        ("query", "block"),
        [
            ("addAppBlockId=key/start-return&template=page", "start-return"),
            ("context=apps&activateAppId=key/track-link", "track-link"),
        ],
    )
    def test_a_deep_link_of_the_app_has_the_block_that_it_names_on_top(
        self, mara: FlaskClient, query: str, block: str
    ) -> None:
        page = mara.get(f"{EDITOR}?{query}").text

        cards = re.findall(r'<section class="card" id="([^"]+)"( aria-current)?', page)
        assert cards[0] == (block, " aria-current")
        assert [name for name, current in cards if current] == [block]

    def test_the_frame_knows_which_shops_admin_it_stands_for(self, mara: FlaskClient, stage: Stage) -> None:
        """The app links to ``https://<shop>/admin/themes/...``, as at Shopify; here that is this admin."""
        assert f'data-shop="{stage.config.shop}"' in mara.get("/admin/apps/postlude").text

    def test_a_block_that_the_app_does_not_have_is_none(self, mara: FlaskClient) -> None:
        assert turn(mara, "nowhere", True) == 404
