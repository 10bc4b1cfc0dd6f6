"""The items of a mail: what was asked for, what became of it, what it is exchanged for. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.messages.letters import Item
from shopify_app.messages.story import Story
from shopify_app.returns import explain
from shopify_app.returns.dossier import LineFacts
from shopify_app.returns.states import Reception, UnitDecision
from shopify_app.returns.vocabulary import EXCHANGES, Outcome
from shopify_app.texts import plain

WHOLE = Decimal(100)
NEW = phrase("Your new item")


@dataclass(frozen=True)
class Swap:
    """What comes instead: `new` when it is on its way, `gone` when it sold out."""

    new: Item
    gone: Item


def requested_items(story: Story) -> tuple[Item, ...]:
    """Each line with what the shopper wants for it; new items stand after them."""
    return (*(_item(story, line, _wish(line)) for line in story.of_return.lines), *new_goods(story))


def named_items(story: Story) -> tuple[Item, ...]:
    """Each line as it was bought: nothing becomes of it."""
    return tuple(_item(story, line, None) for line in story.of_return.lines)


def decided_items(story: Story, lines: Sequence[LineFacts], with_arrivals: bool) -> tuple[Item, ...]:
    """Each line with what became of it: what has arrived, or what was accepted. New items stand after them."""
    said = _arrival if with_arrivals else _verdict
    items = tuple(_item(story, line, said(line)) for line in lines)
    if with_arrivals:
        return items
    groups = {line.group for line in lines}
    return (*items, *(swap.new for swap in swaps(story, lines)), *new_goods(story, groups))


def new_goods(story: Story, groups: Set[int | None] | None = None, note: Phrase = NEW) -> tuple[Item, ...]:
    """What was chosen from the shop, of the release groups at these positions; None: of all."""
    return tuple(
        Item(plain(new.title, 255) or "·", _variant(new.variant_title), new.quantity,
             story.new_pictures.get(new.variant_id), note)
        for group in story.of_return.groups
        if groups is None or group.position in groups
        for new in group.new
    )  # fmt: skip


def swaps(story: Story, lines: Sequence[LineFacts] | None = None) -> tuple[Swap, ...]:
    """The replacements that were chosen."""
    found = []
    for line in story.of_return.lines if lines is None else lines:
        if line.outcome in EXCHANGES and line.replacement_variant_id:
            picture = story.new_pictures.get(line.replacement_variant_id)
            title, variant = plain(line.title, 255) or "·", _variant(line.replacement_title)
            found.append(
                Swap(
                    Item(title, variant, line.quantity, picture, NEW),
                    Item(title, variant, line.quantity, picture, phrase("Sold out")),
                )
            )
    return tuple(found)


def _item(story: Story, line: LineFacts, note: Phrase | None) -> Item:
    return Item(
        title=plain(line.title, 255) or "·",
        variant=_variant(line.variant_title),
        quantity=line.quantity,
        picture=story.line_pictures.get(line.line_id),
        note=note,
    )


def _variant(title: str | None) -> str:
    return "" if title in (None, "Default Title") else plain(title, 255)


def _wish(line: LineFacts) -> Phrase:
    if line.outcome in EXCHANGES and line.replacement_title:
        return phrase("Exchange for {variant}", variant=_variant(line.replacement_title))
    return explain.outcome_of(Outcome(line.outcome), line.quantity)


def _arrival(line: LineFacts) -> Phrase | None:
    here = sum(unit.reception == Reception.RECEIVED for unit in line.units)
    if not here and all(unit.reception == Reception.KEPT for unit in line.units):
        return phrase("Yours to keep")
    if not here:
        return phrase("Not here yet")
    if here == len(line.units):
        return phrase("Arrived")
    return phrase("{here} of {all} arrived", here=here, all=len(line.units))


def _verdict(line: LineFacts) -> Phrase | None:
    """Said only where something was not taken as it was sent."""
    accepted = [unit for unit in line.units if unit.decision == UnitDecision.ACCEPTED]
    reduced = Counter(unit.percent for unit in accepted if unit.percent is not None and unit.percent < WHOLE)
    there = [unit for unit in line.units if unit.reception != Reception.MISSING]
    missing = len(line.units) - len(there)
    refused = sum(unit.decision == UnitDecision.REFUSED for unit in there)
    if refused and not missing and not accepted:
        return phrase("Not accepted")
    if refused and not missing and not reduced:
        return phrase("{accepted} of {all} accepted", accepted=len(accepted), all=len(line.units))
    if list(reduced.values()) == [len(line.units)]:
        return phrase("Accepted at {percent} %", percent=explain.number(next(iter(reduced))))
    said = [phrase_n("{count} was not in the parcel", "{count} were not in the parcel", missing)] if missing else []
    if refused:
        said.append(phrase_n("{count} could not be accepted", "{count} could not be accepted", refused))
    said += [
        phrase_n("{count} accepted at {percent} %", "{count} accepted at {percent} %", units,
                 percent=explain.number(percent))
        for percent, units in sorted(reduced.items())
    ]  # fmt: skip
    return reduce(lambda before, name: phrase("{before}, {name}", before=before, name=name), said) if said else None
