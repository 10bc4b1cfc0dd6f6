"""Writes down what returns are found by: when one comes to be, when its items change, and when somebody is called
otherwise or an order goes elsewhere."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Select, String, and_, cast, delete, insert, or_, select, union_all

from shopify_app.customers.models import Customer
from shopify_app.db import Session, keyring_of
from shopify_app.orders.models import Order, OrderLine
from shopify_app.returns.models import Return, ReturnLine
from shopify_app.returns.no_receipt.models import NoReceiptRequest
from shopify_app.returns.searching import folding
from shopify_app.returns.searching.models import ReturnWord, WordKind
from shopify_app.returns.withdrawing.models import Withdrawal
from shopify_app.shipments.models import Shipment
from shopify_app.shipments.numbers import plain

_OF_PEOPLE = (WordKind.PERSON, WordKind.PARCEL)
"""What points at somebody: forgotten with them."""


def write(session: Session, ret: Return) -> None:
    """What `ret` is found by as it stands now; writes only what is different."""
    of_returns(session, ret.shop_id, (ret.id,))


def of_order(session: Session, shop_id: int, order_id: int) -> None:
    """The order goes to somebody else or elsewhere, its items are called otherwise, or its parcels have other
    numbers."""
    mine = select(Return.id).where(Return.shop_id == shop_id, Return.order_id == order_id)
    of_returns(session, shop_id, session.scalars(mine).all())


def of_customer(session: Session, shop_id: int, customer_id: int) -> None:
    """The customer, by our id, is called otherwise."""
    theirs = (Return.shop_id == shop_id, Order.shop_id == shop_id, Order.customer_id == customer_id)
    mine = select(Return.id).join(Order, Order.id == Return.order_id).where(*theirs)
    of_returns(session, shop_id, session.scalars(mine).all())


def of_returns(session: Session, shop_id: int, ids: Collection[int]) -> None:
    """What returns of one shop are found by as they stand now; writes only what is different."""
    if not ids:
        return
    session.flush()
    wanted = _words(session, shop_id, ids)
    rows = select(ReturnWord.id, ReturnWord.return_id, ReturnWord.kind, ReturnWord.word)
    mine = (ReturnWord.shop_id == shop_id, ReturnWord.return_id.in_(ids))
    held = {(ret, kind, word): row for row, ret, kind, word in session.execute(rows.where(*mine))}
    gone = [row for key, row in held.items() if key not in wanted]
    if gone:
        session.execute(delete(ReturnWord).where(ReturnWord.id.in_(gone)))
    new = [
        {"shop_id": shop_id, "return_id": ret, "kind": kind, "word": word}
        for ret, kind, word in sorted(wanted - held.keys())
    ]
    if new:
        session.execute(insert(ReturnWord), new)


def forget(shop_id: int, returns: Select[Any]) -> Any:
    """The statement that forgets by whose names and by which parcels these returns (their ids) are found."""
    named = (ReturnWord.shop_id == shop_id, ReturnWord.kind.in_(_OF_PEOPLE))
    return delete(ReturnWord).where(*named, ReturnWord.return_id.in_(returns))


def forget_name(session: Session, shop_id: int, return_id: int, name: str | None) -> None:
    """The return is found by this name no more; nor is whoever else of it is called so."""
    words = [keyring_of(session).blind("name", word) for word in folding.of_names((name,))]
    named = (ReturnWord.shop_id == shop_id, ReturnWord.return_id == return_id, ReturnWord.kind == WordKind.PERSON)
    session.execute(delete(ReturnWord).where(*named, ReturnWord.word.in_(words)))


def without_words(session: Session, after: int, at_most: int) -> dict[int, list[int]]:
    """Ids of returns, ascending from above `after`, of which nothing is written down, or no parcel though their order
    came in one with a number; by shop."""
    written = select(ReturnWord.id).where(ReturnWord.return_id == Return.id)
    numbered = (Shipment.order_id == Return.order_id, cast(Shipment.numbers, String) != "[]")
    came = select(Shipment.id).where(*numbered).exists()
    lacks = or_(~written.exists(), and_(~written.where(ReturnWord.kind == WordKind.PARCEL).exists(), came))
    missing = select(Return.shop_id, Return.id).where(Return.id > after, lacks).order_by(Return.id).limit(at_most)
    found = defaultdict[int, list[int]](list)
    for shop_id, return_id in session.execute(missing):
        found[shop_id].append(return_id)
    return found


def _words(session: Session, shop_id: int, ids: Collection[int]) -> set[tuple[int, str, str]]:
    """Return, kind and word."""
    mine = (Return.shop_id == shop_id, Return.id.in_(ids))
    blind, names = keyring_of(session).blind, defaultdict[int, list[str | None]](list)
    found = {(ret, str(WordKind.ITEM), folding.item(title, number)) for ret, title, number in _items(session, mine)}
    for ret, country, province, address, first, last in _ordered(session, mine):
        found |= {(ret, str(WordKind.PLACE), word) for word in folding.place(country, province)}
        names[ret] += [first, last, *_recipient(address)]
    for ret, name in _askers(session, mine):
        names[ret].append(name)
    for ret, numbers in _parcels(session, mine):
        found |= {(ret, str(WordKind.PARCEL), blind("parcel", key)) for each in numbers if (key := plain(each))}
    for ret, said in names.items():
        found |= {(ret, str(WordKind.PERSON), blind("name", word)) for word in folding.of_names(said)}
    return found


def _items(session: Session, mine: Collection[Any]) -> Any:
    goods = and_(OrderLine.order_id == Return.order_id, OrderLine.shopify_id == ReturnLine.line_id)
    rows = select(Return.id, OrderLine.title, OrderLine.sku).join(ReturnLine, ReturnLine.return_id == Return.id)
    return session.execute(rows.join(OrderLine, goods).where(*mine))


def _parcels(session: Session, mine: Collection[Any]) -> Any:
    """Each return's parcels on their way to the shopper: their numbers."""
    rows = select(Return.id, Shipment.numbers).join(Shipment, Shipment.order_id == Return.order_id)
    return session.execute(rows.where(*mine))


def _ordered(session: Session, mine: Collection[Any]) -> Any:
    """Where each return's order went, to whom, and who placed it."""
    columns = (Order.country, Order.province, Order.shipping_address, Customer.first_name, Customer.last_name)
    rows = select(Return.id, *columns).join(Order, Order.id == Return.order_id)
    return session.execute(rows.outerjoin(Customer, Customer.id == Order.customer_id).where(*mine))


def _recipient(address: str | None) -> Iterable[str | None]:
    told = json.loads(address) if address else {}
    return told.get("first_name"), told.get("last_name")


def _askers(session: Session, mine: Collection[Any]) -> Any:
    """Names of whoever asked without an order number, or withdrew from the contract."""
    asked = and_(NoReceiptRequest.order_id == Return.order_id, NoReceiptRequest.return_id == Return.id)
    without = select(Return.id, NoReceiptRequest.name).join(NoReceiptRequest, asked)
    withdrawn = select(Return.id, Withdrawal.name).join(Withdrawal, Withdrawal.id == Return.withdrawal_id)
    return session.execute(union_all(without.where(*mine), withdrawn.where(*mine)))
