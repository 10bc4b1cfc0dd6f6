"""The merchant's return policy and settings in the admin."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from shopify_app.returns.document import to_document
from shopify_app.returns.models import PublishedPolicy
from shopify_app.returns.presets import FASHION, FORGIVING
from shopify_app.settings.messages import Messages
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load
from shopify_app.shopify.markets import MarketSnapshot
from shopify_app.shops import profile
from shopify_app.shops.models import Shop
from wire import SHOP, Wire

FORGIVING_TEXT, FASHION_TEXT = (json.dumps(to_document(policy)) for policy in (FORGIVING, FASHION))
SETTINGS = {
    "portal_open": "on",
    "decide_within_days": "3",
    "check_within_days": "4",
    "hold_replacement_days": "20",
    "bonus_as": "gift_card",
    "return_address": "Mara's Goods\nTorstraße 1\n10119 Berlin",
    "instructions-de": "Bitte die Schuhe in ihren Karton legen.",
    "sender_name": "Mara",
    "sender_address": "hello@mara.example",
    "return_mails": "on",
}


@pytest.fixture(autouse=True)
def mara(stage: Wire) -> Shop:
    return stage.install()


def see(door: FlaskClient, stage: Wire, path: str, **query: Any) -> TestResponse:
    return door.get(f"{path}?{urlencode({'shop': SHOP, 'id_token': stage.session_token()} | query)}")


def send(door: FlaskClient, stage: Wire, path: str, **form: Any) -> TestResponse:
    return door.post(path, data=form, headers={"Authorization": f"Bearer {stage.session_token()}"})


def numbers(stage: Wire) -> list[int]:
    with stage.adapters.database.read() as session:
        return list(session.scalars(select(PublishedPolicy.number).order_by(PublishedPolicy.number)))


class TestPolicy:
    def test_a_shop_that_never_published_sees_the_preset_as_version_one(self, door: FlaskClient, stage: Wire) -> None:
        text = see(door, stage, "/app/returns/policy").text

        assert "Version 1, in force" in text
        assert "30 days" in text

    def test_a_preset_fills_the_draft_and_changes_nothing(self, door: FlaskClient, stage: Wire) -> None:
        text = see(door, stage, "/app/returns/policy", preset="forgiving").text

        assert "No time limit" in text
        assert numbers(stage) == []

    def test_a_checked_document_is_not_published(self, door: FlaskClient, stage: Wire) -> None:
        answer = send(door, stage, "/app/returns/policy", document=FORGIVING_TEXT, verb="check", number=1)

        assert (answer.status_code, numbers(stage)) == (200, [])
        assert "This can be published" in answer.text

    def test_a_published_document_is_the_next_version_signed_by_who_did_it(
        self, door: FlaskClient, stage: Wire
    ) -> None:
        answer = send(door, stage, "/app/returns/policy", document=FORGIVING_TEXT, verb="publish", number=1)

        assert (answer.status_code, numbers(stage)) == (303, [1, 2])
        with stage.adapters.database.read() as session:
            assert session.scalars(select(PublishedPolicy.published_by)).all()[-1].isdigit()

    def test_what_is_wrong_is_said_rule_by_rule_and_the_draft_is_kept(self, door: FlaskClient, stage: Wire) -> None:
        wrong = '{"rules": [{"name": "Sale <b>", "then": {"restocking_percent": "lots"}}]}'

        answer = send(door, stage, "/app/returns/policy", document=wrong, verb="publish", number=1)

        assert answer.status_code == 422
        assert "rule 1 (“Sale &lt;b&gt;”), then.restocking_percent" in answer.text
        assert "&#34;lots&#34;" in answer.text
        assert numbers(stage) == []

    def test_dead_rules_are_named(self, door: FlaskClient, stage: Wire) -> None:
        rules = [{"name": name, "then": {"photos": True}} for name in ("First", "Second")]

        text = send(door, stage, "/app/returns/policy", document=json.dumps({"rules": rules}), verb="check").text

        assert "“Second” never decides photos" in text

    def test_a_market_that_is_not_there_is_named_with_those_that_are(self, door: FlaskClient, stage: Wire) -> None:
        with stage.adapters.database.write() as session:
            shop = session.scalars(select(Shop)).one()
            profile.take_markets(shop, (MarketSnapshot("nordics", "Nordics", ("SE",)),), stage.now())
        rules = [{"name": handle, "when": {"markets": [handle]}} for handle in ("nordics", "atlantis")]

        text = send(door, stage, "/app/returns/policy", document=json.dumps({"rules": rules}), verb="check").text

        assert "Markets that are not known" in text
        assert "“atlantis”: rules on it apply to no order. There are: nordics." in text

    def test_who_has_not_seen_the_newest_version_does_not_overwrite_it(self, door: FlaskClient, stage: Wire) -> None:
        send(door, stage, "/app/returns/policy", document=FORGIVING_TEXT, verb="publish", number=1)

        answer = send(door, stage, "/app/returns/policy", document=FASHION_TEXT, verb="publish", number=1)

        assert answer.status_code == 422
        assert "Version 2 was published while you were writing" in answer.text
        assert numbers(stage) == [1, 2]

    def test_the_same_document_twice_is_one_version(self, door: FlaskClient, stage: Wire) -> None:
        send(door, stage, "/app/returns/policy", document=FORGIVING_TEXT, verb="publish", number=1)

        answer = send(door, stage, "/app/returns/policy", document=FORGIVING_TEXT, verb="publish", number=2)

        assert "version 2 says already" in answer.text
        assert numbers(stage) == [1, 2]


class TestSettings:
    @pytest.mark.parametrize(
        ("bonus_as", "said"), [("store_credit", "a credit of its own"), ("gift_card", "gift cards")]
    )
    def test_the_page_says_who_gets_no_credit_and_when_a_bonus_expires(
        self, door: FlaskClient, stage: Wire, bonus_as: str, said: str
    ) -> None:
        send(door, stage, "/app/returns/settings", **SETTINGS | {"bonus_as": bonus_as}, version=0)

        text = see(door, stage, "/app/returns/settings").text

        assert "orders without a customer, get no store credit" in text
        assert "A bonus expires, after 12 months" in text
        assert said in text

    def test_both_groups_are_saved_by_one_form(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        answer = send(door, stage, "/app/returns/settings", **SETTINGS, version=0)

        assert answer.status_code == 303
        with stage.adapters.database.read() as session:
            returns, messages = load(session, mara.id, Returns), load(session, mara.id, Messages)
        assert (returns.decide_within_days, returns.bonus_as, returns.follow_shopify_returns) == (3, "gift_card", False)
        assert returns.instructions == {"de": "Bitte die Schuhe in ihren Karton legen."}
        assert (messages.sender_address, messages.reply_to, messages.return_mails) == ("hello@mara.example", None, True)

    def test_a_value_that_does_not_fit_saves_nothing_and_says_why(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        wrong = SETTINGS | {"sender_address": "nobody", "return_address": "Kept as typed"}

        answer = send(door, stage, "/app/returns/settings", **wrong, version=0)

        assert answer.status_code == 422
        assert "messages.sender_address" in answer.text
        assert "Kept as typed" in answer.text
        with stage.adapters.database.read() as session:
            assert load(session, mara.id, Returns) == Returns()

    def test_a_stale_form_overwrites_nothing(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        send(door, stage, "/app/returns/settings", **SETTINGS, version=0)

        answer = send(door, stage, "/app/returns/settings", **SETTINGS | {"sender_name": "Otto"}, version=0)

        assert answer.status_code == 409
        assert "Somebody else saved these settings" in answer.text

    def test_the_page_explains_why_there_is_no_store_credit(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        with stage.adapters.database.write() as session:
            shop = session.get_one(Shop, mara.id)
            shop.profile = {"customer_accounts": "classic", "store_credit": True, "locations": [[61, "Warehouse"]]}

        text = see(door, stage, "/app/returns/settings").text

        assert "Settings &gt; Customer accounts" in text
        assert ">Warehouse</s-option>" in text
