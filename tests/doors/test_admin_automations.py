"""Automations in the admin: written in sentences by several people, tried, published, brought back, followed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from automated import CHANGED, LARGE, PAGE, STUCK, count, draft, keys, names, published, see, send, words, written
from flask.testing import FlaskClient
from sqlalchemy import select

from devstore.tokens import COLLEAGUE, STAFF, id_token
from shopify_app.admin.automations.overview import VERSIONS_SHOWN
from shopify_app.automations import versions
from shopify_app.automations.models import AutomationDraft, AutomationVersion
from shopify_app.events import Listening
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load, save
from shopify_app.shops.models import Shop
from wire import SHOP, Wire


@pytest.fixture(autouse=True)
def mara(stage: Wire) -> Shop:
    return stage.install()


@pytest.mark.again
class TestWriting:
    def test_a_form_reads_as_the_sentence_that_was_meant(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        written(door, stage, mara, STUCK, LARGE)

        said = words(see(door, stage))

        assert (
            "When a parcel has no news for 3 days and the order ships to Sweden, mail care@mara.example and tag the "
            "order parcel-stuck."
        ) in said
        assert (
            "When a return is requested, it asks for refund, and it is worth $500.00 or more, hold the request for a "
            "person, assign the return to Care, and call https://hooks.example.org/postlude."
        ) in said

    def test_a_parcel_that_was_only_asked_for_is_not_said_to_have_a_label(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        written(door, stage, mara, STUCK | {"if.parcel_states": "label_created"})

        assert "the parcel's state is Being prepared or label ready" in words(see(door, stage)).replace("&#39;", "'")
        form = see(door, stage, "/rule", key=keys(stage, mara)[STUCK["name"]]).text
        assert "Being prepared or label ready" in form

    def test_what_was_saved_stands_in_the_form_again(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        written(door, stage, mara, STUCK, LARGE)
        for form in (STUCK, LARGE):
            page = see(door, stage, "/rule", key=keys(stage, mara)[form["name"]]).text
            for text in ("care@mara.example", "parcel-stuck") if form is STUCK else ("team:Care", "500", "postlude"):
                assert text in page

    def test_one_more_thing_to_do_shows_its_fields_and_saves_nothing(self, door: FlaskClient, stage: Wire) -> None:
        answer = send(door, stage, "/rule", revision=0, **{"name": "New", "add": "mail_shopper"})

        assert answer.status_code == 200
        assert 'name="then.1.subject.en"' in answer.text
        assert 'value="New"' in answer.text
        assert count(stage, AutomationDraft) == 0

    def test_a_mail_to_a_team_without_an_address_is_said_to_reach_nobody_until_one_is_set(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        unsaid = STUCK | {"then.1.to": ""}
        written(door, stage, mara, unsaid, CHANGED)
        key = keys(stage, mara)["Stuck"]

        for path in ("", "/publish"):
            page = see(door, stage, path).text
            assert page.count("Nobody gets this mail: your team has no address yet.") == 1
            assert page.count("/app/settings/team?") == 1
        assert "None stands there yet." in see(door, stage, "/rule", key=key).text

        with stage.adapters.database.write() as session:
            held = replace(load(session, mara.id, Returns), team_mail="care@mara.example")
            save(session, mara.id, held, "mara", stage.now())
        assert "Nobody gets this mail" not in see(door, stage).text
        assert "None stands there yet." not in see(door, stage, "/rule", key=key).text

    @pytest.mark.parametrize(("lang", "said"), [("de", "Gespeichert: Sie, "), ("sv", "Sparat: du, ")])
    def test_whoever_saved_the_draft_is_addressed_as_the_language_does(
        self, door: FlaskClient, stage: Wire, mara: Shop, lang: str, said: str
    ) -> None:
        written(door, stage, mara, CHANGED)

        assert said in words(see(door, stage, locale=lang))

    def test_an_action_is_taken_out(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        written(door, stage, mara, STUCK)
        written(door, stage, mara, STUCK | {"key": keys(stage, mara)["Stuck"], "then.1.gone": "on"})

        assert [each.do for each in draft(stage, mara).rules.rules[0].then] == ["tag"]

    def test_buttons_put_actions_into_another_order_with_all_that_was_typed(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        shown = send(door, stage, "/rule", revision=0, verb="up:3", **LARGE)

        assert shown.status_code == 200
        assert names(stage, mara) == []
        order = re.findall(r'name="then\.(\d)\.do" value="(\w+)"', shown.text)
        assert order == [("1", "hold"), ("2", "call"), ("3", "assign")]
        assert 'value="https://hooks.example.org/postlude"' in shown.text
        assert re.search(r'aria-label="Call a web address" id="said"', shown.text)
        assert re.search(r'accessibilityLabel="Move up: Hold[^"]*" data-verb="up:1" disabled', shown.text)

        moved = LARGE | {"then.2.do": "call", "then.2.to": "", "then.2.url": LARGE["then.3.url"]}
        moved |= {"then.3.do": "assign", "then.3.to": "team:Care", "then.3.url": ""}
        assert send(door, stage, "/rule", revision=0, verb="", **moved).status_code == 303
        assert [each.do for each in draft(stage, mara).rules.rules[0].then] == ["hold", "call", "assign"]

    @pytest.mark.parametrize("verb", ["up:1", "down:3", "up:9", "down:x", "sideways:1"])
    def test_an_action_that_cannot_go_there_stays(self, door: FlaskClient, stage: Wire, verb: str) -> None:
        shown = send(door, stage, "/rule", revision=0, verb=verb, add="tag", **LARGE)

        order = re.findall(r'name="then\.\d\.do" value="(\w+)"', shown.text)
        assert order[:3] == ["hold", "assign", "call"]

    def test_every_wrong_field_gets_its_sentence_and_keeps_what_was_typed(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        wrong = {
            "name": "", "on": "Nothing", "if.quiet_days": "many", "if.carriers": "Pigeons", "if.worth.at_least": "lots",
            "if.parcel_states": "flying", "if.outcomes": "gold", "when.order_value.at_least": "much",
            "then.1.do": "tag", "then.1.tag": "a, b", "then.2.do": "mail_team", "then.2.to": "nobody",
            "then.3.do": "mail_shopper", "then.4.do": "assign", "then.4.to": "me", "then.5.do": "call",
            "then.5.url": "https://127.0.0.1/", "then.6.do": "dance",
        }  # fmt: skip
        answer = send(door, stage, "/rule", revision=0, **wrong)

        assert answer.status_code == 422
        beside = dict(re.findall(r'name="([^"]+)"[^>]*? error="([^"]+)"', answer.text))
        assert {
            "name", "on", "if.quiet_days", "if.carriers", "if.worth.at_least", "if.parcel_states", "if.outcomes",
            "when.order_value.at_least", "then.1.tag", "then.2.words", "then.2.to", "then.3.subject.en",
            "then.3.words.en", "then.4.to", "then.5.url",
        } <= set(beside)  # fmt: skip
        assert "Pigeons" in beside["if.carriers"]
        assert "https://" in beside["then.5.url"]
        for typed in ("many", "Pigeons", "a, b", "nobody", "https://127.0.0.1/"):
            assert f'value="{typed}"' in answer.text
        assert count(stage, AutomationDraft) == 0

    @pytest.mark.asked
    def test_what_is_too_long_in_one_language_is_said_beside_it(self, door: FlaskClient, stage: Wire) -> None:
        mail = {"then.1.do": "mail_shopper", "then.1.subject.en": "About {order}", "then.1.words.en": "Hello"}
        mail |= {"then.1.subject.de": "x" * 121, "then.1.words.sv": "y" * 2001}

        answer = send(door, stage, "/rule", revision=0, name="Long", on="OrderPaid", **mail)

        assert answer.status_code == 422
        beside = dict(re.findall(r'name="([^"]+)"[^>]*? error="([^"]+)"', answer.text))
        assert beside.keys() == {"then.1.subject.de", "then.1.words.sv"}
        assert "120" in beside["then.1.subject.de"]
        assert "2000" in beside["then.1.words.sv"].replace(",", "")
        assert re.search(r"<details[^>]*open[^>]*><summary>(German|Deutsch)", answer.text)
        assert count(stage, AutomationDraft) == 0

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"then.1.do": "", "then.2.do": ""}, "Choose one from the list."),
            ({"if.quiet_days": ""}, "Days without news"),
            ({"on": "OrderPaid", "if.quiet_days": ""}, ""),
            ({"if.outcomes": "refund"}, "knows of no return"),
        ],
    )
    def test_what_does_not_fit_together_is_said(
        self, door: FlaskClient, stage: Wire, changes: dict[str, Any], said: str
    ) -> None:
        answer = send(door, stage, "/rule", revision=0, **(STUCK | changes))

        assert answer.status_code == (422 if said else 303)
        assert said in words(answer)

    def test_a_stale_form_is_told_who_saved_and_keeps_what_was_typed(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        written(door, stage, mara, CHANGED)
        answer = send(door, stage, "/rule", revision=0, **STUCK)

        assert answer.status_code == 409
        assert "The draft was saved meanwhile by you" in words(answer)
        assert 'value="parcel-stuck"' in answer.text
        assert names(stage, mara) == ["Changed"]

    def test_two_rules_of_one_name_are_told_apart(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        written(door, stage, mara, CHANGED)
        answer = send(door, stage, "/rule", revision=1, **CHANGED)

        assert answer.status_code == 422
        assert "Another rule has this name." in words(answer)

    def test_buttons_order_copy_switch_and_take_away_rules(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        written(door, stage, mara, STUCK, CHANGED)
        for verb, then in (
            ("up", ["Changed", "Stuck"]),
            ("duplicate", ["Changed", "Changed (2)", "Stuck"]),
            ("down", ["Changed (2)", "Changed", "Stuck"]),
            ("switch", ["Changed (2)", "Changed", "Stuck"]),
            ("delete", ["Changed (2)", "Stuck"]),
        ):
            form = {"verb": verb, "key": keys(stage, mara)["Changed"], "revision": draft(stage, mara).revision}
            assert send(door, stage, "/rules", **form).status_code == 303
            assert names(stage, mara) == then
        assert send(door, stage, "/rules", verb="up", key="ffffffff", revision=7).status_code == 404
        assert send(door, stage, "/rules", verb="up", key="ffffffff", revision=1).status_code == 409
        assert send(door, stage, "/rules", verb="burn", key="ffffffff", revision=7).status_code == 400


class TestPublishing:
    def test_a_draft_acts_only_once_it_is_published(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        written(door, stage, mara, CHANGED)
        assert count(stage, Listening) == 0
        assert "Nothing of this acts until you publish it." in words(see(door, stage))

        published(door, stage, mara)

        assert count(stage, Listening) == 1
        said = words(see(door, stage))
        assert "In force: version 1" in said
        assert "Why not" in said

    def test_versions_of_long_ago_are_still_found(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        published(door, stage, mara, CHANGED)
        for _ in range(VERSIONS_SHOWN):
            key, revision = keys(stage, mara)["Changed"], draft(stage, mara).revision
            send(door, stage, "/rules", verb="switch", key=key, revision=revision)
            published(door, stage, mara)

        shown, older = see(door, stage).text, see(door, stage, before=2).text

        assert ("versions/1?" in shown, "versions/2?" in shown, "before=2" in shown) == (False, True, True)
        assert ("versions/1?" in older, "before=1" in older) == (True, False)
        assert see(door, stage, before="9" * 30).status_code == 200

    @pytest.mark.again
    def test_the_differences_are_told_in_sentences(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        published(door, stage, mara, STUCK, CHANGED)
        known = keys(stage, mara)
        written(door, stage, mara, STUCK | {"key": known["Stuck"], "if.quiet_days": "5"}, LARGE)
        send(door, stage, "/rules", verb="delete", key=known["Changed"], revision=draft(stage, mara).revision)

        said = words(see(door, stage, "/publish"))

        for part in (
            "Changed In force When a parcel has no news for 3 days",
            "for 5 days",
            "Large New",
            "Changed Gone",
        ):
            assert part in said

    def test_an_old_version_is_brought_back_as_a_new_one(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        published(door, stage, mara, STUCK)
        published(door, stage, mara, CHANGED)
        revision = draft(stage, mara).revision

        assert send(door, stage, "/versions/1", revision=revision).status_code == 303

        with stage.adapters.database.read() as session:
            newest = versions.newest(session, mara.id)
        assert (newest.number, newest.repeats) == (3, 1)
        assert [rule.name for rule in newest.rules.rules] == ["Stuck"]
        assert "No rule" not in words(see(door, stage, "/versions/1"))
        assert send(door, stage, "/versions/9", revision=revision).status_code == 404

    def test_what_is_in_force_already_and_what_moved_on_is_not_published(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        published(door, stage, mara, CHANGED)
        revision = draft(stage, mara).revision

        assert send(door, stage, "/publish", revision=revision).status_code == 422
        assert send(door, stage, "/publish", revision=revision - 1).status_code == 409
        written(door, stage, mara, STUCK)
        long = send(door, stage, "/publish", revision=revision + 1, note="x" * 501)
        assert "At most 500 characters." in words(long)
        assert count(stage, AutomationVersion) == 1

    @pytest.mark.again
    def test_a_draft_is_thrown_away(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        written(door, stage, mara, CHANGED)

        assert send(door, stage, "/discard", revision=1).status_code == 303
        assert names(stage, mara) == []
        assert send(door, stage, "/discard", revision=1).status_code == 409

    @pytest.mark.again
    def test_who_may_not_publish_sees_no_secret_and_publishes_nothing(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        from shopify_app.shops.staff import Right, StaffMember

        written(door, stage, mara, LARGE)
        theirs = id_token(stage.config, COLLEAGUE["id"], stage.now())
        door.get(f"{PAGE}?shop={SHOP}", headers={"Authorization": f"Bearer {theirs}"})
        with stage.adapters.database.write() as session:
            session.scalars(select(StaffMember).where(StaffMember.user_id == int(COLLEAGUE["id"]))).one().withheld = [
                Right.PUBLISH
            ]
        page = door.get(f"{PAGE}?shop={SHOP}", headers={"Authorization": f"Bearer {theirs}"})

        assert send(door, stage, "/publish", theirs, revision=1).status_code == 403
        assert "Show the secret" not in page.text
        assert "Show the secret" in see(door, stage).text
        assert STAFF["id"] != COLLEAGUE["id"]
