"""What a shopper is putting together, kept between two pages for a day. Whoever holds its token holds the draft: it is
unguessable, and was handed out to somebody who had proven that the order is theirs."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from shopify_app.orders.access import Access
from shopify_app.orders.models import Order
from shopify_app.returns.exchanges import Cart
from shopify_app.returns.models import ReturnDraft, ReturnPhoto
from shopify_app.returns.shop_now import shopping
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.wishes import Wish, from_json, to_json
from shopify_app.shopify.return_snapshots import ReturnableOrder, from_stored, to_stored

LIFE = timedelta(hours=24)


class DraftGone(Exception):
    """No such draft in this shop, or its day is over."""


def begin(
    session: Session, order: Order, access: Access, now: datetime, wish: Wish | None = None, changes: int | None = None
) -> ReturnDraft:
    """A new draft for somebody who has proven `access` to the order; `changes` is the id of the return that it is to
    change."""
    draft = ReturnDraft(
        shop_id=order.shop_id,
        order_id=order.id,
        token=secrets.token_urlsafe(24),
        access=int(access),
        wish=to_json(wish or Wish()),
        changes_id=changes,
        created_at=now,
        expires_at=now + LIFE,
    )
    session.add(draft)
    session.flush()
    return draft


def find(session: Session, shop_id: int, token: str, now: datetime) -> tuple[ReturnDraft, Order]:
    """The draft and its order, lines and shop with it. Raises DraftGone."""
    draft = session.scalar(
        select(ReturnDraft).where(
            ReturnDraft.shop_id == shop_id, ReturnDraft.token == token, ReturnDraft.expires_at > now
        )
    )
    order = session.scalar(
        select(Order)
        .options(joinedload(Order.shop))
        .where(
            Order.shop_id == shop_id,
            Order.id == (draft.order_id if draft else 0),
            Order.deleted_at.is_(None),
            Order.erased_at.is_(None),
        )
    )
    if draft is None or order is None:
        raise DraftGone
    return draft, order


def wish_of(draft: ReturnDraft) -> Wish:
    """What was chosen so far."""
    return from_json(draft.wish)


def keep_wish(draft: ReturnDraft, wish: Wish) -> None:
    """Remembers what was chosen."""
    draft.wish = to_json(wish)


def facts_of(draft: ReturnDraft) -> ReturnableOrder | None:
    """What Shopify said last of the order, None before it was asked."""
    return from_stored(draft.facts) if draft.facts else None


def keep_facts(draft: ReturnDraft, facts: ReturnableOrder, now: datetime) -> None:
    """Remembers what Shopify said."""
    draft.facts, draft.facts_at = to_stored(facts), now


def carts_of(draft: ReturnDraft) -> dict[Outcome, Cart]:
    """What Shopify said last of the new items that were being chosen."""
    return shopping.from_stored(draft.carts) if draft.carts else {}


def keep_carts(draft: ReturnDraft, carts: Mapping[Outcome, Cart], at: datetime | None) -> None:
    """Remembers what Shopify said of the new items."""
    draft.carts, draft.carts_at = shopping.to_stored(carts), at


def delivery_of(draft: ReturnDraft) -> dict[str, str] | None:
    """The corrected address of an exchange, with Shopify's keys; None where it was not corrected."""
    return json.loads(draft.delivery) if draft.delivery else None


def photos_of(session: Session, draft: ReturnDraft) -> list[ReturnPhoto]:
    """The pictures that were sent, in order."""
    wanted = select(ReturnPhoto).where(ReturnPhoto.shop_id == draft.shop_id, ReturnPhoto.draft_id == draft.id)
    return list(session.scalars(wanted.order_by(ReturnPhoto.id)))
