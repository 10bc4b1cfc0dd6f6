"""Which figures lead the home page, and what they are held against."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from returned import placed

from jobs.insights import count_shop
from shopify_app.admin.home.goals import AT_FIRST, GoalCard, chosen, days_told, leading
from shopify_app.insights.goals import LEADING, Goal
from shopify_app.settings.home import Home
from shopify_app.settings.store import save
from shopify_app.shops.models import Shop
from wire import SHOP, Wire

TODAY = date(2026, 11, 24)


def card(name: str, value: str = "3") -> GoalCard:
    return GoalCard(name, name, value, "", "figures")


@pytest.mark.parametrize(
    ("installed_ago", "since_days", "is_new"),
    [(0, 1, True), (6, 7, True), (7, 8, False), (29, 30, False), (400, 30, False)],
)  # fmt: skip
def test_the_last_thirty_days_with_us_stand_against_the_sixty_before(
    installed_ago: int, since_days: int, is_new: bool
) -> None:
    installed = TODAY - timedelta(days=installed_ago)

    days = days_told(installed, TODAY)

    assert (days.since.days, days.since.last, days.is_new) == (since_days, TODAY, is_new)
    assert (days.before.days, days.before.last) == (60, installed - timedelta(days=1))


def test_a_clock_that_jumped_back_before_the_installation_breaks_nothing() -> None:
    assert days_told(TODAY + timedelta(days=2), TODAY).since.days == 1


@pytest.mark.parametrize("goal", [None, *Goal])
def test_four_figures_lead_under_every_goal(goal: Goal | None) -> None:
    names = [each.name for each in chosen([card(name) for name in leading(goal)], goal)]

    assert names == list(LEADING[goal] if goal else AT_FIRST)


def test_what_nobody_can_know_yet_makes_room_for_what_the_past_says() -> None:
    goal = Goal.FEWER_QUESTIONS
    unknown = {*LEADING[goal][:3]}
    cards = [card(name, "–" if name in unknown else "3") for name in leading(goal)]

    assert [each.name for each in chosen(cards, goal)] == [LEADING[goal][3], *AT_FIRST[:3]]


def test_where_nothing_is_known_the_goals_own_figures_stand() -> None:
    goal = Goal.MORE_REPEAT

    names = [each.name for each in chosen([card(name, "–") for name in leading(goal)], goal)]

    assert names == list(LEADING[goal])


class TestInTheAdmin:
    @pytest.fixture(autouse=True)
    def mara(self, stage: Wire) -> Shop:
        """Installed; Ada had ordered twice before it, once as somebody new."""
        shop = stage.install()
        installed = stage.now()
        with stage.adapters.database.write() as session:
            save(session, shop.id, Home(goal="more_repeat", is_goal_asked=True), "8001", installed)
            for number, days in enumerate((-9, -8), start=1042):
                placed(session, shop.id, number, placed_at=installed + timedelta(days=days))
        return shop

    def see(self, door: FlaskClient, stage: Wire) -> str:
        query = {"shop": SHOP, "id_token": stage.session_token(), "locale": "en"}
        return " ".join(door.get(f"/app?{urlencode(query)}").text.split())

    def test_the_first_week_shows_where_the_shop_starts(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        count_shop(stage.adapters, mara.id)

        text = self.see(door, stage)

        assert "This is where you start." in text
        assert "before Postlude" in text
        assert 'heading="More repeat orders"' in text

    def test_after_it_the_days_since_are_held_against_that(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        stage.advance(days=9)
        with stage.adapters.database.write() as session:
            placed(session, mara.id, 1050, placed_at=stage.now() - timedelta(days=1))
        count_shop(stage.adapters, mara.id)

        text = self.see(door, stage)

        assert "before Postlude" not in text
        assert "The last 10 days, against the 60 days before you installed." in text
        assert '<dd class="moved success">+50.0 points, before: 50.0 %</dd>' in text
