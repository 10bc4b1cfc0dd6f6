"""Mara's account with who sells labels: connected, used, never shown, forgotten."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from labelled import freed_by
from sqlalchemy import select
from werkzeug.test import TestResponse

from shopify_app.carriers import accounts
from shopify_app.returns import published
from shopify_app.returns.vocabulary import MoneyEvent
from shopify_app.settings.models import SettingsVersion
from shopify_app.settings.parcels import Parcels
from shopify_app.settings.store import load
from shopify_app.shops.models import Shop
from wire import SHOP, Wire

pytestmark = pytest.mark.again

PATH = "/app/returns/carriers"
PROMISED = "Until an account follows your return parcels"


@pytest.fixture(autouse=True)
def mara(stage: Wire) -> Shop:
    return stage.install()


def see(door: FlaskClient, stage: Wire, path: str = PATH, **query: str) -> str:
    return door.get(f"{path}?{urlencode({'shop': SHOP, 'id_token': stage.session_token(), **query})}").text


def send(door: FlaskClient, stage: Wire, **form: Any) -> TestResponse:
    """Sends the form as the page has it now, unless `form` says what an older one had."""
    html = see(door, stage)
    now = {name: re.search(f'name="{name}" value="(\\w*)"', html) for name in ("version", "seen")}
    form = {name: found[1] for name, found in now.items() if found} | form
    return door.post(PATH, data=form, headers={"Authorization": f"Bearer {stage.session_token()}"})


def test_an_account_is_kept_and_its_keys_are_never_shown(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    answer = send(door, stage, api_key="EZTK-mara", push_secret="s3cr3t", sells="on")

    with stage.adapters.database.read() as session:
        row = accounts.account_of(session, mara.id)
    assert row is not None
    assert (answer.status_code, row.api_key, row.push_secret, row.is_label_seller) == (303, "EZTK-mara", "s3cr3t", True)
    text = see(door, stage)
    assert "Connected" in text
    assert "EZTK-mara" not in text
    assert "s3cr3t" not in text


def test_an_empty_key_stays_as_it_was_and_none_at_all_is_refused(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    assert (
        send(
            door,
            stage,
        ).status_code
        == 422
    )
    send(door, stage, api_key="EZTK-mara")

    send(door, stage, push_secret="later")

    with stage.adapters.database.read() as session:
        row = accounts.account_of(session, mara.id)
    assert row is not None
    assert (row.api_key, row.push_secret, row.is_label_seller) == ("EZTK-mara", "later", False)


def test_a_key_that_is_none_is_said_beside_it_and_what_was_typed_is_kept(door: FlaskClient, stage: Wire) -> None:
    missing = send(door, stage, push_secret="typed-secret")
    too_long = send(door, stage, api_key="k" * 501, push_secret="s" * 501, sells="on")

    assert re.search(r'name="api_key"[^>]* error="Type the account’s API key', missing.text)
    assert 'value="typed-secret"' in missing.text
    assert not re.search(r'name="sells"[^>]* checked', missing.text)
    assert len(re.findall(r'error="That is too long: 500 characters at most."', too_long.text)) == 2
    assert (missing.status_code, too_long.status_code) == (422, 422)


@pytest.mark.parametrize("verb", ["connect", "disconnect"])
def test_a_form_opened_before_somebody_else_connected_changes_nothing(
    door: FlaskClient, stage: Wire, mara: Shop, verb: str
) -> None:
    with stage.adapters.database.write() as session:
        accounts.connect(session, mara.id, "easypost", "EZTK-jonas", None, True, "operator", stage.now())

    late = send(door, stage, verb=verb, api_key="EZTK-mara", seen="")

    assert late.status_code == 409
    assert "the command line changed the account meanwhile." in late.text
    assert "EZTK-jonas" not in late.text
    with stage.adapters.database.read() as session:
        row = accounts.account_of(session, mara.id)
    assert row is not None
    assert row.api_key == "EZTK-jonas"


def test_a_disconnected_account_is_forgotten(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    send(door, stage, api_key="EZTK-mara")
    send(door, stage, verb="disconnect")

    with stage.adapters.database.read() as session:
        assert accounts.account_of(session, mara.id) is None


@pytest.mark.asked
def test_the_history_of_settings_says_what_was_done_to_the_account_and_never_a_key(
    door: FlaskClient, stage: Wire, mara: Shop
) -> None:
    send(door, stage, api_key="EZTK-mara", sells="on")
    send(door, stage, api_key="EZTK-newer", push_secret="s3cr3t")
    send(door, stage, verb="disconnect")

    text = see(door, stage, "/app/settings/history", group="carriers")
    said = [" ".join(re.sub(r"<[^>]+>", " ", part).split()) for part in text.split('<div class="item">')[1:]]
    told = [re.sub(r"^Labels and carriers Mara Lind, .*? [AP]M ", "", each) for each in said]
    assert told[0] == (
        "EasyPost On – Buy a label when a return that needs one is approved Off – API key On – "
        "Secret of the webhook On –"
    )
    assert told[1] == (
        "Buy a label when a return that needs one is approved On Off API key Changed Secret of the webhook On"
    )
    assert told[2].startswith("EasyPost On Buy a label when a return that needs one is approved On API key On ")
    with stage.adapters.database.read() as session:
        kept = repr(session.scalars(select(SettingsVersion.document)).all())
    assert not [secret for secret in ("EZTK-mara", "EZTK-newer", "s3cr3t") if secret in text + kept]


def test_mara_is_told_that_a_scan_her_policy_waits_for_is_told_by_nobody(
    door: FlaskClient, stage: Wire, mara: Shop
) -> None:
    by_receipt = freed_by(MoneyEvent.RECEIPT)
    with stage.adapters.database.write() as session:
        published.publish(session, mara.id, replace(by_receipt), "mara", stage.now())
    assert PROMISED not in see(door, stage)

    with stage.adapters.database.write() as session:
        published.publish(session, mara.id, freed_by(MoneyEvent.FIRST_SCAN), "mara", stage.now())
    assert PROMISED in see(door, stage)

    send(door, stage, api_key="EZTK-mara")
    assert PROMISED not in see(door, stage)


def test_account_and_parcel_are_saved_together_or_not_at_all(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    form = {"api_key": "EZTK-mara", "push_secret": "s3cr3t", "sells": "on", "item_grams": "900"}

    wrong = send(door, stage, **form | {"box_grams": "-1"})
    assert (wrong.status_code, kept(stage, mara)) == (422, (None, 500))
    for typed in ('value="EZTK-mara"', 'value="s3cr3t"', 'value="900"'):
        assert typed in wrong.text

    assert send(door, stage, **form).status_code == 303
    assert kept(stage, mara) == ("EZTK-mara", 900)


def test_what_was_typed_of_the_parcel_stays_where_the_account_was_changed_meanwhile(
    door: FlaskClient, stage: Wire, mara: Shop
) -> None:
    with stage.adapters.database.write() as session:
        accounts.connect(session, mara.id, "easypost", "EZTK-jonas", None, True, "operator", stage.now())

    late = send(door, stage, api_key="EZTK-mara", sells="on", item_grams="900", seen="")

    assert (late.status_code, kept(stage, mara)) == (409, ("EZTK-jonas", 500))
    assert 'value="900"' in late.text
    assert send(door, stage, sells="on", item_grams="900").status_code == 303
    assert kept(stage, mara) == ("EZTK-jonas", 900)


def kept(stage: Wire, mara: Shop) -> tuple[str | None, int]:
    """The account's key, and what one piece is taken to weigh."""
    with stage.adapters.database.read() as session:
        row = accounts.account_of(session, mara.id)
        return row.api_key if row else None, load(session, mara.id, Parcels).item_grams


def test_a_parcel_that_weighs_nothing_is_refused(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    numbers = {
        "sells": "on",
        "label_valid_days": "20",
        "box_grams": "0",
        "length_cm": "30",
        "width_cm": "20",
        "height_cm": "10",
    }

    assert send(door, stage, item_grams="0", **numbers).status_code == 422
    assert send(door, stage, item_grams="900", **numbers).status_code == 303

    with stage.adapters.database.read() as session:
        kept = load(session, mara.id, Parcels)
    assert (kept.item_grams, kept.label_valid_days) == (900, 20)
