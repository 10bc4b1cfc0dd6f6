"""Mara takes a preset, changes two rules, tries and rehearses them, publishes, and brings the old version back; what
shoppers read follows each time, and nothing before it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from portal import Shopper
from returns_counter import Counter, open_counter
from werkzeug.test import TestResponse

from shopify_app.db import Database
from shopify_app.returns import published
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.writing import drafts
from wire import SHOP, application

POLICY = "/app/returns/policy"
FREE = {
    "name": "Exchanges are free",
    "then.waive_shipping_for.kind": "some",
    "then.waive_shipping_for": ["variant_exchange", "shop_now"],
}
THREE_WEEKS = {
    "name": "Three weeks",
    "then.outcomes.kind": "some",
    "then.outcomes": ["refund", "store_credit", "variant_exchange"],
    "then.windows.any.kind": "days",
    "then.windows.any.latest_day": "21",
    "then.shipping_fee": "4.90",
    "then.bonus.any.kind": "percent",
    "then.bonus.any.percent": "5",
}


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    """Ada's order of shirts, one of which came back for credit."""
    found = open_counter(database, database_url)
    found.asked(outcome=Outcome.STORE_CREDIT)
    return found


@pytest.fixture
def client(counter: Counter) -> FlaskClient:
    return application(counter.wire.adapters).test_client()


class Mara:
    """At her desk: pages opened, forms sent as the page before had them."""

    def __init__(self, client: FlaskClient, counter: Counter) -> None:
        self.client, self.counter = client, counter

    def opens(self, path: str = "", **query: Any) -> str:
        token = self.counter.wire.session_token()
        answer = self.client.get(f"{POLICY}{path}?{urlencode({'shop': SHOP, 'id_token': token} | query)}")
        assert answer.status_code == 200
        return words(answer)

    def sends(self, path: str, **form: Any) -> TestResponse:
        with self.counter.database.read() as session:
            held = drafts.draft_of(session, self.counter.shop_id)
        seen = {"revision": held.revision, "number": held.newest.number}
        headers = {"Authorization": f"Bearer {self.counter.wire.session_token()}"}
        answer = self.client.post(f"{POLICY}{path}", data=seen | form, headers=headers)
        assert answer.status_code in (200, 303), words(answer)
        return answer


def words(answer: TestResponse) -> str:
    text = re.sub(r'<s-[^>]* heading="([^"]*)"[^>]*>', r" \1 ", re.sub(r"</?strong>", "", answer.text))
    return " ".join(re.sub(r"<style>.*?</style>|<script>.*?</script>|<[^>]+>", " ", text, flags=re.DOTALL).split())


def test_from_a_preset_to_a_version_and_back(client: FlaskClient, counter: Counter) -> None:
    mara, ada = Mara(client, counter), Shopper(client, counter.wire)
    before = ada.open("/returns/policy").words

    mara.sends("/presets", preset="fashion")
    mara.sends("/rule", at=2, opened="Exchanges cost nothing", **FREE)
    mara.sends("/rule", at=3, opened="14 days refund, 30 exchange, 45 credit", **THREE_WEEKS)
    assert ada.open("/returns/policy").words == before, "a draft is nobody's policy"

    rehearsed = words(mara.sends("/rehearse", days="90"))
    assert "1 of 1 returns would have gone differently" in rehearsed
    assert "Bonus, on top" in rehearsed
    with counter.database.read() as session:
        name = counter.order(session).name
    assert "Rule: Three weeks" in mara.opens("/try", order=name)

    over = mara.opens("/publish")
    assert "Three weeks" in over
    assert "return shipping" in over
    mara.sends("/publish", note="Three weeks for all")
    after = ada.open("/returns/policy").words
    assert "You have 21 days after delivery" in after
    assert "Version 2, in force since" in after

    mara.sends("/versions/1", note="It was too short")
    assert "You have 30 days after delivery" in ada.open("/returns/policy").words
    said = mara.opens()
    assert "Version 3 · in force" in said
    assert "It was too short" in said
    with counter.database.read() as session:
        newest, second, first = published.publications(session, counter.shop_id)
    assert (newest.repeats, newest.policy) == (1, first.policy)
    assert second.note == "Three weeks for all"
