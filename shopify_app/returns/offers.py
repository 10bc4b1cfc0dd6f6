"""What may come back of an order, and what is given for it: eligible lines, and stored quotes of a wish."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete

from shopify_app.db import Session
from shopify_app.orders.models import Order
from shopify_app.returns import apart, facts, published, quotes
from shopify_app.returns.digest import Digest, digest_of
from shopify_app.returns.eligibility import EligibleLine, eligible
from shopify_app.returns.exchanges import Cart, Replacement
from shopify_app.returns.models import ReturnDraft, ReturnQuote
from shopify_app.returns.paid import Manner, PaidOrder, Request
from shopify_app.returns.quotes import Quote, Wanted
from shopify_app.returns.reasons import NotEligible, NotOffered
from shopify_app.returns.replacements import Asking, Live, Part, replacements_of, units_wanted
from shopify_app.returns.rules import in_force
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.stored import settlement_to_stored
from shopify_app.returns.units import NotEnoughUnits
from shopify_app.returns.unpaid import in_place
from shopify_app.returns.vocabulary import EXCHANGES, Approval, Method, Outcome
from shopify_app.returns.wishes import Lack, Missing, NewGoods, Wish, WishLine, Wrong, WrongWish, check_shape, to_json
from shopify_app.shopify.return_snapshots import ReturnableOrder

Carts = Mapping[Outcome, Cart]
DRAFTS_KEPT = timedelta(days=7)
"""How long an expired draft or a quote that nobody accepted is kept, for whoever asks why."""


@dataclass(frozen=True)
class _Offer:
    """A wish with everything it is priced from."""

    order: PaidOrder
    wish: Wish
    lines: tuple[EligibleLine, ...]
    replacements: Mapping[int, Replacement]
    request: Request
    manner: Manner


def price(
    session: Session,
    order: Order,
    returnable: ReturnableOrder,
    wish: Wish,
    now: datetime,
    *,
    draft_id: int | None = None,
    live: Live | None = None,
    carts: Carts | None = None,
    without_return: int | None = None,
    part: Part | None = None,
    noticed_at: datetime | None = None,
) -> ReturnQuote:
    """A new quote: every outcome for all of the lines; where each line has its outcome, also their settlements, which
    can be accepted once the quote is stored. `live` is Shopify's stock and price of the replacements, read just now;
    `carts` what it says of the new items (`shopping`): without it, lines that have some are priced and not settled;
    `without_return` a return of ours that the new one replaces (acceptance calls it off); `part` a release group that
    is chosen anew (`anew.accept` takes it); `noticed_at` when notice was given, if not now.

    Only reads: a door prices in `Database.read` and stores what came of it with `keep`, so that nobody waits for its
    reckoning. Acceptance checks that what was read still holds.

    Raises WrongWish, NotEligible (with the reasons), StockGone. What the policy still wants to know does not stop a
    price: `lacks_of` tells it, and `requests.submit` refuses.
    """
    check_shape(wish)
    asking = Asking(session, order, returnable, now, live, without_return, part, carts)
    offer = _offer(asking, wish, noticed_at or now)
    return _row(asking, offer, *_priced(offer), draft_id)


def keep(session: Session, quote: ReturnQuote) -> ReturnQuote:
    """Stores a quote that was just priced; from here on it can be accepted."""
    session.add(quote)
    session.flush()
    return quote


def manner_of(session: Session, order: Order, paid: PaidOrder) -> Manner:
    """The shop's way with tenders, as the policy in force at purchase has it; settlements priced again use it too."""
    stamped = in_force(published.versions(session, order.shop_id), order.placed_at)
    return Manner.of(stamped.policy, paid.rates)


def lacks_of(quote: ReturnQuote) -> tuple[Lack, ...]:
    """What has to be said before the quote can be accepted."""
    return tuple(Lack(int(line), Missing(what)) for line, what in quote.options.get("lacks", ()))


def replaced_by(quote: ReturnQuote) -> int | None:
    """The return that this quote takes the place of."""
    return quote.options.get("replaces")


def part_of(quote: ReturnQuote) -> int | None:
    """The release group that this quote is for alone."""
    return quote.options.get("part")


def without_groups(quote: ReturnQuote) -> frozenset[int]:
    """The release groups that this quote prices again: they were left out of the order's past."""
    part = part_of(quote)
    return frozenset(quote.options.get("without", ()) if part is None else (part,))


def is_approved_at_once(quote: ReturnQuote) -> bool:
    """Whether the policy approves every line without a person."""
    return quote.options.get("approval") == Approval.AT_ONCE


def drop_stale(session: Session, now: datetime) -> int:
    """Deletes quotes that nobody accepted and drafts, a week after they expired; how many (`jobs.upkeep`)."""
    old = now - DRAFTS_KEPT
    unaccepted = (ReturnQuote.accepted_at.is_(None), ReturnQuote.expires_at < old)
    gone = session.execute(delete(ReturnQuote).where(*unaccepted))
    drafts = session.execute(delete(ReturnDraft).where(ReturnDraft.expires_at < old))
    return gone.rowcount + drafts.rowcount  # type: ignore[attr-defined]


def _offer(asking: Asking, wish: Wish, noticed_at: datetime) -> _Offer:
    session, order, without = asking.session, asking.order, asking.without_return
    left_out: dict[str, Any] = {"without_return": without, "without_group": asking.without_group}
    known = eligible(session, order, asking.returnable, noticed_at, wish=wish, **left_out)
    if asking.part is not None:
        known = tuple(asking.part.as_agreed(line) for line in known)
    chosen = _chosen(wish, known)
    wish = _filled(wish, chosen)
    paid = facts.paid_order(session, order, asking.returnable, **left_out)
    return _Offer(
        paid,
        wish,
        chosen,
        replacements_of(asking, wish, chosen),
        Request(asking.part.request_id if asking.part else secrets.token_urlsafe(12), asking.now, _carts(asking, wish)),
        manner_of(session, order, paid),
    )


def _priced(offer: _Offer) -> tuple[Quote, tuple[Settlement, ...]]:
    try:
        quote = quotes.propose(offer.order, _wanted(offer), offer.request, offer.manner)
        is_known = all(offer.request.cart(outcome) for outcome in offer.wish.shopping)
        return quote, _settlements(offer) if offer.wish.is_decided and is_known else ()
    except NotEnoughUnits as short:
        raise WrongWish(Wrong.TOO_MANY_UNITS, None, short.asked, short.left) from short


def _row(
    asking: Asking, offer: _Offer, quote: Quote, settlements: tuple[Settlement, ...], draft_id: int | None
) -> ReturnQuote:
    order, rate = asking.order, offer.order.rates.rate
    exchanged = {each.line_id for each in offer.wish.lines if each.outcome in EXCHANGES}
    wanted = _wanted(offer)
    verdicts = {each.line_id: each.verdict for each in wanted}
    unpaid = in_place(offer.order, settlements, verdicts, offer.request, offer.manner)
    beside = {
        "rate": None if rate is None else str(rate),
        "approval": _approval(offer.lines),
        "replaces": asking.without_return,
        "instead": apart.to_stored(offer.order, wanted, exchanged),
        "unpaid": apart.worth_to_stored(unpaid),
        "lacks": [[lack.fulfillment_line_id, lack.what] for lack in _lacks(offer.wish, offer.lines)],
    } | (asking.part.stored if asking.part else {})
    return ReturnQuote(
        shop_id=order.shop_id,
        order_id=order.id,
        draft_id=draft_id,
        public_id=secrets.token_urlsafe(12) if asking.part else offer.request.request_id,
        wish=to_json(offer.wish),
        options=quotes.to_stored(quote) | beside,
        settlements=[settlement_to_stored(each) for each in settlements],
        policy_version=quote.policy_version,
        currency=offer.order.currency,
        digest=digest_of(asking.session, order, offer.wish, asking.without_return, asking.without_group).text,
        made_at=asking.now,
        expires_at=quote.expires_at,
    )


def _chosen(wish: Wish, known: tuple[EligibleLine, ...]) -> tuple[EligibleLine, ...]:
    """The eligible line of each entry of the wish; raises for what cannot be had."""
    by_id = {line.fulfillment_line_id: line for line in known if line.fulfillment_line_id}
    chosen = []
    for each in wish.lines:
        line = by_id.get(each.fulfillment_line_id)
        if line is None or line.line_id != each.line_id:
            raise WrongWish(Wrong.FOREIGN_LINE, each.fulfillment_line_id, each.quantity)
        if not line.verdict.is_eligible:
            raise NotEligible(line.verdict.reasons)
        if each.quantity > line.quantity:
            raise WrongWish(Wrong.TOO_MANY_UNITS, each.fulfillment_line_id, each.quantity, line.quantity)
        if each.method and each.method not in _methods(each, line):
            raise NotEligible((NotOffered(),))
        chosen.append(line)
    return tuple(chosen)


def _methods(each: WishLine, line: EligibleLine) -> tuple[Method, ...]:
    return (Method.NONE,) if each.outcome is Outcome.KEEP_ITEM else line.verdict.methods


def _filled(wish: Wish, chosen: tuple[EligibleLine, ...]) -> Wish:
    """With the parcel that each line came in; where there is one way to send something back, nobody is asked."""
    lines = []
    for each, line in zip(wish.lines, chosen, strict=True):
        ways = _methods(each, line)
        method = ways[0] if len(ways) == 1 else each.method
        lines.append(replace(each, method=method, fulfillment_id=line.fulfillment_id))
    return replace(wish, lines=tuple(lines))


def _carts(asking: Asking, wish: Wish) -> tuple[tuple[Outcome, Cart], ...]:
    """What Shopify said of the wish's carts, as far as it is of just these items."""
    known = asking.carts or {}
    return tuple(
        (outcome, known[outcome]) for outcome in wish.shopping if is_of(known.get(outcome), wish.cart_of(outcome))
    )


def is_of(cart: Cart | None, goods: Sequence[NewGoods]) -> bool:
    """Whether the cart that Shopify priced is of just these items."""
    chosen = [(each.variant_id, each.quantity) for each in goods]
    return cart is not None and bool(chosen) and [(item.variant_id, item.quantity) for item in cart.items] == chosen


def _lacks(wish: Wish, chosen: tuple[EligibleLine, ...]) -> list[Lack]:
    lacks = []
    for each, line in zip(wish.lines, chosen, strict=True):
        is_swap = each.outcome is Outcome.VARIANT_EXCHANGE
        wanted = (
            (Missing.REASON, not each.reason),
            (Missing.ANSWER, line.verdict.question is not None and not (each.answer or "").strip()),
            (Missing.PHOTOS, line.verdict.needs_photos and not each.photos),
            (Missing.OUTCOME, each.outcome is None),
            (Missing.REPLACEMENT, is_swap and each.replacement_variant_id is None),
            (Missing.CART, each.outcome in wish.empty_carts),
            (Missing.METHOD, each.method is None),
        )
        lacks += [Lack(each.fulfillment_line_id, what) for what, is_missing in wanted if is_missing]
    return lacks


def _approval(chosen: tuple[EligibleLine, ...]) -> Approval:
    is_at_once = all(line.verdict.approval is Approval.AT_ONCE for line in chosen)
    return Approval.AT_ONCE if is_at_once else Approval.REVIEW


def _wanted(offer: _Offer) -> list[Wanted]:
    """Units of one order line as one, however many parcels they came in: they are accepted by line."""
    grouped = _grouped(offer, lambda each: (each.line_id, None))
    return [wanted for wanted, _ in grouped]


def _settlements(offer: _Offer) -> tuple[Settlement, ...]:
    chosen = _grouped(offer, lambda each: (each.line_id, each.outcome))
    return quotes.mixed(
        offer.order, [(wanted, outcome) for wanted, outcome in chosen if outcome], offer.request, offer.manner
    )


def _grouped(offer: _Offer, key: Any) -> list[tuple[Wanted, Outcome | None]]:
    """Entries of the wish with the same key as one; where their terms differ, those of the longest window hold."""
    parts: dict[tuple[int, Outcome | None], list[tuple[WishLine, EligibleLine]]] = {}
    for each, line in zip(offer.wish.lines, offer.lines, strict=True):
        parts.setdefault(key(each), []).append((each, line))
    return [
        (
            Wanted(
                line_id,
                sum(each.quantity for each, _ in found),
                max((line.verdict for _, line in found), key=_reach),
                offer.replacements.get(line_id),
            ),
            outcome,
        )
        for (line_id, outcome), found in parts.items()
    ]


def _reach(verdict: Any) -> tuple[bool, int]:
    last = verdict.last_day
    return last is None, last.toordinal() if last else 0


__all__ = [
    "Digest", "EligibleLine", "drop_stale", "eligible", "is_approved_at_once", "keep", "lacks_of", "manner_of", "price",
    "units_wanted",
]  # fmt: skip
