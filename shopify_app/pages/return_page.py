"""The pages on which a shopper puts a return together: facts and phrases, no words of any language, no HTML.

Each form's fields are named after the fulfilment line they speak of (`key`): ``quantity-<key>``, ``reason-<key>`` ...
Texts of merchants and shoppers have passed `texts.plain`, addresses `texts.followable`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shopify_app.i18n import Phrase
from shopify_app.money import Money
from shopify_app.pages.parts import Item, Link
from shopify_app.pages.return_change import ReviewChange

Problems = list[tuple[str, Phrase]]
"""(id of the field, sentence), first things first."""


class FlowStep(StrEnum):
    """The steps of a return, in order; each is the last part of its page's address."""

    ITEMS = "items"
    REASONS = "reasons"
    OUTCOME = "outcome"
    METHOD = "method"
    REVIEW = "review"

    @property
    def number(self) -> int:
        """From 1."""
        return list(FlowStep).index(self) + 1


@dataclass(frozen=True)
class Flow:
    """What surrounds every step: the order, which step, where its form is sent and where the step before is.

    `problems` are (id of the field, sentence), first things first; `notice` is something that changed meanwhile;
    `changes`: it is about a return that was sent in.
    """

    order_name: str
    step: FlowStep
    action: str
    back: str | None = None
    problems: tuple[tuple[str, Phrase], ...] = ()
    notice: Phrase | None = None
    of: int = len(FlowStep)
    changes: bool = False

    def problem(self, id: str) -> Phrase | None:
        """What is wrong with the field `id`."""
        return next((sentence for which, sentence in self.problems if which == id), None)


@dataclass(frozen=True)
class PolicyInShort:
    """The shop's rules for these items: our sentences from what was decided, then the merchant's own words."""

    sentences: tuple[Phrase, ...] = ()
    own_words: tuple[str, ...] = ()
    url: str | None = None


@dataclass(frozen=True)
class ReturnableItem:
    """Units that may come back; `left` how many, `chosen` how many were picked so far. `until`: the last day, or one
    phrase for each where outcomes end on different days. `unless` says under which
    reasons it may come back although its time is over."""

    key: int
    item: Item
    left: int
    chosen: int = 0
    until: tuple[Phrase, ...] = ()
    unless: Phrase | None = None


@dataclass(frozen=True)
class ClosedItem:
    """An item that cannot come back, and why; `own_words` are the merchant's."""

    item: Item
    why: Phrase
    own_words: str = ""


@dataclass(frozen=True)
class ItemsPage:
    flow: Flow
    policy: PolicyInShort
    items: tuple[ReturnableItem, ...]
    closed: tuple[ClosedItem, ...] = ()
    running: tuple[Link, ...] = ()  # returns of the order that are under way


@dataclass(frozen=True)
class Choice:
    """One entry of a list to choose from."""

    value: str
    label: Phrase | str
    is_chosen: bool = False


@dataclass(frozen=True)
class Photo:
    """A picture that was sent; `url` shows it, `id` is what a form says to have it removed."""

    id: int
    url: str
    width: int
    height: int


@dataclass(frozen=True)
class ReasonLine:
    """One item: why it comes back. `question` is the merchant's, `needs_photos` their wish."""

    key: int
    item: Item
    reasons: tuple[Choice, ...]
    note: str = ""
    question: str = ""
    answer: str = ""
    needs_photos: bool = False
    photos: tuple[Photo, ...] = ()
    only: Phrase | None = None

    @property
    def room(self) -> int:
        """How many more pictures may be sent."""
        return max(0, 6 - len(self.photos))


@dataclass(frozen=True)
class ReasonsPage:
    flow: Flow
    lines: tuple[ReasonLine, ...]


@dataclass(frozen=True)
class SumRow:
    """A row of “how is this worked out?”. `title` names the item it belongs to, where it is the item's first row."""

    label: Phrase
    amount: Money
    title: str = ""
    is_sum: bool = False


@dataclass(frozen=True)
class Replacements:
    """The variants that one item may be swapped for; `key` as in the form."""

    key: int
    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class OutcomeChoice:
    """One way to be made whole. `amount` is what the shopper gets, own money plus `bonus`; both are the quote's.

    `shown` stands for the amount where another says more. `freed` says by which event and about when.
    """

    value: str
    label: Phrase
    amount: Money
    bonus: Money
    lines: tuple[Phrase, ...] = ()
    freed: Phrase | None = None
    working: tuple[SumRow, ...] = ()
    swaps: tuple[Replacements, ...] = ()
    is_chosen: bool = False
    shown: Phrase | None = None


@dataclass(frozen=True)
class ClosedOutcome:
    """A way that cannot be had, and why."""

    label: Phrase
    why: Phrase


@dataclass(frozen=True)
class OutcomeLine:
    """One item of several, with the ways open to it alone; `chosen` is empty while it follows the choice for all."""

    key: int
    item: Item
    choices: tuple[OutcomeChoice, ...]
    chosen: str = ""


@dataclass(frozen=True)
class PaidFor:
    """What was paid for an item: price - discount, and tax where it is added."""

    title: str
    quantity: int
    value: Money
    price: Money
    discount: Money
    tax: Money
    tax_is_added: bool


@dataclass(frozen=True)
class OutcomesPage:
    """`lines` are there when items may have different outcomes. `quote` is the stored quote's public id."""

    flow: Flow
    quote: str
    paid: tuple[PaidFor, ...]
    choices: tuple[OutcomeChoice, ...]
    closed: tuple[ClosedOutcome, ...] = ()
    lines: tuple[OutcomeLine, ...] = ()


@dataclass(frozen=True)
class BetterPage:
    """The better offer once more, as a fact: `refund` and `offer` beside each other."""

    flow: Flow
    refund: OutcomeChoice
    offer: OutcomeChoice


@dataclass(frozen=True)
class SettlementPart:
    """Lines that are settled together: what, how much, by which event and about when; `new` is what comes instead."""

    label: Phrase
    titles: tuple[str, ...]
    amount: Money
    bonus: Money
    lines: tuple[Phrase, ...] = ()
    freed: Phrase | None = None
    working: tuple[SumRow, ...] = ()
    shown: Phrase | None = None
    new: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Way:
    """One way in which goods travel back, and where to as far as that is known."""

    label: Phrase
    address: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReviewLine:
    item: Item
    facts: tuple[Phrase | str, ...] = ()


@dataclass(frozen=True)
class AddressForm:
    """Where an exchange is sent. `fields` are (name, label, value, autocomplete); the country is fixed, but where the
    order knows none: `countries` are then what can be chosen, as (letters, name), and `country` the letters chosen."""

    shown: tuple[str, ...]
    country: str
    countries: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, Phrase, str, str], ...] = ()
    is_locked: bool = False
    is_open: bool = False


@dataclass(frozen=True)
class ReviewPage:
    """What is accepted by sending the form: the stored quote `quote`, nothing else."""

    flow: Flow
    quote: str
    lines: tuple[ReviewLine, ...]
    parts: tuple[SettlementPart, ...]
    ways: tuple[Way, ...]
    instructions: tuple[str, ...] = ()
    delivery: AddressForm | None = None
    promises: tuple[Phrase, ...] = ()
    change: ReviewChange | None = None
    items_url: str = ""
    outcome_url: str = ""
    shop_url: str | None = None
