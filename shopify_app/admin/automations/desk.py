"""What every page of the automations begins with: the draft, how it is said, and who saved it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from shopify_app.admin.assignees import People, people_of
from shopify_app.admin.automations.sentences import RuleTeller
from shopify_app.admin.door import shop_row
from shopify_app.admin.frame import language
from shopify_app.admin.policy.desk import overtaken_by, shelf
from shopify_app.admin.policy.sentences import Teller
from shopify_app.automations.actions import MailTeam
from shopify_app.automations.rules import Automations, Rule
from shopify_app.automations.versions import Draft, DraftMoved, draft_of
from shopify_app.returns.rules import Policy
from shopify_app.returns.rules import Rule as PolicyRule
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load

PATH = "/app/automations"


@dataclass(frozen=True)
class Desk:
    """The draft as it stands, how its rules are said, and whom a return can be given to."""

    draft: Draft
    teller: RuleTeller
    people: People
    has_team_mail: bool
    """Whether the settings say where the team is mailed."""

    def mails_nobody(self, rule: Rule) -> bool:
        """Whether `rule` is to mail the team, and nothing says where."""
        return not self.has_team_mail and any(isinstance(each, MailTeam) and each.to is None for each in rule.then)


def desk(session: Session, *others: Automations) -> Desk:
    """At most seven statements. `others` are rules that are told beside the draft and those in force."""
    draft, people = draft_of(session, shop_row().id), people_of(session, shop_row().id)
    every = (draft.rules, draft.newest.rules, *others)
    names = shelf(session).names(*map(_as_policy, every))
    teller = RuleTeller(language(), Teller(language(), names, shop_row().currency), dict(people.choices))
    return Desk(draft, teller, people, load(session, shop_row().id, Returns).team_mail is not None)


def moved(failure: DraftMoved) -> str:
    """Why a form is stale: who saved meanwhile, and when."""
    return overtaken_by(failure.now.saved_by, failure.now.saved_at)


def _as_policy(rules: Automations) -> Policy:
    """The conditions alone, in the form in which the policy's pages look up what their ids are called."""
    conditions = [PolicyRule(name=rule.key, when=rule.when.these) for rule in rules.rules]
    return Policy(rules=(PolicyRule(name="-"), *conditions))
