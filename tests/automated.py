"""Automations before the merchant's door: forms as they are sent, and what stands on the pages."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from shopify_app.automations import versions
from shopify_app.shops.models import Shop
from wire import SHOP, Wire

PAGE = "/app/automations"
STUCK = {
    "name": "Stuck",
    "on": "ParcelQuiet",
    "if.quiet_days": "3",
    "when.countries": "SE",
    "then.1.do": "mail_team",
    "then.1.words": "Look at {order}.",
    "then.1.to": "care@mara.example",
    "then.2.do": "tag",
    "then.2.tag": "parcel-stuck",
}
LARGE = {
    "name": "Large",
    "on": "ReturnRequested",
    "if.worth.at_least": "500",
    "if.outcomes": ["refund"],
    "then.1.do": "hold",
    "then.2.do": "assign",
    "then.2.to": "team:Care",
    "then.3.do": "call",
    "then.3.url": "https://hooks.example.org/postlude",
}
CHANGED = {"name": "Changed", "on": "OrderChanged", "then.1.do": "tag", "then.1.tag": "seen"}


def see(door: FlaskClient, stage: Wire, path: str = "", **query: Any) -> TestResponse:
    return door.get(f"{PAGE}{path}?{urlencode({'shop': SHOP, 'id_token': stage.session_token()} | query)}")


def send(door: FlaskClient, stage: Wire, path: str, token: str = "", **form: Any) -> TestResponse:
    token = token or stage.session_token()
    return door.post(f"{PAGE}{path}", data=form, headers={"Authorization": f"Bearer {token}"})


def draft(stage: Wire, shop: Shop) -> versions.Draft:
    with stage.adapters.database.read() as session:
        return versions.draft_of(session, shop.id)


def names(stage: Wire, shop: Shop) -> list[str]:
    return [rule.name for rule in draft(stage, shop).rules.rules]


def keys(stage: Wire, shop: Shop) -> dict[str, str]:
    return {rule.name: rule.key for rule in draft(stage, shop).rules.rules}


def written(door: FlaskClient, stage: Wire, shop: Shop, *forms: dict[str, Any]) -> None:
    for form in forms:
        answer = send(door, stage, "/rule", revision=draft(stage, shop).revision, **form)
        assert answer.status_code == 303, words(answer)


def published(door: FlaskClient, stage: Wire, shop: Shop, *forms: dict[str, Any]) -> None:
    written(door, stage, shop, *forms)
    assert send(door, stage, "/publish", revision=draft(stage, shop).revision, note="Why not").status_code == 303


def words(answer: TestResponse) -> str:
    text = re.sub(r'<s-[^>]* (?:heading|error)="([^"]*)"[^>]*>', r" \1 ", answer.text)
    text = re.sub(r"</?strong>", "", text)
    return " ".join(re.sub(r"<style>.*?</style>|<script>.*?</script>|<[^>]+>", " ", text, flags=re.DOTALL).split())


def count(stage: Wire, model: Any) -> int:
    with stage.adapters.database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0
