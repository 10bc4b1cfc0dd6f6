"""Trying the draft on one order: per line what the draft says and what is in force says, and which rules were asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, request

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import language, show
from shopify_app.admin.policy import words
from shopify_app.admin.policy.desk import Desk, desk, shelf
from shopify_app.admin.policy.voice import number
from shopify_app.i18n import Country, Day, Phrase, phrase
from shopify_app.returns import explain
from shopify_app.returns.policy import CHOICES
from shopify_app.returns.reasons import LineReason, NotOffered, OutsideWindow, TooEarly
from shopify_app.returns.subjects import Subject
from shopify_app.returns.verdicts import Terms, Verdict
from shopify_app.returns.vocabulary import Method, Outcome
from shopify_app.returns.windows import day_of
from shopify_app.returns.writing.simulation import Question, Ruled, Side, Tried, TriedLine, TriedOrder, tried
from shopify_app.zones import zone_named


@dataclass(frozen=True)
class Said:
    """What one policy says of one outcome: its terms or why not, and the rule that decided, empty where none did."""

    words: str
    is_offered: bool
    rule: str


@dataclass(frozen=True)
class OutcomeRow:
    """One outcome under both policies."""

    name: Phrase
    in_force: Said
    draft: Said

    @property
    def differs(self) -> bool:
        return (self.in_force.words, self.in_force.is_offered) != (self.draft.words, self.draft.is_offered)


@dataclass(frozen=True)
class RuleAsked:
    """A rule that was asked: `why` it does not apply, each clause with what is so instead; empty where it applies."""

    place: int
    name: str
    why: tuple[str, ...]
    decides: int


@dataclass(frozen=True)
class LineTold:
    """A line as it is shown."""

    title: str
    quantity: int
    rows: tuple[OutcomeRow, ...]
    more: tuple[tuple[Phrase, str, str], ...]
    asked: tuple[RuleAsked, ...]
    asked_in_force: tuple[RuleAsked, ...]


@blueprint.get("/returns/policy/try")
def try_order() -> Response:
    """The question, and its answer once an order is named."""
    typed = " ".join(request.args.get("order", "").split())[:64]
    today = day_of(adapters().clock.now(), shop_row().timezone or "UTC")
    day, is_day = _day(request.args.get("day", ""), today)
    reason, method = request.args.get("reason") or None, request.args.get("method", "")
    with adapters().database.read() as session:
        here = desk(session)
        reasons = shelf(session).reasons()
    way = Method(method) if method in set(Method) else None
    asked = Question(typed, day, reason if reason in dict(reasons) else None, way)
    found = _tried(here, asked) if typed and is_day else None
    error = phrase("No order of this number is known. Type it as Shopify shows it, like #1042.")
    return show(
        "policy/try.html",
        422 if typed and (found is None) else 200,
        here=here,
        asked=asked,
        typed_day=day.isoformat() if is_day else request.args.get("day", "")[:20],
        day_error=None if is_day else phrase("Choose a day."),
        order_error=error if typed and is_day and found is None else None,
        found=found,
        lines=[_told(here, each) for each in found.lines] if found else [],
        reasons=reasons,
        methods=words.METHODS.items(),
    )


def _tried(here: Desk, asked: Question) -> TriedOrder | None:
    policies = here.draft.newest.policy, here.draft.policy
    return tried(adapters().database, shop_row(), *policies, asked)


def _day(text: str, today: date) -> tuple[date, bool]:
    if not text:
        return today, True
    try:
        return date.fromisoformat(text), True
    except ValueError:
        return today, False


def _told(here: Desk, line: TriedLine) -> LineTold:
    outcomes = (*CHOICES, Outcome.KEEP_ITEM)
    rows = [
        OutcomeRow(words.OUTCOMES[each], _said(line.in_force, each), _said(line.draft, each))
        for each in outcomes
        if each is not Outcome.KEEP_ITEM or any(side.verdict.terms_for(each) for side in (line.in_force, line.draft))
    ]
    return LineTold(
        title=line.title,
        quantity=line.quantity,
        rows=tuple(rows),
        more=tuple(_more(line)),
        asked=_asked(here, line.draft, line.subject),
        asked_in_force=_asked(here, line.in_force, line.subject),
    )


def _said(side: Side, outcome: Outcome) -> Said:
    verdict, spoken = side.verdict, language()
    terms, ruled = verdict.terms_for(outcome), side.ruled.get(outcome, Ruled(True, ()))
    if terms is None:
        reason = verdict.why_not(outcome) if ruled.is_offered else NotOffered()
        said = spoken.say(_why_not(reason)) if reason else "–"
        return Said(said, False, ", ".join(ruled.rules))
    return Said("; ".join(spoken.say(each) for each in _terms(terms)), True, ", ".join(ruled.rules))


def _terms(terms: Terms) -> Iterator[Phrase]:
    """What an outcome comes to, in the merchant's words."""
    yield phrase("until {day}", day=Day(terms.closes, has_year=True)) if terms.closes else phrase("no time limit")
    if terms.bonus is not None:
        flat, percent = terms.bonus.flat, number(terms.bonus.percent)
        yield phrase("bonus {amount}", amount=flat) if flat else phrase("bonus {percent} %", percent=percent)
    if terms.restocking_percent:
        yield phrase("restocking fee {percent} %", percent=number(terms.restocking_percent))
    if terms.shipping_fee:
        yield phrase("return shipping {amount}", amount=terms.shipping_fee)
    if terms.keep_below is not None:
        yield phrase("refund without sending back below {amount}", amount=terms.keep_below)
    yield phrase("money moves {when}", when=words.EVENTS[terms.money_event])


def _why_not(reason: LineReason) -> Phrase:
    if isinstance(reason, OutsideWindow):
        return phrase("over since {day}", day=Day(reason.last_day, has_year=True))
    if isinstance(reason, NotOffered):
        return phrase("not offered")
    if isinstance(reason, TooEarly):
        return phrase("not before {day}", day=Day(reason.first_day, has_year=True))
    return explain.why(reason)


def _more(line: TriedLine) -> list[tuple[Phrase, str, str]]:
    """What holds for the line whatever is chosen; nothing where nothing can be."""
    verdicts = line.in_force.verdict, line.draft.verdict
    if not any(verdict.is_eligible for verdict in verdicts):
        return []
    said = {
        name: [ask(verdict) if verdict.is_eligible else "–" for verdict in verdicts]
        for name, ask in _OF_THE_LINE.items()
    }
    return [(words.EFFECTS[name], in_force, draft) for name, (in_force, draft) in said.items()]


def _methods(verdict: Verdict) -> str:
    return ", ".join(language().say(words.METHODS[each]) for each in verdict.methods) or "–"


def _yes_no(value: bool) -> str:
    return language().say(phrase("yes") if value else phrase("no"))


_OF_THE_LINE: Mapping[str, Callable[[Verdict], str]] = {
    "methods": _methods,
    "approval": lambda verdict: language().say(words.APPROVALS[verdict.approval]),
    "photos": lambda verdict: _yes_no(verdict.needs_photos),
    "merchant_at_fault": lambda verdict: _yes_no(verdict.merchant_at_fault),
}


def _asked(here: Desk, side: Side, subject: Subject) -> tuple[RuleAsked, ...]:
    return tuple(_why(here, each, subject) for each in side.rules)


def _why(here: Desk, asked: Tried, subject: Subject) -> RuleAsked:
    spoken = language()
    clauses = dict(here.teller.conditions(asked.rule.when))
    why = []
    for name in asked.unmet:
        fact = _fact(here, name, subject)
        said = spoken.say(phrase("it asks that {clause}", clause=clauses[name]))
        why.append(f"{said} ({spoken.say(phrase('here: {fact}', fact=fact))})" if fact else said)
    return RuleAsked(asked.place, asked.rule.name, tuple(why), asked.decides)


def _fact(here: Desk, name: str, subject: Subject) -> str:
    """What is so instead, where a word can say it."""
    spoken, line, order, customer = language(), subject.line, subject.order, subject.customer
    if name in _CUSTOMER and customer is None:
        return spoken.say(phrase("the customer is a guest"))
    known: dict[str, Any] = {
        "product_tags": sorted(line.product_tags),
        "product_types": line.product_type,
        "vendors": line.vendor,
        "price_paid": line.price_paid,
        "countries": Country(order.country) if order.country else None,
        "markets": sorted(here.teller.names.name("markets", each) for each in order.markets),
        "channels": order.channel,
        "order_value": order.value,
        "order_date": spoken.full_day(order.placed_at.astimezone(zone_named(order.zone)).date()),
        "discount_codes": sorted(order.discount_codes),
        "customer_tags": sorted(customer.tags) if customer else None,
        "order_count": customer and customer.order_count,
        "return_count": customer and customer.return_count,
        "reasons": here.teller.names.name("reasons", subject.notice.reason) if subject.notice.reason else None,
    }
    if name not in known:
        return ""
    value = known[name]
    if value in (None, "", []):
        return spoken.say(phrase("none"))
    return ", ".join(value) if isinstance(value, list) else spoken.show(value)


_CUSTOMER = ("customer_tags", "customer_lists", "order_count", "return_count", "return_value", "bonus_received")
