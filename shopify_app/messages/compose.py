"""What each mail says: one function a kind, from facts to a letter. Pure; nothing here knows a language.

Every letter answers three questions in this order: what happened, what happens next and when, what can I do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.messages import automated, balances, inspected, labels, no_receipt, team
from shopify_app.messages.arrived import goods_received
from shopify_app.messages.changed import return_changed
from shopify_app.messages.items import requested_items
from shopify_app.messages.letters import Button, Letter, Words
from shopify_app.messages.passages import (
    SEE_RETURN,
    ending,
    facts,
    kept_aside,
    over,
    promises,
    said_by_shop,
    see,
    small,
    ways_back,
)
from shopify_app.messages.plan import MailKind
from shopify_app.messages.settled import group_settled
from shopify_app.messages.sold_out import parts_that_wait, replacement_gone
from shopify_app.messages.story import Story
from shopify_app.messages.trial import sender_test
from shopify_app.messages.withdrawn import withdrawal_called_off, withdrawal_opened, withdrawal_received
from shopify_app.returns.states import Reception, ReturnState, Source

DECLINED_BECAUSE: Mapping[str, Phrase] = {
    "final_sale": phrase("The item was sold as final sale, and those cannot come back."),
    "return_period_ended": phrase("The time in which it could be returned has ended."),
    "other": phrase("After looking at your request we cannot take these items back."),
}
"""Shopify's `ReturnDeclineReason`, in lower case."""


def compose(kind: MailKind, story: Story, language: str) -> Letter:
    """The letter of `kind`. `language` is the code in which the merchant's own texts are wanted."""
    return LETTERS[kind](story, language)


def is_overtaken(kind: MailKind, story: Story) -> bool:
    """Whether what the mail would say is no longer so: it is not sent."""
    if kind in no_receipt.LETTERS:
        return no_receipt.is_overtaken(kind, story)
    if kind in (MailKind.ONE_TIME_CODE, MailKind.SENDER_TEST):
        return kind is MailKind.ONE_TIME_CODE and not story.code
    if kind is MailKind.WITHDRAWAL_RECEIVED:
        return story.withdrawal is None
    if kind in OVERTAKEN:
        return OVERTAKEN[kind](story)
    state = story.of_return.state
    if kind is MailKind.RETURN_REQUESTED:
        return state != ReturnState.REQUESTED
    if kind is MailKind.RETURN_MORE_WANTED:
        return state != ReturnState.MORE_WANTED
    if kind is MailKind.RETURN_DECLINED:
        return state != ReturnState.DECLINED
    if kind is MailKind.GROUP_SETTLED:
        return all(group.id != story.group_id for group in story.of_return.groups)
    if kind is MailKind.REPLACEMENT_GONE and state not in (ReturnState.REQUESTED, ReturnState.MORE_WANTED):
        return state != ReturnState.APPROVED or not parts_that_wait(story)
    return kind is not MailKind.RETURN_CANCELLED and state in (ReturnState.CANCELLED, ReturnState.DECLINED)


OVERTAKEN: Mapping[MailKind, Callable[[Story], bool]] = {
    MailKind.RETURN_LABEL: labels.is_overtaken,
    MailKind.RETURN_LABEL_ENDS: labels.is_overtaken,
    MailKind.INSPECTION_ASKED: inspected.is_asked_no_more,
    MailKind.INSPECTION_REMINDER: inspected.is_asked_no_more,
    MailKind.BALANCE_DUE: balances.is_overtaken,
    MailKind.BALANCE_REMINDER: balances.is_overtaken,
    MailKind.RETURN_MESSAGE: lambda story: not story.note,
    **team.OVERTAKEN,
    **dict.fromkeys(automated.KINDS, lambda story: story.automated is None),
}
"""Kinds whose own file knows it, and words that are so whatever the state."""


def one_time_code(story: Story, language: str) -> Letter:
    """Six digits and how long they work. No link: whoever asked has the page open."""
    return Letter(
        headline=phrase("{code} is your code", code=story.code),
        over=phrase("Order {order}", order=story.order),
        preview=phrase_n(
            "It works once, for {count} minute.", "It works once, for {count} minutes.", story.code_minutes
        ),
        words=(
            phrase_n(
                "Type it into the page where you asked for it. It works once, for {count} minute.",
                "Type it into the page where you asked for it. It works once, for {count} minutes.",
                story.code_minutes,
            ),
        ),
        code=story.code,
        small=(
            phrase("Did you not ask for it? Then ignore this mail: without the code nobody gets in."),
            phrase("{shop} will never ask you for this code by phone or chat.", shop=story.house.name),
        ),
    )


def return_requested(story: Story, language: str) -> Letter:
    """What was asked for, and until when we decide."""
    ret = story.of_return
    answer = phrase("We look at it and write to you.")
    if ret.decide_by:
        answer = phrase("We look at it and answer by {day}.", day=story.named_day(ret.decide_by))
    return Letter(
        headline=phrase("We have your return request"),
        over=over(story),
        preview=answer,
        words=(answer, _keep_until_then(story)),
        items=requested_items(story),
        button=see(story),
        sums=promises(story),
        facts=facts(story),
        small=small(story),
    )


def return_more_wanted(story: Story, language: str) -> Letter:
    """What we still need to know, in the shop's own words."""
    ret = story.of_return
    words: tuple[Words, ...] = (phrase("Before we can decide on your return we need something from you."),)
    if ret.decide_by:
        words += (phrase("Please answer by {day}.", day=story.named_day(ret.decide_by)),)
    return Letter(
        headline=phrase("We have a question about your return"),
        over=over(story),
        preview=words[0] if isinstance(words[0], Phrase) else SEE_RETURN,
        words=words,
        said=said_by_shop(story, story.question),
        items=requested_items(story),
        button=Button(phrase("Answer"), story.link),
        facts=facts(story),
        small=small(story),
    )


def return_message(story: Story, language: str) -> Letter:
    """What the shop has to say, in its own words."""
    return Letter(
        headline=phrase("We have written to you about your return"),
        over=over(story),
        preview=phrase("{shop} writes", shop=story.house.name),
        words=(),
        said=said_by_shop(story, story.note),
        button=see(story),
        facts=facts(story),
        small=small(story),
    )


def return_approved(story: Story, language: str) -> Letter:
    """How to send things back, and the exact sums that wait for it."""
    parts = ways_back(story, language)
    first = phrase("You need not send anything back.")
    if parts:
        count = sum(unit.reception == Reception.EXPECTED for unit in story.of_return.units)
        first = phrase_n("Please send your item back to us.", "Please send your items back to us.", count)
    headline = phrase("Your return is approved")
    if story.of_return.source == Source.MERCHANT:
        headline = phrase("We have set up a return for you")
    return Letter(
        headline=headline,
        over=over(story),
        preview=first,
        words=(first, *kept_aside(story)),
        items=requested_items(story),
        button=see(story),
        parts=parts,
        sums=promises(story),
        facts=facts(story),
        small=small(story),
    )


def return_declined(story: Story, language: str) -> Letter:
    """Why not, and how to say that one sees it differently."""
    why = DECLINED_BECAUSE.get(story.of_return.decline_reason or "", DECLINED_BECAUSE["other"])
    return ending(story, phrase("We cannot accept your return"), why, _stays_yours(story))


def _stays_yours(story: Story) -> Phrase:
    return phrase_n(
        "Nothing is charged, and the item stays yours. See it differently? Just write to us.",
        "Nothing is charged, and the items stay yours. See it differently? Just write to us.",
        len(story.of_return.units),
    )


def return_cancelled(story: Story, language: str) -> Letter:
    """Nothing more happens."""
    if story.of_return.withdrawal is not None:
        return withdrawal_called_off(story)
    units = len(story.of_return.units)
    nothing = phrase_n(
        "Nothing more happens, and nothing is charged. The item stays yours.",
        "Nothing more happens, and nothing is charged. The items stay yours.",
        units,
    )
    sent = phrase_n(
        "Have you already sent it? Please write to us, so that we can look out for the parcel.",
        "You have sent them already? Please write to us, so that we look out for the parcel.",
        units,
    )
    return ending(story, phrase("Your return is cancelled"), nothing, sent)


def _keep_until_then(story: Story) -> Phrase:
    return phrase_n(
        "Please keep the item until then. You can still change or cancel your request.",
        "Please keep the items until then. You can still change or cancel your request.",
        len(story.of_return.units),
    )


LETTERS: Mapping[MailKind, Callable[[Story, str], Letter]] = {
    MailKind.ONE_TIME_CODE: one_time_code,
    MailKind.SENDER_TEST: sender_test,
    MailKind.RETURN_REQUESTED: return_requested,
    MailKind.RETURN_MORE_WANTED: return_more_wanted,
    MailKind.RETURN_MESSAGE: return_message,
    **team.LETTERS,
    **automated.LETTERS,
    MailKind.RETURN_APPROVED: return_approved,
    MailKind.RETURN_DECLINED: return_declined,
    MailKind.RETURN_CHANGED: return_changed,
    MailKind.RETURN_CANCELLED: return_cancelled,
    MailKind.GOODS_RECEIVED: goods_received,
    MailKind.BALANCE_DUE: balances.balance_due,
    MailKind.BALANCE_REMINDER: balances.balance_reminder,
    MailKind.GROUP_SETTLED: group_settled,
    MailKind.REPLACEMENT_GONE: replacement_gone,
    MailKind.INSPECTION_ASKED: inspected.inspection_asked,
    MailKind.INSPECTION_REMINDER: inspected.inspection_reminder,
    MailKind.INSPECTION_DECIDED: inspected.inspection_decided,
    MailKind.GOODS_SENT_BACK: inspected.goods_sent_back,
    MailKind.RETURN_LABEL: labels.return_label,
    MailKind.RETURN_LABEL_ENDS: labels.return_label_ends,
    MailKind.WITHDRAWAL_RECEIVED: withdrawal_received,
    MailKind.WITHDRAWAL_OPENED: withdrawal_opened,
    **no_receipt.LETTERS,
}
