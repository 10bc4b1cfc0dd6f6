"""The house rules that can be checked by looking: tables, routes, stack, names, clock."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Table

from shopify_app.db import Database
from shopify_app.tables import metadata
from wire import application, wire

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ("shopify_app", "webhooks", "jobs")
TOP_LEVEL = (
    "shopify_app", "extensions", "webhooks", "jobs", "templates", "shopify.app.toml", "pyproject.toml", "tests",
)  # fmt: skip
NO_SHOPS_ROWS = {"shop", "schedule_run"}
"""The shop itself, and the deployment's own schedule."""
STACK = {
    "shopify": ("shopify_app/shopify/",),
    "flask": (
        *("shopify_app/app.py", "shopify_app/admin/", "shopify_app/storefront/", "shopify_app/account/"),
        "shopify_app/pushes/",
    ),
    "gql": ("shopify_app/shopify/",),
    "httpx": ("shopify_app/shopify/", "shopify_app/carriers/", "shopify_app/wiring.py"),
    "celery": ("shopify_app/queue.py", "webhooks/handle.py", "jobs/"),
    "redis": (
        "shopify_app/queue.py",
        "shopify_app/shopify/transport.py",
        "shopify_app/wiring.py",
        "shopify_app/doctor.py",
    ),
    "jinja2": (
        "shopify_app/storefront/rendering.py",
        "shopify_app/storefront/folding.py",
        "shopify_app/admin/rendering.py",
        "shopify_app/messages/rendering.py",
        "shopify_app/papers/printing.py",
    ),
    "weasyprint": ("shopify_app/papers/printing.py",),
}
"""Each package of the stack and the only places that may import it."""
FORBIDDEN_NAMES = re.compile(r"\b(utils?|helpers?|common|manager|processor|handle_stuff|mock|stub|demo)\b")


def product_files() -> Iterator[Path]:
    for folder in PRODUCT:
        yield from (path for path in (ROOT / folder).rglob("*.py") if "versions" not in path.parts)


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """Everything a file says, taken apart once for all who ask."""
    return tuple(ast.walk(ast.parse(path.read_text())))


@cache
def imports_of(path: Path) -> set[str]:
    """Top-level names that a file imports."""
    found: set[str] = set()
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("name", TOP_LEVEL)
def test_the_top_level_is_where_it_was_asked_for(name: str) -> None:
    assert (ROOT / name).exists()


@pytest.mark.parametrize("package", sorted(STACK))
def test_each_package_of_the_stack_is_imported_where_the_house_says_and_nowhere_else(package: str) -> None:
    users = {str(path.relative_to(ROOT)) for path in product_files() if package in imports_of(path)}
    assert users, f"{package} is declared and never used"
    strays = {user for user in users if not user.startswith(STACK[package])}
    assert not strays


def test_the_stack_is_declared() -> None:
    declared = " ".join(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]).lower()
    for package in ("shopifyapi", "flask", "gql", "celery", "redis", "jinja2", "sqlalchemy", "alembic", "httpx"):
        assert package in declared
    assert "shopifyapp>" not in declared.replace("shopifyapi", "")


def test_shopifyapi_serves_for_session_tokens_shop_domains_and_scopes() -> None:
    text = "".join(path.read_text() for path in (ROOT / "shopify_app/shopify").glob("*.py"))
    for name in ("session_token", "sanitize_shop_domain", "ApiAccess"):
        assert name in text
    for name in ("ShopifyResource", "shopify.GraphQL", "activate_session"):
        assert name not in text


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_row_belongs_to_a_shop(table: Table) -> None:
    if table.name in NO_SHOPS_ROWS:
        return
    assert "shop_id" in table.c
    assert not table.c.shop_id.nullable


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_no_amount_is_a_float(table: Table) -> None:
    for column in table.c:
        if re.search(r"price|total|amount|^discount$|^tax$|refunded|gross|^shipping$", column.name):
            assert column.type.python_type is int, column


def test_nobody_but_the_clock_reads_the_time() -> None:
    readers = set()
    for path in product_files():
        for node in nodes_of(path):
            is_now = isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today", "time")
            if is_now and isinstance(node.value, ast.Name) and node.value.id in ("datetime", "date", "time"):
                readers.add(str(path.relative_to(ROOT)))
    assert readers <= {"shopify_app/clock.py", "shopify_app/shopify/transport.py"}


def test_names_say_what_things_are() -> None:
    odd = {path for path in product_files() if FORBIDDEN_NAMES.search(path.stem)}
    assert not odd


def test_the_history_of_the_schema_ends_where_the_models_are(database_url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine, text

    from shopify_app import migrate

    engine = create_engine(database_url)
    with engine.begin() as connection:  # the test's database has the tables already: start from nothing
        metadata.drop_all(connection)
    migrate.upgrade(database_url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
        assert connection.scalar(text("SELECT version_num FROM alembic_version"))
    engine.dispose()
    assert differences == []
    assert migrate.is_current(database_url)


@pytest.fixture
def web(database: Database, database_url: str) -> Flask:
    return application(wire(database, database_url).adapters)


def guarded(app: Flask) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        yield rule.endpoint, rule.rule


def test_every_route_stands_behind_a_guard_or_is_named_as_open(web: Flask) -> None:
    doors = {"admin": "/app", "storefront.proxied": "/proxy", "account": "/account"}
    open_routes = {
        "/healthz", "/readyz", "/metrics",  # operations
        "/",  # where Shopify opens the app; leads on to /app
        "/t/<token>", "/t/<token>/policy", "/c/<token>", "/papers/<key>",  # the token is the proof
        "/h/<slug>", "/b/<name>",  # public by design
        "/app/bounce",  # proves nothing, shows nothing
        "/carriers/easypost/push",  # proven by its own signature, tests/doors/test_carrier_pushes.py
    }  # fmt: skip
    for endpoint, rule in guarded(web):
        door = next((name for name in doors if endpoint.startswith(name + ".")), None)
        assert rule in open_routes or (door is not None and rule.startswith(doors[door])), (endpoint, rule)
        if door is not None and rule not in open_routes:
            assert web.before_request_funcs.get(door), f"{door} has no guard"


def test_a_request_that_proves_nothing_gets_nothing_from_any_guarded_route(web: Flask) -> None:
    client = web.test_client()
    for _, rule in guarded(web):
        if not rule.startswith(("/app", "/proxy", "/account")) or rule == "/app/bounce":
            continue
        address = re.sub(r"<[^>]+>", "1", rule)
        answer = client.get(address)
        assert answer.status_code in (302, 400, 401, 405), (rule, answer.status_code)
        if answer.status_code == 302:
            assert "/app/bounce" in answer.headers["Location"]
