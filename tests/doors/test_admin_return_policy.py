"""The return policy in the admin: a draft of sentences, edited by Mara's people together, published, brought back."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from shopify_app.catalogue.models import Collection
from shopify_app.returns import published
from shopify_app.returns.document import to_document
from shopify_app.returns.models import PublishedPolicy
from shopify_app.returns.presets import FORGIVING, PRESETS, STANDARD
from shopify_app.returns.writing import drafts
from shopify_app.shopify.markets import MarketSnapshot
from shopify_app.shops import profile
from shopify_app.shops.models import Shop
from wire import SHOP, Wire

pytestmark = pytest.mark.again

POLICY = "/app/returns/policy"
FORGIVING_TEXT = json.dumps(to_document(FORGIVING))
SALE = {
    "name": "Sale to Germany",
    "when.collection_ids": "41",
    "when.countries": "DE",
    "then.outcomes.kind": "some",
    "then.outcomes": ["store_credit", "variant_exchange"],
    "then.windows.any.kind": "days",
    "then.windows.any.latest_day": "30",
    "then.windows.any.counted_from": "delivery",
    "then.bonus.any.kind": "percent",
    "then.bonus.any.percent": "10",
}


@pytest.fixture(autouse=True)
def mara(stage: Wire) -> Shop:
    shop = stage.install()
    with stage.adapters.database.write() as session:
        session.add(Collection(shop_id=shop.id, shopify_id=41, handle="sale", title="Sale", fact_at=stage.now()))
    return shop


def see(door: FlaskClient, stage: Wire, path: str = "", **query: Any) -> TestResponse:
    return door.get(f"{POLICY}{path}?{urlencode({'shop': SHOP, 'id_token': stage.session_token()} | query)}")


def send(door: FlaskClient, stage: Wire, path: str, **form: Any) -> TestResponse:
    return door.post(f"{POLICY}{path}", data=form, headers={"Authorization": f"Bearer {stage.session_token()}"})


def draft(stage: Wire, shop: Shop) -> drafts.Draft:
    with stage.adapters.database.read() as session:
        return drafts.draft_of(session, shop.id)


def names(stage: Wire, shop: Shop) -> list[str]:
    return [rule.name for rule in draft(stage, shop).policy.rules]


def numbers(stage: Wire) -> list[int]:
    with stage.adapters.database.read() as session:
        return list(session.scalars(select(PublishedPolicy.number).order_by(PublishedPolicy.number)))


def words(answer: TestResponse) -> str:
    text = re.sub(r'<s-[^>]* (?:heading|error)="([^"]*)"[^>]*>', r" \1 ", answer.text)
    text = re.sub(r"</?strong>", "", text)
    return " ".join(re.sub(r"<style>.*?</style>|<script>.*?</script>|<[^>]+>", " ", text, flags=re.DOTALL).split())


class TestTheRules:
    def test_a_shop_that_never_published_reads_the_preset_as_sentences(self, door: FlaskClient, stage: Wire) -> None:
        said = words(see(door, stage))

        assert "In force: version 1" in said
        assert "When the item is tagged as final sale, allow no return." in said
        assert "until 30 days after delivery, bonus 10 %" in said

    @pytest.mark.asked
    def test_a_rule_of_a_form_reads_as_the_sentence_that_was_meant(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        answer = send(door, stage, "/rule", revision=0, **SALE)

        assert answer.status_code == 303
        assert names(stage, mara)[2] == "Sale to Germany"
        assert (
            "When the item is in Sale and the order ships to Germany, allow store credit and another size or colour, "
            "until 30 days after delivery, bonus 10 %."
        ) in words(see(door, stage))

    @pytest.mark.parametrize(
        ("verb", "at", "then"),
        [
            ("up", 1, ["Final sale", "Our mistake", "Exchanges cost nothing", "30 days"]),
            ("down", 0, ["Final sale", "Our mistake", "Exchanges cost nothing", "30 days"]),
            ("up", 0, ["Our mistake", "Final sale", "Exchanges cost nothing", "30 days"]),
            ("first", 3, ["30 days", "Our mistake", "Final sale", "Exchanges cost nothing"]),
            ("delete", 1, ["Our mistake", "Exchanges cost nothing", "30 days"]),
            ("duplicate", 1, ["Our mistake", "Final sale", "Final sale (2)", "Exchanges cost nothing", "30 days"]),
        ],
    )
    def test_buttons_order_copy_and_take_away_rules(
        self, door: FlaskClient, stage: Wire, mara: Shop, verb: str, at: int, then: list[str]
    ) -> None:
        answer = send(door, stage, "/rules", verb=verb, at=at, revision=0)

        assert (answer.status_code, names(stage, mara)) == (303, then)

    def test_a_rule_that_comes_too_late_names_the_one_before_it(self, door: FlaskClient, stage: Wire) -> None:
        send(door, stage, "/rules", verb="first", at=3, revision=0)

        said = words(see(door, stage))

        assert "“30 days” comes first and has decided this wherever this rule applies: Time to return; What may" in said

    def test_a_rule_that_is_off_decides_nothing_and_stays(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        send(door, stage, "/rules", verb="switch", at=1, revision=0)

        held = draft(stage, mara).policy
        assert held.rules[1].is_off
        assert [rule.name for rule in held.in_use().rules] == ["Our mistake", "Exchanges cost nothing", "30 days"]

    def test_the_last_rule_that_is_on_stays(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        for revision in range(3):
            send(door, stage, "/rules", verb="delete", at=0, revision=revision)

        answer = send(door, stage, "/rules", verb="delete", at=0, revision=3)

        assert (answer.status_code, names(stage, mara)) == (422, ["30 days"])

    def test_a_market_that_is_not_there_is_named_with_those_that_are(self, door: FlaskClient, stage: Wire) -> None:
        with stage.adapters.database.write() as session:
            shop = session.scalars(select(Shop)).one()
            profile.take_markets(shop, (MarketSnapshot("nordics", "Nordics", ("SE",)),), stage.now())
        send(door, stage, "/rule", **SALE | {"revision": 0, "when.markets": ["nordics", "atlantis"]})

        said = words(see(door, stage))

        assert "the order is in the market Nordics or atlantis" in said
        assert "No active market by country or region is called “atlantis”. There are: nordics." in said
        assert "heißt „atlantis“. Es gibt: nordics." in words(see(door, stage, locale="de"))

    def test_why_nothing_meets_a_rule_is_a_whole_sentence_in_german_too(self, door: FlaskClient, stage: Wire) -> None:
        document = {"rules": [{"name": "Past", "when": {"order_date": {"last": "2020-12-24"}}}, {"name": "All"}]}
        send(door, stage, "/document", document=json.dumps(document), revision=0)

        assert "gilt, dass die Bestellung am 24. Dez. 2020 oder früher aufgegeben wurde." in words(
            see(door, stage, locale="de")
        )


class TestTwoPeople:
    def test_a_stale_button_does_nothing_and_says_who_saved(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        send(door, stage, "/rules", verb="up", at=1, revision=0)

        answer = send(door, stage, "/rules", verb="delete", at=0, revision=0)

        assert answer.status_code == 409
        assert "The draft was saved meanwhile by you" in words(answer)
        assert len(names(stage, mara)) == 4

    def test_a_stale_form_keeps_what_was_typed_and_can_be_saved_over_the_newest(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        send(door, stage, "/rules", verb="first", at=3, revision=0)
        form = {"name": "Outlet", "opened": "Final sale", "at": 1, "then.outcomes.kind": "none"}

        answer = send(door, stage, "/rule", revision=0, **form)

        assert answer.status_code == 409
        assert 'value="Outlet"' in answer.text
        assert 'name="at" value="2"' in answer.text, "the rule stands elsewhere now"
        assert send(door, stage, "/rule", **form | {"revision": 1, "at": 2}).status_code == 303
        assert names(stage, mara) == ["30 days", "Our mistake", "Outlet", "Exchanges cost nothing"]

    def test_a_draft_thrown_away_meanwhile_is_not_written_over(self, door: FlaskClient, stage: Wire) -> None:
        send(door, stage, "/rules", verb="up", at=1, revision=0)
        send(door, stage, "/discard", revision=1)

        assert send(door, stage, "/general", revision=1, **GENERAL).status_code == 409


class TestPublishing:
    def test_the_differences_are_told_and_the_note_is_kept(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        send(door, stage, "/rule", revision=0, **SALE)
        said = words(see(door, stage, "/publish"))

        assert "Sale to Germany New When the item is in Sale" in said
        answer = send(door, stage, "/publish", revision=1, number=1, note="Summer sale")
        assert (answer.status_code, numbers(stage)) == (303, [1, 2])
        assert draft(stage, mara).is_changed is False
        assert "Summer sale" in words(see(door, stage))

    def test_a_changed_rule_is_told_before_and_after(self, door: FlaskClient, stage: Wire) -> None:
        changed = {"name": "30 days", "opened": "30 days", "then.outcomes.kind": "none"}
        send(door, stage, "/rule", revision=0, at=3, **changed)

        said = words(see(door, stage, "/publish"))

        assert "30 days Changed In force Always: allow refund" in said
        assert "Draft Always: allow no return." in said

    def test_words_of_a_rule_that_differ_stand_beside_each_other_in_their_language(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        before = {"name": "Own words", "then": {"question": {"en": "Why?"}}, "says": {"en": "Fine.", "de": "Gut."}}
        after = {"name": "Own words", "then": {"question": {"en": "Why?", "sv": "Varför?"}}, "says": {"de": "Schön."}}
        send(door, stage, "/document", revision=0, document=json.dumps({"rules": [before]}))
        send(door, stage, "/publish", revision=1, number=1)
        seen = draft(stage, mara).revision
        send(door, stage, "/document", revision=seen, document=json.dumps({"rules": [after]}))

        said = words(see(door, stage, "/publish"))

        assert "A question, Svenska In force – Draft Varför?" in said
        assert "Your own sentence, English In force Fine. Draft –" in said
        assert "Your own sentence, Deutsch In force Gut. Draft Schön." in said
        assert "A question, English" not in said

    def test_how_long_credit_without_an_order_lives_and_what_it_is_reckoned_from_is_told(
        self, door: FlaskClient, stage: Wire
    ) -> None:
        lowest = {"price": "lowest", "lowest_of_days": 60, "credit_months": 6}
        rule = {"name": "Presents", "then": {"no_receipt": lowest}}
        send(door, stage, "/document", revision=0, document=json.dumps({"rules": [rule]}))

        said = words(see(door, stage))

        assert "without an order 100 % of the lowest price of the last 60 days as credit" in said
        assert "the credit lives 6 months" in said

    def test_who_has_not_seen_the_newest_version_does_not_publish_over_it(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        send(door, stage, "/presets", preset="forgiving", revision=0)
        send(door, stage, "/publish", revision=1, number=1)
        send(door, stage, "/presets", preset="fashion", revision=2)

        answer = send(door, stage, "/publish", revision=3, number=1, note="Kept")

        assert (answer.status_code, numbers(stage)) == (409, [1, 2])
        assert 'value="Kept"' in answer.text
        assert send(door, stage, "/publish", revision=2, number=2).status_code == 409

    @pytest.mark.parametrize("preset", PRESETS)
    def test_a_preset_names_its_rules_in_the_language_of_who_takes_it(
        self, door: FlaskClient, stage: Wire, mara: Shop, preset: str
    ) -> None:
        meant = PRESETS[preset].policy
        send(door, stage, "/presets?locale=en", preset=preset, revision=0)
        assert draft(stage, mara).policy == meant

        assert send(door, stage, "/presets?locale=de", preset=preset, revision=1).status_code == 303
        taken = draft(stage, mara).policy
        assert [(rule.when, rule.then) for rule in taken.rules] == [(rule.when, rule.then) for rule in meant.rules]
        assert not {rule.name for rule in taken.rules} & {rule.name for rule in meant.rules}
        assert see(door, stage, "/presets").text.count('class="preset is-draft"') == 1

    def test_nothing_to_publish_is_said(self, door: FlaskClient, stage: Wire) -> None:
        send(door, stage, "/publish", revision=0, number=1)

        assert "nothing to publish" in words(see(door, stage))
        assert "nothing to publish" in words(send(door, stage, "/publish", revision=1, number=2))
        assert numbers(stage) == [1, 2]

    def test_the_preset_that_nobody_chose_can_be_published_as_it_is(self, door: FlaskClient, stage: Wire) -> None:
        assert "until you publish a policy" in words(see(door, stage))
        assert "Publish as version 2" in words(see(door, stage, "/publish"))

        assert send(door, stage, "/publish", revision=0, number=1).status_code == 303

        assert numbers(stage) == [1, 2]

    @pytest.mark.asked
    def test_an_old_version_comes_back_as_a_new_one_and_the_draft_stays(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        send(door, stage, "/presets", preset="forgiving", revision=0)
        send(door, stage, "/publish", revision=1, number=1)
        send(door, stage, "/presets", preset="fashion", revision=2)

        answer = send(door, stage, "/versions/1", number=2, note="Too dear")

        assert (answer.status_code, numbers(stage)) == (303, [1, 2, 3])
        held = draft(stage, mara)
        assert (held.newest.policy, held.newest.repeats) == (STANDARD, 1)
        assert "14 days refund, 30 exchange, 45 credit" in names(stage, mara)
        assert "Version 3 was published since this draft was begun" in words(see(door, stage))

    def test_a_version_that_is_not_there_is_not_found(self, door: FlaskClient, stage: Wire) -> None:
        assert see(door, stage, "/versions/7").status_code == 404
        assert send(door, stage, "/versions/7", number=1).status_code == 404
        assert see(door, stage, number=1).status_code == 303


def tell_shopify(stage: Wire, body: str) -> None:
    """Writes the shop's refund policy as Shopify has it."""
    with stage.adapters.database.write() as session:
        shop = session.scalars(select(Shop).where(Shop.domain == SHOP)).one()
        kept = ["Refunds", body, "https://mara.example/policies/refund-policy"]
        shop.profile = shop.profile | {"policies": {"refund": kept}}


class TestTheShopsOwnPolicy:
    def test_its_days_are_proposed_with_their_sentence_and_become_the_draft_alone(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        tell_shopify(stage, "<p>Hello. You may <i>return</i> it within 21 days &amp; no later.</p>")
        said = words(see(door, stage, "/presets"))
        assert "We propose 21 days for sending back." in said
        assert "You may return it within 21 days &amp; no later." in said

        assert send(door, stage, "/presets/days", days=21, revision=0).status_code == 303

        assert names(stage, mara)[-1] == "21 days"
        (window,) = draft(stage, mara).policy.rules[-1].then.windows.values()
        assert (window.latest_day, numbers(stage)) == (21, [])
        assert see(door, stage, "/presets").text.count('class="preset is-draft"') == 0
        assert " disabled>Take 21 days as the draft" in see(door, stage, "/presets").text

    def test_who_has_not_seen_the_newest_draft_does_not_take_its_place(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        send(door, stage, "/presets", preset="fashion", revision=0)

        assert send(door, stage, "/presets/days", days=21, revision=0).status_code == 409
        assert names(stage, mara)[-1] == "14 days refund, 30 exchange, 45 credit"

    @pytest.mark.parametrize("days", ["", "0", "-3", "366", "thirty"])
    def test_days_that_are_none_are_refused(self, door: FlaskClient, stage: Wire, days: str) -> None:
        assert send(door, stage, "/presets/days", days=days, revision=0).status_code == 400

    def test_without_one_plain_number_nothing_is_proposed(self, door: FlaskClient, stage: Wire) -> None:
        assert "refund policy in Shopify" not in words(see(door, stage, "/presets"))

        tell_shopify(stage, "<p>Write to us.</p>")
        assert "We found no days for sending back in it." in words(see(door, stage, "/presets"))

        tell_shopify(stage, "<p>Return it within 14 days. Exchange it within 30 days.</p>")
        said = words(see(door, stage, "/presets"))
        assert "It names different times, so we propose none." in said
        assert "Exchange it within 30 days." in said
        assert "/presets/days" not in see(door, stage, "/presets").text


GENERAL = {
    "assumed_transit_days": "5",
    "transit.SE": "3",
    "transit.country": "us",
    "transit.days": "9",
    "tender_order": "gift_card_first",
    "leftover_to": "store_credit",
    "waive_balance_up_to": "2,50",
    "waive_balance_up_to.others": "SEK 25",
    "blocked_may": "ask_only",
}


class TestTheWholeShop:
    def test_what_holds_for_the_shop_is_saved_in_the_draft(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        assert send(door, stage, "/general", revision=0, **GENERAL).status_code == 303

        document = to_document(draft(stage, mara).policy)
        assert document["assumed_transit_by_country"] == {"SE": 3, "US": 9}
        assert document["waive_balance_up_to"] == {"shop": "2.50", "SEK": "25"}
        assert "Where a refund goes" in words(see(door, stage, "/publish"))

    def test_words_from_before_they_were_bounded_keep_nothing_from_being_saved(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        words = {"en": "x" * 600}
        with stage.adapters.database.write() as session:
            published.publish(session, mara.id, FORGIVING, "mara", stage.now())
            document = to_document(FORGIVING)
            document["rules"][0]["says"] = words
            newest = update(PublishedPolicy).where(PublishedPolicy.number == 2)
            session.execute(newest.values(document=document))

        assert send(door, stage, "/general", revision=0, **GENERAL).status_code == 303

        saved = draft(stage, mara).policy
        assert (saved.rules[0].says, saved.assumed_transit_days) == (words, 5)

    def test_a_balance_in_the_shops_own_currency_stands_in_its_own_field(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        rule = {"name": "Fee", "then": {"shipping_fee": "4.90"}}
        document = json.dumps({"rules": [rule], "waive_balance_up_to": {mara.currency: "0.50"}})
        assert send(door, stage, "/document", document=document, revision=0).status_code == 303

        assert re.search(r'name="waive_balance_up_to"[^>]* value="0.50"', see(door, stage, "/general").text)

    def test_every_field_wrong_has_its_sentence(self, door: FlaskClient, stage: Wire) -> None:
        wrong = dict.fromkeys(GENERAL, "?")

        answer = send(door, stage, "/general", revision=0, **wrong)

        assert answer.status_code == 422
        assert re.search(r'name="transit.SE" label="Sweden"[^>]* value="\?" error="', answer.text)
        assert "“?” is no country" in words(answer)
        assert len(re.findall(r' error="', answer.text)) == len(GENERAL.keys() - {"transit.days"})

    @pytest.mark.asked
    def test_a_country_is_taken_out_by_emptying_its_days(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        send(door, stage, "/general", revision=0, **GENERAL)
        assert 'name="transit.US" label="United States"' in see(door, stage, "/general").text

        assert send(door, stage, "/general", revision=1, **(GENERAL | {"transit.SE": ""})).status_code == 303

        assert to_document(draft(stage, mara).policy)["assumed_transit_by_country"] == {"US": 9}

    @pytest.mark.asked
    @pytest.mark.parametrize(("country", "days"), [("SE", ""), ("", "3")])
    def test_half_of_a_country_is_refused(self, door: FlaskClient, stage: Wire, country: str, days: str) -> None:
        half = {"transit.country": country, "transit.days": days, "transit.SE": ""}

        answer = send(door, stage, "/general", revision=0, **(GENERAL | half))

        assert answer.status_code == 422
        assert len(re.findall(r' error="', answer.text)) == 1


class TestTheDocument:
    def test_a_document_becomes_the_draft_and_not_a_version(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        answer = send(door, stage, "/document", document=FORGIVING_TEXT, revision=0)

        assert (answer.status_code, numbers(stage)) == (303, [])
        assert draft(stage, mara).policy == FORGIVING

    def test_what_is_wrong_is_said_rule_by_rule_and_the_text_is_kept(self, door: FlaskClient, stage: Wire) -> None:
        wrong = '{"rules": [{"name": "Sale <b>", "then": {"restocking_percent": "lots"}}]}'

        answer = send(door, stage, "/document", document=wrong, revision=0)

        assert answer.status_code == 422
        assert "rule 1 (“Sale &lt;b&gt;”), then.restocking_percent" in answer.text
        assert "&#34;lots&#34;" in answer.text
