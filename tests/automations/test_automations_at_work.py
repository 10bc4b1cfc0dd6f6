"""A shop's own rules at work: once for each event, never in a circle, each action with what became of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from databases import sharing
from returns_counter import Counter, open_counter
from ruled import TAG, changed, happens, order_id, outcomes, publish, rows, rule, tags, work
from sqlalchemy import select

from jobs import automations, reactions
from shopify_app.automations import firing
from shopify_app.automations.models import Effect, Firing
from shopify_app.casework import assigning
from shopify_app.casework.models import CaseFile
from shopify_app.db import Database
from shopify_app.events import Event, Listening, OrderChanged, OrderPaid, Reaction, record
from shopify_app.messages.models import Message
from shopify_app.returns import requests
from shopify_app.returns.models import Return, ReturnEntry
from shopify_app.returns.presets import FORGIVING
from shopify_app.returns.states import Actor, ReturnState
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import save
from shopify_app.shops.models import Shop, ShopState


@pytest.fixture
def counter(database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counter:
    monkeypatch.chdir(tmp_path)
    found = open_counter(sharing(database, reactions.FOLLOWERS), database_url)
    work(found)
    return found


class TestOnce:
    def test_an_event_delivered_again_fires_a_rule_no_second_time(self, counter: Counter) -> None:
        publish(counter, rule("a", "OrderChanged", TAG))
        event = changed(counter)
        work(counter)
        with counter.database.write() as session:
            row = session.scalars(select(Reaction).where(Reaction.event_id == event)).one()
            row.state = "pending"
        work(counter)

        assert [(each.kind, each.rule, each.version) for each in rows(counter, Firing)] == [
            ("OrderChanged", "Rule a", 1)
        ]
        assert outcomes(counter) == [("tag", "done", None)]
        assert tags(counter) == "look"

    def test_two_who_judge_at_once_write_one_firing(self, counter: Counter) -> None:
        publish(counter, rule("a", "OrderChanged", TAG))
        judged = firing.judge(counter.database, counter.shop_id, changed(counter))
        assert judged is not None

        made = []
        for _ in range(2):
            with counter.database.write() as session:
                made.append(len(firing.fire(session, counter.shop_id, judged, counter.now())))

        assert made == [1, 0]
        assert len(rows(counter, Effect)) == 1

    def test_an_action_that_is_carried_out_twice_is_carried_out_once(self, counter: Counter) -> None:
        with counter.database.write() as session:
            save(session, counter.shop_id, Returns(team_mail="care@mara.example"), "1", counter.now())
        publish(counter, rule("a", "OrderChanged", {"do": "mail_team", "words": "Look at {order}."}))
        changed(counter)
        work(counter)
        (effect,) = rows(counter, Effect)
        automations.carry_one(counter.wire.adapters, effect.id)

        (mail,) = [each for each in rows(counter, Message) if each.kind == "team_automation"]
        assert mail.recipient == "care@mara.example"


@pytest.mark.again
class TestWhichEventsCount:
    def test_a_shop_without_rules_gets_no_duty_for_an_event(self, counter: Counter) -> None:
        before = len(rows(counter, Reaction))
        changed(counter)

        assert len(rows(counter, Reaction)) == before

    @pytest.mark.asked
    def test_only_kinds_that_a_rule_waits_for_are_listened_for(self, counter: Counter) -> None:
        publish(counter, rule("a", "OrderChanged", TAG), rule("b", "OrderPaid", TAG, is_off=True))

        assert [each.kind for each in rows(counter, Listening)] == ["OrderChanged"]

    def test_what_happened_before_the_rules_were_published_fires_nothing(self, counter: Counter) -> None:
        publish(counter, rule("a", "OrderPaid", TAG))
        with counter.database.write() as session:
            counter.order(session).paid_at = counter.now() - timedelta(days=365)
        happens(counter, OrderPaid(order_id=order_id(counter)))
        work(counter)

        assert rows(counter, Firing) == []

    def test_another_shops_order_is_never_read(self, counter: Counter, other_shop: Shop) -> None:
        publish(counter, rule("a", "OrderChanged", TAG))
        with counter.database.write() as session:
            session.add(Listening(shop_id=other_shop.id, kind="OrderChanged"))
            ours = counter.order(session).id
            record(session, other_shop.id, OrderChanged(order_id=ours), counter.now())
        work(counter)

        assert rows(counter, Firing) == []


class TestCircles:
    def test_our_own_tag_told_by_shopify_does_not_fire_its_rule_again(self, counter: Counter) -> None:
        publish(counter, rule("a", "OrderChanged", TAG), rule("b", "OrderChanged", {"do": "tag", "tag": "seen"}))
        changed(counter)
        work(counter)
        changed(counter)  # the webhook that our tags caused
        work(counter)
        assert len(rows(counter, Firing)) == 2

        counter.wire.advance(minutes=20)
        changed(counter)
        work(counter)
        assert len(rows(counter, Firing)) == 4

    def test_what_a_rule_causes_carries_its_key_and_fires_only_others(self, counter: Counter) -> None:
        publish(counter, rule("a", "ReturnRequested", {"do": "approve"}), rule("b", "ReturnApproved", TAG))
        counter.asked(1)
        work(counter)

        (approved,) = [each for each in rows(counter, Event) if each.kind == "ReturnApproved"]
        assert approved.facts["because_of"] == ["a" * 8]
        assert [each.rule for each in rows(counter, Firing)] == ["Rule a", "Rule b"]

    @pytest.mark.again
    def test_who_goes_round_outside_is_stopped_within_the_hour(self, counter: Counter) -> None:
        publish(counter, rule("a", "OrderChanged", {"do": "call", "url": "https://hooks.example.org/"}))
        for _ in range(firing.MOST_AN_HOUR + 2):
            changed(counter)
        work(counter, lambda url, letter: None)

        kept = [(each.outcome, each.because) for each in rows(counter, Effect)]
        assert kept.count(("done", None)) == firing.MOST_AN_HOUR
        assert kept.count(("refused", "too_often")) == 2


class TestReturns:
    def test_a_held_request_is_approved_by_no_rule_but_by_a_person(self, counter: Counter) -> None:
        counter.publish(FORGIVING)  # approves at once
        publish(counter, rule("a", "ReturnRequested", {"do": "hold"}), rule("b", "ReturnRequested", {"do": "approve"}))
        ret = counter.asked(1)
        work(counter)

        with counter.database.read() as session:
            held = counter.ret(session, ret)
            assert held.state == ReturnState.REQUESTED
            assert held.decide_by is not None, "Ada is told by when somebody answers"
        assert outcomes(counter) == [("hold", "done", None), ("approve", "refused", "held")]
        assert [each.kind for each in rows(counter, Message)] == ["return_requested"]

        with counter.database.write() as session:
            requests.approve(session, counter.ret(session, ret), Actor.MERCHANT, counter.now(), staff="1")
        with counter.database.read() as session:
            assert counter.ret(session, ret).state == ReturnState.APPROVED

    @pytest.mark.again
    def test_what_is_not_held_is_approved_by_the_policy_as_ever(self, counter: Counter) -> None:
        counter.publish(FORGIVING)
        publish(counter, rule("a", "ReturnRequested", {"do": "hold"}, when={"outcomes": ["store_credit"]}))
        ret = counter.asked(1)
        work(counter)

        with counter.database.read() as session:
            assert counter.ret(session, ret).state == ReturnState.APPROVED

    def test_a_request_becomes_somebodys_and_its_timeline_says_by_which_rule(self, counter: Counter) -> None:
        publish(counter, rule("a", "ReturnRequested", {"do": "assign", "to": "team:Care"}, TAG))
        counter.asked(1)
        work(counter)

        (file,) = rows(counter, CaseFile)
        assert file.assignee == assigning.team("Care")
        (told,) = [each for each in rows(counter, ReturnEntry) if each.kind == "automated"]
        assert (told.said, told.actor, told.is_internal) == ("Rule a", "rule", True)
        assert told.facts["version"] == 1

    @pytest.mark.again
    def test_an_approval_that_comes_too_late_is_refused(self, counter: Counter) -> None:
        publish(counter, rule("a", "ReturnRequested", {"do": "approve"}))
        ret = counter.asked(1)
        with counter.database.write() as session:
            requests.decline(session, counter.ret(session, ret), "other", "No", Actor.MERCHANT, counter.now())
        work(counter)

        assert outcomes(counter) == [("approve", "refused", "decided")]
        with counter.database.read() as session:
            assert session.get_one(Return, ret.id).state == ReturnState.DECLINED


@pytest.mark.again
def test_nobody_is_called_and_nothing_is_written_in_the_name_of_a_shop_that_has_left(counter: Counter) -> None:
    called: list[str] = []
    call = {"do": "call", "url": "https://hooks.example.org/postlude"}
    publish(counter, rule("a", "OrderChanged", call, {"do": "mail_team", "words": "Look.", "to": "care@mara.example"}))
    changed(counter)
    with counter.database.write() as session:
        session.get_one(Shop, counter.shop_id).state = ShopState.UNINSTALLED

    work(counter, lambda url, letter: called.append(url))

    assert called == []
    assert outcomes(counter) == [("call", "refused", "shopify_refused"), ("mail_team", "refused", "shopify_refused")]
    assert [each for each in rows(counter, Message) if each.kind == "team_automation"] == []
