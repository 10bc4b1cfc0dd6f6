"""What every page of the policy's desk begins with: the draft, what its ids are called, who saved it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from shopify_app.admin.door import shop_row
from shopify_app.admin.frame import language, staff, stamp
from shopify_app.admin.policy.choices import Shelf
from shopify_app.admin.policy.sentences import Teller
from shopify_app.i18n import Phrase, phrase
from shopify_app.returns.published import PRESET
from shopify_app.returns.rules import Policy
from shopify_app.returns.writing.drafts import Draft, DraftMoved, draft_of
from shopify_app.shops import staff as people

PATH = "/app/returns/policy"
OPERATOR = "operator"


@dataclass(frozen=True)
class Desk:
    """The draft as it stands, and how it is said. `names` of people are by Shopify's id of them."""

    draft: Draft
    teller: Teller
    people: dict[str, str]

    def who(self, by: str) -> str:
        """Somebody who saved or published, for whoever reads this page."""
        return called(by, self.people)


def desk(session: Session, *others: Policy) -> Desk:
    """At most eight statements. `others` are policies that are told beside the draft and the one in force."""
    draft = draft_of(session, shop_row().id)
    names = shelf(session).names(draft.policy, draft.newest.policy, *others)
    return Desk(draft, Teller(language(), names, shop_row().currency), people.names(session, shop_row().id))


def shelf(session: Session) -> Shelf:
    """The shop's catalogue in the reader's language."""
    return Shelf(session, shop_row(), language())


def may_publish(session: Session) -> bool:
    """Whether the owner lets this person publish; somebody we do not know yet is everybody."""
    member = people.known(session, shop_row().id, staff())
    return member is None or member.may(people.Right.PUBLISH)


def called(by: str, names: dict[str, str]) -> str:
    """A person by name."""
    if by == staff():
        return language().say(phrase("you"))
    said: dict[str, Phrase] = {
        PRESET: phrase("Postlude's preset"),
        OPERATOR: phrase("the command line"),
        "": phrase("somebody"),
    }
    known = said.get(by)
    return names.get(by) or language().say(known or phrase("staff member {id}", id=by[-4:]))


def moved(failure: DraftMoved, names: dict[str, str]) -> str:
    """Why a form is stale: who saved meanwhile, and when."""
    draft = failure.now
    if draft.saved_at is None:
        said = phrase("The draft was published or thrown away meanwhile, so nothing was saved. Look at it, and repeat.")
        return language().say(said)
    return language().say(
        phrase(
            "The draft was saved meanwhile by {who} ({when}), so yours was not. What you typed is still here.",
            who=called(draft.saved_by, names),
            when=_when(draft.saved_at),
        )
    )


def _when(at: datetime) -> str:
    return stamp(language(), at, shop_row().timezone)
