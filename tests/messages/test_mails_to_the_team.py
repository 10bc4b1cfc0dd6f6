"""The shop's own people are mailed about new returns and those that need a look, where the settings name an address."""

from __future__ import annotations

from dataclasses import replace

import pytest
from postbox import Postbox
from returned import placed, wanted
from team_mails import team_is_mailed

from shopify_app.events import GroupNeedsLook, ReturnRequested, record
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import save
from shopify_app.shops.models import Shop
from shopify_app.wiring import Adapters

TEAM = Returns(team_mail="team@mara.example")


def happens(
    adapters: Adapters, shop: Shop, settings: Returns, state: str = "requested", group: str = "waiting"
) -> None:
    """A return is asked for and gets stuck; what follows for the team is done."""
    now = adapters.clock.now()
    with adapters.database.write() as session:
        save(session, shop.id, settings, "mara", now)
        ret = wanted(session, placed(session, shop.id), now, state=state, group=group)
        record(session, shop.id, ReturnRequested(order_id=ret.order_id, return_id=ret.id, at_once=False), now)
        stuck = GroupNeedsLook(order_id=ret.order_id, return_id=ret.id, group_id=1, look="refused")
        record(session, shop.id, stuck, now)
    team_is_mailed(adapters)


@pytest.mark.again
def test_each_new_return_and_each_that_needs_a_look_is_mailed_once(
    adapters: Adapters, postbox: Postbox, shop: Shop
) -> None:
    happens(adapters, shop, TEAM, state="approved", group="needs_look")

    assert postbox.subjects == ["New return R-1042-1", "Return R-1042-1 needs a look"]
    assert {letter["To"] for letter in postbox.taken} == {"team@mara.example"}
    assert "/app/returns/R-1042-1" in postbox.taken[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]


@pytest.mark.again
def test_each_note_goes_to_its_own_people_where_they_are_named(
    adapters: Adapters, postbox: Postbox, shop: Shop
) -> None:
    theirs = replace(TEAM, looks_to=("finance@mara.example", "mara@mara.example"))
    happens(adapters, shop, theirs, state="approved", group="needs_look")

    told = [(letter["Subject"], letter["To"]) for letter in postbox.taken]
    assert told == [
        ("New return R-1042-1", "team@mara.example"),
        ("Return R-1042-1 needs a look", "finance@mara.example"),
        ("Return R-1042-1 needs a look", "mara@mara.example"),
    ]


def test_what_was_looked_at_meanwhile_is_not_mailed(adapters: Adapters, postbox: Postbox, shop: Shop) -> None:
    happens(adapters, shop, TEAM)

    assert postbox.subjects == ["New return R-1042-1"]


@pytest.mark.again
@pytest.mark.parametrize(
    "settings", [Returns(), replace(TEAM, mail_new_returns=False, mail_looks=False)], ids=["no address", "not wanted"]
)
def test_nobody_is_mailed_who_did_not_ask_for_it(
    adapters: Adapters, postbox: Postbox, shop: Shop, settings: Returns
) -> None:
    happens(adapters, shop, settings, state="approved", group="needs_look")

    assert postbox.subjects == []
