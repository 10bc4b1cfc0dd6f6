"""What a mail says when the money has moved: how much, where to, and how it was worked out. Pure."""

from __future__ import annotations

from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.messages.balances import became
from shopify_app.messages.items import decided_items
from shopify_app.messages.letters import Button, Fact, Letter, Words
from shopify_app.messages.passages import facts, over, see, small, units_of
from shopify_app.messages.story import Story
from shopify_app.messages.sums import gets, has_bonus, paid, settled, went_to
from shopify_app.returns.balances.models import BalanceState
from shopify_app.returns.vocabulary import EXCHANGES, Outcome


def group_settled(story: Story, language: str) -> Letter:
    """What was paid, where it went, and how it was worked out."""
    outcome = Outcome(story.group.outcome)
    if outcome in EXCHANGES:
        return _exchanged(story)
    return _credited(story) if outcome is Outcome.STORE_CREDIT else _refunded(story)


def _refunded(story: Story) -> Letter:
    group, amount = story.group, gets(story.group, with_bonus=False)
    keeps = Outcome(group.outcome) is Outcome.KEEP_ITEM
    headline = phrase("Your refund is on its way")
    if amount is not None:
        headline = phrase("Your refund of {amount} is on its way", amount=amount)
    waiting = phrase("Your bank or card may take a few days to show it.")
    kept = phrase_n("The item is yours to keep.", "The items are yours to keep.", units_of(story, group))
    words: tuple[Words, ...] = (kept, waiting) if keeps else (waiting,)
    return _settled(story, headline, waiting, words, see(story))


def _credited(story: Story) -> Letter:
    group = story.group
    with_bonus = has_bonus(group) and not story.card_code
    amount = gets(group, with_bonus)
    headline = phrase("Your store credit is ready")
    if amount is not None:
        headline = phrase("{amount} store credit is yours", amount=amount)
    use = phrase("It is in your account now: sign in at checkout, and it is offered as a way to pay.")
    words: tuple[Words, ...] = (use,)
    sums = paid(group)
    if has_bonus(group) and story.card_code:
        words += (phrase("Your bonus is a gift card. This is its code, to be typed in at checkout:"),)
    elif sums and sums.bonus and not has_bonus(group):
        words += (phrase("Your bonus of {amount} is not in it yet: we add it as soon as we can.", amount=sums.bonus),)
    return _settled(story, headline, use, words, Button(phrase("To the shop"), story.house.home), see(story))


def _exchanged(story: Story) -> Letter:
    ready = phrase("We are getting it ready and write to you when it is on its way.")
    return _settled(story, phrase("Your exchange is confirmed"), ready, (ready,), see(story))


def _settled(
    story: Story,
    headline: Phrase,
    preview: Phrase,
    words: tuple[Words, ...],
    button: Button,
    quiet: Button | None = None,
) -> Letter:
    group = story.group
    lines = tuple(line for line in story.of_return.lines if line.group == group.position)
    return Letter(
        headline=headline,
        over=over(story),
        preview=preview,
        words=(*became(story), *_changed(story), *words),
        code=story.card_code,
        items=decided_items(story, lines, with_arrivals=False),
        button=button,
        quiet=quiet,
        sums=settled(group, units_of(story, group), bool(story.card_code)),
        facts=(*_money_facts(story), *facts(story)),
        small=small(story),
    )


def _changed(story: Story) -> tuple[Phrase, ...]:
    """What was agreed and what it came to are both said when they differ."""
    agreed, final = story.group.accepted, story.group.final
    is_dropped = story.group.balance is not None and story.group.balance.state == BalanceState.DROPPED
    if agreed is None or final is None or is_dropped:
        return ()
    is_exchange = Outcome(story.group.outcome) in EXCHANGES  # whose bonus is no money, and lapses where it is not used
    was, now = (agreed.own, final.own) if is_exchange else (agreed.gets, final.gets)
    return () if was == now else (phrase("{was} was agreed. After checking your items it is {now}.", was=was, now=now),)


def _money_facts(story: Story) -> tuple[Fact, ...]:
    group = story.group
    facts = went_to(group) if Outcome(group.outcome) is not Outcome.STORE_CREDIT else ()
    if has_bonus(group) and group.bonus and group.bonus.expires_at:
        facts += (Fact(phrase("Bonus to be used by"), story.day(group.bonus.expires_at)),)
    if story.balance is not None:
        facts += (Fact(phrase("Your store credit now"), story.balance),)
    return facts
