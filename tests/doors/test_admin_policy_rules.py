"""One rule of the policy as a form: what is looked for, what is wrong beside its field, and an order to try it on."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from rehearsed import sold
from sqlalchemy import select
from werkzeug.test import TestResponse

from shopify_app.catalogue.models import Collection, CollectionProduct, Product, Variant
from shopify_app.returns.document import to_document
from shopify_app.returns.models import PublishedPolicy
from shopify_app.returns.vocabulary import Outcome, Scope
from shopify_app.returns.writing import drafts
from shopify_app.shops.models import Shop
from shopify_app.shops.staff import StaffMember
from wire import SHOP, Wire

POLICY = "/app/returns/policy"
CREDIT_FOR_LATE = {
    "name": "Two weeks",
    "then.outcomes.kind": "some",
    "then.outcomes": ["store_credit"],
    "then.windows.any.kind": "days",
    "then.windows.any.latest_day": "14",
}


@pytest.fixture(autouse=True)
def mara(stage: Wire) -> Shop:
    return stage.install()


@pytest.fixture
def goods(stage: Wire, mara: Shop) -> None:
    """Three products and more collections than are shown whole; Otto's are not Mara's."""
    at = stage.now()
    with stage.adapters.database.write() as session:
        otto = Shop(domain="ottos-outlet.myshopify.com", name="Otto", currency="EUR", installed_at=at)
        session.add(otto)
        session.flush()
        for shop, title, tags in ((mara, "Fell boots", ["Räumung"]), (mara, "Wool socks", []), (otto, "Felt hat", [])):
            facts = {"vendor": "Nordkant", "product_type": "Boots", "tags": tags, "fact_at": at}
            session.add(
                Product(shop_id=shop.id, shopify_id=700 + len(title) + len(tags), handle=title, title=title, **facts)
            )
        for number in range(20):
            facts = {"handle": f"c{number}", "title": f"Season {number}", "fact_at": at}
            session.add(Collection(shop_id=mara.id, shopify_id=900 + number, **facts))


def see(door: FlaskClient, stage: Wire, path: str, **query: Any) -> TestResponse:
    return door.get(f"{POLICY}{path}?{urlencode({'shop': SHOP, 'id_token': stage.session_token()} | query)}")


def send(door: FlaskClient, stage: Wire, path: str, **form: Any) -> TestResponse:
    return door.post(f"{POLICY}{path}", data=form, headers={"Authorization": f"Bearer {stage.session_token()}"})


def drafted(stage: Wire, shop: Shop) -> drafts.Draft:
    with stage.adapters.database.read() as session:
        return drafts.draft_of(session, shop.id)


def errors(answer: TestResponse) -> dict[str, str]:
    """The sentence beside each field."""
    found = re.findall(r'<s-[a-z-]+(?: multiple)? name="([^"]+)"[^>]*? error="([^"]+)"', answer.text)
    return dict(found)


def words(answer: TestResponse) -> str:
    text = re.sub(r"<style>.*?</style>|<script>.*?</script>|<[^>]+>", " ", answer.text, flags=re.DOTALL)
    return " ".join(text.split())


WRONG = {
    "name": "",
    "when.price_paid.at_least": "50",
    "when.price_paid.at_most": "40",
    "when.order_value.at_least": "-1",
    "when.order_value.at_least.others": "many",
    "when.order_count.at_least": "two",
    "when.order_date.first": "yesterday",
    "then.outcomes.kind": "some",
    "then.methods": ["label"],
    "then.windows.any.kind": "days",
    "then.windows.any.latest_day": "x",
    "then.windows.refund.latest_day": "14",
    "then.bonus.any.kind": "percent",
    "then.bonus.any.percent": "101",
    "then.bonus.shop_now.kind": "flat",
    "then.bonus_cap_per_customer.amount": "100",
    "then.restocking_percent": "ten",
    "then.shipping_fee": "dear",
    "then.approval": "perhaps",
    "then.question.kind": "ask",
    "says.de": "x" * 501,
    "then.no_receipt.percent": "50",
}
BESIDE = {
    "name", "when.price_paid.at_least", "when.order_value.at_least", "when.order_value.at_least.others",
    "when.order_count.at_least", "when.order_date.first", "then.outcomes", "then.methods.kind",
    "then.windows.any.latest_day", "then.windows.refund.kind", "then.bonus.any.percent", "then.bonus.shop_now.flat",
    "then.bonus_cap_per_customer.days", "then.restocking_percent", "then.shipping_fee", "then.approval",
    "then.question.en", "then.no_receipt.proof", "says.de",
}  # fmt: skip


@pytest.mark.again
class TestTheForm:
    def test_every_field_wrong_at_once_has_its_sentence_and_keeps_what_was_typed(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        answer = send(door, stage, "/rule", revision=0, **WRONG)

        assert answer.status_code == 422
        assert set(errors(answer)) == BESIDE
        for typed in ("many", "two", "ten", "dear"):
            assert f'value="{typed}"' in answer.text
        assert drafted(stage, mara).saved_at is None

    @pytest.mark.parametrize(
        ("typed", "beside"),
        [
            ({"then.windows.refund.earliest_day": "30"}, "then.windows.refund.kind"),
            ({"then.no_receipt.cap_per_person.amount": "300"}, "then.no_receipt.proof"),
            ({"then.no_receipt.cap_per_person.days": "365"}, "then.no_receipt.proof"),
        ],
    )
    def test_what_was_filled_in_for_something_left_to_later_rules_is_not_dropped(
        self, door: FlaskClient, stage: Wire, typed: dict[str, str], beside: str
    ) -> None:
        answer = send(door, stage, "/rule", revision=0, **CREDIT_FOR_LATE | typed)

        assert (answer.status_code, set(errors(answer))) == (422, {beside})

    def test_two_rules_of_one_name_are_refused_beside_the_name(self, door: FlaskClient, stage: Wire) -> None:
        answer = send(door, stage, "/rule", revision=0, **CREDIT_FOR_LATE | {"name": "Final sale"})

        assert answer.status_code == 422
        assert "Another rule has this name" in errors(answer)["name"]

    def test_a_rule_that_was_opened_and_saved_is_the_same_rule(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        before = drafted(stage, mara).policy
        page = see(door, stage, "/rule", at=0).text
        form: dict[str, Any] = dict(
            re.findall(r'<(?:input type="hidden"|s-[a-z-]+) name="([^"]+)"[^>]*? value="([^"]*)"', page)
        )
        for name, inside in re.findall(
            r'<s-(?:select|choice-list)[^>]* name="([^"]+)".*?>(.*?)</s-(?:select|choice-list)>', page, flags=re.S
        ):
            form[name] = re.findall(r'value="([^"]*)" selected', inside)

        assert send(door, stage, "/rule", **form).status_code == 303
        assert drafted(stage, mara).policy == before

    def test_words_for_shoppers_are_kept_in_all_of_their_languages(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        said = {code: f"In {code}" for code in ("en", "de", "es", "fr", "nl", "sv")}
        rule = {"name": "Own words", "then": {"question": said}, "says": said}
        send(door, stage, "/document", document=json.dumps({"rules": [rule]}), revision=0)

        page = see(door, stage, "/rule", at=0).text
        form = dict(re.findall(r'name="((?:says|then\.question)\.\w\w)"[^>]* value="([^"]*)"', page))
        more = {"revision": 1, "at": 0, "name": "Own words", "then.question.kind": "ask"}

        assert send(door, stage, "/rule", **form, **more).status_code == 303
        (kept,) = to_document(drafted(stage, mara).policy)["rules"]
        assert (kept["says"], kept["then"]["question"]) == (said, said)

    def test_a_question_is_read_in_ones_own_language_else_in_english(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        rule = {"name": "Shoes", "then": {"question": {"de": "Wo drückt es?", "en": "Where does it pinch?"}}}
        send(door, stage, "/document", document=json.dumps({"rules": [rule]}), revision=0)

        for locale, said in (("en", "Where does it pinch?"), ("de", "Wo drückt es?"), ("sv", "Where does it pinch?")):
            assert said in words(see(door, stage, "", locale=locale))

    def test_an_amount_in_the_shops_own_currency_stands_in_its_own_field(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        own = mara.currency
        rule = {"name": "Fee", "then": {"shipping_fee": {own: "4.90", "SEK": "49"}}}
        document = json.dumps({"rules": [rule]})
        assert send(door, stage, "/document", document=document, revision=0).status_code == 303
        before = drafted(stage, mara)

        page = see(door, stage, "/rule", at=0).text
        shown = {"then.shipping_fee": "4.90", "then.shipping_fee.others": "SEK 49"}
        for name, text in shown.items():
            assert re.search(rf'name="{name}"[^>]* value="{text}"', page), name

        same = send(door, stage, "/rule", revision=before.revision, at=0, name="Fee", **shown)
        assert same.status_code == 303
        assert drafted(stage, mara).policy == before.policy
        moved = {"then.shipping_fee": "", "then.shipping_fee.others": f"SEK 49; {own.lower()} 5,50"}
        send(door, stage, "/rule", revision=drafted(stage, mara).revision, at=0, name="Fee", **moved)
        assert to_document(drafted(stage, mara).policy)["rules"][0]["then"]["shipping_fee"] == {
            "shop": "5.50", "SEK": "49",
        }  # fmt: skip

    def test_an_amount_that_is_said_twice_is_refused_beside_its_field(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        twice = {"then.shipping_fee": "5", "then.shipping_fee.others": f"{mara.currency} 4.90"}

        answer = send(door, stage, "/rule", revision=0, name="Fee", **twice)

        assert answer.status_code == 422
        assert errors(answer) == {"then.shipping_fee.others": f"{mara.currency} has a field of its own."}

    def test_a_rule_that_is_not_there_is_not_found(self, door: FlaskClient, stage: Wire) -> None:
        assert see(door, stage, "/rule", at=99).status_code == 404
        assert send(door, stage, "/rule", revision=0, at=99, **CREDIT_FOR_LATE).status_code == 404
        assert send(door, stage, "/rules", verb="up", at=-1, revision=0).status_code == 404

    @pytest.mark.asked
    @pytest.mark.usefixtures("goods")
    def test_a_search_finds_the_shops_own_goods_and_saves_nothing(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        sought = {
            "find.product_ids": "fel",
            "find.product_tags": "RÄUM",
            "find.countries": "germ",
            "when.product_ids": "717",
        }

        answer = send(door, stage, "/rule", revision=0, **CREDIT_FOR_LATE | sought)

        said = words(answer)
        assert answer.status_code == 200
        assert "Fell boots" in said
        assert "Felt hat" not in said
        assert "Räumung" in said
        assert "Germany" in said
        assert 'value="Two weeks"' in answer.text
        assert drafted(stage, mara).saved_at is None

    @pytest.mark.asked
    @pytest.mark.usefixtures("goods")
    def test_what_is_searched_in_vain_or_by_wildcard_is_said(self, door: FlaskClient, stage: Wire) -> None:
        sought = {"find.collection_ids": "%", "find.vendors": "_", "find.variant_ids": "\\"}

        said = words(send(door, stage, "/rule", revision=0, **CREDIT_FOR_LATE | sought))

        assert said.count("Nothing more was found for") == 3


@pytest.mark.again
@pytest.mark.asked
@pytest.mark.parametrize(
    ("when", "fits"),
    [
        ({"product_tags": ["räumung"], "vendors": ["NORDKANT"]}, True),
        ({"product_types": ["Boots", "Hats"], "product_ids": [710]}, True),
        ({"collection_ids": [900]}, True),
        ({"variant_ids": [801]}, True),
        ({"product_tags": ["Sale"]}, False),
        ({"product_ids": [708]}, False),  # Otto's
        ({"product_ids": [709]}, False),  # deleted
        ({"collection_ids": [900], "product_ids": [711]}, False),
        ({"variant_ids": [802]}, False),
    ],
)
@pytest.mark.usefixtures("goods")
def test_a_rule_that_no_product_fits_any_more_is_told_beside_it(
    door: FlaskClient, stage: Wire, mara: Shop, when: dict[str, Any], fits: bool
) -> None:
    with stage.adapters.database.write() as session:
        boots, socks = session.scalars(select(Product).where(Product.shop_id == mara.id).order_by(Product.id))
        season = session.scalars(select(Collection).order_by(Collection.id).limit(1)).one()
        session.add(CollectionProduct(shop_id=mara.id, collection_id=season.id, product_id=socks.id))
        session.add(Variant(shop_id=mara.id, shopify_id=801, product_id=boots.id, price=100))
        socks.shopify_id, boots.shopify_id = 710, 711
        gone = {"shopify_id": 709, "handle": "gone", "title": "Gone", "deleted_at": stage.now()}
        session.add(Product(shop_id=mara.id, fact_at=stage.now(), tags=[], **gone))
    document = {"rules": [{"name": "Some", "when": when, "then": {"outcomes": []}}, {"name": "All"}]}
    sent = send(door, stage, "/document", document=json.dumps(document), revision=0)

    said = see(door, stage, "").text
    assert sent.status_code == 303
    assert ("Fits nothing" not in said) is fits
    assert ("No product that is in the shop today fits: the item" not in said) is fits


class TestTryingAnOrder:
    @pytest.fixture
    def order(self, stage: Wire, mara: Shop) -> None:
        with stage.adapters.database.write() as session:
            sold(session, mara.id, stage.now(), 1042, days_ago=30)

    @pytest.mark.usefixtures("order")
    def test_the_draft_stands_beside_what_is_in_force_with_the_rule_of_each(
        self, door: FlaskClient, stage: Wire
    ) -> None:
        send(door, stage, "/rule", revision=0, at=3, opened="30 days", **CREDIT_FOR_LATE)

        said = words(see(door, stage, "/try", order="#1042"))

        assert re.search(r"Refund until [^;]+; money moves when you have received the goods Rule: 30 days", said)
        assert "not offered Rule: Two weeks" in said
        assert re.search(
            r"Store credit until [^;]+; bonus 10 %; .* Rule: 30 days over since [^:]+ Rule: Two weeks", said
        )

    @pytest.mark.asked
    @pytest.mark.usefixtures("order")
    def test_why_an_earlier_rule_does_not_apply_is_told_with_what_is_so(self, door: FlaskClient, stage: Wire) -> None:
        send(
            door, stage, "/rule", revision=0, **CREDIT_FOR_LATE | {"when.countries": "DE", "when.customer_tags": "b2b"}
        )

        said = words(see(door, stage, "/try", order="1042", reason="damaged"))

        assert "Two weeks Does not apply It asks that the order ships to Germany (here: Sweden)" in said
        assert "It asks that the customer is tagged b2b (here: VIP)" in said
        assert "Our mistake Decided" in said

    def test_an_order_that_is_not_known_is_said_beside_the_field(self, door: FlaskClient, stage: Wire) -> None:
        answer = see(door, stage, "/try", order="9999", day="2026-11-30")

        assert answer.status_code == 422
        assert "No order of this number is known" in errors(answer)["order"]

    def test_a_day_that_is_none_is_said_beside_the_field(self, door: FlaskClient, stage: Wire) -> None:
        answer = see(door, stage, "/try", order="1042", day="soon")

        assert errors(answer) == {"day": "Choose a day."}


def test_who_may_not_publish_may_draft(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    see(door, stage, "")
    with stage.adapters.database.write() as session:
        me = session.scalars(select(StaffMember)).one()
        me.is_owner, me.withheld = False, ["publish"]
    send(door, stage, "/rule", revision=0, **CREDIT_FOR_LATE)

    answers = [send(door, stage, path, revision=1, number=1).status_code for path in ("/publish", "/versions/1")]

    assert answers == [403, 403]
    held = drafted(stage, mara)
    (rule,) = [each for each in held.policy.rules if each.name == "Two weeks"]
    assert (rule.then.outcomes, rule.then.windows and rule.then.windows[Scope.ANY].latest_day) == (
        (Outcome.STORE_CREDIT,), 14,
    )  # fmt: skip
    with stage.adapters.database.read() as session:
        assert session.scalars(select(PublishedPolicy.id)).all() == []
