"""Forgetting and handing out what shoppers said in their returns. Sums, states and dates stay: they are the books."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CursorResult, delete, select, update

from shopify_app.db import Session
from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.returns.inspecting.models import GoodsSentBack, InspectionQuestion
from shopify_app.returns.models import (
    ListedCustomer,
    Return,
    ReturnDraft,
    ReturnEntry,
    ReturnLine,
    ReturnPhoto,
    ReturnQuote,
    ReturnUnit,
)
from shopify_app.returns.money_models import BonusGrant
from shopify_app.returns.parcels.models import ParcelScan, ReturnLabel, ReturnParcel
from shopify_app.returns.searching import keeping
from shopify_app.returns.withdrawing.models import Withdrawal
from shopify_app.shops.privacy import Subject

GONE = {"address": None, "number": None, "url": None}
"""What leads to a person in the row of goods that went back to them."""
Exported = dict[int, list[dict[str, Any]]]
"""What is handed out of several orders, by our id of the order; nothing for an order without any."""


@dataclass(frozen=True)
class Forgotten:
    """How many rows were touched, and which files of photos are to be removed once that is committed."""

    rows: int
    photo_files: tuple[str, ...]
    label_files: tuple[str, ...] = ()


def forget(session: Session, shop_id: int, person: Subject, customer_id: int | None) -> Forgotten:
    """Blanks a person's own words in the returns of their orders and of those named, deletes drafts and photos, and
    takes them off the shop's lists. Orders are found through their customer: ask before they forget whose they are."""
    mine = Order.shopify_id.in_(person.order_shopify_ids)
    if customer_id is not None:
        mine = mine | (Order.customer_id == customer_id)
    orders = select(Order.id).where(Order.shop_id == shop_id, mine)
    returns = select(Return.id).where(Return.order_id.in_(orders))
    lines = select(ReturnLine.id).where(ReturnLine.return_id.in_(returns))
    drafts = select(ReturnDraft.id).where(ReturnDraft.order_id.in_(orders))
    photos = ReturnPhoto.return_id.in_(returns) | ReturnPhoto.draft_id.in_(drafts)
    labels = ReturnLabel.return_id.in_(returns)
    label_files = tuple(filter(None, session.scalars(select(ReturnLabel.file_name).where(labels))))
    parcels = select(ReturnParcel.id).where(ReturnParcel.return_id.in_(returns))
    files = tuple(session.scalars(select(ReturnPhoto.file_name).where(ReturnPhoto.shop_id == shop_id, photos)))
    statements = [
        keeping.forget(shop_id, returns),
        update(ReturnQuote).where(ReturnQuote.order_id.in_(orders)).values(wish=None),
        update(ReturnLine).where(ReturnLine.return_id.in_(returns)).values(note=None, answer=None),
        update(ReturnUnit).where(ReturnUnit.return_line_id.in_(lines)).values(note=None, told=None),
        update(InspectionQuestion).where(InspectionQuestion.return_id.in_(returns)).values(appeal=None, reply=None),
        update(GoodsSentBack).where(GoodsSentBack.return_id.in_(returns)).values(**GONE),
        update(ReturnEntry).where(ReturnEntry.return_id.in_(returns)).values(said=None),
        update(BonusGrant).where(BonusGrant.order_id.in_(orders)).values(customer_id=None),
        update(Withdrawal).where(Withdrawal.order_id.in_(orders)).values(name=None, recipient=None),
        delete(ReturnPhoto).where(ReturnPhoto.shop_id == shop_id, photos),
        delete(ParcelScan).where(ParcelScan.parcel_id.in_(parcels)),
        delete(ReturnParcel).where(ReturnParcel.return_id.in_(returns)),
        delete(ReturnLabel).where(labels),
        delete(ReturnDraft).where(ReturnDraft.order_id.in_(orders)),
        delete(ListedCustomer).where(ListedCustomer.shop_id == shop_id, ListedCustomer.key.in_(_keys(person))),
    ]
    return Forgotten(sum(_done(session, each) for each in statements), files, label_files)


def drop_photos(session: Session) -> int:
    """Rows of photos whose draft is gone without a return, in every shop; how many."""
    drafts = select(ReturnDraft.id)
    return _done(
        session, delete(ReturnPhoto).where(ReturnPhoto.return_id.is_(None), ReturnPhoto.draft_id.not_in(drafts))
    )


def photo_files(session: Session) -> frozenset[str]:
    """The names of all files that a row speaks of."""
    return frozenset(session.scalars(select(ReturnPhoto.file_name)))


def label_files(session: Session) -> frozenset[str]:
    """The names of all labels' files that a row speaks of."""
    return frozenset(filter(None, session.scalars(select(ReturnLabel.file_name))))


def export(session: Session, shop_id: int, order_ids: Collection[int]) -> Exported:
    """These orders' returns with everything that the shopper said and was told, oldest first; times in UTC."""
    mine = (Return.shop_id == shop_id, Return.order_id.in_(order_ids))
    found: Exported = defaultdict(list)
    for ret in session.scalars(select(Return).where(*mine).order_by(Return.id)).all():
        found[ret.order_id].append(_exported(session, ret))
    return found


def export_withdrawals(session: Session, shop_id: int, order_ids: Collection[int]) -> Exported:
    """What the shopper declared about these orders, oldest first; times in UTC."""
    mine = (Withdrawal.shop_id == shop_id, Withdrawal.order_id.in_(order_ids))
    found: Exported = defaultdict(list)
    for row in session.scalars(select(Withdrawal).where(*mine).order_by(Withdrawal.id)):
        found[row.order_id].append(
            {
                "number": row.number,
                "received_at": row.received_at.isoformat(),
                "name": row.name,
                "address": row.recipient,
                "items": row.lines,
            }
        )
    return found


def export_drafts(session: Session, shop_id: int, order_ids: Collection[int]) -> Exported:
    """What the shopper is putting together, or did within the last week without sending it in."""
    mine = (ReturnDraft.shop_id == shop_id, ReturnDraft.order_id.in_(order_ids))
    found: Exported = defaultdict(list)
    for draft in session.scalars(select(ReturnDraft).where(*mine).order_by(ReturnDraft.id)):
        found[draft.order_id].append(
            {
                "begun_at": draft.created_at.isoformat(),
                "chosen": json.loads(draft.wish) if draft.wish else None,
                "address": json.loads(draft.delivery) if draft.delivery else None,
            }
        )
    return found


def export_standing(session: Session, shop_id: int, person: Subject) -> list[dict[str, Any]]:
    """The shop's lists that the person is on, and since when."""
    mine = (ListedCustomer.shop_id == shop_id, ListedCustomer.key.in_(_keys(person)))
    rows = session.scalars(select(ListedCustomer).where(*mine).order_by(ListedCustomer.id))
    return [{"list": row.standing, "since": row.listed_at.isoformat(), "reason": row.reason} for row in rows]


def _exported(session: Session, ret: Return) -> dict[str, Any]:
    told = (ReturnEntry.return_id == ret.id, ReturnEntry.is_internal.is_(False), ReturnEntry.said.is_not(None))
    said = session.scalars(select(ReturnEntry).where(*told).order_by(ReturnEntry.id))
    photos = session.scalars(select(ReturnPhoto).where(ReturnPhoto.return_id == ret.id))
    parcels = session.scalars(select(ReturnParcel).where(ReturnParcel.return_id == ret.id).order_by(ReturnParcel.id))
    grants = session.scalars(select(BonusGrant).where(BonusGrant.return_id == ret.id).order_by(BonusGrant.id))
    asked = select(InspectionQuestion).where(InspectionQuestion.return_id == ret.id)
    appeals = session.scalars(asked.order_by(InspectionQuestion.id))
    back = session.scalars(select(GoodsSentBack).where(GoodsSentBack.return_id == ret.id).order_by(GoodsSentBack.id))
    return {
        "number": ret.rma,
        "state": ret.state,
        "requested_at": ret.requested_at.isoformat(),
        "lines": [
            {
                "line": line.line_id,
                "quantity": line.quantity,
                "reason": line.reason,
                "outcome": line.outcome,
                "note": line.note,
                "answer": line.answer,
            }
            for line in ret.lines
        ],
        "said": [{"at": entry.at.isoformat(), "by": entry.actor, "words": entry.said} for entry in said],
        "photos": [photo.file_name for photo in photos],
        "appeals": [{"at": q.appealed_at.isoformat(), "words": q.appeal} for q in appeals if q.appealed_at],
        "sent_back": [{"to": json.loads(b.address or "null"), "number": b.number} for b in back],
        "parcels": [{"number": each.number, "carrier": each.carrier, "state": each.state} for each in parcels],
        "bonuses": [{"amount": f"{Money(g.amount, g.currency)} {g.currency}", "state": g.state} for g in grants],
    }


def _keys(person: Subject) -> list[str]:
    keys = [("customer", person.customer_shopify_id), ("email", person.email_hash)]
    return [f"{kind}:{value}" for kind, value in keys if value]


def _done(session: Session, statement: Any) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return result.rowcount if isinstance(result, CursorResult) else 0
