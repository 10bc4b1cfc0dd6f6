"""A return changed by the merchant, for its shopper: what comes back, what they get, a word to them, then yes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Response, request
from sqlalchemy import select

from shopify_app.admin.door import adapters, blueprint, shop_row, shopify
from shopify_app.admin.frame import go, language, show, staff
from shopify_app.admin.returns.asked import Refused
from shopify_app.admin.returns.cart import EMPTY, outcomes_typed, shelf_of, shelf_typed, with_goods
from shopify_app.admin.returns.choosing import chosen, parts_of
from shopify_app.admin.returns.door import mine, mine_with_order, page_of
from shopify_app.admin.returns.page import Worked
from shopify_app.admin.returns.verbs import AWAY
from shopify_app.admin.returns.words import WORDS
from shopify_app.i18n import Phrase, phrase
from shopify_app.pages.badges import WAYS_BACK
from shopify_app.pages.return_change import ChangeRow, change_rows
from shopify_app.returns import for_customer
from shopify_app.returns.changing import changes
from shopify_app.returns.changing import priced as changes_priced
from shopify_app.returns.changing.priced import OrderHidden
from shopify_app.returns.eligibility import EligibleLine, eligible
from shopify_app.returns.explain import OUTCOMES
from shopify_app.returns.models import Return, ReturnQuote
from shopify_app.returns.plainly import REFUSALS, sentence, why_not
from shopify_app.returns.refusals import NotChangeable
from shopify_app.returns.states import Actor
from shopify_app.returns.wishes import Wish, WishLine
from shopify_app.shopify.errors import ShopifyError

BY = Actor.MERCHANT
HIDDEN = phrase("Shopify does not show this order any more, so nothing can be reckoned. Nothing was changed.")
NO_OUTCOME = phrase("Choose what the shopper gets for “{item}”.")
NO_NOTE = phrase("Tell the shopper why, in a sentence: they get it by e-mail together with the new sums.")


@dataclass(frozen=True)
class Known:
    """A return whose open part may be changed: its lines with what was asked for of each, and all that could be."""

    ret: Return
    wish: Wish
    lines: tuple[EligibleLine, ...]
    sizes: Mapping[int, tuple[tuple[int, str], ...]]
    shop_currency: str


@dataclass(frozen=True)
class Offered:
    """A priced change that can be accepted as it stands, and what it makes different."""

    public_id: str
    parts: tuple[tuple[str, Worked], ...]
    rows: tuple[ChangeRow, ...]


@blueprint.route("/returns/<rma>/change", methods=["GET", "POST"])
def change_return(rma: str) -> Response:
    """First the form as things stand; then what a change would make different; then the change."""
    known: Known | None = None
    try:
        known = _known(rma)
        if request.method == "GET":
            return _page(known)
        if request.form.get("verb") == "change":
            return _changed(known)
        wish = _wish(known)
        return _page(known, advice=EMPTY) if wish.empty_carts else _page(known, _priced(known, wish))
    except ShopifyError:
        return page_of(rma, refusal=AWAY, status=503)
    except OrderHidden:
        return page_of(rma, refusal=HIDDEN, status=409)
    except NotChangeable as late:
        return page_of(rma, refusal=sentence(late, language()), status=409)
    except Refused as failure:
        return _page(known, refusal=failure.said, status=422) if known else page_of(rma, refusal=failure.said)
    except REFUSALS as failure:
        said = sentence(failure, language())
        return _page(known, refusal=said, status=409) if known else page_of(rma, refusal=said, status=409)


def _known(rma: str) -> Known:
    """Raises NotChangeable, OrderHidden, ShopifyError."""
    now = adapters().clock.now()
    with adapters().database.read() as session:
        ret = mine_with_order(session, rma)
        barred = changes.bar(session, ret, BY)
    if barred is not None:
        raise NotChangeable(barred)
    returnable = changes_priced.order_at_shopify(shopify(), ret.order)
    with adapters().database.read() as session:
        seen = changes.see(session, mine_with_order(session, rma))
        ret, wish, free = seen.ret, seen.wish, seen.as_free(returnable)
        part = changes.part_of(session, ret, free, wish, BY, now, seen)
        asked = {"wish": wish, "without_group": part.groups, "surroundings": seen.surroundings}
        found = eligible(session, ret.order, free, part.noticed_at, **asked)
        lines = tuple(part.as_agreed(line) for line in found)
        return Known(ret, wish, lines, for_customer.sizes_of(session, ret.shop_id, lines), returnable.shop_currency)


def _priced(known: Known, wish: Wish) -> Offered:
    admin, now = shopify(), adapters().clock.now()
    quote = changes_priced.quote_of(adapters().database, admin, known.ret.id, wish, BY, now)
    with adapters().database.read() as session:
        ret = mine(session, known.ret.rma)
        return Offered(quote.public_id, parts_of(quote), change_rows(changes.compare(session, ret, quote)))


def _changed(known: Known) -> Response:
    """Accepts the quote that was shown, with the word to the shopper."""
    note = request.form.get("note", "").strip()
    if not note:
        raise Refused(NO_NOTE)
    shop_id, public_id = shop_row().id, request.form.get("quote", "")[:64]
    with adapters().database.read() as session:
        wanted = select(ReturnQuote).where(ReturnQuote.shop_id == shop_id, ReturnQuote.public_id == public_id)
        quote = session.scalar(wanted)
    if quote is None or changes.changes_of(quote) != known.ret.id:
        raise Refused(phrase("There is no such offer for this return. Work out the sums once more."))
    live = changes_priced.stock_of(shopify(), quote)
    with adapters().database.write() as session:
        changes.accept(session, shop_id, public_id, BY, adapters().clock.now(), staff=staff(), note=note, live=live)
    return go(f"/app/returns/{known.ret.rma}", did="change")


def _wish(known: Known) -> Wish:
    """What the form asks for; lines without a number of pieces are left out."""
    lines = tuple(
        _as_asked(found, known.wish) for line in known.lines if (found := chosen(request.form, line, NO_OUTCOME))
    )
    return with_goods(replace(known.wish, lines=lines), request.form)


def _as_asked(line: WishLine, stands: Wish) -> WishLine:
    """The line with what the shopper told of it when they asked; no way back chosen: theirs stays."""
    before = stands.line(line.fulfillment_line_id) or line
    return replace(
        before,
        quantity=line.quantity,
        outcome=line.outcome,
        replacement_variant_id=line.replacement_variant_id,
        method=line.method or before.method,
    )


def _page(
    known: Known,
    offered: Offered | None = None,
    refusal: Phrase | str | None = None,
    status: int = 200,
    advice: Phrase | None = None,
) -> Response:
    typed = request.form if request.form.get("verb") == "price" else {}
    with adapters().database.read() as session:
        shop_id, currency = known.ret.shop_id, known.shop_currency
        outcomes = outcomes_typed(typed, (line.fulfillment_line_id for line in known.lines))
        shelf = (
            shelf_typed(session, shop_id, currency, outcomes, typed)
            if typed
            else shelf_of(session, shop_id, currency, known.wish)
        )
    return show(
        "return_change.html",
        status,
        known=known,
        offered=offered,
        advice=advice,
        shelf=shelf,
        refusal=refusal,
        typed=typed,
        stands={line.fulfillment_line_id: line for line in known.wish.lines},
        outcomes=OUTCOMES,
        methods=WAYS_BACK,
        why=why_not,
        **WORDS,
    )
