"""The preview: the shopper's real page as the draft would have it, and nobody else sees that page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from shopify_app.catalogue.projection import apply_product
from shopify_app.orders.models import PageView
from shopify_app.orders.projection import apply_order
from shopify_app.pages.preview import Seen, Situation, situation_of
from shopify_app.settings import drafting
from shopify_app.settings.store import note
from shopify_app.shipments.projection import apply_fulfillment
from shopify_app.shops.models import Shop
from stage import fulfillment, order, product
from wire import SHOP, Wire, application

pytestmark = pytest.mark.again

WINE = {"section": "brand", "accent": "#7a1f2b", "background": "#ffffff", "radius": "4"}


@pytest.fixture
def mara(stage: Wire) -> Shop:
    """Her shop, with an order of Ada's on its way."""
    shop = stage.install()
    with stage.adapters.database.write() as session:
        apply_product(session, shop.id, product(), stage.now())
        apply_order(session, shop.id, order(placed_at=stage.now() - timedelta(days=1)), stage.now())
        apply_fulfillment(session, shop.id, fulfillment(), stage.now())
    return shop


@pytest.fixture
def door(stage: Wire, mara: Shop) -> FlaskClient:
    return application(stage.adapters).test_client()


def look(door: FlaskClient, stage: Wire, page: str = "tracking", **form: Any) -> TestResponse:
    return door.post(f"/app/preview/{page}", data=form, headers={"Authorization": f"Bearer {stage.session_token()}"})


@pytest.mark.asked
def test_what_is_typed_is_seen_on_the_real_page_and_saved_nowhere(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    text = look(door, stage, **WINE).text

    assert "--al:#7a1f2b" in text
    assert "Fell boots" in text
    with stage.adapters.database.read() as session:
        assert drafting.read(session, mara.id).changes == {}
        assert session.scalar(select(func.count()).select_from(PageView)) == 0


def test_the_draft_is_seen_and_the_shopper_does_not_see_it(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    with stage.adapters.database.write() as session:
        drafting.write(session, mara.id, {"tracking": {"blocks": ["order"]}}, 0, "mara", stage.now())
        drafting.write(session, mara.id, {"support": {"phone": "+46 8 123 45 67"}}, 1, "mara", stage.now())

    assert "Need help?" not in look(door, stage).text
    assert "+46 8 123 45 67" in look(door, stage, "lookup").text
    with stage.adapters.database.read() as session:
        assert drafting.in_force(session, mara.id)["support"]["phone"] == ""


def test_a_footer_from_before_it_was_bounded_is_shown_in_either_scheme(
    door: FlaskClient, stage: Wire, mara: Shop
) -> None:
    with stage.adapters.database.write() as session:
        note(session, mara.id, "brand", {"footer": {"en": "Made in Sundsvall. " * 20}}, "mara", stage.now())

    for scheme in ("light", "dark"):
        assert "Made in Sundsvall." in look(door, stage, **{"preview-scheme": scheme}).text


def test_an_accent_that_cannot_be_read_is_shown_as_the_shade_that_can(door: FlaskClient, stage: Wire) -> None:
    text = look(door, stage, **WINE | {"accent": "#ffcc33"}).text

    assert "#ffcc33" not in text
    assert "--al:#" in text


def test_links_lead_nowhere_and_nothing_runs(door: FlaskClient, stage: Wire) -> None:
    text = look(door, stage).text

    assert '<head><base target="_blank">' in text
    assert "<script" not in text


@pytest.mark.parametrize(("page", "said"), [("lookup", "Where is my order?"), ("returns", "<form")])
def test_the_other_pages_are_seen_too(door: FlaskClient, stage: Wire, page: str, said: str) -> None:
    assert said in look(door, stage, page).text


def test_the_device_and_the_language_are_chosen(door: FlaskClient, stage: Wire) -> None:
    text = look(door, stage, **{"preview-scheme": "dark", "preview-language": "de"}).text

    assert 'lang="de' in text
    assert "html{color-scheme:dark}" in text
    assert "html{color-scheme:light}" in look(door, stage).text


def test_a_guide_is_seen_while_it_is_written(door: FlaskClient, stage: Wire) -> None:
    form = {"title": "Wax <them>", "type": "steps", "step_text": ["Warm the wax", ""], "step_image": ["", ""]}

    text = look(door, stage, "guide", **form).text

    assert "Wax &lt;them&gt;" in text


@pytest.mark.asked
def test_a_shop_without_orders_is_shown_the_form_that_asks_for_one(door: FlaskClient, stage: Wire) -> None:
    assert "Where is my order?" in look(door, stage, **{"preview-order": "#9999"}).text


def test_otto_does_not_see_maras_orders(door: FlaskClient, stage: Wire, mara: Shop, other_shop: Shop) -> None:
    with stage.adapters.database.write() as session:
        apply_order(session, other_shop.id, order(name="#7777", shopify_id=7777), stage.now())

    text = look(door, stage, **{"preview-order": "#7777"}).text

    assert "7777" not in text


@pytest.mark.parametrize("page", ["otto", "tracking.html"])
def test_pages_that_are_none_are_not_found(door: FlaskClient, stage: Wire, page: str) -> None:
    assert look(door, stage, page).status_code == 404


def test_without_a_token_there_is_no_preview(door: FlaskClient) -> None:
    answer = door.post("/app/preview/tracking", headers={"Authorization": "Bearer x"})

    assert (answer.status_code, "<html" in answer.text) == (401, False)


def test_a_form_that_is_too_large_is_not_read(door: FlaskClient, stage: Wire) -> None:
    head = {"Authorization": f"Bearer {stage.session_token()}", "Content-Length": str(50 * 1024 * 1024)}

    answer = door.post("/app/preview/tracking", data=b"section=brand", headers=head,
                       content_type="application/x-www-form-urlencoded")  # fmt: skip

    assert (answer.status_code, "Fell boots" in answer.text) == (200, True)


def test_a_preview_takes_a_dozen_statements_at_most(door: FlaskClient, stage: Wire) -> None:
    asked: list[str] = []
    look(door, stage)
    event.listen(stage.adapters.database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))

    look(door, stage, **WINE)

    assert len([each for each in asked if each.lstrip().upper().startswith(("SELECT", "WITH"))]) <= 12, "\n".join(
        each.replace(chr(10), " ")[:150] for each in asked
    )


def see(door: FlaskClient, stage: Wire, path: str, **query: Any) -> str:
    return door.get(f"/app/{path}?{urlencode({'shop': SHOP, 'id_token': stage.session_token()} | query)}").text


@pytest.mark.asked
def test_the_designer_offers_the_shops_own_orders_as_examples(door: FlaskClient, stage: Wire) -> None:
    text = see(door, stage, "designer/brand")

    assert "#1042" in text
    assert 'sandbox="allow-same-origin"' in text


@pytest.mark.parametrize(
    ("state", "numbers", "situation"),
    [
        (None, None, Situation.NOT_SENT),
        ("awaiting_data", ["42"], None),
        ("awaiting_data", [], Situation.ON_ITS_WAY),
        ("label_created", ["42"], Situation.NOT_SENT),
        ("accepted", ["42"], Situation.ON_ITS_WAY),
        ("out_for_delivery", ["42"], Situation.ON_ITS_WAY),
        ("delayed", ["42"], Situation.LATE),
    ],
)
def test_an_order_is_an_example_of_what_its_page_says(
    state: str | None, numbers: list[str] | None, situation: Situation | None
) -> None:
    """“Your parcel is with the carrier”, which has not scanned it, is neither; “Your parcel was sent” is."""
    assert situation_of(Seen(1, "#1042", state, None, numbers)) == situation
