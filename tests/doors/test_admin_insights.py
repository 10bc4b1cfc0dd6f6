"""The merchant reads the shop's figures."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from databases import Databases
from flask.testing import FlaskClient
from kept import Kept
from returned import wanted
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from jobs.insights import count_shop, draw_shop
from shopify_app.catalogue.models import Product
from shopify_app.customers.models import Customer
from shopify_app.insights.days import mark
from shopify_app.insights.measures import MEASURES
from shopify_app.orders.models import Order, OrderLine, PageView
from shopify_app.returns.models import Return
from shopify_app.returns.states import ReturnState
from shopify_app.shipments.models import Shipment, TransitCounted
from shopify_app.shops.models import Shop
from wire import SHOP, Wire

TABLES = (
    *("products", "variants", "suppliers", "reasons", "outcomes", "lanes", "customers", "figures"),
    *("answers", "kept", "again"),
)


@pytest.fixture(autouse=True)
def mara(stage: Wire) -> Shop:
    return stage.install()


def see(door: FlaskClient, stage: Wire, path: str = "", **query: Any) -> TestResponse:
    return door.get(
        f"/app/insights{path}?{urlencode({'shop': SHOP, 'id_token': stage.session_token(), 'locale': 'en'} | query)}"
    )


def rows_of(file: TestResponse) -> list[list[str]]:
    """The cells that a spreadsheet makes of it."""
    return list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))


def sold(shop: Shop, number: int, at: datetime, customer: int | None = None) -> Order:
    order = Order(
        shop_id=shop.id, shopify_id=number, name=f"#{number}", number=str(number), currency="EUR", shop_currency="EUR",
        subtotal=9000, total=9000, placed_at=at, fact_at=at, customer_id=customer, country="SE",
    )  # fmt: skip
    order.lines.append(
        OrderLine(
            shop_id=shop.id,
            shopify_id=9001,
            product_shopify_id=701,
            variant_shopify_id=801,
            title="=Fell boots",
            vendor="Nordkant",
            quantity=2,
            current_quantity=2,
            unit_price=5000,
            discounts=[],
        )
    )
    return order


@pytest.fixture(scope="module")
def counted() -> list[Kept]:
    """The shop below, once its days were counted."""
    return []


@pytest.fixture
def trade(stage: Wire, all_databases: Databases, counted: list[Kept]) -> Shop:
    """Four orders of boots in the last days, one of them asked back, two of them delivered."""
    if counted and counted[-1].is_fresh():
        all_databases.fresh()
        counted[-1].put_back(stage.adapters.database)
        counted[-1].set_clock(stage)
    else:
        _trade(stage, stage.shop())
        counted.append(Kept.of(stage))
    return stage.shop()


def _trade(stage: Wire, mara: Shop) -> None:
    now = stage.now()
    with stage.adapters.database.write() as session:
        session.get_one(Shop, mara.id).currency = "EUR"
        ada = Customer(shop_id=mara.id, shopify_id=501, first_name="Ada", last_name="Lindholm", fact_at=now)
        known = {"handle": "fell-boots", "title": "=Fell boots", "fact_at": now}
        session.add_all([ada, Product(shop_id=mara.id, shopify_id=701, **known)])
        session.flush()
        orders = [sold(mara, 1042 + n, now - timedelta(days=2 + 3 * n), ada.id if n < 2 else None) for n in range(4)]
        session.add_all(orders)
        session.flush()
        asked = wanted(session, orders[0], now, state="approved", group="open")
        asked.lines[0].reason, asked.decide_by = "size-too-small", None
        asked.approved_at = asked.requested_at + timedelta(hours=2)
        for number, error in ((1, 0), (2, 3)):
            sent = Shipment(
                shop_id=mara.id, order_id=orders[number].id, shopify_id=3000 + number, carrier="postnord",
                destination="SE", state="delivered", shipped_at=now - timedelta(days=4), fact_at=now,
                accepted_at=now - timedelta(days=4), delivered_at=now - timedelta(days=1),
            )  # fmt: skip
            session.add(sent)
            session.flush()
            lesson = {"working_days": 2, "error_days": error, "counted_at": now}
            session.add(TransitCounted(shop_id=mara.id, shipment_id=sent.id, **lesson))
        view = {"day": now.date(), "surface": "proxy", "count": 6}
        session.add(PageView(shop_id=mara.id, order_id=orders[1].id, **view))
    count_shop(stage.adapters, mara.id)
    draw_shop(stage.adapters, mara.id)


@pytest.mark.again
def test_before_anything_is_counted_the_page_says_when_it_will_be(door: FlaskClient, stage: Wire) -> None:
    answer = see(door, stage)

    assert answer.status_code == 200
    assert "Your figures are being counted" in answer.text


@pytest.mark.again
def test_a_shop_without_trade_is_told_the_next_step_of_each_question(
    door: FlaskClient, stage: Wire, mara: Shop
) -> None:
    count_shop(stage.adapters, mara.id)

    text = see(door, stage).text

    for words in ("No return was asked for", "Nobody opened a tracking page", "No order was placed"):
        assert words in text
    assert "<svg" not in text


@pytest.mark.again
@pytest.mark.usefixtures("trade")
class TestOverview:
    def test_each_question_is_answered_with_figures_and_a_chart(self, door: FlaskClient, stage: Wire) -> None:
        text = see(door, stage).text

        for question in ("Which products come back, and why?", "Do parcels keep their promise?", "Who buys again?"):
            assert question in text
        assert "=Fell boots" in text
        assert "Too small" in text
        assert re.search(r"Return rate.*?25\.0", text, re.S)  # two items of eight
        assert re.search(r"Came by the first date.*?50\.0", text, re.S)
        assert text.count("<title id=") == text.count("<desc id=") > 1

    @pytest.mark.parametrize(
        ("days", "said"),
        [
            (0, r"No request made on your pages was answered in these days\."),
            (14, r"No person answered a request made on your pages.*?Answered in time.*?>0\.0\s?%"),
        ],
    )
    def test_whoever_waits_is_not_said_to_have_been_answered(
        self, door: FlaskClient, stage: Wire, trade: Shop, days: int, said: str
    ) -> None:
        with stage.adapters.database.write() as session:
            ret = session.scalars(select(Return).where(Return.shop_id == trade.id)).one()
            ret.state, ret.approved_at = ReturnState.REQUESTED, None
            ret.requested_at -= timedelta(days=days)
            mark(session, trade.id, {ret.requested_at.date()})
        count_shop(stage.adapters, trade.id)

        section = see(door, stage).text.partition("Do shoppers wait for you?")[2].partition("</s-section>")[0]

        assert re.search(said, section, re.S), section

    def test_each_chart_has_its_numbers_as_a_table_and_as_a_file(self, door: FlaskClient, stage: Wire) -> None:
        sections = see(door, stage).text.split("<s-section")
        drawn = [part for part in sections if '<figure class="chart"' in part]

        assert len(drawn) == 4
        for part in drawn:
            table = part.partition("<summary>As a table</summary>")[2]
            assert re.search(r"<table.*?<td.*?/app/insights/file\?[^\"]*of=(\w+)", table, re.S), part[:200]

    def test_each_figure_says_what_it_is_where_it_is_pointed_at(self, door: FlaskClient, stage: Wire) -> None:
        text = see(door, stage).text

        shown = set(re.findall(r'interestFor="means-(\w+)"', text))
        assert len(shown) > 15
        assert shown == set(re.findall(r'<s-tooltip id="means-(\w+)"', text))
        defined = set(re.findall(r'<dt id="(\w+)"', see(door, stage, "/definitions").text))
        assert shown <= defined
        assert {measure.name for measure in MEASURES} <= defined

    def test_the_range_and_its_comparison_stay_in_every_link(self, door: FlaskClient, stage: Wire) -> None:
        text = see(door, stage, days=90, compare="year").text

        assert "of=products&amp;days=90&amp;compare=year" in text.replace("shop=mara-goods.myshopify.com&amp;", "")
        assert "a year ago" in text

    @pytest.mark.asked
    def test_days_that_cannot_be_read_are_said_beside_their_fields(self, door: FlaskClient, stage: Wire) -> None:
        text = see(door, stage, **{"from": "soon", "to": "2026-13-40"}).text

        assert text.count("Write a day as year, month and day") == 2
        assert 'value="soon"' in text

    def test_the_page_asks_twelve_things_at_most(self, door: FlaskClient, stage: Wire) -> None:
        see(door, stage)
        asked: list[str] = []
        engine = stage.adapters.database.engine
        event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))

        see(door, stage, days=365, compare="baseline")

        assert 0 < len([words for words in asked if words.startswith(("SELECT", "WITH"))]) <= 12

    def test_the_returns_behind_a_figure_are_one_click_away(self, door: FlaskClient, stage: Wire) -> None:
        assert "/app/returns?" in see(door, stage).text
        assert "asked_from=" in see(door, stage).text

    @pytest.mark.asked
    def test_money_in_another_currency_is_said_and_not_added(self, door: FlaskClient, stage: Wire, trade: Shop) -> None:
        with stage.adapters.database.write() as session:
            session.add(sold(trade, 2042, stage.now() - timedelta(days=1)))
            session.flush()
            session.query(Order).filter_by(shopify_id=2042).one().currency = "SEK"
        count_shop(stage.adapters, trade.id)

        assert re.search(r"In other currencies, not included: SEK\s?90", see(door, stage).text)


@pytest.mark.again
@pytest.mark.usefixtures("trade")
class TestDaysThatNobodyCounted:
    """Nothing is not zero: what was not counted is not compared."""

    def test_returns_of_days_before_the_installation_are_none_to_compare_with(
        self, door: FlaskClient, stage: Wire, trade: Shop
    ) -> None:
        text = see(door, stage, days="30").text

        assert "before: 0.0 %" not in card_of(text, "return_rate")
        assert "before: 0" not in card_of(text, "returns")
        assert "before: 0" in card_of(text, "orders")  # the past is read back for sixty days
        assert "Nothing is compared with earlier days." in text

    @pytest.mark.again
    def test_a_year_ago_nobody_knew_the_shop(self, door: FlaskClient, stage: Wire, trade: Shop) -> None:
        text = see(door, stage, days="30", compare="year").text

        assert "before:" not in re.sub(r"<template.*?</template>", "", text, flags=re.DOTALL)

    @pytest.mark.again
    def test_what_was_counted_on_all_of_the_days_is_compared(self, door: FlaskClient, stage: Wire, trade: Shop) -> None:
        with stage.adapters.database.write() as session:
            session.get_one(Shop, trade.id).installed_at = stage.now() - timedelta(days=90)

        text = see(door, stage, days="30").text

        assert "before: 0" in card_of(text, "returns")
        assert "Nothing is compared with earlier days." not in text


def card_of(text: str, name: str) -> str:
    """What a figure's card says."""
    return text.split(f'id="means-{name}"', 1)[1].split("</div>", 1)[0]


@pytest.mark.usefixtures("trade")
class TestTables:
    @pytest.mark.asked
    @pytest.mark.parametrize("name", TABLES)
    def test_every_table_can_be_read_and_taken_along(self, door: FlaskClient, stage: Wire, name: str) -> None:
        page, file = see(door, stage, "/table", of=name), see(door, stage, "/file", of=name)

        assert (page.status_code, file.status_code) == (200, 200)
        assert file.mimetype == "text/csv"
        assert f'filename="{name}-' in file.headers["Content-Disposition"]
        rows = rows_of(file)
        assert len(rows) > 1
        assert {len(row) for row in rows} == {len(rows[0])}
        assert file.data.startswith(b"\xef\xbb\xbf"), "Excel on Windows would take letters for those of its code page"

    def test_no_cell_of_a_file_begins_a_formula(self, door: FlaskClient, stage: Wire) -> None:
        rows = rows_of(see(door, stage, "/file", of="products"))

        assert rows[1][0] == "'=Fell boots"
        assert rows[1][1:4] == ["2", "8", "25.0"]

    def test_the_best_customers_are_named_and_lead_to_shopify(self, door: FlaskClient, stage: Wire) -> None:
        text = see(door, stage, "/table", of="customers").text

        assert "Ada Lindholm" in text
        assert "shopify://admin/customers/501" in text

    @pytest.mark.asked
    def test_whoever_was_erased_has_no_name(self, door: FlaskClient, stage: Wire) -> None:
        with stage.adapters.database.write() as session:
            session.query(Customer).one().deleted_at = stage.now()

        text = see(door, stage, "/table", of="customers").text

        assert "Lindholm" not in text
        assert "A customer without a name" in text

    def test_money_in_a_file_is_written_as_its_currency_is(self, door: FlaskClient, stage: Wire, trade: Shop) -> None:
        def cells(of: str) -> dict[str, str]:
            rows = rows_of(see(door, stage, "/file", of=of))
            return {row[0]: row[2 if of == "customers" else 1] for row in rows}

        assert cells("figures")["Sales (EUR)"] == "360.00"
        assert cells("customers")["Ada Lindholm"] == "180.00"
        with stage.adapters.database.write() as session:
            session.get_one(Shop, trade.id).currency = "JPY"
        assert cells("customers")["Ada Lindholm"] == "18000"

    def test_days_in_a_file_have_their_year_and_every_share_its_parts(self, door: FlaskClient, stage: Wire) -> None:
        rows = rows_of(see(door, stage, "/file", of="again"))

        assert rows[0][1:] == ["Orders", "By known customers", "Of all"]
        assert [row[0] for row in rows[1:]] == [
            str((stage.now() - timedelta(days=2 + 3 * ago)).date()) for ago in (3, 2, 1, 0)
        ]
        assert [row[1:] for row in rows[1:]] == [["1", "0", "0.0"]] * 3 + [["1", "1", "100.0"]]

    def test_a_file_says_in_what_its_figures_are_counted(self, door: FlaskClient, stage: Wire) -> None:
        def column(of: str) -> list[str]:
            return [row[0] for row in rows_of(see(door, stage, "/file", of=of))]

        named = column("figures")
        assert {"Orders", "Sales (EUR)", "Return rate (%)", "Days on the way (days)"} <= set(named)
        assert any(each.endswith(" (hours)") for each in named)
        assert see(door, stage, "/file", of="customers").text.startswith("\ufeffCustomer,Orders,Sales (EUR)\r\n")
        assert "Sales (EUR)" not in see(door, stage, "/table", of="figures").text

    @pytest.mark.again
    def test_a_share_in_a_file_is_of_a_hundred_as_its_heading_says(self, door: FlaskClient, stage: Wire) -> None:
        page, file = see(door, stage, "/table", of="figures").text, rows_of(see(door, stage, "/file", of="figures"))

        shares = {row[0].removesuffix(" (%)"): row[1] for row in file if row[0].endswith(" (%)") and row[1]}
        assert shares["Return rate"] == "25.0"
        assert all(f"{share} %" in page for share in shares.values())

    def test_a_table_that_there_is_none_of_is_not_found(self, door: FlaskClient, stage: Wire) -> None:
        assert see(door, stage, "/table", of="secrets").status_code == 404
        assert see(door, stage, "/file").status_code == 404


def test_otto_sees_nothing_of_maras_figures(door: FlaskClient, stage: Wire, trade: Shop, other_shop: Shop) -> None:
    with stage.adapters.database.write() as session:
        session.query(Return).update({Return.shop_id: other_shop.id})
        session.query(Order).update({Order.shop_id: other_shop.id})
    for n in range(30):
        day: date = stage.now().date() - timedelta(days=n)
        with stage.adapters.database.write() as session:
            mark(session, trade.id, {day})
    count_shop(stage.adapters, trade.id)

    assert "No order was placed" in see(door, stage).text
