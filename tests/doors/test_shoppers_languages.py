"""The languages that a shop offers: pages and mails speak those and no others."""

from __future__ import annotations

import hashlib
import hmac
import re
from urllib.parse import parse_qsl, urlencode

import pytest
from flask.testing import FlaskClient

from jobs.mails import _language
from shopify_app.catalogue.models import HowTo
from shopify_app.i18n import Languages
from shopify_app.messages.models import Message
from shopify_app.messages.stories import house_of
from shopify_app.messages.story import Story
from shopify_app.settings.languages import ShopLanguages
from shopify_app.settings.store import save
from shopify_app.shops.models import Shop
from wire import SHOP, Wire, application


@pytest.fixture
def mara(stage: Wire) -> Shop:
    """Mara sells in German and Swedish; who reads neither gets Swedish."""
    shop = stage.install()
    with stage.adapters.database.write() as session:
        save(session, shop.id, ShopLanguages(("de", "sv"), "sv"), "4242", stage.now())
    return shop


def signed(stage: Wire, more: str = "") -> str:
    facts = {"shop": SHOP, "logged_in_customer_id": "", "path_prefix": "/apps/order-care"} | dict(parse_qsl(more))
    facts["timestamp"] = str(int(stage.now().timestamp()))
    message = "".join(sorted(f"{key}={value}" for key, value in facts.items()))
    secret = stage.adapters.config.api_secret.encode()
    return urlencode(facts | {"signature": hmac.new(secret, message.encode(), hashlib.sha256).hexdigest()})


@pytest.mark.parametrize(
    ("wanted", "among", "spoken"),
    [
        (["fr", "de-AT"], (), "fr"),
        (["fr", "de-AT"], ("sv", "de"), "de"),
        (["fr"], ("sv", "de"), "sv"),
        ([], ("de",), "de"),
        (["fi"], (), "en"),
    ],
)
def test_the_first_that_is_wanted_and_offered_is_spoken(wanted: list[str], among: tuple[str, ...], spoken: str) -> None:
    assert Languages().choose(wanted, among=among).code == spoken


@pytest.mark.parametrize(
    ("held", "of_shop", "order"),
    [
        (ShopLanguages(("de", "sv"), "sv"), ["de"], ("sv", "de")),
        (ShopLanguages(("en", "de", "sv")), ["sv-SE", "de"], ("sv", "en", "de")),
        (ShopLanguages(("en", "de")), ["fi"], ("en", "de")),
    ],
)
def test_everybody_else_gets_what_was_chosen_or_the_shops_own(
    held: ShopLanguages, of_shop: list[str], order: tuple[str, ...]
) -> None:
    assert held.in_order(of_shop) == order


@pytest.mark.usefixtures("mara")
@pytest.mark.parametrize(("browser", "lang"), [("fr", "sv"), ("de-CH", "de"), ("", "sv")])
def test_a_page_speaks_what_is_offered_and_leads_to_nothing_else(stage: Wire, browser: str, lang: str) -> None:
    shopper: FlaskClient = application(stage.adapters).test_client()
    html = shopper.get(f"/proxy/track?{signed(stage)}", headers={"Accept-Language": browser}).text

    assert re.search(rf'lang="{lang}\b', html)
    assert set(re.findall(r"lang=(\w\w)\"", html)) <= {"de", "sv"}
    assert "lang=de" in html
    assert "lang=fr" not in html


def test_a_mail_speaks_what_is_offered_and_to_the_team_what_the_team_reads(stage: Wire, mara: Shop) -> None:
    with stage.adapters.database.read() as session:
        house = house_of(session, session.get_one(Shop, mara.id))
    story = Story(house, order="#1042", link="", zone=house.zone)
    kinds = {"return_approved": "sv", "team_new_return": "fr"}

    spoken = {kind: _language(Message(kind=kind, locale="fr"), None, story).code for kind in kinds}
    assert spoken == kinds


@pytest.mark.parametrize(("chosen", "spoken"), [("", "de"), ("&lang=sv", "sv")])
def test_what_stands_around_a_guide_is_in_the_guides_own_language(
    stage: Wire, mara: Shop, chosen: str, spoken: str
) -> None:
    """Whoever has a German guide in hand, by its code or from a German page, reads one language and not two."""
    with stage.adapters.database.write() as session:
        session.add(
            HowTo(
                **{"shop_id": mara.id, "owner_kind": "product", "owner_shopify_id": 1, "slug": "stiefel1"},
                **{"phase": "care", "type": "tip", "language": "de", "title": "Stiefel einlaufen"},
            )
        )
    shopper = application(stage.adapters).test_client()
    english = {"Accept-Language": "en-GB"}

    for address in (f"/proxy/h/stiefel1?{signed(stage, chosen)}", f"/h/stiefel1?from=scan{chosen}"):
        html = shopper.get(address, headers=english).text
        assert set(re.findall(r'<p[^>]* lang="(\w\w)', html)) == {spoken}, address
