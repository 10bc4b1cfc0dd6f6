"""Changing returns in one process: a wish, its quote as a change, and the acceptance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from returns_counter import Counter

from shopify_app.returns import offers
from shopify_app.returns.changing import changes
from shopify_app.returns.models import Return, ReturnQuote
from shopify_app.returns.states import Actor
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.wishes import Wish, WishLine


def as_it_stands(counter: Counter, ret: Return) -> Wish:
    """The open part as it was asked for."""
    with counter.database.read() as session:
        return changes.wish_of(session, counter.ret(session, ret))


def wanting(counter: Counter, ret: Return, **by_place: Any) -> Wish:
    """The return's wish with `first=` or `second=` line changed: (quantity, outcome), or None to take it out."""
    known = as_it_stands(counter, ret)
    lines: list[WishLine] = []
    for place, name in enumerate(("first", "second"), start=1):
        sent = int(counter.desk.sent(place).rpartition("/")[2])
        before = known.line(sent)
        if name not in by_place:
            lines += [before] if before else []
            continue
        if by_place[name] is None:
            continue
        quantity, outcome, *variant = by_place[name]
        new = counter.desk.variants[variant[0]] if variant else None
        base = before or counter.wish(quantity, outcome, place).lines[0]
        lines.append(replace(base, quantity=quantity, outcome=outcome, replacement_variant_id=new))
    return replace(known, lines=tuple(lines))


def proposed(counter: Counter, ret: Return, wish: Wish, by: Actor = Actor.SHOPPER, **more: Any) -> ReturnQuote:
    """A stored quote of the change."""
    returnable = counter.returnable()
    with counter.database.write() as session:
        found = counter.ret(session, ret)
        return offers.keep(session, changes.propose(session, found, returnable, wish, by, counter.now(), **more))


def accepted(counter: Counter, quote: ReturnQuote, by: Actor = Actor.SHOPPER, **more: Any) -> Return:
    said = {"note": "As we agreed on the phone."} if by is Actor.MERCHANT else {}
    with counter.database.write() as session:
        return changes.accept(session, counter.shop_id, quote.public_id, by, counter.now(), **said, **more)


def changed(counter: Counter, ret: Return, by: Actor = Actor.SHOPPER, **by_place: Any) -> Return:
    """The whole of it at once."""
    return accepted(counter, proposed(counter, ret, wanting(counter, ret, **by_place), by), by)


__all__ = ["Outcome", "accepted", "as_it_stands", "changed", "proposed", "wanting"]
