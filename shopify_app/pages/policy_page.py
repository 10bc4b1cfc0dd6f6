"""The returns policy as a page: what holds for everything at a glance, each exception, and questions with answers.

Made of a published version alone, so that it says what the portal will do; which order it is told for decides which
version.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from shopify_app.catalogue.names import names_of
from shopify_app.i18n import Day, Phrase, phrase
from shopify_app.orders.models import Order
from shopify_app.pages.return_items import OFFERED, REASON_WORDS
from shopify_app.pages.texts import plain
from shopify_app.returns import explain, published
from shopify_app.returns.amounts import SHOP, Rates
from shopify_app.returns.condition_words import Names
from shopify_app.returns.document import to_document
from shopify_app.returns.parcels import parcels as return_parcels
from shopify_app.returns.plain_words import PolicyWords, RuleWords, Telling, in_plain_words
from shopify_app.returns.rules import Policy, PolicyVersion, in_force
from shopify_app.returns.unfollowed import as_nobody_scans
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.windows import day_of
from shopify_app.settings.no_receipt import NoReceipt
from shopify_app.settings.shape import PerLanguage, in_language
from shopify_app.settings.store import load
from shopify_app.shopify.markets import MarketSnapshot
from shopify_app.shops import profile
from shopify_app.shops.models import Shop

CARRIED = tuple(each for each in OFFERED if each is not Outcome.KEEP_ITEM)
"""What can be chosen in the portal, as a policy speaks of it."""
EXCEPTIONS, QUESTIONS = phrase("Exceptions"), phrase("Questions and answers")
ALSO = phrase("Where more than one of these fits, the first that speaks of a point counts.")
_KEPT = 16
"""Tellings of one policy: currencies, names that Shopify changes, and all shops that are under the same preset."""
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True)
class Choice:
    """One thing to choose, until when, and on which terms."""

    name: Phrase
    days: Phrase
    lines: tuple[Phrase, ...]


@dataclass(frozen=True)
class SpecialCase:
    """An exception. `when`: phrases that must all fit, or the merchant's name for the rule; `own`: their sentence."""

    when: tuple[Phrase | str, ...]
    own: str
    lines: tuple[Phrase, ...]


@dataclass(frozen=True)
class Question:
    """A question that shoppers ask, answered."""

    asked: Phrase
    answers: tuple[Phrase, ...]


@dataclass(frozen=True)
class PolicyPage:
    """`order` is the name of the order whose version this is; None: what orders placed now are under. `start` is where
    a return begins, None where that cannot be done online."""

    headline: Phrase
    own: tuple[str, ...]
    choices: tuple[Choice, ...]
    cases: tuple[SpecialCase, ...]
    questions: tuple[Question, ...]
    version: Phrase
    order: str | None = None
    start: str | None = None


_GIFT_CARDS = SpecialCase((phrase("Gift cards"),), "", (phrase("Cannot be returned."),))
_NEVER_CASH = phrase("The bonus is a present from us: it buys something here and is never paid out.")
_WHICH = (
    phrase("An order is under the version that was in force when it was placed."),
    phrase("If we publish another one later, whatever in it is better for you holds too."),
    phrase("Rights that the law gives you stand beside this policy."),
)


def version_of(session: Session, order: Order) -> PolicyVersion:
    """The version that an order is under: the one stamped on it, else the one in force when it was placed."""
    versions = published.versions(session, order.shop_id)
    stamped = next((each for each in versions if each.number == order.policy_version), None)
    return stamped or in_force(versions, order.placed_at)


def policy_page(
    session: Session, shop: Shop, language: str, *, start: str | None = None, order: Order | None = None
) -> PolicyPage:
    """The newest version, or that of `order`, with the merchant's own sentences in `language`. At most six
    statements."""
    version = version_of(session, order) if order else published.newest(session, shop.id)
    telling = _telling(session, shop, version.policy, order)
    is_scanned = return_parcels.followed_by(session, shop.id) is not None
    page = page_of(version, telling, shop.timezone, language, is_scanned=is_scanned)
    return replace(page, start=start, order=plain(order.name, 64) if order else None)


def page_of(
    version: PolicyVersion, telling: Telling, zone: str, language: str, *, is_scanned: bool = True
) -> PolicyPage:
    """The page of a version. `zone`: the shop's (IANA), whose calendar says since when it is in force; `is_scanned`:
    whether anybody tells what carriers scan."""
    words = _words(version, telling, is_scanned)
    since = Day(day_of(version.published_at, zone or "UTC"), has_year=True)
    return PolicyPage(
        headline=words.headline,
        own=tuple(said for texts in words.own if (said := _own(texts, language))),
        choices=tuple(Choice(explain.OUTCOMES[each.terms.outcome], each.days, each.lines) for each in words.outcomes),
        cases=(*(_case(each, language) for each in words.exceptions), _GIFT_CARDS),
        questions=_questions(words),
        version=phrase("Version {number}, in force since {day}.", number=str(version.number), day=since),
    )


def _words(version: PolicyVersion, telling: Telling, is_scanned: bool) -> PolicyWords:
    """Made once for all who are told the same, and kept with the policy: of hundreds of rules each is held against
    each."""
    kept, asked = version.policy.words, (repr(telling), is_scanned)
    words = kept.get(asked)
    if words is None:
        read = version if is_scanned else replace(version, policy=as_nobody_scans(version.policy))
        words = in_plain_words(read, telling)
        if len(kept) >= _KEPT:
            kept.clear()
        kept[asked] = words
    return words


def _telling(session: Session, shop: Shop, policy: Policy, order: Order | None) -> Telling:
    """An order's amounts are in its own currency where all are written in it; else the shop's comes first, and then
    whatever else is named."""
    names = replace(_names(session, shop.id, policy), markets=_markets(shop))
    is_open = load(session, shop.id, NoReceipt).is_open
    amounts = [set(each) for each in _amounts(to_document(policy))]
    if order is None:
        told = (shop.currency, *sorted(set().union(*amounts) - {SHOP, shop.currency}))
    elif all(order.currency in each for each in amounts):
        told = (order.currency,)
    else:  # what is written in the shop's money is turned into the order's at a rate that only Shopify knows
        told = tuple(dict.fromkeys((order.shop_currency, order.currency)))
    own = order.shop_currency if order else shop.currency
    return Telling(tuple(Rates(each, own) for each in told), CARRIED, names, is_open)


def _amounts(document: Any) -> Iterable[dict[str, Any]]:
    """Each by its currencies: three capital letters are a key of amounts and of nothing else."""
    if isinstance(document, list):
        for each in document:
            yield from _amounts(each)
    elif isinstance(document, dict):
        if any(key == SHOP or _CURRENCY.fullmatch(key) for key in document):
            yield document
        for each in document.values():
            yield from _amounts(each)


def _names(session: Session, shop_id: int, policy: Policy) -> Names:
    """What the catalogue calls whatever the rules name by id."""
    rules = [rule.when for rule in policy.rules]
    found = names_of(
        session,
        shop_id,
        products={each for when in rules for each in when.product_ids or ()},
        variants={each for when in rules for each in when.variant_ids or ()},
        collections={each for when in rules for each in when.collection_ids or ()},
    )
    return Names(
        products={id: plain(title, 120) for id, title in found.products.items()},
        variants={id: plain(f"{title} ({own})", 160) for id, (title, own) in found.variants.items()},
        collections={id: plain(title, 120) for id, title in found.collections.items()},
        reasons=REASON_WORDS,
    )


def _markets(shop: Shop) -> dict[str, MarketSnapshot]:
    known = profile.markets(shop) or ()
    return {each.handle.casefold(): replace(each, name=plain(each.name, 120)) for each in known}


def _own(texts: PerLanguage, language: str) -> str:
    return plain(in_language(texts, language), 500)


def _case(words: RuleWords, language: str) -> SpecialCase:
    when = tuple(plain(each, 120) if isinstance(each, str) else each for each in words.when or (words.rule,))
    return SpecialCase(when, _own(words.own, language), words.lines)


def _questions(words: PolicyWords) -> tuple[Question, ...]:
    asked = (
        (phrase("How do I send something back?"), (*words.ways, *words.before)),
        (phrase("What does a return cost?"), words.fees),
        (phrase("When do I get my money, and how?"), words.money),
        (phrase("What is the bonus?"), (*words.bonus, *((_NEVER_CASH,) if words.bonus else ()))),
        (phrase("I have no order number. What now?"), words.without_receipt),
        (phrase("How are the days counted?"), words.counting),
        (phrase("Which policy holds for my order?"), _WHICH),
    )
    return tuple(Question(question, answers) for question, answers in asked if answers)
