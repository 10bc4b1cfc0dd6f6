"""Mara opens the app: what waits, how her goal stands, and what is left to set up."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, get_args, get_type_hints
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from returned import placed, wanted
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from jobs.insights import count_shop
from shopify_app.insights.goals import Goal
from shopify_app.messages.models import Message, MessagePhase
from shopify_app.orders.models import PageView
from shopify_app.returns.models import PublishedPolicy
from shopify_app.settings.branding import Brand
from shopify_app.settings.home import Home
from shopify_app.settings.messages import Messages
from shopify_app.settings.models import SettingsVersion
from shopify_app.settings.store import load, save
from shopify_app.settings.tracking import Tracking
from shopify_app.shipments.models import Shipment
from shopify_app.shops.models import Backfill, Shop
from wire import SHOP, Wire

Ask = Callable[..., TestResponse]
BOTH = ["order-tracking", "track-link"]


@pytest.fixture(autouse=True)
def mara(stage: Wire) -> Shop:
    return stage.install()


@pytest.fixture
def ask(door: FlaskClient, stage: Wire) -> Ask:
    def send(path: str = "/app", method: str = "GET", data: Any = None, token: str = "", **query: Any) -> TestResponse:
        bearer = {"Authorization": f"Bearer {token or stage.session_token()}"}
        address = f"{path}?{urlencode({'shop': SHOP, 'locale': 'en'} | query)}"
        return door.open(address, method=method, data=data, headers=bearer)

    return send


@pytest.fixture
def kept(stage: Wire, mara: Shop) -> Callable[[], Home]:
    def read() -> Home:
        with stage.adapters.database.read() as session:
            return load(session, mara.id, Home)

    return read


def words(answer: TestResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def states(text: str) -> dict[str, str]:
    """The list's steps by title, each with its badge."""
    found = re.findall(r"<s-badge[^>]*>([^<]+)</s-badge>.*?<strong>([^<]+)</strong>", text, re.S)
    return {title: badge for badge, title in found}


@pytest.mark.again
class TestWhatNeedsAHand:
    def test_a_day_without_work_says_so_and_leads_on(self, ask: Ask) -> None:
        text = ask().text

        assert "Nothing waits for you" in text
        assert 'href="/app/returns?' in text

    def test_each_line_says_how_many_since_when_and_leads_to_them(self, ask: Ask, stage: Wire, mara: Shop) -> None:
        with stage.adapters.database.write() as session:
            for number in (1, 2):
                bought = placed(session, mara.id, 1041 + number)
                wanted(session, bought, stage.now()).decide_by = stage.now() + timedelta(days=3)

        answer = ask()

        assert "2 requests wait for an answer" in words(answer)
        assert "Oldest: " in words(answer)
        assert "tab=to_approve" in answer.text

    def test_an_answer_that_is_overdue_says_when_it_was_due(self, ask: Ask, stage: Wire, mara: Shop) -> None:
        with stage.adapters.database.write() as session:
            wanted(session, placed(session, mara.id), stage.now()).decide_by = stage.now() - timedelta(hours=2)

        assert re.search(r"1 answer is due within a day Was due ", words(ask()))

    def test_more_than_five_kinds_wait_behind_a_line(self, ask: Ask, stage: Wire, mara: Shop) -> None:
        everything(stage, mara)

        listed, _, rest = ask().text.partition("<details>")

        assert listed.count('class="what"') == 5
        assert "1 more" in rest
        assert rest.count('class="what"') == 1

    @pytest.mark.asked
    def test_the_page_asks_few_questions_of_the_rows(self, ask: Ask, stage: Wire, mara: Shop) -> None:
        everything(stage, mara)
        count_shop(stage.adapters, mara.id)
        with stage.adapters.database.write() as session:
            save(session, mara.id, Tracking(handover_days=1), "8001", stage.now())
        token, seen = stage.session_token(), []
        ask(token=token)
        event.listen(stage.adapters.database.engine, "before_cursor_execute", lambda *said: seen.append(said[2]))

        ask(token=token)

        assert 6 < len(seen) <= 12


@pytest.mark.again
class TestGoal:
    def test_it_is_asked_once_and_leads_the_page(self, ask: Ask, kept: Callable[[], Home], stage: Wire) -> None:
        count_shop(stage.adapters, stage.shop().id)
        assert "What matters most to you?" in ask().text

        answer = ask("/app/home/goal", "POST", {"goal": "fewer_refunds"})

        assert answer.status_code == 303
        text = ask().text
        assert 'heading="Fewer refunds"' in text
        assert "What matters most to you?" not in text
        assert re.findall(r'interestFor="means-(\w+)"', text)[0] == "retained_share"
        assert len(re.findall(r"<s-tooltip id=", text)) == 4
        assert kept().goal == "fewer_refunds"

    def test_it_can_be_put_off_and_changed_later(self, ask: Ask, kept: Callable[[], Home]) -> None:
        ask("/app/home/goal", "POST", {"goal": "later"})

        assert "What matters most to you?" not in ask().text
        assert "What matters most to you?" in ask(goal="choose").text
        assert (kept().goal, kept().is_goal_asked) == (None, True)

    def test_a_goal_that_nobody_knows_changes_nothing(self, ask: Ask, kept: Callable[[], Home]) -> None:
        assert ask("/app/home/goal", "POST", {"goal": "world peace"}).status_code == 400
        assert ask("/app/home/goal", "POST", {}).status_code == 400
        assert kept() == Home()

    @pytest.mark.asked
    def test_who_chose_it_is_kept(self, ask: Ask, stage: Wire) -> None:
        ask("/app/home/goal", "POST", {"goal": "more_repeat"})
        ask("/app/home/goal", "POST", {"goal": "more_repeat"})

        with stage.adapters.database.read() as session:
            (saved,) = session.scalars(select(SettingsVersion).where(SettingsVersion.kind == "home")).all()
        assert saved.saved_by.isdigit()

    def test_before_anything_is_counted_the_figures_say_when_they_come(self, ask: Ask) -> None:
        assert "The first figures are here in a few minutes" in ask().text

    def test_settings_know_every_goal(self) -> None:
        hint = get_type_hints(Home)["goal"]
        assert set(get_args(get_args(hint)[0])) == set(Goal)


@pytest.mark.again
class TestSetUp:
    def test_nothing_is_done_at_first_and_every_step_leads_somewhere(self, ask: Ask) -> None:
        text = ask().text

        assert states(text)["Getting to know your shop"] == "Under way"
        others = {title: badge for title, badge in states(text).items() if title != "Getting to know your shop"}
        assert set(others.values()) == {"To do"}
        assert len(others) == 6
        for way in ("addAppBlockId=", "activateAppId=", "/app/designer/brand?", "/app/returns/policy?"):
            assert way in text
        assert "0 of 7 done" in text

    def test_what_shopify_knows_is_told_and_not_asked(self, ask: Ask, stage: Wire) -> None:
        with stage.adapters.database.write() as session:
            shop = session.scalars(select(Shop)).one()
            shop.profile = shop.profile | {
                "locales": ["en", "sv-SE"],
                "policies": {
                    "refund": ["Refunds", "Return it in 21 days.", "https://mara.example/policies/refund-policy"]
                },
            }
            shop.timezone, shop.currency, shop.profile_read_at = "Europe/Stockholm", "SEK", stage.now()

        text = ask().text

        assert "SEK · Europe/Stockholm · English, Swedish" in text
        assert 'href="https://mara.example/policies/refund-policy"' in text
        assert "Begin with the 21 days of your refund policy" in text

    @pytest.mark.asked
    def test_nothing_counts_as_known_before_shopify_was_asked(self, ask: Ask) -> None:
        assert "USD" not in ask().text

    def test_blocks_are_what_the_admin_sees_in_the_theme(self, ask: Ask, kept: Callable[[], Home], stage: Wire) -> None:
        answer = ask("/app/home/blocks", "POST", {"block": [*BOTH, "somebody-elses"]})
        first = kept().blocks_seen

        assert states(answer.text)["Put order tracking on a page"] == "Done"
        assert states(ask().text)["Show the link “Track your order” everywhere"] == "Done"
        assert sorted(first) == sorted(BOTH)
        stage.advance(hours=1)
        ask("/app/home/blocks", "POST", {"block": "order-tracking"})
        assert kept().blocks_seen == {"order-tracking": first["order-tracking"]}
        assert states(ask().text)["Show the link “Track your order” everywhere"] == "To do"

    def test_the_preset_of_the_first_day_is_no_policy_of_ones_own(self, ask: Ask, stage: Wire, mara: Shop) -> None:
        publish(stage, mara, 1, "preset")
        assert states(ask().text)["Publish your return policy"] == "To do"

        publish(stage, mara, 2, "8001")
        assert states(ask().text)["Publish your return policy"] == "Done"

    def test_a_sender_counts_once_a_mail_has_left_under_it(self, ask: Ask, stage: Wire, mara: Shop) -> None:
        mail(stage, mara, "before", stage.now() - timedelta(hours=1))
        with stage.adapters.database.write() as session:
            save(session, mara.id, Messages(sender_address="hello@mara.example"), "8001", stage.now())
        answer = ask()
        assert states(answer.text)["Write from your own address"] == "To do"
        assert "hello@mara.example" in answer.text

        mail(stage, mara, "after", stage.now() + timedelta(minutes=1))
        assert states(ask().text)["Write from your own address"] == "Done"

    def test_an_order_of_the_past_is_no_first_order(self, ask: Ask, stage: Wire, mara: Shop) -> None:
        look_at(stage, mara, 1, stage.now() - timedelta(days=3))
        assert states(ask().text)["Follow a first order"] == "To do"

        look_at(stage, mara, 2, stage.now() + timedelta(minutes=5))
        assert states(ask().text)["Follow a first order"] == "Done"

    @pytest.mark.asked
    def test_a_test_order_is(self, ask: Ask, stage: Wire, mara: Shop) -> None:
        look_at(stage, mara, 1, stage.now() - timedelta(days=3), is_test=True)

        assert states(ask().text)["Follow a first order"] == "Done"

    @pytest.mark.asked
    def test_the_list_goes_when_all_is_done(self, ask: Ask, stage: Wire, mara: Shop) -> None:
        publish(stage, mara, 1, "8001")
        look_at(stage, mara, 1, stage.now() + timedelta(minutes=5))
        with stage.adapters.database.write() as session:
            done = {"seen": 9, "started_at": stage.now(), "finished_at": stage.now()}
            session.add(Backfill(shop_id=mara.id, kind="orders", **done))
            save(session, mara.id, Brand(accent="#0a5c36"), "8001", stage.now())
            save(session, mara.id, Messages(sender_address="hello@mara.example"), "8001", stage.now())
        mail(stage, mara, "after", stage.now() + timedelta(minutes=1))

        assert 'heading="Set up"' in ask().text
        ask("/app/home/blocks", "POST", {"block": BOTH})
        assert 'heading="Set up"' not in ask().text
        assert 'data-blocks="order-tracking track-link" hidden' in ask().text  # what the theme shows is still asked

        ask("/app/home/blocks", "POST", {"block": "track-link"})
        assert states(ask().text)["Put order tracking on a page"] == "To do"

    @pytest.mark.asked
    def test_it_can_be_put_away_and_brought_back(self, ask: Ask) -> None:
        assert ask("/app/home/setup", "POST", {"verb": "dismiss"}).status_code == 303
        assert 'heading="Set up"' not in ask().text
        assert "Show the set-up list again" in ask().text

        assert ask("/app/home/blocks", "POST", {"block": BOTH}).status_code == 204
        ask("/app/home/setup", "POST", {"verb": "show"})
        assert 'heading="Set up"' in ask().text
        assert ask("/app/home/setup", "POST", {"verb": "burn"}).status_code == 400


def test_home_says_what_shopify_has_not_granted_and_where_it_asks_again(ask: Ask, stage: Wire, mara: Shop) -> None:
    assert "has not granted" not in words(ask())
    with stage.adapters.database.write() as session:
        shop = session.get_one(Shop, mara.id)
        shop.scopes = ",".join(scope for scope in shop.scopes.split(",") if scope != "read_locations")

    said = re.search(r'<s-banner tone="warning" heading="Shopify has not granted[^>]*>([^<]*)', ask().text)

    assert said is not None
    assert "open it again" in said[1]
    assert said[1].endswith("Missing: read_locations")


def publish(stage: Wire, mara: Shop, number: int, by: str) -> None:
    with stage.adapters.database.write() as session:
        known = {"published_at": stage.now(), "published_by": by, "document": {}}
        session.add(PublishedPolicy(shop_id=mara.id, number=number, **known))


def mail(stage: Wire, mara: Shop, cause: str, sent_at: datetime) -> None:
    with stage.adapters.database.write() as session:
        known = {"kind": "return_approved", "phase": MessagePhase.SENT, "made_at": sent_at, "due_at": sent_at}
        session.add(Message(shop_id=mara.id, cause=cause, sent_at=sent_at, **known))


def look_at(stage: Wire, mara: Shop, number: int, at: datetime, is_test: bool = False) -> None:
    with stage.adapters.database.write() as session:
        bought = placed(session, mara.id, 1041 + number, placed_at=at)
        bought.is_test = is_test
        view = {"day": stage.now().date(), "surface": "proxy", "count": 1}
        session.add(PageView(shop_id=mara.id, order_id=bought.id, **view))


def everything(stage: Wire, mara: Shop) -> None:
    """Six kinds of work."""
    now = stage.now()
    with stage.adapters.database.write() as session:
        orders = [placed(session, mara.id, 1041 + number) for number in range(1, 6)]
        wanted(session, orders[0], now).decide_by = now + timedelta(hours=5)
        wanted(session, orders[1], now, state="approved", group="open")
        wanted(session, orders[2], now, state="approved", group="needs_look")
        known = {"carrier": "postnord", "destination": "SE", "fact_at": now, "shipped_at": now - timedelta(days=6)}
        for number, more in enumerate(({"late_risk": "late", "state": "in_transit"}, {"state": "action_required"})):
            made = Shipment(shop_id=mara.id, order_id=orders[3].id, shopify_id=3000 + number, **known | more)
            session.add(made)
        settle = wanted(session, orders[4], now, state="approved", group="open")
        for line in settle.lines:
            for unit in line.units:
                unit.reception, unit.received_at = "received", now
