"""What the mails of an exchange for new items say: the items, and the sums as the pages have them."""

from __future__ import annotations

import pytest
from cart_cases import asked, in_force, new_product, policy
from returns_counter import Counter, open_counter
from settling import approve, groups, receive, states, with_credit

from shopify_app.db import Database
from shopify_app.i18n import Languages
from shopify_app.messages.compose import compose
from shopify_app.messages.models import Message
from shopify_app.messages.plan import MailKind
from shopify_app.messages.rendering import render
from shopify_app.messages.stories import story_of
from shopify_app.returns.models import Return


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    found = with_credit(open_counter(database, database_url))
    in_force(found, policy())
    return found


def mail(counter: Counter, kind: MailKind, ret: Return, **references: int) -> str:
    """The text of a mail about the return."""
    with counter.database.read() as session:
        order = counter.order(session)
        row = Message(shop_id=counter.shop_id, kind=kind, order_id=order.id, return_id=ret.id, references=references)
        story = story_of(session, row, order, "https://shop.example/r", counter.now())
    language = Languages().choose(["en"])
    return render(compose(kind, story, language.code), language, story.house).text


def test_the_mail_that_confirms_names_the_new_items_and_what_they_come_to(counter: Counter) -> None:
    new = new_product(counter, S="60.00")
    ret = asked(counter, {new["S"]: 1})

    text = mail(counter, MailKind.RETURN_REQUESTED, ret)

    assert "Coat" in text
    assert "Your new item" in text
    assert "11.34" in text


def test_the_mail_about_the_settlement_does_too(counter: Counter) -> None:
    new = new_product(counter, S="40.00")
    ret = asked(counter, {new["S"]: 1})
    approve(counter, ret)
    receive(counter, ret)
    assert states(counter, ret) == ["settled"]

    text = mail(counter, MailKind.GROUP_SETTLED, ret, group_id=groups(counter, ret)[0].id)

    assert "Coat" in text
    assert "5.40" in text
