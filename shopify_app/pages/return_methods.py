"""How goods can travel back, and where to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.pages.parts import Item
from shopify_app.pages.return_goods import item
from shopify_app.pages.return_page import Flow, Way
from shopify_app.pages.texts import plain
from shopify_app.returns import explain
from shopify_app.returns.eligibility import EligibleLine
from shopify_app.returns.vocabulary import Method, Outcome
from shopify_app.returns.wishes import Wish, WishLine
from shopify_app.settings.returns import Returns
from shopify_app.settings.shape import in_language


@dataclass(frozen=True)
class MethodChoice:
    value: str
    label: Phrase
    lines: tuple[Phrase | str, ...] = ()
    address: tuple[str, ...] = ()
    is_chosen: bool = False


@dataclass(frozen=True)
class MethodLine:
    """One item of several that may travel on its own way."""

    key: int
    item: Item
    choices: tuple[MethodChoice, ...]
    chosen: str = ""


@dataclass(frozen=True)
class MethodPage:
    flow: Flow
    choices: tuple[MethodChoice, ...]
    instructions: tuple[str, ...] = ()
    lines: tuple[MethodLine, ...] = ()


FROM_A_PROVIDER = frozenset({Method.LABEL, Method.QR})
"""Papers that a person of the shop has to send: offered where nothing else is, but for labels that are bought."""
_HOW: dict[Method, tuple[Phrase, ...]] = {
    Method.LABEL: (phrase("We send you the label by e-mail once the return is approved."),),
    Method.QR: (phrase("We send you the code by e-mail once the return is approved."),),
    Method.PICK_UP: (phrase("We agree a day with you once the return is approved."),),
}


def methods_for(line: WishLine, known: EligibleLine) -> tuple[Method, ...]:
    """The ways that are offered for an item."""
    if line.outcome is Outcome.KEEP_ITEM:
        return (Method.NONE,)
    allowed = known.verdict.methods or (Method.OWN_CARRIER,)
    by_hand = FROM_A_PROVIDER - ({Method.LABEL} if known.has_labels else set())
    at_hand = tuple(method for method in allowed if method not in by_hand)
    return at_hand or allowed


def method_page(
    flow: Flow, wish: Wish, lines: Mapping[int, EligibleLine], settings: Returns, language: str
) -> MethodPage:
    """Ways for all items together, and for each where they differ or there is a choice. A way that is the only one is
    marked: it is a fact, not an offer."""
    known = [(line, lines[line.fulfillment_line_id]) for line in wish.lines if line.fulfillment_line_id in lines]
    sent = [(line, each) for line, each in known if line.outcome is not Outcome.KEEP_ITEM]
    ways = [methods_for(line, each) for line, each in sent]
    common = [method for method in Method if ways and all(method in each for each in ways)]
    chosen = {line.method for line, _ in sent}
    together = chosen.pop() if len(chosen) == 1 else None
    units = sum(line.quantity for line, _ in sent)
    each_own = len(sent) > 1 and (not common or any(len(each) > 1 for each in ways))
    return MethodPage(
        flow,
        tuple(method_choice(m, settings, units, m is together or (len(common) == 1 and not each_own)) for m in common),
        instructions([method for each in ways for method in each], settings, language),
        tuple(_line(line, each, settings, together is None) for line, each in sent) if each_own else (),
    )


def method_choice(method: Method, settings: Returns, units: int, is_chosen: bool = False) -> MethodChoice:
    """One way for that many pieces, with where they go."""
    where = address(method, settings)
    lines = _HOW.get(method, ())
    if method is Method.NONE:
        lines = (phrase_n("Please keep the item.", "Please keep the items.", units),)
    if method is Method.OWN_CARRIER:
        lines = (phrase("Send it to:"),) if where else (phrase("We tell you where to send it once we have said yes."),)
    return MethodChoice(method, explain.METHODS[method], lines, where, is_chosen)


def address(method: Method, settings: Returns) -> tuple[str, ...]:
    """Where the goods go on this way, as far as it is known yet."""
    text = settings.store_addresses if method is Method.IN_STORE else settings.return_address
    if method not in (Method.OWN_CARRIER, Method.IN_STORE):
        return ()
    return tuple(line for part in text.splitlines() if (line := plain(part, 200)))


def ways_of(methods: Iterable[Method], settings: Returns) -> tuple[Way, ...]:
    """The different ways of a return's items, each with its address; what is kept goes none."""
    travelling = [method for method in dict.fromkeys(methods) if method is not Method.NONE]
    return tuple(Way(explain.METHODS[method], address(method, settings)) for method in travelling)


def instructions(methods: Iterable[Method], settings: Returns, language: str) -> tuple[str, ...]:
    """What the merchant says about packing; nothing where all is brought by hand, or kept."""
    if not set(methods) - {Method.NONE, Method.IN_STORE}:
        return ()
    text = in_language(settings.instructions, language) or ""
    return tuple(line for part in text.splitlines() if (line := plain(part, 500)))


def _line(line: WishLine, known: EligibleLine, settings: Returns, is_own: bool) -> MethodLine:
    ways = methods_for(line, known)
    chosen = str(line.method or "") if is_own else ""
    return MethodLine(
        line.fulfillment_line_id,
        item(known.title, known.variant_title, line.quantity, None),
        tuple(method_choice(method, settings, line.quantity, is_own and method is line.method) for method in ways),
        chosen,
    )
