"""What every page of the policy's desk begins with: the draft, what its ids are called, who saved it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from shopify_app.admin.door import shop_row
from shopify_app.admin.frame import language, staff, stamp, who
from shopify_app.admin.policy.choices import Shelf
from shopify_app.admin.policy.sentences import Teller
from shopify_app.i18n import Phrase, phrase
from shopify_app.returns.published import PRESET
from shopify_app.returns.rules import Policy
from shopify_app.returns.writing.drafts import Draft, DraftMoved, draft_of

PATH = "/app/returns/policy"


@dataclass(frozen=True)
class Desk:
    """The draft as it stands, and how it is said."""

    draft: Draft
    teller: Teller


def desk(session: Session, *others: Policy) -> Desk:
    """At most five statements. `others` are policies that are told beside the draft and the one in force."""
    draft = draft_of(session, shop_row().id)
    names = shelf(session).names(draft.policy, draft.newest.policy, *others)
    return Desk(draft, Teller(language(), names, shop_row().currency))


def shelf(session: Session) -> Shelf:
    """The shop's catalogue in the reader's language."""
    return Shelf(session, shop_row(), language())


def called(by: str) -> str:
    """Somebody who saved or published, for whoever reads this page."""
    if by == staff():
        return language().say(phrase("you"))
    said: dict[str, Phrase] = {
        PRESET: phrase("Postlude's preset"),
        "": phrase("somebody"),
    }
    if by in said:
        return language().say(said[by])
    return who(by) or language().say(phrase("staff member {id}", id=by[-4:]))


def moved(failure: DraftMoved) -> str:
    """Why a form is stale: who saved meanwhile, and when."""
    return overtaken_by(failure.now.saved_by, failure.now.saved_at)


def overtaken_by(saved_by: str, saved_at: datetime | None) -> str:
    """The same of any draft: who saved it meanwhile, and when; None: there is no draft any more."""
    if saved_at is None:
        said = phrase("The draft was published or thrown away meanwhile, so nothing was saved. Look at it, and repeat.")
        return language().say(said)
    return language().say(
        phrase(
            "The draft was saved meanwhile by {who} ({when}), so yours was not. What you typed is still here.",
            who=called(saved_by),
            when=_when(saved_at),
        )
    )


def _when(at: datetime) -> str:
    return stamp(language(), at, shop_row().timezone)
