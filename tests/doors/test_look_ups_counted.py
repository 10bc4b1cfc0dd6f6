"""A look-up by order number counts for the merchant's figures, whether it found its order or not."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlencode

from flask.testing import FlaskClient
from sqlalchemy import select

from shopify_app.insights.models import LookUpDay
from shopify_app.orders.projection import apply_order
from stage import order
from wire import SHOP, Wire, application


def signed(stage: Wire) -> str:
    facts = {"shop": SHOP, "logged_in_customer_id": "", "path_prefix": "/apps/order-care"}
    facts["timestamp"] = str(int(stage.now().timestamp()))
    message = "".join(sorted(f"{key}={value}" for key, value in facts.items()))
    secret = stage.adapters.config.api_secret.encode()
    return urlencode(facts | {"signature": hmac.new(secret, message.encode(), hashlib.sha256).hexdigest()})


def test_found_and_not_found_are_counted_apart(stage: Wire) -> None:
    stage.at_noon()  # counted by days
    shop = stage.install()
    with stage.adapters.database.write() as session:
        apply_order(session, shop.id, order(), stage.now())
    shopper: FlaskClient = application(stage.adapters).test_client()

    for number, contact in (("1042", "411 24"), ("1042", "999 99"), ("7", "411 24"), ("", "")):
        shopper.post(f"/proxy/track?{signed(stage)}", data={"order": number, "contact": contact})

    with stage.adapters.database.read() as session:
        counted = session.scalars(select(LookUpDay)).one()
    assert (counted.answered, counted.missed) == (1, 2)  # an empty form is no look-up
