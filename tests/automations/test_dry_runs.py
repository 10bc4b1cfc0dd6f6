"""Dry runs: all of the days, piece by piece, whoever goes on with them and whatever comes between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count as count_up

import pytest
from sqlalchemy import delete, func, select, update

from shopify_app.automations import dry_run as dry
from shopify_app.automations import kept_dry_run as kept
from shopify_app.automations import versions
from shopify_app.automations.actions import Action, MailTeam, Tag
from shopify_app.automations.dry_run import Example, Past, Patience, SoFar, Stream, Wanted
from shopify_app.automations.kept_dry_run import Ended
from shopify_app.automations.models import DryRun
from shopify_app.automations.rules import Automations, Rule, When
from shopify_app.automations.vocabulary import Do, Trigger
from shopify_app.db import Database
from shopify_app.events import OrderChanged, OrderPaid, record
from shopify_app.leases import WorkState, due
from shopify_app.orders.models import Order
from shopify_app.orders.projection import apply_order
from shopify_app.shipments.projection import apply_fulfillment
from shopify_app.shops.models import Shop, ShopState
from stage import PLACED, fulfillment, line, order

NOW = PLACED + timedelta(days=60)
TAG, MAIL = Tag("seen"), MailTeam("Look at {order}.", "care@mara.example")
CHANGES, QUIETS = 7, 2


def rule(key: str, on: Trigger, *then: Action, **more: object) -> Rule:
    return Rule(key * 8, f"Rule {key}", on, then or (TAG,), **more)  # type: ignore[arg-type]


RULES = Automations(
    (
        rule("a", Trigger.ORDER_CHANGED),
        rule("b", Trigger.PARCEL_QUIET, TAG, MAIL, when=When(quiet_days=3)),
        rule("c", Trigger.ORDER_PAID, is_off=True),
    )
)


class Killed(BaseException):
    """What nobody handles: the process is gone."""


def impatient() -> Patience:
    """One page a piece, a small one."""
    ticks = count_up()
    return Patience(0, lambda: float(next(ticks)), page=2)


def dies_after(pages: int) -> Patience:
    """Looked at once before the first page, then once after each."""
    looks = count_up()

    def clock() -> float:
        if next(looks) > pages:
            raise Killed
        return 0.0

    return Patience(1, clock, page=2)


@pytest.fixture(autouse=True)
def past(database: Database, shop: Shop) -> None:
    """Two orders in parcels of which nobody has said a word for ten days; seven changes, spread over days."""
    with database.write() as session:
        for number in range(1, QUIETS + 1):
            told = order(shopify_id=1041 + number, name=f"#{1041 + number}", lines=(line(number),))
            bought = apply_order(session, shop.id, replace(told, placed_at=ago(12), fact_at=ago(12)), ago(12))
            sent = fulfillment(number, order_id=1041 + number, lines=((9000 + number, 1),))
            apply_fulfillment(session, shop.id, replace(sent, created_at=ago(10), fact_at=ago(10)), ago(10))
            record(session, shop.id, OrderPaid(order_id=bought.id), ago(9))
        for day in range(CHANGES, 0, -1):
            record(session, shop.id, OrderChanged(order_id=bought.id), ago(day))


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def write(database: Database, shop: Shop, rules: Automations = RULES) -> None:
    with database.write() as session:
        seen = versions.draft_of(session, shop.id).revision
        versions.save(session, shop.id, rules, seen, "1", NOW)


def begin(database: Database, shop: Shop, days: int = 90) -> int:
    with database.write() as session:
        return kept.begin(session, shop.id, days, "1", NOW)


def run_of(database: Database, shop: Shop) -> DryRun:
    with database.read() as session:
        found = kept.of_shop(session, shop.id)
    assert found is not None
    return found


def found_by(database: Database, shop: Shop) -> SoFar:
    return kept.found_by(run_of(database, shop))


def to_its_end(database: Database, run_id: int, patience: Callable[[], Patience] = impatient) -> int:
    """How many pieces it took."""
    pieces = 1
    while kept.take_further(database, run_id, NOW, patience()):
        pieces += 1
    return pieces


@pytest.mark.again
class TestPieceByPiece:
    def test_what_fits_into_one_piece_is_there_at_once(self, database: Database, shop: Shop) -> None:
        write(database, shop)
        run_id = begin(database, shop)

        assert not kept.take_further(database, run_id, NOW)
        run, found = run_of(database, shop), found_by(database, shop)
        assert (run.state, run.ended_as, run.ended_at) == (WorkState.DONE, Ended.WHOLE, NOW)
        assert found.counts == {"a" * 8: CHANGES, "b" * 8: QUIETS}
        assert (found.looked_at, found.is_whole, found.share) == (CHANGES + QUIETS, True, 1.0)

    def test_many_pieces_find_what_one_does(self, database: Database, shop: Shop) -> None:
        write(database, shop)
        run_id = begin(database, shop)
        kept.take_further(database, run_id, NOW)
        at_once = found_by(database, shop)

        assert begin(database, shop) == run_id
        shares = [found_by(database, shop).share]
        while kept.take_further(database, run_id, NOW, impatient()):
            shares.append(found_by(database, shop).share)

        assert found_by(database, shop) == at_once
        assert len(shares) > 5
        assert shares == sorted(shares)
        assert shares[0] == 0
        assert 0 < shares[-1] <= 1

    def test_what_happens_after_it_was_begun_is_not_looked_at(self, database: Database, shop: Shop) -> None:
        write(database, shop)
        run_id = begin(database, shop)
        with database.write() as session:
            record(session, shop.id, OrderChanged(order_id=1), NOW + timedelta(minutes=1))
        to_its_end(database, run_id)

        assert found_by(database, shop).counts["a" * 8] == CHANGES

    def test_only_the_days_that_were_asked_for_are_looked_at(self, database: Database, shop: Shop) -> None:
        write(database, shop)
        to_its_end(database, begin(database, shop, days=3))

        assert found_by(database, shop).counts == {"a" * 8: 3}

    def test_rules_that_are_all_off_have_nothing_to_look_at(self, database: Database, shop: Shop) -> None:
        write(database, shop, Automations((rule("a", Trigger.ORDER_CHANGED, is_off=True),)))

        assert to_its_end(database, begin(database, shop)) == 1
        assert (run_of(database, shop).ended_as, found_by(database, shop).looked_at) == (Ended.WHOLE, 0)

    @pytest.mark.asked
    def test_each_rule_keeps_its_newest_examples_and_all_together_stay_few(
        self, database: Database, shop: Shop
    ) -> None:
        with database.write() as session:
            mine = session.scalars(select(Order.id).limit(1)).one()
            for second in range(dry.MOST_LISTED):
                record(
                    session, shop.id, OrderChanged(order_id=mine), NOW - timedelta(hours=1) + timedelta(seconds=second)
                )
        write(database, shop)
        run_id = begin(database, shop)
        while kept.take_further(database, run_id, NOW, Patience(0, page=30)):
            pass

        found = found_by(database, shop)
        changes = [each.at for each in found.examples if each.rule[0] == "a"]
        assert found.counts["a" * 8] == dry.MOST_LISTED + CHANGES
        assert len(changes) == dry.MOST_LISTED / 2
        assert min(changes) > NOW - timedelta(minutes=59, seconds=11)
        assert len(found.examples) == len(changes) + QUIETS
        assert [each.at for each in found.examples] == sorted((each.at for each in found.examples), reverse=True)

    def test_a_piece_without_any_patience_still_looks_at_one_page(self, database: Database, shop: Shop) -> None:
        with database.read() as session:
            mara = session.get_one(Shop, shop.id)
        wanted = Wanted.of_days(RULES, 90, NOW)
        found = dry.go_on(database, mara, wanted, dry.at_its_beginning(RULES), impatient())

        assert found.looked_at == 2
        assert not found.is_whole


@pytest.mark.again
class TestWhoeverComesBetween:
    @pytest.mark.asked
    def test_a_killed_worker_loses_only_its_piece(self, database: Database, shop: Shop) -> None:
        write(database, shop)
        run_id = begin(database, shop)
        for _ in range(2):
            kept.take_further(database, run_id, NOW, impatient())
        before = run_of(database, shop).found

        with pytest.raises(Killed):
            kept.take_further(database, run_id, NOW, dies_after(pages=2))

        assert run_of(database, shop).found == before
        assert not kept.take_further(database, run_id, NOW), "its lease has not run out"
        with database.write() as session:
            session.execute(update(DryRun).values(lease_until=1))
        with database.read() as session:
            assert due(session, DryRun, NOW) == [run_id], "the sweep finds it"
        to_its_end(database, run_id)
        assert found_by(database, shop).counts == {"a" * 8: CHANGES, "b" * 8: QUIETS}
        assert found_by(database, shop).looked_at == CHANGES + QUIETS

    def test_another_run_takes_the_place_of_the_one_before(self, database: Database, shop: Shop) -> None:
        """Also of one that is in the middle of a piece: what it finds is refused."""
        write(database, shop)
        run_id = begin(database, shop)
        kept.take_further(database, run_id, NOW, impatient())
        again = count_up()

        def clock() -> float:
            if next(again) == 1:
                begin(database, shop, days=7)
            return 0.0

        assert not kept.take_further(database, run_id, NOW, Patience(1, clock))
        run = run_of(database, shop)
        assert (run.days, run.state, run.lease_token) == (7, WorkState.PENDING, None)
        assert kept.found_by(run) == dry.at_its_beginning(RULES)

    def test_a_draft_that_is_changed_stops_it(self, database: Database, shop: Shop) -> None:
        write(database, shop)
        run_id = begin(database, shop)
        kept.take_further(database, run_id, NOW, impatient())
        before = found_by(database, shop)
        write(database, shop, Automations(RULES.rules[:1]))

        assert not kept.take_further(database, run_id, NOW)
        run = run_of(database, shop)
        assert (run.state, run.ended_as) == (WorkState.DONE, Ended.STOPPED)
        assert kept.found_by(run) == before
        assert kept.rules_of(run) == RULES

    def test_publishing_the_draft_as_it_is_stops_nothing(self, database: Database, shop: Shop) -> None:
        write(database, shop)
        run_id = begin(database, shop)
        kept.take_further(database, run_id, NOW, impatient())
        with database.write() as session:
            versions.publish(session, shop.id, versions.draft_of(session, shop.id).revision, "", "1", NOW)

        to_its_end(database, run_id)
        assert run_of(database, shop).ended_as == Ended.WHOLE

    def test_a_shop_that_left_is_looked_at_no_further(self, database: Database, shop: Shop) -> None:
        write(database, shop)
        run_id = begin(database, shop)
        with database.write() as session:
            session.get_one(Shop, shop.id).state = ShopState.UNINSTALLED

        assert not kept.take_further(database, run_id, NOW)
        assert run_of(database, shop).ended_as == Ended.STOPPED

    @pytest.mark.asked
    def test_what_goes_wrong_is_tried_again_from_where_it_stood(self, database: Database, shop: Shop) -> None:
        write(database, shop)
        run_id = begin(database, shop)
        kept.take_further(database, run_id, NOW, impatient())
        before = found_by(database, shop)

        def broken() -> float:
            raise OSError

        assert not kept.take_further(database, run_id, NOW, Patience(1, broken))
        run = run_of(database, shop)
        assert (run.state, run.error, run.due_at > NOW) == (WorkState.PENDING, "OSError", True)
        assert kept.found_by(run) == before
        to_its_end(database, run_id)
        assert (run_of(database, shop).ended_as, run_of(database, shop).error) == (Ended.WHOLE, None)

    @pytest.mark.asked
    def test_it_is_gone_with_its_shop(self, database: Database, shop: Shop) -> None:
        write(database, shop)
        run_id = begin(database, shop)
        with database.write() as session:
            session.execute(delete(Shop).where(Shop.id == shop.id))

        assert not kept.take_further(database, run_id, NOW)
        with database.read() as session:
            assert session.scalar(select(func.count()).select_from(DryRun)) == 0

    def test_ottos_run_sees_nothing_of_maras(self, database: Database, shop: Shop, other_shop: Shop) -> None:
        write(database, other_shop)
        to_its_end(database, begin(database, other_shop))

        assert found_by(database, other_shop).looked_at == 0
        with database.read() as session:
            assert kept.of_shop(session, shop.id) is None


@pytest.mark.again
class TestWhatWasFound:
    """Pure."""

    def test_actions_are_counted_with_the_rules_that_have_them(self) -> None:
        found = SoFar(counts={"a" * 8: 5, "b" * 8: 2})

        assert found.deeds(RULES) == {Do.TAG: 7, Do.MAIL_TEAM: 2}
        assert list(found.deeds(RULES)) == [Do.TAG, Do.MAIL_TEAM]
        assert found.total == 7

    def test_it_has_come_as_far_as_what_has_come_least_far(self) -> None:
        streams = (Stream(Past.QUIET, share=1.0, is_through=True), Stream(Past.RECORDED, 17, share=0.25))

        assert (SoFar(streams).share, SoFar(streams).is_whole) == (0.25, False)
        assert (SoFar().share, SoFar().is_whole) == (1.0, True)

    def test_only_what_a_rule_that_is_on_waits_for_is_looked_through(self) -> None:
        def pasts(*rules: Rule) -> list[Past]:
            return [each.past for each in dry.at_its_beginning(Automations(rules)).streams]

        quiet = rule("b", Trigger.PARCEL_QUIET, when=When(quiet_days=3))
        assert pasts(rule("a", Trigger.ORDER_CHANGED)) == [Past.RECORDED]
        assert pasts(quiet) == [Past.QUIET]
        assert pasts(quiet, rule("a", Trigger.ORDER_CHANGED, is_off=True)) == [Past.QUIET]
        assert pasts(*RULES.rules) == [Past.QUIET, Past.RECORDED]

    def test_it_is_the_same_after_it_was_written_down(self) -> None:
        example = Example(NOW, Trigger.ORDER_CHANGED, 7, None, "a" * 8)
        found = SoFar((Stream(Past.RECORDED, 17, 0.25),), 3, {"a" * 8: 1}, (example,))
        run = DryRun(found=kept._stored(found))

        assert kept.found_by(run) == found
