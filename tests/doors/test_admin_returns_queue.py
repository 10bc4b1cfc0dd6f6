"""The queue: what is due first, filters, search, marks of pages, kept views, and what a page costs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from returned import placed, wanted
from sqlalchemy import event, insert, select, text
from werkzeug.test import TestResponse

from shopify_app.casework.models import SavedView
from shopify_app.orders.models import Order
from shopify_app.returns.models import Return, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.parcels.models import ReturnParcel
from shopify_app.returns.searching import keeping
from shopify_app.returns.vocabulary import Outcome
from shopify_app.shipments.projection import apply_fulfillment
from shopify_app.shopify.markets import MarketSnapshot
from shopify_app.shops import profile
from shopify_app.shops.models import Shop
from stage import fulfillment
from wire import SHOP, Wire

QUEUE = "/app/returns"
MOST_STATEMENTS = 12


@pytest.fixture
def mara(stage: Wire) -> Shop:
    return stage.install()


def see(door: FlaskClient, stage: Wire, path: str = QUEUE, **query: Any) -> TestResponse:
    return door.get(f"{path}?{urlencode({'shop': SHOP, 'id_token': stage.session_token()} | query)}")


def send(door: FlaskClient, stage: Wire, **form: Any) -> TestResponse:
    token = {"Authorization": f"Bearer {stage.session_token()}"}
    return door.post(f"{QUEUE}/views", data=form, headers=token)


def listed(answer: TestResponse) -> list[int]:
    """Order numbers of the rows, in their order."""
    return [int(number) for number in re.findall(r"R-(\d+)-1</a>", answer.text)]


def returned(stage: Wire, shop: Shop, number: int, due: int = 2, **states: Any) -> None:
    """A return that is to be answered in so many days."""
    with stage.adapters.database.write() as session:
        ret = wanted(session, placed(session, shop.id, number), stage.now(), **states)
        ret.decide_by = stage.now() + timedelta(days=due) if ret.state == "requested" else None


@pytest.mark.again
def test_what_came_back_at_less_is_listed_with_what_the_shopper_gets(
    door: FlaskClient, stage: Wire, mara: Shop
) -> None:
    returned(stage, mara, 1042, outcome=Outcome.REFUND, units=1)
    assert "€48.60" in see(door, stage).text
    with stage.adapters.database.write() as session:
        group = session.scalars(select(ReleaseGroup)).one()
        group.final = group.accepted | {"own": group.accepted["own"] | {"amount": 2430}}

    now = see(door, stage).text
    assert ("€24.30" in now, "€48.60" in now) == (True, False)


@contextmanager
def statements(stage: Wire) -> Iterator[list[tuple[str, Any]]]:
    said: list[tuple[str, Any]] = []
    engine = stage.adapters.database.engine

    def hear(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        said.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", hear)
    yield said
    event.remove(engine, "before_cursor_execute", hear)


class TestOrder:
    @pytest.mark.again
    def test_what_is_due_first_comes_first_and_what_is_late_says_so(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        for number, due in ((1042, 5), (1043, -3), (1044, 1)):
            returned(stage, mara, number, due)

        found = see(door, stage)

        assert listed(found) == [1043, 1044, 1042]
        assert found.text.count("Late:") == 1
        assert listed(see(door, stage, is_late=1)) == [1043]

    def test_goods_are_due_for_a_verdict_within_the_working_days_that_the_shop_promises(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        for number, days in ((1042, 1), (1043, 9)):
            returned(stage, mara, number, state="approved", group="open")
            with stage.adapters.database.write() as session:
                for unit in session.scalars(select(ReturnUnit).order_by(ReturnUnit.id.desc()).limit(2)):
                    unit.reception, unit.received_at = "received", stage.now() - timedelta(days=days)

        assert listed(see(door, stage, tab="to_inspect")) == [1043, 1042]
        assert listed(see(door, stage, tab="to_inspect", is_late=1)) == [1043]

    def test_pages_go_by_marks_there_and_back_without_a_gap(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        for number in range(1, 58):
            returned(stage, mara, number, due=number % 7)

        seen, pages, answer = [], [], see(door, stage)
        while True:
            pages.append(listed(answer))
            seen += pages[-1]
            link = re.search(r'href="([^"]*after=[^"]*)"', answer.text)
            if link is None:
                break
            answer = see(door, stage, **dict(parse_qsl(urlsplit(link[1].replace("&amp;", "&")).query)))
        back = re.search(r'href="([^"]*before=[^"]*)"', answer.text)
        assert back is not None
        before = see(door, stage, **dict(parse_qsl(urlsplit(back[1].replace("&amp;", "&")).query)))

        assert [len(page) for page in pages] == [25, 25, 7]
        assert sorted(seen) == list(range(1, 58))
        assert listed(before) == pages[1]

    @pytest.mark.again
    @pytest.mark.parametrize("mark", ["nonsense", "20261124T120000000000-", "-9", "x" * 200, "20261341T000000000000-1"])
    def test_a_mark_that_is_none_shows_the_first_page(
        self, door: FlaskClient, stage: Wire, mara: Shop, mark: str
    ) -> None:
        returned(stage, mara, 1042)

        assert listed(see(door, stage, after=mark)) == [1042]


class TestFinding:
    @pytest.fixture
    def two(self, stage: Wire, mara: Shop) -> None:
        """Ada wants credit for 1042, sent to Sweden; 1043 is a refund to Germany, begun in Shopify."""
        returned(stage, mara, 1042)
        returned(stage, mara, 1043, outcome=Outcome.REFUND)
        with stage.adapters.database.write() as session:
            german = session.scalars(select(Order).where(Order.number == "1043")).one()
            german.country, german.email_hash = "DE", None
            ret = session.scalars(select(Return).where(Return.order_id == german.id)).one()
            ret.source, ret.lines[0].reason = "shopify", "size-too-large"
            ret.requested_at = stage.now() - timedelta(days=30)
            apply_fulfillment(session, mara.id, fulfillment(order_id=1043), stage.now())
            keeping.write(session, ret)
            session.add(
                ReturnParcel(
                    shop_id=mara.id, return_id=ret.id, number="JD0101", state="in_transit", added_at=stage.now()
                )
            )
            shop = session.get_one(Shop, mara.id)
            profile.take_markets(shop, (MarketSnapshot("nordics", "Nordics", ("SE", "NO")),), stage.now())

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"outcome": "refund"}, [1043]),
            ({"reason": "size-too-large"}, [1043]),
            ({"country": "de"}, [1043]),
            ({"market": "nordics"}, [1042]),
            ({"market": "atlantis"}, []),
            ({"source": "shopify"}, [1043]),
            ({"asked_from": 4}, [1042]),
            ({"asked_to": 23}, [1043]),
            ({"asked_to": "0001-01-01"}, []),
            ({"asked_to": "9999-12-31", "state": "requested", "assignee": "nobody"}, [1042, 1043]),
            ({"q": "jd0101"}, []),
            ({"q": "JD0101"}, [1043]),
            ({"q": "UA938473619SE"}, [1043]),
            ({"q": "ua 938 473 619 se"}, [1043]),
            ({"q": " Ada@example.com "}, [1042, 1043]),
            ({"q": "nobody@example.com"}, []),
            ({"q": "linen"}, [1042, 1043]),
            ({"q": "lindholm ADA"}, [1042, 1043]),
            ({"q": "Ada Otto"}, []),
            ({"q": "lindhol"}, []),
            ({"q": "SHIRT-M", "outcome": "refund"}, [1043]),
            ({"q": "r-104"}, [1042, 1043]),
            ({"q": "100%_"}, []),
            ({"state": "nonsense", "outcome": "x", "asked_from": "soon", "tab": "?"}, [1042, 1043]),
        ],
    )
    def test_filters_and_words_find(
        self, door: FlaskClient, stage: Wire, two: None, query: dict[str, str | int], found: list[int]
    ) -> None:
        """A number among what is asked is a day: so many before today."""
        today = stage.now().date()
        asked = {name: today - timedelta(what) if isinstance(what, int) else what for name, what in query.items()}

        assert sorted(listed(see(door, stage, **asked))) == found

    @pytest.mark.again
    @pytest.mark.parametrize("tab", ["to_approve", "done", "all"])
    def test_a_shop_without_a_return_reads_what_will_stand_there(
        self, door: FlaskClient, stage: Wire, mara: Shop, tab: str
    ) -> None:
        assert "Nobody has asked for a return yet" in see(door, stage, tab=tab).text
        assert "Nobody has asked" not in see(door, stage, tab=tab, outcome="refund").text

        returned(stage, mara, 1042)
        assert "Nobody has asked" not in see(door, stage, tab=tab).text

    @pytest.mark.again
    def test_counts_are_under_the_same_filters(self, door: FlaskClient, stage: Wire, two: None) -> None:
        text = see(door, stage, outcome="refund").text

        assert re.search(r'To approve <span class="count">1<', text)


class TestViews:
    def test_a_view_keeps_filters_for_the_team_and_never_what_was_searched_for(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        answer = send(door, stage, name=" Late  refunds ", query="tab=all&outcome=refund&is_late=1&q=ada%40example.com")

        with stage.adapters.database.read() as session:
            (view,) = session.scalars(select(SavedView)).all()
        assert (answer.status_code, view.name) == (303, "Late refunds")
        assert dict(parse_qsl(view.query)) == {"tab": "all", "outcome": "refund", "is_late": "1"}
        assert ">Late refunds</a>" in see(door, stage).text
        send(door, stage, drop="Late refunds")
        assert "Late refunds" not in see(door, stage).text

    @pytest.mark.again
    @pytest.mark.parametrize(
        ("name", "said"), [(" ", "Give the view a name."), ("x" * 61, "A name has at most 60 characters.")]
    )
    def test_a_name_that_cannot_be_is_said_beside_its_field(
        self, door: FlaskClient, stage: Wire, mara: Shop, name: str, said: str
    ) -> None:
        answer = send(door, stage, name=name, query="tab=done")

        assert (answer.status_code, f'error="{said}"' in answer.text) == (422, True)

    def test_the_views_of_ottos_shop_are_his(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        with stage.adapters.database.write() as session:
            otto = Shop(domain="ottos-outlet.myshopify.com", name="Otto's", installed_at=stage.now())
            session.add(otto)
            session.flush()
            view = {"shop_id": otto.id, "kind": "return", "name": "Otto's own", "query": "tab=done"}
            session.execute(insert(SavedView), [view | {"made_at": stage.now()}])

        send(door, stage, drop="Otto's own")

        assert "Otto&#39;s own" not in see(door, stage).text
        with stage.adapters.database.read() as session:
            assert session.scalars(select(SavedView.name)).all() == ["Otto's own"]


class TestWhatItCosts:
    @pytest.mark.parametrize("query", [{}, {"q": "shirt"}, {"tab": "all", "is_late": 1, "country": "SE", "tag": "x"}])
    def test_a_page_asks_no_more_than_twelve_times_and_stays_small(
        self, door: FlaskClient, stage: Wire, mara: Shop, query: dict[str, Any]
    ) -> None:
        for number in range(1042, 1072):
            returned(stage, mara, number)
        token = stage.session_token()  # the next second's would be another visit to note
        see(door, stage, id_token=token)

        with statements(stage) as said:
            answer = see(door, stage, id_token=token, **query)

        assert answer.status_code == 200
        assert len(said) <= MOST_STATEMENTS

    @pytest.mark.once  # plans are told in SQLite's words
    def test_what_is_over_is_never_walked_through_to_find_what_waits(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        """Pieces, parts and questions are found by an index of what waits: a shop's past costs nothing."""
        returned(stage, mara, 1042)
        see(door, stage)
        with statements(stage) as said:
            see(door, stage, tab="to_inspect")

        with stage.adapters.database.engine.connect() as connection:
            plans = [
                row[3]
                for statement, parameters in said
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            ]
            assert connection.scalar(text("SELECT count(*) FROM return_unit")) == 2
        walked = {plan.split()[1] for plan in plans if plan.startswith("SCAN")}
        assert walked.isdisjoint(
            {"return_unit", "release_group", "return_line", "order", "goods_sent_back", "customer"}
        )
