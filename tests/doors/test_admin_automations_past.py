"""What a draft would have done, and what rules in force did, in the admin."""

from __future__ import annotations

import re

import pytest
from automated import CHANGED, STUCK, count, keys, published, see, send, words, written
from flask.testing import FlaskClient
from sqlalchemy import select, update

from shopify_app.automations import kept_dry_run, versions
from shopify_app.automations.dry_run import Patience
from shopify_app.automations.firing import Judged, fire
from shopify_app.automations.models import DryRun, Effect, Firing
from shopify_app.automations.rules import Facts
from shopify_app.events import Event, OrderChanged, record
from shopify_app.leases import WorkState
from shopify_app.messages.models import Message
from shopify_app.orders.models import Order
from shopify_app.orders.projection import apply_order
from shopify_app.shipments.projection import apply_fulfillment
from shopify_app.shops.models import Shop
from stage import fulfillment, order
from wire import Wire


@pytest.fixture(autouse=True)
def mara(stage: Wire) -> Shop:
    return stage.install()


def run(door: FlaskClient, stage: Wire, days: str) -> str:
    """Begun, and what the page says then."""
    assert send(door, stage, "/dry-run", days=days).status_code == 303
    return words(see(door, stage, "/dry-run"))


@pytest.mark.again
class TestTheDryRun:
    @pytest.fixture(autouse=True)
    def past(self, stage: Wire, mara: Shop) -> None:
        """Ada's order, changed twice, in a parcel of which nobody has said a word for ten days."""
        with stage.adapters.database.write() as session:
            sent = {"created_at": stage.now().replace(microsecond=0), "fact_at": stage.now()}
            bought = apply_order(session, mara.id, order(placed_at=stage.now(), fact_at=stage.now()), stage.now())
            apply_fulfillment(session, mara.id, fulfillment(**sent), stage.now())
        stage.advance(days=10)
        with stage.adapters.database.write() as session:
            for _ in range(2):
                record(session, mara.id, OrderChanged(order_id=bought.id), stage.now())

    @pytest.mark.asked
    def test_it_lists_what_would_have_happened_and_changes_nothing(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        written(door, stage, mara, STUCK, CHANGED)
        before = {model: count(stage, model) for model in (Firing, Effect, Event, Message)}

        said = run(door, stage, days="90")

        assert "Your rules would have acted 3 times" in said
        assert "When a parcel has no news" in said
        assert "Tag the order parcel-stuck" in said
        assert said.count("#1042") == 3
        assert "Action by action Tag the order 3 Mail your team 1" in said
        assert "The last 90 days before" in said
        assert {model: count(stage, model) for model in before} == before

    def test_without_a_rule_there_is_nothing_to_try_but_a_way_to_one(self, door: FlaskClient, stage: Wire) -> None:
        text = see(door, stage, "/dry-run").text

        assert re.search(r"There is no rule to try\..*?/app/automations/rule\?.*?Add a rule", text, re.S)

    def test_rules_that_are_off_would_have_done_nothing(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        written(door, stage, mara, CHANGED)
        send(door, stage, "/rules", verb="switch", key=keys(stage, mara)["Changed"], revision=1)

        assert "Your rules would not have acted" in run(door, stage, days="7")

    def test_what_does_not_fit_into_the_wait_goes_on_and_is_followed_to_its_end(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        written(door, stage, mara, STUCK, CHANGED)
        with stage.adapters.database.write() as session:
            begun = kept_dry_run.begin(session, mara.id, 90, "1", stage.now())
        assert kept_dry_run.take_further(stage.adapters.database, begun, stage.now(), Patience(0, page=1))

        under_way = see(door, stage, "/dry-run")
        assert "Looking at the last 90 days" in words(under_way)
        assert "You can leave this page" in words(under_way)
        assert re.search(
            r'id="said"[^>]* data-fresh="/app/automations/dry-run\?[^"]+" data-every="2000"', under_way.text
        )
        assert not kept_dry_run.take_further(stage.adapters.database, begun, stage.now())
        done = see(door, stage, "/dry-run")
        assert "Your rules would have acted 3 times" in words(done)
        assert "data-fresh" not in done.text.partition("<script>")[0]

    def test_a_draft_that_was_changed_since_is_said_and_its_figures_stay(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        written(door, stage, mara, CHANGED)
        run(door, stage, days="90")
        written(door, stage, mara, STUCK)

        said = words(see(door, stage, "/dry-run"))
        assert "Your rules would have acted 2 times" in said
        assert "The draft has been changed since." in said
        assert "The draft has been changed since." not in run(door, stage, days="90")

    def test_one_that_is_under_way_is_over_when_the_draft_is_changed(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        written(door, stage, mara, CHANGED)
        with stage.adapters.database.write() as session:
            kept_dry_run.begin(session, mara.id, 90, "1", stage.now())
        assert "Looking at the last 90 days" in words(see(door, stage, "/dry-run"))
        written(door, stage, mara, STUCK)

        answer = see(door, stage, "/dry-run")
        assert "This dry run was stopped" in words(answer)
        assert "data-fresh" not in answer.text.partition("<script>")[0]

    @pytest.mark.asked
    def test_one_that_nobody_can_finish_says_so(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        written(door, stage, mara, CHANGED)
        with stage.adapters.database.write() as session:
            kept_dry_run.begin(session, mara.id, 90, "1", stage.now())
            session.execute(update(DryRun).values(state=WorkState.PARKED, error="OSError"))

        assert "This dry run could not be finished" in words(see(door, stage, "/dry-run"))

    @pytest.mark.asked
    def test_an_order_that_was_erased_since_is_listed_no_more(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        written(door, stage, mara, CHANGED)
        run(door, stage, days="90")
        with stage.adapters.database.write() as session:
            session.execute(update(Order).values(erased_at=stage.now()))

        said = words(see(door, stage, "/dry-run"))
        assert "#1042" not in said
        assert "Your rules would have acted 2 times" in said

    def test_ottos_dry_run_is_not_there_for_mara(
        self, door: FlaskClient, stage: Wire, mara: Shop, other_shop: Shop
    ) -> None:
        with stage.adapters.database.write() as session:
            kept_dry_run.begin(session, other_shop.id, 90, "1", stage.now())

        assert "Looking at" not in words(see(door, stage, "/dry-run"))

    def test_a_country_that_it_was_not_sent_to_is_left_alone(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        written(door, stage, mara, STUCK | {"when.countries": "DE"})

        assert "Your rules would not have acted" in run(door, stage, days="90")


class TestTheLog:
    def test_each_firing_is_listed_with_what_became_of_it(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        published(door, stage, mara, CHANGED)
        with stage.adapters.database.write() as session:
            bought = apply_order(session, mara.id, order(), stage.now())
            rules = versions.newest(session, mara.id).rules.rules
            facts = Facts("OrderChanged", bought.id, bought.shopify_id, bought.name, stage.now())
            for event in range(45):
                fire(session, mara.id, Judged(event + 1, 1, facts, rules), stage.now())
            session.scalars(select(Effect).order_by(Effect.id).limit(1)).one().error = "answer_500"

        said = words(see(door, stage, "/log"))
        assert said.count("When an order is changed · #1042") == 40
        assert "The rule had acted on this order five times within the hour." in said
        before = re.search(r"before=(\d+)", see(door, stage, "/log").text)
        assert before
        older = words(see(door, stage, "/log", before=before[1]))
        assert older.count("Tag the order seen Under way") == 5
        assert older.count("It did not work yet, and is tried again.") == 1
        assert "Acted 45 times in 90 days" in words(see(door, stage))
