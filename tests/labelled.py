"""Ada sends her shirts with a label: a shop with an account at the dev store's EasyPost, and what its carriers scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from returns_counter import Counter
from settling import work
from sqlalchemy import select

from devstore.carrier_scans import signed_push
from devstore.config import EASYPOST_KEY, EASYPOST_SECRET
from shopify_app.carriers import accounts
from shopify_app.carriers.easypost import ID
from shopify_app.returns import requests
from shopify_app.returns.effects import Effects, Scope, Window
from shopify_app.returns.models import Return
from shopify_app.returns.parcels.models import ReturnLabel, ReturnParcel
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.states import Actor
from shopify_app.returns.vocabulary import Method, MoneyEvent, Outcome, Start
from shopify_app.settings.keys import set_key

BORAS = '[{"recipient": "Hedvall", "street": "Lagergatan 4", "postcode": "504 30", "city": "Borås", "country": "SE"}]'
ADDRESS = (
    '{"first_name": "Ada", "last_name": "Lindholm", "address1": "Torstraße 1", "zip": "10119", "city": "Berlin", '
    '"country_code": "DE"}'
)


def with_labels(counter: Counter, folder: Path) -> Counter:
    """The account, an address that labels can be sent to, Ada's own address, files in `folder`."""
    adapters = counter.wire.adapters
    counter.wire.adapters = replace(adapters, config=replace(adapters.config, data_dir=folder))
    with counter.database.write() as session:
        now = counter.now()
        set_key(session, counter.shop_id, "parcels.addresses", BORAS, "mara", now)
        accounts.connect(session, counter.shop_id, ID, EASYPOST_KEY, EASYPOST_SECRET, True, "mara", now)
        counter.order(session).shipping_address = ADDRESS
    return counter


def freed_at_receipt(counter: Counter) -> Counter:
    """Its policy is published: money moves once the goods are here."""
    counter.publish(freed_by(MoneyEvent.RECEIPT))
    return counter


def freed_by(event: MoneyEvent) -> Policy:
    """Thirty days, on labels, the money freed by `event`."""
    then = Effects(
        windows={Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=0, latest_day=30)},
        outcomes=(Outcome.REFUND, Outcome.STORE_CREDIT),
        methods=(Method.LABEL, Method.QR, Method.OWN_CARRIER),
        money_events={Scope.ANY: event},
    )
    return Policy(rules=(Rule(name="Labels", then=then),))


def approved(counter: Counter, quantity: int = 1, method: Method = Method.LABEL, **more: Any) -> Return:
    """Ada's return by label, approved; no worker has done anything yet."""
    ret = counter.asked(quantity, Outcome.REFUND, method=method, **more)
    with counter.database.write() as session:
        requests.approve(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())
    return ret


def labels_of(counter: Counter, ret: Return) -> Sequence[ReturnLabel]:
    with counter.database.read() as session:
        return session.scalars(
            select(ReturnLabel).where(ReturnLabel.return_id == ret.id).order_by(ReturnLabel.id)
        ).all()


def parcels_of(counter: Counter, ret: Return) -> Sequence[ReturnParcel]:
    with counter.database.read() as session:
        return session.scalars(
            select(ReturnParcel).where(ReturnParcel.return_id == ret.id).order_by(ReturnParcel.id)
        ).all()


def bought(counter: Counter) -> list[dict[str, Any]]:
    """What the dev store's EasyPost sold."""
    return [each for each in counter.wire.world.store.all("easypost_shipment") if each["tracking_code"]]


def scanned(counter: Counter, number: str, status: str, **more: Any) -> tuple[bytes, dict[str, str]]:
    """A carrier scans the parcel; the push that follows, not delivered."""
    answer = counter.stage.client.post(
        "/control/carrier-scans", json={"tracking_number": number, "status": status} | more
    )
    assert answer.status_code == 200, answer.text
    (tracker,) = counter.wire.world.store.find("easypost_tracker", tracking_code=number)
    return signed_push(tracker, counter.now())


__all__ = ["approved", "bought", "freed_by", "labels_of", "parcels_of", "scanned", "with_labels", "work"]
