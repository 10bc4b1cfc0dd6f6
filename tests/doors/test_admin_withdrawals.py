"""Withdrawals for the merchant: the list, what waits for a person, the legal clock, and the switches."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from returns_counter import Counter, open_counter
from settling import with_credit
from sqlalchemy import select
from withdrawing import buys, carry_out, declare, its_return, open_only

from jobs.reactions import FOLLOWERS
from shopify_app import commands_returns
from shopify_app.admin.returns.withdrawals import FIRST, SHOWN
from shopify_app.db import Database
from shopify_app.events import Event
from shopify_app.returns import dossier
from shopify_app.returns.withdrawing.law import LAWS
from shopify_app.returns.withdrawing.models import Withdrawal, WithdrawalState
from shopify_app.returns.withdrawing.opening import Stuck
from shopify_app.settings import store as settings
from shopify_app.settings.withdrawal import Withdrawal as Settings
from shopify_app.shopify.return_nodes import MOST_TRANSACTIONS
from shopify_app.shops.models import Shop
from wire import SHOP, application

TIP = {"title": "Tip", "price": "5.00", "quantity": 1, "requires_shipping": False}


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    database.followers = FOLLOWERS
    return with_credit(open_counter(database, database_url))


@pytest.fixture
def mara(counter: Counter) -> FlaskClient:
    return application(counter.wire.adapters).test_client()


def see(mara: FlaskClient, counter: Counter, path: str = "/app/returns/withdrawals", **query: str) -> str:
    asked = urlencode({"shop": SHOP, "id_token": counter.wire.session_token()} | query)
    answer = mara.get(f"{path}?{asked}")
    assert answer.status_code == 200
    return answer.text


def send(mara: FlaskClient, counter: Counter, **form: Any) -> int:
    told = {"Authorization": f"Bearer {counter.wire.session_token()}"}
    form = {"version": 0} | form
    return mara.post("/app/returns/withdrawals", data=form, headers=told).status_code


def kept(counter: Counter, row: Withdrawal) -> Withdrawal:
    with counter.database.read() as session:
        return session.get_one(Withdrawal, row.id)


def test_the_delivery_that_was_paid_back_is_in_what_the_shopper_got(mara: FlaskClient, counter: Counter) -> None:
    row = declare(counter, buys(counter, "S"))
    carry_out(counter)

    listed = see(mara, counter, "/app/returns", tab="done")
    page = see(mara, counter, f"/app/returns/{its_return(counter, row).rma}")

    assert "€58.90" in listed
    assert "How €58.90 is worked out" in page
    assert '<th scope="row">The shopper gets</th><td>€58.90</td>' in page


def test_a_withdrawal_is_listed_with_its_goods_its_date_and_its_return(mara: FlaskClient, counter: Counter) -> None:
    row = declare(counter, buys(counter, "S", "M", sent=1))
    carry_out(counter)

    page = see(mara, counter)

    ret = its_return(counter, row)
    assert row.number in page
    assert ret.rma in page
    assert "1 × Wool shirt · S, 1 × Wool shirt · M" in page
    assert "Under way" in page
    assert "BGB §§ 312g, 355, 356, 356a, 357" in page


@pytest.mark.again
def test_the_queue_names_the_laws_day_as_the_shops_clock_has_it(mara: FlaskClient, counter: Counter) -> None:
    row = declare(counter, buys(counter, "S", "M", sent=1))
    carry_out(counter)
    for zone in ("Asia/Tokyo", "America/Los_Angeles"):
        with counter.database.write() as session:
            session.scalars(select(Shop)).one().timezone = zone

        page = see(mara, counter, "/app/returns", tab="all")
        assert f'<span title="{row.refund_by:%b} {row.refund_by.day}, {row.refund_by.year}, 11:59' in page


@pytest.mark.asked
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles"])
def test_the_queue_finds_what_the_law_calls_late_by_the_clock_that_its_row_goes_by(
    mara: FlaskClient, counter: Counter, zone: str
) -> None:
    row = declare(counter, buys(counter, "S", "M", sent=1))
    carry_out(counter)
    with counter.database.write() as session:
        session.scalars(select(Shop)).one().timezone = zone
        session.get_one(Withdrawal, row.id).refund_by = counter.now().astimezone(ZoneInfo(zone)).date()
    rma = its_return(counter, row).rma
    over = datetime.combine(counter.now().astimezone(ZoneInfo(zone)).date(), time(23, 59, 59), ZoneInfo(zone))

    for moment, is_late in ((over - timedelta(minutes=5), False), (over + timedelta(minutes=5), True)):
        counter.wire.advance(seconds=(moment - counter.now()).total_seconds())
        assert ("Late:" in see(mara, counter, "/app/returns", tab="all")) is is_late
        assert (rma in see(mara, counter, "/app/returns", tab="all", is_late="1")) is is_late


@pytest.mark.again
def test_one_of_many_items_names_the_first_and_keeps_the_others_at_hand(mara: FlaskClient, counter: Counter) -> None:
    declare(counter, buys(counter, *["S"] * 9), lines={place: 1 for place in range(1, 9)})

    page = see(mara, counter)

    shown, _, rest = page.partition("<summary>and 3 more</summary>")
    assert (shown.count("1 × Wool shirt"), rest.count("1 × Wool shirt")) == (FIRST, 3)
    assert "The whole contract" not in page


@pytest.mark.again
def test_one_too_large_to_be_carried_out_says_all_that_a_person_has_to_do(mara: FlaskClient, counter: Counter) -> None:
    desk, store = buys(counter, "S", "M", sent=1), counter.wire.world.store
    paid, *_ = store.find("transaction", order_id=desk.order_id)
    for more in range(1, MOST_TRANSACTIONS):
        store.put("transaction", paid | {"id": paid["id"] + more, "kind": "authorization"})
    row = declare(counter, desk)
    carry_out(counter)

    page = see(mara, counter)

    assert kept(counter, row).look == Stuck.TOO_LARGE
    with counter.database.read() as session:
        stopped = session.scalars(select(Event.facts).where(Event.kind == "WithdrawalNeedsLook")).all()
    assert [each["withdrawal_id"] for each in stopped] == [row.id]
    assert "more parcels, payments or returns than Shopify tells at once" in page
    assert "take off the order what has not left, and open a return for what has" in page
    assert "They were told that a person of your team writes to them" in page
    assert "The whole contract" in page


def test_the_returns_own_page_shows_the_legal_clock(mara: FlaskClient, counter: Counter) -> None:
    row = declare(counter, buys(counter, "S", sent=1))
    carry_out(counter)

    page = see(mara, counter, f"/app/returns/{its_return(counter, row).rma}")

    assert f"Withdrawal {row.number}: money by" in page
    assert "The law (Sweden) asks for all that was paid, standard delivery included" in page
    assert "Withdrew from the contract" in page


@pytest.mark.parametrize(
    ("besides", "part", "asks"),
    [
        ([], {1: 1}, "for what was paid for these goods, in the way it was paid"),
        ([TIP], None, "for what was paid for these goods and for the standard delivery, in the way"),
    ],
    ids=["a part", "a tip stays"],
)
@pytest.mark.again
def test_the_returns_own_page_asks_for_no_more_than_the_law_does(
    mara: FlaskClient, counter: Counter, besides: list[dict[str, Any]], part: dict[int, int] | None, asks: str
) -> None:
    goods = [{"variant_id": counter.desk.variants[name], "quantity": 1} for name in "SM"]
    row = declare(counter, buys(counter, line_items=goods + besides), lines=part)
    open_only(counter)

    page = see(mara, counter, f"/app/returns/{its_return(counter, row).rma}")

    assert "withdrew from a part of the contract" in page
    assert f"The law (Sweden) asks {asks}" in page
    assert "all that was paid" not in page


def test_what_was_never_sent_stays_with_the_shop_and_the_command_line_tells_the_clock_too(
    mara: FlaskClient, counter: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    row = declare(counter, buys(counter, "S", "M"), lines={1: 1})
    open_only(counter)
    ret = its_return(counter, row)

    page = see(mara, counter, f"/app/returns/{ret.rma}")
    with counter.database.read() as session:
        told = dossier.read(session, counter.ret(session, ret))
    commands_returns._tell(told)

    assert "Not sent, stays with you" in page
    assert f"statutory withdrawal {row.number} (SE), part of it: money by {row.refund_by}" in capsys.readouterr().out
    assert dossier.to_json(told)["withdrawal"]["refund_by"] == row.refund_by.isoformat()


def test_one_that_waits_for_a_person_says_what_to_do_and_can_be_tried_again_or_dealt_with(
    mara: FlaskClient, counter: Counter
) -> None:
    desk = buys(counter, "S", financial_status="pending", transactions=[])
    row = declare(counter, desk)
    carry_out(counter)
    before = see(mara, counter)

    again = send(mara, counter, withdrawal=row.id, verb="again")
    waiting = kept(counter, row).state
    carry_out(counter)
    dealt = send(mara, counter, withdrawal=row.id, verb="handled")

    assert "Nothing has been paid for this order yet." in before
    assert (again, waiting) == (303, WithdrawalState.RECEIVED)
    assert (dealt, kept(counter, row).state) == (303, WithdrawalState.HANDLED)


@pytest.mark.again
def test_one_that_shopify_would_not_let_us_open_is_seen_after_an_hour(mara: FlaskClient, counter: Counter) -> None:
    row = declare(counter, buys(counter, "S"))
    at_once = see(mara, counter)
    counter.wire.advance(hours=2)

    later = see(mara, counter)
    send(mara, counter, withdrawal=row.id, verb="again")
    carry_out(counter)

    assert "Try again" not in at_once
    assert "Shopify could not be reached" in later
    assert kept(counter, row).state == WithdrawalState.OPENED


@pytest.mark.again
@pytest.mark.parametrize("typed", ["4.90", "4,90"])
def test_countries_and_the_standard_delivery_are_set_on_the_page(
    mara: FlaskClient, counter: Counter, typed: str
) -> None:
    on = {f"on-{code}": "on" for code in LAWS if code != "DE"}

    status = send(mara, counter, standard_delivery_cost=typed, exempt_tags="bespoke, fresh", **on)

    with counter.database.read() as session:
        held = settings.load(session, counter.shop_id, Settings)
    assert status == 303
    assert held.off_in == ("DE",)
    assert held.exempt_tags == ("bespoke", "fresh")
    assert str(held.standard_delivery_cost) == "4.90"
    assert "Off in Germany." in see(mara, counter, "/app/settings")


@pytest.mark.parametrize(("cost", "shown"), [("4.9", "4.90"), ("5", "5.00"), ("0", "0.00"), ("4.905", "4.905")])
def test_the_standard_delivery_is_shown_as_money_is_written(
    mara: FlaskClient, counter: Counter, cost: str, shown: str
) -> None:
    with counter.database.write() as session:
        settings.save(session, counter.shop_id, Settings(standard_delivery_cost=Decimal(cost)), "mara", counter.now())

    assert re.search(rf'name="standard_delivery_cost"[^>]* value="{shown}"', see(mara, counter))


def test_countries_stand_in_the_order_of_the_readers_alphabet(mara: FlaskClient, counter: Counter) -> None:
    german = re.findall(r'name="on-\w\w" value="on" label="([^"]+)"', see(mara, counter, locale="de"))

    assert len(german) == len(LAWS)
    assert german.index("Dänemark") < german.index("Deutschland")
    assert german.index("Ålandinseln") < german.index("Belgien")
    assert german.index("Österreich") < german.index("Polen")


@pytest.mark.again
@pytest.mark.parametrize("cost", ["a lot", "-1"])
def test_a_cost_that_is_none_is_refused_with_a_sentence(mara: FlaskClient, counter: Counter, cost: str) -> None:
    assert send(mara, counter, standard_delivery_cost=cost, exempt_tags="") == 422
    with counter.database.read() as session:
        assert settings.load(session, counter.shop_id, Settings) == Settings()


@pytest.mark.again
def test_another_shops_withdrawal_cannot_be_dealt_with(mara: FlaskClient, counter: Counter) -> None:
    row = declare(counter, buys(counter, "S", financial_status="pending", transactions=[]))
    carry_out(counter)
    with counter.database.write() as session:
        session.get_one(Withdrawal, row.id).state = WithdrawalState.NEEDS_LOOK

    send(mara, counter, withdrawal=row.id + 1, verb="handled")

    assert kept(counter, row).state == WithdrawalState.NEEDS_LOOK


def test_one_that_is_not_opened_stands_before_any_number_of_newer_ones(mara: FlaskClient, counter: Counter) -> None:
    row = declare(counter, buys(counter, "S"))
    told = {each.key: getattr(row, each.key) for each in Withdrawal.__mapper__.column_attrs}
    del told["id"]
    with counter.database.write() as session:
        for number in range(SHOWN):
            own = {"key": f"later-{number}", "number": f"W-9{number:03}-1", "token": f"later-{number}"}
            session.add(Withdrawal(**told | own | {"state": WithdrawalState.OPENED}))

    assert row.number in see(mara, counter)
