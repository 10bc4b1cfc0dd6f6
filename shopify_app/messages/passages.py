"""Passages that several mails share: what it is about, what was agreed, how to send something back. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from shopify_app.i18n import Day, Phrase, phrase, phrase_n
from shopify_app.messages.items import named_items, new_goods, swaps
from shopify_app.messages.letters import Button, Fact, Letter, Part, Said, Sum
from shopify_app.messages.story import Story
from shopify_app.messages.sums import promised
from shopify_app.returns.dossier import GroupFacts
from shopify_app.returns.states import Reception
from shopify_app.returns.vocabulary import Method
from shopify_app.settings.shape import in_language
from shopify_app.texts import several_lines

SEE_RETURN = phrase("See your return")
SEE_WITHDRAWAL = phrase("See your withdrawal")


def over(story: Story) -> Phrase:
    """What the mail is about: a withdrawal by the number that its first mail has."""
    withdrawal = story.of_return.withdrawal
    if withdrawal is not None:
        return phrase("Withdrawal {number} · Order {order}", number=withdrawal.number, order=story.order)
    return phrase("Return {rma} · Order {order}", rma=story.of_return.rma, order=story.order)


def see(story: Story) -> Button:
    """The page on which to follow it."""
    return Button(SEE_WITHDRAWAL if story.of_return.withdrawal else SEE_RETURN, story.link)


def facts(story: Story) -> tuple[Fact, ...]:
    """What stays true of the request."""
    ret = story.of_return
    name = phrase("Withdrawn") if ret.withdrawal else phrase("Requested")
    return (Fact(name, story.day(ret.requested_at)),)


def promises(story: Story, open_only: bool = False) -> tuple[Sum, ...]:
    """What was agreed, one sum a release group; with `open_only`, for those that are not settled yet. No event of the
    shop's frees the money of a withdrawal: the law says by when."""
    groups = (group for group in story.of_return.groups if not (open_only and group.settled_at))
    found = tuple(found for group in groups if (found := promised(group, units_of(story, group))))
    return tuple(replace(each, note=None) for each in found) if story.of_return.withdrawal else found


def units_of(story: Story, group: GroupFacts) -> int:
    """How many pieces a release group is about."""
    return sum(line.quantity for line in story.of_return.lines if line.group == group.position)


def said_by_shop(story: Story, words: str) -> Said | None:
    """The shop's own words, if there are any."""
    lines = several_lines(words, 2000)
    return Said(phrase("{shop} writes", shop=story.house.name), lines) if lines else None


def small(story: Story) -> tuple[Phrase, ...]:
    """Why the mail came, and where answers go."""
    why = phrase("You get this mail because of your order {order} at {shop}.", order=story.order, shop=story.house.name)
    if not story.house.contact:
        return (why,)
    return (phrase("Questions? Just answer this mail."), why)


def kept_aside(story: Story) -> tuple[Phrase, ...]:
    """Until when replacements are held."""
    if story.held_until is None or not (swaps(story) or new_goods(story)):
        return ()
    return (phrase("We keep your replacement aside until {day}.", day=Day(story.held_until)),)


def ending(story: Story, headline: Phrase, *words: Phrase) -> Letter:
    """A mail after which nothing is left to do: what it was about, with the shop's own words."""
    return Letter(
        headline=headline,
        over=over(story),
        preview=words[0],
        words=words,
        said=said_by_shop(story, story.note),
        items=named_items(story),
        button=see(story),
        facts=facts(story),
        small=small(story),
    )


def ways_back(story: Story, language: str) -> tuple[Part, ...]:
    """One passage for each way in which items travel; none when nothing has to travel."""
    travelling = [
        line for line in story.of_return.lines if any(unit.reception == Reception.EXPECTED for unit in line.units)
    ]
    units: Counter[Method] = Counter()
    for line in travelling:
        units[Method(line.method)] += sum(unit.reception == Reception.EXPECTED for unit in line.units)
    return tuple(_way(method, units[method], story, language) for method in units if method is not Method.NONE)


def _way(method: Method, units: int, story: Story, language: str) -> Part:
    settings, rma = story.house.returns, story.of_return.rma
    own = several_lines(in_language(settings.instructions, language), 2000)
    if method is Method.IN_STORE:
        words = (phrase("Show this mail, or name the number {rma}.", rma=rma),)
        title = phrase_n("Bring it to our store", "Bring them to our store", units)
        return Part(title, words, several_lines(settings.store_addresses, 1000))
    if method is Method.OWN_CARRIER:
        return _by_own_carrier(rma, units, own, several_lines(settings.return_address, 500))
    if method is Method.PICK_UP:
        day = phrase_n(
            "We write to you about the day. Please have it packed.",
            "We write to you about the day. Please have them packed.",
            units,
        )
        return Part(phrase_n("We collect it", "We collect them", units), (day, *own))
    words = (phrase("You find it on the page of your return. Put {rma} into the parcel.", rma=rma), *own)
    title = phrase_n("Send it with our label", "Send them with our label", units)
    if method is Method.QR:
        title = phrase_n("Send it with our code", "Send them with our code", units)
    return Part(title, words)


def _by_own_carrier(rma: str, units: int, own: tuple[str, ...], where: tuple[str, ...]) -> Part:
    ask = () if where else (phrase("Where to? Please ask us for the address before you send anything."),)
    pack = phrase_n(
        "Pack the item well and put a note with {rma} into the parcel.",
        "Pack the items well and put a note with {rma} into the parcel.",
        units,
        rma=rma,
    )
    words = (pack, phrase("Keep the receipt of the carrier until everything is settled."), *own, *ask)
    title = phrase_n("Send it with a carrier of your choice", "Send them with a carrier of your choice", units)
    return Part(title, words, where)
