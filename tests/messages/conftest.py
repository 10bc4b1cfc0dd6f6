"""Mails over one of the test databases and a real SMTP server that can misbehave."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from postbox import Office, Postbox

from letters import Shopify, adapters_for, configured
from shopify_app.config import MailServer
from shopify_app.db import Database
from shopify_app.orders.models import Order
from shopify_app.orders.projection import apply_order
from shopify_app.shops.models import Shop
from shopify_app.wiring import Adapters
from stage import order

sys.path.insert(0, str(Path(__file__).parent))  # the cases beside the tests


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    """What the mail server took, and how it behaves."""
    box = Postbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    box.server = MailServer("127.0.0.1", port)
    yield box
    controller.stop()


@pytest.fixture
def adapters(
    database_url: str, tmp_path: Path, database: Database, clock: Any, postbox: Postbox, shop: Shop
) -> Adapters:
    config = replace(
        configured(database_url, tmp_path), mail_server=postbox.server, mail_from="returns@postlude.example"
    )
    return adapters_for(config, database, clock, Shopify())


@pytest.fixture
def office(adapters: Adapters, shop: Shop, postbox: Postbox, adas: Order) -> Office:
    return Office(adapters, shop.id, adas.id, postbox)


@pytest.fixture
def adas(adapters: Adapters, shop: Shop) -> Order:
    """Ada's order of boots, placed in English."""
    with adapters.database.write() as session:
        return apply_order(session, shop.id, order(locale="en"), adapters.clock.now())
