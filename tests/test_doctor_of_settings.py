"""`postlude doctor`: each setting of the environment that is wrong is named in a sentence."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url

from shopify_app.crypto import Keyring
from shopify_app.db import Database
from shopify_app.doctor import examine
from shopify_app.doctor_spelling import READ
from shopify_app.shops.models import Shop
from wire import SHOP

KEY = b"test key, thirty-two bytes long!"
ROOT = Path(__file__).resolve().parent.parent
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def to_do(folder: Path, **wrong: str) -> str:
    """What somebody must do where everything else is as it should be, but for broker and mail server, which are not
    there."""
    environ = {
        "SHOPIFY_API_KEY": "0" * 32,
        "SHOPIFY_API_SECRET": "s" * 32,
        "POSTLUDE_ENCRYPTION_KEYS": KEY.hex(),
        "POSTLUDE_APP_URL": "https://care.example.com",
        "POSTLUDE_MAIL_FROM": "orders@shop.example",
        "POSTLUDE_DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/postlude.sqlite3",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    } | wrong
    absent = ("The broker does not answer", "POSTLUDE_SMTP_URL is not set")
    return " ".join(
        each.sentence for each in examine(environ) if each.must_act and not each.sentence.startswith(absent)
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, migrated: str) -> Path:
    made = tmp_path_factory.mktemp("deployment")
    shutil.copyfile(make_url(migrated).database or "", made / "postlude.sqlite3")
    return made


WRONG = [
    ("SHOPIFY_API_KEY", "", "SHOPIFY_API_KEY is not set"),
    ("SHOPIFY_API_KEY", "shpss_0123456789abcdef", "SHOPIFY_API_KEY holds a secret"),
    ("SHOPIFY_API_KEY", "postlude", "SHOPIFY_API_KEY is no client id"),
    ("SHOPIFY_API_SECRET", "", "SHOPIFY_API_SECRET is not set"),
    ("SHOPIFY_API_SECRET", "short", "SHOPIFY_API_SECRET is shorter"),
    ("SHOPIFY_OLD_API_SECRET", "short", "SHOPIFY_OLD_API_SECRET is shorter"),
    ("POSTLUDE_ENCRYPTION_KEYS", "", "POSTLUDE_ENCRYPTION_KEYS is not set: run `postlude doctor --new-key`"),
    ("POSTLUDE_ENCRYPTION_KEYS", "nonsense", "POSTLUDE_ENCRYPTION_KEYS must be hexadecimal"),
    ("POSTLUDE_ENCRYPTION_KEYS", "abcd", "64 hexadecimal digits"),
    ("POSTLUDE_APP_URL", "care.example.com", "POSTLUDE_APP_URL must be where the app answers"),
    ("POSTLUDE_APP_URL", "htp://care.example.com", "POSTLUDE_APP_URL must be where the app answers"),
    ("POSTLUDE_APP_URL", "https://care.example.com/app", "POSTLUDE_APP_URL must be where the app answers"),
    ("POSTLUDE_APP_URL", "https://care.example.com:port", "POSTLUDE_APP_URL must be where the app answers"),
    ("POSTLUDE_APP_URL", "https://care example.com", "POSTLUDE_APP_URL must be where the app answers"),
    ("POSTLUDE_APP_URL", "https://[::1", "POSTLUDE_APP_URL must be where the app answers"),
    ("POSTLUDE_APP_URL", "http://care.example.com", "Shopify only talks to https"),
    ("POSTLUDE_APP_URL", "", "http://127.0.0.1:8000, which Shopify cannot reach"),
    ("POSTLUDE_APP_URL", "http://localhost:8000", "which Shopify cannot reach"),
    ("POSTLUDE_APP_URL", "https://192.168.1.4", "which Shopify cannot reach"),
    ("DATABASE_URL", "nonsense", "DATABASE_URL must read postgresql://"),
    ("DATABASE_URL", "mysql://root@localhost/shop", "DATABASE_URL must read postgresql://"),
    ("DATABASE_URL", "postgresql://postlude@localhost:port/shop", "DATABASE_URL has a host or a port that is none"),
    ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "The database does not answer"),
    ("DATABASE_URL", "sqlite:////nowhere/at/all.sqlite3", "The database does not answer"),
    ("DATABASE_URL", "sqlite://", "run `postlude migrate`"),
    ("REDIS_URL", "nonsense", "REDIS_URL must read redis://"),
    ("REDIS_URL", "amqp://127.0.0.1", "REDIS_URL must read redis://"),
    ("REDIS_URL", "redis://127.0.0.1:port/0", "REDIS_URL has a host or a port that is none"),
    ("POSTLUDE_LOG_LEVEL", "loud", "POSTLUDE_LOG_LEVEL must be one of DEBUG, INFO"),
    ("POSTLUDE_OWN_PROXIES", "two", "POSTLUDE_OWN_PROXIES must be the number"),
    ("POSTLUDE_PLAN", "free", "POSTLUDE_PLAN must be shopify"),
    ("POSTLUDE_SMTP_URL", "mail.example:25", "POSTLUDE_SMTP_URL must read smtp://"),
    ("POSTLUDE_MAIL_FROM", "nobody", "POSTLUDE_MAIL_FROM must be one plain address"),
    ("POSTLUDE_DATA_DIR", "/dev/null/files", "POSTLUDE_DATA_DIR"),
    ("POSTLUDE_SHOPIFY_ORIGIN", "http://127.0.0.1:8090", "POSTLUDE_SHOPIFY_ORIGIN is set, but"),
    ("POSTLUDE_ADMIN_ORIGIN", "http://127.0.0.1:8090", "POSTLUDE_ADMIN_ORIGIN is set, but"),
    ("POSTLUDE_APP_BRIDGE_URL", "http://127.0.0.1:8090/a.js", "POSTLUDE_APP_BRIDGE_URL is set, but"),
    ("POSTLUDE_POLARIS_URL", "http://127.0.0.1:8090/p.js", "POSTLUDE_POLARIS_URL is set, but"),
    ("POSTLUDE_CLOCK_FILE", "/tmp/clock", "POSTLUDE_CLOCK_FILE is set, but"),
    ("POSTLUDE_SHOPIFY_ORIGIN", "127.0.0.1:8090", "POSTLUDE_SHOPIFY_ORIGIN must be an address"),
    ("POSTLUDE_EASYPOST_ORIGIN", "http://127.0.0.1:99999", "POSTLUDE_EASYPOST_ORIGIN must be an address"),
    ("POSTLUDE_APP_HANDLE", "Post lude", "POSTLUDE_APP_HANDLE must be the app's handle"),
    ("POSTLUDE_OWN_PROXYS", "2", "POSTLUDE_OWN_PROXYS is set, but nothing reads it: POSTLUDE_OWN_PROXIES is what"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG)
def test_a_wrong_setting_is_named_in_a_sentence(folder: Path, name: str, value: str, sentence: str) -> None:
    assert sentence in to_do(folder, **{name: value})


def test_the_doctor_knows_every_name_that_is_read() -> None:
    files = [path for folder in ("shopify_app", "jobs", "webhooks") for path in (ROOT / folder).rglob("*.py")]
    texts = [path.read_text() for path in files if path.name != "doctor_spelling.py"]

    assert {name for text in texts for name in re.findall(r"\bPOSTLUDE_[A-Z_]+\b", text)} == set(READ)


def test_nothing_has_to_be_done_where_everything_is_right(folder: Path) -> None:
    assert to_do(folder) == ""


def test_a_broker_that_is_not_there_is_named(folder: Path) -> None:
    environ = {"REDIS_URL": "redis+socket:///nowhere.sock?virtual_host=0", "POSTLUDE_ENCRYPTION_KEYS": KEY.hex()}
    environ |= {"DATABASE_URL": f"sqlite:///{folder}/postlude.sqlite3"}
    environ |= {"SHOPIFY_API_KEY": "0" * 32, "SHOPIFY_API_SECRET": "s" * 32}
    assert any(each.must_act and "correct REDIS_URL" in each.sentence for each in examine(environ))


def test_a_key_that_was_taken_away_is_asked_for_back(folder: Path) -> None:
    database = Database(f"sqlite:///{folder}/postlude.sqlite3", Keyring((KEY,)))
    with database.write() as session:
        session.add(Shop(domain=SHOP, installed_at=NOON, scopes="read_orders", access_token="shpat_mara"))
    try:
        assert "lacks a key that stored data was encrypted with" in to_do(
            folder, POSTLUDE_ENCRYPTION_KEYS=(b"another key of thirty-two bytes!").hex()
        )
        both = f"{b'another key of thirty-two bytes!'.hex()},{KEY.hex()}"
        assert "lacks a key" not in to_do(folder, POSTLUDE_ENCRYPTION_KEYS=both)
    finally:
        with database.write() as session:
            session.delete(session.query(Shop).one())
        database.engine.dispose()
