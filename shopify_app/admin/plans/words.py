"""What plans, their features and the ways a shop came to its plan are called."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.money import Money
from shopify_app.shops.entitlements_plans import STARTER, Entitlement, Feature, Limit, Plan, Standing

YEAR = 365
FEATURES = {
    Feature.REHEARSAL: phrase("Rehearsals of a draft policy"),
    Feature.INSIGHTS_FILES: phrase("Figures as files for a spreadsheet"),
    Feature.AUTOMATIONS: phrase("Automations"),
}
"""As an entry of a list."""
IS_PART = {
    Feature.REHEARSAL: phrase("Rehearsing a draft over what was is part of {plan}."),
    Feature.INSIGHTS_FILES: phrase("Files for a spreadsheet are part of {plan}. The same figures stay on the page."),
    Feature.AUTOMATIONS: phrase("Putting an automation in force is part of {plan}. What is in force goes on."),
}
IS_FULL = {
    Limit.SAVED_REPLIES: phrase("Your plan has room for {room} saved replies. {plan} has room for more."),
}
EVERY_PLAN = (
    phrase("Tracking pages, the return portal, how-to pages and mails in your brand"),
    phrase("Returns, exchanges, store credit, refunds and withdrawals, without a limit"),
    phrase("The returns desk, policies, the page designer and all figures"),
    phrase("Everybody in your team, with rights for each"),
)
AFTERWARDS = (
    phrase("Nothing is deleted. What you made stays, can be read and can be used."),
    phrase("Nothing changes for your shoppers: pages, policies, returns under way, credit and mails go on."),
    phrase("Automations in force go on until you switch them off. A new or changed one waits for a larger plan."),
    phrase("Saved replies beyond the limit can be used, changed and removed; there is no room for new ones."),
)


@dataclass(frozen=True)
class Notice:
    """What a merchant should know of the plan before anything else."""

    said: Phrase
    tone: str


def notice(found: Entitlement) -> Notice | None:
    """Nothing where all is as it should be."""
    if not found.is_known:
        words = phrase(
            "Shopify names a plan or a state that we do not know: {named}. You keep what you had, {plan}.",
            named=found.named,
            plan=found.plan.name,
        )
        return Notice(words, "warning")
    told = NOTICES.get(found.standing)
    if told is None:
        return None
    return replace(told, said=replace(told.said, facts=(("plan", found.named), ("kept", STARTER.name))))


NOTICES = {
    Standing.UNREAD: Notice(
        phrase("Shopify has not told us your plan yet. Nothing is closed to you until it does."), "info"
    ),
    Standing.PENDING: Notice(
        phrase("{plan} waits for your approval at Shopify. Until then you have {kept}. It lapses in two days."),
        "info",
    ),
    Standing.DECLINED: Notice(phrase("You declined {plan} at Shopify, so you have {kept}."), "info"),
    Standing.EXPIRED: Notice(
        phrase("{plan} was not approved within two days and has lapsed. You have {kept}."), "info"
    ),
    Standing.FROZEN: Notice(
        phrase(
            "{plan} is on hold because Shopify could not collect its price. You have {kept} until the bill is paid; "
            "{plan} then comes back by itself."
        ),
        "warning",
    ),
    Standing.CANCELLED: Notice(phrase("{plan} was cancelled, so you have {kept}. Nothing you made is lost."), "info"),
}


def in_short(found: Entitlement, days_left: int) -> Phrase:
    """In the list of settings."""
    if not days_left:
        return phrase("{plan}.", plan=found.plan.name)
    return phrase_n(
        "{plan}, {count} day of the trial left.",
        "{plan}, {count} days of the trial left.",
        days_left,
        plan=found.plan.name,
    )


def room(plan: Plan, limit: Limit) -> Phrase:
    """So many of them, as an entry of a list."""
    count = plan.limits.get(limit)
    if count is None:
        return phrase("As many saved replies as you like")
    return phrase_n("{count} saved reply", "{count} saved replies", count)


def due(price: Money, days: int | None) -> Phrase:
    """A price and how often it is due."""
    if not price.amount:
        return phrase("Free")
    return phrase("{price} a year", price=price) if days == YEAR else phrase("{price} every 30 days", price=price)
