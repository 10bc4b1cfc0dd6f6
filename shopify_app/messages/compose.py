"""What each mail says: one function a kind, from facts to a letter. Pure; nothing here knows a language.

Every letter answers three questions in this order: what happened, what happens next and when, what can I do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shopify_app.i18n import Day, Phrase, phrase, phrase_n
from shopify_app.messages.items import decided_items, named_items, requested_items, swaps
from shopify_app.messages.letters import Button, Fact, Letter, Part, Said, Sum, Words
from shopify_app.messages.plan import MailKind
from shopify_app.messages.stories import Story
from shopify_app.messages.sums import gets, has_bonus, paid, promised, settled, went_to
from shopify_app.messages.texts import several_lines
from shopify_app.returns.states import Reception, ReturnState, Source
from shopify_app.returns.vocabulary import EXCHANGES, Method, Outcome
from shopify_app.settings.shape import in_language

SEE = phrase("See your return")
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
    if kind is MailKind.ONE_TIME_CODE:
        return not story.code
    state = story.of_return.state
    if kind is MailKind.RETURN_REQUESTED:
        return state != ReturnState.REQUESTED
    if kind is MailKind.RETURN_MORE_WANTED:
        return state != ReturnState.MORE_WANTED
    if kind is MailKind.RETURN_DECLINED:
        return state != ReturnState.DECLINED
    if kind is MailKind.GROUP_SETTLED:
        return all(group.id != story.group_id for group in story.of_return.groups)
    return kind is not MailKind.RETURN_CANCELLED and state in (ReturnState.CANCELLED, ReturnState.DECLINED)


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
            phrase("You did not ask for it? Then ignore this mail: without the code nobody gets in."),
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
        over=_over(story),
        preview=answer,
        words=(answer, phrase("Please keep the items until then. You can still change or cancel your request.")),
        items=requested_items(story),
        button=Button(SEE, story.link),
        sums=_promises(story),
        facts=_facts(story),
        small=_small(story),
    )


def return_more_wanted(story: Story, language: str) -> Letter:
    """What we still need to know, in the shop's own words."""
    ret = story.of_return
    words: tuple[Words, ...] = (phrase("Before we can decide on your return we need something from you."),)
    if ret.decide_by:
        words += (phrase("Please answer by {day}.", day=story.named_day(ret.decide_by)),)
    return Letter(
        headline=phrase("We have a question about your return"),
        over=_over(story),
        preview=words[0] if isinstance(words[0], Phrase) else SEE,
        words=words,
        said=_said_by_shop(story, story.question),
        items=requested_items(story),
        button=Button(phrase("Answer"), story.link),
        facts=_facts(story),
        small=_small(story),
    )


def return_approved(story: Story, language: str) -> Letter:
    """How to send things back, and the exact sums that wait for it."""
    parts = _ways_back(story, language)
    first = phrase("Please send your items back to us.") if parts else phrase("You need not send anything back.")
    headline = phrase("Your return is approved")
    if story.of_return.source == Source.MERCHANT:
        headline = phrase("We have set up a return for you")
    return Letter(
        headline=headline,
        over=_over(story),
        preview=first,
        words=(first, *_kept_aside(story)),
        items=requested_items(story),
        button=Button(SEE, story.link),
        parts=parts,
        sums=_promises(story),
        facts=_facts(story),
        small=_small(story),
    )


def return_declined(story: Story, language: str) -> Letter:
    """Why not, and how to say that one sees it differently."""
    why = DECLINED_BECAUSE.get(story.of_return.decline_reason or "", DECLINED_BECAUSE["other"])
    return Letter(
        headline=phrase("We cannot accept your return"),
        over=_over(story),
        preview=why,
        words=(why, phrase("Nothing is charged, and the items stay yours. You see it differently? Just write to us.")),
        said=_said_by_shop(story, story.note),
        items=named_items(story),
        button=Button(SEE, story.link),
        facts=_facts(story),
        small=_small(story),
    )


def return_cancelled(story: Story, language: str) -> Letter:
    """Nothing more happens."""
    nothing = phrase("Nothing more happens, and nothing is charged. The items stay yours.")
    return Letter(
        headline=phrase("Your return is cancelled"),
        over=_over(story),
        preview=nothing,
        words=(nothing, phrase("You have sent them already? Please write to us, so that we look out for the parcel.")),
        said=_said_by_shop(story, story.note),
        items=named_items(story),
        button=Button(SEE, story.link),
        facts=_facts(story),
        small=_small(story),
    )


def goods_received(story: Story, language: str) -> Letter:
    """What has arrived, and what we do with it."""
    ret = story.of_return
    is_all = all(unit.reception in (Reception.RECEIVED, Reception.KEPT) for unit in ret.units)
    headline = phrase("Your items have arrived") if is_all else phrase("A part of your return has arrived")
    following = phrase("We check them and write to you as soon as that is done.")
    return Letter(
        headline=headline,
        over=_over(story),
        preview=following,
        words=(following,),
        items=decided_items(story, ret.lines, with_arrivals=True),
        button=Button(SEE, story.link),
        sums=_promises(story, open_only=True),
        facts=_facts(story),
        small=_small(story),
    )


def replacement_gone(story: Story, language: str) -> Letter:
    """The replacement is sold out; nothing is decided over the shopper's head."""
    nothing = phrase("We change nothing until you have chosen.")
    return Letter(
        headline=phrase("Your replacement is sold out"),
        over=_over(story),
        preview=nothing,
        words=(
            phrase("We are sorry: what you chose has sold out before we could put it aside. Please choose again."),
            nothing,
        ),
        items=tuple(swap.gone for swap in swaps(story)),
        button=Button(phrase("Choose again"), story.link),
        facts=_facts(story),
        small=_small(story),
    )


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
    words: tuple[Words, ...] = (phrase("The items are yours to keep."), waiting) if keeps else (waiting,)
    return _settled(story, headline, waiting, words, Button(SEE, story.link))


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
    return _settled(
        story, headline, use, words, Button(phrase("To the shop"), story.house.home), Button(SEE, story.link)
    )


def _exchanged(story: Story) -> Letter:
    ready = phrase("We are getting it ready and write to you when it is on its way.")
    return _settled(story, phrase("Your exchange is confirmed"), ready, (ready,), Button(SEE, story.link))


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
        over=_over(story),
        preview=preview,
        words=(*_changed(story), *words),
        code=story.card_code,
        items=decided_items(story, lines, with_arrivals=False),
        button=button,
        quiet=quiet,
        sums=settled(group, bool(story.card_code)),
        facts=(*_money_facts(story), *_facts(story)),
        small=_small(story),
    )


def _changed(story: Story) -> tuple[Phrase, ...]:
    """What was agreed and what it came to are both said when they differ."""
    agreed, final = story.group.accepted, story.group.final
    if agreed is None or final is None or agreed.gets == final.gets:
        return ()
    return (phrase("{was} was agreed. After checking your items it is {now}.", was=agreed.gets, now=final.gets),)


def _money_facts(story: Story) -> tuple[Fact, ...]:
    group = story.group
    facts = went_to(group) if Outcome(group.outcome) is not Outcome.STORE_CREDIT else ()
    if has_bonus(group) and group.bonus and group.bonus.expires_at:
        facts += (Fact(phrase("Bonus to be used by"), story.day(group.bonus.expires_at)),)
    if story.balance is not None:
        facts += (Fact(phrase("Your store credit now"), story.balance),)
    return facts


def _over(story: Story) -> Phrase:
    return phrase("Return {rma} · Order {order}", rma=story.of_return.rma, order=story.order)


def _facts(story: Story) -> tuple[Fact, ...]:
    ret = story.of_return
    return (Fact(phrase("Requested"), story.day(ret.requested_at)),)


def _promises(story: Story, open_only: bool = False) -> tuple[Sum, ...]:
    groups = (group for group in story.of_return.groups if not (open_only and group.settled_at))
    return tuple(found for group in groups if (found := promised(group)))


def _said_by_shop(story: Story, words: str) -> Said | None:
    lines = several_lines(words, 2000)
    return Said(phrase("{shop} writes", shop=story.house.name), lines) if lines else None


def _kept_aside(story: Story) -> tuple[Phrase, ...]:
    if story.held_until is None or not swaps(story):
        return ()
    return (phrase("We keep your replacement aside until {day}.", day=Day(story.held_until)),)


def _ways_back(story: Story, language: str) -> tuple[Part, ...]:
    """One passage for each way in which items travel; none when nothing has to travel."""
    travelling = [
        line for line in story.of_return.lines if any(unit.reception == Reception.EXPECTED for unit in line.units)
    ]
    methods = dict.fromkeys(Method(line.method) for line in travelling)
    return tuple(_way(method, story, language) for method in methods if method is not Method.NONE)


def _way(method: Method, story: Story, language: str) -> Part:
    settings, rma = story.house.returns, story.of_return.rma
    own = several_lines(in_language(settings.instructions, language), 2000)
    if method is Method.IN_STORE:
        words = (phrase("Show this mail, or name the number {rma}.", rma=rma), *own)
        return Part(phrase("Bring them to our store"), words, several_lines(settings.store_addresses, 1000))
    if method is Method.OWN_CARRIER:
        where = several_lines(settings.return_address, 500)
        ask = () if where else (phrase("Where to? Please ask us for the address before you send anything."),)
        words = (
            phrase("Pack the items well and put a note with {rma} into the parcel.", rma=rma),
            phrase("Keep the receipt of the carrier until everything is settled."),
            *own,
            *ask,
        )
        return Part(phrase("Send them with a carrier of your choice"), words, where)
    if method is Method.PICK_UP:
        return Part(
            phrase("We pick them up"), (phrase("We write to you about the day. Please have them packed."), *own)
        )
    words = (phrase("You find it on the page of your return. Put {rma} into the parcel.", rma=rma), *own)
    title = phrase("Send them with our code") if method is Method.QR else phrase("Send them with our label")
    return Part(title, words)


def _small(story: Story) -> tuple[Phrase, ...]:
    why = phrase("You get this mail because of your order {order} at {shop}.", order=story.order, shop=story.house.name)
    if not story.house.contact:
        return (why,)
    return (phrase("Questions? Just answer this mail."), why)


LETTERS: Mapping[MailKind, Callable[[Story, str], Letter]] = {
    MailKind.ONE_TIME_CODE: one_time_code,
    MailKind.RETURN_REQUESTED: return_requested,
    MailKind.RETURN_MORE_WANTED: return_more_wanted,
    MailKind.RETURN_APPROVED: return_approved,
    MailKind.RETURN_DECLINED: return_declined,
    MailKind.RETURN_CANCELLED: return_cancelled,
    MailKind.GOODS_RECEIVED: goods_received,
    MailKind.GROUP_SETTLED: group_settled,
    MailKind.REPLACEMENT_GONE: replacement_gone,
}
