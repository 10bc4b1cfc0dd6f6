"""The end of an exchange's bonus: what new items cost less by it is consumed, the rest lapses. It was never money: it
went into Shopify's exchange lines as their discount, in the same step as the settlement."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from shopify_app.returns.bonus import GrantState
from shopify_app.returns.ledger import Account, Entry, post
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import BonusGrant, ReleaseGroup, Step
from shopify_app.returns.settlements import Settlement


def end(
    session: Session, ret: Return, group: ReleaseGroup, step: Step, grant: BonusGrant, final: Settlement, now: datetime
) -> None:
    """Books what the settlement did with the group's bonus. From here on the consumed part counts under the caps."""
    grant.amount, grant.issued_at = final.bonus_used.amount, now
    if final.bonus_used:
        grant.state = GrantState.CONSUMED
    else:
        grant.state = GrantState.LAPSED if final.bonus else GrantState.VOID
    entries = [
        Entry(Account.BONUS_EXPENSE, final.bonus_used),
        Entry(Account.BONUS_CONSUMED, -final.bonus_used),
        Entry(Account.BONUS_PROMISED, final.bonus_lapses),
        Entry(Account.BONUS_LAPSED, -final.bonus_lapses),
    ]
    post(session, ret, f"g{group.id}.bonus", entries, now, group=group, step=step)
