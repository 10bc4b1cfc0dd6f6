"""All settings by what they are about, each one click away."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response

from shopify_app.admin.door import blueprint
from shopify_app.admin.frame import show
from shopify_app.i18n import Phrase, phrase


@dataclass(frozen=True)
class Entry:
    """One page of settings and what is decided there."""

    path: str
    title: Phrase
    about: Phrase


AREAS: tuple[tuple[Phrase, tuple[Entry, ...]], ...] = (
    (
        phrase("Returns"),
        (
            Entry(
                "/app/returns/settings",
                phrase("How you take returns"),
                phrase("What you promise, what a bonus is given as, where goods go, and the mails about it."),
            ),
            Entry(
                "/app/returns/addresses",
                phrase("Return addresses"),
                phrase("Where parcels go, by country and location."),
            ),
            Entry(
                "/app/returns/carriers",
                phrase("Labels and carriers"),
                phrase("Who brings parcels back, and the account that pays for labels."),
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
            ),
            Entry(
                "/app/returns/withdrawals",
                phrase("Withdrawal from contract"),
                phrase("What EU law asks for, by country."),
            ),
        ),
    ),
    (
        phrase("Your team"),
        (
            Entry(
                "/app/settings/staff",
                phrase("Staff"),
                phrase("Who may move money, publish, and erase customers' data."),
            ),
        ),
    ),
)


@blueprint.get("/settings")
def settings_index() -> Response:
    """The list; nothing is read for it."""
    return show("settings/index.html", areas=AREAS)
