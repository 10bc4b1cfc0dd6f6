"""What a mail is composed from: the shop that writes, and what happened, as facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from shopify_app.i18n import Day
from shopify_app.messages.automated_story import Said
from shopify_app.messages.inspected_story import Asked, WentBack
from shopify_app.messages.letters import Picture
from shopify_app.messages.withdrawn_story import WithdrawalFacts
from shopify_app.money import Money
from shopify_app.returns.changing.sums import Compared
from shopify_app.returns.dossier import Dossier, GroupFacts
from shopify_app.settings.branding import Brand
from shopify_app.settings.messages import Messages
from shopify_app.settings.returns import Returns


@dataclass(frozen=True)
class House:
    """The shop that writes: its brand, its settings, its zone; `home` is its online store. `languages` are those it
    speaks by itself, best first; `offered` those that it speaks at all, empty: every one."""

    name: str
    home: str
    contact: str
    brand: Brand
    returns: Returns
    messages: Messages
    zone: ZoneInfo
    languages: tuple[str, ...]
    offered: tuple[str, ...] = ()


@dataclass(frozen=True)
class LabelFacts:
    """A label that goods can be sent with: the parcel's number, its carrier, the last day on which it works."""

    number: str
    carrier: str
    until: date | None


@dataclass(frozen=True)
class ChangeFacts:
    """A change of a return, and whether the shop made it."""

    sums: Compared
    by_shop: bool


@dataclass(frozen=True)
class NoReceiptFacts:
    """A request without an order number. `until`: the last day of its credit; `is_orderers`: the order that was found
    was placed with the same address; `needs_look`: its credit does not move until a person has looked."""

    number: str
    state: str
    title: str
    variant: str
    quantity: int
    amount: Money
    until: Day | None
    address: str
    is_orderers: bool
    picture: Picture | None
    needs_look: bool = False


@dataclass(frozen=True)
class Story:
    """`link` leads to the status page. `ret` is None for a one-time code; `code` empty for all else, `code_minutes` how
    long it still works. `group_id` is the release group a mail about money speaks of; `question` what the shop asked
    in its own words, `note` what it wrote when it declined or cancelled. `line_pictures` by Shopify's line item id,
    `new_pictures` by variant id. `held_until`: replacements are kept aside until that day. `customer_id` is Shopify's;
    `balance` their store credit now, if read; `pay_url` Shopify's page to pay what is open, if read. `card_code` is of
    the gift card that a bonus was given as. `withdrawal` is the declaration that a mail acknowledges, or that the
    return carries out; `asked` what is asked after an inspection, `went_back` the parcel in which goods go back.
    """

    house: House
    order: str
    link: str
    zone: ZoneInfo
    ret: Dossier | None = None
    code: str = ""
    code_minutes: int = 0
    group_id: int | None = None
    question: str = ""
    note: str = ""
    held_until: date | None = None
    customer_id: int | None = None
    balance: Money | None = None
    pay_url: str = field(default="", repr=False)
    card_code: str = ""
    label: LabelFacts | None = None
    change: ChangeFacts | None = None
    asked: Asked | None = None
    went_back: WentBack | None = None
    withdrawal: WithdrawalFacts | None = None
    no_receipt: NoReceiptFacts | None = None
    automated: Said | None = None
    line_pictures: Mapping[int, Picture] = field(default_factory=dict)
    new_pictures: Mapping[int, Picture] = field(default_factory=dict)

    @property
    def of_return(self) -> Dossier:
        """The return a mail speaks of; a mail that needs one is never composed without."""
        if self.ret is None:
            raise LookupError("this mail speaks of a return, and there is none")
        return self.ret

    @property
    def group(self) -> GroupFacts:
        """The release group of the mail."""
        return next(group for group in self.of_return.groups if group.id == self.group_id)

    def day(self, instant: datetime) -> date:
        """The calendar day of `instant` where the reader is."""
        return instant.astimezone(self.zone).date()

    def named_day(self, instant: datetime) -> Day:
        """The same in a sentence; never “tomorrow”: nobody knows when a mail is read."""
        return Day(self.day(instant))
