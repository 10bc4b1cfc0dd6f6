"""What a draft would have done, and what rules in force did, in the admin."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import count as count_up

import pytest
from automated import CHANGED, STUCK, count, keys, published, see, send, words, written
from flask.testing import FlaskClient
from sqlalchemy import select

from shopify_app.automations import dry_run as dry
from shopify_app.automations import versions
from shopify_app.automations.actions import Tag
from shopify_app.automations.firing import Judged, fire
from shopify_app.automations.models import Effect, Firing
from shopify_app.automations.rules import Automations, Facts, Rule
from shopify_app.automations.vocabulary import Trigger
from shopify_app.events import Event, OrderChanged, record
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

    def test_it_lists_what_would_have_happened_and_changes_nothing(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        written(door, stage, mara, STUCK, CHANGED)
        before = {model: count(stage, model) for model in (Firing, Effect, Event, Message)}

        answer = send(door, stage, "/dry-run", days="90")

        said = words(answer)
        assert "Your rules would have acted 3 times" in said
        assert "A parcel has no news" in said
        assert "Tag the order parcel-stuck" in said
        assert said.count("#1042") == 3
        assert {model: count(stage, model) for model in before} == before

    def test_rules_that_are_off_would_have_done_nothing(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        written(door, stage, mara, CHANGED)
        send(door, stage, "/rules", verb="switch", key=keys(stage, mara)["Changed"], revision=1)

        assert "Your rules would not have acted" in words(send(door, stage, "/dry-run", days="7"))

    def test_whoever_waits_is_answered_in_time_and_told_how_far_back_it_reaches(self, stage: Wire, mara: Shop) -> None:
        with stage.adapters.database.write() as session:
            ours = session.scalars(select(Order.id)).one()
            for _ in range(dry.A_PAGE):
                record(session, mara.id, OrderChanged(order_id=ours), stage.now())
        rules = Automations((Rule("a" * 8, "Changed", Trigger.ORDER_CHANGED, (Tag("seen"),)),))
        ticking = count_up()

        def run(seconds: float) -> dry.DryRun:
            patience = dry.Patience(seconds, lambda: float(next(ticking)))
            return dry.dry_run(stage.adapters.database, mara, rules, 90, stage.now(), patience)

        short, whole = run(0), run(1000)
        assert (short.looked_at, short.is_complete) == (dry.A_PAGE, False)
        assert short.since > stage.now() - timedelta(days=1)
        assert (whole.looked_at, whole.is_complete) == (dry.A_PAGE + 2, True)
        assert (whole.total, len(whole.listed)) == (dry.A_PAGE + 2, dry.MOST_LISTED)

    def test_a_country_that_it_was_not_sent_to_is_left_alone(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        written(door, stage, mara, STUCK | {"when.countries": "DE"})

        assert "Your rules would not have acted" in words(send(door, stage, "/dry-run", days="90"))


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
        assert said.count("An order is changed · #1042") == 40
        assert "The rule had acted on this order five times within the hour." in said
        before = re.search(r"before=(\d+)", see(door, stage, "/log").text)
        assert before
        older = words(see(door, stage, "/log", before=before[1]))
        assert older.count("Tag the order seen Under way") == 5
        assert older.count("It did not work yet, and is tried again.") == 1
        assert "Acted 45 times in 90 days" in words(see(door, stage))
