"""All settings by what they are about, each one click away, with what is set now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import show
from shopify_app.admin.plans.page import plan_now
from shopify_app.admin.settings import now
from shopify_app.admin.settings.now import Now
from shopify_app.i18n import Phrase, phrase


@dataclass(frozen=True)
class Entry:
    """One page of settings, what is decided there, and what is set now, where a sentence can say it."""

    path: str
    title: Phrase
    about: Phrase
    set_now: Callable[[Now], Phrase | None] = lambda _: None


AREAS: tuple[tuple[Phrase, tuple[Entry, ...]], ...] = (
    (
        phrase("Returns"),
        (
            Entry(
                "/app/returns/settings",
                phrase("How you take returns"),
                phrase("What you promise, what a bonus is given as, and where goods go."),
                now.returns,
            ),
            Entry(
                "/app/returns/addresses",
                phrase("Return addresses"),
                phrase("Where parcels go, by country and location."),
                now.addresses,
            ),
            Entry(
                "/app/returns/limits",
                phrase("Blocked and trusted customers"),
                phrase("Whose returns always wait for you, and whose never do."),
            ),
            Entry(
                "/app/returns/no-receipt",
                phrase("Returns without an order number"),
                phrase("Presents and purchases in your stores."),
                now.no_receipt,
            ),
            Entry(
                "/app/returns/withdrawals",
                phrase("Withdrawal from contract"),
                phrase("What EU law asks for, by country."),
                now.withdrawal,
            ),
        ),
    ),
    (
        phrase("Parcels"),
        (
            Entry(
                "/app/settings/arrival",
                phrase("Arrival and hand-over"),
                phrase("When an order leaves you, and what is said where no date is known."),
                now.arrival,
            ),
            Entry(
                "/app/settings/carriers",
                phrase("Carriers"),
                phrase("Who tells us where parcels are, and whether the connection works."),
                now.carriers,
            ),
            Entry(
                "/app/returns/carriers",
                phrase("Labels and carriers"),
                phrase("Who brings parcels back, and the account that pays for labels."),
                now.labels,
            ),
        ),
    ),
    (
        phrase("What shoppers read"),
        (
            Entry(
                "/app/settings/languages",
                phrase("Shoppers' languages"),
                phrase("Which ones you offer, and whether you say du or Sie."),
                now.languages,
            ),
            Entry(
                "/app/settings/sender",
                phrase("Mails to shoppers"),
                phrase("Who they come from, and whether that works."),
                now.sender,
            ),
            Entry("/app/settings/mails", phrase("Each mail"), phrase("What every mail looks like, with your brand.")),
        ),
    ),
    (
        phrase("Your team"),
        (
            Entry(
                "/app/settings/team",
                phrase("Mails to your team"),
                phrase("Who is told about new returns and about what needs a look."),
                now.team_notes,
            ),
            Entry(
                "/app/settings/staff",
                phrase("Staff"),
                phrase("Who may move money, publish, and erase customers' data."),
            ),
        ),
    ),
    (
        phrase("Your shop"),
        (
            Entry(
                "/app/settings/privacy",
                phrase("Privacy"),
                phrase("How long people are known, and what they ask: a copy of their data, or its erasure."),
                now.privacy,
            ),
            Entry(
                "/app/settings/domains",
                phrase("Domains and paths"),
                phrase("Where your pages are, as Shopify told us."),
                now.domains,
            ),
            Entry(
                "/app/plans",
                phrase("Plan"),
                phrase("What Postlude includes for you, and where that is changed."),
                plan_now,
            ),
            Entry(
                "/app/settings/history",
                phrase("History of settings"),
                phrase("What changed, by whom and when."),
                now.last_saved,
            ),
        ),
    ),
)


@blueprint.get("/settings")
def settings_index() -> Response:
    """The list, each entry with what is in force."""
    with adapters().database.read() as session:
        facts = now.read(session, shop_row())
    return show("settings/index.html", areas=AREAS, facts=facts)
