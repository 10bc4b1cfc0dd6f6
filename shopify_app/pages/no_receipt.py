"""Without an order number, as a shopper reads it: which product, what we need to know, the code, how it stands.

What can be had is said before anything is asked: a normal return where we find the order, else what the policy gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from shopify_app.crypto import Keyring
from shopify_app.i18n import Day, Phrase, phrase
from shopify_app.money import Money
from shopify_app.pages.parts import Item, Link, Mood, Picture
from shopify_app.pages.return_goods import item
from shopify_app.pages.return_items import REASON_WORDS
from shopify_app.pages.return_start import CodePage
from shopify_app.pages.texts import plain
from shopify_app.pages.withdrawal_page import masked
from shopify_app.returns.no_receipt.models import NoReceiptRequest, RequestState
from shopify_app.returns.no_receipt.words import (
    KEEP_IT,
    NORMAL_RETURN,
    SOMEBODY_ELSE,
    WE_LOOK,
    usable,
    waits_for_account,
)
from shopify_app.shops.models import Shop
from shopify_app.texts import several_lines

BASE = "returns/no-receipt"
PURPOSE = "no-receipt"
_SAME = {"changed-my-mind": "unwanted"}
"""Two handles of Shopify's that say much the same: one is enough to choose from."""
REASONS: tuple[tuple[str, Phrase], ...] = tuple(
    (handle, words) for handle, words in REASON_WORDS.items() if handle not in _SAME
)


@dataclass(frozen=True)
class Found:
    """A product that fits what was typed."""

    title: str
    picture: Picture | None
    url: str


@dataclass(frozen=True)
class SearchPage:
    """`query` empty: nothing was looked for yet. `more`: there are others, a longer word finds them."""

    action: str
    query: str
    found: tuple[Found, ...]
    more: bool


@dataclass(frozen=True)
class Typed:
    """What was written into the form, as it was written."""

    variant: str = ""
    quantity: str = "1"
    reason: str = ""
    bought: str = ""
    name: str = ""
    email: str = ""


@dataclass(frozen=True)
class AskPage:
    """The form about one product. `variants` are (id, name), empty where there is one only; `typed` gives back what was
    written when something is missing; `gives` says what can be had without an order."""

    action: str
    back: str
    item: Item
    variants: tuple[tuple[int, str], ...]
    most: int
    gives: tuple[Phrase, ...]
    needs_paper: bool
    typed: Typed
    problems: tuple[tuple[str, Phrase], ...] = ()
    reasons: tuple[tuple[str, Phrase], ...] = REASONS

    def problem(self, field: str) -> Phrase | None:
        """What is wrong with a field."""
        return next((sentence for name, sentence in self.problems if name == field), None)


@dataclass(frozen=True)
class StandingPage:
    """How a request stands. `said` is the shop's own words."""

    number: str
    title: Phrase
    lines: tuple[Phrase, ...]
    item: Item
    mood: Mood
    icon: str
    said: tuple[str, ...] = ()
    next: Link | None = None


def prove_page(address: str, action: str, problem: Phrase | None = None, notice: Phrase | None = None) -> CodePage:
    """Where six digits are asked for; `address` is shown in part."""
    lead = phrase(
        "We have sent six digits to {address}. They work for ten minutes, and then your request is sent in.",
        address=address,
    )
    over, send = phrase("Return without an order number"), phrase("Send it in")
    return CodePage(over, action, f"{action}/again", problem, notice, lead, send)


def status_key(keyring: Keyring, request: NoReceiptRequest) -> str:
    """The key of the status page, for the mail and for whoever has just typed the code."""
    return keyring.sign(PURPOSE, {"s": request.shop_id, "n": request.id})


def key_facts(keyring: Keyring, key: str, now: datetime) -> tuple[int, int]:
    """(shop id, request id) of a genuine key; raises BadToken."""
    facts = keyring.unsign(PURPOSE, key, now)
    return facts["s"], facts["n"]


def status_address(keyring: Keyring, shop: Shop, request: NoReceiptRequest) -> str:
    """The whole address of the status page on the shop's own domain, for mails."""
    return f"{shop.storefront_url}{shop.proxy_path}/{BASE}/r/{status_key(keyring, request)}"


def standing(
    request: NoReceiptRequest, picture: Picture | None, zone: ZoneInfo, *, account: str, found: Link | None
) -> StandingPage:
    """`account` is where one signs in at the shop; `found` leads to the return, where it is the reader's to see."""
    title, lines, mood, icon = _said(request, zone, found is not None)
    next = found
    if request.state == RequestState.ACCOUNT_WANTED:
        next = Link(phrase("Create an account or sign in"), account)
    elif request.state == RequestState.CREDITED:
        next = Link(phrase("See your store credit"), account)
    return StandingPage(
        number=request.number or "",
        title=title,
        lines=lines,
        item=shown_item(request, picture),
        mood=mood,
        icon=icon,
        said=several_lines(request.decline_note or "", 2000),
        next=next,
    )


def shown_item(request: NoReceiptRequest, picture: Picture | None) -> Item:
    """What it is about."""
    return item(request.title, request.variant_title, request.quantity, picture)


def amount_of(request: NoReceiptRequest) -> Money:
    """The credit that was granted."""
    return Money(request.amount or 0, request.currency or "")


def last_day(request: NoReceiptRequest, zone: ZoneInfo) -> Day | None:
    """The last day on which the credit can be spent."""
    ends = request.credit_expires_at
    return Day(ends.astimezone(zone).date(), has_year=True) if ends else None


def _said(request: NoReceiptRequest, zone: ZoneInfo, is_theirs: bool) -> tuple[Phrase, tuple[Phrase, ...], Mood, str]:
    amount = amount_of(request)
    match RequestState(request.state):
        case RequestState.MATCHED:
            lines = (NORMAL_RETURN,) if is_theirs else (NORMAL_RETURN, SOMEBODY_ELSE)
            return phrase("We have found the order"), lines, Mood.JOY, "check"
        case RequestState.ACCOUNT_WANTED:
            title = phrase("{amount} store credit waits for you", amount=amount)
            return title, waits_for_account(masked(request.email) or "·"), Mood.LOOK, "clock"
        case RequestState.ACCEPTED:
            return phrase("{amount} store credit is on its way", amount=amount), (), Mood.CALM, "clock"
        case RequestState.CREDITED:
            title = phrase("You have {amount} in store credit", amount=amount)
            return title, usable(last_day(request, zone)), Mood.JOY, "check"
        case RequestState.HANDLED:
            line = phrase("A person of our team has seen to it and writes to you.")
            return phrase("Your request is settled"), (line,), Mood.CALM, "check"
        case RequestState.DECLINED:
            return phrase("We cannot take it back"), (), Mood.LOOK, "alert"
    return phrase("We have your request"), (WE_LOOK, KEEP_IT), Mood.CALM, "clock"


def products_found(rows: Sequence[tuple[str, Picture | None, str]]) -> tuple[Found, ...]:
    """Products as the search shows them: title, picture, address."""
    return tuple(Found(plain(title, 160) or "·", picture, url) for title, picture, url in rows)
