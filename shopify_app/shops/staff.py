"""The people who work in a shop: who they are, learned from Shopify, and what the owner lets them do.

The session token's ``sub`` is the only proof of who somebody is; the name comes with an online token exchange
(shopify.dev "Token exchange", ``associated_user``), asked for at the first visit and once a week after it. The online
token itself is not kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import BigInteger, String, UniqueConstraint, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.db import Base, Encrypted, Key, Session, ShopKey
from shopify_app.prepared import Prepared
from shopify_app.shopify.oauth import StaffUser

ASKED_EVERY = timedelta(days=7)
ASKED_AGAIN = timedelta(hours=6)
"""How soon Shopify is asked again when it gave no name."""
SEEN_EVERY = timedelta(days=1)
NEWCOMERS = 0
"""Nobody's id: its row says what those may not do who come for the first time."""


class Right(StrEnum):
    """What the owner may reserve; everything else is everybody's."""

    SETTLE = "settle"
    PUBLISH = "publish"
    ERASE = "erase"


class StaffMember(Base):
    """One person of a shop. `withheld` are the rights that the owner took away, none at first; `changed_by` and
    `changed_at` say who decided that last, `version` counts it. `asked_at` is when Shopify was last asked for the name.
    """

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("shop_id", "user_id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    user_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str | None] = mapped_column(Encrypted)
    is_owner: Mapped[bool] = mapped_column(default=False)
    withheld: Mapped[list[str]] = mapped_column(default=list)
    version: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    changed_by: Mapped[str | None] = mapped_column(String(120))
    changed_at: Mapped[datetime | None]

    def may(self, right: Right) -> bool:
        """The owner may do everything, whatever the row says."""
        return self.is_owner or right not in self.withheld


class NotTheOwner(Exception):
    """Only the owner of the account decides what others may do."""


class ChangedMeanwhile(Exception):
    """Somebody decided about these people since the page was read."""


@dataclass(frozen=True)
class Team:
    """Everybody who has been here, the owner first, then as they were last seen; `newcomers` are the rights that
    people will miss who have not been here yet."""

    people: tuple[StaffMember, ...]
    newcomers: frozenset[Right]
    version: int


def known(session: Session, shop_id: int, user_id: str) -> StaffMember | None:
    """The row of a person, as the session token names them."""
    if not user_id.isdigit():
        return None
    return session.scalar(
        select(StaffMember).where(StaffMember.shop_id == shop_id, StaffMember.user_id == int(user_id))
    )


def has_to_be_asked(member: StaffMember | None, now: datetime) -> bool:
    """Whether it is time to ask Shopify who this is."""
    return member is None or now - member.asked_at >= (ASKED_EVERY if member.name else ASKED_AGAIN)


def has_to_be_noted(member: StaffMember, now: datetime) -> bool:
    """Whether the day of this visit is news."""
    return now - member.seen_at >= SEEN_EVERY


def learn(session: Session, shop_id: int, user_id: str, told: StaffUser | None, now: datetime) -> StaffMember:
    """Writes down who visits; `told` is Shopify's word, None when it gave none (what we knew of them stays)."""
    _first_time(session, shop_id, int(user_id), now)
    member = session.scalars(
        select(StaffMember).where(StaffMember.shop_id == shop_id, StaffMember.user_id == int(user_id))
    ).one()
    member.asked_at = member.seen_at = now
    if told is not None and str(told.user_id) == user_id:
        member.name, member.is_owner = told.name or None, told.is_owner
    return member


def note_visit(session: Session, member: StaffMember, now: datetime) -> None:
    """Keeps the day on which somebody was last here."""
    session.get_one(StaffMember, member.id).seen_at = now


def team(session: Session, shop_id: int) -> Team:
    """Everybody we know, in one statement."""
    rows = session.scalars(select(StaffMember).where(StaffMember.shop_id == shop_id)).all()
    people = sorted(
        (row for row in rows if row.user_id != NEWCOMERS), key=lambda row: (not row.is_owner, -row.seen_at.timestamp())
    )
    withheld = next((row.withheld for row in rows if row.user_id == NEWCOMERS), [])
    return Team(tuple(people), frozenset(map(Right, withheld)), sum(row.version for row in rows))


_NAMES = Prepared(
    select(StaffMember.user_id, StaffMember.name).where(
        StaffMember.shop_id == bindparam("shop"), StaffMember.name.is_not(None)
    )
)


def names(session: Session, shop_id: int) -> dict[str, str]:
    """The names of everybody who told us theirs, by Shopify's id as the session token writes it."""
    return {str(user_id): name or "" for user_id, name in _NAMES.rows(session, shop=shop_id)}


def restrict(
    session: Session, shop_id: int, wanted: Mapping[int, Iterable[Right]], by: StaffMember, version: int, now: datetime
) -> None:
    """Sets the rights that each person (and `NEWCOMERS`) goes without; people who are not named, or not of this shop,
    are left alone. Raises NotTheOwner, and ChangedMeanwhile when `version` is not the team's any more."""
    if not by.is_owner or by.shop_id != shop_id:
        raise NotTheOwner
    _first_time(session, shop_id, NEWCOMERS, now)
    rows = session.scalars(select(StaffMember).where(StaffMember.shop_id == shop_id).with_for_update()).all()
    if sum(row.version for row in rows) != version:
        raise ChangedMeanwhile
    for row in rows:
        withheld = sorted(wanted.get(row.user_id, row.withheld))
        if not row.is_owner and withheld != sorted(row.withheld):
            row.withheld, row.changed_by, row.changed_at = withheld, str(by.user_id), now
            row.version += 1


def forget(session: Session, shop_id: int, user_id: int) -> bool:
    """Takes the name of somebody who works here no more; what they did stays under their number. False when there is
    no such person here."""
    member = session.scalar(select(StaffMember).where(StaffMember.shop_id == shop_id, StaffMember.user_id == user_id))
    if member is None or user_id == NEWCOMERS:
        return False
    session.delete(member)
    return True


def _first_time(session: Session, shop_id: int, user_id: int, now: datetime) -> None:
    """A row for somebody new, with what newcomers go without; two visits at once make one."""
    withheld = session.scalar(
        select(StaffMember.withheld).where(StaffMember.shop_id == shop_id, StaffMember.user_id == NEWCOMERS)
    )
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {
        "shop_id": shop_id, "user_id": user_id, "is_owner": False, "withheld": withheld or [], "version": 0,
        "asked_at": now, "seen_at": now,
    }  # fmt: skip
    session.execute(dialect.insert(StaffMember).values(row).on_conflict_do_nothing())
