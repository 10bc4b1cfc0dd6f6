"""Logos and guides in the designer: what is taken, what is refused, where it is seen, and that Otto has his own."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from shopify_app.catalogue import guides
from shopify_app.catalogue.guides import Guide, Owner
from shopify_app.catalogue.models import HowTo
from shopify_app.catalogue.projection import apply_product
from shopify_app.settings import drafting
from shopify_app.settings.page_models import BrandPicture
from shopify_app.shops.models import Shop
from stage import product
from wire import SHOP, Wire, application

BRAND = {"accent": "#7a1f2b", "background": "#ffffff", "radius": "4", "version": "0"}
GUIDE = {
    "owner": "product:701", "title": "Wax your boots", "phase": "care", "type": "steps", "language": "en",
    "minutes": "5", "note": "Enjoy them. Mara", "step_text": ["Warm the wax", "Rub it in", ""],
    "step_image": ["", "", ""],
}  # fmt: skip
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40">%s</svg>'


@pytest.fixture
def mara(stage: Wire) -> Shop:
    shop = stage.install()
    with stage.adapters.database.write() as session:
        apply_product(session, shop.id, product(), stage.now())
    return shop


@pytest.fixture
def door(stage: Wire, mara: Shop) -> FlaskClient:
    return application(stage.adapters).test_client()


@pytest.fixture
def ottos(stage: Wire, other_shop: Shop) -> HowTo:
    """A guide of Otto's."""
    with stage.adapters.database.write() as session:
        return guides.add(session, other_shop.id, Owner("product", 901, "Outlet"), Guide(title="Otto's secret"))


def see(door: FlaskClient, stage: Wire, path: str, **query: Any) -> TestResponse:
    return door.get(f"/app/{path}?{urlencode({'shop': SHOP, 'id_token': stage.session_token()} | query)}")


def send(door: FlaskClient, stage: Wire, path: str, form: dict[str, Any], **head: str) -> TestResponse:
    token = {"Authorization": f"Bearer {stage.session_token()}"}
    return door.post(f"/app/{path}", data=form, headers=token | head, content_type="multipart/form-data")


def png(size: tuple[int, int] = (200, 100)) -> tuple[BytesIO, str]:
    kept = BytesIO()
    Image.new("RGB", size, "teal").save(kept, "PNG")
    return BytesIO(kept.getvalue()), "logo.png"


def only_guide(stage: Wire, shop: Shop) -> HowTo:
    with stage.adapters.database.read() as session:
        return session.scalars(select(HowTo).where(HowTo.shop_id == shop.id)).one()


def test_a_logo_is_drawn_anew_drafted_and_served_for_ever(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    send(door, stage, "designer/brand", BRAND | {"logo": png()})

    with stage.adapters.database.read() as session:
        address = drafting.read(session, mara.id).look["brand"]["logo_url"]
    answer = door.get(address.removeprefix("http://app.test"))
    assert (answer.status_code, answer.content_type) == (200, "image/png")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    again = send(door, stage, "designer/brand", BRAND | {"version": "1", "verb": "drop:logo"})
    assert again.status_code == 303
    with stage.adapters.database.read() as session:
        assert drafting.read(session, mara.id).look["brand"]["logo_url"] is None


@pytest.mark.parametrize(
    ("body", "name", "said"),
    [
        (SVG % b"<script>alert(1)</script>", "logo.svg", "contains a script"),
        (SVG % b"<foreignObject/>", "logo.svg", "foreignObject"),
        (SVG % b'<image href="https://otto.example/x.png"/>', "logo.svg", "loads something from elsewhere"),
        (SVG % b"<script>alert(1)</script>", "logo.png", "contains a script"),
        (b"<html></html>", "logo.png", "cannot be read"),
        (b"GIF89a....", "logo.png", "not a picture that we can read"),
        (b"\x89PNG" + b"\0" * 2_200_000, "logo.png", "larger than 2 MB"),
    ],
)
def test_what_is_no_logo_is_refused_beside_its_field_and_the_rest_is_kept(
    door: FlaskClient, stage: Wire, body: bytes, name: str, said: str
) -> None:
    form = BRAND | {"name": "Kept as typed", "logo": (BytesIO(body), name)}

    answer = send(door, stage, "designer/brand", form)

    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Kept as typed"' in answer.text
    with stage.adapters.database.read() as session:
        assert session.scalars(select(BrandPicture)).all() == []


@pytest.mark.again
def test_fifty_megabytes_are_refused_before_they_are_read(door: FlaskClient, stage: Wire) -> None:
    class Unread(BytesIO):
        def read(self, *_: Any) -> bytes:
            raise AssertionError("read")

    head = {"Authorization": f"Bearer {stage.session_token()}"}
    answer = door.post(
        "/app/designer/brand", input_stream=Unread(), headers=head,
        content_type="multipart/form-data; boundary=x", environ_overrides={"CONTENT_LENGTH": str(50 * 1024 * 1024)},
    )  # fmt: skip

    assert answer.status_code == 413
    assert "larger than 2 MB" in answer.text


def test_a_guide_is_written_with_steps_and_shown_under_its_short_address(
    door: FlaskClient, stage: Wire, mara: Shop
) -> None:
    answer = send(door, stage, "designer/guides/new", GUIDE | {"step_file-0": png()})

    row = only_guide(stage, mara)
    assert (answer.status_code, row.is_own, row.minutes) == (303, True, 5)
    assert [step["text"] for step in row.steps] == ["Warm the wax", "Rub it in"]
    assert row.steps[0]["image"].endswith(".webp")
    assert "Rub it in" in door.get(f"/h/{row.slug}").text
    assert "Wax your boots" in see(door, stage, "designer/guides").text


@pytest.mark.again
def test_what_shopify_says_of_a_product_leaves_our_guides_alone(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    send(door, stage, "designer/guides/new", GUIDE)

    with stage.adapters.database.write() as session:
        apply_product(session, mara.id, product(), stage.now())

    assert only_guide(stage, mara).title == "Wax your boots"


@pytest.mark.again
def test_everything_wrong_about_a_guide_is_said_at_once(door: FlaskClient, stage: Wire) -> None:
    wrong = {"title": "", "phase": "never", "minutes": "lots", "url": "film", "step_text": ["", "x" * 1001, ""]}
    wrong["step_image"] = ["https://app.test/b/x.png", "", ""]

    text = send(door, stage, "designer/guides/new", GUIDE | wrong).text

    for said in ("This cannot be empty.", "Choose one from the list.", "Write a number from 1 to 600.",
                 "“film” is no web address", "1,000 characters at most"):  # fmt: skip
        assert said in text


def test_steps_are_moved_and_a_stale_form_changes_nothing(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    send(door, stage, "designer/guides/new", GUIDE)
    row = only_guide(stage, mara)
    path, stamp = f"designer/guides/{row.id}", guides.stamp(row)

    send(door, stage, path, GUIDE | {"stamp": stamp, "verb": "up:1"})
    late = send(door, stage, path, GUIDE | {"stamp": stamp, "title": "Kept as typed"})

    assert [step["text"] for step in only_guide(stage, mara).steps] == ["Rub it in", "Warm the wax"]
    assert (late.status_code, only_guide(stage, mara).title) == (409, "Wax your boots")
    assert 'value="Kept as typed"' in late.text


@pytest.mark.again
def test_an_insert_is_a_pdf_with_the_guides_code(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    send(door, stage, "designer/guides/new", GUIDE)
    row = only_guide(stage, mara)

    answer = see(door, stage, f"designer/guides/{row.id}/insert")

    assert answer.content_type == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert f"insert-{row.slug}.pdf" in answer.headers["Content-Disposition"]


def test_a_guide_is_removed(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    send(door, stage, "designer/guides/new", GUIDE)
    row = only_guide(stage, mara)

    send(door, stage, f"designer/guides/{row.id}/remove", {})

    assert door.get(f"/h/{row.slug}").status_code == 404


def test_a_guide_that_comes_from_shopify_is_looked_at_and_not_changed(
    door: FlaskClient, stage: Wire, mara: Shop
) -> None:
    send(door, stage, "designer/guides/new", GUIDE)
    with stage.adapters.database.write() as session:
        row = session.scalars(select(HowTo)).one()
        row.is_own = False

    assert "is changed there" in see(door, stage, f"designer/guides/{row.id}").text
    assert send(door, stage, f"designer/guides/{row.id}", GUIDE).status_code == 404
    assert send(door, stage, f"designer/guides/{row.id}/remove", {}).status_code == 404


@pytest.mark.again
@pytest.mark.parametrize("tail", ["", "/insert"])
def test_ottos_guides_are_not_found(door: FlaskClient, stage: Wire, ottos: HowTo, tail: str) -> None:
    assert see(door, stage, f"designer/guides/{ottos.id}{tail}").status_code == 404


@pytest.mark.again
def test_ottos_guides_are_neither_changed_nor_removed(door: FlaskClient, stage: Wire, ottos: HowTo) -> None:
    form = GUIDE | {"stamp": guides.stamp(ottos)}

    assert send(door, stage, f"designer/guides/{ottos.id}", form).status_code == 404
    assert send(door, stage, f"designer/guides/{ottos.id}/remove", {}).status_code == 404
    assert "secret" not in see(door, stage, "designer/guides").text


@pytest.mark.parametrize("owner", ["product:999", "collection:1", "shop:1", "product:x", ""])
def test_a_guide_for_nothing_that_is_there_is_not_begun(door: FlaskClient, stage: Wire, owner: str) -> None:
    assert see(door, stage, "designer/guides/new", owner=owner).status_code == 404
