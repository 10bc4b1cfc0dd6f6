"""What the merchant decides: one form, one verb, once.

A form carries the version of the return that its reader saw; one that is older changes nothing and gets the present
state. What Shopify has to say (stock of a replacement) is read before the transaction begins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from flask import Response, request

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, language, say, staff
from shopify_app.admin.people import require
from shopify_app.admin.returns import balance, goods, inspection, papers
from shopify_app.admin.returns.asked import Asked, Refused
from shopify_app.admin.returns.case import what_changed
from shopify_app.admin.returns.door import mine, page_of
from shopify_app.customers.models import Customer
from shopify_app.i18n import Phrase, phrase
from shopify_app.returns import requests, stock
from shopify_app.returns.plainly import REFUSALS, STALE, sentence
from shopify_app.returns.reception import NoSuchUnits, WrongPercent
from shopify_app.returns.standing import NobodyNamed, put
from shopify_app.returns.states import Actor, ReturnState
from shopify_app.returns.vocabulary import Standing
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shopify.return_snapshots import VariantStock
from shopify_app.shopify.transport import WEB
from shopify_app.shops.staff import Right

AWAY = phrase("Shopify does not answer just now, and this needs its word. Nothing was done; try again in a minute.")
GONE = phrase(
    "The replacement is out of stock in Shopify, so the return was not approved. The shopper has been asked to choose "
    "another; nothing turns into a refund by itself."
)
BY = Actor.MERCHANT
RESERVED = frozenset({"settle", "waive", "take_back"})
"""Verbs that move money by hand: the owner may keep them for some."""


@blueprint.post("/returns/<rma>")
def decide(rma: str) -> Response:
    """Carries out one verb; refused or stale, the page says so and shows how things stand."""
    request.max_content_length = inspection.MOST_UPLOAD
    verb = request.form.get("verb", "")
    if verb in RESERVED:
        require(Right.SETTLE)
    if verb not in VERBS:
        return page_of(rma, refusal="There is nothing like that to do with a return.", status=400)
    try:
        live = _live(rma) if verb == "approve" else None
        refusal = _carried_out(rma, verb, live)
    except ShopifyError:
        return page_of(rma, refusal=AWAY, status=503)
    except Refused as failure:
        return page_of(rma, refusal=failure.said, status=409)
    except (NoSuchUnits, WrongPercent) as failure:
        return page_of(rma, refusal=goods.why(failure), status=409)
    except REFUSALS as failure:
        return page_of(rma, refusal=sentence(failure, language()), status=409)
    if refusal:
        return page_of(rma, refusal=refusal, status=409)
    return go(f"/app/returns/{rma}", did=verb)


def _carried_out(rma: str, verb: str, live: Mapping[int, VariantStock] | None) -> Phrase | None:
    """In one transaction; a sentence where the verb wrote something and yet was not carried out."""
    with adapters().database.write() as session:
        ret = mine(session, rma)
        session.refresh(ret, with_for_update=True)
        if str(ret.version) != request.form.get("version"):
            raise Refused(f"{say(STALE)} {what_changed(session, ret)}".strip())
        return VERBS[verb](Asked(session, ret, request.form, staff(), adapters().clock.now(), live))


def _live(rma: str) -> Mapping[int, VariantStock] | None:
    """Shopify's stock of what this return promises as replacement."""
    with adapters().database.read() as session:
        ret = mine(session, rma)
        wanted = stock.promised(session, ret)
    if not wanted or ret.state not in {ReturnState.REQUESTED, ReturnState.MORE_WANTED}:
        return None
    return adapters().admin(shop_row().id, WEB).variant_stock(sorted(wanted))


def _approve(asked: Asked) -> Phrase | None:
    word = requests.approve(asked.session, asked.ret, BY, asked.now, staff=asked.staff, live=asked.live)
    return None if word.is_approved else GONE


def _decline(asked: Asked) -> None:
    if asked.word("reason") not in requests.DECLINE_REASONS:
        raise Refused(phrase("Choose a reason."))
    if not asked.word("note"):
        raise Refused(phrase("Tell the shopper why, in a sentence."))
    requests.decline(
        asked.session, asked.ret, asked.word("reason"), asked.word("note"), BY, asked.now, staff=asked.staff
    )


def _ask_more(asked: Asked) -> None:
    requests.ask_more(asked.session, asked.ret, asked.word("question"), BY, asked.now, staff=asked.staff)


def _answer(asked: Asked) -> None:
    requests.answer(asked.session, asked.ret, asked.word("text"), asked.now)


def _cancel(asked: Asked) -> None:
    requests.cancel(asked.session, asked.ret, BY, asked.now, staff=asked.staff)


def _reopen(asked: Asked) -> None:
    requests.reopen(asked.session, asked.ret, BY, asked.now, staff=asked.staff)


def _note(asked: Asked) -> None:
    requests.add_note(asked.session, asked.ret, asked.word("text"), BY, asked.now, staff=asked.staff)


def _stand(standing: Standing) -> Callable[[Asked], None]:
    def put_there(asked: Asked) -> None:
        order = asked.ret.order
        customer = asked.session.get(Customer, order.customer_id) if order.customer_id else None
        try:
            put(
                asked.session,
                asked.ret.shop_id,
                standing,
                asked.staff,
                asked.now,
                customer_id=customer.shopify_id if customer else None,
                email=order.email,
            )
        except NobodyNamed as failure:
            raise Refused(phrase("This order has neither a customer nor an address to recognise them by.")) from failure

    return put_there


VERBS: Mapping[str, Callable[[Asked], Phrase | None]] = MappingProxyType(
    {
        "approve": _approve,
        "decline": _decline,
        "ask_more": _ask_more,
        "answer": _answer,
        "cancel": _cancel,
        "reopen": _reopen,
        "note": _note,
        "block": _stand(Standing.BLOCKED),
        "allow": _stand(Standing.ALLOWED),
        "unlist": _stand(Standing.NEITHER),
        "receive": goods.receive,
        "missing": goods.missing,
        "take_back_receipt": goods.take_back_receipt,
        "inspect": goods.inspect,
        "dispose": goods.dispose,
        "deliver": goods.deliver,
        "label": papers.add_label,
        "label_off": papers.take_label_back,
        "label_anew": papers.buy_label_anew,
        "ask_inspection": inspection.ask_inspection,
        "decide_appeal": goods.decide_appeal,
        "sent_back": inspection.sent_back,
        "waive": balance.waive,
        "remind": balance.remind,
        "extend": balance.extend,
        "drop_exchange": balance.drop_exchange,
        "settle": goods.settle_now,
        "retry": goods.retry,
        "resolve": goods.resolve,
        "take_back": goods.take_back,
    }
)
"""Every verb of the page by the name that its form sends."""
