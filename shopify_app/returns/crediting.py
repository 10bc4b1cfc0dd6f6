"""Bonuses at Shopify: given as store credit or as a gift card once the shopper's own money is settled, taken back as
far as they are unspent.

A credit takes no note: its expiry, a second that no other bonus of the customer has, is how it is found again. A gift
card is found by a code of ours, which Shopify accepts once.
"""

from __future__ import annotations

import base64
import secrets
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.customers.models import Customer
from shopify_app.customers.projection import kept_of
from shopify_app.db import keyring_of
from shopify_app.money import Money
from shopify_app.returns import booking, timeline
from shopify_app.returns.bonus import GrantState
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import BonusGrant, ReleaseGroup, Step
from shopify_app.returns.no_receipt.models import NoReceiptRequest
from shopify_app.returns.outgoing import Answer, Bench, NeedsLook, NotWanted, Ready, Workbench
from shopify_app.returns.states import Actor
from shopify_app.returns.telling import agreed_of, money_input
from shopify_app.shopify.errors import UserErrors
from shopify_app.shopify.nodes import gid
from shopify_app.shopify.return_facts import AccountFacts, CreditFacts

CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 16
LEAST_MONTHS = 12
BETWEEN_CLOCKS = timedelta(days=1)
"""More than Shopify's clock and ours ever differ by."""


class BonusCredit:
    """`storeCreditAccountCredit`, found again by amount and expiry."""

    def prepare(self, bench: Workbench) -> Ready:
        grant, owner = _grant_and_owner(bench)
        expires_at = grant.expires_at or _free_second(bench, grant)
        input = {
            "creditAmount": money_input(Money(grant.amount, grant.currency)),
            "expiresAt": expires_at.isoformat().replace("+00:00", "Z"),
            "notify": False,
        }
        return Ready({"owner": gid("Customer", owner), "customer": owner, "credit": input}, _expires(expires_at))

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        return credited(bench.admin.credit_store_credit(input["owner"], input["credit"]))

    def look_back(self, bench: Workbench) -> Answer | None:
        return credit_found(bench)

    def happened(self, session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
        _issued(session, bench, group, answer)


class BonusGiftCard:
    """`giftCardCreate` with a code of ours, kept sealed; found again by that code and the step's name in its note."""

    def prepare(self, bench: Workbench) -> Ready:
        grant, owner = _grant_and_owner(bench)
        sealed = bench.step.input.get("sealed_code") or _seal(bench, _new_code())
        expires_at = grant.expires_at or _free_second(bench, grant)
        input = {
            "initialAmount": money_input(Money(grant.amount, grant.currency)),
            "customerId": gid("Customer", owner),
            "expiresOn": expires_at.date().isoformat(),
            "note": f"{bench.ret.rma} {bench.note}",
        }
        return Ready({"card": input, "sealed_code": sealed}, _expires(expires_at))

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        try:
            made = bench.admin.create_gift_card({**input["card"], "code": _open(bench, input["sealed_code"])})
        except UserErrors as refusal:
            found = self.look_back(bench) if any(each.code == "TAKEN" for each in refusal.errors) else None
            if found is None:
                raise
            return found
        return {"shopify_id": made.id, "account_id": None}

    def look_back(self, bench: Workbench) -> Answer | None:
        code = _open(bench, bench.step.input["sealed_code"])
        found = [card for card in bench.admin.gift_cards_found(code) if bench.note in card.note.split()]
        return {"shopify_id": found[0].id, "account_id": None} if found else None

    def happened(self, session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
        _issued(session, bench, group, answer)


class TakeBack:
    """`storeCreditAccountDebit` of at most what is left of the balance; the shortfall is recorded, never charged. Found
    again among the account's debits: one of the same sum that was not there before."""

    def prepare(self, bench: Workbench) -> Ready:
        grant, owner = _grant_and_owner(bench)
        account = next((each for each in _accounts(bench, owner) if each.id == grant.account_id), None)
        left = max(0, account.balance.amount) if account else 0
        amount = min(grant.amount - grant.taken_back, left)
        if account is None or amount <= 0:
            raise NotWanted(_nothing_left)
        known = [moved.id for moved in account.movements]
        input = {"debitAmount": money_input(Money(amount, grant.currency))}
        return Ready({"account": account.id, "customer": owner, "debit": input, "known": known, "amount": amount})

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        made = bench.admin.debit_store_credit(input["account"], input["debit"])
        return {"shopify_id": made.id, "amount": input["amount"]}

    def look_back(self, bench: Workbench) -> Answer | None:
        known, amount = set(bench.step.input["known"]), bench.step.input["amount"]
        for account in _accounts(bench, bench.step.input["customer"]):
            for moved in account.movements if account.id == bench.step.input["account"] else ():
                is_debit = abs(moved.amount.amount) == amount and moved.expires_at is None
                if is_debit and moved.id not in known and moved.event == "ADJUSTMENT" and "Debit" in moved.id:
                    return {"shopify_id": moved.id, "amount": amount}
        return None

    def happened(self, session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
        ret, step = session.get_one(Return, group.return_id), session.get_one(Step, bench.step.id)
        grant = session.scalars(select(BonusGrant).where(BonusGrant.group_id == group.id)).one()
        _taken(grant, answer["amount"])
        taken, now = Money(answer["amount"], grant.currency), bench.ground.clock.now()
        booking.post_take_back(session, ret, group, step, taken, answer["shopify_id"], now)


def gift_card_code(session: Session, group: ReleaseGroup) -> str | None:
    """The code of the group's bonus card once it is issued: for the shopper's eyes alone."""
    wanted = select(Step.input).where(Step.group_id == group.id, Step.kind == "bonus_gift_card", Step.phase == "done")
    input = session.scalars(wanted).first()
    return keyring_of(session).decrypt(base64.b64decode(input["sealed_code"])) if input else None


def _grant_and_owner(bench: Workbench) -> tuple[BonusGrant, int]:
    """The bonus, and Shopify's id of whom it goes to: of the customer that theirs was merged into."""
    with bench.ground.database.read() as session:
        grant = session.scalars(select(BonusGrant).where(BonusGrant.group_id == bench.group.id)).one()
        customer = session.get(Customer, grant.customer_id or bench.order.customer_id or 0)
        if customer is None:
            raise NeedsLook(Look.BONUS_FAILED, bonus=grant.amount, codes=["NO_CUSTOMER"])
        return grant, kept_of(session, customer).shopify_id


@dataclass(frozen=True)
class Purse:
    """A customer's store credit in one currency; `customer_id` is ours."""

    shop_id: int
    customer_id: int | None
    currency: str


class SecondTaken(Exception):
    """Another credit of ours took the same expiry at the same time: the step chooses anew."""


def credit_found(bench: Bench) -> Answer | None:
    """The credit of the step at Shopify, by its sum and its expiry."""
    wanted = bench.step.input["credit"]
    amount = Money.parse(wanted["creditAmount"]["amount"], wanted["creditAmount"]["currencyCode"])
    expires_at = datetime.fromisoformat(wanted["expiresAt"].replace("Z", "+00:00"))
    for account in _accounts(bench, bench.step.input["customer"]):
        for moved in account.movements:
            if moved.amount == amount and moved.expires_at == expires_at:
                return credited(moved)
    return None


def credited(moved: CreditFacts) -> Answer:
    """What is kept of a credit that Shopify gave."""
    return {"shopify_id": moved.id, "account_id": moved.account_id}


def _free_second(bench: Workbench, grant: BonusGrant) -> datetime:
    """The end of the bonus's life: months as promised."""
    months = agreed_of(bench.group).bonus_expires_months or LEAST_MONTHS
    with bench.ground.database.read() as session:
        return free_second(session, _purse(grant), months_later(bench.now, months))


def free_second(session: Session, purse: Purse, wanted: datetime) -> datetime:
    """`wanted`, moved on by seconds until no other credit of ours to this customer in this currency has it. Two
    workers that choose the same one meet in `take_second`."""
    taken = _seconds(session, purse, wanted)
    while wanted in taken:
        wanted += timedelta(seconds=1)
    return wanted


def take_second(
    session: Session,
    purse: Purse,
    expires_at: datetime,
    *,
    but_grant: int | None = None,
    but_request: int | None = None,
) -> None:
    """In the transaction that writes it down: bonuses and credits without a receipt are rows of two tables, so that
    the customer's row is what they meet at. Raises SecondTaken."""
    session.scalar(select(Customer.id).where(Customer.id == purse.customer_id).with_for_update())
    if expires_at in _seconds(session, purse, expires_at, but_grant, but_request):
        raise SecondTaken(expires_at.isoformat())


def _seconds(
    session: Session, purse: Purse, since: datetime, but_grant: int | None = None, but_request: int | None = None
) -> set[datetime]:
    bonuses = select(BonusGrant.expires_at).where(
        BonusGrant.shop_id == purse.shop_id,
        BonusGrant.customer_id == purse.customer_id,
        BonusGrant.currency == purse.currency,
        BonusGrant.expires_at >= since,
        BonusGrant.id != (but_grant or 0),
    )
    credits = select(NoReceiptRequest.credit_expires_at).where(
        NoReceiptRequest.shop_id == purse.shop_id,
        NoReceiptRequest.customer_id == purse.customer_id,
        NoReceiptRequest.currency == purse.currency,
        NoReceiptRequest.credit_expires_at >= since,
        NoReceiptRequest.id != (but_request or 0),
    )
    return {found for wanted in (bonuses, credits) for found in session.scalars(wanted) if found is not None}


def _purse(grant: BonusGrant) -> Purse:
    return Purse(grant.shop_id, grant.customer_id, grant.currency)


def months_later(now: datetime, months: int) -> datetime:
    """The same day some months on, or the month's last; to the second, which is what Shopify keeps."""
    year, month = divmod(now.month - 1 + months, 12)
    year, month = now.year + year, month + 1
    day = min(now.day, monthrange(year, month)[1])
    return now.astimezone(UTC).replace(year=year, month=month, day=day, microsecond=0)


def _expires(expires_at: datetime) -> Any:
    def books(session: Session, bench: Workbench) -> None:
        grant = session.scalars(select(BonusGrant).where(BonusGrant.group_id == bench.group.id)).one()
        take_second(session, _purse(grant), expires_at, but_grant=grant.id)
        grant.expires_at = expires_at
        session.flush()

    return books


def _issued(session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
    ret, step = session.get_one(Return, group.return_id), session.get_one(Step, bench.step.id)
    grant = session.scalars(select(BonusGrant).where(BonusGrant.group_id == group.id)).one()
    now = bench.ground.clock.now()
    grant.state, grant.issued_at = GrantState.ISSUED, now
    grant.shopify_id, grant.account_id = answer["shopify_id"], answer["account_id"]
    booking.post_bonus(session, ret, group, step, grant, now)
    told = {"group_id": group.id, "bonus": grant.amount, "as": step.kind}
    timeline.add(session, ret, "bonus_issued", Actor.CLOCK, now, facts=told)


def _nothing_left(session: Session, bench: Workbench) -> None:
    grant = session.scalars(select(BonusGrant).where(BonusGrant.group_id == bench.group.id)).one()
    _taken(grant, 0)


def _taken(grant: BonusGrant, amount: int) -> None:
    grant.taken_back += amount
    grant.shortfall = grant.amount - grant.taken_back
    grant.state = GrantState.VOID


def _accounts(bench: Bench, owner: int) -> tuple[AccountFacts, ...]:
    """With all that has moved since the step was planned."""
    return bench.admin.store_credit_accounts(owner, bench.step.planned_at - BETWEEN_CLOCKS)


def _new_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def _seal(bench: Workbench, code: str) -> str:
    return base64.b64encode(bench.ground.database.keyring.encrypt(code)).decode()


def _open(bench: Workbench, sealed: str) -> str:
    return bench.ground.database.keyring.decrypt(base64.b64decode(sealed))
