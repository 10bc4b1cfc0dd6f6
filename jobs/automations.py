"""The shop's own rules at work: events are judged, actions carried out one by one, quiet parcels noticed.

An action is a row that is claimed, retried and given up alone. A mail is planned once; a tag may be said twice, which
changes nothing; a call may arrive twice, with the same id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import structlog
from sqlalchemy import select, update

from jobs.duties import Duty
from jobs.each_shop import for_each
from shopify_app.automations import calling, effects, firing, kept_dry_run, quiet
from shopify_app.automations.actions import Assign, Call, MailShopper, MailTeam, Tag, action_of
from shopify_app.automations.effects import Refused
from shopify_app.automations.models import Effect
from shopify_app.automations.vocabulary import Do, Outcome, Trigger, Why
from shopify_app.db import Session
from shopify_app.events import Listening, Reaction
from shopify_app.leases import LeaseLost, WorkState, claim, finish, retry_later
from shopify_app.messages.plan import MailKind, plan
from shopify_app.orders.models import Order
from shopify_app.queue import celery, send
from shopify_app.returns import stock
from shopify_app.returns.models import Return
from shopify_app.shopify.errors import AccessDenied, ShopGone, UserErrors
from shopify_app.shops.models import Shop, ShopState
from shopify_app.wiring import Adapters

log = structlog.get_logger(__name__)

KINDS = tuple(str(each) for each in Trigger)
"""Events that a shop's rules may wait for."""
Kind = TypeVar("Kind")
FINAL = (UserErrors, AccessDenied, ShopGone)
"""Answers of Shopify that would be the same tomorrow."""


def automate(duty: Duty) -> None:
    """What the shop's rules make of an event."""
    judged = firing.judge(duty.adapters.database, duty.shop_id, _event_id(duty))
    with duty.applying() as session:
        if judged is not None:
            firing.fire(session, duty.shop_id, judged, duty.now)


def judged_first(duty: Duty) -> firing.Judged | None:
    """The same judgement for a follower that has to know it before it says yes by itself."""
    return firing.judge(duty.adapters.database, duty.shop_id, _event_id(duty))


def is_kept_back(session: Session, duty: Duty, judged: firing.Judged | None) -> bool:
    """Whether a rule wants a person to decide on the request that this duty is about. Its shopper is told then that it
    has come in: the approval that would have said so does not come."""
    return_id = int(duty.facts["return_id"])
    if judged is not None:
        firing.fire(session, duty.shop_id, judged, duty.now)
    if not firing.is_held(session, return_id):
        return False
    ret, order = session.get_one(Return, return_id), session.get_one(Order, duty.order_id)
    kind, cause = MailKind.RETURN_REQUESTED, _event_id_in(session, duty)
    plan(session, order, kind, cause, duty.now, return_id=ret.id, locale=ret.locale)
    return True


def _event_id(duty: Duty) -> int:
    with duty.adapters.database.read() as session:
        return _event_id_in(session, duty)


def _event_id_in(session: Session, duty: Duty) -> int:
    return session.scalars(select(Reaction.event_id).where(Reaction.id == duty.reaction_id)).one()


@celery.task(name=firing.TASK, bind=True)
def carry_effect(self: Any, *effect_ids: int) -> None:
    """Carries out these actions in their order; those that somebody else holds or that have ended are passed."""
    for effect_id in effect_ids:
        carry_one(self.app.adapters, effect_id)


@celery.task(name="jobs.notice_quiet", bind=True)
def notice_quiet(self: Any) -> None:
    """Notices parcels of which nobody has said a word for as long as a rule waits."""
    adapters: Adapters = self.app.adapters
    with adapters.database.read() as session:
        listening = select(Listening.shop_id).join(Shop, Shop.id == Listening.shop_id)
        waiting = listening.where(Listening.kind == Trigger.PARCEL_QUIET, Shop.state == ShopState.INSTALLED)
        shops = session.scalars(waiting).all()
    for_each(shops, lambda shop_id: quiet.notice(adapters.database, shop_id, adapters.clock.now()))


@celery.task(name=kept_dry_run.TASK, bind=True)
def dry_run(self: Any, *run_ids: int) -> None:
    """Takes these dry runs a piece further, and comes back while something is left to look at."""
    adapters: Adapters = self.app.adapters
    for run_id in run_ids:
        if kept_dry_run.take_further(adapters.database, run_id, adapters.clock.now()):
            send(kept_dry_run.TASK, run_id)


@dataclass(frozen=True)
class Work:
    """One action in a worker's hands."""

    adapters: Adapters
    effect: Effect
    lease: str
    now: datetime
    post: calling.Post

    def ends(self, session: Session, outcome: Outcome, because: Why | None = None) -> None:
        """Writes down what became of it, in the transaction of its effect. Raises LeaseLost."""
        facts = {"outcome": outcome, "because": because, "done_at": self.now}
        finish(session, Effect, self.effect.id, self.lease, **facts)


def carry_one(adapters: Adapters, effect_id: int, post: calling.Post = calling.post) -> None:
    """Claims one action, carries it out and leaves the outcome in its row."""
    now = adapters.clock.now()
    with adapters.database.write() as session:
        lease = claim(session, Effect, effect_id)
        effect = session.get(Effect, effect_id) if lease else None
    if effect is None or lease is None:
        return
    work = Work(adapters, effect, lease, now, post)
    try:
        _check_shop(work)
        _DOING[Do(effect.do)](work)
    except LeaseLost:
        return
    except Refused as failure:
        _end(work, failure.why)
    except FINAL:
        _end(work, Why.SHOPIFY_REFUSED)
    except calling.NotCalled:
        _end(work, Why.ADDRESS_REFUSED)
    except calling.NotTaken as failure:
        _later(work, failure.reason)
    except Exception as failure:  # the boundary: the row keeps the type, the ladder ends with giving up
        log.warning("effect_failed", shop_id=effect.shop_id, effect=effect.id, do=effect.do, exc_info=failure)
        _later(work, type(failure).__name__)


def _check_shop(work: Work) -> None:
    """Nothing is done in the name of a shop that has removed us. Raises ShopGone."""
    with work.adapters.database.read() as session:
        if session.scalar(select(Shop.state).where(Shop.id == work.effect.shop_id)) == ShopState.UNINSTALLED:
            raise ShopGone("the shop has uninstalled us")


def _end(work: Work, why: Why) -> None:
    try:
        with work.adapters.database.write() as session:
            work.ends(session, Outcome.REFUSED, why)
    except LeaseLost:
        return


def _later(work: Work, reason: str) -> None:
    try:
        with work.adapters.database.write() as session:
            state = retry_later(session, Effect, work.effect.id, work.lease, reason, work.now)
            if state == WorkState.PARKED:
                facts = {"outcome": Outcome.GIVEN_UP, "because": Why.NO_ANSWER, "done_at": work.now}
                session.execute(update(Effect).where(Effect.id == work.effect.id).values(facts))
    except LeaseLost:
        return


def _tag(work: Work) -> None:
    action = _as(Tag, work.effect)
    with work.adapters.database.read() as session:
        order_id = effects.order_of(session, work.effect).shopify_id
    work.adapters.admin(work.effect.shop_id).add_order_tags(order_id, [action.tag])
    with work.adapters.database.write() as session:
        work.ends(session, Outcome.DONE)


def _call(work: Work) -> None:
    action, database = _as(Call, work.effect), work.adapters.database
    with database.read() as session:
        shop = session.get_one(Shop, work.effect.shop_id)
        facts = effects.told(session, work.effect, shop.domain)
    secret = calling.secret_of(database.keyring, shop.domain)
    work.post(action.url, calling.sealed(secret, f"{shop.id}-{work.effect.id}", facts, work.now))
    with database.write() as session:
        work.ends(session, Outcome.DONE)


def _approve(work: Work) -> None:
    """Shopify's stock of what was promised is read before, with no transaction open."""
    adapters = work.adapters
    with adapters.database.read() as session:
        ret = session.get(Return, work.effect.return_id or 0)
        wanted = sorted(stock.promised(session, ret)) if ret is not None else []
    live = adapters.admin(work.effect.shop_id).variant_stock(wanted) if wanted else None
    with adapters.database.write() as session:
        why = effects.approve(session, work.effect, live, work.now)
        work.ends(session, Outcome.REFUSED if why else Outcome.DONE, why)


def _here(carry: Callable[[Session, Work], None]) -> Callable[[Work], None]:
    """An action on our own rows alone: done, and written down as done, in one transaction."""

    def carried(work: Work) -> None:
        with work.adapters.database.write() as session:
            carry(session, work)
            work.ends(session, Outcome.DONE)

    return carried


_DOING: Mapping[Do, Callable[[Work], None]] = {
    Do.TAG: _tag,
    Do.CALL: _call,
    Do.APPROVE: _approve,
    Do.MAIL_TEAM: _here(lambda s, work: effects.mail_team(s, work.effect, _as(MailTeam, work.effect), work.now)),
    Do.MAIL_SHOPPER: _here(
        lambda s, work: effects.mail_shopper(s, work.effect, _as(MailShopper, work.effect), work.now)
    ),
    Do.ASSIGN: _here(lambda s, work: effects.assign(s, work.effect, _as(Assign, work.effect), work.now)),
    Do.HOLD: _here(lambda s, work: effects.hold(s, work.effect)),
}


def _as(kind: type[Kind], effect: Effect) -> Kind:
    found = action_of(effect.action)
    if not isinstance(found, kind):
        raise TypeError(effect.do)
    return found
