"""The first two steps: which items, and why. From verdicts to what a shopper reads. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from shopify_app.i18n import Day, Phrase, phrase
from shopify_app.pages.moment import Here
from shopify_app.pages.parts import Link
from shopify_app.pages.return_goods import Goods, item
from shopify_app.pages.return_page import (
    Choice,
    ClosedItem,
    Flow,
    ItemsPage,
    Photo,
    PolicyInShort,
    Problems,
    ReasonLine,
    ReasonsPage,
    ReturnableItem,
)
from shopify_app.pages.texts import plain
from shopify_app.returns import explain
from shopify_app.returns.eligibility import EligibleLine
from shopify_app.returns.reasons import FinalSale, NotOffered
from shopify_app.returns.verdicts import Aspect, Terms, Verdict
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.wishes import Wish, WishLine
from shopify_app.settings.shape import PerLanguage, in_language

OFFERED = (
    Outcome.SHOP_NOW,
    Outcome.STORE_CREDIT,
    Outcome.PRODUCT_EXCHANGE,
    Outcome.VARIANT_EXCHANGE,
    Outcome.REFUND,
    Outcome.KEEP_ITEM,
)
"""What the portal carries through."""
REASON_WORDS: Mapping[str, Phrase] = {
    "size-too-small": phrase("Too small"),
    "size-too-large": phrase("Too large"),
    "uncomfortable": phrase("Not comfortable to wear"),
    "color": phrase("Not the colour I expected"),
    "style": phrase("I do not like the style"),
    "material": phrase("I do not like the material"),
    "changed-my-mind": phrase("I changed my mind"),
    "unwanted": phrase("I do not want it"),
    "found-a-better-price": phrase("I found a better price"),
    "bought-by-mistake": phrase("I bought it by mistake"),
    "arrived-too-late": phrase("It arrived too late"),
    "not-as-described": phrase("Not as described"),
    "damaged": phrase("It arrived damaged"),
    "defective": phrase("It does not work or came apart"),
    "missing-parts": phrase("Parts are missing"),
    "wrong-item": phrase("I received the wrong item"),
    "other": phrase("Another reason"),
}
"""Shopify's own reasons in our words; what a shop added keeps its name."""
_IN_SHORT = (Aspect.SHIPPING, Aspect.APPROVAL)


def offered_terms(verdict: Verdict) -> tuple[Terms, ...]:
    """The terms that the portal carries through."""
    return tuple(terms for outcome in OFFERED if (terms := verdict.terms_for(outcome)))


def may_choose(line: EligibleLine) -> bool:
    """Whether a shopper may pick the line: now, or for some of the reasons."""
    if line.fulfillment_line_id is None or line.quantity < 1:
        return False
    return bool(offered_terms(line.verdict) or line.helpful)


def by_item(problems: Problems, lines: Sequence[EligibleLine]) -> Problems:
    """`problems` of a step's form; what is said of several items in the same words names each of them."""
    sentences = [sentence for _, sentence in problems]
    names = {str(line.fulfillment_line_id): _name(line) for line in lines}

    def named(field: str, sentence: Phrase) -> Phrase:
        name = names.get(field.removesuffix("-own").rpartition("-")[2])
        said_once = sentences.count(sentence) == 1 or name is None
        return sentence if said_once else phrase("{item}: {problem}", item=name, problem=sentence)

    return [(field, named(field, sentence)) for field, sentence in problems]


def _name(line: EligibleLine) -> str:
    said = item(line.title, line.variant_title, 1, None)
    return ", ".join(part for part in (said.title, said.variant) if part)


def items_page(
    flow: Flow,
    lines: Sequence[EligibleLine],
    goods: Goods,
    typed: Mapping[int, int],
    here: Here,
    policy_url: str | None = None,
    running: tuple[Link, ...] = (),
    says: Mapping[str, PerLanguage] | None = None,
) -> ItemsPage:
    """`typed`: units chosen so far, by fulfilment line; `says`: the merchant's own words, by the rule's name."""
    open_lines = [line for line in lines if may_choose(line)]
    policy = in_short([line for line in open_lines if line.verdict.is_eligible], here, policy_url)
    items = tuple(_returnable(line, goods, typed) for line in open_lines)
    return ItemsPage(
        flow,
        *_said_once(policy, items),
        tuple(_closed(line, goods, says or {}, here) for line in lines if not may_choose(line)),
        running,
    )


def _said_once(
    policy: PolicyInShort, items: tuple[ReturnableItem, ...]
) -> tuple[PolicyInShort, tuple[ReturnableItem, ...]]:
    """The last days, which several items share, among what holds for all of them."""
    if len(items) < 2 or len({each.until for each in items}) > 1:
        return policy, items
    first, *rest = policy.sentences or (None,)
    sentences = tuple(filter(None, (first, *items[0].until, *rest)))
    return replace(policy, sentences=sentences), tuple(replace(each, until=()) for each in items)


def in_short(lines: Sequence[EligibleLine], here: Here, policy_url: str | None) -> PolicyInShort:
    """What holds for these lines, each sentence once; then what the merchant says of them."""
    if not lines:
        return PolicyInShort((), (), policy_url)
    said: list[Phrase] = []
    outcomes = [o for o in OFFERED if any(line.verdict.terms_for(o) for line in lines) and o is not Outcome.KEEP_ITEM]
    said.append(phrase("You can choose: {choices}.", choices=listed([explain.OUTCOMES[o] for o in outcomes])))
    for line in lines:
        for decision in line.verdict.decisions:
            wanted = decision.aspect is Aspect.BONUS and decision.part == Outcome.STORE_CREDIT
            if wanted and decision.sentence:
                name = explain.OUTCOMES[Outcome.STORE_CREDIT]
                said.append(phrase("{outcome}: {terms}", outcome=name, terms=decision.sentence))
        for decision in line.verdict.decisions:
            is_ours = decision.part in ("", *OFFERED)
            if decision.aspect in _IN_SHORT and is_ours and decision.sentence:
                said.append(decision.sentence)
        said += _free_for(line.verdict)
    words = [
        plain(text, 500)
        for line in lines
        for decision in line.verdict.decisions
        if (text := in_language(decision.own_words, here.language))
    ]
    return PolicyInShort(tuple(dict.fromkeys(said)), tuple(dict.fromkeys(words)), policy_url)


def _free_for(verdict: Verdict) -> list[Phrase]:
    """Which outcomes need no shipping fee, where others do."""
    terms = [each for each in offered_terms(verdict) if each.outcome is not Outcome.KEEP_ITEM]
    free = [explain.OUTCOMES[each.outcome] for each in terms if not each.shipping_fee]
    if not free or len(free) == len(terms):
        return []
    return [phrase("Return shipping is free for: {choices}.", choices=listed(free))]


def listed(names: Sequence[Phrase]) -> Phrase:
    """Names with commas between them."""
    said = names[0]
    for name in names[1:]:
        said = phrase("{before}, {name}", before=said, name=name)
    return said


def until(verdict: Verdict) -> tuple[Phrase, ...]:
    """The last day; where outcomes end on different days, one phrase a day, earliest first. Empty without a limit."""
    days: dict[date | None, list[Phrase]] = {}
    for terms in offered_terms(verdict):
        if terms.outcome is not Outcome.KEEP_ITEM:
            days.setdefault(terms.closes, []).append(explain.OUTCOMES[terms.outcome])
    if not days or list(days) == [None]:
        return ()
    if len(days) == 1:
        return (phrase("Return until {day}", day=Day(next(day for day in days if day))),)
    return tuple(
        phrase("{outcomes}: until {day}", outcomes=listed(names), day=Day(day))
        if day
        else phrase("{outcomes}: no time limit", outcomes=listed(names))
        for day, names in sorted(days.items(), key=lambda each: each[0] or date.max)
    )


def _returnable(line: EligibleLine, goods: Goods, typed: Mapping[int, int]) -> ReturnableItem:
    key = line.fulfillment_line_id or 0
    shown = item(line.title, line.variant_title, line.quantity, goods.picture(line.product_id, line.variant_id))
    unless = None
    if not line.verdict.is_eligible:
        why = explain.why(line.verdict.reasons[0]) if line.verdict.reasons else phrase("Not offered for this item.")
        helps = listed([phrase("{reason}", reason=reason_words(reason)) for reason in line.helpful[:5]])
        unless = phrase("{why} It can still come back for one of these reasons: {reasons}.", why=why, reasons=helps)
    return ReturnableItem(key, shown, line.quantity, typed.get(key, 0), until(line.verdict), unless)


def _closed(line: EligibleLine, goods: Goods, says: Mapping[str, PerLanguage], here: Here) -> ClosedItem:
    reason = line.verdict.reasons[0] if line.verdict.reasons else NotOffered()
    shown = item(line.title, line.variant_title, line.quantity, goods.picture(line.product_id, line.variant_id))
    rule = reason.rule if isinstance(reason, FinalSale | NotOffered) else ""
    words = in_language(says.get(rule, {}), here.language)
    return ClosedItem(shown, explain.why(reason), plain(words, 500))


def reason_words(handle: str, name: str = "") -> Phrase | str:
    """Our words for a reason of Shopify's, else the shop's own name for it."""
    return REASON_WORDS.get(handle) or plain(name, 120) or handle


def reasons_page(
    flow: Flow,
    lines: Sequence[EligibleLine],
    goods: Goods,
    wish: Wish,
    reasons: Sequence[tuple[str, str]],
    photos: Mapping[int, tuple[Photo, ...]],
    here: Here,
) -> ReasonsPage:
    """`reasons` are (handle, name) in the shop's order; `photos` by fulfilment line."""
    by_key = {line.fulfillment_line_id: line for line in lines}
    return ReasonsPage(
        flow,
        tuple(
            _reason_line(each, by_key[each.fulfillment_line_id], goods, reasons, photos, here)
            for each in wish.lines
            if each.fulfillment_line_id in by_key
        ),
    )


def _reason_line(
    chosen: WishLine,
    line: EligibleLine,
    goods: Goods,
    reasons: Sequence[tuple[str, str]],
    photos: Mapping[int, tuple[Photo, ...]],
    here: Here,
) -> ReasonLine:
    shown = item(line.title, line.variant_title, chosen.quantity, goods.picture(line.product_id, line.variant_id))
    is_restricted = not line.verdict.is_eligible
    allowed = [each for each in reasons if not is_restricted or each[0] in line.helpful]
    return ReasonLine(
        key=chosen.fulfillment_line_id,
        item=shown,
        reasons=tuple(Choice(h, reason_words(h, name), h == chosen.reason) for h, name in allowed),
        note=chosen.note or "",
        question=plain(in_language(line.verdict.question or {}, here.language), 500),
        answer=chosen.answer or "",
        needs_photos=line.verdict.needs_photos,
        photos=photos.get(chosen.fulfillment_line_id, ()),
        only=phrase("For this item, only these reasons count.") if is_restricted else None,
    )
