"""One order under two policies, on one day: what each says of each line, by which rule, and why not by an earlier one.

Read from our rows alone, as a rehearsal reads them; nothing is asked of Shopify and nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from shopify_app.db import Database
from shopify_app.orders.models import Order
from shopify_app.orders.projection import number_key
from shopify_app.returns.conditions import Conditions
from shopify_app.returns.policy import CHOICES, check
from shopify_app.returns.reading import Reading
from shopify_app.returns.rehearsal.rehearse import asks_for_record
from shopify_app.returns.rehearsal.rows import ORDER, Holdings, Pictures
from shopify_app.returns.rules import Policy, PolicyVersion, Rule
from shopify_app.returns.subjects import Notice, Subject
from shopify_app.returns.verdicts import Aspect, Verdict
from shopify_app.returns.vocabulary import Method, Outcome
from shopify_app.settings.shape import but
from shopify_app.shops.models import Shop
from shopify_app.zones import zone_named

_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Question:
    """What is asked: an order by its number, on the shop's calendar `day`, for a reason (handle) and a way back."""

    number: str
    day: date
    reason: str | None = None
    method: Method | None = None


@dataclass(frozen=True)
class Tried:
    """A rule that was asked. `unmet`: names of its conditions that do not hold; empty: it applies. `decides`: how many
    of the verdict's decisions are its own."""

    place: int
    rule: Rule
    unmet: tuple[str, ...]
    decides: int


@dataclass(frozen=True)
class Ruled:
    """Whether an outcome is offered at all, on whatever day, and the rules that said so and until when."""

    is_offered: bool
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """What one policy says of a line."""

    verdict: Verdict
    rules: tuple[Tried, ...]
    ruled: Mapping[Outcome, Ruled]


@dataclass(frozen=True)
class TriedLine:
    """One line of one parcel; `subject` is what the policies looked at."""

    title: str
    quantity: int
    subject: Subject
    in_force: Side
    draft: Side


@dataclass(frozen=True)
class TriedOrder:
    """`not_sent`: titles of lines that have no parcel yet, so that no day of theirs can be told. `stamped` is the
    version that the order carries; None while none was written on it."""

    name: str
    shopify_id: int
    placed_at: datetime
    stamped: int | None
    lines: tuple[TriedLine, ...]
    not_sent: tuple[str, ...]


def tried(database: Database, shop: Shop, in_force: Policy, draft: Policy, asked: Question) -> TriedOrder | None:
    """The newest order of that number under both policies, each as if alone in force; None where there is none.

    `Question.number` may be written as Shopify shows it (``#1042``). At most eight statements.
    """
    with database.read() as session:
        row = session.execute(
            select(*ORDER, Order.policy_version)
            .where(Order.shop_id == shop.id, Order.number == number_key(asked.number)[:64], Order.deleted_at.is_(None))
            .order_by(Order.placed_at.desc())
            .limit(1)
        ).one_or_none()
        if row is None:
            return None
        has_to_know = any(asks_for_record(policy) for policy in (in_force, draft))
        holdings = Holdings(database, shop, row.placed_at, row.placed_at, has_to_know)
        pictures = holdings.pictures(session, [row])
    sides = tuple(PolicyVersion(1, _ALWAYS, policy.in_use()) for policy in (in_force, draft))
    lines = tuple(_lines(pictures, row.id, sides, asked, zone_named(shop.timezone)))
    waiting = [
        line.title for key, line in pictures.lines.items() if key not in pictures.parcels and line.current_quantity > 0
    ]
    return TriedOrder(row.name, row.shopify_id, row.placed_at, row.policy_version, lines, tuple(waiting))


def _lines(
    pictures: Pictures, order_id: int, sides: tuple[PolicyVersion, ...], asked: Question, zone: ZoneInfo
) -> list[TriedLine]:
    noticed = datetime.combine(asked.day, time(12), zone).astimezone(UTC)
    notice = Notice(noticed, asked.reason, asked.method)
    found = []
    for key, parcels in pictures.parcels.items():
        for _, facts in parcels:
            subject = pictures.subject(order_id, facts, notice)
            in_force, draft = (_side(each, subject) for each in sides)
            found.append(TriedLine(pictures.lines[key].title, facts.returnable, subject, in_force, draft))
    return found


def _side(version: PolicyVersion, subject: Subject) -> Side:
    verdict = check((version,), subject)
    transit = version.policy.transit_days(subject.order.country)
    ruled = _ruled(version, subject)
    named = [rule for each in ruled.values() for rule in each.rules]
    named += [each.rule for each in verdict.decisions if each.aspect not in (Aspect.OUTCOME, Aspect.WINDOW)]
    rules = tuple(
        Tried(place, rule, unmet(rule.when, subject, transit), named.count(rule.name))
        for place, rule in enumerate(version.policy.rules, start=1)
    )
    return Side(verdict, rules, ruled)


def _ruled(version: PolicyVersion, subject: Subject) -> dict[Outcome, Ruled]:
    reading, found = Reading(version, subject), {}
    for outcome in CHOICES:
        offered = reading.of(Aspect.OUTCOME, outcome)
        window = reading.of(Aspect.WINDOW, outcome) if offered.value else offered
        rules = tuple(dict.fromkeys(each.rule for each in (offered, window) if each.rule))
        found[outcome] = Ruled(bool(offered.value), rules)
    return found


def unmet(when: Conditions, subject: Subject, transit_days: int) -> tuple[str, ...]:
    """Names of the conditions that do not hold for `subject`."""
    asked: dict[str, Any] = {each.name: getattr(when, each.name) for each in fields(when)}
    alone = {name: but(Conditions(), **{name: value}) for name, value in asked.items() if value is not None}
    return tuple(name for name, condition in alone.items() if not condition.hold(subject, transit_days))
