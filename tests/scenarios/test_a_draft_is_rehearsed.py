"""Ada's returns as the portal made them, rehearsed: under the policy that they were made under, the very same sums."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from returns_counter import Counter, open_counter
from sqlalchemy import select

from shopify_app.db import Database
from shopify_app.returns import published
from shopify_app.returns.document import read_policy, to_document
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.presets import STANDARD
from shopify_app.returns.rehearsal.answer import Rehearsal, Sums, sums_of
from shopify_app.returns.rehearsal.rehearse import rehearse
from shopify_app.returns.rules import Policy
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.vocabulary import Outcome


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    """Three shirts came; one went back for credit, one for money, one for another size."""
    found = open_counter(database, database_url, quantity=3)
    found.asked(outcome=Outcome.STORE_CREDIT)
    found.asked(outcome=Outcome.REFUND)
    found.asked(outcome=Outcome.VARIANT_EXCHANGE, replacement_variant_id=found.desk.variants["M"])
    return found


def rehearsed(counter: Counter, draft: Policy) -> Rehearsal:
    return rehearse(counter.database, counter.wire.shop(), draft, counter.now())


def agreed(counter: Counter) -> Sums:
    with counter.database.read() as session:
        stored = session.scalars(select(ReleaseGroup.accepted).order_by(ReleaseGroup.id)).all()
    return sums_of([settlement_from_stored(each) for each in stored], "EUR")


def dearer() -> Policy:
    """The preset with a restocking fee of 10 % and half the bonus."""
    document = to_document(STANDARD)
    document["rules"][-1]["then"] |= {"restocking_percent": "10", "bonus": {"any": {"percent": "5"}}}
    return read_policy(json.dumps(document))


def test_what_was_agreed_at_the_portal_is_what_the_policy_in_force_comes_to(counter: Counter) -> None:
    (sums,) = rehearsed(counter, dearer()).returns.sums

    assert sums.returns == 3
    assert sums.in_force == agreed(counter)
    assert [str(part) for part in (sums.in_force.refunded, sums.in_force.credited, sums.in_force.exchanged)] == [
        "48.60", "48.60", "48.60",
    ]  # fmt: skip


def test_the_draft_comes_to_what_the_portal_would_have_agreed_under_it(counter: Counter) -> None:
    """Exchanges stay free of fees; the others bear 10 % of 45.00, and half of the bonus on what is left of it."""
    change = rehearsed(counter, dearer()).returns.sums[0].change

    assert (str(change.fees), str(change.refunded), str(change.credited)) == ("9.00", "-4.50", "-4.50")
    assert (str(change.exchanged), change.bonus.decimal) == ("0.00", Decimal("2.03") - Decimal("4.50"))


def test_rehearsing_publishes_nothing_and_leaves_every_return_as_it_was(counter: Counter) -> None:
    before = agreed(counter)

    rehearsed(counter, dearer())

    assert agreed(counter) == before
    with counter.database.read() as session:
        assert [each.number for each in published.versions(session, counter.shop_id)] == [1]


def test_once_the_draft_is_published_it_is_what_is_in_force(counter: Counter) -> None:
    counter.publish(dearer())

    assert rehearsed(counter, dearer()).is_without_change
