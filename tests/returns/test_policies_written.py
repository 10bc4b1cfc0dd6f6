"""A policy as it is written: rules moved, copied, switched and taken away, and what a draft changes, told in full."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_cases import ORDERED, PUBLISHED, subject
from sqlalchemy import update

from shopify_app.db import Database
from shopify_app.returns import published
from shopify_app.returns.amounts import Rates
from shopify_app.returns.conditions import Conditions
from shopify_app.returns.document import WrongPolicy, kept_policy, read_policy, says_the_same, to_document
from shopify_app.returns.effects import Effects, Window
from shopify_app.returns.models import PublishedPolicy
from shopify_app.returns.plain_words import Telling, in_plain_words
from shopify_app.returns.policy import check
from shopify_app.returns.presets import FASHION, FORGIVING, STANDARD
from shopify_app.returns.rules import Policy, PolicyVersion, Rule
from shopify_app.returns.unfollowed import as_nobody_scans
from shopify_app.returns.vocabulary import LeftoverTo, Outcome, Scope
from shopify_app.returns.writing import drafts, edits
from shopify_app.returns.writing.differences import Differences, How, differences
from shopify_app.returns.writing.simulation import unmet
from shopify_app.shops.models import Shop


def rule(name: str, days: int = 30, **when: object) -> Rule:
    then = Effects(windows={Scope.ANY: Window(latest_day=days)}, outcomes=(Outcome.REFUND,))
    return Rule(name=name, when=Conditions(**when), then=then)  # type: ignore[arg-type]


def named(*names: str) -> Policy:
    return Policy(rules=tuple(rule(name) for name in names))


def hows(before: Policy, after: Policy) -> list[tuple[str, str]]:
    found = differences(before, after).rules
    return [(str(each.how), (each.after or each.before).name) for each in found]  # type: ignore[union-attr]


def listing(order: int) -> Policy:
    """A policy whose first rule lists the same things forwards (1) or backwards (-1)."""
    then = Effects(outcomes=(Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.SHOP_NOW)[::order])
    when = Conditions(countries=("DE", "SE")[::order], product_tags=("a", "b")[::order])
    return Policy(rules=(Rule(name="Sale", when=when, then=then), rule("All")))


def taking(percent: str) -> Policy:
    """A policy that keeps so much of the goods' value, and waives as small a balance."""
    then = Effects(restocking_percent=Decimal(percent))
    return Policy(rules=(Rule(name="All", then=then),), waive_balance_up_to={"shop": Decimal(percent)})


class TestEdits:
    def test_a_new_rule_with_conditions_stands_where_it_can_still_decide(self) -> None:
        sale = rule("Sale", product_tags=("sale",))

        assert [each.name for each in edits.written(named("All"), None, sale).rules] == ["Sale", "All"]
        assert [each.name for each in edits.written(named("All"), None, rule("More")).rules] == ["All", "More"]

    def test_a_copy_has_a_name_of_its_own_however_long_the_name(self) -> None:
        policy = named("x" * 120)

        first = edits.duplicated(policy, 0)
        again = edits.duplicated(first, 0)

        assert len({each.name for each in again.rules}) == 3
        assert all(len(each.name) <= 120 for each in again.rules)
        assert read_policy(json.dumps(to_document(again))) == again

    def test_one_rule_stays_switched_on(self) -> None:
        policy = edits.switched(named("A", "B"), 0)

        for edit in (edits.switched, edits.without):
            with pytest.raises(edits.LastRule):
                edit(policy, 1)
        with pytest.raises(WrongPolicy, match="switched on"):
            read_policy(json.dumps({"rules": [{"name": "A", "is_off": True}]}))

    @pytest.mark.parametrize("place", [-1, 2])
    def test_a_place_without_a_rule_is_no_place(self, place: int) -> None:
        for edit in (edits.switched, edits.without, edits.duplicated):
            with pytest.raises(edits.NoSuchRule):
                edit(named("A", "B"), place)

    def test_a_rule_that_is_off_decides_nothing(self) -> None:
        policy = Policy(rules=(replace(rule("Short", days=1), is_off=True), rule("Long", days=60)))

        verdict = check((PolicyVersion(1, PUBLISHED, policy.in_use()),), subject())

        assert {each.rule for each in verdict.decisions if each.rule} == {"Long"}


class TestDifferences:
    def test_nothing_differs_from_itself(self) -> None:
        assert not differences(STANDARD, STANDARD)
        assert differences(STANDARD, STANDARD) == Differences()

    def test_one_rule_moved_is_one_move(self) -> None:
        before = named("A", "B", "C", "D")

        assert hows(before, edits.moved(before, 3, 0)) == [("moved", "D")]
        assert hows(before, edits.moved(before, 0, 3)) == [("moved", "A")]

    def test_what_became_of_each_rule_is_told(self) -> None:
        before = named("A", "B", "C")
        after = Policy(rules=(rule("A", days=14), replace(rule("C"), is_off=True), rule("New", days=99)))

        assert hows(before, after) == [
            ("changed", "A"), ("switched_off", "C"), ("added", "New"), ("removed", "B"),
        ]  # fmt: skip

    def test_the_same_rule_under_another_name_is_renamed(self) -> None:
        before = Policy(rules=(rule("Sale", 14), rule("All")))

        assert hows(before, Policy(rules=(rule("Outlet", 14), rule("All")))) == [("renamed", "Outlet")]

    def test_in_what_order_a_rule_lists_its_outcomes_and_conditions_is_no_difference(self) -> None:
        before, after = (listing(order) for order in (1, -1))

        assert not differences(before, after)
        assert hows(before, edits.switched(edits.moved(after, 0, 1), 1)) == [("moved", "All"), ("switched_off", "Sale")]
        assert hows(before, edits.without(after, 1)) == [("removed", "All")]
        renamed = Policy(rules=(replace(after.rules[0], name="Outlet"), after.rules[1]))
        assert hows(before, renamed) == [("renamed", "Outlet")]

    def test_how_a_number_is_written_is_no_difference(self) -> None:
        before, after = (taking(percent) for percent in ("10", "10.0"))

        assert says_the_same(before, after)
        assert not differences(before, after)
        renamed = Policy(rules=(replace(after.rules[0], name="Outlet"),))
        assert hows(before, renamed) == [("renamed", "Outlet")]

    def test_what_holds_for_the_shop_is_named(self) -> None:
        after = replace(STANDARD, leftover_to=LeftoverTo.STORE_CREDIT, waive_balance_up_to={"shop": Decimal(2)})

        assert differences(STANDARD, after) == Differences(settings=("leftover_to", "waive_balance_up_to"))

    @settings(max_examples=40, deadline=None)
    @given(st.permutations("ABCDE"), st.sets(st.sampled_from("ABCDE"), max_size=3))
    def test_undoing_what_is_told_gives_the_policy_before(self, order: list[str], gone: set[str]) -> None:
        before, after = named(*"ABCDE"), [name for name in order if name not in gone]

        found = differences(before, named(*after)).rules

        moved = {each.after.name for each in found if each.how is How.MOVED and each.after}
        assert {each.before.name for each in found if each.how is How.REMOVED and each.before} == gone
        stayed = [name for name in after if name not in moved]
        assert stayed == sorted(stayed), "what was not moved is still in order"


def test_conditions_that_do_not_hold_are_named() -> None:
    asked = Conditions(final_sale=True, countries=("JP",), discounted=subject().line.is_discounted)

    assert set(unmet(asked, subject(), 7)) == {"final_sale", "countries"}


def test_a_policy_kept_with_a_country_that_is_none_decides_and_is_changed_like_any_other() -> None:
    rules = [{"name": "A", "when": {"countries": ["UK"]}}, {"name": "B"}, {"name": "C", "is_off": True}]
    kept = kept_policy(json.dumps({"rules": rules, "assumed_transit_by_country": {"UK": 9}}))

    version = PolicyVersion(1, ORDERED, kept.in_use())

    assert [each.name for each in version.policy.rules] == ["A", "B"]
    assert as_nobody_scans(kept) == kept
    assert unmet(kept.rules[0].when, subject(), 7) == ("countries",)
    assert in_plain_words(version, Telling((Rates("EUR", "EUR"),)))
    assert [each.name for each in edits.moved(kept, 1, 0).rules] == ["B", "A", "C"]
    assert [each.name for each in edits.without(kept, 1).rules] == ["A", "C"]
    assert [each.name for each in edits.written(kept, None, rule("D", vendors=("x",))).rules] == ["A", "D", "B", "C"]


class TestDrafts:
    def test_only_who_saw_the_newest_save_may_save(self, database: Database, shop: Shop, now: datetime) -> None:
        with database.write() as session:
            drafts.save(session, shop.id, FASHION, 0, "7", now)
        with pytest.raises(drafts.DraftMoved) as failure, database.write() as session:
            drafts.save(session, shop.id, FORGIVING, 0, "8", now)

        assert (failure.value.now.saved_by, failure.value.now.policy) == ("7", FASHION)

    def test_a_published_draft_is_gone_and_its_revision_is_not_used_again(
        self, database: Database, shop: Shop, now: datetime
    ) -> None:
        with database.write() as session:
            drafts.save(session, shop.id, FASHION, 0, "7", now)
            made = drafts.publish(session, shop.id, 1, 1, "Why", "7", now)
        with database.read() as session:
            held = drafts.draft_of(session, shop.id)

        assert (made.number, held.newest.note, held.is_changed, held.revision) == (2, "Why", False, 2)

    def test_a_rule_that_lists_the_same_in_another_order_is_nothing_to_publish(
        self, database: Database, shop: Shop, now: datetime
    ) -> None:
        with database.write() as session:
            published.publish(session, shop.id, listing(1), "7", now)
            assert not drafts.save(session, shop.id, listing(-1), 0, "7", now).is_changed
        with pytest.raises(published.PolicyUnchanged), database.write() as session:
            drafts.publish(session, shop.id, 1, 2, "", "7", now)

    def test_rules_that_are_off_are_kept_in_a_version_and_decide_nothing(
        self, database: Database, shop: Shop, now: datetime
    ) -> None:
        off = edits.switched(STANDARD, 1)
        with database.write() as session:
            published.publish(session, shop.id, off, "7", now)
        with database.read() as session:
            (newest, *_), running = published.publications(session, shop.id), published.newest(session, shop.id)

        assert newest.policy == off
        assert [each.name for each in running.policy.rules] == ["Our mistake", "Exchanges cost nothing", "30 days"]

    def test_words_from_before_they_were_bounded_are_read_whole(
        self, database: Database, shop: Shop, now: datetime
    ) -> None:
        document = json.dumps(to_document(Policy(rules=(replace(rule("All"), says={"en": "Please."}),))))
        words = {"en": "x" * 600}
        long = json.loads(document.replace("Please.", words["en"]))
        with pytest.raises(WrongPolicy, match="at most 500 characters"):
            read_policy(json.dumps(long))
        with database.write() as session:
            published.publish(session, shop.id, read_policy(document), "mara", now)
            session.execute(update(PublishedPolicy).values(document=long))
        with database.read() as session:
            draft = drafts.draft_of(session, shop.id)
            assert [version.policy.rules[0].says for version in published.versions(session, shop.id)][-1] == words
        assert draft.policy.rules[0].says == words
        assert edits.duplicated(draft.policy, 0).rules[1].says == words

    def test_otto_has_a_draft_of_his_own(self, database: Database, shop: Shop, other_shop: Shop, now: datetime) -> None:
        with database.write() as session:
            drafts.save(session, shop.id, FASHION, 0, "7", now)
        with database.read() as session:
            assert drafts.draft_of(session, other_shop.id).policy == STANDARD
            assert published.publication(session, other_shop.id, 2) is None
        with pytest.raises(LookupError), database.write() as session:
            drafts.bring_back(session, other_shop.id, 2, 1, "", "8", now)
