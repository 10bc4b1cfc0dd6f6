"""Who works in the shop: known by Shopify's word alone, let do what the owner does not reserve."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from devstore.tokens import COLLEAGUE, STAFF, id_token
from shopify_app.shops import staff
from shopify_app.shops.models import Shop
from shopify_app.shops.staff import ASKED_AGAIN, ASKED_EVERY, Right
from wire import Wire

PATH = "/app/settings/staff"
MARA, JONAS = int(STAFF["id"]), int(COLLEAGUE["id"])
PUBLISHED = "/app/returns/policy/publish"


@pytest.fixture(autouse=True)
def shop(stage: Wire) -> Shop:
    return stage.install()


def visit(door: FlaskClient, stage: Wire, who: int = MARA, path: str = PATH, /, **form: Any) -> TestResponse:
    """Somebody opens a page, or sends a form."""
    headers = {"Authorization": f"Bearer {id_token(stage.config, who, stage.now())}"}
    return door.post(path, data=form, headers=headers) if form else door.get(path, headers=headers)


def version(door: FlaskClient, stage: Wire) -> str:
    found = re.search(r'name="version" value="(\d+)"', visit(door, stage).text)
    assert found
    return found[1]


def known(stage: Wire, shop: Shop, person: int) -> staff.StaffMember:
    with stage.adapters.database.read() as session:
        member = staff.known(session, shop.id, str(person))
    assert member is not None
    return member


def reserve(door: FlaskClient, stage: Wire, person: int = JONAS, *granted: Right, by: int = MARA) -> TestResponse:
    form = {"person": str(person), "version": version(door, stage), f"may-{person}": [str(right) for right in granted]}
    return visit(door, stage, by, **form)


@pytest.mark.again
class TestNames:
    def test_shopify_names_whoever_comes_for_the_first_time_and_is_asked_once_a_week(
        self, door: FlaskClient, stage: Wire, shop: Shop
    ) -> None:
        visit(door, stage, JONAS)
        asked = len(stage.line.requests)
        visit(door, stage, JONAS)

        member = known(stage, shop, JONAS)
        assert (member.name, member.is_owner) == ("Jonas Ek", False)
        assert len(stage.line.requests) == asked
        stage.advance(seconds=ASKED_EVERY.total_seconds())
        visit(door, stage, JONAS)
        assert len(stage.line.requests) > asked

    def test_no_token_of_a_person_is_kept(self, door: FlaskClient, stage: Wire, shop: Shop) -> None:
        visit(door, stage, JONAS)

        assert not {"access_token", "token"} & {column.name for column in staff.StaffMember.__table__.columns}
        assert stage.shop().access_token == shop.access_token

    def test_without_shopifys_answer_the_page_opens_all_the_same_and_the_name_is_asked_for_later(
        self, door: FlaskClient, stage: Wire, shop: Shop
    ) -> None:
        stage.fault("5xx", "token:exchange")

        assert visit(door, stage, JONAS).status_code == 200
        assert known(stage, shop, JONAS).name is None
        assert f"Staff member {JONAS}" in visit(door, stage, JONAS).text.replace(",", "")
        stage.advance(seconds=ASKED_AGAIN.total_seconds())
        visit(door, stage, JONAS)
        assert known(stage, shop, JONAS).name == "Jonas Ek"

    @pytest.mark.asked
    def test_a_name_is_sealed_at_rest(self, door: FlaskClient, stage: Wire, shop: Shop) -> None:
        visit(door, stage, JONAS)

        with stage.adapters.database.engine.connect() as connection:
            (raw,) = connection.exec_driver_sql("SELECT name FROM staff").scalars()
        assert b"Jonas" not in bytes(raw)


@pytest.mark.again
class TestRights:
    def test_everybody_may_do_everything_until_the_owner_takes_something_away(
        self, door: FlaskClient, stage: Wire, shop: Shop
    ) -> None:
        visit(door, stage, JONAS)
        assert all(known(stage, shop, JONAS).may(right) for right in Right)

        assert reserve(door, stage, JONAS, Right.ERASE).status_code == 303

        member = known(stage, shop, JONAS)
        assert [right for right in Right if member.may(right)] == [Right.ERASE]
        assert member.changed_by == str(MARA)
        assert "Decided by Mara Lind" in visit(door, stage).text

    def test_who_may_not_is_told_so_and_nothing_is_done(self, door: FlaskClient, stage: Wire) -> None:
        visit(door, stage, JONAS)
        reserve(door, stage, JONAS)

        answer = visit(door, stage, JONAS, PUBLISHED, version="0")

        assert answer.status_code == 403
        assert "Only some people in this shop may publish, and you are not among them." in answer.text
        assert visit(door, stage, MARA, PUBLISHED, version="0").status_code != 403

    def test_credit_without_an_order_is_for_those_who_may_move_money(self, door: FlaskClient, stage: Wire) -> None:
        asked = "/app/returns/no-receipt/N-1001"
        visit(door, stage, JONAS)
        reserve(door, stage, JONAS, Right.ERASE)

        assert visit(door, stage, JONAS, asked, verb="accept", amount="5000").status_code == 403
        assert visit(door, stage, JONAS, asked, verb="decline").status_code == 404
        assert visit(door, stage, MARA, asked, verb="accept", amount="5000").status_code == 404

    def test_only_the_owner_decides_and_nobody_takes_anything_from_the_owner(
        self, door: FlaskClient, stage: Wire, shop: Shop
    ) -> None:
        visit(door, stage, JONAS)
        for person in (MARA, JONAS):
            assert reserve(door, stage, person, by=JONAS).status_code == 403
        reserve(door, stage, MARA)

        assert all(known(stage, shop, person).may(right) for person in (MARA, JONAS) for right in Right)

    def test_what_newcomers_may_not_holds_for_whoever_comes_next(
        self, door: FlaskClient, stage: Wire, shop: Shop
    ) -> None:
        reserve(door, stage, staff.NEWCOMERS, Right.PUBLISH)

        visit(door, stage, JONAS)

        member = known(stage, shop, JONAS)
        assert [right for right in Right if member.may(right)] == [Right.PUBLISH]

    @pytest.mark.asked
    def test_two_decisions_at_once_lose_nothing(self, door: FlaskClient, stage: Wire, shop: Shop) -> None:
        visit(door, stage, JONAS)
        seen = version(door, stage)
        visit(door, stage, MARA, person=str(JONAS), version=seen, **{f"may-{JONAS}": "settle"})

        late = visit(door, stage, MARA, person=str(JONAS), version=seen, **{f"may-{JONAS}": "erase"})

        assert late.status_code == 409
        assert known(stage, shop, JONAS).may(Right.SETTLE)

    def test_a_person_of_another_shop_is_nobody_here(self, door: FlaskClient, stage: Wire, shop: Shop) -> None:
        with stage.adapters.database.write() as session:
            otto = Shop(domain="ottos-outlet.myshopify.com", installed_at=stage.now())
            session.add(otto)
            session.flush()
            staff.learn(session, otto.id, "77", None, stage.now())

        assert reserve(door, stage, 77).status_code == 303
        assert visit(door, stage, MARA, f"{PATH}/77/forget", version="0").status_code == 404
        with stage.adapters.database.read() as session:
            theirs = staff.known(session, otto.id, "77")
        assert theirs is not None
        assert theirs.may(Right.SETTLE)


class TestForgetting:
    def test_the_owner_takes_a_person_off_the_list_and_their_name_is_gone(
        self, door: FlaskClient, stage: Wire, shop: Shop
    ) -> None:
        visit(door, stage, JONAS)

        assert visit(door, stage, JONAS, f"{PATH}/{MARA}/forget", version="0").status_code == 403
        assert visit(door, stage, MARA, f"{PATH}/{JONAS}/forget", version="0").status_code == 303
        with stage.adapters.database.read() as session:
            assert staff.known(session, shop.id, str(JONAS)) is None

    @pytest.mark.again
    def test_the_owner_stays(self, door: FlaskClient, stage: Wire, shop: Shop) -> None:
        assert visit(door, stage, MARA, f"{PATH}/{MARA}/forget", version="0").status_code == 404
        assert known(stage, shop, MARA).is_owner
