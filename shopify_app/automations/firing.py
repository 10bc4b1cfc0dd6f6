"""What an event sets off: which rules fire, once for each event, and what each is to do.

Judging only reads, with no transaction open; firing writes what was judged, and may be repeated: a rule fires once for
an event, whoever comes and however often.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from shopify_app.automations import versions
from shopify_app.automations.actions import written_action
from shopify_app.automations.facts import Happened, Reader
from shopify_app.automations.models import Effect, Firing
from shopify_app.automations.rules import Facts, Rule, fired
from shopify_app.automations.vocabulary import Do, Outcome, Trigger, Why
from shopify_app.db import Database, Session
from shopify_app.events import BECAUSE_OF, Event
from shopify_app.leases import WorkState
from shopify_app.queue import send_after_commit
from shopify_app.returns import timeline
from shopify_app.returns.models import Return
from shopify_app.returns.states import Actor
from shopify_app.returns.timeline import Told
from shopify_app.shops.models import Shop

TASK = "jobs.carry_effect"
OLD_NEWS = timedelta(days=3)
"""What happened longer ago than this when we learn of it fires nothing: a past that is read in is no news."""
ECHO = timedelta(minutes=15)
"""For so long a change of an order that a rule has tagged counts as that rule's own doing."""
MOST_AN_HOUR = 5
"""How often a rule acts on one order within an hour; what goes on beyond is going round in a circle outside."""


@dataclass(frozen=True)
class Judged:
    """An event and the rules that it fires under the version in force."""

    event_id: int
    version: int
    facts: Facts
    rules: tuple[Rule, ...]


def judge(database: Database, shop_id: int, event_id: int) -> Judged | None:
    """Which rules this event fires; None where it fires none."""
    with database.read() as session:
        row = session.get(Event, event_id)
        in_force = versions.newest(session, shop_id)
        if row is None or row.order_id is None or in_force.published_at is None:
            return None
        waiting = in_force.rules.waiting_for(row.kind)
        shop = session.get(Shop, shop_id) if waiting else None
        if shop is None:
            return None
        event = Happened(row.id, row.kind, row.order_id, row.facts, row.recorded_at)
        facts = Reader(database, shop, in_force.rules).read(session, [event]).get(event.id)
        if facts is None or not is_news(facts, event, in_force.published_at):
            return None
        facts = _with_echoes(session, facts, event)
    rules = fired(waiting, facts)
    return Judged(event.id, in_force.number, facts, rules) if rules else None


def is_news(facts: Facts, event: Happened, published_at: datetime) -> bool:
    """Whether it happened lately, and since the rules are in force."""
    return facts.happened_at >= published_at and event.recorded_at - facts.happened_at <= OLD_NEWS


def fire(session: Session, shop_id: int, judged: Judged, now: datetime) -> tuple[Firing, ...]:
    """Writes the firings down with what they are to do, those that are new; workers are woken when this commits."""
    made = []
    for rule in judged.rules:
        too_often = _is_too_often(session, judged.facts.order_id, rule, now)
        firing = _insert(session, shop_id, judged, rule, now)
        if firing is not None:
            _plan(session, firing, rule, now, Why.TOO_OFTEN if too_often else None)
            _tell(session, firing, rule, now)
            made.append(firing)
    return tuple(made)


def is_held(session: Session, return_id: int, before: int | None = None) -> bool:
    """Whether a rule wants a person to decide on this request; `before`: by an effect older than that one."""
    holding = select(Effect.id).where(
        Effect.return_id == return_id, Effect.do == Do.HOLD, Effect.outcome != Outcome.REFUSED
    )
    if before is not None:
        holding = holding.where(Effect.id < before)
    return session.scalar(holding.limit(1)) is not None


@contextmanager
def because_of(session: Session, *keys: str) -> Iterator[None]:
    """Events recorded within are the doing of these rules, and fire none of them."""
    before = session.info.get(BECAUSE_OF)
    session.info[BECAUSE_OF] = sorted({*(before or ()), *keys})
    try:
        yield
    finally:
        session.info[BECAUSE_OF] = before


def _with_echoes(session: Session, facts: Facts, event: Happened) -> Facts:
    """Shopify tells us of our own tag as of any other change: who tagged the order just now is behind the change."""
    if event.kind != Trigger.ORDER_CHANGED:
        return facts
    lately = select(Firing.rule_key).join(Effect, Effect.firing_id == Firing.id)
    lately = lately.where(Effect.order_id == event.order_id, Effect.do == Do.TAG)
    keys = session.scalars(lately.where(Firing.fired_at >= event.recorded_at - ECHO).distinct())
    return replace(facts, because_of=facts.because_of | frozenset(keys))


def _is_too_often(session: Session, order_id: int, rule: Rule, now: datetime) -> bool:
    lately = (Firing.order_id == order_id, Firing.rule_key == rule.key, Firing.fired_at > now - timedelta(hours=1))
    return (session.scalar(select(func.count()).select_from(Firing).where(*lately)) or 0) >= MOST_AN_HOUR


def _insert(session: Session, shop_id: int, judged: Judged, rule: Rule, now: datetime) -> Firing | None:
    """The firing's row; None where the event has fired the rule already."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {
        "shop_id": shop_id,
        "order_id": judged.facts.order_id,
        "return_id": judged.facts.ret.id if judged.facts.ret else None,
        "event_id": judged.event_id,
        "kind": judged.facts.kind,
        "version": judged.version,
        "rule_key": rule.key,
        "rule": rule.name,
        "fired_at": now,
    }
    made = session.execute(dialect.insert(Firing).values(row).on_conflict_do_nothing().returning(Firing.id)).scalar()
    return session.get_one(Firing, made) if made is not None else None


def _plan(session: Session, firing: Firing, rule: Rule, now: datetime, refused: Why | None) -> None:
    """One row for each action, in the rule's order; refused at once where the rule has gone round too often."""
    effects = [
        Effect(
            shop_id=firing.shop_id,
            firing_id=firing.id,
            order_id=firing.order_id,
            return_id=firing.return_id,
            position=position,
            do=action.do,
            action=written_action(action),
            outcome=Outcome.REFUSED if refused else Outcome.PLANNED,
            because=refused,
            done_at=now if refused else None,
            state=WorkState.DONE if refused else WorkState.PENDING,
            due_at=now,
        )
        for position, action in enumerate(rule.then, start=1)
    ]
    session.add_all(effects)
    session.flush()
    if not refused:
        send_after_commit(session, TASK, *(effect.id for effect in effects))


def _tell(session: Session, firing: Firing, rule: Rule, now: datetime) -> None:
    """The timeline of the return says which rule acted."""
    ret = session.get(Return, firing.return_id) if firing.return_id is not None else None
    if ret is not None:
        facts = {"rule": rule.key, "version": firing.version, "firing": firing.id}
        timeline.add(session, ret, Told.AUTOMATED, Actor.RULE, now, facts=facts, said=rule.name, is_internal=True)
