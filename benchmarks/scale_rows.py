"""The rows of a large shop, made by the database itself out of the numbers from 1 on: order i is i everywhere."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, text, update

from shopify_app.db import Database
from shopify_app.orders.models import Order
from shopify_app.row_counts import count_rows
from shopify_app.shops.models import Shop

SPREAD, SIZE = 2_654_435_761, 4_294_967_296
AT_ONCE = 250_000
SCANS = 5
PLACED = "'2026-01-01 09:00:00'"
EMAIL, ADDRESS = "a-shopper@example.com", '{"first_name": "Ada", "last_name": "Lindholm", "address1": "Storgatan 1"}'

_ORDERS = f"""
INSERT INTO "order" (id, shop_id, shopify_id, name, number, email, email_hash, postcode_hash, shipping_address, country,
  locale, currency, shop_currency, taxes_included, subtotal, shipping, discount, tax, total, refunded, refund_ids,
  financial_status, fulfillment_status, payment_gateways, discount_codes, channel, is_company, is_test, tags, placed_at,
  paid_at, fact_at)
SELECT i, CASE WHEN i % 10 = 0 THEN 2 ELSE 1 END, i, '#' || (1000 + i), CAST(1000 + i AS VARCHAR), :email,
  NONCE || NONCE, NONCE, :address, 'SE', 'sv-SE', 'EUR', 'EUR', TRUE, 9000, 0, 1000, 1800, 9000, 0, '[]', 'paid',
  'fulfilled', '["card"]', '[]', 'web', FALSE, FALSE, '[]', {PLACED}, {PLACED}, {PLACED} FROM n
"""
_LINES = """
INSERT INTO order_line (shop_id, order_id, shopify_id, product_shopify_id, variant_shopify_id, title, variant_title,
  sku, vendor, quantity, current_quantity, unit_price, discounts, taxes, requires_shipping, is_gift_card, position)
SELECT CASE WHEN i % 10 = 0 THEN 2 ELSE 1 END, i, i * 10 + k, (i * 7 + k) % 5000, (i * 7 + k) % 20000, 'Fell boots',
  '42 / Brown', 'FELL-42-BROWN', 'Nordkant', 1, 1, 10000, '[{"amount": 1000, "application": 0, "scope": "order"}]',
  '[{"amount": 1800, "rate": "0.25", "title": "VAT"}]', TRUE, FALSE, k
FROM n CROSS JOIN (SELECT 0 AS k UNION ALL SELECT 1 UNION ALL SELECT 2) AS lines WHERE k < 2 OR i % 10 = 0
"""
_LINKS = f"""
INSERT INTO order_link (shop_id, order_id, nonce, created_at)
SELECT CASE WHEN i % 10 = 0 THEN 2 ELSE 1 END, i, NONCE, {PLACED} FROM n
"""
_SHIPMENTS = f"""
INSERT INTO shipment (id, shop_id, order_id, shopify_id, name, company, carrier, service, numbers, urls, state,
  state_at, late_risk, kind, destination, destination_zone, shipped_at, accepted_at, delivered_at, fact_at,
  fulfilment_status)
SELECT i, CASE WHEN i % 10 = 0 THEN 2 ELSE 1 END, i, i, '#' || (1000 + i) || '-F1', 'PostNord', 'postnord', 'standard',
  CAST('["UA' || (100000000 + i) || 'SE"]' AS JSON_COLUMN),
  CAST('["https://tracking.postnord.com/?id=UA' || (100000000 + i) || 'SE"]' AS JSON_COLUMN),
  'delivered', {PLACED}, 'none', 'parcel', 'SE', 'Europe/Stockholm', {PLACED}, {PLACED}, {PLACED}, {PLACED}, 'success'
FROM n
"""
_SCANS = f"""
INSERT INTO scan (shop_id, shipment_id, source, key, code, state, text, time_raw, instant, local_time, zone_source,
  precision, place, country)
SELECT CASE WHEN i % 10 = 0 THEN 2 ELSE 1 END, i, 'shopify', 'shopify:' || (i * 10 + k), 'in_transit', 'in_transit',
  'Arrived at the sorting centre', '2026-01-01T09:00:00+01:00', {PLACED}, '2026-01-01T10:00:00', 'offset', 'minute',
  'Göteborg', 'SE'
FROM n CROSS JOIN (SELECT 0 AS k UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4) AS scans
"""
_NONCE = {
    "sqlite": f"printf('%08x%08x', i * {SPREAD} % {SIZE}, i * {SPREAD} / 3 % {SIZE})",
    "postgresql": f"lpad(to_hex(i * {SPREAD} % {SIZE}), 8, '0') || lpad(to_hex(i * {SPREAD} / 3 % {SIZE}), 8, '0')",
}
_JSON = {"sqlite": "TEXT", "postgresql": "JSONB"}


def nonce_of(order: int) -> str:
    """The nonce of an order's link: spread as random ones are, so that its index is no tidier than a real one."""
    return f"{order * SPREAD % SIZE:08x}{order * SPREAD // 3 % SIZE:08x}"


def number_of(order: int) -> int:
    return 1000 + order


def shop_of(order: int) -> int:
    """Every tenth order is Otto's."""
    return 2 if order % 10 == 0 else 1


def email_of(order: int) -> str:
    """The address that an order which will be looked up was placed with."""
    return f"shopper-{order}@example.com"


def fill(database: Database, orders: int, looked_up: Collection[int]) -> None:
    """Makes the rows; those `looked_up` get the hash of an address that is known."""
    with database.write() as session:
        placed = datetime(2025, 1, 1, tzinfo=UTC)
        for name in ("mara-goods", "ottos-outlet"):
            session.add(Shop(domain=f"{name}.myshopify.com", currency="EUR", installed_at=placed))
            session.flush()
    make(database, 1, orders)
    with database.write() as session:
        for order in looked_up:
            hashed = database.keyring.blind("email", email_of(order))
            session.execute(update(Order).where(Order.id == order).values(email_hash=hashed))
    _settle(database)


def make(database: Database, first: int, last: int) -> None:
    """The orders of these numbers, with everything that hangs on them; two shops are there already."""
    for start in range(first, last + 1, AT_ONCE):
        with database.engine.begin() as connection:
            for statement in (_ORDERS, _LINES, _LINKS, _SHIPMENTS, _SCANS):
                _make(connection, database, statement, start, min(start + AT_ONCE - 1, last))


def _make(connection: Connection, database: Database, statement: str, first: int, last: int) -> None:
    nonce = f"({_NONCE[database.engine.dialect.name]})"
    numbers = "WITH RECURSIVE n(i) AS (SELECT CAST(:first AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
    written = statement.replace("NONCE", nonce).replace("JSON_COLUMN", _JSON[database.engine.dialect.name])
    into, selected = written.split("SELECT", 1)
    sealed: dict[str, Any] = {"first": first, "last": last}
    if statement is _ORDERS:
        sealed |= {"email": database.keyring.encrypt(EMAIL), "address": database.keyring.encrypt(ADDRESS)}
    connection.execute(text(f"{into}{numbers} SELECT{selected}"), sealed)


def _settle(database: Database) -> None:
    """Lets the database count its rows, as a server does by itself in time."""
    if database.engine.dialect.name == "sqlite":
        count_rows(database)
        return
    with database.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
